"""The two modes' tables: the same positives, and what makes one honest and the other not."""

import polars as pl
import pytest

from dmiso.io.transcripts import read_transcripts
from dmiso.records import Counts
from dmiso.settings.study import StudySettings
from dmiso.studies.designs import fold_of, folded, gathered, halved, mouse_sample, parted
from dmiso.studies.settings import StudyInputs

SEED = 3


@pytest.fixture(scope="module")
def mrnas(world):
    return read_transcripts(world["transcripts"], Counts(), cds=world["cds"])


@pytest.fixture(scope="module")
def inputs(world):
    return StudyInputs((world["interactions"],), world["transcripts"], world["cds"])


@pytest.fixture(scope="module")
def positives(inputs, mrnas):
    counts = Counts()
    frame = gathered(inputs.interactions, inputs, StudySettings(), mrnas, counts)
    assert counts.kept["interactions positives located on the transcripts"] == frame["located"].sum()
    return frame.filter("located").drop("located")


def pairs(frame):
    return set(frame.filter(pl.col("label") == 1).select("mirna_sequence", "target_sequence").iter_rows())


def test_gathered__extends_sites_by_the_papers_25_nt_on_the_transcript(positives, mrnas):
    assert positives["target_sequence"].str.len_chars().to_list() == [60] * positives.height
    for name, start, site in positives.select("transcript_id", "start", "target_sequence").iter_rows():
        assert mrnas[name].sequence.startswith(site, start)


def test_paper_mode__negatives_lie_in_the_3utr_of_the_positives_transcript(positives, mrnas):
    table = parted(positives, "paper", mrnas, SEED, Counts())
    negatives = table.filter(pl.col("label") == 0)
    assert negatives.height > 0.8 * positives.height
    for name, start in negatives.select("transcript_id", "start").iter_rows():
        assert start >= mrnas[name].cds[1]


def test_paper_mode__parts_rows_at_random_so_that_clusters_cross(positives, mrnas):
    table = parted(positives, "paper", mrnas, SEED, Counts())
    splits = table.filter(pl.col("label") == 1).group_by("cluster").agg(pl.col("split").n_unique())
    assert splits["split"].max() > 1
    assert (table["split"] == "test").mean() == pytest.approx(0.2, abs=0.01)


def test_both_modes__have_the_same_positives_but_for_those_counted_as_dropped(positives, mrnas):
    counts = Counts()
    paper = parted(positives, "paper", mrnas, SEED, Counts())
    honest = parted(positives, "honest", mrnas, SEED, counts)
    assert pairs(honest) <= pairs(paper)
    assert len(pairs(paper)) - len(pairs(honest)) == sum(counts.dropped.values())


@pytest.mark.parametrize("make", [parted, halved])
def test_honest_mode__no_cluster_crosses_and_both_sides_of_a_pair_are_balanced(positives, mrnas, make):
    table = make(positives, "honest", mrnas, SEED, Counts())
    assert table.group_by("cluster").agg(pl.col("split").n_unique())["split"].max() == 1
    for side in ("mirna_sequence", "target_sequence"):
        balance = table.group_by("split", side).agg(pl.col("label").cast(pl.Float64).mean())
        assert balance["label"].to_list() == [0.5] * balance.height


def test_folds__leave_the_test_rows_out_and_are_balanced_each(positives, mrnas):
    main = parted(positives, "honest", mrnas, SEED, Counts())
    table = folded(main, "honest", 4, SEED, Counts())
    assert not pairs(table) & pairs(main.filter(pl.col("split") == "test"))
    balance = table.group_by("split", "mirna_sequence").agg(pl.col("label").cast(pl.Float64).mean())
    assert balance["label"].to_list() == [0.5] * balance.height
    assert table.group_by("cluster").agg(pl.col("split").n_unique())["split"].max() == 1


def test_folds__each_is_judged_once_and_the_next_one_chooses_the_epoch(positives, mrnas):
    table = folded(parted(positives, "paper", mrnas, SEED, Counts()), "paper", 4, SEED, Counts())
    parts = [fold_of(table, number, 4)["split"] for number in range(4)]
    judged = pl.DataFrame([(part == "test").cast(pl.Int64).alias(str(i)) for i, part in enumerate(parts)])
    assert judged.sum_horizontal().to_list() == [1] * table.height
    assert (parts[3] == "validation").to_list() == (parts[0] == "test").to_list()


def test_halves__no_mirna_of_the_test_half_is_in_training(positives, mrnas):
    for mode in ("paper", "honest"):
        table = halved(positives, mode, mrnas, SEED, Counts())
        held_out = set(table.filter(pl.col("split") == "test")["mirna_id"])
        others = set(table.filter(pl.col("split") != "test")["mirna_id"])
        assert held_out
        assert not held_out & others


def test_tables__are_the_same_for_the_same_seed_and_differ_for_another(positives, mrnas):
    for mode in ("paper", "honest"):
        one, two, other = (parted(positives, mode, mrnas, seed, Counts()) for seed in (SEED, SEED, SEED + 1))
        assert one.equals(two)
        assert not one.equals(other)


def test_mouse_sample__is_as_large_as_asked_and_counts_the_rest(positives):
    counts = Counts()
    sample = mouse_sample(positives, StudySettings(mouse_pairs=10), counts)
    assert sample.height == 10
    assert sum(counts.dropped.values()) == positives.height - 10
    assert mouse_sample(positives, StudySettings(), Counts()).equals(positives)
