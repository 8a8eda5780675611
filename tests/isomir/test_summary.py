"""Summaries of calls, worked by hand on a small table."""

import polars as pl
import pytest

from dmiso.columns import COLUMNS, schema_of
from dmiso.errors import UsageError
from dmiso.isomir.exchange import EXCHANGE_COLUMNS
from dmiso.isomir.names.crossref import CROSSREF_COLUMNS
from dmiso.isomir.summary.run import SummaryInputs, summary_files
from dmiso.isomir.summary.tables import summarise
from dmiso.isomir.summary.text import summary_text
from dmiso.records import Counts

ROWS = [
    # sequence, reads, miRNA, types, variant, changes, seed shifted, parents
    ("AAAA", 60, "m-1", "exact miRNA", "NA", "", False, 1),
    ("AAAAU", 30, "m-1", "3' addition", "iso_add3p:1", "", False, 1),
    ("AAGA", 6, "m-1", "SNP", "iso_snv_seed", "3:A>G", True, 1),
    ("AAGAU", 4, "m-1", "3' addition,SNP", "iso_add3p:1,iso_snv_seed", "3:A>G", True, 1),
    ("CCCC", 10, "m-2", "exact miRNA", "NA", "", False, 2),
    ("CCCC", 10, "m-3", "3' deletion", "iso_3p:-1", "", False, 2),
    ("CCGGC", 8, "m-3", "MNP", "iso_snv", "3:C>G,4:C>G", False, 1),
]
COLUMNS_GIVEN = (
    "sequence",
    "read_count",
    "mirna_id",
    "isomir_types",
    "variant",
    "changes",
    "seed_shifted",
    "n_parents",
)


@pytest.fixture
def calls():
    frame = pl.DataFrame(ROWS, schema=COLUMNS_GIVEN, orient="row")
    others = [
        pl.lit(None, schema_of(EXCHANGE_COLUMNS)[name]).alias(name)
        for name in EXCHANGE_COLUMNS
        if name not in frame.columns
    ]
    return frame.with_columns(*others).select(EXCHANGE_COLUMNS)


def test_reads__of_a_sequence_with_several_mirnas_are_counted_once(calls):
    facts = summarise(calls, Counts()).facts
    assert facts["reads"] == 118 == calls.unique("sequence")["read_count"].sum()
    assert facts["sequences"] == 6
    assert facts["mirnas"] == 3
    assert facts["reads_of_several_mirnas"] == 10
    assert facts["exact_reads"] == 65
    assert facts["seed_shifted_reads"] == 10


def test_types__are_counted_over_all_and_by_mirna(calls):
    summary = summarise(calls, Counts())
    assert summary.types.select("isomir_type", "sequences", "reads").rows() == [
        ("exact miRNA", 2, 65.0),
        ("3' addition", 2, 34.0),
        ("3' deletion", 1, 5.0),
        ("SNP", 2, 10.0),
        ("MNP", 1, 8.0),
    ]
    own = summary.mirna_types.filter(pl.col("mirna_id") == "m-1")
    assert own.select("isomir_type", "read_share").rows() == [
        ("exact miRNA", 0.6),
        ("3' addition", 0.34),
        ("SNP", 0.1),
    ]


def test_mirnas__are_listed_by_reads_with_their_most_frequent_isomir(calls):
    mirnas = summarise(calls, Counts()).mirnas
    assert mirnas["mirna_id"].to_list() == ["m-1", "m-3", "m-2"]
    assert mirnas.row(0, named=True) == {
        "mirna_id": "m-1",
        "reads": 100.0,
        "sequences": 4,
        "exact_reads": 60.0,
        "isomir_reads": 40.0,
        "seed_shifted_reads": 10.0,
        "top_isomir": "iso_add3p:1",
        "top_isomir_sequence": "AAAAU",
        "top_isomir_reads": 30.0,
    }
    assert mirnas.row(2, named=True)["top_isomir"] is None


def test_substitutions__are_counted_by_position_and_base(calls):
    assert summarise(calls, Counts()).substitutions.rows() == [
        (3, "A", "G", 2, 10.0),
        (3, "C", "G", 1, 8.0),
        (4, "C", "G", 1, 8.0),
    ]


def test_base_not_read__is_no_substitution(calls):
    with_n = calls.with_columns(pl.col("changes").str.replace("3:A>G", "3:A>N", literal=True))
    assert summarise(with_n, Counts()).substitutions["reference_base"].to_list() == ["C", "C"]


