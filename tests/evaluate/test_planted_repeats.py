"""Pieces of the miRNA's own sequence, and simple sites: what is planted, who is convicted, who is cleared."""

import numpy as np
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.confounders import dust_scores, sense_runs
from dmiso.confounders.repeats import NO_DUPLEX, SIMPLE
from dmiso.evaluate.planted import MIRNAS
from dmiso.evaluate.planted_repeats import (
    HAS_DUPLEX,
    OWN_REPEATS,
    SIMPLE_UNITS,
    check_own_pieces,
    check_repeats,
    own_piece,
    pieces_of,
    repeat_site,
)
from dmiso.evaluate.score_scale import scale_of
from dmiso.seeds import seed_class

PIECED = [mirna for mirna in MIRNAS.values() if pieces_of(mirna)]


def reads_the_pair(mirnas, targets):
    return np.array([float(seed_class(m, t) != "none") for m, t in zip(mirnas, targets, strict=True)])


def ask_pieces(scorer):
    generator = np.random.default_rng(2)
    scale = scale_of(scorer, n_pairs=100, generator=generator)
    return check_own_pieces(scale, n_pairs=200, generator=generator)


def ask_repeats(scorer, n_per_mirna=6):
    return check_repeats(scorer, threshold=0.5, n_per_mirna=n_per_mirna, generator=np.random.default_rng(2))


def test_own_pieces__are_in_the_target_and_pair_with_nothing(rng):
    assert len(PIECED) == len(MIRNAS) - 1
    for mirna in PIECED:
        planted, shuffled = own_piece(mirna, rng)
        assert sense_runs([mirna], [planted])[0] >= 9
        assert sorted(planted) == sorted(shuffled)
        partner = reverse_complement(mirna)
        changed = [i for i, (a, b) in enumerate(zip(planted, shuffled, strict=True)) if a != b]
        for target in (planted, shuffled):
            inner = target[changed[0] : changed[-1] + 1]
            assert not [i for i in range(len(inner) - 3) if inner[i : i + 4] in partner]


def test_own_pieces__convict_who_takes_them_for_sites_and_nobody_else():
    def likes_own_sequence(mirnas, targets):
        return reads_the_pair(mirnas, targets) + 0.5 * (sense_runs(mirnas, targets) >= 9)

    assert ask_pieces(reads_the_pair).passed
    check = ask_pieces(likes_own_sequence)
    assert not check.passed
    assert "reads of one transcript" in check.sentence
    assert check.value == pytest.approx(0.5 / check.details["spread"], abs=0.1)

    def dislikes_own_sequence(mirnas, targets):
        return -likes_own_sequence(mirnas, targets)

    assert ask_pieces(dislikes_own_sequence).passed


def test_repeat_sites__hold_the_repeat_and_no_site(rng):
    for unit in SIMPLE_UNITS:
        site = repeat_site(MIRNAS["miR-1-3p"], unit, rng)
        assert len(site) == 50
        assert (unit * 40)[:40] in site
        assert dust_scores([site])[0] > SIMPLE


def test_repeats__convict_for_one_kind_alone_and_name_it():
    def calls_mir_8485(mirnas, targets):
        own = np.array([m == OWN_REPEATS["miR-8485"][0] for m in mirnas])
        return reads_the_pair(mirnas, targets) + own

    assert ask_repeats(reads_the_pair).passed
    check = ask_repeats(calls_mir_8485)
    assert not check.passed
    assert check.value == 1
    assert "100 % of miR-8485 on CA repeats" in check.sentence
    assert check.details["called"] < 0.2
    assert len(check.details["called_by_kind"]) == len(OWN_REPEATS) + len(SIMPLE_UNITS)


def test_repeats__have_no_duplex(rng):
    pytest.importorskip("RNA")
    from dmiso.energies import duplex_energies

    asked = [(name, mirna, unit) for name, (mirna, unit) in OWN_REPEATS.items()]
    asked += [(name, mirna, unit) for name, mirna in MIRNAS.items() for unit in SIMPLE_UNITS]
    energies = duplex_energies([m for _, m, _ in asked], [(u * 50)[:50] for *_, u in asked], "RNAduplex")
    bound = {(name, unit) for (name, _, unit), energy in zip(asked, energies, strict=True) if energy <= -7}
    assert bound == HAS_DUPLEX
    free = [(m, u) for name, m, u in asked if (name, u) not in HAS_DUPLEX]
    sites = [repeat_site(mirna, unit, rng) for mirna, unit in free]
    assert (duplex_energies([m for m, _ in free], sites, "RNAduplex") > NO_DUPLEX).mean() > 0.9


@pytest.mark.real_data
def test_simple_mirnas__are_those_of_mirbase(shared_data):
    import gzip

    text = gzip.decompress((shared_data / "references" / "mirbase22" / "mature.fa.gz").read_bytes()).decode()
    found = {
        name[1:].split()[0]: sequence
        for name, sequence in zip(text.splitlines()[::2], text.splitlines()[1::2], strict=True)
    }
    assert {name: found[f"hsa-{name}"] for name in OWN_REPEATS} == {
        name: m for name, (m, _) in OWN_REPEATS.items()
    }
