"""BED6 and BED12, written and read in one place."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.errors import DmisoError
from dmiso.io.bed import BedRecord, bed6_columns, bed_score, parse_bed12, write_bed


def test_bed__scores_end_at_1000(tmp_path):
    path = tmp_path / "a.bed"
    assert write_bed(path, [BedRecord("t", 0, 5, "m", 5000, "-")]) == 1
    assert path.read_text() == "t\t0\t5\tm\t1000\t-\n"


@given(
    st.integers(0, 5000),
    st.lists(st.tuples(st.integers(1, 300), st.integers(0, 900)), min_size=1, max_size=6),
    st.sampled_from("+-"),
    st.integers(0, 1000),
)
def test_bed12__comes_back_as_it_was_written(start, parts, strand, score):
    blocks, at = [], start
    for size, gap in parts:
        blocks.append((at, at + size))
        at += size + gap
    position = ("chr1", start, blocks[-1][1], "NM_1", score, strand, tuple(blocks))
    record = BedRecord(*position, thick=(start, start + 1), more=("x",))
    assert parse_bed12(record.text().split("\t")) == record


def test_bed__a_name_with_a_tab_is_refused():
    with pytest.raises(DmisoError, match=r"holds a tab or a line break inside a field"):
        BedRecord("t", 0, 5, "a\tb", 1).text()


@pytest.mark.parametrize("score", [0.0, 0.0004, 0.0005, 0.12345, 0.8765, 0.9995, 1.0])
def test_bed__a_score_is_the_same_in_a_record_and_in_a_table(score):
    row = {"target_id": "t", "start": 1, "end": 2, "mirna_id": "m", "score": score}
    assert bed6_columns(pl.DataFrame([row]))["bed_score"].item() == bed_score(score)
