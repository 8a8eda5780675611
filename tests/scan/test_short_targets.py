"""Many short targets in one scan have the sites that each has alone, bit by bit."""

import polars as pl
import pytest

from dmiso.scan.positions import PositionNetwork
from dmiso.scan.run import scan_sites
from dmiso.seeds import reverse_complement
from dmiso.settings.scan import ScanSettings

MIRNAS = {"let-7a": "UGAGGUAGUAGGUUGUAUAGUU", "miR-1": "UGGAAUGUAAAGAAGUAUGUAU", "short": "UAAGGCACGCGGUG"}


@pytest.fixture
def short(random_rna, rng):
    """Targets of 1 to 90 nt, some with a full complement, some alike, one of N."""
    targets = {f"t{i}": random_rna(rng, int(rng.integers(1, 91))) for i in range(60)}
    for i, mirna in enumerate([*MIRNAS.values()] * 3):
        targets[f"t{6 * i}"] = random_rna(rng, i) + reverse_complement(mirna) + random_rna(rng, 2 * i)
    return {**targets, "again": targets["t0"], "unknown": "N" * 40}


@pytest.mark.parametrize("decoys", [0, 2])
def test_many_short_targets__have_the_sites_of_each_alone(stored, short, decoys):
    settings = ScanSettings(decoys=decoys, min_percentile=0)
    together = scan_sites(MIRNAS, short, stored, settings).drop("q_value")
    alone = pl.concat([scan_sites(MIRNAS, {n: t}, stored, settings) for n, t in short.items()]).drop(
        "q_value"
    )
    assert together.height > 60
    key = ["mirna_id", "transcript_id", "start", "logit"]
    assert together.sort(key).equals(alone.sort(key))
    order = [
        (list(MIRNAS).index(m), list(short).index(t), s) for m, t, s in together.select(key[:3]).iter_rows()
    ]
    assert order == sorted(order)


def test_no_target__has_no_site_but_all_columns(stored):
    assert scan_sites(MIRNAS, {}, stored, ScanSettings(decoys=0)).schema["logit"] == pl.Float32


def test_codes_of_mirnas__are_those_asked_for_whatever_was_asked_before(stored):
    network = PositionNetwork(stored)
    names = list(MIRNAS.values())
    first = network.encode_mirnas(names).copy()
    names.reverse()  # the caller's list, changed in place
    assert (network.encode_mirnas(names) == first[::-1]).all()
    assert (network.encode_mirnas(names[:1]) == first[2:]).all()


def test_logits__are_those_of_the_mirnas_asked_for_whatever_was_asked_before(stored, random_rna, rng):
    target = random_rna(rng, 60)
    one, two = PositionNetwork(stored), PositionNetwork(stored)
    codes = one.encode_target(target)
    for names in (["UGAGGUAGUAGGUUGUAUAGUU"], ["UGGAAUGUAAAGAAGUAUGUAU"], list(MIRNAS.values())):
        again = one.positions(one.encode_mirnas(names), codes)
        fresh = PositionNetwork(stored).positions(two.encode_mirnas(names), codes)
        assert again.tobytes() == fresh.tobytes()
