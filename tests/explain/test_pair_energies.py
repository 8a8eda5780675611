"""Made-up sites and models that count pairs."""

import numpy as np
import pytest

from dmiso.encode import encode
from dmiso.explain.model import ExplainedModel
from dmiso.explain.pair_energies import CONTEXTS, planted_energies, planted_target, table_energies

MIRNA = "UGAGGUAGUAGGUUGUAUAGUU"
PARTNER = np.array([1, 0, 3, 2, 9])


def at_position_3(mirna, target):
    """Look only at what faces miRNA position 3 of a 22-mer in the middle of 60 nucleotides: pair 2, wobble 0.5."""
    faces = target[:, (60 - 22) // 2 + 21 - 2]
    own = mirna[:, 2]
    wobble = ((own == 3) & (faces == 1)) | ((own == 1) & (faces == 3))
    return np.where(faces == PARTNER[own], 2.0, np.where(wobble, 0.5, 0.0))


def test_planted__only_the_position_that_counts_is_worth_something():
    model = ExplainedModel("position 3", at_position_3, 30, 60)
    found = planted_energies(model, [MIRNA, "AAGAAAAAAAAAAAAAAAAAAA"], n_targets=2)
    here = found.filter(mirna_position=2, context="seed")
    assert dict(here.select("pair_class", "mean_change").iter_rows()) == {"Watson-Crick": 2.0, "wobble": 0.5}
    assert found.filter(found["mirna_position"] != 2)["mean_change"].abs().max() == 0
    assert here.filter(pair_class="wobble")["n"].item() == 2  # only the G has one


def test_planted__a_target_pairs_where_asked_and_nowhere_else(rng):
    codes = encode([MIRNA], 30)[0]
    target, first = planted_target(codes, CONTEXTS["seed"], 60, rng)
    paired = [i for i in range(22) if target[first - i] == PARTNER[codes[i]]]
    assert paired == list(range(1, 8))


def test_tables__say_what_the_weights_hold():
    pair = np.zeros((5, 4, 4, 2), np.float32)
    pair[3, 0, 1] = [1, 3]
    stack = np.zeros((4, 4, 4, 4, 2), np.float32)
    stack[2, 0, 3, 1] = 6  # C before, own A; target's next G, own U: on one of six canonical pairs
    mix = np.zeros((7, 10), np.float32)
    mix[:, 8] = 2
    found = table_energies({"pair_score": pair, "stack_score": stack, "mix.weight": mix})
    row = found.filter(mirna_position=3, mirna_base="A", target_base="U")
    assert row["pair_score"].item() == 2
    assert row["stack_score"].item() == 1
    assert row["pair_class"].item() == "Watson-Crick"
    assert found.filter(mirna_position=4)["mix_size"][0] == pytest.approx(2**0.5)
    assert found.filter(mirna_position=3)["mix_size"][0] == 0
