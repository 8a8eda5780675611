"""Models whose behaviour one can say aloud pass or fail the checks they should."""

import numpy as np
import pytest

from dmiso.alphabet import normalise
from dmiso.confounders import dust_scores, other_seed_matches, sense_runs
from dmiso.confounders.planted_seeds import FREQUENT
from dmiso.evaluate.behaviour import check_behaviour, check_confounders
from dmiso.evaluate.planted import MIRNAS, plant, random_target, shuffled_site, site_of
from dmiso.seeds import seed_class

ALL = [
    "planted_8mer",
    "random_targets",
    "partner_swap",
    "rewriting",
    "five_prime_shift",
    "competition",
    "own_pieces",
    "repeats",
]


def bases(sequences):
    return [normalise(s).sequence for s in sequences]


def sees_seeds(mirnas, targets):
    """Score 1 for an 8mer, less for less."""
    rank = {"8mer": 1.0, "7mer-m8": 0.8, "7mer-A1": 0.5, "6mer": 0.3, "offset-6mer": 0.1, "none": 0.0}
    pairs = zip(bases(mirnas), bases(targets), strict=True)
    return np.array([rank[seed_class(m, t)] for m, t in pairs])


def counts_gc(mirnas, targets):
    """Look at the target's composition only."""
    return np.array([(t.count("G") + t.count("C")) / 50 for t in bases(targets)])


def loves_everything(mirnas, targets):
    return sees_seeds(mirnas, targets) + 10.0


def minds_the_case(mirnas, targets):
    return np.array(
        [sees_seeds([m], [t])[0] + 0.01 * t.islower() for m, t in zip(mirnas, targets, strict=True)]
    )


def forgets_the_first_base(mirnas, targets):
    """Know miRNAs by their last nucleotides: a shift at the 5' end changes nothing."""
    whole = {m[-8:]: m for m in MIRNAS.values()}
    return sees_seeds([whole.get(m[-8:], m) for m in bases(mirnas)], targets)


def knows_whose_site_it_is(mirnas, targets):
    """Read the pair, and hold every frequent miRNA's site against all others."""
    others = other_seed_matches(bases(mirnas), bases(targets), [s[:6] for s in FREQUENT.values()])
    return sees_seeds(mirnas, targets) - 0.3 * others


def learnt_from_sense_calls(mirnas, targets):
    """Read the pair, and take a long run of the miRNA's own sequence for a site."""
    return sees_seeds(mirnas, targets) + (sense_runs(bases(mirnas), bases(targets)) >= 9)


def calls_repeats(mirnas, targets):
    """Read the pair, and take simple sites for sites."""
    return sees_seeds(mirnas, targets) + (dust_scores(bases(targets)) > 2.0)


def failed(scorer, threshold=0.5):
    return {check.name for check in check_behaviour(scorer, threshold=threshold) if not check.passed}


@pytest.mark.parametrize(
    ("scorer", "expected"),
    [
        (sees_seeds, set()),
        (counts_gc, {"planted_8mer", "random_targets", "partner_swap", "five_prime_shift", "repeats"}),
        (loves_everything, {"random_targets", "repeats"}),
        (minds_the_case, {"rewriting"}),
        (forgets_the_first_base, {"five_prime_shift"}),
        (knows_whose_site_it_is, {"competition"}),
        (learnt_from_sense_calls, {"own_pieces", "repeats"}),
        (calls_repeats, {"repeats"}),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_checks__fail_exactly_for_what_is_wrong(scorer, expected):
    assert failed(scorer) == expected


def test_checks__give_numbers_limits_and_sentences():
    checks = check_behaviour(sees_seeds, threshold=0.5, n_per_mirna=5)
    assert [check.name for check in checks] == ALL
    by_name = {check.name: check for check in checks}
    assert by_name["planted_8mer"].value == 1
    assert by_name["planted_8mer"].details["pairs"] == 50
    assert by_name["planted_8mer"].sentence.startswith("A planted 8mer scores above its shuffle in 100 %")
    assert set(by_name["random_targets"].details["called_by_gc"]) == {"0.3", "0.4", "0.5", "0.6", "0.7"}


def test_checks__follow_the_seed():
    def plain(seed):
        checks = check_behaviour(counts_gc, threshold=0.5, n_per_mirna=3, seed=seed)
        return [(check.value, check.details) for check in checks]

    assert plain(1) == plain(1)
    assert plain(1) != plain(2)


def test_planting__puts_an_8mer_and_its_shuffle_has_no_seed(rng):
    for mirna in MIRNAS.values():
        background = random_target(rng, without=(mirna,))
        assert seed_class(mirna, background) == "none"
        target = plant(background, site_of(mirna), 20)
        assert seed_class(mirna, target) == "8mer"
        shuffled = shuffled_site(target, mirna, 20, rng)
        assert seed_class(mirna, shuffled) == "none"
        assert sorted(shuffled) == sorted(target)
        assert len(shuffled) == len(background) == 50


def test_random_targets__have_the_gc_asked_for(rng):
    for gc in (0.3, 0.7):
        targets = "".join(random_target(rng, gc=gc) for _ in range(200))
        assert (targets.count("G") + targets.count("C")) / len(targets) == pytest.approx(gc, abs=0.02)


def test_a_model_directory__is_asked_through_prediction(toy_model):
    from dmiso.evaluate.models import model_scorer

    scorer = model_scorer(toy_model)
    assert scorer.threshold == pytest.approx(0.2 / 0.1)  # the toy's calibration: 0.1 x logit - 0.2
    assert scorer.calibrated(np.array([scorer.threshold]))[0] == pytest.approx(0.5)
    checks = {
        check.name: check
        for check in check_behaviour(scorer.score, threshold=scorer.threshold, n_per_mirna=3)
    }
    assert checks["rewriting"].passed  # sequences are normalised when they are read, and padded with N


@pytest.mark.real_data
def test_mirnas__are_those_of_mirbase(shared_data):
    import gzip

    text = gzip.decompress((shared_data / "references" / "mirbase22" / "mature.fa.gz").read_bytes()).decode()
    names = dict(zip(text.splitlines()[::2], text.splitlines()[1::2], strict=True))
    found = {name[1:].split()[0]: sequence for name, sequence in names.items()}
    assert {name: found[f"hsa-{name}"] for name in MIRNAS} == dict(MIRNAS)


def test_without_a_threshold__calls_are_not_asked_about():
    checks = check_confounders(sees_seeds, threshold=None, n_per_mirna=3)
    assert [check.name for check in checks] == ["competition", "own_pieces"]


@pytest.mark.real_data
def test_published_weights__fail(shared_data, tmp_path):
    from dmiso.evaluate.models import model_scorer
    from dmiso.models.keras import import_keras

    folder = shared_data / "published_dmiso"
    import_keras(folder / "model_top.json", folder / "model_top.h5", tmp_path / "published")
    scorer = model_scorer(tmp_path / "published")
    checks = {check.name: check for check in check_behaviour(scorer.score, threshold=scorer.threshold)}
    assert {name for name, check in checks.items() if not check.passed} == {
        "planted_8mer",
        "random_targets",
        "partner_swap",
        "five_prime_shift",
        "competition",
    }
    assert checks["random_targets"].value > 0.9
    assert checks["partner_swap"].value < 0.65
