"""A scan with a first look finds every site of targets that random sequences are unlike: repeats, seeds in a row."""

import numpy as np
import pytest
from tests.scan.test_gate import DISTANCE, LET7, LOWEST, MIR1, sites

from dmiso.models import resolve
from dmiso.scan.gate.gate import fit_gate, highest_reached
from dmiso.scan.positions import PositionNetwork
from dmiso.scan.sites import find_sites, lowest_logit
from dmiso.seeds import reverse_complement

REAL = (
    "UAGCAGCACGUAAAUAUUGGCG",
    "CAAAGUGCUUACAGUGCAGGUAG",
    "AACCCGUAGAUCCGAACUUGUG",
    "UUAAUGCUAAUCGUGAUAGGGGUU",
    "UCCCUGAGACCCUUUAACCUGUGA",
    "AUACACAUACACGCAACACACAU",
    "AGGGAAAAAAAAAAGGAUUUGUC",
)
"""miR-16-5p, -17-5p, -100-5p, -155-5p, -125a-5p, -466 and -4668-5p."""


@pytest.fixture(scope="module")
def network(stored):
    return PositionNetwork(stored)


def test_gate__misses_no_site_that_its_first_look_finds_on_hard_targets(network):
    looked = fit_gate(network, lowest=LOWEST, recall=1.0, distance=DISTANCE)
    n = 0
    for mirna in (LET7, MIR1, "AAAAAAAUUUUUUUAAAAUUUU", "GGGGUUGGGGUGGGUUGGGG", "UGUGUGUGUGUGUGUGUGUGUG"):
        seed, half = reverse_complement(mirna[1:8]), reverse_complement(mirna)[8:]
        targets = [
            (seed + "AC") * 30,
            (half + seed) * 12,
            "U" * 200 + half + "A" * 9 + half + "U" * 90,
            "UG" * 120 + seed + "GU" * 90,
            "G" * 80 + "GUGA" * 60 + half[::-1] * 5,
            ("N" * 9 + reverse_complement(mirna)) * 9,
            *(reverse_complement(mirna)[k : k + 12] * 14 for k in range(0, 9, 2)),
        ]
        for target in targets:
            exact, found = sites(network, [mirna], target), sites(network, [mirna], target, looked)
            said = network.look(looked, mirna, target)
            peaks = np.array([offset for _, offset in exact], np.int64)
            reached = highest_reached(said, peaks, looked) >= looked.threshold.pooled
            lost = [p for p, ok in zip(exact, reached, strict=True) if ok and p not in found]
            assert not lost
            for position, logit in found.items():
                assert logit == pytest.approx(exact[position], abs=1e-5)
            n += len(exact)
    assert n > 100


def test_gate__of_the_default_model_finds_every_site_of_tandem_repeats():
    model = resolve(None)
    network, lowest = PositionNetwork(model), lowest_logit(model.calibration, min_percentile=99)
    looked = fit_gate(network, lowest=lowest, recall=1.0, distance=DISTANCE)
    mirnas = [LET7, LET7[1:], MIR1, *REAL]
    repeats = "".join(reverse_complement(mirna)[4:16] * 12 for mirna in mirnas)
    n = []
    for target in (repeats, "U" * 500 + repeats[:40] + "A" * 400, "CA" * 250 + "UG" * 250 + "AUU" * 90):
        exact, found = (
            find_sites(network, mirnas, target, distance=DISTANCE, lowest=lowest, gate=gate)
            for gate in (None, looked)
        )
        assert found.mirna.tolist() == exact.mirna.tolist()
        assert found.offset.tolist() == exact.offset.tolist()
        np.testing.assert_allclose(found.logit, exact.logit, rtol=0, atol=1e-5)
        n.append(len(exact.offset))
    assert min(n) > 20
