"""The audit convicts each fault planted in an honest table, for that fault, and acquits the honest table."""

import json

import numpy as np
import polars as pl
import pytest

import dmiso.confounders.repeats as repeats_module
import dmiso.evaluate.audit.table_questions as audit_table_module
from dmiso.alphabet import reverse_complement
from dmiso.errors import InputError, MissingExtraError, UsageError
from dmiso.evaluate.audit.audit import audit_table
from dmiso.evaluate.audit.check import Question, auroc_check, share_check
from dmiso.evaluate.audit.report import as_dict, as_text, audit_page
from dmiso.evaluate.audit.run import AuditInputs, audit_files
from dmiso.pages import render_page


@pytest.fixture
def honest(rng, random_rna):
    """180 sites shown with their miRNA and with another: each miRNA and site equally often in both classes."""
    mirnas = [random_rna(rng, 22) for _ in range(15)]
    own = np.repeat(np.arange(15), 12)
    sites = []
    for i in own:
        background = random_rna(rng, 50)
        bound = reverse_complement(mirnas[i][1:8]) if rng.random() < 0.12 else ""
        sites.append(background[:20] + bound + background[20 + len(bound) :])
    swapped = (own + 4) % 15
    return pl.DataFrame(
        {
            "mirna_sequence": [mirnas[i] for i in (*own, *swapped)],
            "target_sequence": sites * 2,
            "label": [1] * 180 + [0] * 180,
        }
    )


def names(report):
    return {check.name for check in report.convicted}


def test_honest_table__is_acquitted_with_a_number_for_every_question(honest):
    report = audit_table(honest)
    assert report.verdict == "acquitted"
    assert (report.rows, report.positives, report.mirnas, report.sites) == (360, 180, 15, 180)
    asked = [check for check in report.checks if check.verdict == "cleared"]
    assert len(asked) == 17
    for check in asked:
        assert check.value is not None
        assert check.threshold is not None
        assert check.sentence.endswith(".")
    identity = report.checks[0]
    assert "a row's label is the one that its other rows lack" in identity.sentence
    assert identity.details["auroc_with_own_row"] == 0.5


def test_mirnas_of_one_class__convict_identity_and_balance(honest):
    some = honest["mirna_sequence"].unique(maintain_order=True)[:8]
    biased = honest.filter((pl.col("label") == 1) == pl.col("mirna_sequence").is_in(some.implode()))
    report = audit_table(biased)
    assert {"mirna_identity", "mirna_balance"} <= names(report)
    assert "Give each miRNA as many negatives as positives." in report.checks[0].sentence


def test_negative_sites_of_another_kind__convict_the_site(honest, rng):
    rich = ["".join(rng.choice(list("AUCG"), 50, p=[0.15, 0.15, 0.35, 0.35])) for _ in range(180)]
    biased = pl.concat([honest.head(180), honest.tail(180).with_columns(pl.Series("target_sequence", rich))])
    convicted = names(audit_table(biased))
    assert {"target_kmers", "target_gc"} <= convicted
    assert "mirna_identity" not in convicted


def test_length_and_first_base__convict_on_their_own(honest):
    target = pl.col("target_sequence")
    shorter = honest.with_columns(
        pl.when(pl.col("label") == 1).then(target.str.slice(1)).otherwise(target).alias("target_sequence")
    )
    assert "target_length" in names(audit_table(shorter))
    marked = honest.with_columns(
        target_sequence=pl.when(pl.col("label") == 1)
        .then("G" + target.str.slice(1))
        .otherwise("A" + target.str.slice(1))
    )
    assert "target_first_base" in names(audit_table(marked))


def test_positives_chosen_by_seed__convict_the_seed(honest):
    target = pl.col("target_sequence")
    sites = [reverse_complement(m[1:8]) + "A" for m in honest["mirna_sequence"]]
    planted = honest.with_columns(pl.Series("site", sites)).with_columns(
        target_sequence=pl.when(pl.col("label") == 1)
        .then(target.str.head(42) + pl.col("site"))
        .otherwise(target)
    )
    convicted = names(audit_table(planted))
    assert "seed_class" in convicted
    assert "mirna_identity" not in convicted


