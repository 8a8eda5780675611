"""How often isomiRs are seen, and what MirGeneDB's miRNAs have, worked by hand."""

import polars as pl
import pytest

from dmiso.records import Counts
from dmiso.studies.interaction_counts import count_rows
from dmiso.studies.isomir_frequency import frequency_rows, isomir_frequency, mirgenedb_rows

from .test_interaction_counts import typed

LET7, MIR21 = "UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA"
ROWS = [
    *[("clash", "hsa-let-7a-5p", LET7[:-1], 0, -1, i, 1) for i in range(10)],
    *[("clash", "hsa-let-7a-5p", LET7[1:-1], 1, -1, i, 30) for i in range(12)],
    ("clash", "hsa-miR-21-5p", MIR21 + "A", 0, 1, 1, None),
    ("clash", "hsa-miR-21-5p", MIR21, 0, 0, 2, 60),
    ("old", "let-7a", LET7, None, None, 3, None),
]


@pytest.fixture
def frames():
    return {"primary": typed(ROWS)}


def values(rows, subject="all sources", data="primary"):
    own = rows.filter(subject=subject, data=data)
    return dict(own.select("metric", "value").iter_rows())


def test_frequency__is_of_isomirs_alone_the_most_frequent_first(frames):
    table = isomir_frequency(frames)
    assert table.select("mirna_sequence", "isomir_types", "isomir_interactions", "read_count").rows() == [
        (LET7[1:-1], "5' deletion,3' deletion", 12, 360),
        (LET7[:-1], "3' deletion", 10, 10),
        (MIR21 + "A", "3' addition", 1, 1),
    ]


def test_frequency__rows_say_the_most_frequent_those_of_ten_and_each_type(frames):
    rows = frequency_rows(isomir_frequency(frames))
    found = values(rows)
    assert found["interactions of the most frequent isomiR"] == 12
    assert found["isomiRs in only 10 interactions"] == found["isomiRs in only 1 interaction"] == 1
    assert found["isomiRs of at least 10 reads"] == 2
    first = rows.filter(subject="all sources")["note"][0]
    assert first == "5' deletion,3' deletion isomiR of hsa-let-7a-5p"
    assert values(rows, "3' deletion") == {"isomiRs": 2, "interactions of the most frequent isomiR": 12}
    assert values(rows, "MNP") == {"isomiRs": 0}


def test_frequency__of_data_without_isomirs_is_empty():
    table = isomir_frequency({"primary": typed(ROWS[-2:])})
    assert table.is_empty()
    assert frequency_rows(table).is_empty()


def test_mirgenedb__rows_are_of_its_mirnas_by_name_or_nucleotides(frames, tmp_path):
    mature, curated = tmp_path / "mature.fa", tmp_path / "mirgenedb.fa"
    mature.write_text(
        f">hsa-let-7a-5p MIMAT1\n{LET7}\n>hsa-miR-21-5p MIMAT2\n{MIR21}\n>mmu-let-7a-5p M3\n{LET7}\n"
    )
    curated.write_text(f">Hsa-Let-7-P2_5p\n{LET7}\n>Hsa-Mir-999_5p\nCCCCCCCCCCCCCCCCCCCCCC\n")
    found = values(mirgenedb_rows(frames, curated, mature, Counts()), data="primary, MirGeneDB")
    assert found["miRNAs of MirGeneDB"] == 2
    assert found["of these, in the data"] == 1
    assert found["miRNAs of the data"] == 3
    assert found["of these, in MirGeneDB"] == 2  # let-7a by its old name too
    assert found["interactions"] == 10 + 12 + 1
    assert found["interactions of isomiRs"] == 22
    assert found["interactions of exact miRNAs"] == 0
    assert found["interactions of the most frequent isomiR"] == 12
    assert found["distinct sequences, 3' isomiR"] == found["distinct sequences, 3' deletion"] == 2
    assert found["distinct sequences, 5' isomiR"] == 1
    assert found["distinct sequences, polymorphic isomiR"] == 0


def test_experiments__are_compared_again_by_forms_of_fifty_reads(frames):
    second = typed([("eclip", "hsa-miR-21-5p", MIR21, 0, 0, 2, 1)])
    found = values(count_rows(frames["primary"], second))
    assert (found["miRNA forms"], found["miRNA forms not seen in the second data"]) == (4, 3)
    assert found["share of miRNA forms not seen in the second data"] == 0.75
    assert found["miRNA forms of at least 50 reads"] == 2
    assert found["miRNA forms of at least 50 reads not seen in the second data"] == 1
    assert found["share of miRNA forms of at least 50 reads not seen in the second data"] == 0.5


def test_targets__are_genes_of_each_group(frames):
    frame = frames["primary"]
    genes = frame.with_columns(
        gene_name=pl.when(pl.col("cluster") % 2 == 0).then(pl.format("G{}", "cluster")),
        gene_id=pl.lit(None, pl.String),
        transcript_id=pl.when(pl.col("cluster") > 8).then(pl.lit("NM_1")),
    )
    found = values(count_rows(genes, None))
    assert found["mRNAs of 3' isomiRs"] == 6 + 1
    assert found["mRNAs of exact miRNAs"] == 1
    assert found["mRNAs of polymorphic isomiRs"] == 0
