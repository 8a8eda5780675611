"""Toy models whose answer one can say aloud."""

import numpy as np
import pytest

from dmiso.encode import encode
from dmiso.explain.model import EncodedPairs, ExplainedModel, encode_pairs
from dmiso.explain.perturb import deletion_logits, mask_logits, mutant_logits, pair_epistasis
from dmiso.explain.profiles import edge_coverage, edge_profile, mask_profile, sensitivities
from dmiso.records import Counts

MIRNA = "UGAGGUAGUAGGUUGUAUAGUU"
TARGET = "ACGAUGCAAAGGAUAAUACCUGUAUACAAGUCGCUACCUCAUAG"


def position_5(mirna, _target):
    """Look only at the fifth miRNA nucleotide: 3 if it is G."""
    return np.where(mirna[:, 4] == 3, 3.0, 0.0)


def pair_of_3_and_7(mirna, target):
    """Look only at whether miRNA nucleotide 3 pairs with target nucleotide 7."""
    partner = np.array([1, 0, 3, 2, 9])
    return np.where(partner[mirna[:, 2]] == target[:, 6], 2.0, 0.0)


@pytest.fixture
def looks_at_5():
    return ExplainedModel("position 5", position_5, 30, 60)


def encoded(model, mirna=MIRNA, target=TARGET):
    return encode_pairs(model, [mirna], [target])


def test_mask__a_network_that_looks_at_position_5_shows_exactly_the_masks_over_it(looks_at_5):
    pairs = encoded(looks_at_5)
    found = mask_logits(looks_at_5, pairs.mirna, pairs.target, "mirna")
    change = found.masked[0] - found.logits[0]
    assert np.flatnonzero(change).tolist() == [1, 2, 3, 4]
    assert (change[1:5] == -3).all()
    assert (mask_logits(looks_at_5, pairs.mirna, pairs.target, "target").masked == 3).all()


def test_mask__padding_is_never_scored():
    seen = []

    def count(mirna, _target):
        seen.append(len(mirna))
        return np.zeros(len(mirna))

    model = ExplainedModel("counts", count, 30, 60)
    pairs = encoded(model)
    mask_logits(model, pairs.mirna, pairs.target, "mirna")
    assert sum(seen) == 1 + len(
        MIRNA
    )  # the pair, and a mask from each of its nucleotides on: the last three hang over


def test_mask__bases_hidden_are_counted(looks_at_5):
    pairs = encoded(looks_at_5)
    bases = mask_logits(looks_at_5, pairs.mirna, pairs.target, "mirna").bases[0]
    assert bases.tolist() == [4] * 19 + [3, 2, 1] + [0] * 5


def test_profile__position_5_is_the_only_one_that_matters(looks_at_5):
    pairs = encode_pairs(looks_at_5, [MIRNA, MIRNA[:18]], [TARGET, TARGET])
    table = mask_profile(looks_at_5, pairs)
    logit = table.filter(scale="logit", side="mirna")
    assert logit.filter(mask_start=2)["mean_change"].item() == -3
    assert logit.filter(mask_start=7)["mean_change"].item() == 0
    assert logit["n"].to_list()[14:20] == [2, 1, 1, 1, 1, 0]
    assert logit.filter(mask_start=25)["mean_change"].item() is None
    assert table.filter(side="target", scale="logit")["mean_change"].drop_nulls().abs().max() == 0


def test_profile__paper_mode_counts_every_pair_on_the_scale_of_probability(looks_at_5):
    pairs = encode_pairs(looks_at_5, [MIRNA, "A" * 22], [TARGET, TARGET])
    table = mask_profile(looks_at_5, pairs).filter(scale="probability", side="mirna")
    change = 0.5 - 1 / (1 + np.exp(-3))
    assert table["n"].unique().to_list() == [2]
    assert table.filter(mask_start=3)["mean_change"].item() == pytest.approx(change / 2)
    assert table.filter(mask_start=3)["sd_change"].item() == pytest.approx(abs(change) / 2)


def test_sensitivities__equal_the_profile_s_mean(looks_at_5):
    pairs = encode_pairs(looks_at_5, [MIRNA, MIRNA[:18]], [TARGET, TARGET])
    of_pairs = sensitivities(looks_at_5, pairs)
    table = mask_profile(looks_at_5, pairs).filter(scale="logit", side="mirna")
    expected = table["mean_change"].to_list()[:14]
    assert np.nanmean(of_pairs[:, :14], axis=0).tolist() == expected


def test_mutagenesis__only_the_base_that_counts_changes_a_logit(looks_at_5):
    pairs = encoded(looks_at_5)
    found = mutant_logits(looks_at_5, pairs.mirna, pairs.target, "mirna")[0]
    assert found[4].tolist() == [0, 0, 0, 3]
    assert (np.delete(found, 4, axis=0)[:21] == 3).all()
    assert np.isnan(found[22:]).all()


def test_deletion__bases_before_the_one_that_counts_move_it(looks_at_5):
    pairs = encoded(looks_at_5)  # UGAGGU: the fifth is G, the sixth is U
    found = deletion_logits(looks_at_5, pairs.mirna, pairs.target, "mirna")[0]
    assert found[:5].tolist() == [0] * 5
    assert (found[5:22] == 3).all()
    assert np.isnan(found[22:]).all()


def test_epistasis__only_the_pair_that_counts_is_mended_by_its_double_mutant():
    model = ExplainedModel("one pair", pair_of_3_and_7, 10, 12)
    pairs = EncodedPairs(encode(["CCACC"], 10), encode(["AAAAAAUAAA"], 12), np.zeros(1, np.int64))
    found = pair_epistasis(model, pairs.mirna, pairs.target)
    assert found[2, 6] == 4  # both 2, either alone 0, as it is 2: 2 - 0 - 0 + 2
    found[2, 6] = 0
    assert np.nanmax(np.abs(found)) == 0


def test_edge__coverage_is_the_number_of_steps_a_mask_touches():
    # by hand: 10 nucleotides, steps of 4 begin at 0..6; a mask of 2 at 0 touches steps 0, 1; at 4 the steps 1 to 5
    assert (5 * edge_coverage(10, 4, width=2)).round(6).tolist() == [2, 3, 4, 5, 5, 5, 4, 3, 2]


def test_edge__a_network_alike_at_all_positions_has_no_edge(looks_at_5):
    assert edge_profile(looks_at_5)["mean_change"].unique().to_list() == [1.0]


def test_encode__a_long_target_is_explained_at_its_best_window():
    model = ExplainedModel("any C", lambda m, t: (t == 2).any(axis=1) * 1.0, 30, 60)
    counts = Counts()
    pairs = encode_pairs(model, [MIRNA, MIRNA], ["A" * 100 + "C", "AC"], counts)
    assert pairs.start.tolist() == [41, 0]
    assert counts.notes["targets longer than 60 nt: their best window is explained"] == 1