def test_repeats_and_contradictions__convict(honest):
    repeated = pl.concat([honest, honest.head(40)])
    assert "duplicate_pairs" in names(audit_table(repeated))
    contradicting = pl.concat([honest, honest.head(20).with_columns(label=1 - pl.col("label"))])
    report = audit_table(contradicting.with_columns(pl.col("label").cast(pl.Int8)))
    assert "contradictory_pairs" in names(report)
    found = next(check for check in report.checks if check.name == "contradictory_pairs")
    assert found.value == pytest.approx(40 / 380, abs=1e-6)


def test_shared_sites__convict_between_train_and_test(honest):
    train, test = honest[::2], honest[1::2]
    report = audit_table(test, train=train)
    assert not {"reused_sites train->test", "near_sites train->test"} & names(report)
    leaky = pl.concat([train, test.head(40)])
    report = audit_table(test, train=leaky)
    assert {"reused_pairs train->test", "reused_sites train->test", "near_sites train->test"} <= names(report)
    shifted = test.head(40).with_columns(target_sequence="GGGGG" + pl.col("target_sequence").str.head(45))
    assert names(audit_table(test, train=pl.concat([train, shifted]))) & {
        "reused_sites train->test",
        "near_sites train->test",
    } == {"near_sites train->test"}


def test_balance_over_the_whole_split_afterwards__convicts_the_inverted_prior(honest, rng):
    # positives of half of the miRNAs go to train, their negatives to test, and the other way round
    mirnas = honest["mirna_sequence"].unique(maintain_order=True)[:8]
    first = honest["mirna_sequence"].is_in(mirnas.implode()).to_numpy()
    positive = honest["label"].to_numpy() == 1
    to_train = np.where(rng.random(360) < 0.8, first == positive, first != positive)
    report = audit_table(honest.filter(pl.Series(~to_train)), train=honest.filter(pl.Series(to_train)))
    prior = next(check for check in report.checks if check.name == "mirna_identity train->test")
    assert prior.verdict == "convicted"
    assert prior.details["auroc"] < 0.3
    assert prior.value == pytest.approx(1 - prior.details["auroc"])
    assert "upside down" in prior.sentence
    assert "mostly negative in the other" in prior.sentence


def test_split_column__compares_its_parts(honest):
    parts = np.where(np.arange(360) % 3 > 0, "train", "test")
    report = audit_table(honest.with_columns(split=pl.Series(parts)))
    assert report.verdict == "acquitted"
    keys = [check.name for check in report.checks if "->" in check.name]
    assert "reused_sites train->test" in keys
    assert not any("validation" in key for key in keys)


def test_scores_that_know_mirnas__are_convicted_and_those_that_know_pairs_are_not(honest, rng):
    keep = (honest["label"] == 1) | (honest["mirna_sequence"] == honest["mirna_sequence"][0])
    biased = pl.concat([honest.filter(keep), honest.tail(60)])
    by_mirna = biased.group_by("mirna_sequence").agg(pl.col("label").mean().alias("rate"))
    rates = biased.join(by_mirna, on="mirna_sequence", maintain_order="left")["rate"].to_numpy()
    honest_score = biased["label"].to_numpy() * 2 + rng.normal(size=biased.height)
    scores = {"prior": rates + rng.normal(size=len(rates)) * 1e-3, "pair": honest_score}
    convicted = names(audit_table(biased, scores=scores))
    assert "score_within_mirna prior" in convicted
    assert "score_within_mirna pair" not in convicted


def test_good_score_on_an_exactly_balanced_table__is_not_convicted(honest, rng):
    # each site stands once in each class, so the other row of a site always has the other label
    good = honest["label"].to_numpy() * 3 + rng.normal(size=honest.height)
    report = audit_table(honest, scores={"good": good})
    assert not {name for name in names(report) if name.startswith("score_")}
    site = next(check for check in report.checks if check.name == "score_site_mean good")
    assert site.verdict in {"cleared", "not run"}


