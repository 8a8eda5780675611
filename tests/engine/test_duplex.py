"""The duplex network without torch: equal to torch, and to a loop that reads as its definition."""

import numpy as np
import pytest

from dmiso.encode import encode
from dmiso.engine.duplex.network import DuplexEngine
from dmiso.errors import ModelError, UsageError
from dmiso.models.store import ModelConfig
from dmiso.networks import load_weights, weight_shapes
from dmiso.networks.duplex_shapes import DILATIONS, NOTHING, tensor_shapes

CHANNELS, BLOCKS, HEADS = 7, 4, 3


@pytest.fixture
def weights(rng):
    return {
        name: (
            np.abs(rng.normal(1, 0.2, shape)) if name.endswith("running_var") else rng.normal(0, 0.4, shape)
        ).astype(np.float32)
        for name, shape in tensor_shapes(CHANNELS, BLOCKS, HEADS, 30).items()
    }


@pytest.fixture
def pairs(rng, random_rna):
    mirnas = [random_rna(rng, n) for n in (22, 15, 30, 18, 24)]
    targets = [random_rna(rng, n) for n in (60, 50, 20, 33, 60)]
    targets[1] = targets[1][:20] + "NN" + targets[1][22:]
    return encode(mirnas, 30), encode(targets, 60)


def by_definition(weights, mirna, target):  # noqa: C901 - the definition is its loops
    """Return the logit of one pair, offset by offset, in double precision."""
    w = {name: array.astype(np.float64) for name, array in weights.items()}
    n_offsets = len(target) + len(mirna) - 1
    known = {(i, j) for i, m in enumerate(mirna) for j, t in enumerate(target) if m < 4 and t < 4}
    best = {}
    for i in range(len(mirna)):
        for j in range(len(target)):
            if (i, j) in known:
                score = w["pair_score"][i, mirna[i], target[j]]
                if i > 0 and j + 1 < len(target) and mirna[i - 1] < 4 and target[j + 1] < 4:
                    score = score + w["stack_score"][mirna[i - 1], mirna[i], target[j + 1], target[j]]
                none = np.zeros(HEADS)
                before = np.maximum(
                    np.maximum(best.get((i - 1, j + 1), none), best.get((i - 1, j), none) - w["bulge"][0]),
                    best.get((i - 1, j + 2), none) - w["bulge"][1],
                )
                best[i, j] = np.maximum(0, before + score)
    x = np.tile(w["mix.bias"], (n_offsets, 1))
    for (i, j), score in best.items():
        x[i + j] += w["mix.weight"][:, i * HEADS : (i + 1) * HEADS] @ score
    for o in range(len(target)):
        for k in range(7):
            position = o + k - 3
            if target[o] < 4 and 0 <= position < len(target) and target[position] < 4:
                x[o] += w["context.weight"][:, target[position], k]
    faced = np.array([any(i + j == o for i, j in known) for o in range(n_offsets)])

    def norm(name, values):
        centred = values - w[f"{name}.running_mean"]
        return centred / np.sqrt(w[f"{name}.running_var"] + 1e-5) * w[f"{name}.weight"] + w[f"{name}.bias"]

    for b in range(BLOCKS):
        block, dilation = f"blocks.{b}", DILATIONS[b % 3]
        h = np.maximum(norm(f"{block}.norm_in", x), 0) * faced[:, None]
        y = np.tile(w[f"{block}.convolution.bias"], (n_offsets, 1))
        for o in range(n_offsets):
            for k in range(5):
                position = o + (k - 2) * dilation
                if 0 <= position < n_offsets:
                    y[o] += w[f"{block}.convolution.weight"][:, :, k] @ h[position]
        x = (
            x
            + np.maximum(norm(f"{block}.norm_out", y), 0) @ w[f"{block}.mix.weight"][:, :, 0].T
            + w[f"{block}.mix.bias"]
        )
    positions = np.maximum(norm("norm", x), 0) @ w["output.weight"][0, :, 0] + w["output.bias"]
    return np.log(np.exp(positions[faced]).sum()) * w["scale"][0] + w["shift"][0]


