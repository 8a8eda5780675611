"""Barcodes: tables that are read or refused, and the nearest one, compared with a slow twin."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.errors import InputError
from dmiso.trimming.barcodes import AMBIGUOUS, barcode_lookup, read_barcodes


def slow_twin(bases, barcodes, mismatches):
    """Compare with every barcode."""
    distances = {b: sum(x != y for x, y in zip(bases, b, strict=True)) for b in barcodes}
    least = min(distances.values())
    if least > mismatches:
        return None
    samples = {barcodes[b] for b, distance in distances.items() if distance == least}
    return samples.pop() if len(samples) == 1 else AMBIGUOUS


@given(
    st.dictionaries(st.text("ACGT", min_size=4, max_size=4), st.sampled_from("abc"), min_size=1, max_size=6),
    st.lists(st.text("ACGTN", min_size=4, max_size=4), min_size=1, max_size=20),
    st.integers(0, 3),
)
def test_lookup__equals_the_slow_twin(barcodes, reads, mismatches):
    near = barcode_lookup(barcodes, mismatches)
    for bases in reads:
        assert near.get(bases) == slow_twin(bases, barcodes, mismatches)


def test_barcodes__are_read_from_a_table_or_fasta(tmp_path):
    table, fasta = tmp_path / "b.tsv", tmp_path / "b.fa"
    table.write_text("barcode\tsample\tnote\nacgu\tone\tx\nGGTT\ttwo\t\nCCAA\tone\t\n")
    fasta.write_text(">one\nACGT\n>two first\nGGTT\n>one\nCCAA\n")
    parquet = tmp_path / "b.parquet"
    pl.DataFrame({"sample": ["one", "two", "one"], "barcode": ["ACGT", "GGTT", "CCAA"]}).write_parquet(
        parquet
    )
    expected = {"ACGT": "one", "GGTT": "two", "CCAA": "one"}
    assert read_barcodes(table) == read_barcodes(fasta) == read_barcodes(parquet) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sample\tbarcode\na\tACGX\n", r"b\.tsv, line 2, column barcode: the barcode 'ACGX' is no sequence"),
        ("sample\tbarcode\na\tACGT\nb\tACGT\n", r"line 3: the barcode ACGT stands twice: for a and for b"),
        ("sample\tbarcode\na\tACGT\nb\tACG\n", r"line 3: the barcode ACG has 3 nt, those before it 4"),
        ("sample\tbarcode\n../a\tACGT\n", r"line 2, column sample: '\.\./a' cannot name a sample"),
        ("sample\tindex\na\tACGT\n", r"the table has no column barcode\. Give a table"),
        ("sample\tbarcode\n", r"no barcode was found"),
    ],
)
def test_barcodes__that_cannot_be_are_refused(tmp_path, text, message):
    path = tmp_path / "b.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_barcodes(path)
