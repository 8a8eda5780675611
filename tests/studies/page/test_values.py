"""The side-by-side table, asked for one number at a time."""

from dmiso.studies.page.values import Number

from .conftest import FULL, GIVEN


def test_numbers__a_mean_and_its_trainings_are_told_apart(numbers):
    key = ("Table 1", "test", FULL, "auroc")
    mean = numbers.get("paper", key)
    assert mean.text == "0.970 ± 0.010"
    assert mean.rows == "30 + 20"
    assert numbers.get("paper", key, 2).text == "0.980 [0.960–1.000]"
    assert numbers.seeds("Table 1", "test", FULL) == [1, 2, 3]
    assert numbers.seeds("Table 1", "test", GIVEN) == []


def test_numbers__what_has_no_value_is_none(numbers):
    assert numbers.get("paper", ("Table 1", "test", "rna22", "auroc")) is None
    assert numbers.get("paper", ("Table 1", "test", "nobody", "auroc")) is None
    assert (
        numbers.get(
            "honest", ("leak explained", "test", f"paper-mode {FULL}, negatives by site swap", "auroc")
        )
        is None
    )


def test_numbers__the_network_to_speak_of_is_the_one_of_all_epochs(numbers):
    assert numbers.main("Table 1", "test") == FULL
    assert numbers.main("Table 2 recall", "clip") == "network"
    assert numbers.given("Table 1", "test") == [GIVEN]


def test_numbers__intervals_are_apart_only_if_nothing_is_shared():
    low, touching, high = (Number(v, v - 0.1, v + 0.1, None, 0.5, 3, 2) for v in (0.3, 0.5, 0.75))
    assert low.apart_from(high)
    assert high.apart_from(low)
    assert not low.apart_from(touching)
    assert not low.apart_from(Number(0.9, None, None, 0.01, 0.5, 3, 2))


def test_numbers__a_note_is_said_once_with_all_it_is_of(numbers):
    notes = numbers.notes(["Table 1"])
    assert f"{GIVEN}: trained | elsewhere" in notes
    assert "rna22: no <program> to run" in notes
