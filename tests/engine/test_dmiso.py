"""The fast forward pass equals the definition, the torch network, and the published program's output."""

import numpy as np
import pytest

from dmiso.encode import encode, one_hot
from dmiso.engine import build_engine
from dmiso.engine.published.block import GROUP
from dmiso.engine.published.kernels import BLOCK, LANES
from dmiso.engine.published.network import DmisoEngine
from dmiso.errors import ModelError, UsageError
from dmiso.models import ModelConfig
from dmiso.models.calibration import sigmoid
from dmiso.models.keras import import_keras
from dmiso.networks import build_network, load_weights
from dmiso.networks.dmiso_shapes import tensor_shapes

CONFIG = ModelConfig(name="random", network="dmiso")


def random_weights(rng):
    """Weights of every tensor, BatchNorm statistics far from 0 and 1, logits spread over several units."""
    weights = {}
    for name, shape in tensor_shapes().items():
        if name.endswith("running_var"):
            weights[name] = rng.uniform(0.3, 2.0, shape)
        elif "norm.weight" in name:
            weights[name] = rng.uniform(0.5, 1.5, shape) * rng.choice([-1, 1], shape)
        else:
            weights[name] = rng.normal(0, 0.1 if name == "dense.weight" else 0.4, shape)
    return {name: array.astype(np.float32) for name, array in weights.items()}


