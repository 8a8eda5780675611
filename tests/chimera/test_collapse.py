"""Copies of reads: which count, and that no read is lost between files."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.chimera import collapse
from dmiso.chimera.collapse import collapse_part, deal_reads
from dmiso.records import Counts
from dmiso.settings.chimeras import TrimSettings

LINES = "AA\tACGU\tII#I\tr1\nCC\tACGU\t#III\tr2\nAA\tACGU\tIIII\tr3\nAA\tGGGG\tIIII\tr4\n"


@pytest.mark.parametrize(("duplicates", "n"), [("exact", 1), ("umi", 2), ("keep", 3)])
def test_collapse__copies_count_as_the_rule_says(tmp_path, duplicates, n):
    path = tmp_path / "part.tsv"
    path.write_text(LINES)
    first, second = collapse_part(path, duplicates)
    assert (first.read_id, first.sequence, first.read_count, first.copies) == ("r1", "ACGU", n, 3)
    assert second.read_count == 1


def test_collapse__errors_in_umis_are_corrected_where_asked(tmp_path):
    path = tmp_path / "part.tsv"
    umis = ["AAAA"] * 5 + ["AAAC"] * 3 + ["AAAG"] * 4 + ["CCCC"]
    path.write_text("".join(f"{umi}\tACGU\tIIII\tr{i}\n" for i, umi in enumerate(umis)))
    [read] = collapse_part(path, "umi-directional")
    # AAAG is too frequent to be an error of AAAA: 5 is less than 2 · 4 − 1
    assert (read.read_count, read.umis, read.copies) == (3, 4, 13)
    assert collapse_part(path, "umi")[0].read_count == 4


def test_collapse__the_best_quality_of_the_copies_is_kept(tmp_path):
    path = tmp_path / "part.tsv"
    path.write_text("\tACGU\tII#I\tr1\n\tACGU\t#III\tr2\n")
    [read] = collapse_part(path, "exact")
    assert read.quality == "IIII"


@given(st.lists(st.text("ACGT", min_size=5, max_size=8), max_size=30))
def test_deal__every_read_is_in_one_part_and_copies_meet(tmp_path_factory, reads):
    folder = tmp_path_factory.mktemp("deal")
    path = folder / "reads.fastq"
    path.write_text("".join(f"@r{i}\n{read}\n+\n{'I' * len(read)}\n" for i, read in enumerate(reads)))
    counts = Counts()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collapse, "number_of_parts", lambda _: 3)
        parts = deal_reads([path], folder / "parts", TrimSettings(min_read_length=1), counts)
    found = [read for part in parts for read in collapse_part(part, "exact")]
    assert sorted(r.sequence for r in found) == sorted({r.replace("T", "U") for r in reads})
    assert sum(r.copies for r in found) == len(reads) == counts.kept["reads"]


def test_number_of_parts__depends_on_size_alone(tmp_path):
    small, large = Path(tmp_path, "a.fastq"), Path(tmp_path, "b.fastq")
    small.write_bytes(b"x")
    with large.open("wb") as handle:
        handle.truncate(100_000_000)
    assert collapse.number_of_parts([small]) == 1
    assert collapse.number_of_parts([large]) == 5
