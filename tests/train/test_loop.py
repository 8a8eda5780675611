"""The training loop: it learns, stops, resumes to the bit, and leaves torch as it was."""

import dataclasses

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from dmiso.errors import DmisoError, UsageError
from dmiso.models.store import ModelConfig
from dmiso.networks import build_network
from dmiso.records import Counts
from dmiso.settings.training import TrainSettings
from dmiso.train.data import PairTable, encode_pairs
from dmiso.train.device import resolve_device
from dmiso.train.loop import Reporter, Resume, fit, predict_logits

torch = pytest.importorskip("torch")

CONFIG = ModelConfig(name="example", network="dmiso", settings={"l1": 1e-4})
QUICK = TrainSettings(epochs=4, patience=10, batch_size=16, l1=1e-4, device="cpu")
CPU = torch.device("cpu")


def encoded(frame, weight=None):
    weight = np.ones(frame.height, np.float32) if weight is None else weight
    return encode_pairs(PairTable(frame, weight, None), CONFIG, Counts())


@pytest.fixture
def parts(rng, one_sided_pairs):
    return encoded(one_sided_pairs(rng, 129)), encoded(one_sided_pairs(rng, 50))


def state(network):
    return {name: tensor.numpy().copy() for name, tensor in network.state_dict().items()}


def same_weights(one, other):
    one, other = state(one), state(other)
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_fit__learns_a_composition_that_one_can_see(parts):
    settings = TrainSettings(epochs=12, patience=12, batch_size=16, learning_rate=0.005, device="cpu")
    result = fit(CONFIG, *parts, settings)
    assert result.best.validation_average_precision > 0.95
    assert result.rows[-1].train_loss < result.rows[0].train_loss


def test_fit__the_last_batch_of_one_pair_is_trained_with_the_one_before(parts):
    shown = []
    fit(CONFIG, *parts, TrainSettings(epochs=1, batch_size=16), reporter=Reporter(on_pairs=shown.append))
    assert shown == [16] * 7 + [17]


def test_fit__rows_are_what_scikit_learn_measures_on_the_kept_weights(parts):
    train, validation = parts
    weight = np.linspace(0.5, 3, len(validation)).astype(np.float32)
    validation = dataclasses.replace(validation, weight=weight)
    result = fit(CONFIG, train, validation, QUICK)
    logits = predict_logits(result.network, validation, CPU).astype(float)
    row = result.best
    assert row.validation_average_precision == pytest.approx(
        average_precision_score(validation.label, logits, sample_weight=weight)
    )
    assert row.validation_auroc == pytest.approx(
        roc_auc_score(validation.label, logits, sample_weight=weight)
    )
    scores = 1 / (1 + np.exp(-logits))
    assert row.validation_loss == pytest.approx(
        log_loss(validation.label, scores, sample_weight=weight), rel=1e-5
    )


def test_fit__is_the_same_for_the_same_seed_only(parts):
    first, same = (fit(CONFIG, *parts, QUICK) for _ in range(2))
    other = fit(CONFIG, *parts, TrainSettings(**QUICK.as_dict() | {"seed": 1}))
    assert first.rows == same.rows
    assert same_weights(first.network, same.network)
    assert not same_weights(first.network, other.network)


@pytest.mark.parametrize("changes", [{}, {"negatives": "redrawn", "jitter": 3, "schedule": "one-cycle"}])
def test_fit__an_interrupted_run_ends_as_one_that_was_not(tmp_path, parts, changes):
    settings = TrainSettings(**QUICK.as_dict() | changes)
    whole = fit(CONFIG, *parts, settings)

    def interrupt(row):
        if row.epoch == 3:
            raise KeyboardInterrupt

    resume = Resume(tmp_path / "state", {"seed": 0})
    with pytest.raises(KeyboardInterrupt):
        fit(CONFIG, *parts, settings, resume=resume, reporter=Reporter(on_epoch=interrupt))
    epochs = []
    resumed = fit(
        CONFIG, *parts, settings, resume=resume, reporter=Reporter(on_epoch=lambda r: epochs.append(r.epoch))
    )
    assert epochs == [3, 4]
    assert resumed.rows == whole.rows
    assert same_weights(resumed.network, whole.network)


def test_fit__a_finished_run_is_not_trained_further(tmp_path, parts):
    resume = Resume(tmp_path / "state", {"seed": 0})
    first = fit(CONFIG, *parts, QUICK, resume=resume)
    again = fit(CONFIG, *parts, QUICK, resume=resume, reporter=Reporter(on_pairs=pytest.fail))
    assert again.rows == first.rows
    assert same_weights(first.network, again.network)