def random_codes(rng, n, length):
    """Codes with N anywhere, and a run of padding at the end of some rows."""
    codes = rng.integers(0, 5, (n, length)).astype(np.uint8)
    for row, used in zip(codes, rng.integers(length // 3, length + 12, n), strict=True):
        row[used:] = 4
    return codes


def sigmoid_64(x):
    return 1 / (1 + np.exp(-x))


def slow_norm(w, name, x):
    return (x - w[f"{name}.running_mean"]) / np.sqrt(w[f"{name}.running_var"] + 1e-3) * w[
        f"{name}.weight"
    ] + w[f"{name}.bias"]


def slow_branch(w, name, bases):
    kernel, bias = w[f"{name}.weight"], w[f"{name}.bias"]
    convolved = [
        [sum(bases[p + k] @ kernel[c, :, k] for k in range(8)) + bias[c] for c in range(10)]
        for p in range(len(bases) - 7)
    ]
    relu = np.maximum(convolved, 0)
    return [relu[s : s + 4].max(axis=0) for s in range(len(relu) - 3)]


def slow_lstm(w, steps, suffix):
    h, c, states = np.zeros(10), np.zeros(10), []
    for x in steps:
        gates = w[f"recurrent.weight_ih_l0{suffix}"] @ x + w[f"recurrent.bias_ih_l0{suffix}"]
        gates = gates + w[f"recurrent.weight_hh_l0{suffix}"] @ h + w[f"recurrent.bias_hh_l0{suffix}"]
        i, f, g, o = gates[:10], gates[10:20], gates[20:30], gates[30:]
        c = sigmoid_64(f) * c + sigmoid_64(i) * np.tanh(g)
        h = sigmoid_64(o) * np.tanh(c)
        states.append(h)
    return states


def slow_logit(weights, mirna, target):
    """Return one logit in double precision, layer by layer as the published architecture file has them."""
    w = {name: array.astype(np.float64) for name, array in weights.items()}
    merged = slow_branch(w, "mirna_convolution", mirna) + slow_branch(w, "target_convolution", target)
    merged = [slow_norm(w, "merged_norm", x) for x in merged]
    forward = slow_lstm(w, merged, "")
    backward = slow_lstm(w, merged[::-1], "_reverse")[::-1]
    joined = [np.concatenate(pair) for pair in zip(forward, backward, strict=True)]
    flat = np.concatenate([slow_norm(w, "recurrent_norm", x) for x in joined])
    hidden = slow_norm(w, "dense_norm", w["dense.weight"] @ flat + w["dense.bias"])
    output = w["output.weight"] @ np.maximum(hidden, 0) + w["output.bias"]
    return slow_norm(w, "output_norm", output)[0]


def assert_equal_to_1e_5(found, expected):
    """Logits of size 10 carry rounding of 1e-5 in single precision, whoever computes them; scores do not."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=3e-5)
    np.testing.assert_allclose(sigmoid(found), sigmoid(expected), rtol=0, atol=1e-5)


@pytest.fixture
def weights(rng):
    return random_weights(rng)


@pytest.fixture
def network(weights):
    pytest.importorskip("torch")
    network = build_network(CONFIG).eval()
    load_weights(network, weights)
    return network


def torch_logits(network, mirna_codes, target_codes):
    torch = pytest.importorskip("torch")
    with torch.inference_mode():
        return network(torch.tensor(one_hot(mirna_codes)), torch.tensor(one_hot(target_codes))).numpy()


def test_engine__equals_the_definition_step_by_step(rng, weights):
    mirnas, targets = random_codes(rng, 3, 30), random_codes(rng, 5, 60)
    expected = [
        [slow_logit(weights, m, t) for t in one_hot(targets).astype(float)]
        for m in one_hot(mirnas).astype(float)
    ]
    grid = DmisoEngine(weights).logits_grid(mirnas, targets)
    assert np.std(expected) > 0.1
    assert_equal_to_1e_5(grid, expected)


def test_network__equals_the_definition_step_by_step(rng, weights, network):
    mirnas, targets = random_codes(rng, 7, 30), random_codes(rng, 7, 60)
    expected = [
        slow_logit(weights, m, t)
        for m, t in zip(one_hot(mirnas).astype(float), one_hot(targets).astype(float), strict=True)
    ]
    assert_equal_to_1e_5(torch_logits(network, mirnas, targets), expected)


@pytest.mark.parametrize(
    ("n_mirnas", "n_targets"),
    [(1, 3), (LANES + 1, 2), (5, BLOCK + 7), (BLOCK + 9, 4), (66, 130), (LANES, 70), (75, LANES)],
)
def test_grid__equals_the_torch_network_whichever_side_is_larger(rng, weights, network, n_mirnas, n_targets):
    mirnas, targets = random_codes(rng, n_mirnas, 30), random_codes(rng, n_targets, 60)
    m, t = np.divmod(np.arange(n_mirnas * n_targets), n_targets)
    expected = torch_logits(network, mirnas[m], targets[t]).reshape(n_mirnas, n_targets)
    assert_equal_to_1e_5(DmisoEngine(weights).logits_grid(mirnas, targets), expected)


@pytest.mark.parametrize("gain", [8.0, 60.0])
def test_engine__stays_right_where_gates_saturate(rng, weights, gain):
    for name in weights:
        if name.startswith("recurrent.weight"):
            weights[name] = weights[name] * np.float32(gain)
    mirnas, targets = random_codes(rng, 2, 30), random_codes(rng, 2, 60)
    expected = [
        slow_logit(weights, m, t)
        for m, t in zip(one_hot(mirnas).astype(float), one_hot(targets).astype(float), strict=True)
    ]
    with np.errstate(over="ignore"):
        found = DmisoEngine(weights).logits_pairs(mirnas, targets)
    assert np.isfinite(found).all()
    # such recurrences amplify rounding in any implementation; a wrong limit would be off by whole units
    np.testing.assert_allclose(found, expected, atol=0.01)


def test_pairs__equal_the_grid_in_any_order_and_with_repeats(rng, weights):
    mirnas, targets = random_codes(rng, 11, 30), random_codes(rng, 47, 60)
    m, t = rng.integers(0, 11, GROUP + 300), rng.integers(0, 47, GROUP + 300)
    engine = DmisoEngine(weights)
    found = engine.logits_pairs(mirnas[m], targets[t])
    np.testing.assert_allclose(found, engine.logits_grid(mirnas, targets)[m, t], rtol=0, atol=1e-6)


def test_pairs__that_are_all_different_equal_the_same_pairs_one_by_one(rng, weights):
    mirnas, targets = random_codes(rng, 13, 30), random_codes(rng, 13, 60)
    engine = DmisoEngine(weights)
    alone = [engine.logits_pairs(mirnas[i : i + 1], targets[i : i + 1])[0] for i in range(13)]
    np.testing.assert_allclose(engine.logits_pairs(mirnas, targets), alone, rtol=0, atol=1e-6)


def test_threads__change_no_logit(rng, weights):
    mirnas, targets = random_codes(rng, 70, 30), random_codes(rng, 600, 60)
    one, three = DmisoEngine(weights), DmisoEngine(weights, threads=3)
    np.testing.assert_allclose(
        three.logits_grid(mirnas, targets), one.logits_grid(mirnas, targets), rtol=0, atol=1e-6
    )
    m = rng.integers(0, 70, 2 * GROUP + 5)
    t = rng.integers(0, 600, 2 * GROUP + 5)
    np.testing.assert_allclose(
        three.logits_pairs(mirnas[m], targets[t]), one.logits_pairs(mirnas[m], targets[t]), rtol=0, atol=1e-6
    )


def test_empty_input__gives_empty_output(weights):
    engine = DmisoEngine(weights, threads=2)
    none, some = np.empty((0, 30), np.uint8), np.zeros((4, 60), np.uint8)
    assert engine.logits_grid(none, some).shape == (0, 4)
    assert engine.logits_grid(np.zeros((3, 30), np.uint8), some[:0]).shape == (3, 0)
    assert engine.logits_pairs(none, some[:0]).shape == (0,)


def test_inputs__are_left_as_they_were_and_may_be_read_only(rng, weights):
    mirnas, targets = random_codes(rng, 2, 30), random_codes(rng, 3, 60)
    before = mirnas.copy(), targets.copy()
    writable = DmisoEngine(weights).logits_grid(mirnas, targets)
    mirnas.flags.writeable = targets.flags.writeable = False
    read_only = DmisoEngine(weights).logits_grid(mirnas[::-1], targets)
    np.testing.assert_array_equal(read_only, writable[::-1])
    np.testing.assert_array_equal(mirnas, before[0])
    np.testing.assert_array_equal(targets, before[1])


@pytest.mark.parametrize(
    ("mirnas", "message"),
    [
        (np.zeros((2, 31), np.uint8), r"miRNA codes must be uint8 \(n, 30\); found uint8 \(2, 31\)"),
        (np.zeros((2, 30), np.int64), r"miRNA codes must be uint8 \(n, 30\); found int64 \(2, 30\)"),
        (np.full((2, 30), 5, np.uint8), "miRNA codes must be 0 to 4; found 5"),
        (np.zeros((3, 30), np.uint8), "3 miRNA rows but 2 target rows: pairs go by row"),
    ],
)
def test_wrong_codes__are_named(weights, mirnas, message):
    with pytest.raises(ValueError, match=message):
        DmisoEngine(weights).logits_pairs(mirnas, np.zeros((2, 60), np.uint8))


def test_wrong_weights__are_named(weights):
    with pytest.raises(ModelError, match=r"tensor output\.bias of shape \(1,\) is missing"):
        DmisoEngine({name: array for name, array in weights.items() if name != "output.bias"})
    weights["dense.bias"][3] = np.nan
    with pytest.raises(ModelError, match=r"tensor dense\.bias has numbers that are not finite"):
        DmisoEngine(weights)


def test_threads__below_one_are_refused(weights):
    with pytest.raises(UsageError, match="threads is 0; at least 1 is needed"):
        DmisoEngine(weights, threads=0)


def test_errors_in_a_thread__reach_the_caller(rng, weights, monkeypatch):
    def fail(*_arguments, **_options):
        raise MemoryError("no room")

    monkeypatch.setattr("dmiso.engine.published.network.BlockRunner.grid", fail)
    engine = DmisoEngine(weights, threads=2)
    with pytest.raises(MemoryError, match="no room"):
        engine.logits_grid(random_codes(rng, 2, 30), random_codes(rng, 700, 60))


def test_build_engine__lists_the_known_networks(weights):
    with pytest.raises(ModelError, match=r"network 'dmisso' has no engine\. Did you mean dmiso\?"):
        build_engine(ModelConfig(name="x", network="dmisso"), weights)


# --- the published weights ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(shared_data, tmp_path_factory):
    folder = shared_data / "published_dmiso"
    output = tmp_path_factory.mktemp("published") / "published"
    return import_keras(folder / "model_top.json", folder / "model_top.h5", output)


def fasta(path):
    lines = path.read_text(encoding="ascii").splitlines()
    return dict(zip((line[1:] for line in lines[::2]), lines[1::2], strict=True))


def scores_of(model, way, mirnas, targets):
    """Return the scores of pairs, by the engine or by the torch network."""
    codes = encode(mirnas, 30, crop=model.config.crop), encode(targets, 60, crop=model.config.crop)
    if way == "engine":
        return model.calibration.apply(build_engine(model.config, model.weights).logits_pairs(*codes))
    pytest.importorskip("torch")
    network = build_network(model.config).eval()
    load_weights(network, model.weights)
    return model.calibration.apply(torch_logits(network, *codes))


@pytest.mark.real_data
@pytest.mark.parametrize("way", ["engine", "torch"])
def test_published__all_against_all_is_what_the_published_program_prints(shared_data, published, way):
    folder = shared_data / "published_dmiso"
    mirnas, targets = fasta(folder / "test_miRNAs.fa"), fasta(folder / "test_mRNAs.fa")
    rows = [line.split("\t") for line in (folder / "expected_all_vs_all.tsv").read_text().splitlines()[1:]]
    expected = {(row[0], row[1]): float(row[4]) for row in rows}
    pairs = [(m, t) for m in mirnas for t in targets]
    scores = scores_of(published, way, [mirnas[m] for m, _ in pairs], [targets[t] for _, t in pairs])
    assert len(expected) == len(rows) == 10
    for pair, score in zip(pairs, scores, strict=True):
        if pair in expected:
            assert score == pytest.approx(expected[pair], abs=1e-5)
        else:
            assert score <= 0.5


@pytest.mark.real_data
@pytest.mark.parametrize("way", ["engine", "torch"])
def test_published__pair_scores_are_those_computed_independently(shared_data, published, way):
    text = (shared_data / "published_dmiso" / "test_pairs.tsv").read_text(encoding="ascii")
    rows = [line.split("\t") for line in text.splitlines()]
    scores = scores_of(published, way, [row[2] for row in rows], [row[3] for row in rows])
    np.testing.assert_allclose(scores, [0.0337304, 0.0259992, 0.999956, 0.9998405], rtol=0, atol=1e-6)


@pytest.mark.real_data
def test_published__grid_equals_the_torch_network(rng, published):
    pytest.importorskip("torch")
    network = build_network(published.config).eval()
    load_weights(network, published.weights)
    mirnas, targets = random_codes(rng, 23, 30), random_codes(rng, 41, 60)
    m, t = np.divmod(np.arange(23 * 41), 41)
    expected = torch_logits(network, mirnas[m], targets[t]).reshape(23, 41)
    grid = build_engine(published.config, published.weights).logits_grid(mirnas, targets)
    assert_equal_to_1e_5(grid, expected)