def test_score_that_adds_a_prior_of_the_site__is_convicted_by_its_site_mean(rng, random_rna):
    # sites in both classes, six rows each; a site's share of positives is in its score whatever the miRNA
    n_sites, each = 60, 6
    share = np.repeat(np.where(np.arange(n_sites) % 2, 4, 2), each)
    labels = (np.tile(np.arange(each), n_sites) < share).astype(np.int8)
    table = pl.DataFrame(
        {
            "mirna_sequence": [random_rna(rng, 22) for _ in range(n_sites * each)],
            "target_sequence": [site for _ in range(n_sites) for site in [random_rna(rng, 50)] * each],
            "label": labels,
        }
    )
    report = audit_table(table, scores={"prior": share + rng.normal(size=len(share)) * 0.1})
    assert "score_site_mean prior" in names(report)


def test_model_that_sees_the_site_only__is_convicted_by_its_own_shuffles(honest):
    rich = honest.with_columns(
        pl.when(pl.col("label") == 1)
        .then("GGGG" + pl.col("target_sequence").str.slice(4))
        .otherwise(pl.col("target_sequence"))
        .alias("target_sequence")
    )

    def count_g(mirnas, targets):
        return np.array([t.count("G") for t in targets], float)

    def duplex(mirnas, targets):
        return np.array(
            [reverse_complement(m[1:7]) in t for m, t in zip(mirnas, targets, strict=True)], float
        )

    report = audit_table(rich, models={"count_g": count_g, "duplex": duplex})
    assert "model_site_alone count_g" in names(report)
    assert "model_mirna_alone count_g" not in names(report)
    assert not {name for name in names(report) if name.endswith("duplex")}


def test_chance_in_few_rows__does_not_convict(random_rna, rng):
    table = pl.DataFrame(
        {
            "mirna_sequence": [random_rna(rng, 22) for _ in range(20)],
            "target_sequence": ["G" * (20 + i) for i in range(20)],
            "label": [0] * 7 + [1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1],
        }
    )
    length = next(check for check in audit_table(table).checks if check.name == "target_length")
    assert length.value > 0.6
    assert length.verdict == "cleared"
    assert "within chance for so few rows" in length.sentence


def test_without_viennarna__energy_questions_are_not_run_and_say_how(honest, monkeypatch):
    def missing(*_):
        raise MissingExtraError("ViennaRNA", extra="energy", purpose="RNAduplex")

    monkeypatch.setattr(audit_table_module, "duplex_energies", missing)
    monkeypatch.setattr(repeats_module, "duplex_energies", missing)
    simple = honest.with_columns(
        pl.when(pl.int_range(pl.len()) == 0)
        .then(pl.lit("CA" * 25))
        .otherwise("target_sequence")
        .alias("target_sequence")
    )
    report = audit_table(simple)
    left = {check.name: check.sentence for check in report.checks if check.verdict == "not run"}
    assert set(left) == {"partner_shuffled", "composition_shuffled", "sense_calls", "repeats"}
    assert "pip install 'dmiso[energy]'" in left["partner_shuffled"]


def test_one_class__is_not_run_and_says_why(honest):
    report = audit_table(honest.head(100))
    gc = next(check for check in report.checks if check.name == "target_gc")
    assert gc.verdict == "not run"
    assert "all 100 rows are positives" in gc.sentence


def test_no_rows__is_an_error(honest):
    with pytest.raises(InputError, match="the table has no rows"):
        audit_table(honest.head(0))


def test_same_seed__same_report(honest):
    assert audit_table(honest, seed=5) == audit_table(honest, seed=5)


def test_checks__compare_with_their_limits():
    question = Question("q", "It", "bad.", limit=0.7)
    labels = np.arange(400) % 2
    noise = np.linspace(0, 0.01, 400)
    assert auroc_check(question, labels, labels + noise).verdict == "convicted"
    assert auroc_check(question, labels, -labels + noise).verdict == "convicted"
    one_way = Question("q", "It", "bad.", limit=0.7, both_ways=False)
    assert auroc_check(one_way, labels, -labels + noise).verdict == "cleared"
    assert share_check("s", 0.05, 0.05, what="x", why="y").verdict == "cleared"
    assert share_check("s", 0.051, 0.05, what="x", why="y").sentence == "5.1 % of x (threshold 5 %): y"


