"""An ensemble scans as the mean of its members."""

from dataclasses import replace

import numpy as np
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.engine import build_engine
from dmiso.engine.ensemble import member_name
from dmiso.scan.positions import PositionNetwork
from dmiso.scan.sites import find_sites

MIRNA = "UGAGGUAGUAGGUUGUAUAGUU"


@pytest.fixture
def two_members(stored):
    """The pairing model and one that is half as sure."""
    import msgspec

    other = {**stored.weights, "scale": stored.weights["scale"] * np.float32(0.5)}
    weights = {
        member_name(i, name): values
        for i, own in enumerate((stored.weights, other))
        for name, values in own.items()
    }
    return replace(stored, config=msgspec.structs.replace(stored.config, members=2), weights=weights)


def test_ensemble__sites_have_the_logit_of_the_ensembles_engine(two_members):
    target = "GG" + reverse_complement(MIRNA) + "ACC"
    network = PositionNetwork(two_members)
    found = find_sites(network, [MIRNA], target, distance=60, lowest=-np.inf)
    engine = build_engine(two_members.config, two_members.weights)
    expected = engine.logits_grid(network.encode_mirnas([MIRNA]), network.encode_target(target)[None])
    assert found.logit.tolist() == pytest.approx([float(expected[0, 0])], abs=1e-5)
    assert network.positions(network.encode_mirnas([MIRNA]), network.encode_target(target)).shape[0] == 2
