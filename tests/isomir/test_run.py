"""Files in, files out: the table, mirGFF3, the FASTA of the rest, the manifest; the same bytes every time."""

import json
from dataclasses import replace

import polars as pl
import pytest

from dmiso.errors import InputError
from dmiso.io.mirgff3 import open_mirgff3
from dmiso.io.tables import read_table
from dmiso.isomir import IsomirInputs, isomirs_files
from dmiso.records import Counts

from .conftest import HAIRPINS, LET7A, LET7C


@pytest.fixture
def inputs(tmp_path):
    (tmp_path / "mature.fa").write_text(
        f">hsa-let-7a-5p MIMAT0000062\n{LET7A}\n>hsa-let-7c-5p MIMAT0000064\n{LET7C}\n"
    )
    (tmp_path / "hairpin.fa").write_text("".join(f">{h.id} {h.accession}\n{h.sequence}\n" for h in HAIRPINS))
    rows = [
        "sequence\tliver\tbrain",
        f"{LET7A}\t7\t1",
        f"{LET7A}UUA\t2\t0",
        f"{LET7A[:18]}\t1\t1",
        "CCCCCCCCCCCCCCCCCC\t4\t0",
    ]
    (tmp_path / "reads.tsv").write_text("\n".join([*rows, f"{LET7A[:9]}N{LET7A[10:]}\t1\t0"]) + "\n")
    return IsomirInputs(tmp_path / "reads.tsv", tmp_path / "mature.fa", tmp_path / "hairpin.fa")


def test_table__has_a_row_per_sequence_and_mirna(inputs, tmp_path):
    result = isomirs_files(inputs, tmp_path / "out.tsv", command=["dmiso", "isomirs"])
    table = read_table(tmp_path / "out.tsv")
    assert result.n_rows == table.height == 5
    assert table["variant"].to_list() == ["NA", "iso_3p:+3", "iso_3p:-4", "iso_3p:-4", "iso_snv_central"]
    assert table["sample_counts"].to_list()[:2] == ["7,1", "2,0"]
    assert result.first["sequence"].to_list() == table["sequence"].to_list()
    manifest = json.loads((tmp_path / "out.tsv.manifest.json").read_text())
    assert manifest["counts"]["dropped"] == {
        "reads that no miRNA explains": 4,
        "sequences that no miRNA explains": 1,
    }
    assert manifest["settings"]["max_cost"] == 12
    assert set(manifest["inputs"]) == {"reads", "mature", "hairpin"}


def test_mirgff3__says_the_same_and_comes_back(inputs, tmp_path):
    isomirs_files(inputs, tmp_path / "out.tsv")
    result = isomirs_files(inputs, tmp_path / "out.gff3")
    assert (
        result.counts.dropped["calls of sequences with N left out of mirGFF3, which has no UID for them"] == 1
    )
    with open_mirgff3(tmp_path / "out.gff3", counts := Counts()) as reader:
        records = list(reader)
        assert reader.header.samples == ("liver", "brain")
    assert not counts.notes
    assert [(r.value("Name"), r.value("Variant"), r.expression) for r in records[:2]] == [
        ("hsa-let-7a-5p", "NA", (7.0, 1.0)),
        ("hsa-let-7a-5p", "iso_3p:+3", (2.0, 0.0)),
    ]
    again = IsomirInputs(tmp_path / "out.gff3", inputs.mature, inputs.hairpin)
    isomirs_files(again, tmp_path / "again.tsv")
    first = pl.read_csv(tmp_path / "out.tsv", separator="\t").filter(~pl.col("sequence").str.contains("N"))
    second = pl.read_csv(tmp_path / "again.tsv", separator="\t")
    assert second.drop("sequence_id").equals(first.drop("sequence_id"))


@pytest.mark.parametrize("name", ["out.gff3", "out.gff3.gz", "out.tsv.gz", "out.parquet"])
def test_output__is_the_same_bytes_each_time(inputs, tmp_path, name):
    isomirs_files(inputs, tmp_path / name)
    first = (tmp_path / name).read_bytes()
    isomirs_files(inputs, tmp_path / name)
    assert (tmp_path / name).read_bytes() == first


def test_mirgff3__names_the_database_as_told(inputs, tmp_path):
    gff3 = tmp_path / "hsa.gff3"
    position = "chr1\t.\t{}\t{}\t{}\t.\t+\t.\tID={};Alias={};Name={}"
    hairpin = position.format("miRNA_primary_transcript", 101, 140, "MI0000060", "MI0000060", "hsa-let-7a-1")
    mature = position.format("miRNA", 106, 127, "MIMAT0000062", "MIMAT0000062", "hsa-let-7a-5p")
    gff3.write_text(f"# microRNAs:               miRBase v22\n{hairpin}\n{mature};Derives_from=MI0000060\n")
    told = replace(inputs, mature=None, gff3=gff3)
    for given, name in ((told, "miRBasev22"), (replace(told, database="miRBase22.1"), "miRBase22.1")):
        isomirs_files(given, tmp_path / "out.gff3")
        lines = (tmp_path / "out.gff3").read_text().splitlines()
        assert lines[1] == f"## source-ontology: {name} doi:10.25504/fairsharing.hmgte8"
        assert {line.split("\t")[1] for line in lines if "\t" in line} == {name}


def test_unassigned__are_written_as_fasta(inputs, tmp_path):
    isomirs_files(inputs, tmp_path / "out.tsv", unassigned=tmp_path / "rest.fa")
    assert (tmp_path / "rest.fa").read_text() == ">row_5 read_count=4\nCCCCCCCCCCCCCCCCCC\n"


def test_an_error__leaves_no_output_behind(inputs, tmp_path):
    with inputs.reads.open("a") as handle:
        handle.write("ACG!\t1\t1\n")
    with pytest.raises(InputError, match="line 7, column sequence"):
        isomirs_files(inputs, tmp_path / "out.tsv", unassigned=tmp_path / "rest.fa")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hairpin.fa", "mature.fa", "reads.tsv"]


def test_without_hairpins__the_notes_say_that_nothing_is_templated(inputs, tmp_path):
    result = isomirs_files(IsomirInputs(inputs.reads, inputs.mature), tmp_path / "out.tsv")
    assert (
        "references without hairpins: nucleotides outside a miRNA count as added, none as templated"
        in result.counts.notes
    )
    assert read_table(tmp_path / "out.tsv")["variant"].to_list()[1] == "iso_add3p:3"


def test_empty_input__is_an_empty_table(inputs, tmp_path):
    (tmp_path / "none.fa").write_text("")
    empty = IsomirInputs(tmp_path / "none.fa", inputs.mature)
    assert isomirs_files(empty, tmp_path / "out.tsv").n_rows == 0
    assert (tmp_path / "out.tsv").read_text().startswith("sequence_id\tsequence\tread_count\tmirna_id")
    isomirs_files(empty, tmp_path / "out.gff3")
    assert (tmp_path / "out.gff3").read_text().startswith("## mirGFF3. VERSION 1.2\n")