def test_engine__agrees_with_the_definition(weights, pairs):
    expected = [by_definition(weights, m, t) for m, t in zip(*pairs, strict=True)]
    np.testing.assert_allclose(DuplexEngine(weights).logits_pairs(*pairs), expected, rtol=2e-5, atol=2e-5)


def test_engine__agrees_with_torch(weights, pairs):
    torch = pytest.importorskip("torch")
    from dmiso.encode import one_hot
    from dmiso.networks.duplex import DuplexNetwork

    network = DuplexNetwork(channels=CHANNELS, blocks=BLOCKS, heads=HEADS).eval()
    load_weights(network, weights)
    with torch.no_grad():
        expected = network(*(torch.from_numpy(one_hot(codes)) for codes in pairs)).numpy()
    np.testing.assert_allclose(DuplexEngine(weights).logits_pairs(*pairs), expected, rtol=2e-5, atol=2e-5)


def test_grid_and_pairs__agree_whatever_the_tile(weights, rng, random_rna, pairs):
    engine = DuplexEngine(weights, threads=2)
    targets = encode([random_rna(rng, 60) for _ in range(101)], 60)  # more than two tiles
    grid = engine.logits_grid(pairs[0], targets)
    assert grid.shape == (5, 101)
    index = [(m, t) for m in range(5) for t in range(101)]
    rows = [np.array(part) for part in zip(*index, strict=True)]
    by_pair = engine.logits_pairs(pairs[0][rows[0]], targets[rows[1]])
    np.testing.assert_allclose(by_pair, grid.ravel(), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(
        engine.logits_grid(pairs[0], targets[40:43]), grid[:, 40:43], rtol=1e-5, atol=1e-5
    )


def test_positions__pool_to_the_logits_and_are_nothing_where_no_base_faces_another(weights, pairs):
    engine = DuplexEngine(weights)
    positions = engine.positions(*pairs)
    assert positions.shape == (5, 5, 89)
    np.testing.assert_allclose(engine.pooled(positions), engine.logits_grid(*pairs), rtol=1e-5, atol=1e-5)
    assert (positions[1, 2, 20 + 15 - 1 :] == NOTHING).all()  # 15 nt on 20 nt
    assert (positions[1, 2, : 20 + 15 - 1] > NOTHING).all()


def test_window_in_a_scan_with_masked_flanks__has_the_logit_of_the_window_alone(
    weights, pairs, rng, random_rna
):
    engine = DuplexEngine(weights)
    target = random_rna(rng, 60)
    alone = engine.logits_grid(pairs[0], encode([target], 60))
    hidden = engine.logits_grid(pairs[0], encode(["N" * 210 + target + "N" * 90], 360))
    np.testing.assert_allclose(hidden, alone, rtol=1e-6, atol=1e-6)


def test_no_rows__give_no_logits(weights):
    engine = DuplexEngine(weights)
    none = encode([], 30), encode([], 60)
    assert engine.logits_pairs(*none).shape == (0,)
    assert engine.logits_grid(encode(["ACGU"], 30), none[1]).shape == (1, 0)


def test_padding_of_the_mirna__changes_nothing_but_offsets_without_bases(weights):
    # two targets that differ only beyond every pairing nucleotide of the miRNA give one logit an offset
    engine = DuplexEngine(weights)
    short, same = encode(["ACGUACGUACGUACG"], 30), encode(["ACGUACGUACGUACGNNN"], 30)
    target = encode(["GGAUCCAUAGGCAUCGAUUAACGG"], 60)
    assert engine.logits_pairs(short, target) == engine.logits_pairs(same, target)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"chanels": 3}, "no setting chanels. Known: blocks"),
        ({"channels": 0}, "channels is 0; a whole number"),
        ({"mirna_length": 28}, "built for miRNAs of 28 nucleotides; the configuration says 30"),
    ],
)
def test_wrong_settings__are_named(settings, message):
    with pytest.raises(ModelError, match=message):
        weight_shapes(ModelConfig(name="x", network="duplex", settings=settings))


def test_threads_below_one__are_refused(weights):
    with pytest.raises(UsageError, match="threads is 0"):
        DuplexEngine(weights, threads=0)
