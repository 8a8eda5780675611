"""The duplex network: which nucleotides face each other, and what it must not see."""

import numpy as np
import pytest

from dmiso.encode import encode, one_hot

torch = pytest.importorskip("torch")

from dmiso.models.store import ModelConfig  # noqa: E402 - after the question for torch
from dmiso.networks import build_network, network_weights, weight_shapes  # noqa: E402
from dmiso.networks.duplex import DuplexNetwork  # noqa: E402
from dmiso.networks.duplex_shapes import NOTHING  # noqa: E402
from dmiso.networks.helices import pair_codes  # noqa: E402
from dmiso.networks.helix_layer import best_helices, best_helices_by_operations  # noqa: E402

COMPLEMENT = {"A": "U", "U": "A", "C": "G", "G": "C"}


def bases(sequence, length):
    return torch.from_numpy(one_hot(encode([sequence], length)))


def trained_looking(network):
    """Give a network the uneven BatchNorms that training leaves."""
    with torch.no_grad():
        for layer in network.modules():
            if isinstance(layer, torch.nn.BatchNorm1d):
                layer.running_mean.normal_()
                layer.running_var.uniform_(0.5, 2)
                layer.bias.normal_()
    return network.eval()


@pytest.fixture
def seed_counter():
    """A network without blocks' influence: the length of the Watson-Crick helix that ends at miRNA position 8."""
    network = DuplexNetwork(channels=1, blocks=1, heads=1).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        network.pair_score.fill_(-100.0)  # no mismatch, and no pair outside positions 2-8
        for i in range(1, 8):
            for mirna, target in ((0, 1), (1, 0), (2, 3), (3, 2)):  # A-U, U-A, C-G, G-C
                network.pair_score[i, mirna, target, 0] = 1.0
        network.bulge.fill_(100.0)
        network.mix.weight[0, 7] = 1.0  # one head: the score at miRNA position 8
        network.norm.weight.fill_(1.0)
        network.output.weight.fill_(1.0)
        network.scale.fill_(1.0)
    return network


def test_positions__have_the_seed_match_at_the_offset_where_its_bases_face_each_other(seed_counter):
    mirna = "UGAGGUAGUAGGUUGUAUAGUU"
    site = "".join(COMPLEMENT[x] for x in reversed(mirna[1:8]))
    target = "AAAAAAAAAAAAA" + site + "AAAAAAAAAAAAAAAAA"
    positions = seed_counter.positions(bases(mirna, 30), bases(target, 60))[0].detach().numpy()
    assert positions.shape == (89,)
    # position 2 (i = 1) pairs with the site's last nucleotide, target position 13 + 6: offset 13 + 6 + 1
    assert positions.argmax() == 13 + 6 + 1
    assert positions.max() == pytest.approx(7, abs=1e-3)


def test_bases_n__pair_with_nothing(seed_counter):
    mirna, masked = "UGAGGUAGUAGG", "NNNNNNNNNNNNNNNNNNNNNNNNN"
    positions = seed_counter.positions(bases(mirna, 30), bases(masked, 60))
    assert (positions == NOTHING).all()


def test_flanks_of_n__change_nothing():
    # the same window alone and in a long target whose flanks are hidden
    torch.manual_seed(7)
    network = trained_looking(DuplexNetwork(channels=6, blocks=3, heads=3))
    mirna = bases("UGAGGUAGUAGGUUGUAUAGUU", 30)
    site = "".join(np.random.default_rng(8).choice(list("AUCG"), 60))
    alone = network(mirna, bases(site, 60))
    hidden = network(mirna, bases("N" * 70 + site + "N" * 45, 175))
    torch.testing.assert_close(alone, hidden, atol=1e-6, rtol=1e-6)


def test_helices__agree_with_torch_operations_in_value_and_gradient():
    rng = np.random.default_rng(9)
    codes = rng.integers(0, 5, (3, 17)).astype(np.uint8)
    results = []
    for by_operations in (False, True):
        generator = torch.Generator().manual_seed(1)
        steps = torch.randn(3, 11, 25, 2, generator=generator, requires_grad=True)
        bulge = torch.rand(2, 2, generator=generator, requires_grad=True)
        if by_operations:
            best = best_helices_by_operations(
                steps, torch.from_numpy(pair_codes(codes).astype(np.int64)), bulge
            )
        else:
            best = best_helices(steps, torch.from_numpy(one_hot(codes) == 1).float(), bulge)
        (best * torch.randn(best.shape, generator=generator)).sum().backward()
        results.append((best.detach(), steps.grad, bulge.grad))
    assert results[0][0].max() > 3  # helices of several pairs
    for ours, theirs in zip(*results, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)


def test_network__takes_targets_of_any_length_and_keeps_their_order():
    torch.manual_seed(3)
    network = trained_looking(DuplexNetwork(channels=6, blocks=2))
    mirna = bases("UGAGGUAGUAGGUUGUAUAGUU", 30)
    rng = np.random.default_rng(4)
    target = "".join(rng.choice(list("AUCG"), 240))
    whole = network.positions(mirna, bases(target, 240))[0]
    part = network.positions(mirna, bases(target[80:200], 120))[0]
    assert whole.shape == (269,)
    # away from the edges a part gives what the whole gives: one pass serves all overlapping windows
    # (helices look back at most 60 nucleotides: two for each miRNA position)
    torch.testing.assert_close(part[70:90], whole[150:170], atol=1e-5, rtol=1e-5)


def test_build_network__has_the_shapes_that_are_declared_without_torch():
    config = ModelConfig(name="x", network="duplex", settings={"channels": 5, "blocks": 4})
    weights = network_weights(build_network(config))
    assert {name: array.shape for name, array in weights.items()} == weight_shapes(config)


def test_network__begins_near_a_logit_of_zero():
    torch.manual_seed(5)
    network = DuplexNetwork()
    mirna, target = (
        torch.from_numpy(one_hot(np.random.default_rng(6).integers(0, 4, (40, n)).astype(np.uint8)))
        for n in (30, 60)
    )
    assert network(mirna, target).abs().mean() < 2
