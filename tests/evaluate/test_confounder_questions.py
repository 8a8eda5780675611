"""The audit convicts tables whose negatives belong to other miRNAs, and tables with planted sense calls and repeats."""

import numpy as np
import polars as pl
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.evaluate.audit.audit import audit_table
from dmiso.evaluate.audit.confounder_questions import check_competition_of, check_confounders_of

pytest.importorskip("RNA")

MIR8485 = "CACACACACACACACACGUAU"


def swapped(rng, random_rna, *, bound, n=400, n_mirnas=12):
    """Sites that show their miRNA's 7mer in some share of the positives, each also with another miRNA."""
    mirnas = [random_rna(rng, 22) for _ in range(n_mirnas)]
    own = np.arange(n) % n_mirnas
    sites = []
    for i in own:
        site = random_rna(rng, 50)
        if rng.random() < bound:
            site = site[:20] + reverse_complement(mirnas[i][1:8]) + site[27:]
        sites.append(site)
    other = (own + 1 + rng.integers(0, n_mirnas - 1, n)) % n_mirnas
    return pl.DataFrame(
        {
            "mirna_sequence": [mirnas[i] for i in (*own, *other)],
            "target_sequence": sites * 2,
            "label": [1] * n + [0] * n,
        }
    )


def asked(table, **options):
    return {check.name: check for check in check_confounders_of(table, seed=0, **options)}


def test_negatives_with_their_true_partners_seed__are_convicted_of_competition(rng, random_rna):
    checks = asked(swapped(rng, random_rna, bound=0.5))
    competition = checks["competition"]
    assert competition.verdict == "convicted"
    assert competition.details["share_of_negatives"] > competition.details["share_of_positives"] + 0.2
    assert competition.details["auroc_of_shuffled_sites"] == pytest.approx(0.5, abs=0.03)
    assert "the negatives' sites belong to other, frequent miRNAs" in competition.sentence
    partner = checks["competition_true_partner"]
    assert partner.verdict == "information"
    assert partner.value > 0.4
    assert partner.details["share_of_shuffled_sites"] < 0.1


def test_negatives_without_their_true_partners_seed__are_cleared(rng, random_rna):
    table = swapped(rng, random_rna, bound=0.5)
    partner = dict(table.filter(pl.col("label") == 1).select("target_sequence", "mirna_sequence").iter_rows())
    free = [
        label == 1 or reverse_complement(partner[site][1:7]) not in site
        for site, label in table.select("target_sequence", "label").iter_rows()
    ]
    checks = asked(table.filter(pl.Series(free)))
    assert checks["competition"].verdict == "cleared"
    assert checks["competition_true_partner"].value == 0


def test_positives_that_show_other_frequent_seeds__are_convicted_with_their_own_sentence(rng, random_rna):
    table = swapped(rng, random_rna, bound=0.5)
    turned = table.with_columns(label=1 - pl.col("label"))
    mirnas = table.filter(pl.col("label") == 1)
    check = check_competition_of(turned, seed=0, train=mirnas, names="train->test")
    assert check.name == "competition train->test"
    assert check.verdict == "convicted"
    assert "the positives' sites show more frequent miRNAs' seeds" in check.sentence


def test_training_positives__say_which_mirnas_are_frequent(rng, random_rna):
    table = swapped(rng, random_rna, bound=0.5)
    strangers = swapped(np.random.default_rng(1), random_rna, bound=0.5)
    assert check_competition_of(table, seed=0, train=table).verdict == "convicted"
    assert check_competition_of(table, seed=0, train=strangers).verdict == "cleared"
    names = [check.name for check in audit_table(table, train=strangers).checks]
    assert "competition train->test" in names


def test_planted_sense_calls__are_convicted_and_named(rng, random_rna):
    table = swapped(rng, random_rna, bound=0.1)
    sense = [
        site[:20] + mirna[:13] + site[33:] if label and i % 16 == 0 else site
        for i, (mirna, site, label) in enumerate(table.iter_rows())
    ]
    ids = [f"m{i}" for i in range(table.height)]
    checks = asked(table.with_columns(target_sequence=pl.Series(sense), mirna_id=pl.Series(ids)))
    found = checks["sense_calls"]
    assert found.verdict == "convicted"
    assert found.value == pytest.approx(1 / 16, abs=0.01)
    assert found.details["auroc"] == pytest.approx(0.5 + 1 / 32, abs=0.01)
    assert [example["mirna_id"] for example in found.details["examples"]] == ["m0", "m16", "m32"]
    assert all(example["shared_run"] >= 13 for example in found.details["examples"])
    assert checks["repeats"].verdict == "cleared"
    assert asked(table)["sense_calls"].verdict == "cleared"


def test_planted_repeats__are_convicted(rng, random_rna):
    table = swapped(rng, random_rna, bound=0.1)
    sites = [
        "A" * 50 if label and i % 10 == 0 else site
        for i, (site, label) in enumerate(table.select("target_sequence", "label").iter_rows())
    ]
    found = asked(table.with_columns(target_sequence=pl.Series(sites)))["repeats"]
    assert found.verdict == "convicted"
    assert found.value == pytest.approx(0.1, abs=0.01)
    assert found.details["share_of_negatives"] == 0
    assert "Drop simple sequences" in found.sentence


def test_ca_repeats_called_mir_8485__are_sense_calls(rng, random_rna):
    table = swapped(rng, random_rna, bound=0.1)
    called = table.with_columns(
        mirna_sequence=pl.when(pl.int_range(pl.len()) < 40).then(pl.lit(MIR8485)).otherwise("mirna_sequence"),
        target_sequence=pl.when(pl.int_range(pl.len()) < 40)
        .then(pl.lit("GGUUA" + "CA" * 20 + "GGAUU"))
        .otherwise("target_sequence"),
    )
    assert asked(called)["sense_calls"].verdict == "convicted"


def test_one_class__is_not_run_and_says_why(rng, random_rna):
    table = swapped(rng, random_rna, bound=0.3)
    positives = asked(table.filter(pl.col("label") == 1))
    assert positives["competition"].verdict == "not run"
    assert "all 400 rows are positives" in positives["competition"].sentence
    assert positives["competition_true_partner"].verdict == "not run"
    assert positives["sense_calls"].details["share_of_negatives"] is None
    negatives = asked(table.filter(pl.col("label") == 0))
    assert negatives["sense_calls"].verdict == negatives["repeats"].verdict == "not run"


def test_chance_in_few_rows__does_not_convict(rng, random_rna):
    table = swapped(rng, random_rna, bound=0.0, n=20, n_mirnas=5)
    sites = ["A" * 50, *table["target_sequence"].to_list()[1:]]
    checks = asked(table.with_columns(target_sequence=pl.Series(sites)))
    assert checks["repeats"].value == 0.05
    assert checks["repeats"].verdict == "cleared"
    assert checks["competition"].verdict == "cleared"