def test_reports__hold_every_check_and_escape_names(honest):
    report = audit_table(honest)
    assert json.loads(json.dumps(as_dict(report)))["verdict"] == "acquitted"
    text, html = as_text(report), render_page(audit_page(report, title="<table>"))
    assert text.startswith("Verdict: acquitted. 0 of 17 questions are beyond their threshold; 360 rows")
    for check in report.checks:
        assert check.name in text
        assert check.name in html
    assert "&lt;table&gt;" in html
    assert html.startswith("<!DOCTYPE html>")
    assert '="http' not in html  # nothing is loaded from elsewhere


def test_files__json_and_text_with_hashes(honest, tmp_path):
    honest.write_csv(tmp_path / "a.tsv", separator="\t")
    report, counts = audit_files(AuditInputs(tmp_path / "a.tsv"), tmp_path / "out" / "a.json", seed=2)
    written = json.loads((tmp_path / "out" / "a.json").read_text())
    assert report.verdict == written["verdict"] == "acquitted"
    assert len(written["manifest"]["inputs"]["labelled"]["sha256"]) == 64
    assert written["manifest"]["seed"] == 2
    assert counts.kept == {"positive pairs": 180, "negative pairs": 180}
    assert (tmp_path / "out" / "a.txt").read_text() == as_text(report)


def test_files__a_report_that_is_no_json_is_wrong_usage(honest, tmp_path):
    honest.write_csv(tmp_path / "a.tsv", separator="\t")
    with pytest.raises(UsageError, match=r"a\.html does not end with \.json"):
        audit_files(AuditInputs(tmp_path / "a.tsv"), tmp_path / "a.html")


@pytest.mark.real_data
def test_known_sets__get_their_verdicts_and_numbers(shared_data):
    from dmiso.evaluate.labelled import read_labelled
    from dmiso.records import Counts

    def read(name):
        return read_labelled(shared_data / "benchmark" / name, Counts())

    def values(report):
        return {check.name: check.value for check in report.checks}

    mirbind = audit_table(
        read("mirbind_clash2013_test_1_1.tsv.gz"), train=read("mirbind_clash2013_train_1_1.tsv.gz")
    )
    assert {"mirna_identity", "mirna_identity train->test", "reused_sites train->test"} <= names(mirbind)
    found = values(mirbind)
    assert found["mirna_identity train->test"] == pytest.approx(0.90, abs=0.005)
    assert found["mirna_identity"] == pytest.approx(0.885, abs=0.005)
    assert found["reused_sites train->test"] == pytest.approx(0.768, abs=0.001)

    miraw = audit_table(read("miraw_test.gz"))
    assert "mirna_identity" in names(miraw)
    assert values(miraw)["mirna_identity"] == pytest.approx(0.972, abs=0.005)

    mirbench = audit_table(
        read("mirbench_hejret2023_test.tsv.gz"), train=read("mirbench_hejret2023_train.tsv.gz")
    )
    assert "mirna_identity train->test" in names(mirbench)
    assert "mirna_identity" not in names(mirbench)
    assert values(mirbench)["mirna_identity train->test"] == pytest.approx(0.716, abs=0.001)

    assert audit_table(read("hejret_isomir_chr1_balanced.tsv")).verdict == "acquitted"


@pytest.mark.real_data
def test_our_own_site_swap_set__is_acquitted_and_a_shuffled_one_is_not(shared_data, tmp_path):
    from dmiso.cli.main import _run
    from dmiso.evaluate.labelled import read_labelled
    from dmiso.records import Counts

    reads = str(shared_data / "chimeras" / "hejret2023_clash_isomirs.tsv.gz")
    for negatives in ("site-swap", "dinucleotide-shuffle"):
        folder = tmp_path / negatives
        assert _run(["dataset", reads, "--negatives", negatives, "-o", str(folder), "--quiet"]) == 0
    swapped = audit_table(read_labelled(tmp_path / "site-swap" / "data.parquet", Counts()))
    assert swapped.verdict == "acquitted"
    assert {check.name for check in swapped.checks} >= {"reused_sites train->test", "near_sites train->test"}
    shuffled = audit_table(read_labelled(tmp_path / "dinucleotide-shuffle" / "data.parquet", Counts()))
    assert "target_kmers train->test" in names(shuffled)
