"""Confidence of pairs: against a plain count, against a scan, and whatever else is asked for beside."""

import numpy as np
import pytest

from dmiso.confidence import Confidence
from dmiso.confidence.best import BestSites
from dmiso.confidence.pair import empirical_p
from dmiso.confidence.shuffles import shuffled_mirnas, shuffled_targets
from dmiso.dataset.shuffle import dinucleotide_shuffle
from dmiso.io.transcripts import Transcript
from dmiso.models import resolve
from dmiso.records import Counts, SequenceRecord
from dmiso.repression import predict_repression, resolve_repression
from dmiso.scan import ScanSettings, scan_sites

LET7, MIR101 = "UGAGGUAGUAGGUUGUAUAGUU", "UACAGUACUGUGAUAACUGAA"
SITE = "AACUAUACAACCUACUACCUCA"
DUPLEX, PUBLISHED = "duplex-chimeras@v0.2.0", "dmiso-chimeras@v0.1.0"
ALL = ScanSettings(decoys=0, min_percentile=0)


def random_bases(n, seed):
    return "".join(np.random.default_rng(seed).choice(list("ACGU"), n))


@pytest.fixture(scope="module")
def confidence():
    return Confidence(resolve(), resolve_repression())


@pytest.fixture(scope="module")
def target():
    return Transcript("t", random_bases(300, 1) + SITE + random_bases(180, 2), (60, 240))


@pytest.mark.parametrize("model", [DUPLEX, PUBLISHED])
@pytest.mark.parametrize("length", [24, 130, 700])
def test_best_logit__is_that_of_the_best_site_of_a_scan(model, length):
    bases = random_bases(length, length)
    sites = scan_sites({"a": LET7, "b": MIR101[:17]}, {"t": bases}, model, ALL)
    found = BestSites(resolve(model)).logits([LET7, MIR101[:17]], [bases])[:, 0]
    for name, logit in zip("ab", found.tolist(), strict=True):
        assert logit == sites.filter(mirna_id=name)["logit"].max()


def test_best_logits__have_the_same_bits_alone_and_beside_others():
    best = BestSites(resolve())
    mirnas = [*shuffled_mirnas(LET7)[:40], LET7]
    targets = [random_bases(n, n) for n in (900, 150, 152, 35, 1600, 150)] + [""]
    grid = best.logits(mirnas, targets)
    for m in (0, 40):
        for t, bases in enumerate(targets):
            assert best.logits([mirnas[m]], [bases])[0, 0] == grid[m, t]
    assert (grid[:, -1] == -1000).all()


def test_best_logits__count_sites_of_a_span_alone():
    bases = random_bases(200, 5) + SITE + random_bases(200, 6)
    best = BestSites(resolve())
    whole, before, around = (
        best.logits([LET7], [bases], span)[0, 0] for span in (None, (0, 200), (200, 222))
    )
    assert around == whole
    assert before < whole


def test_p_values__are_plain_counts_over_the_controls(confidence, target):
    found = confidence.of([LET7], target)[0]
    best, model = BestSites(resolve()), resolve_repression()
    mirnas, targets = shuffled_mirnas(LET7), shuffled_targets(target)
    own = best.logits([LET7], [target.sequence])[0, 0]
    of_mirnas = sum(best.logits([one], [target.sequence])[0, 0] >= own for one in mirnas)
    of_targets = sum(best.logits([LET7], [one.sequence])[0, 0] >= own for one in targets)
    assert found.p_shuffled_mirna == (of_mirnas + 1) / 200
    assert found.p_shuffled_target == (of_targets + 1) / 200

    def fold(mirna, on):
        return predict_repression(model, [SequenceRecord("m", mirna)], [on], Counts()).fold_changes()[0, 0]

    assert found.repression == fold(LET7, target)
    as_much = sum(fold(LET7, one) <= found.repression for one in targets[:199])
    assert found.repression_p_shuffled_target == (as_much + 1) / 200
    assert found.repression_p_shuffled_mirna < 0.1


def test_pair__has_the_same_numbers_whatever_is_asked_for_beside(confidence, target):
    alone = confidence.of([LET7], target)[0]
    beside = confidence.of([MIR101, LET7, "A" + LET7], target)[1]
    renamed = Confidence(resolve(), resolve_repression()).of(
        [LET7], Transcript("other", target.sequence, target.cds)
    )[0]
    assert alone == beside == renamed


def test_pair__of_a_planted_site_is_sure_and_of_a_shuffle_is_not(confidence, target):
    sure = confidence.of([LET7], target)[0]
    assert sure.p_shuffled_mirna <= 0.05
    assert sure.p_shuffled_target <= 0.05
    plain = Transcript("s", dinucleotide_shuffle([target.sequence], seed=9)[0], target.cds)
    unsure = confidence.of([LET7], plain)[0]
    assert max(unsure.p_shuffled_mirna, unsure.p_shuffled_target) > 0.05


def test_pair__without_a_coding_sequence_has_no_repression(confidence, target):
    found = confidence.of([LET7], Transcript("t", target.sequence))[0]
    assert found.repression is None
    assert found.repression_p_shuffled_mirna is None
    assert found.repression_p_shuffled_target is None
    assert found.p_shuffled_target is not None


def test_pair__without_other_orders_has_no_p_values(confidence):
    found = confidence.of(["U" * 20], Transcript("t", "A" * 60, (0, 0)))[0]
    assert found.p_shuffled_mirna is None
    assert found.p_shuffled_target is None
    assert (found.n_shuffled_mirnas, found.n_shuffled_targets) == (0, 0)


def test_regions__let_their_sites_count_alone(target):
    cds = Confidence(resolve(), regions=("cds",)).of([LET7], target)[0]
    both = Confidence(resolve(), regions=("cds", "3utr")).of([LET7], target)[0]
    assert cds.best_logit < both.best_logit
    assert both.p_shuffled_target <= 0.05 < cds.p_shuffled_target


def test_empirical_p__counts_equals_and_the_pair_itself():
    assert empirical_p(1.0, np.array([1.0, 0.0, 2.0])) == 0.75
    assert empirical_p(3.0, np.array([1.0, 0.0, 2.0])) == 0.25


def test_calls_of_shuffled_targets__are_at_most_the_stated_share():
    """Targets that are shuffles themselves: p <= 0.05 in 5 % of them, give or take the sampling (99 % interval)."""
    best = BestSites(resolve())
    sites = [random_bases(70, seed) for seed in range(6)]
    p_values = []
    for number, site in enumerate(sites):
        for one in dinucleotide_shuffle([site] * 25, seed=number):
            controls = [control.sequence for control in shuffled_targets(Transcript("t", one))]
            own, *others = best.logits([LET7, MIR101], [one, *controls]).T
            p_values += [empirical_p(own[m], np.array(others)[:, m]) for m in range(2)]
    called = np.mean(np.array(p_values) <= 0.05)
    assert len(p_values) == 300
    assert 0 < called <= 0.05 + 2.6 * (0.05 * 0.95 / 300) ** 0.5
    assert 0.4 < np.mean(p_values) < 0.6
