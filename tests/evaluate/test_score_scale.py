"""The unit of changes: the spread of a model's own scores, log-odds where they are probabilities."""

import numpy as np
import pytest

from dmiso.evaluate.score_scale import change_of, log_odds, scale_of


def logits(mirnas, targets):
    return np.array([(t.count("G") - t.count("A")) / 3 for t in targets])


def probabilities(mirnas, targets):
    return 1 / (1 + np.exp(-logits(mirnas, targets)))


def test_probabilities_and_their_logits__have_one_scale(rng):
    plain = scale_of(logits, n_pairs=60, generator=np.random.default_rng(1))
    squeezed = scale_of(probabilities, n_pairs=60, generator=np.random.default_rng(1))
    assert (plain.probabilities, squeezed.probabilities) == (False, True)
    assert squeezed.spread == pytest.approx(plain.spread)
    targets = ["GGGG", "AAGU"]
    assert squeezed.score(["U", "U"], targets) == pytest.approx(plain.score(["U", "U"], targets))


def test_classes_between_0_and_1__are_no_probabilities():
    def steps(mirnas, targets):
        return (logits(mirnas, targets) > 0).astype(float)

    scale = scale_of(steps, n_pairs=40, generator=np.random.default_rng(1))
    assert not scale.probabilities
    assert scale.spread == pytest.approx(0.5, abs=0.05)


def test_one_score_for_all__leaves_its_own_unit():
    scale = scale_of(
        lambda mirnas, targets: np.zeros(len(mirnas)), n_pairs=20, generator=np.random.default_rng(1)
    )
    assert scale.spread == 1


def test_log_odds__end_where_single_precision_does():
    ends = log_odds(np.array([0.0, 1.0]))
    assert ends[0] == pytest.approx(-ends[1])
    assert np.isfinite(ends).all()


def test_changes__have_their_mean_and_standard_error(rng):
    values = rng.normal(0.3, 1.0, 400)
    change = change_of(values)
    assert change.mean == pytest.approx(values.mean())
    assert change.standard_error == pytest.approx(0.05, abs=0.005)
    assert change.interval == pytest.approx(
        (change.mean - 1.96 * change.standard_error, change.mean + 1.96 * change.standard_error)
    )
