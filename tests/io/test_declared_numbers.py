"""Numbers of tables lie in the range that their column declares; a fault is told by file, line and column."""

import math

import polars as pl
import pytest

from dmiso.chimera.statistics.run import read_interactions_table
from dmiso.columns import COLUMNS
from dmiso.errors import InputError
from dmiso.io.declared_numbers import EMPTY, numbers_of, with_numbers
from dmiso.io.tables import read_table
from dmiso.io.transcripts import read_cds
from dmiso.isomir.call_tables import read_calls
from dmiso.records import Counts
from dmiso.train.data import read_pairs

NUMBERS = [name for name, column in COLUMNS.items() if column.is_number]


def outside(column):
    """Return texts that a column of numbers cannot hold, and what is said of each."""
    least, most = column.bounds
    kind = "whole" if column.is_whole else "finite"
    wrong = [
        (text, f"is not a {kind} number") for text in ("x", "nan", "inf", "-inf", "1e999", "9" * 30 + "x")
    ]
    wrong += [("1.5", "is not a whole number"), ("1_000", "is not a whole number")] if column.is_whole else []
    below = "is not between" if math.isfinite(most) else "is below"
    wrong += [(f"{least - 1:.0f}", below)] if math.isfinite(least) else []
    return wrong + ([(f"{most + 1:.0f}", "is not between")] if math.isfinite(most) else [])


def test_columns__of_numbers_are_all_that_have_a_numeric_type():
    types = {column.type for column in COLUMNS.values()}
    assert {COLUMNS[name].type for name in NUMBERS} == types - {"String", "Boolean"}
    assert len(NUMBERS) > 100


@pytest.mark.parametrize("name", NUMBERS)
def test_every_declared_number__has_a_range_that_is_kept_to(name, tmp_path):
    column = COLUMNS[name]
    least, most = column.bounds
    assert least < most
    assert (math.isfinite(least) and math.isfinite(most)) or not column.is_whole
    inside = [f"{end:.0f}" for end in (least, most) if math.isfinite(end)] or ["-1.5e3"]
    path = tmp_path / "a.tsv"
    path.write_text(f"{name}\tother\n" + "".join(f"{text}\tx\n" for text in (*inside, *EMPTY)))
    read = read_table(path, numbers=[name])
    assert read[name].to_list() == [float(text) for text in inside] + [None] * len(EMPTY)
    assert read[name].dtype == getattr(pl, column.type)
    for text, said in outside(column):
        path.write_text(f"other\t{name}\n\nx\t{inside[0]}\nx\t{text}\n")
        with pytest.raises(InputError, match=said) as caught:
            read_table(path, numbers=[name])
        assert (caught.value.path, caught.value.line, caught.value.column) == (str(path), 4, name)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (pl.Series("start", [3.0, 2.5]), "'2.5' is not a whole number"),
        (pl.Series("start", [3.0, float("nan")]), "'NaN' is not a whole number"),
        (pl.Series("start", [3, -1]), "'-1' is not between"),
        (pl.Series("score", [0.5, float("inf")]), "'inf' is not a finite number"),
    ],
)
def test_numbers_of_parquet__are_checked_too(values, said, tmp_path):
    values.to_frame().write_parquet(tmp_path / "a.parquet")
    with pytest.raises(InputError, match=f"a.parquet, line 2, column {values.name}: {said}"):
        read_table(tmp_path / "a.parquet", numbers=[values.name])


def test_numbers__that_count_from_1_are_judged_as_they_are_inside(tmp_path):
    values = pl.Series("first", ["1", "0"])
    with pytest.raises(InputError, match=r"line 8, column first: '0' is not between 0 and"):
        numbers_of(values, COLUMNS["start"], path=tmp_path / "a.tsv", lines=[7, 8], shift=-1)


def test_columns__that_a_table_lacks_are_passed_over(tmp_path):
    frame = pl.DataFrame({"a": ["x"]})
    assert with_numbers(frame, ["score"], path=tmp_path / "a.tsv", lines=[2]).equals(frame)


PAIR = {"mirna_sequence": "UGAGGUAGUAGG", "target_sequence": "CCUACUACCUCA", "label": "1"}
CALL = {
    "sequence": "UGAGGUAG",
    "read_count": "1",
    "mirna_id": "a",
    "isomir_types": "x",
    "variant": "NA",
    "n_parents": "1",
}
INTERACTION = {
    "mirna_id": "a",
    "mirna_sequence": "UGAGGUAG",
    "isomir_types": "exact miRNA",
    "transcript_id": "t",
    "start": "1",
    "end": "9",
    "read_count": "1",
}
CODING = {"transcript_id": "t", "cds_start": "1", "cds_end": "9"}


@pytest.mark.parametrize(
    ("read", "row", "column", "value"),
    [
        (read_pairs, PAIR, "weight", "-1"),
        (read_pairs, PAIR, "weight", "nan"),
        (read_pairs, PAIR, "soft_label", "1.5"),
        (read_pairs, PAIR, "soft_label", "inf"),
        (read_calls, CALL, "read_count", "-1"),
        (read_calls, CALL, "n_parents", "0"),
        (read_calls, CALL, "iso5_offset", "5000"),
        (read_interactions_table, INTERACTION, "start", "-1"),
        (read_interactions_table, INTERACTION, "read_count", "many"),
        (read_interactions_table, INTERACTION, "variant_quality", "100"),
        (read_cds, CODING, "cds_start", "-1"),
        (read_cds, CODING, "cds_end", "1_0"),
        (read_cds, CODING, "cds_end", "99999999999"),
    ],
)
def test_readers__refuse_numbers_out_of_the_declared_range(read, row, column, value, tmp_path):
    row = {column: "1"} | row
    path = tmp_path / "a.tsv"
    lines = ["\t".join(row), "\t".join(row.values()), "\t".join((row | {column: value}).values())]
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError) as caught:
        read(path) if read is read_interactions_table else read(path, Counts())
    assert (str(caught.value.path), caught.value.line, caught.value.column) == (str(path), 3, column)
