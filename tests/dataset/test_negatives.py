"""Negatives: exact balance, no partner that could bind for the true reason, and what is said of the rest."""

from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.dataset.clusters import site_clusters
from dmiso.dataset.negatives import STRATEGIES, DrawSettings, draw_negatives
from dmiso.dataset.site_swap import swap_partners
from dmiso.energies import duplex_energies
from dmiso.errors import UsageError
from dmiso.io.transcripts import Transcript
from dmiso.records import Counts


def _positives(rng, n=300, n_mirnas=12, n_sites=220):
    """Positives with isomiRs of one name, sites met by several miRNAs, two sources and three splits."""
    bases = np.array(list("ACGU"))
    references = ["".join(rng.choice(bases, 22)) for _ in range(n_mirnas)]
    sites = ["".join(rng.choice(bases, 40)) for _ in range(n_sites)]
    mirna = rng.integers(0, n_mirnas, n) ** 2 // n_mirnas
    trim = rng.integers(0, 2, n)
    site = rng.integers(0, n_sites, n)
    frame = pl.DataFrame(
        {
            "mirna_id": [f"mir-{m}" for m in mirna],
            "mirna_sequence": [references[m][t:] for m, t in zip(mirna, trim, strict=True)],
            "family": [f"family-{m // 3}" if m % 3 else None for m in mirna],
            "target_id": [f"s{s}" for s in site],
            "target_sequence": [sites[s] for s in site],
            "source": [("a", "b")[s % 2] for s in site],
            "split": [("train", "test", "validation")[s % 3] for s in site],
            "read_count": np.arange(n),
        }
    ).unique(["mirna_sequence", "target_sequence"], keep="first", maintain_order=True)
    return frame.with_columns(cluster=pl.Series(site_clusters(frame["target_sequence"].to_list())))


def _counts(frame, label, columns):
    return Counter(frame.filter(pl.col("label") == label).select(columns).rows())


@pytest.mark.parametrize("ratio", [1, 3, 10])
@pytest.mark.parametrize("what", ["mirna_sequence", "target_sequence"])
def test_site_swap__every_mirna_and_site_occurs_equally_often_in_both_classes(rng, ratio, what):
    labelled = draw_negatives(_positives(rng), settings=DrawSettings(ratio=ratio, seed=3))
    columns = ["split", "source", what]
    positives, negatives = _counts(labelled, 1, columns), _counts(labelled, 0, columns)
    assert positives.total() > 200
    assert negatives == Counter({key: ratio * n for key, n in positives.items()})


def test_site_swap__a_partner_shares_no_seed_name_or_family_with_any_mirna_of_the_sites_cluster(rng):
    positives = _positives(rng)
    labelled = draw_negatives(positives, settings=DrawSettings(ratio=5, seed=4))
    seeds, names, families = {}, {}, {}
    for cluster, sequence, name, family in positives.select(
        "cluster", "mirna_sequence", "mirna_id", "family"
    ).iter_rows():
        seeds.setdefault(cluster, set()).update({sequence[1:7], sequence[1:8]})
        names.setdefault(cluster, set()).add(name)
        families.setdefault(cluster, set()).add(family)
    negatives = labelled.filter(pl.col("label") == 0)
    assert negatives.height > 1_000
    for cluster, sequence, name, family in negatives.select(
        "cluster", "mirna_sequence", "mirna_id", "family"
    ).iter_rows():
        assert sequence[1:7] not in seeds[cluster]
        assert sequence[1:8] not in seeds[cluster]
        assert name not in names[cluster]
        assert family is None or family not in families[cluster]


def test_site_swap__seeds_that_differ_at_position_8_only_are_one_seed():
    mirnas = ["UGAGGUAGUAG", "UGAGGUACUAG", "UAAAGUGCUUA", "UAAAGUGGUUA"]
    frame = pl.DataFrame({"mirna_sequence": mirnas, "cluster": [0, 1, 2, 3]})
    for seed in range(20):
        partners = swap_partners(frame, ratio=1, within=(), seed=seed).partners[0].tolist()
        assert set(partners[:2]) == {2, 3}