def test_preference__is_the_binomial_test_on_sequences_of_one_mirna(calls):
    stats = pytest.importorskip("scipy.stats")
    counts = Counts()
    tests = summarise(calls, counts, least=8).preference
    assert tests["mirna_id"].unique(maintain_order=True).to_list() == ["m-1", "m-3"]
    row = tests.filter((pl.col("mirna_id") == "m-1") & (pl.col("isomir_type") == "3' addition")).row(
        0, named=True
    )
    assert (row["observations"], row["of_type"]) == (40, 34)
    assert row["expected_share"] == pytest.approx(34 / 48)
    expected = stats.binomtest(34, 40, 34 / 48, alternative="greater").pvalue
    assert row["binomial_p_value"] == pytest.approx(expected, rel=1e-9)
    q = stats.false_discovery_control(tests["binomial_p_value"].to_numpy(), method="bh")
    assert tests["binomial_q_value"].to_list() == pytest.approx(q.tolist())
    assert counts.notes == {"isomiR sequences of several miRNAs, left out of the test of preference": 1}


def test_preference__counts_sequences_if_asked(calls):
    tests = summarise(calls, Counts(), least=2, count_by="sequences").preference
    assert tests.select("mirna_id", "observations").unique().rows() == [("m-1", 3)]


def test_untold_types__are_a_type_of_their_own_and_not_tested(calls):
    untold = calls.with_columns(isomir_types=pl.lit(None, pl.String))
    summary = summarise(untold, Counts(), least=1)
    assert summary.types["isomir_type"].to_list() == ["not told"]
    assert summary.preference.height == 0


def test_mirgenedb__holds_a_share_of_mirnas_and_reads(calls):
    pairs = [
        ("M-1_5p", "m-1", "", "sequence", "", ""),
        ("M-1-v2_5p", "m-1", "", "ends", "", ""),
        ("M-9", None, None, "", "", None),
    ]
    crossref = pl.DataFrame(pairs, schema=schema_of(CROSSREF_COLUMNS), orient="row")
    summary = summarise(calls, Counts(), crossref=crossref)
    assert summary.mirnas["mirgenedb_ids"].to_list() == ["M-1_5p,M-1-v2_5p", None, None]
    facts = summary.facts
    assert (facts["mirnas_in_mirgenedb"], facts["reads_in_mirgenedb"]) == (1, 100.0)
    assert (facts["mirgenedb_mirnas"], facts["mirgenedb_mirnas_seen"]) == (3, 2)
    text = summary_text(summary, least=100, count_by="reads")
    assert "MirGeneDB holds 1 of the 3 miRNAs (33.3 %), with 84.7 % of the reads" in text


def test_text__says_the_numbers(calls):
    text = summary_text(summarise(calls, Counts(), least=8), least=8, count_by="reads")
    assert text.startswith("118 reads of 6 sequences, 3 miRNAs; 5 of the sequences are isomiRs.\n")
    assert "  exact miRNA                        55.1 %\n" in text
    assert "  3:A>G           2   10.0\n" in text
    assert "Preferred types: 2 miRNAs have at least 8 isomiR reads; 1 with a preferred one" in text
    assert "Reads of one library are not independent draws" in text
    assert "MirGeneDB" not in text


def test_no_calls__give_empty_tables_and_a_text():
    summary = summarise(pl.DataFrame(schema=schema_of(EXCHANGE_COLUMNS)), Counts())
    assert summary.types.height == summary.mirnas.height == summary.preference.height == 0
    assert summary_text(summary, least=100, count_by="reads").startswith("0 reads of 0 sequences")


def test_columns__are_all_declared(calls):
    crossref = pl.DataFrame(schema=schema_of(CROSSREF_COLUMNS))
    summary = summarise(calls, Counts(), crossref=crossref)
    tables = (summary.types, summary.mirnas, summary.mirna_types, summary.substitutions, summary.preference)
    assert {name for frame in (*tables, crossref) for name in frame.columns} <= set(COLUMNS)


def test_directory__has_tables_text_and_manifest_without_paths_and_the_same_bytes_twice(calls, tmp_path):
    source = tmp_path / "calls.tsv"
    calls.write_csv(source, separator="\t")
    for name in ("a", "b"):
        summary_files(SummaryInputs(source), tmp_path / name, least=8)
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == [
        "ends.tsv",
        "manifest.json",
        "mirna_types.tsv",
        "mirnas.tsv",
        "preference.tsv",
        "substitutions.tsv",
        "summary.txt",
        "types.tsv",
    ]
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        assert str(tmp_path) not in (tmp_path / "a" / name).read_text()


def test_mirgenedb_without_the_calls_mirnas__is_a_wrong_use(tmp_path):
    with pytest.raises(UsageError, match="give --mature, the miRNAs the calls name"):
        summary_files(SummaryInputs(tmp_path / "c", mirgenedb=tmp_path / "m"), tmp_path / "o")
    with pytest.raises(UsageError, match="--mirgenedb-gff3 adds accessions to --mirgenedb"):
        summary_files(SummaryInputs(tmp_path / "c", mirgenedb_gff3=tmp_path / "m"), tmp_path / "o")
