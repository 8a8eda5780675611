"""Every word of a verdict, by pairs on either side of each limit."""

import pytest

from dmiso.confidence import PairConfidence, call_binding, call_change, call_repression
from dmiso.errors import UsageError
from dmiso.settings.confidence import VerdictSettings

LIMITS = VerdictSettings()


def pair(score=0.9, p=(0.01, 0.01), repression=-0.3, repression_p=(0.01, 0.01)):
    return PairConfidence(2.0, score, *p, repression, *repression_p, 199, 199)


@pytest.mark.parametrize(
    ("score", "p", "said"),
    [
        (0.5, (0.05, 0.05), "bound"),
        (0.9, (0.055, 0.005), "uncertain"),
        (0.9, (0.005, 0.2), "uncertain"),
        (0.9, (0.005, None), "uncertain"),
        (0.9, (None, None), "uncertain"),
        (0.999, (0.01, 0.75), "not distinguishable"),
        (0.9, (0.205, 0.01), "not distinguishable"),
        (0.9, (0.205, None), "not distinguishable"),
        (0.49, (0.005, 0.005), "not bound"),
    ],
)
def test_call_binding__is_the_word_of_its_class(score, p, said):
    assert call_binding(pair(score, p), LIMITS) == said


@pytest.mark.parametrize(
    ("repression", "p", "said"),
    [
        (-0.1, (0.05, 0.05), "repressed"),
        (-0.4, (0.01, 0.1), "uncertain"),
        (-0.4, (None, 0.01), "uncertain"),
        (-0.4, (0.3, 0.01), "not distinguishable"),
        (-0.09, (0.005, 0.005), "not repressed"),
        (0.2, (1.0, 1.0), "not repressed"),
        (None, (None, None), "unknown"),
    ],
)
def test_call_repression__is_the_word_of_its_class(repression, p, said):
    assert call_repression(pair(repression=repression, repression_p=p), LIMITS) == said


def test_verdicts_of_binding_and_repression__are_apart():
    bound_alone = pair(repression=-0.01, repression_p=(0.5, 0.5))
    assert (call_binding(bound_alone, LIMITS), call_repression(bound_alone, LIMITS)) == (
        "bound",
        "not repressed",
    )


@pytest.mark.parametrize(
    ("own", "other", "gain", "said"),
    [
        ("bound", "not bound", 2.0, "gained"),
        ("repressed", "not distinguishable", 1.0, "gained"),
        ("not distinguishable", "bound", -1.5, "lost"),
        ("bound", "not bound", 0.9, "uncertain"),
        ("bound", "not bound", -2.0, "uncertain"),
        ("bound", "uncertain", 3.0, "uncertain"),
        ("uncertain", "not bound", 3.0, "uncertain"),
        ("uncertain", "uncertain", 3.0, "uncertain"),
        ("uncertain", "uncertain", 0.0, "same"),
        ("uncertain", "bound", -0.1, "same"),
        ("bound", "bound", 0.5, "same"),
        ("bound", "bound", 1.5, "stronger"),
        ("bound", "bound", -1.5, "weaker"),
        ("not bound", "not distinguishable", -4.0, "same"),
        ("unknown", "unknown", None, "unknown"),
    ],
)
def test_call_change__is_the_word_of_both_calls_and_the_gain(own, other, gain, said):
    assert call_change(own, other, gain, 1.0) == said


def test_verdict_settings__refuse_limits_that_cross():
    with pytest.raises(UsageError, match=r"max_p is 0\.3 and max_uncertain_p 0\.2"):
        VerdictSettings(max_p=0.3)