def test_site_swap__a_negative_keeps_its_site_and_takes_all_of_the_other_mirna(rng):
    positives = _positives(rng)
    labelled = draw_negatives(positives)
    mirnas = set(positives.select("mirna_id", "mirna_sequence", "family").rows())
    sites = set(positives.select("target_id", "target_sequence", "source", "split", "cluster").rows())
    negatives = labelled.filter(pl.col("label") == 0)
    assert set(negatives.select("mirna_id", "mirna_sequence", "family").rows()) <= mirnas
    assert set(negatives.select("target_id", "target_sequence", "source", "split", "cluster").rows()) <= sites
    assert negatives["read_count"].null_count() == negatives.height
    assert negatives["negative"].unique().to_list() == ["site-swap"]
    assert labelled["label"].to_list() == [1, 0] * (labelled.height // 2)


def test_site_swap__what_no_swap_can_help_is_left_out_on_both_sides_and_no_more_than_needed():
    # 7 of 10 rows have one miRNA: only 3 of them can meet another, so 4 must go
    frame = pl.DataFrame(
        {
            "mirna_sequence": ["AAAAAAAAAA"] * 7 + ["CCCCCCCCCC", "GGGGGGGGGG", "UUUUUUUUUU"],
            "target_sequence": [f"{'ACGU' * 4}{'ACGU'[i % 4]}{'ACGU'[i // 4]}" for i in range(10)],
            "cluster": range(10),
        }
    )
    counts = Counts()
    labelled = draw_negatives(frame, settings=DrawSettings(ratio=2, seed=1), counts=counts)
    assert (labelled["label"] == 1).sum() == 6
    assert sum(counts.dropped.values()) == 4
    assert counts.kept == {"positives": 6, "negatives": 12}


def test_site_swap__a_cluster_that_met_every_mirna_is_left_out(rng):
    mirnas = ["".join(rng.choice(list("ACGU"), 20)) for _ in range(8)]
    frame = pl.DataFrame({"mirna_sequence": mirnas * 2, "cluster": [0] * 8 + list(range(1, 9))})
    swap = swap_partners(frame, ratio=3, within=(), seed=1)
    assert swap.kept.tolist() == list(range(8, 16))


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.integers(0, 1)), max_size=40),
    ratio=st.integers(1, 4),
    seed=st.integers(0, 100),
)
def test_site_swap__partners_are_permutations_of_the_kept_rows_of_each_group(rows, ratio, seed):
    seeds = ["AAAAAA", "CCCCCC", "GGGGGG", "UUUUUU", "ACACAC", "GUGUGU"]
    frame = pl.DataFrame(
        {
            "mirna_sequence": [f"U{seeds[m]}AGAGAGAGA" for m, _, _ in rows],
            "cluster": [c for _, c, _ in rows],
            "split": [s for _, _, s in rows],
        },
        schema={"mirna_sequence": pl.String, "cluster": pl.Int64, "split": pl.Int64},
    )
    swap = swap_partners(frame, ratio=ratio, within=("split",), seed=seed)
    split = frame["split"].to_numpy()
    seen = {c: {rows[i][0] for i in range(len(rows)) if rows[i][1] == c} for _, c, _ in rows}
    for partners in swap.partners:
        assert sorted(partners.tolist()) == swap.kept.tolist()
        assert (split[partners] == split[swap.kept]).all()
        for i, j in zip(swap.kept.tolist(), partners.tolist(), strict=True):
            assert rows[j][0] not in seen[rows[i][1]]


def test_dinucleotide_shuffle__keeps_mirnas_and_bases_and_lies_nowhere(rng):
    positives = _positives(rng).with_columns(transcript_id=pl.lit("t"), start=pl.lit(5), region=pl.lit("CDS"))
    labelled = draw_negatives(positives, "dinucleotide-shuffle", settings=DrawSettings(ratio=2, seed=1))
    columns = ["split", "source", "mirna_sequence"]
    positive, negative = _counts(labelled, 1, columns), _counts(labelled, 0, columns)
    assert negative == Counter({key: 2 * n for key, n in positive.items()})
    sites = labelled["target_sequence"].to_list()
    for i in range(0, labelled.height, 3):
        assert sorted(sites[i]) == sorted(sites[i + 1]) == sorted(sites[i + 2])
        assert sites[i] not in sites[i + 1 : i + 3]
    negatives = labelled.filter(pl.col("label") == 0)
    assert negatives.select("transcript_id", "start", "region").null_count().row(0) == (negatives.height,) * 3
    assert negatives["target_id"].str.ends_with("-shuffled").all()


