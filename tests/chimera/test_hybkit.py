"""hybkit reads our .hyb and .vienna: its check, its evaluation, and its five analyses run on every record."""

import csv
import os
import subprocess
from pathlib import Path

import polars as pl
import pytest

from dmiso.chimera.duplexes import fold_calls, read_structure
from dmiso.chimera.run import chimeras_files
from dmiso.energies import fold_duplex
from dmiso.records import Counts
from dmiso.settings.chimeras import preset

LET7, MIR21, MIR92 = "UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA", "UAUUGCACUUGUCCCGGCCUGU"


@pytest.fixture(scope="session")
def hybkit():
    """The folder of hybkit's programs, in an environment of its own."""
    python = os.environ.get("DMISO_HYBKIT_PYTHON")
    if python:
        return Path(python).parent
    message = (
        "hybkit is not there: pip install hybkit==0.3.6 typing_extensions in an environment of its own, and set "
        "DMISO_HYBKIT_PYTHON to its python"
    )
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture
def reads(world):
    """Reads of exact miRNAs, of isomiRs with tails and replaced ends, in both orders."""
    sites = [world.site(f"NM_{i % 5 + 1}", 60 + 9 * i)[2] for i in range(30)]
    made = [(LET7, MIR21, MIR92, LET7 + "AA", "C" + LET7[1:], MIR21[2:-1])[i % 6] for i in range(30)]
    return [
        site + mirna if i % 5 == 4 else mirna + site
        for i, (mirna, site) in enumerate(zip(made, sites, strict=True))
    ]


def called(world, reads, tmp_path, **rules):
    path = world.fastq(tmp_path / "s1.fastq", reads)
    settings = preset("modern").with_options({"min_reads": 1, "target_word": 8, **rules})
    result = chimeras_files(world.inputs(path), tmp_path / "out", settings)
    return tmp_path / "out", result


def hyb_rows(folder):
    return [line.split("\t") for line in (folder / "chimeras.hyb").read_text().splitlines()]


def test_hybkit__checks_and_analyses_every_record(world, reads, tmp_path, hybkit):
    out, _ = called(world, reads, tmp_path)
    records = hyb_rows(out)
    assert len(records) >= 25
    files = ["-i", str(out / "chimeras.hyb")]
    folded = [*files, "-f", str(out / "chimeras.vienna")]
    kept = tmp_path / "hybkit"
    kept.mkdir()
    for words in (
        ["hyb_check", *folded],
        ["hyb_eval", *files, "-t", "type", "mirna", "-d", str(kept)],
        [
            "hyb_analyze",
            *folded,
            "-a",
            "energy",
            "type",
            "mirna",
            "target",
            "fold",
            "-d",
            str(kept),
            "-p",
            "False",
        ],
    ):
        words[0] = str(hybkit / words[0])
        done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=300, cwd=kept)
        assert done.returncode == 0, done.stderr
        assert "InDel" not in done.stderr
    written = (kept / "chimeras_multi-analysis_energy_main_results.csv").read_text()
    energies = dict(csv.reader(written.splitlines()))
    assert int(energies["has_energy_val"]) == len(records)
    assert float(energies["energy_min"]) == min(float(row[2]) for row in records)
    folds = (kept / "chimeras_multi-analysis_fold_main_results.csv").read_text()
    assert folds.strip() == f"folds_recorded,{len(records)}"


def test_hyb__segments_are_alignments_without_gaps_even_of_isomirs(world, reads, tmp_path):
    for rules in ({"junction": "joint"}, {"junction": "alignment"}):
        out, _ = called(world, reads, tmp_path, **rules)
        for row in hyb_rows(out):
            first, second = ([int(n) for n in row[i : i + 4]] for i in (4, 10))
            assert first[1] - first[0] == first[3] - first[2]
            assert second[1] - second[0] == second[3] - second[2]
            assert first[1] < second[0]
            for name, part in ((row[3], first), (row[9], second)):
                reference = {**world.mirnas, **world.transcripts}[name.rsplit("_", 1)[0]]
                pairs = zip(
                    row[1][part[0] - 1 : part[1]],
                    reference[part[2] - 1 : part[3]].replace("U", "T"),
                    strict=True,
                )
                assert sum(a != b for a, b in pairs) <= 1, row


def test_vienna__holds_the_duplex_of_each_read_with_the_energy_of_the_hyb(world, reads, tmp_path):
    out, _ = called(world, reads, tmp_path)
    lines = (out / "chimeras.vienna").read_text().splitlines()
    records = hyb_rows(out)
    assert len(lines) == 3 * len(records)
    for name, bases, folded, row in zip(lines[::3], lines[1::3], lines[2::3], records, strict=True):
        structure, energy = folded.split("\t")
        assert (name, bases, energy) == (f">{row[0]}", row[1], f"({row[2]})")
        assert len(structure) == len(bases)
        opened = []
        for i, mark in enumerate(structure):
            if mark == "(":
                opened.append(i)
            elif mark == ")":
                assert bases[opened.pop()] + bases[i] in {"AT", "TA", "GC", "CG", "GT", "TG"}
        assert not opened
        # one part opens, the other closes
        assert ")" not in structure[: int(row[5])]
        assert "(" not in structure[int(row[10]) - 1 :]


def test_energies__are_those_of_rnaduplex_of_the_two_parts(world, tmp_path):
    _, _, site = world.site("NM_2", 420)
    out, _ = called(world, [LET7 + site, site + MIR21], tmp_path)
    expected = [f"{fold_duplex(mirna, site).energy:.2f}" for mirna in (LET7, MIR21)]
    assert sorted(row[2] for row in hyb_rows(out)) == sorted(expected)


def test_no_energies__leave_a_point_and_no_vienna_file(world, reads, tmp_path):
    out, _ = called(world, reads, tmp_path)
    assert (out / "chimeras.vienna").exists()
    out, result = called(world, reads, tmp_path, energies=False)
    assert {row[2] for row in hyb_rows(out)} == {"."}
    assert not (out / "chimeras.vienna").exists()
    assert not [note for note in result.counts.notes if "ViennaRNA" in note]


def test_energies__without_viennarna_are_said_to_be_missing(monkeypatch):
    monkeypatch.setattr("dmiso.chimera.duplexes.is_installed", lambda _: False)
    counts = Counts()
    assert fold_calls(pl.DataFrame({"read_id": ["a", "b"]}), counts, 1) is None
    [said] = counts.sentences()
    assert said.startswith("2 chimeric reads without a duplex energy")
    assert "dmiso[energy]" in said


def test_structure__leaves_what_is_in_no_part_unpaired():
    call = {"read_sequence": "A" * 9, "target_read_start": 5, "target_read_end": 8}
    assert read_structure(call | {"mirna_read_start": 1, "mirna_read_end": 4}, "((.&)).") == ".((..))..."[:9]
