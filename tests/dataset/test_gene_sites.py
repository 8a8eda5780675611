"""Sites looked for on their own gene."""

import polars as pl
import pytest

from dmiso.columns import schema_of
from dmiso.dataset.gene_sites import FEWEST_OF_DUPLEX, GeneIndex, place_on_genes
from dmiso.io.transcripts import Transcript
from dmiso.records import Counts

MIRNA = "UAGCUUAUCAGACUGAUGUUGA"
UTR = "GGGGCAUUACGGAAUCCGUAACCGGAUAAGCUAACCAUUGGACCAUUGG"
SEED = "AUAAGCUA"


def utr(name="1", symbol="PTEN", sequence=UTR, **more):
    return Transcript(name, sequence, (0, 0), gene_names=(symbol,), **more)


def placed(site, *, gene=("1", "PTEN"), utrs=None):
    names = (
        "target_sequence",
        "mirna_sequence",
        "gene_id",
        "gene_name",
        "transcript_id",
        "start",
        "end",
        "region",
    )
    frame = pl.DataFrame(
        [(site, MIRNA, *gene, None, None, None, None)], schema=schema_of(names), orient="row"
    )
    counts = Counts()
    given = {"1": utr()} if utrs is None else {one.id: one for one in utrs}
    return place_on_genes(frame, given, counts).row(0, named=True), counts


def test_site__that_stands_once_on_its_gene_is_placed():
    site = UTR[10:30]
    row, counts = placed(site)
    assert (row["transcript_id"], row["start"], row["end"], row["region"]) == ("1", 10, 30, "3'UTR")
    assert row["target_sequence"] == site
    assert dict(counts.kept) == {"sites found on their own gene": 1}


def test_seed_match__gets_the_duplex_before_it():
    row, counts = placed(SEED)
    end = UTR.index(SEED) + len(SEED)
    assert len(SEED) < FEWEST_OF_DUPLEX
    assert (row["start"], row["end"]) == (end - len(MIRNA), end)
    assert row["target_sequence"] == UTR[end - len(MIRNA) : end]
    assert any("seed matches" in sentence for sentence in counts.notes)


def test_seed_match__near_the_beginning_gets_what_there_is():
    row, _ = placed("GGGGCAUU")
    assert (row["start"], row["end"], row["target_sequence"]) == (0, 8, "GGGGCAUU")


@pytest.mark.parametrize(
    ("site", "gene", "reason"),
    [
        ("CCAUUGG", ("1", "PTEN"), "sites on several positions of their own gene"),
        ("UUUUUUUUUUUUUUUU", ("1", "PTEN"), "sites not found on their own gene"),
        (SEED, ("2", "TP53"), "sites whose gene is not among the transcripts"),
    ],
)
def test_site__of_unknown_position_stays_as_it_is_and_is_counted(site, gene, reason):
    row, counts = placed(site, gene=gene)
    assert (row["target_sequence"], row["transcript_id"], row["start"]) == (site, None, None)
    assert [sentence for sentence in counts.notes if sentence.startswith(reason)]
    assert not counts.kept


def test_site__on_overlapping_copies_stands_on_several_positions():
    _, counts = placed("AAA", utrs=[utr(sequence="CCAAAACC")])
    assert any("several positions" in sentence for sentence in counts.notes)


def test_site__on_several_transcripts_of_its_gene_is_placed_on_the_longest():
    short = Transcript("NM_1", UTR[20:], (0, 0), gene_names=("PTEN",))
    long = Transcript("NM_2", "AC" + UTR, (0, 0), gene_names=("PTEN",))
    row, _ = placed(SEED, gene=(None, "PTEN"), utrs=[short, long])
    assert (row["transcript_id"], row["end"]) == ("NM_2", UTR.index(SEED) + len(SEED) + 2)


def test_site__is_looked_for_on_the_3utr_first_and_then_on_the_whole_mrna():
    mrna = Transcript("NM_1", SEED + "GGGGGGACGUCC" + UTR, (2, 20), gene_names=("PTEN",))
    row, _ = placed(SEED, utrs=[mrna], gene=(None, "PTEN"))
    assert (row["end"], row["region"]) == (20 + UTR.index(SEED) + len(SEED), "3'UTR")
    row, _ = placed("GGGGGGACGUCC", utrs=[mrna], gene=(None, "PTEN"))
    assert (row["end"], row["region"]) == (20, "CDS")


def test_gene__is_found_whatever_the_version_of_its_accession():
    index = GeneIndex({"a": Transcript("a", "A", (0, 0), gene_id="ENSG00000111640.15")})
    assert [one.id for one in index.find("ENSG00000111640", None)] == ["a"]


def test_gene__is_known_by_id_first_and_by_symbol_where_an_id_is_missing():
    index = GeneIndex({"2152": utr("2152", "F3"), "x": Transcript("x", "A", (0, 0), gene_names=("NOID",))})
    assert [one.id for one in index.find("2152", "OLD")] == ["2152"]
    assert [one.id for one in index.find(None, "F3")] == ["2152"]
    assert [one.id for one in index.find("99", "NOID")] == ["x"]
    # the mouse's F3 has the human symbol and another id
    assert index.find("14066", "F3") == []
    assert index.find(None, "f3") == []
    assert index.find(None, None) == []


def test_transcripts__none_leave_the_rows_as_they_are():
    row, counts = placed(SEED, utrs=[])
    assert row["target_sequence"] == SEED
    assert counts == Counts()
