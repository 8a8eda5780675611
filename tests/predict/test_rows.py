"""The best rows are kept, whatever the batches."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.predict.rows import TopRows

ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(-4, 4)), min_size=1, max_size=40)


@given(ROWS, st.integers(1, 5), st.integers(1, 7))
def test_top_rows__equal_a_sort_of_all_rows(rows, n, batch):
    frame = pl.DataFrame(
        {"mirna_id": [r[0] for r in rows], "logit": [float(r[1]) for r in rows], "position": range(len(rows))}
    )
    top = TopRows(n, by=("mirna_id",))
    for start in range(0, len(rows), batch):
        top.add(frame[start : start + batch])
    groups = list(dict.fromkeys(r[0] for r in rows))
    expected = [
        row
        for group in groups
        for row in sorted((r for r in frame.rows() if r[0] == group), key=lambda r: (-r[1], r[2]))[:n]
    ]
    assert top.result().rows() == expected


def test_top_rows__without_batches_do_not_know_their_columns():
    with pytest.raises(ValueError, match="no batch"):
        TopRows(3).result()
