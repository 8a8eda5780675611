"""Many short targets in one scan have the sites that each has alone, bit by bit."""

import numpy as np
import polars as pl
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.io.transcripts import Transcript
from dmiso.models import resolve
from dmiso.records import Counts, SequenceRecord
from dmiso.scan.decoys import make_decoys
from dmiso.scan.positions import PositionNetwork
from dmiso.scan.scanner import Scanner, scan_sites
from dmiso.scan.short import find_short_sites, groups_of_short
from dmiso.scan.sites import find_sites, lowest_logit
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


@pytest.fixture(scope="module")
def scanners():
    """Of the bundled model, whose matrix products are of the size that users meet: with and without a gate."""
    model = resolve(None)
    exact = Scanner.of(model, ScanSettings(decoys=1, min_percentile=0))
    return {"exact": exact, "gated": Scanner.of(model, ScanSettings(decoys=1, recall=0.9))}


def table_of(found):
    key = ["mirna", "transcript", "start", "end", "logit"]
    return found.sites.select(key).rows(), sorted(found.decoys.rows())


@pytest.mark.parametrize("kind", ["exact", "gated"])
@pytest.mark.parametrize("size", [1, 13, 500])
def test_blocks_and_order_of_targets__change_no_bit_of_a_site(short, random_rna, rng, size, kind, scanners):
    scanner = scanners[kind]
    records = [SequenceRecord(n, s) for n, s in MIRNAS.items()]
    block = make_decoys(records, scanner.settings, Counts())
    between = {f"long{i}": random_rna(rng, 700 * i) for i in (1, 2)}
    targets = [Transcript(name, bases) for name, bases in {**short, **between}.items()]
    whole_sites, whole_decoys = table_of(scanner.scan(block, targets))
    assert len(whole_sites) > (60 if kind == "exact" else 8)
    order = rng.permutation(len(targets)).tolist()
    sites, decoys = [], []
    for first in range(0, len(order), size):
        part = order[first : first + size]
        some, chance = table_of(scanner.scan(block, [targets[t] for t in part]))
        sites += [(m, part[t], *rest) for m, t, *rest in some]
        decoys += chance
    assert sorted(sites) == whole_sites
    assert sorted(decoys) == whole_decoys


def test_sites_of_a_group__are_those_that_each_transcript_has_alone(short):
    network = PositionNetwork(resolve(None))
    mirnas, bases = list(MIRNAS.values()), list(short.values())
    seen = []
    for numbers in groups_of_short(network, bases):
        on, sites = find_short_sites(network, mirnas, [bases[t] for t in numbers], distance=15, lowest=-6.0)
        for k, t in enumerate(numbers):
            alone = find_sites(network, mirnas, bases[t], distance=15, lowest=-6.0)
            for found, expected in zip(sites.only(on == k), alone, strict=True):
                assert found.dtype == expected.dtype
                assert found.tobytes() == expected.tobytes()
        seen += numbers
    assert sorted(seen) == list(range(len(bases)))


def test_sites_of_a_group_behind_a_gate__are_those_that_each_transcript_has_alone_behind_it(
    short, random_rna, rng, scanners
):
    network, gate = scanners["gated"].network, scanners["gated"].gate
    assert not gate.is_open
    bases = [*short.values(), *(random_rna(rng, 80) for _ in range(100))]
    find = {
        "distance": 15,
        "lowest": lowest_logit(resolve(None).calibration, min_percentile=99),
        "gate": gate,
    }
    n_found = 0
    for numbers in groups_of_short(network, bases):
        on, sites = find_short_sites(network, list(MIRNAS.values()), [bases[t] for t in numbers], **find)
        for k, t in enumerate(numbers):
            alone = find_sites(network, list(MIRNAS.values()), bases[t], **find)
            found = sites.only(on == k)
            assert (found.mirna == alone.mirna).all()
            assert (found.offset == alone.offset).all()
            np.testing.assert_allclose(found.logit, alone.logit, rtol=0, atol=1e-5)
            n_found += len(found.offset)
    assert n_found > 8


def test_work__adds_up_whether_targets_are_short_long_or_empty(stored, short, random_rna, rng):
    targets = {**short, "long": random_rna(rng, 900), "empty": ""}
    settings = ScanSettings(decoys=2, min_percentile=0)
    block = make_decoys([SequenceRecord(n, s) for n, s in MIRNAS.items()], settings, Counts())
    done, counts = [], Counts()
    transcripts = [Transcript(name, bases) for name, bases in targets.items()]
    Scanner.of(stored, settings).scan(block, transcripts, counts, on_work=done.append)
    n_bases = sum(map(len, targets.values()))
    assert sum(done) == n_bases * sum(1 + len(one.decoys) for one in block)
    assert counts.kept["transcript nt"] == n_bases


def test_regions__of_short_targets_are_searched_alone_with_the_same_bits(stored):
    site = reverse_complement(MIRNAS["let-7a"])
    bases = "GG" + site + "AUGGGCCCUAA" + site + "CC"
    mrna = {"t": Transcript("t", bases, (24, 35))}
    settings = {"decoys": 0, "min_percentile": 0}
    whole = scan_sites(MIRNAS, mrna, stored, ScanSettings(**settings))
    part = scan_sites(MIRNAS, mrna, stored, ScanSettings(**settings, regions=("3utr",)))
    assert part.height
    assert part.equals(whole.filter(pl.col("region") == "3'UTR"))


def test_group__ends_where_a_piece_of_offsets_is_full(stored):
    network = PositionNetwork(stored)
    bases = ["A" * 60, "A" * 4000, *("ACGU" * 15 for _ in range(200)), "A" * 10]
    groups = list(groups_of_short(network, bases))
    assert all(len({network.slot_of(bases[t]) for t in group}) == 1 for group in groups)
    assert max(map(len, groups)) < 200
    assert np.concatenate(groups).size == len(bases) - 1
