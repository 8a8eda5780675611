"""Kernels whose motif is known."""

import sys

import numpy as np
import pytest

from dmiso.encode import encode
from dmiso.errors import InputError, MissingExtraError
from dmiso.explain.kernels import KernelMotif, activating_motifs, first_kernels, weight_motifs
from dmiso.explain.motif_files import Motif, read_meme, write_meme
from dmiso.explain.motif_match import consensus, match_motifs, shuffled
from dmiso.networks import network_entry


def kernel_of(word):
    """Weight 1 on each nucleotide of a word, else 0; ``(4, width)``."""
    found = np.zeros((4, len(word)))
    for position, base in enumerate(word):
        found["AUCG".index(base), position] = 1
    return found


def test_activating__a_kernel_shows_the_word_it_looks_for(rng, random_rna):
    codes = encode([random_rna(rng, 50) + "UGCAUG" for _ in range(40)], 60)
    kernels = np.stack([kernel_of("UGCAUG"), np.zeros((4, 6))])
    found = activating_motifs("target", kernels, np.array([-3.5, -1.0]), codes)
    assert consensus(found[0].shares) == "UGCAUG"
    assert (found[1].n_sites, found[1].flat) == (0, True)
    assert not found[0].flat


def test_activating__padding_is_no_base():
    codes = encode(["AAAA"], 12)
    found = activating_motifs("mirna", kernel_of("AA")[None], np.zeros(1), codes)[0]
    assert found.n_sites == 3


def test_weights__dead_kernels_are_flat_beside_a_live_one():
    kernels = np.stack([0.08 * kernel_of("UGCAUG"), 0.0005 * kernel_of("UGCAUG")])
    live, dead = weight_motifs("mirna", kernels)
    assert (live.flat, dead.flat) == (False, True)
    assert consensus(live.shares) == "UGCAUG"
    assert dead.shares.round(2).tolist() == [[0.25] * 4] * 6 or dead.bits < 0.01


def test_first_kernels__of_both_networks():
    dmiso = {
        f"{s}_convolution.{p}": np.zeros(n)
        for s in ("mirna", "target")
        for p, n in (("weight", (10, 4, 8)), ("bias", 10))
    }
    assert {
        side: k.shape for side, (k, _) in first_kernels(dmiso, network_entry("dmiso").convolutions).items()
    } == {
        "mirna": (10, 4, 8),
        "target": (10, 4, 8),
    }
    assert list(
        first_kernels({"context.weight": np.zeros((5, 4, 7))}, network_entry("duplex").convolutions)
    ) == ["target"]


def test_meme__what_is_written_is_read_again(tmp_path, rng):
    shares = rng.dirichlet(np.ones(4), 7)
    write_meme(tmp_path / "m.meme", [KernelMotif("target_0", "weights", shares, 0)])
    found = read_meme(tmp_path / "m.meme")[0]
    assert found.id == "target_0_weights"
    assert np.abs(found.shares - shares).max() < 1e-5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ALPHABET= ACDE\n", "the alphabet is ACDE; ACGT or ACGU is needed"),
        (
            "MOTIF a\nletter-probability matrix: alength= 4 w= 2\n1 0 0 0\n",
            "four shares that sum to 1 were expected",
        ),
        ("MEME version 4\n", "no motif was found"),
    ],
)
def test_meme__damage_is_said(tmp_path, text, message):
    path = tmp_path / "bad.meme"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_meme(path)


def test_shuffled__keeps_information(rng):
    shares = rng.dirichlet(np.ones(4), 8)
    found = shuffled(shares, rng)
    assert sorted(found.max(axis=1)) == pytest.approx(sorted(shares.max(axis=1)))


def test_match__without_memelite_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "memelite", None)
    with pytest.raises(MissingExtraError, match=r"dmiso\[motif\]"):
        match_motifs([], [], name="none")


def made_up(monkeypatch):
    """TOMTOM as the smallest summed distance without offsets, so that no numba code has to be compiled."""

    def distances(queries, targets):
        return np.array([[np.abs(q - t).sum() / (2 * len(q)) for t in targets] for q in queries])

    monkeypatch.setattr("dmiso.explain.motif_match._tomtom", distances)
    monkeypatch.setattr("dmiso.explain.motif_match.require_extra", lambda module: None)


def test_match__a_planted_motif_is_found_and_a_flat_kernel_listed_without(monkeypatch, rng):
    made_up(monkeypatch)
    bases = np.eye(4)[["AUCG".index(x) for x in "UGCAUGAC"]]
    motifs = [Motif("planted", "P", bases * 0.96 + 0.01)]
    motifs += [Motif(f"other_{i}", "", rng.dirichlet(np.ones(4), 8)) for i in range(30)]
    kernels = [
        KernelMotif("mirna_0", "activating", bases, 100),
        KernelMotif("mirna_1", "activating", np.full((8, 4), 0.25), 0),
    ]
    table = match_motifs(kernels, motifs, name="made up", n_shuffles=99)
    assert table["motif_id"].to_list() == ["planted", None]
    assert table["permutation_q_value"][0] == pytest.approx(0.01)
    assert table["flat"].to_list() == [False, True]


def test_match__random_kernels_are_not_significant(monkeypatch, rng):
    made_up(monkeypatch)
    motifs = [Motif(f"m{i}", "", rng.dirichlet(np.ones(4) * 0.3, 8)) for i in range(40)]
    kernels = [KernelMotif(f"mirna_{i}", "weights", rng.dirichlet(np.ones(4) * 0.3, 8), 0) for i in range(20)]
    table = match_motifs(kernels, motifs, name="made up", n_shuffles=50)
    assert table.filter(table["permutation_q_value"] < 0.05).height == 0


@pytest.mark.real_data
@pytest.mark.timeout(900)  # the first call compiles
def test_match__memelite_finds_a_motif_in_its_own_collection(shared_data):
    pytest.importorskip("memelite")
    collection = read_meme(shared_data / "motifs" / "attract2017.meme")
    own = next(motif for motif in collection if len(motif.shares) == 8)
    table = match_motifs(
        [KernelMotif("k", "weights", own.shares, 0)], collection, name="attract", n_shuffles=20
    )
    assert table["tomtom_p_value"][0] < 1e-4
    assert table["permutation_p_value"][0] == pytest.approx(1 / 21)


@pytest.mark.real_data
def test_published__the_papers_counts_of_kernels_with_weights(shared_data, tmp_path):
    from dmiso.models.keras import import_keras

    folder = shared_data / "published_dmiso"
    weights = import_keras(folder / "model_top.json", folder / "model_top.h5", tmp_path / "published").weights
    alive = {
        side: sum(np.abs(k).max() > 0.01 for k in kernels)
        for side, (kernels, _) in first_kernels(weights, network_entry("dmiso").convolutions).items()
    }
    assert alive == {"mirna": 3, "target": 7}  # the paper, "Features analyzed"
    read = {
        side: sum(not m.flat for m in weight_motifs(side, k))
        for side, (k, _) in first_kernels(weights, network_entry("dmiso").convolutions).items()
    }
    assert read == {"mirna": 3, "target": 6}