def _transcripts(rng, n=30, repeat=""):
    bases = list("ACGU")
    mrnas = {}
    for i in range(n):
        parts = ["".join(rng.choice(bases, size)) for size in (80, 300, 400)]
        parts[2] = parts[2][:150] + repeat + parts[2][150:]
        mrnas[f"t{i}"] = Transcript(f"t{i}", "".join(parts), (80, 380))
    return mrnas


def _placed(rng, transcripts, n_each=4):
    """Positives on transcripts, anywhere; each transcript in one split."""
    rows = []
    for number, mrna in enumerate(transcripts.values()):
        for _ in range(n_each):
            start = int(rng.integers(0, len(mrna.sequence) - 45))
            end = start + int(rng.integers(30, 46))
            rows.append((mrna.id, start, end, mrna.sequence[start:end], mrna.region(start, end), number % 2))
    frame = pl.DataFrame(
        rows, schema=["transcript_id", "start", "end", "target_sequence", "region", "half"], orient="row"
    )
    mirnas = ["".join(rng.choice(list("ACGU"), 22)) for _ in range(frame.height)]
    return frame.with_columns(
        pl.Series("mirna_sequence", mirnas),
        pl.Series("mirna_id", [f"mir-{i}" for i in range(frame.height)]),
        target_id=pl.lit("s"),
        gene_name=pl.lit("g"),
        split=pl.when(pl.col("half") == 0).then(pl.lit("train")).otherwise(pl.lit("test")),
        cluster=pl.Series(site_clusters(frame["target_sequence"].to_list())),
    ).drop("half")


@pytest.mark.parametrize("strategy", ["paper", "paper-strong", "region-matched"])
def test_drawn_sites__come_from_their_transcript_and_clusters_never_cross_splits(rng, strategy):
    transcripts = _transcripts(rng, repeat="".join(rng.choice(list("ACGU"), 60)))
    positives = _placed(rng, transcripts)
    crossing = positives.group_by("cluster").agg(pl.col("split").n_unique()).filter(pl.col("split") > 1)
    positives = positives.filter(~pl.col("cluster").is_in(crossing["cluster"].to_list()))
    labelled = draw_negatives(
        positives, strategy, settings=DrawSettings(seed=2, transcripts=transcripts, energy_threshold=-9.0)
    )
    negatives = labelled.filter(pl.col("label") == 0)
    assert negatives.height > 80
    for name, start, end, site, region in negatives.select(
        "transcript_id", "start", "end", "target_sequence", "region"
    ).iter_rows():
        assert transcripts[name].sequence[start:end] == site
        assert transcripts[name].region(start, end) == region
    clusters = site_clusters(labelled["target_sequence"].to_list())
    assert labelled["cluster"].to_list() == clusters.tolist()
    assert labelled.group_by("cluster").agg(pl.col("split").n_unique())["split"].max() == 1


@pytest.mark.parametrize(
    ("strategy", "side", "weak"),
    [
        ("paper", None, True),
        ("paper-strong", None, False),
        ("paper", "below", False),
        ("paper-strong", "above", True),
    ],
)
def test_paper__same_transcript_3utr_ten_bases_from_positives_and_on_its_side_of_the_energy(
    rng, strategy, side, weak
):
    vienna = pytest.importorskip("RNA")
    transcripts = _transcripts(rng)
    positives = _placed(rng, transcripts)
    draw = DrawSettings(seed=2, transcripts=transcripts, energy_threshold=-9.0, energy_side=side)
    labelled = draw_negatives(positives, strategy, settings=draw)
    sites = positives.group_by("transcript_id").agg("start", "end")
    taken = {name: list(zip(a, b, strict=True)) for name, a, b in sites.iter_rows()}
    pairs = labelled.filter(pl.col("label") == 0)
    assert pairs.height > 80
    assert (labelled["label"] == 1).sum() == positives.height
    for name, start, end, mirna, site in pairs.select(
        "transcript_id", "start", "end", "mirna_sequence", "target_sequence"
    ).iter_rows():
        assert start >= 380
        assert all(end + 10 <= a or start >= b + 10 for a, b in taken[name])
        energy = vienna.cofold(f"{mirna}&{site}")[1]
        assert energy > -9.0 if weak else energy < -9.0
    before = labelled.with_row_index().filter(pl.col("label") == 0)["index"].to_numpy() - 1
    origin = labelled[before]
    assert (origin["mirna_sequence"] == pairs["mirna_sequence"]).all()
    assert (origin["transcript_id"] == pairs["transcript_id"]).all()
    assert (origin["target_sequence"].str.len_chars() == pairs["target_sequence"].str.len_chars()).all()


