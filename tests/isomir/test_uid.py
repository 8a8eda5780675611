"""Licence plates, against files of mirtop and OptimiR, and against their own inverse."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.io.mirgff3 import open_mirgff3
from dmiso.isomir.uid import decode_uid, encode_uid, encode_uids
from dmiso.records import Counts

rna = st.text("AUCG", min_size=1, max_size=60)


@given(rna)
def test_uid__gives_its_sequence_back(sequence):
    assert decode_uid(encode_uid(sequence)) == sequence


@given(st.lists(st.text("AUCGN", max_size=70), max_size=5))
def test_uids__of_many_sequences_are_those_of_each(sequences):
    assert encode_uids(sequences) == [encode_uid(sequence) for sequence in sequences]


def test_uid__of_all_short_sequences_differ():
    sequences = ["".join(bases) for n in range(1, 7) for bases in product("AUCG", repeat=n)]
    plates = {encode_uid(sequence) for sequence in sequences}
    assert len(plates) == len(sequences) == 5460


@pytest.mark.parametrize(
    ("sequence", "plate"),
    [  # by mirtop 0.4.28
        ("UGAGGUAGUAGGUUGUAUAGUU", "iso-22-XKVLRYVPQ"),
        ("AUCGGAUCCGUCUGAGCUUGA", "iso-21-H8HSWUQYB"),
        ("UUCACAGUGGCUAAGCUCU", "iso-19-Y51840H3"),
        ("GAGGUAGUAGGUUGUAUAGUUUUUAA", "iso-26-531P7WH3ZXB"),
        ("A", "iso-1-B"),
        ("UUUU", "iso-4-KQ"),
        ("UUU", "iso-3-0Q"),
        ("UU", "iso-2-Q"),
    ],
)
def test_uid__is_the_one_that_others_write(sequence, plate):
    assert encode_uid(sequence) == plate
    assert decode_uid(plate.lower()) == sequence


def test_uid__of_a_sequence_with_n_is_a_dot():
    assert encode_uid("UGNA") == "."


@pytest.mark.parametrize("plate", ["7AwwRIB71", ".", "iso-22", "iso-x-BB", "iso-22-ACGT", ""])
def test_what_is_no_licence_plate__is_refused(plate):
    with pytest.raises(ValueError, match="is no licence plate such as iso-22-XKVLRYVPQ"):
        decode_uid(plate)


@pytest.mark.parametrize("plate", ["iso-22-XKVLRYVP", "iso-21-XKVLRYVPQ", "iso-5-BBB", "iso-1-ZZ"])
def test_damaged_licence_plate__is_told_apart(plate):
    with pytest.raises(ValueError, match="damaged licence plate"):
        decode_uid(plate)


@pytest.mark.real_data
@pytest.mark.parametrize(("name", "n"), [("isomiRs_mirtop.gff", 164), ("synthetic_100_full.gff3", 56)])
def test_uid__is_that_of_every_record_other_tools_wrote(shared_data, name, n):
    with open_mirgff3(shared_data / "references" / "mirgff3" / name, Counts()) as reader:
        records = list(reader)
    assert len(records) == n
    for record in records:
        assert encode_uid(record.sequence) == record.value("UID")
        assert decode_uid(record.value("UID")) == record.sequence