def test_fit__stops_after_patience_and_gives_the_best_epoch(parts):
    settings = TrainSettings(epochs=40, patience=2, batch_size=16, learning_rate=0.005, device="cpu")
    result = fit(CONFIG, *parts, settings)
    metric = [row.validation_average_precision for row in result.rows]
    assert result.best.epoch == int(np.argmax(metric)) + 1
    assert len(result.rows) == result.best.epoch + 2 < 40
    logits = predict_logits(result.network, parts[1], CPU)
    assert average_precision_score(parts[1].label, logits) == pytest.approx(max(metric))


def test_fit__a_pair_of_weight_0_teaches_nothing(rng, one_sided_pairs, parts):
    frame = one_sided_pairs(rng, 64)
    wrong = frame.with_columns(label=1 - pl.col("label"))
    weight = np.repeat([1, 0], 64).astype(np.float32)
    train = encoded(pl.concat([frame, wrong]), weight)
    settings = TrainSettings(epochs=15, patience=15, batch_size=32, learning_rate=0.005, device="cpu")
    assert fit(CONFIG, train, parts[1], settings).best.validation_average_precision > 0.9


def test_fit__stronger_l1_leaves_smaller_weights(parts):
    sums = []
    for l1 in (0.0, 0.1):
        config = ModelConfig(name="example", network="dmiso", settings={"l1": l1})
        result = fit(config, *parts, TrainSettings(epochs=6, patience=6, batch_size=16))
        sums.append(float(result.network.dense.weight.detach().abs().sum()))
        assert (result.best.penalty > 0) == (l1 > 0)
    assert sums[1] < sums[0]


def test_fit__a_loss_that_is_no_number_stops_with_what_to_do(parts):
    settings = TrainSettings(epochs=3, batch_size=16, device="cpu")
    object.__setattr__(settings, "learning_rate", 1e38)  # above what settings allow: it diverges at once
    with pytest.raises(DmisoError, match=r"epoch 1: the loss is no longer a number. Lower --learning-rate"):
        fit(CONFIG, *parts, settings)


def test_fit__leaves_torchs_generator_and_threads_as_they_were(parts):
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    seen = []
    reporter = Reporter(on_epoch=lambda _: seen.append(torch.get_num_threads()))
    try:
        torch.set_num_threads(2)
        fit(CONFIG, *parts, TrainSettings(epochs=1, batch_size=16, threads=1), reporter=reporter)
        assert seen == [1]
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(before, torch.get_rng_state())


def test_fit__dropout_0_switches_it_off(parts):
    result = fit(CONFIG, *parts, TrainSettings(epochs=1, batch_size=16, dropout=0.0))
    assert {m.p for m in result.network.modules() if isinstance(m, torch.nn.Dropout)} == {0.0}
    result = fit(CONFIG, *parts, TrainSettings(epochs=1, batch_size=16, dropout=0.5))
    assert {m.p for m in result.network.modules() if isinstance(m, torch.nn.Dropout)} == {0.125, 0.25}


def test_predict_logits__leaves_the_mode_and_does_not_depend_on_the_batch(parts, monkeypatch):
    network = build_network(CONFIG)
    whole = predict_logits(network, parts[0], CPU)
    assert network.training
    monkeypatch.setattr("dmiso.train.loop._PREDICT_BATCH", 7)
    np.testing.assert_allclose(predict_logits(network, parts[0], CPU), whole, atol=1e-6)


@pytest.mark.skipif(torch.cuda.is_available(), reason="a GPU is here")
def test_resolve_device__says_so_when_there_is_no_gpu():
    with pytest.raises(UsageError, match="device cuda: torch finds no GPU here"):
        resolve_device(TrainSettings(device="cuda"))
    with pytest.raises(UsageError, match="mixed_precision works on a GPU only"):
        resolve_device(TrainSettings(mixed_precision=True))
    assert resolve_device(TrainSettings()).type == "cpu"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU is here")
def test_fit__learns_on_a_gpu_in_mixed_precision(parts):
    settings = TrainSettings(
        epochs=12, batch_size=16, learning_rate=0.005, device="cuda", mixed_precision=True
    )
    assert fit(CONFIG, *parts, settings).best.validation_average_precision > 0.9
