"""Counts of interactions, worked by hand on a handful."""

import polars as pl

from dmiso.studies.interaction_counts import count_rows
from dmiso.studies.isomir_types import with_types


def typed(rows):
    names = ["source", "mirna_id", "mirna_sequence", "iso5_offset", "iso3_offset", "cluster", "read_count"]
    frame = pl.DataFrame(
        rows, schema=dict.fromkeys(names[:3], pl.String) | dict.fromkeys(names[3:], pl.Int64), orient="row"
    )
    unknown = {name: pl.lit(None, pl.String) for name in ("gene_name", "gene_id", "transcript_id")}
    known = {"located": pl.col("cluster") < 3, "has_utr": pl.col("cluster") < 2}
    return with_types(frame.with_columns(**known, **unknown), {})


PRIMARY = [
    ("clash", "a", "UGAGGUAG", 0, 0, 1, 7),
    ("clash", "a", "GAGGUAG", 1, 0, 1, 3),
    ("clash", "a", "GAGGUAG", 1, 0, 2, 2),
    ("clash", "b", "CCCCGGGGA", 0, 1, 9, None),
    ("old", "c", "AAAACCCC", None, None, 2, None),
]
SECOND = [("eclip", "a", "UGAGGUAG", 0, 0, 5, 1)]


def values(subject, data="primary"):
    table = count_rows(typed(PRIMARY), typed(SECOND)).filter(subject=subject, data=data)
    return dict(table.select("metric", "value").iter_rows())


def test_counts__of_a_source_by_type():
    clash = values("clash")
    assert clash["interactions"] == 4
    assert clash["located on the transcripts"] == 3
    assert clash["whose gene has a 3'UTR at hand"] == 2
    assert clash["interactions, exact miRNA"] == 1
    assert clash["interactions, 5' deletion"] == 2
    assert clash["distinct sequences, 5' deletion"] == 1
    assert clash["interactions, 3' addition"] == 1
    assert clash["interactions, SNP"] == 0


def test_counts__a_source_of_reference_mirnas_is_a_row_that_says_so():
    table = count_rows(typed(PRIMARY), None).filter(subject="old")
    untold = table.filter(pl.col("metric").str.contains("not told")).row(0, named=True)
    assert untold["value"] == 1
    assert "reference miRNAs only" in untold["note"]


def test_counts__of_all_sources_together():
    found = values("all sources")
    assert found["interactions of exact miRNAs"] == 1
    assert found["interactions of isomiRs"] == 3
    assert found["distinct exact miRNAs and isomiRs"] == 3
    assert found["reads an isomiR, mean"] == (5 + 1) / 2
    assert found["miRNAs with an isomiR"] == 2
    assert found["sites of exact miRNAs"] == 1
    assert found["of these, also of 5' isomiRs"] == 1
    assert found["of these, also of 3' isomiRs"] == 0
    assert found["share of miRNA forms not seen in the second data"] == 2 / 3
