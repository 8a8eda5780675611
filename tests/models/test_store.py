"""Model directories: written whole or not at all, read back equal, and every damage named."""

import dataclasses
import hashlib
import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from dmiso.errors import ModelError, UsageError
from dmiso.models import ModelConfig, read_model, write_model
from dmiso.models.store import MODEL_FILES


@pytest.fixture
def directory(tmp_path, parts):
    write_model(tmp_path / "model", **parts)
    return tmp_path / "model"


def edit_config(directory, **fields):
    path = directory / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | fields), encoding="utf-8")


def test_model__is_read_back_as_written(tmp_path, parts):
    written = write_model(tmp_path / "new" / "model", **parts)
    read = read_model(tmp_path / "new" / "model")
    assert sorted(path.name for path in read.path.iterdir()) == sorted(MODEL_FILES)
    for model in (written, read):
        assert (model.config, model.calibration, model.card) == (
            parts["config"],
            parts["calibration"],
            parts["card"],
        )
        assert model.weights.keys() == parts["weights"].keys()
        for name, array in parts["weights"].items():
            np.testing.assert_array_equal(model.weights[name], array)
    assert read.weights_sha256 == hashlib.sha256((read.path / "weights.safetensors").read_bytes()).hexdigest()


def test_model__is_frozen(directory):
    with pytest.raises(dataclasses.FrozenInstanceError):
        read_model(directory).card = "other"


def test_writing__twice_gives_the_same_bytes(tmp_path, parts):
    first, second = (write_model(tmp_path / name, **parts).path for name in ("a", "b"))
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in MODEL_FILES)


def test_writing__replaces_a_model_and_leaves_nothing_else(tmp_path, directory, parts):
    (directory / "domain.json").write_text("left from before", encoding="utf-8")
    model = write_model(directory, **(parts | {"card": "# Second\n"}))
    assert model.card == "# Second\n"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert sorted(path.name for path in directory.iterdir()) == sorted(MODEL_FILES)


def test_writing__leaves_other_directories_and_files_alone(tmp_path, parts):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("precious", encoding="utf-8")
    (tmp_path / "file").write_text("precious", encoding="utf-8")
    with pytest.raises(UsageError, match=r"did not make \(chapter\.tex\): nothing was touched"):
        write_model(tmp_path / "thesis", **parts)
    with pytest.raises(ModelError, match="file is a file: a model is a directory"):
        write_model(tmp_path / "file", **parts)
    assert (tmp_path / "thesis" / "chapter.tex").read_text(encoding="utf-8") == "precious"


def test_writing__wrong_weights_leaves_the_old_model(directory, parts):
    before = (directory / "weights.safetensors").read_bytes()
    parts["weights"]["dense.weight"] = np.zeros((100, 1399), np.float32)
    with pytest.raises(
        ModelError, match=r"tensor dense\.weight has shape \(100, 1399\); expected \(100, 1400\)"
    ):
        write_model(directory, **parts)
    assert (directory / "weights.safetensors").read_bytes() == before


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_reading__stops_at_an_unknown_format_version(directory, version):
    edit_config(directory, format_version=version)
    with pytest.raises(
        ModelError,
        match=rf"config\.json: format_version is {version!r}; this dmiso reads 1\. Install a dmiso",
    ):
        read_model(directory)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"network": "duplexx"}, "network 'duplexx' is unknown"),
        ({"crop": "left"}, r"config\.json: Invalid enum value 'left' - at `\$\.crop`"),
        ({"colour": 1}, r"config\.json: .*unknown field `colour`"),
        ({"min_score": 1.5}, "min_score 1.5 must lie in 0–1"),
        ({"mirna_length": 0}, "must be at least 1"),
        ({"mirna_length": 31}, "takes 30 miRNA and 60 target nucleotides; the configuration says 31 and 60"),
        ({"name": ""}, "name must not be empty"),
    ],
)
def test_reading__names_the_wrong_field(directory, fields, message):
    edit_config(directory, **fields)
    with pytest.raises(ModelError, match=message):
        read_model(directory)


@pytest.mark.parametrize("name", MODEL_FILES)
def test_reading__names_the_missing_file(directory, name):
    (directory / name).unlink()
    with pytest.raises(ModelError, match=rf"{name}: missing\. A model directory has config\.json"):
        read_model(directory)


def test_reading__a_file_that_is_a_directory_says_so(directory):
    (directory / "card.md").unlink()
    (directory / "card.md").mkdir()
    with pytest.raises(ModelError, match=r"card\.md: cannot be read"):
        read_model(directory)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("config.json", b"{", r"config\.json: not valid JSON"),
        ("config.json", b"[]", r"config\.json: expected a JSON object, found list"),
        (
            "calibration.json",
            b'{"kind": "identity", "slope": 2}',
            r"calibration\.json: kind identity has slope 1",
        ),
        ("calibration.json", b"\xff\xfe", r"calibration\.json: not valid JSON"),
        ("weights.safetensors", b"", r"weights\.safetensors: damaged or not a safetensors file"),
        (
            "weights.safetensors",
            b"\x80\x04pickle",
            r"weights\.safetensors: damaged or not a safetensors file",
        ),
        ("card.md", b"\xff\xfe", r"card\.md: not UTF-8 text .* at byte 1"),
    ],
)
def test_reading__names_the_damaged_file(directory, name, content, message):
    (directory / name).write_bytes(content)
    with pytest.raises(ModelError, match=message):
        read_model(directory)


def test_reading__truncated_weights_are_named(directory):
    path = directory / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelError, match=r"weights\.safetensors: damaged"):
        read_model(directory)


def test_reading__names_the_tensor_of_another_type(directory, parts):
    parts["weights"]["output.bias"] = np.zeros(1, np.float64)
    save_file(parts["weights"], directory / "weights.safetensors")
    with pytest.raises(ModelError, match=r"tensor output\.bias is float64; expected float32"):
        read_model(directory)


def test_reading__a_directory_that_is_not_there_names_the_command(tmp_path):
    with pytest.raises(ModelError, match=r"none: no such model directory\. Known models: dmiso models list"):
        read_model(tmp_path / "none")


def test_config__defaults_are_the_published_networks_lengths():
    config = ModelConfig(name="x", network="dmiso")
    assert (config.mirna_length, config.target_length, config.crop, config.min_score) == (30, 60, "end", 0.5)
