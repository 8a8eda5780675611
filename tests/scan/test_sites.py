import numpy as np
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.errors import UsageError
from dmiso.models import read_model, resolve
from dmiso.models.calibration import Calibration
from dmiso.predict import load_model
from dmiso.scan.anchors import find_anchors
from dmiso.scan.positions import PIECE, PositionNetwork
from dmiso.scan.short import find_short_sites
from dmiso.scan.sites import Walk, find_sites, lowest_logit

MIRNA = "UGAGGUAGUAGGUUGUAUAGUU"
OTHER = "UGGAAUGUAAAGAAGUAUGUAU"


def planted(random_rna, rng, offsets, length, mirna=MIRNA):
    """A random transcript with the full complement of a miRNA at some starts."""
    bases = random_rna(rng, length)
    for position in offsets:
        bases = bases[:position] + reverse_complement(mirna) + bases[position + len(mirna) :]
    return bases


def test_sites__stand_on_the_bases_that_pair_with_the_mirna(stored, random_rna, rng):
    transcript = planted(random_rna, rng, [0, 200, 431, 978], 1000)
    found = find_sites(PositionNetwork(stored), [OTHER, MIRNA], transcript, distance=15, lowest=8.0)
    assert found.mirna.tolist() == [1, 1, 1, 1]
    assert found.start.tolist() == [0, 200, 431, 978]
    assert found.end.tolist() == [22, 222, 453, 1000]


def test_sites__in_pieces_equal_the_network_in_one(stored, random_rna, rng):
    network = PositionNetwork(stored)
    transcript = planted(random_rna, rng, [PIECE - 12, PIECE - 60], PIECE + 700)
    codes, mirnas = network.encode_target(transcript), network.encode_mirnas([MIRNA, OTHER])
    whole = network.positions(mirnas, codes)
    joined = np.concatenate(
        [
            piece.logits[..., piece.start - piece.first : piece.stop - piece.first]
            for piece in network.stream(mirnas, codes, margin=15)
        ],
        axis=2,
    )
    np.testing.assert_array_equal(joined, whole)
    found = find_sites(network, [MIRNA], transcript, distance=15, lowest=8.0)
    assert found.start.tolist() == [PIECE - 60, PIECE - 12]


def test_sites__the_logit_is_that_of_the_offsets_around_the_peak(stored, random_rna, rng):
    network = PositionNetwork(stored)
    transcript = random_rna(rng, 700)
    found = find_sites(network, [MIRNA], transcript, distance=15, lowest=-np.inf)
    logits = network.positions(network.encode_mirnas([MIRNA]), network.encode_target(transcript))
    for offset, logit in zip(found.offset, found.logit, strict=True):
        around = logits[:, 0, max(0, offset - 15) : offset + 16]
        assert logit == pytest.approx(float(network.pooled(around)), abs=1e-5)
    assert len(found.offset) > 10


@pytest.mark.parametrize(("unit", "step"), [(1, 16), (2, 16), (9, 18), (12, 24)])
def test_sites__in_a_repeat_are_regular_whatever_rounding_says_and_across_pieces(random_rna, rng, unit, step):
    network = PositionNetwork(resolve(None))
    repeat = reverse_complement(MIRNA)[8 : 8 + unit] * (400 // unit)
    transcript = random_rna(rng, PIECE - 200) + repeat + random_rna(rng, 90)
    found = find_sites(network, [OTHER, MIRNA], transcript, distance=15, lowest=-np.inf)
    for mirna in (0, 1):
        offset = found.offset[found.mirna == mirna]
        inside = offset[(offset > PIECE - 150) & (offset < PIECE + 150)]
        assert set(np.diff(inside).tolist()) == {step}
        assert len(inside) >= 11


def test_sites__on_a_short_repeat_are_those_of_a_long_one():
    network = PositionNetwork(resolve(None))
    repeat = reverse_complement(MIRNA)[8:20] * 10
    on, short = find_short_sites(network, [MIRNA, OTHER], [repeat] * 3, distance=15, lowest=-np.inf)
    alone = find_sites(network, [MIRNA, OTHER], repeat, distance=15, lowest=-np.inf)
    assert network.is_short(repeat)
    for target in range(3):
        assert short.offset[on == target].tolist() == alone.offset.tolist()
    assert len(alone.offset) > 8


def test_sites__a_short_target_has_the_logit_of_its_window(stored, pairing_model):
    target = "GG" + reverse_complement(MIRNA) + "ACC"
    network = PositionNetwork(stored)
    found = find_sites(network, [MIRNA], target, distance=60, lowest=-np.inf)
    table = load_model(pairing_model).predict(mirnas={"a": MIRNA}, targets={"b": target})
    assert found.logit.tolist() == pytest.approx(table["logit"].to_list(), abs=1e-5)


def test_sites__of_a_range_are_those_of_the_whole_with_their_peak_in_it(stored, random_rna, rng):
    transcript = planted(random_rna, rng, [100, 160, 400], 600)
    network = PositionNetwork(stored)
    whole = find_sites(network, [MIRNA], transcript, distance=15, lowest=-3.9)
    part = find_sites(
        network, [MIRNA], transcript, distance=15, lowest=-3.9, walk=Walk([(110, 250), (300, 500)])
    )
    inside = ((whole.offset >= 110) & (whole.offset < 250)) | ((whole.offset >= 300) & (whole.offset < 500))
    assert part.offset.tolist() == whole.offset[inside].tolist()
    assert part.logit.tolist() == whole.logit[inside].tolist()


def test_sites__of_an_empty_transcript_or_without_mirnas_are_none(stored):
    network = PositionNetwork(stored)
    assert len(find_sites(network, [MIRNA], "", distance=15, lowest=0.0).start) == 0
    assert len(find_sites(network, [], "ACGU" * 30, distance=15, lowest=0.0).start) == 0


def test_network__of_windows_only_is_refused(toy_model):
    with pytest.raises(UsageError, match="has no logit for each position"):
        PositionNetwork(read_model(toy_model))


def test_lowest_logit__is_the_higher_of_percentile_and_score():
    calibration = Calibration(kind="platt", slope=2.0, intercept=1.0, percentile=tuple(range(101)))
    assert lowest_logit(calibration) == -np.inf
    assert lowest_logit(calibration, min_percentile=40) == 40.0
    needed = lowest_logit(calibration, min_score=0.9)
    assert calibration.apply(needed).item() == pytest.approx(0.9)
    assert lowest_logit(calibration, min_percentile=40, min_score=0.9) == 40.0
    assert lowest_logit(calibration, min_score=1.0) == np.inf


def test_anchors__never_leave_the_reach_and_prefer_the_nearest_of_equals():
    mirna = np.array([[0, 0, 0, 0]], np.uint8)
    target = np.ones(40, np.uint8)  # pairs everywhere: every offset is as good
    assert find_anchors(mirna, np.array([0]), target, np.array([20])).tolist() == [20]
