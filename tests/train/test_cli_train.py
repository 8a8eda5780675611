"""``dmiso train`` and ``dmiso crossval`` from the command line."""

import re

import polars as pl
import pytest
from click.testing import CliRunner

from dmiso.cli.main import program
from dmiso.models import read_model, resolve
from dmiso.settings.training import DEFAULT_NETWORK
from dmiso.train.settings import settings_for

pytest.importorskip("torch")


@pytest.fixture
def data(tmp_path, rng, one_sided_pairs):
    path = tmp_path / "pairs.tsv"
    one_sided_pairs(rng, 60).write_csv(path, separator="\t")
    return path


def run(*words):
    return CliRunner().invoke(program, [str(word) for word in words])


def test_train__writes_a_model_and_says_what_it_measured(tmp_path, data):
    output = tmp_path / "model"
    result = run("train", data, "--network", "dmiso", "--epochs", 2, "--validation-share", 0.2, "-o", output)
    assert result.exit_code == 0, result.output
    assert (output / "weights.safetensors").is_file()
    assert result.stdout == ""
    assert re.search(r"^epoch 2: loss \d\.\d{4}, validation loss", result.stderr, re.MULTILINE)
    assert "validation: 20% of the training rows, drawn as whole site clusters with seed 0" in result.stderr
    assert re.search(r"model: model of epoch [12] of 2", result.stderr)


def test_train__quiet_says_nothing(tmp_path, data):
    words = ("--epochs", 1, "--validation-share", 0.2, "-q", "-o", tmp_path / "model")
    result = run("train", data, *words)
    assert (result.exit_code, result.output) == (0, "")


def test_train__wrong_options_are_named_as_the_settings_are(tmp_path, data):
    result = run("train", data, "--batch-size", 1, "-o", tmp_path / "model")
    assert "Invalid value for '--batch-size'" in result.output
    assert result.exit_code == 2


def test_crossval__writes_folds_and_goes_on(tmp_path, data):
    words = (
        "crossval",
        data,
        "--folds",
        2,
        "--epochs",
        1,
        "--split",
        "random",
        "--validation-share",
        0.3,
        "-o",
        tmp_path / "out",
    )
    result = run(*words)
    assert result.exit_code == 0, result.output
    assert pl.read_csv(tmp_path / "out" / "folds.tsv", separator="\t").height == 5
    assert "fold 2 of 2: average precision" in result.stderr
    again = run(*words)
    assert "note: 2 folds finished earlier, not computed again" in again.stderr


def test_default_network__is_that_of_the_default_model():
    assert resolve(None).config.network == DEFAULT_NETWORK
    for command in ("train", "crossval"):
        options = {option.name: option for option in program.get_command(None, command).params}
        assert options["network"].default == DEFAULT_NETWORK


def test_options__show_the_default_of_each_network():
    options = {option.name: option for option in program.get_command(None, "train").params}
    assert options["epochs"].help.endswith("[default: dmiso 500, duplex 8]")
    assert options["dropout"].help.endswith("[default: 1]")  # the same in all
    assert options["epochs"].default is None


@pytest.mark.parametrize("command", ["train", "crossval"])
def test_options__cover_every_setting(command):
    options = {option.name for option in program.get_command(None, command).params}
    assert set(settings_for("dmiso").as_dict()) <= options


def test_size__changes_the_network(tmp_path, data):
    words = ("--network", "duplex", "--epochs", 1, "--validation-share", 0.2, "-q", "-o", tmp_path / "model")
    result = run("train", data, *words, "--size", "channels=4", "--size", "heads=2")
    assert (result.exit_code, result.output) == (0, "")
    model = read_model(tmp_path / "model")
    assert model.config.settings == {"channels": 4, "heads": 2}
    assert model.weights["mix.weight"].shape == (4, 30 * 2)


def test_size__that_is_no_name_and_number_or_unknown_is_refused(tmp_path, data):
    words = ("train", data, "--network", "duplex", "-o", tmp_path / "model", "--size")
    result = run(*words, "channels")
    assert result.exit_code == 2
    assert "'channels' is not NAME=N, e.g. channels=48" in result.stderr
    assert "no setting chanels" in str(run(*words, "chanels=4").exception)
