"""Wrong files and numbers are refused with the way out."""

import pytest

from dmiso.errors import UsageError
from dmiso.settings.study import StudySettings
from dmiso.studies.settings import StudyInputs, training_of


def test_settings__train_with_the_papers_hyper_parameters():
    training = training_of(StudySettings())
    assert (training.epochs, training.batch_size, training.learning_rate) == (500, 100, 1e-3)
    assert (training.l1, training.dropout, training.network) == (0.01, 1.0, "dmiso")
    assert training_of(StudySettings(), l1=1e-4).l1 == 1e-4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"folds": 2}, "folds is 2; it must be between 3 and"),
        ({"workers": 0}, "workers is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"epochs": 0}, "epochs is 0"),
    ],
)
def test_settings__refuse_numbers_that_cannot_be(change, words):
    with pytest.raises(UsageError, match=words):
        StudySettings(**change)


def test_inputs__mouse_reads_need_reference_mirnas(world):
    with pytest.raises(UsageError, match="--mature"):
        StudyInputs((world["interactions"],), world["transcripts"], world["cds"], mouse=world["second"])


def test_inputs__a_missing_file_is_named(world, tmp_path):
    with pytest.raises(UsageError, match=r"absent\.tsv is not a file"):
        StudyInputs((tmp_path / "absent.tsv",), world["transcripts"], world["cds"])


def test_inputs__without_interactions_are_refused(world):
    with pytest.raises(UsageError, match="--interactions"):
        StudyInputs((), world["transcripts"], world["cds"])
