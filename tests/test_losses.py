"""The one rule of losses: nothing kept is an error, over half lost is said."""

import pytest

from dmiso.errors import NothingKeptError
from dmiso.losses import large_losses, require_kept
from dmiso.records import Counts


def test_require_kept__lets_empty_input_pass():
    counts = Counts()
    counts.flow("reads", 0, 0)
    require_kept(counts)


def test_require_kept__tells_file_reasons_and_what_to_do():
    counts = Counts()
    counts.drop("reads too short", 7, example="r1")
    counts.drop("reads of length 0", 2)
    counts.flow("reads", 9, 0, outcome="named", hint="Trim adapters first")
    with pytest.raises(NothingKeptError) as error:
        require_kept(counts, path="reads.fa")
    assert str(error.value) == (
        "reads.fa: none of 9 reads was named: 7 reads too short (r1); 2 reads of length 0. Trim adapters first."
    )
    assert error.value.exit_code == 1


def test_require_kept__adds_the_batches_up():
    counts = Counts()
    counts.flow("reads", 5, 0)
    counts.flow("reads", 5, 1)
    require_kept(counts)


@pytest.mark.parametrize(("kept", "said"), [(4, True), (5, False), (10, False)])
def test_large_losses__are_those_of_over_half(kept, said):
    counts = Counts()
    counts.flow("reads", 10, kept)
    assert bool(large_losses(counts)) is said


def test_large_losses__heed_what_is_usual_for_the_kind():
    counts = Counts()
    counts.flow("reads", 1000, 1, large=1)
    assert large_losses(counts) == []
