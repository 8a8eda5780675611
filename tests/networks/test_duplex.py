"""The duplex network: which letters face each other, and what it must not see."""

import numpy as np
import pytest

from dmiso.encode import encode, one_hot

torch = pytest.importorskip("torch")

from dmiso.models.store import ModelConfig  # noqa: E402 - after the question for torch
from dmiso.networks.catalogue import build_network, network_weights, weight_shapes  # noqa: E402
from dmiso.networks.duplex import DuplexNetwork  # noqa: E402

COMPLEMENT = {"A": "U", "U": "A", "C": "G", "G": "C"}


def letters(sequence, length):
    return torch.from_numpy(one_hot(encode([sequence], length)))


@pytest.fixture
def seed_counter():
    """A network without blocks' influence that counts Watson-Crick pairs of miRNA positions 2-8 at each offset."""
    network = DuplexNetwork(channels=1, blocks=1).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        for i in range(1, 8):
            for mirna, target in ((0, 1), (1, 0), (2, 3), (3, 2)):  # A-U, U-A, C-G, G-C
                network.pair_kernel[i, mirna, target, 0] = 1.0
        network.norm.weight.fill_(1.0)
        network.output.weight.fill_(1.0)
        network.scale.fill_(1.0)
    return network


def test_positions__have_the_seed_match_at_the_offset_where_its_letters_face_each_other(seed_counter):
    mirna = "UGAGGUAGUAGGUUGUAUAGUU"
    site = "".join(COMPLEMENT[x] for x in reversed(mirna[1:8]))
    target = "AAAAAAAAAAAAA" + site + "AAAAAAAAAAAAAAAAA"
    positions = seed_counter.positions(letters(mirna, 30), letters(target, 60))[0].detach().numpy()
    assert positions.shape == (89,)
    # position 2 (i = 1) pairs with the site's last letter, target position 13 + 6: offset 13 + 6 + 1
    assert positions.argmax() == 13 + 6 + 1
    assert positions.max() == pytest.approx(7, abs=1e-3)


def test_letters_n__pair_with_nothing(seed_counter):
    mirna, masked = "UGAGGUAGUAGG", "NNNNNNNNNNNNNNNNNNNNNNNNN"
    positions = seed_counter.positions(letters(mirna, 30), letters(masked, 60))
    assert positions.abs().max() == 0


def test_network__takes_targets_of_any_length_and_keeps_their_order():
    torch.manual_seed(3)
    network = DuplexNetwork(channels=6, blocks=2).eval()
    mirna = letters("UGAGGUAGUAGGUUGUAUAGUU", 30)
    rng = np.random.default_rng(4)
    target = "".join(rng.choice(list("AUCG"), 240))
    whole = network.positions(mirna, letters(target, 240))[0]
    part = network.positions(mirna, letters(target[80:200], 120))[0]
    assert whole.shape == (269,)
    # away from the edges a part gives what the whole gives: one pass serves all overlapping windows
    torch.testing.assert_close(part[45:105], whole[125:185], atol=1e-5, rtol=1e-5)


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
    assert network(mirna, target).abs().mean() < 1.5
