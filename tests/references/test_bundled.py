"""The reference of the package: real miRNAs, invented transcripts, as its script makes them."""

import subprocess
import sys
from pathlib import Path

import pytest

from dmiso.io.sequences import read_sequences
from dmiso.records import Counts
from dmiso.references import open_reference
from dmiso.references.homes import BUNDLED

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "make_tiny_reference.py"


def test_tiny_reference__is_what_its_script_makes(tmp_path):
    subprocess.run([sys.executable, str(SCRIPT), str(tmp_path / "made")], check=True, timeout=120)
    made = {path.name: path.read_bytes() for path in (tmp_path / "made").iterdir()}
    assert made == {path.name: path.read_bytes() for path in (BUNDLED / "tiny-hsa").iterdir()}


def test_tiny_reference__says_that_its_transcripts_are_invented():
    tiny = open_reference("tiny-hsa")
    assert any("invented" in note for note in tiny.record.notes)
    for row in tiny.genes.read_text().splitlines()[1:]:
        assert row.endswith(("-like", "-shuffled"))


@pytest.mark.parametrize(
    ("gene", "seed", "n"),
    [
        ("LIN28B-like", "CUACCUCA", 3),
        ("LIN28B-shuffled", "UACCUC", 0),
        ("NOSITE-like", "UACCUC", 0),
        ("EZH2-like", "GUACUGUA", 2),
        ("PDCD4-like", "AUAAGCUA", 1),
    ],
)
def test_sites__are_planted_in_utrs_and_nowhere_else_there(gene, seed, n):
    transcript = open_reference("tiny-hsa").find_transcripts(gene)[0].transcript
    assert transcript.sequence[transcript.cds[1] :].count(seed) == n


def test_coding_sequences__are_open_reading_frames():
    tiny = open_reference("tiny-hsa")
    for record in read_sequences(tiny.transcripts, Counts()):
        (found,) = tiny.find_transcripts(record.id)
        start, end = found.transcript.cds
        codons = [found.transcript.sequence[i : i + 3] for i in range(start, end, 3)]
        stops = [i for i, codon in enumerate(codons) if codon in {"UAA", "UAG", "UGA"}]
        assert (codons[0], stops, (end - start) % 3) == ("AUG", [len(codons) - 1], 0)


@pytest.mark.real_data
def test_mirnas_and_hairpins__are_those_of_mirbase(shared_data):
    tiny, folder = open_reference("tiny-hsa"), shared_data / "references" / "mirbase22"
    for own, real in ((tiny.mirnas, "mature.fa.gz"), (tiny.hairpins, "hsa_hairpins.fa.gz")):
        known = {
            (r.id, r.description.split()[0], r.sequence) for r in read_sequences(folder / real, Counts())
        }
        assert {(r.id, r.description, r.sequence) for r in read_sequences(own, Counts())} <= known
