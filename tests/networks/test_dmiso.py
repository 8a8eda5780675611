"""The published network in torch: shapes, initial weights as Keras draws them, penalty, weights in and out."""

import subprocess
import sys

import numpy as np
import pytest

from dmiso.errors import MissingExtraError, ModelError
from dmiso.models import ModelConfig
from dmiso.networks import build_network, load_weights, network_names, network_weights, weight_shapes

CONFIG = ModelConfig(name="example", network="dmiso")


@pytest.fixture
def torch():
    torch = pytest.importorskip("torch")
    torch.manual_seed(5)
    return torch


@pytest.fixture
def network(torch):  # seeds it
    return build_network(CONFIG)


def test_forward__gives_a_logit_a_pair(torch, network):
    logits = network.eval()(torch.rand(3, 30, 4), torch.rand(3, 60, 4))
    assert logits.shape == (3,)
    assert logits.isfinite().all()


def test_weights_on_disk__are_those_of_the_module_without_counters(network):
    shapes = {name: array.shape for name, array in network_weights(network).items()}
    assert shapes == weight_shapes(CONFIG)
    assert sum(np.prod(shape) for shape in shapes.values()) == 143145


def test_initial_weights__are_keras_own(network):
    weights = network_weights(network)
    limit = np.sqrt(6 / (1400 + 100))  # Glorot uniform
    assert limit * 0.99 < np.abs(weights["dense.weight"]).max() <= limit
    limit = np.sqrt(6 / (8 * 4 + 8 * 10))
    assert limit * 0.9 < np.abs(weights["mirna_convolution.weight"]).max() <= limit
    recurrent = weights["recurrent.weight_hh_l0"]
    np.testing.assert_allclose(recurrent.T @ recurrent, np.eye(10), atol=1e-5)
    for suffix in ("", "_reverse"):
        bias = weights[f"recurrent.bias_ih_l0{suffix}"].reshape(4, 10)
        np.testing.assert_array_equal(bias[1], 1)
        np.testing.assert_array_equal(bias[[0, 2, 3]], 0)
        np.testing.assert_array_equal(weights[f"recurrent.bias_hh_l0{suffix}"], 0)
    for name in ("target_convolution.bias", "dense.bias", "output.bias", "merged_norm.running_mean"):
        np.testing.assert_array_equal(weights[name], 0)


def test_training__leaves_the_second_lstm_bias_alone(torch, network):
    optimiser = torch.optim.Adam(network.parameters())
    loss = network(torch.rand(6, 30, 4), torch.rand(6, 60, 4)).square().sum() + network.l1_penalty()
    loss.backward()
    optimiser.step()
    weights = network_weights(network)
    np.testing.assert_array_equal(weights["recurrent.bias_hh_l0"], 0)
    assert (weights["recurrent.bias_ih_l0"][:10] != 0).any()


def test_l1_penalty__sums_absolute_convolution_and_first_dense_weights(torch):
    network = build_network(ModelConfig(name="example", network="dmiso", settings={"l1": 0.5}))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(-2.0)
    assert network.l1_penalty().item() == 0.5 * 2 * (2 * 10 * 4 * 8 + 100 * 1400)


def test_norms__use_keras_momentum_and_epsilon(torch, network):
    norms = [module for module in network.modules() if isinstance(module, torch.nn.BatchNorm1d)]
    assert [norm.num_features for norm in norms] == [10, 20, 100, 1]
    assert all(norm.eps == 1e-3 and norm.momentum == pytest.approx(0.01) for norm in norms)


def test_dropouts__are_those_of_the_architecture_file(torch, network):
    assert [m.p for m in network.modules() if isinstance(m, torch.nn.Dropout)] == [0.25, 0.5, 0.5]


def test_load_weights__gives_back_what_was_saved(torch, network):
    weights = network_weights(network)
    other = build_network(CONFIG)
    load_weights(other, weights)
    bases = torch.rand(2, 30, 4), torch.rand(2, 60, 4)
    assert torch.equal(network.eval()(*bases), other.eval()(*bases))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dense.bias": None}, r"tensor dense\.bias of shape \(100,\) is missing"),
        (
            {"dense.bias": np.zeros(99, np.float32)},
            r"tensor dense\.bias has shape \(99,\); expected \(100,\)",
        ),
        (
            {"dense.biass": np.zeros(1, np.float32)},
            r"tensor dense\.biass is not part .* Did you mean dense\.bias\?",
        ),
    ],
)
def test_load_weights__names_the_tensor_that_does_not_fit(network, change, message):
    weights = {**network_weights(network), **change}
    with pytest.raises(ModelError, match=message):
        load_weights(network, {name: array for name, array in weights.items() if array is not None})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"network": "dmisso"}, r"network 'dmisso' is unknown\. Did you mean dmiso\?"),
        (
            {"network": "dmiso", "target_length": 61},
            "takes 30 miRNA and 60 target nucleotides; the configuration says 30 and 61",
        ),
        ({"network": "dmiso", "settings": {"width": 3}}, r"network dmiso has no setting width\. Known: l1"),
    ],
)
def test_build_network__says_what_is_wrong_with_a_configuration(options, message):
    with pytest.raises(ModelError, match=message):
        build_network(ModelConfig(name="example", **options))


def test_build_network__without_torch_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r"needs torch, which is not installed.*dmiso\[train\]"):
        build_network(CONFIG)


def test_importing__networks_models_and_engine_loads_neither_torch_nor_numba():
    code = (
        "import sys, dmiso.networks, dmiso.models, dmiso.engine; "
        "print([m for m in ('torch', 'numba', 'h5py', 'safetensors') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"


def test_network_names__are_sorted():
    assert network_names() == sorted(network_names())
    assert "dmiso" in network_names()
