"""Numbers of interaction tables lie in their ranges; a fault is told by file, line and column."""

import pytest

from dmiso.dataset.readers import read_interactions
from dmiso.errors import InputError

_HEADER = (
    "mirna_sequence",
    "target_sequence",
    "label",
    "read_count",
    "start",
    "end",
    "genome_start",
    "candidate_rank",
)
_GOOD = ("UGAGGUAG", "CUACCUCA", "1", "5", "3", "11", "100", "1")


def table(tmp_path, **changed):
    row = dict(zip(_HEADER, _GOOD, strict=True)) | changed
    path = tmp_path / "i.tsv"
    path.write_text("\t".join(_HEADER) + "\n" + "\t".join(_GOOD) + "\n" + "\t".join(row.values()) + "\n")
    return path


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("label", "2", "'2' is not between 0 and 1"),
        ("label", "300", "'300' is not between 0 and 1"),
        ("label", "nan", "not a whole number"),
        ("read_count", "-1", "'-1' is not between 0 and 1,000,000,000,000,000"),
        ("read_count", "1.5", "not a whole number"),
        ("read_count", "inf", "not a whole number"),
        ("read_count", "9" * 18, "is not between 0 and 1,000,000,000,000,000"),
        ("read_count", "9" * 30, "not a whole number"),
        ("start", "-2", "'-2' is not between 0 and 10,000,000,000"),
        ("genome_start", "-2", "'-2' is not between 0 and"),
        ("candidate_rank", "0", "'0' is not between 1 and"),
    ],
)
def test_numbers_out_of_range__are_refused_with_their_place(column, value, said, tmp_path):
    with pytest.raises(InputError) as error:
        read_interactions(table(tmp_path, **{column: value}), "dmiso")
    assert said in str(error.value)
    assert (error.value.line, error.value.column) == (3, column)


def test_a_position_that_ends_before_it_begins__is_refused(tmp_path):
    with pytest.raises(InputError, match=r"line 3, column end: the site ends \(3\) before it begins \(9"):
        read_interactions(table(tmp_path, start="9", end="3"), "dmiso")


def test_whole_numbers_of_spreadsheets__are_read(tmp_path):
    path = table(tmp_path, label="1.0", read_count="7.0")
    assert read_interactions(path, "dmiso").frame["read_count"].to_list() == [5, 7]


MOORE = {
    "mirna": "mmu-let-7a-5p",
    "read_id": "r",
    "chrom": "chr1",
    "strand": "+",
    "start1": "5",
    "read_count": "1",
    "iso5p": "0",
    "iso3p": "0",
    "n_mirna_for_read": "1",
    "target_read_seq": "ACGUACGU",
    "cigar": "8M",
    "dataset": "a",
}


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("iso5p", "x", "column iso5p: iso5_offset cannot be derived from iso5p 'x'"),
        ("iso5p", "5000", "column iso5_offset: '-5000' is not between -1,000 and 1,000"),
        ("iso3p", "x", "column iso3p: 'x' is not a whole number"),
        ("start1", "0", "column start1: '0' is not between 0 and"),
    ],
)
def test_numbers_made_of_other_columns__are_checked_as_well(column, value, said, tmp_path):
    (tmp_path / "m.fa").write_text(">mmu-let-7a-5p\nUGAGGUAGUAGGUUGUAUAGUU\n")
    path = tmp_path / "i.tsv"
    rows = [MOORE, MOORE, MOORE | {column: value}]
    path.write_text("\n".join(["\t".join(MOORE), *("\t".join(row.values()) for row in rows)]) + "\n")
    with pytest.raises(InputError) as error:
        read_interactions(path, "moore", mature=tmp_path / "m.fa")
    assert f"i.tsv, line 4, {said}" in str(error.value)