def test_paper__positives_on_no_transcript_are_left_out_and_counted(rng):
    pytest.importorskip("RNA")
    transcripts = _transcripts(rng, n=3)
    positives = _placed(rng, transcripts, n_each=2)
    positives = positives.with_columns(
        transcript_id=pl.when(pl.col("transcript_id") == "t1")
        .then(pl.lit("ENST9"))
        .otherwise("transcript_id")
    )
    counts = Counts()
    labelled = draw_negatives(
        positives,
        "paper",
        settings=DrawSettings(transcripts=transcripts, energy_threshold=-100.0),
        counts=counts,
    )
    assert (labelled["label"] == 1).sum() == 4
    assert counts.dropped == {
        "positives left out: neither their site nor their gene is on the transcripts": 2
    }


def test_paper__a_site_on_no_transcript_takes_its_negative_from_its_genes_3utr_off_all_its_nucleotides(rng):
    pytest.importorskip("RNA")
    utr = "".join(rng.choice(list("ACGU"), 160))
    # a positive across the end of the 3'UTR at hand: its position is unknown, half of its nucleotides are there
    across = utr[-30:] + "".join(rng.choice(list("ACGU"), 30))
    transcripts = {"2597": Transcript("2597", utr, (0, 0), gene_names=("GAPDH", "NM_002046"))}
    positives = pl.DataFrame(
        {
            "mirna_sequence": ["UGAGGUAGUAGGUUGUAUAGUU"] * 40,
            "mirna_id": [f"m{i}" for i in range(40)],
            "target_sequence": [across] * 20 + ["ACGU" * 12] * 20,
            "transcript_id": ["NM_002046.7"] * 20 + [None] * 20,
            "start": pl.Series([None] * 40, dtype=pl.Int64),
            "end": pl.Series([None] * 40, dtype=pl.Int64),
            "region": ["CDS"] * 40,
            "target_id": ["s"] * 40,
            "gene_name": [None] * 20 + ["gapdh"] * 10 + ["TBP"] * 10,
        }
    )
    counts = Counts()
    labelled = draw_negatives(
        positives,
        "paper",
        settings=DrawSettings(transcripts=transcripts, energy_threshold=-100.0, seed=1),
        counts=counts,
    )
    assert counts.dropped == {
        "positives left out: neither their site nor their gene is on the transcripts": 10
    }
    negatives = labelled.filter(pl.col("label") == 0)
    assert negatives.height == 30
    assert set(negatives["transcript_id"]) == {"2597"}
    assert set(negatives["region"]) == {"3'UTR"}
    words = {across[i : i + 16] for i in range(len(across) - 15)}
    for site in negatives["target_sequence"]:
        assert site in utr
        assert not any(site[i : i + 16] in words for i in range(len(site) - 15))


def test_drawn_sites__too_short_for_a_16_mer_never_meet_in_two_splits_either():
    sites = ["ACACGACG", "AGACACCG", "ACGACACG", "AACCGGUU"]
    frame = pl.DataFrame(
        {
            "mirna_sequence": ["UGAGGUAG", "UAAAGUGC", "UAGCUUAU", "UCCCUGAG"],
            "target_sequence": sites,
            "split": ["train", "test", "validation", "test"],
            "cluster": site_clusters(sites),
        }
    )
    met = 0
    for seed in range(20):
        counts = Counts()
        labelled = draw_negatives(
            frame, "dinucleotide-shuffle", settings=DrawSettings(seed=seed), counts=counts
        )
        met += counts.dropped["positives left out with their negatives: a negative's site joins two splits"]
        assert labelled.group_by("target_sequence").agg(pl.col("split").n_unique())["split"].max() == 1
        assert (labelled["label"] == 1).sum() == (labelled["label"] == 0).sum()
    assert met > 0


