"""Bundled models: found by name, checked by sum, and what a check of any model says."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from dmiso.errors import ModelError
from dmiso.models import check_model, model_names, resolve, write_model
from dmiso.models.registry import default_model_name, registry_entry
from dmiso.models.store import ModelConfig


@pytest.fixture
def bundled(tmp_path, parts):
    """A directory of two bundled models, the first the default."""
    folder = tmp_path / "bundled"
    entries = {}
    for name in ("dmiso-toy@v1.0.0", "dmiso-other@v1.0.0"):
        config = ModelConfig(name=name, network="dmiso")
        entries[name] = registry_entry(write_model(folder / name, **(parts | {"config": config})).path)
    write_registry(folder, {"format_version": 1, "default": "dmiso-toy@v1.0.0", "models": entries})
    return folder


def write_registry(folder, fields):
    folder.mkdir(exist_ok=True)
    (folder / "registry.json").write_text(json.dumps(fields), encoding="utf-8")


def verdicts(findings):
    return {finding.check: finding.passed for finding in findings}


def test_resolve__finds_the_default_a_name_and_a_directory(bundled, tmp_path, parts):
    own = write_model(tmp_path / "own", **parts).path
    assert resolve(bundled=bundled).config.name == default_model_name(bundled) == "dmiso-toy@v1.0.0"
    assert resolve("dmiso-other@v1.0.0", bundled=bundled).config.name == "dmiso-other@v1.0.0"
    assert resolve(own, bundled=bundled).config.name == "example@v1.0.0"
    assert model_names(bundled) == ["dmiso-other@v1.0.0", "dmiso-toy@v1.0.0"]


def test_resolve__unknown_name_lists_the_known(bundled):
    with pytest.raises(
        ModelError,
        match=r"dmiso-toy: neither a bundled model .*Did you mean dmiso-toy@v1\.0\.0\? Known: dmiso-o",
    ):
        resolve("dmiso-toy", bundled=bundled)


@pytest.mark.parametrize("name", ["weights.safetensors", "config.json", "calibration.json", "card.md"])
def test_resolve__a_changed_file_stops(bundled, name):
    path = bundled / "dmiso-toy@v1.0.0" / name
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match=rf"{name}: SHA-256 is [0-9a-f]{{64}}; registered [0-9a-f]{{64}}"):
        resolve(bundled=bundled)
    assert verdicts(check_model("dmiso-toy@v1.0.0", bundled=bundled))["sums"] is False


def test_resolve__a_lost_file_stops(bundled):
    (bundled / "dmiso-toy@v1.0.0" / "card.md").unlink()
    with pytest.raises(ModelError, match=r"card\.md: missing"):
        resolve(bundled=bundled)


def test_installation_without_models__says_what_to_do(tmp_path):
    assert model_names(tmp_path) == []
    with pytest.raises(ModelError, match=r"has no bundled models\. Give a model directory with --model DIR"):
        resolve(bundled=tmp_path)
    with pytest.raises(
        ModelError, match=r"toy: neither a bundled model nor a model directory\. None is known"
    ):
        resolve("toy", bundled=tmp_path)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"format_version": 2, "default": "a", "models": {}},
            "format_version is 2; this dmiso reads 1. Install dmiso",
        ),
        ([], "expected a JSON object, found list"),
        ({"format_version": 1, "default": "a", "models": {}}, "the default model a is not listed"),
        ({"format_version": 1, "models": {}}, "missing required field `default`"),
    ],
)
def test_registry__that_cannot_be_used_stops(tmp_path, fields, message):
    write_registry(tmp_path / "bundled", fields)
    with pytest.raises(ModelError, match=message):
        resolve(bundled=tmp_path / "bundled")


def test_registry__that_is_no_json_stops(tmp_path):
    (tmp_path / "registry.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"registry\.json: not valid JSON"):
        resolve(bundled=tmp_path)


def test_check__of_whole_models_passes_every_step(bundled):
    steps = ["files", "sums", "shapes", "numbers", "forward"]
    for model in ("dmiso-toy@v1.0.0", bundled / "dmiso-other@v1.0.0"):
        findings = check_model(model, bundled=bundled)
        assert [finding.check for finding in findings] == steps
        assert all(finding.passed for finding in findings)


def test_check__names_missing_files(tmp_path, parts):
    path = write_model(tmp_path / "own", **parts).path
    (path / "card.md").unlink()
    findings = check_model(path)
    assert verdicts(findings) == {"files": False}
    assert "card.md" in findings[0].detail


def test_check__names_what_does_not_read(tmp_path, parts):
    path = write_model(tmp_path / "own", **parts).path
    (path / "weights.safetensors").write_bytes(b"")
    findings = check_model(path)
    assert verdicts(findings) == {"files": True, "sums": True, "shapes": False}
    assert "damaged" in findings[-1].detail


@pytest.mark.parametrize(("tensor", "value"), [("dense.bias", np.inf), ("merged_norm.running_var", -1.0)])
def test_check__names_numbers_that_cannot_be(tmp_path, parts, tensor, value):
    path = write_model(tmp_path / "own", **(parts | {"weights": {**parts["weights"]}})).path
    parts["weights"][tensor][0] = value
    save_file(parts["weights"], path / "weights.safetensors")
    findings = check_model(path)
    assert findings[-1].check == "numbers"
    assert not findings[-1].passed
    assert tensor in findings[-1].detail


def test_the_package__ships_models_that_pass_or_none():
    for name in model_names():
        assert all(finding.passed for finding in check_model(name))
