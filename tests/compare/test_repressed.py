"""Genes whose repression an isomiR gains and loses, from the seed sites of both."""

import pytest

import dmiso
from dmiso.alphabet import reverse_complement
from dmiso.compare import CompareSettings, Pair, Targets, compare_isomir, judge
from dmiso.compare.repressed import RepressedGenes, repression_change
from dmiso.compare.sentences import measure_sentence, repression_sentence
from dmiso.errors import InputError
from dmiso.io.transcripts import Transcript
from dmiso.records import Counts, SequenceRecord
from dmiso.repression.blocks import UNKNOWN_REGIONS

CANONICAL, SHIFTED = "UACCCUGUAGAUCCGAAUUUGUG", "ACCCUGUAGAUCCGAAUUUGUG"
TAILED, EDITED = CANONICAL + "U", "UGCCCUGUAGAUCCGAAUUUGUG"
UTR3 = (0, 0)
SETTINGS = CompareSettings(min_percentile=0)


def seed_site(mirna):
    """A 3'UTR with an 8mer of a miRNA, and no other seed match."""
    return "G" * 60 + reverse_complement(mirna[1:8]) + "A" + "G" * 40


def compared(said, **more):
    """Compare the shifted isomiR on a site of each and on a 3'UTR of none; return the 3'UTRs too."""
    pair = Pair(SequenceRecord("isomir", SHIFTED), SequenceRecord("mir", CANONICAL), **more)
    bases = [seed_site(SHIFTED), seed_site(CANONICAL), "G" * 90]
    scan = said([], [], bases=bases, cds=UTR3)
    return judge(scan, pair, SETTINGS), {f"t{i}": text for i, text in enumerate(bases)}


@pytest.mark.parametrize(
    ("isomir", "canonical", "expected"),
    [(-0.1, 0.0, "gained"), (-0.099, 0.0, "neither"), (-0.5, -0.45, "kept"), (-0.2, -0.5, "lost")],
)
def test_repression_change__at_its_edges(isomir, canonical, expected):
    assert repression_change(isomir, canonical, 0.1) == expected


def test_repression__is_gained_and_lost_with_the_seed(said):
    found, bases = compared(said)
    rows = {row["gene_id"]: row for row in found.genes.to_dicts()}
    assert (rows["t0"]["repression_change"], rows["t1"]["repression_change"]) == ("gained", "lost")
    assert "t2" not in rows
    verb = dmiso.repression({"own": SHIFTED, "other": CANONICAL}, utrs=bases).genes
    folds = {(m, t): x for m, t, x in verb.select("mirna_id", "transcript_id", "repression").iter_rows()}
    for gene in ("t0", "t1"):
        assert rows[gene]["isomir_repression"] == pytest.approx(folds["own", gene])
        assert rows[gene]["canonical_repression"] == pytest.approx(folds["other", gene])
        assert rows[gene]["repression_difference"] == pytest.approx(folds["own", gene] - folds["other", gene])
    assert found.as_dict()["repression"] == {"gained": 1, "lost": 1, "kept": 0, "neither": 0}
    assert "gains 1 gene and loses 1; 0 it keeps" in repression_sentence(found)


@pytest.mark.parametrize(
    ("isomir", "expected"),
    [(EDITED, ["gained", "lost"]), (TAILED, ["kept", "kept"]), (CANONICAL[:-2], ["kept", "kept"])],
)
def test_repression__moves_with_an_edited_seed_and_not_with_a_3p_end(isomir, expected):
    texts = [seed_site(isomir), seed_site(CANONICAL)]
    targets = Targets([Transcript(f"t{i}", text, UTR3) for i, text in enumerate(texts)], {})
    pair = Pair(SequenceRecord("isomir", isomir), SequenceRecord("mir", CANONICAL))
    table = RepressedGenes([isomir, CANONICAL], targets, (), Counts()).of_pair(pair)
    both = table.select("isomir_repression", "canonical_repression").iter_rows()
    assert [repression_change(own, other, 0.1) for own, other in both] == expected


def test_repression__leaves_out_transcripts_without_a_region_asked_for():
    texts = [seed_site(SHIFTED), seed_site(SHIFTED)]
    targets = Targets(
        [Transcript("all CDS", texts[0], (0, len(texts[0]))), Transcript("t", texts[1], UTR3)], {}
    )
    pair = Pair(SequenceRecord("isomir", SHIFTED), SequenceRecord("mir", CANONICAL))
    table = RepressedGenes([SHIFTED, CANONICAL], targets, ("3utr",), Counts()).of_pair(pair)
    assert table["gene_id"].to_list() == ["t"]


def test_mixture__weighs_the_fold_changes_of_both(said):
    found, _ = compared(said, isomir_reads=25, canonical_reads=75)
    for row in found.genes.to_dicts():
        mixed = 0.25 * row["isomir_repression"] + 0.75 * row["canonical_repression"]
        assert row["mixture_repression"] == pytest.approx(mixed)
        assert row["mixture_repression_difference"] == pytest.approx(mixed - row["canonical_repression"])


def test_repression__is_empty_where_no_region_is_known(said, pair):
    counts = Counts()
    found = judge(said([(0, 10, 32, 6.0, 0.01)], [], counts=counts), pair, SETTINGS)
    assert found.genes["repression_change"].to_list() == [None]
    assert found.genes["isomir_binding"].item() > 0
    assert counts.notes[UNKNOWN_REGIONS] == 2
    assert found.as_dict()["repression"] is None
    assert "--as-utrs" in repression_sentence(found)
    assert "not predicted" in measure_sentence("repression", found.genes.row(0, named=True), "mir")


def test_compare__takes_declared_utrs_from_python():
    bases = {"own": seed_site(SHIFTED), "other": seed_site(CANONICAL)}
    found = dmiso.compare(SHIFTED, CANONICAL, bases, as_utrs=True, decoys=4)
    changes = dict(found.genes.select("gene_id", "repression_change").iter_rows())
    assert changes == {"own": "gained", "other": "lost"}
    coded = {"own": Transcript("own", bases["own"], (3, 30))}
    with pytest.raises(InputError, match="declared to be 3'UTRs"):
        compare_isomir(SHIFTED, CANONICAL, coded, settings=CompareSettings(as_utrs=True, decoys=4))


def test_genes__come_by_the_size_of_the_change_of_repression(said):
    found, _ = compared(said)
    sizes = found.genes["repression_difference"].abs().to_list()
    assert sizes == sorted(sizes, reverse=True)
