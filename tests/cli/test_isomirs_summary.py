"""``dmiso isomirs summary`` in process, on example data and on real reads."""

import json
import re
import shlex
from pathlib import Path

import pytest

from dmiso.cli.isomirs_summary import command
from dmiso.errors import InputError
from dmiso.io import read_table
from dmiso.isomir.run import IsomirInputs, isomirs_files

LET7A = "UGAGGUAGUAGGUUGUAUAGUU"


@pytest.fixture
def calls(tmp_path):
    (tmp_path / "mature.fa").write_text(f">hsa-let-7a-5p MIMAT0000062\n{LET7A}\n")
    (tmp_path / "reads.tsv").write_text(
        f"sequence\tread_count\n{LET7A}\t70\n{LET7A}AA\t20\n{LET7A[1:]}\t10\n"
    )
    isomirs_files(IsomirInputs(tmp_path / "reads.tsv", tmp_path / "mature.fa"), tmp_path / "calls.tsv")
    return tmp_path / "calls.tsv"


def run(line):
    command.main(shlex.split(line), prog_name="dmiso isomirs summary", standalone_mode=False)


def test_summary__writes_tables_and_says_them(calls, tmp_path, capsys):
    run(f"{calls} -o {tmp_path / 'out'}")
    said = capsys.readouterr().err
    assert said.startswith("100 reads of 3 sequences, 1 miRNAs; 2 of the sequences are isomiRs.")
    assert (tmp_path / "out" / "summary.txt").read_text() in said
    types = read_table(tmp_path / "out" / "types.tsv").select("isomir_type", "reads").rows()
    assert types == [("exact miRNA", "70.0"), ("5' deletion", "10.0"), ("3' addition", "20.0")]
    told = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert told["settings"] == {"least": 100, "count_by": "reads", "species": None}
    assert list(told["inputs"]) == ["calls"]


def test_pictures__show_types_and_ends_in_the_formats_asked_for(calls, tmp_path):
    out = tmp_path / "out"
    run(f"{calls} -q --formats svg,pdf -o {out}")
    drawn = {path.name for path in out.iterdir() if path.suffix in {".svg", ".png", ".pdf"}}
    assert drawn == {"isomirs.svg", "isomirs.pdf", "ends.svg", "ends.pdf"}
    ends = read_table(out / "ends.tsv")
    rows = ends.select("which_end", "end_position", "reads", "read_share").rows()
    assert rows == [
        ("5'", "0", "90.0", "0.9"),
        ("5'", "1", "10.0", "0.1"),
        ("3'", "0", "80.0", "0.8"),
        ("3'", "2", "20.0", "0.2"),
    ]
    text = (out / "ends.svg").read_text()
    assert {">90</text>", ">10</text>", ">80</text>", ">20</text>"} <= {
        f">{n}</text>" for n in re.findall(r">(\d+)</text>", text)
    }
    run(f"{calls} -q -o {out}")
    assert not [path for path in out.iterdir() if path.suffix in {".svg", ".pdf"}]  # of an earlier run


def test_quiet__says_nothing(calls, tmp_path, capsys):
    run(f"{calls} -q -o {tmp_path / 'out'}")
    assert capsys.readouterr().err == ""


def test_bad_table__leaves_nothing_behind(tmp_path):
    (tmp_path / "bad.tsv").write_text("sequence\nA\n")
    with pytest.raises(InputError, match="column read_count is missing"):
        run(f"{tmp_path / 'bad.tsv'} -o {tmp_path / 'out'}")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.tsv"]


@pytest.mark.real_data
def test_small_rnas_of_a_cell_line__are_mostly_of_mirgenedb(shared_data, tmp_path, capsys):
    base, gene = shared_data / "references" / "mirbase22", shared_data / "references" / "mirgenedb2"
    inputs = IsomirInputs(
        shared_data / "reads" / "smallrna_human_lcl_10k.fastq.gz",
        base / "mature.fa.gz",
        base / "hsa_hairpins.fa.gz",
        species="hsa",
    )
    isomirs_files(inputs, tmp_path / "calls.parquet")
    run(
        f"{tmp_path / 'calls.parquet'} --mature {base / 'mature.fa.gz'} --species hsa "
        f"--mirgenedb {gene / 'hsa_matures_miRgeneDB_v2.fa'} "
        f"--mirgenedb-gff3 {gene / 'hsa_miRgeneDB_v2.gff3'} -o {tmp_path / 'out'}"
    )
    said = capsys.readouterr().err
    page = (Path(__file__).parents[2] / "docs" / "isomir_summary.md").read_text(encoding="utf-8")
    printed = (tmp_path / "out" / "summary.txt").read_text(encoding="utf-8").splitlines()
    assert "\n".join(f"    {line}" if line else "" for line in printed) in page
    held = re.search(r"with ([\d.]+) % of the reads", said)
    assert 95 < float(held[1]) < 99
    preferred = read_table(tmp_path / "out" / "preference.tsv").rows(named=True)
    found = {(r["mirna_id"], r["isomir_type"]) for r in preferred if float(r["binomial_q_value"]) < 1e-6}
    assert {("hsa-miR-10a-5p", "5' deletion"), ("hsa-miR-92a-3p", "3' addition")} <= found
