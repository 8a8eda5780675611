"""Sense calls and repeats: shared runs, simple sequences, no duplex."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.alphabet import reverse_complement
from dmiso.confounders.repeats import doubtful_pairs, dust_scores, pair_evidence, sense_runs

RNA = st.text("AUCGN", min_size=0, max_size=40)
MIR8485 = "CACACACGGACACACACGUAU"
MIR671 = "UCCGGUUCUCAGGGCUCCACC"


def slow_run(mirna: str, target: str) -> int:
    """Try every piece of the miRNA."""
    pieces = (
        mirna[i:j] for i in range(len(mirna)) for j in range(i + 1, len(mirna) + 1) if "N" not in mirna[i:j]
    )
    return max((len(piece) for piece in pieces if piece in target), default=0)


@given(st.lists(st.tuples(RNA, RNA), min_size=1, max_size=4))
def test_sense_runs__are_the_longest_shared_pieces(pairs):
    mirnas, targets = zip(*pairs, strict=True)
    expected = [slow_run(mirna, target) for mirna, target in pairs]
    assert sense_runs(mirnas, targets).tolist() == expected


@given(RNA)
def test_dust_scores__count_pairs_of_equal_triplets(sequence):
    triplets = [sequence[i : i + 3] for i in range(len(sequence) - 2)]
    triplets = [triplet for triplet in triplets if "N" not in triplet]
    equal = sum(a == b for i, a in enumerate(triplets) for b in triplets[:i])
    expected = equal / (len(triplets) - 1) if len(triplets) > 1 else 0.0
    assert dust_scores([sequence])[0] == pytest.approx(expected)


def test_sense_runs__refuse_unequal_numbers():
    with pytest.raises(ValueError, match="2 miRNAs for 1 targets"):
        sense_runs(["A", "C"], ["A"])


def test_doubtful_pairs__name_repeats_and_pieces_of_the_target_and_keep_real_duplexes():
    pytest.importorskip("RNA")
    repeat = "GGAUUACCACACACACACACACACACACACACAGGAUUUAGC"
    piece = "GGAGGCCUCUUCCGGUUCUCAGGAUGCAAUUGCAGUACGAU"
    duplex = "GCAAUCC" + reverse_complement(MIR671) + "AGGAACU"
    simple_but_bound = "UUAUU" + reverse_complement(MIR8485) + "CAGUA"
    mirnas = [MIR8485, MIR8485[1:7] + MIR8485[9:], MIR671, MIR671, MIR8485]
    evidence = pair_evidence(mirnas, [repeat, repeat, piece, duplex, simple_but_bound])
    assert doubtful_pairs(evidence).tolist() == ["repeat", "sense call", "sense call", "", ""]
    assert evidence.sense_run[2] == len("UCCGGUUCUCAGG")
    assert np.isnan(evidence.energy[3])


def test_doubtful_pairs__name_simple_sites_without_a_duplex():
    pytest.importorskip("RNA")
    evidence = pair_evidence([MIR671], ["A" * 40])
    assert doubtful_pairs(evidence).tolist() == ["repeat"]