def test_region_matched__positives_of_unknown_region_leave_with_their_negatives(rng):
    transcripts = _transcripts(rng, n=6)
    positives = _placed(rng, transcripts)
    unknown = positives.with_columns(region=pl.when(pl.col("transcript_id") != "t1").then("region"))
    counts = Counts()
    labelled = draw_negatives(
        unknown, "region-matched", settings=DrawSettings(transcripts=transcripts), counts=counts
    )
    assert "t1" not in labelled.filter(pl.col("label") == 1)["transcript_id"]
    assert counts.dropped == {
        "positives left out with their negatives: region unknown, or no window of it": 4
    }


def test_paper__a_transcript_without_coding_sequence_gives_no_negative_and_it_is_said(rng):
    pytest.importorskip("RNA")
    transcripts = _transcripts(rng, n=3)
    positives = _placed(rng, transcripts, n_each=2)
    transcripts["t1"] = Transcript("t1", transcripts["t1"].sequence)
    counts = Counts()
    settings_ = DrawSettings(transcripts=transcripts, energy_threshold=100.0)
    labelled = draw_negatives(positives, "paper", settings=settings_, counts=counts)
    assert labelled["label"].to_list() == [1] * 6
    assert counts.notes == {
        "positives whose transcript has no coding sequence or no 3'UTR: they get no negative": 2,
        "negatives not found: 3'UTR too short or too near to positives, or no energy above 100 kcal/mol": 4,
    }


def test_region_matched__as_many_of_each_region_in_both_classes_and_none_of_a_positives_words(rng):
    transcripts = _transcripts(rng)
    positives = _placed(rng, transcripts)
    labelled = draw_negatives(
        positives, "region-matched", settings=DrawSettings(ratio=3, seed=2, transcripts=transcripts)
    )
    positive, negative = _counts(labelled, 1, ["region"]), _counts(labelled, 0, ["region"])
    assert len(positive) == 3
    assert negative == Counter({key: 3 * n for key, n in positive.items()})
    words = {s[i : i + 16] for s in positives["target_sequence"] for i in range(len(s) - 15)}
    for site in labelled.filter(pl.col("label") == 0)["target_sequence"]:
        assert not any(site[i : i + 16] in words for i in range(len(site) - 15))


@pytest.mark.parametrize("strategy", sorted(STRATEGIES))
def test_strategies__the_same_seed_gives_the_same_table_and_another_seed_another(rng, strategy):
    transcripts = _transcripts(rng, n=12)
    positives = _placed(rng, transcripts)

    def draw(seed):
        return draw_negatives(
            positives,
            strategy,
            settings=DrawSettings(seed=seed, transcripts=transcripts, energy_threshold=-9.0),
        )

    assert draw(1).equals(draw(1))
    assert not draw(1).equals(draw(2))


def test_strategies__each_says_what_it_draws_and_its_bias():
    assert all(len(strategy.draws) > 60 and len(strategy.bias) > 60 for strategy in STRATEGIES.values())


def test_draw__an_empty_table_stays_empty_with_all_columns():
    empty = _positives(np.random.default_rng(1)).clear()
    for strategy in ("site-swap", "dinucleotide-shuffle"):
        labelled = draw_negatives(empty, strategy)
        assert labelled.height == 0
        assert {"label", "negative", "cluster"} <= set(labelled.columns)


def test_draw__wrong_usage_is_said(rng):
    positives = _positives(rng)
    with pytest.raises(
        UsageError, match=r"'site-swop' is no strategy .*Did you mean site-swap\? Known: dinucleotide"
    ):
        draw_negatives(positives, "site-swop")
    with pytest.raises(UsageError, match="a ratio of 0 negatives per positive; it must be 1 or more"):
        draw_negatives(positives, settings=DrawSettings(ratio=0))
    with pytest.raises(
        UsageError, match=r"paper draws sites from transcripts\. Give them with --transcripts"
    ):
        draw_negatives(positives, "paper")


@pytest.mark.real_data
def test_energies__by_which_the_papers_windows_are_chosen_equal_rnacofolds(shared_data):
    pytest.importorskip("RNA")
    table = pl.read_csv(shared_data / "benchmark/peers/hejret_test_scores.tsv.gz", separator="\t").head(60)
    bases = table.select(pl.col("noncodingRNA", "gene").str.replace_all("T", "U"))
    ours = duplex_energies(bases["noncodingRNA"].to_list(), bases["gene"].to_list(), "RNAcofold")
    # computed by a run of RNAcofold 2.7.2, sign flipped
    np.testing.assert_allclose(-ours, table["RNAcofold"].to_numpy(), atol=1e-4)
