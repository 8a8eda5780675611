"""Training settings: what they refuse, and the course of the learning rate."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.errors import UsageError
from dmiso.networks import network_names
from dmiso.settings.training import TrainSettings
from dmiso.train.settings import learning_rate_at, settings_for


def test_defaults__of_network_dmiso_are_the_papers():
    settings = settings_for("dmiso")
    assert (settings.batch_size, settings.learning_rate, settings.l1) == (100, 1e-3, 0.01)
    assert (settings.epochs, settings.schedule, settings.weight_decay) == (500, "constant", 0.0)
    assert (settings.negatives, settings.jitter, settings.dropout) == ("given", 0, 1.0)


def test_settings_for__none_leaves_the_default():
    assert settings_for("dmiso", epochs=None, l1=0.5) == TrainSettings(l1=0.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"batch_size": 1}, "batch_size is 1; it must be between 2 and 1,000,000"),
        ({"epochs": 0}, "epochs is 0; it must be between 1 and 1,000,000"),
        ({"patience": 0}, "patience is 0; it must be between 1 and"),
        ({"threads": 0}, "threads is 0; it must be between 1 and 1,024"),
        ({"learning_rate": 0.0}, "learning_rate is 0.0; it must be above 0 and at most 1,000"),
        ({"l1": -1.0}, "l1 is -1.0; it must be between 0 and 1,000"),
        ({"dropout": math.nan}, "dropout is nan; it must be between 0 and 100"),
        ({"jitter": -1}, "jitter is -1; it must be between 0 and 100,000"),
        ({"validation_share": 0.6}, "validation_share is 0.6; it must be above 0 and at most 0.5"),
        ({"seed": -1}, "seed is -1; it must be between 0 and 4,294,967,295"),
        ({"mixed_precision": True, "device": "cpu"}, "mixed_precision works on a GPU only"),
        ({"epochs": "many"}, "a training setting cannot be used: Expected `int`, got `str` - at `$.epochs`"),
        ({"schedule": "cosine"}, "a training setting cannot be used: Invalid enum value 'cosine'"),
        ({"epoch": 3}, "training has no setting epoch. Did you mean epochs? Known: batch_size"),
    ],
)
def test_settings_for__refuses_what_cannot_be(change, message):
    with pytest.raises(UsageError) as caught:
        settings_for("dmiso", **change)
    assert str(caught.value).startswith(message)
    assert caught.value.exit_code == 2


def test_settings_for__an_unknown_network_lists_the_known_ones():
    with pytest.raises(UsageError, match=r"network 'dmisso' cannot be trained\. Did you mean dmiso\?"):
        settings_for("dmisso")


def test_as_dict__gives_back_the_same_settings():
    for settings in map(settings_for, network_names()):
        assert msgspec.convert(settings.as_dict(), TrainSettings) == settings


@given(st.floats(0, 1))
def test_learning_rate__constant_never_moves(progress):
    assert learning_rate_at(TrainSettings(learning_rate=0.02), progress) == 0.02


def test_learning_rate__one_cycle_rises_to_its_peak_at_thirty_percent_and_falls():
    settings = TrainSettings(schedule="one-cycle", learning_rate=0.01)
    rates = [learning_rate_at(settings, i / 100) for i in range(101)]
    assert rates[0] == pytest.approx(0.01 / 25)
    assert rates[15] == pytest.approx(0.01 * (1 / 25 + 1) / 2)
    assert rates[30] == pytest.approx(0.01)
    assert rates[65] == pytest.approx(0.01 * (1e-4 + 1) / 2)
    assert rates[100] == pytest.approx(0.01 / 10_000)
    assert rates[:31] == sorted(rates[:31])
    assert rates[30:] == sorted(rates[30:], reverse=True)
