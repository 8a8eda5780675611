"""Models of repression on disk: whole, of the right kind, bundled."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from dmiso.cli.main import _run
from dmiso.errors import ModelError
from dmiso.models.registry import registry_entry
from dmiso.repression import read_repression, repression_names, resolve_repression
from dmiso.repression.checks import check_repression
from dmiso.repression.store import REPRESSION_FILES, default_repression_name, is_repression


def change_config(folder, **fields):
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "network"}, r"config\.json: not a model of repression \(kind is 'network'\)"),
        ({"format_version": 9}, "format_version is 9; this dmiso reads 1"),
        (
            {"weight_sets": {"sequence": {"sites": ["local_ua"]}}},
            "feature 'local_ua' is unknown. Did you mean local_au",
        ),
        ({"weight_sets": {"sequence": {"transcripts": ["load"]}}}, "feature 'load' is unknown"),
        ({"weight_sets": {}}, "weight_sets must name at least one set"),
        ({"site_types": ["8mer"]}, "site_types are 8mer, 7mer-m8"),
        ({"panel": ["UGAN"]}, "panel has 'UGAN'; its miRNAs are upper-case RNA"),
        ({"concentration": 0}, "concentration, log2_per_unit and farthest must be above 0"),
        ({"level": 1}, "level between 0 and 1"),
        ({"link": "cubic"}, "Invalid enum value 'cubic'"),
        ({"more": 1}, "unknown field `more`"),
        ({"weight_sets": {"sequence": {"sites": ["local_au", "utr3_au"]}}}, "sequence/slopes"),
    ],
)
def test_read__a_configuration_that_cannot_be_meant_stops(write_toy, fields, message):
    folder = write_toy().path
    change_config(folder, **fields)
    with pytest.raises(ModelError, match=message):
        read_repression(folder)


@pytest.mark.parametrize(
    ("tensor", "value", "message"),
    [
        ("sequence/scales", np.zeros(1), "standard deviation that is not above 0"),
        (
            "sequence/interval",
            np.array([[0.0, 0.0], [-1, -1], [1, 1]]),
            "does not rise, or its ends are exchanged",
        ),
        (
            "sequence/interval",
            np.array([[0.0, 1.0], [1, 1], [-1, -1]]),
            "does not rise, or its ends are exchanged",
        ),
        ("sequence/base", np.full((4, 6), np.nan), "numbers that are not finite"),
        ("sequence/base", np.zeros((3, 6)), "sequence/base"),
    ],
)
def test_read__weights_that_no_fit_leaves_stop(write_toy, tensor, value, message):
    folder = write_toy().path
    weights = load_file(folder / "weights.safetensors")
    save_file({**weights, tensor: value.astype(np.float32)}, folder / "weights.safetensors")
    with pytest.raises(ModelError, match=message):
        read_repression(folder)


def test_read__a_missing_folder_or_file_stops(write_toy, tmp_path):
    with pytest.raises(ModelError, match=r"no such model directory\. Known models: dmiso models list"):
        read_repression(tmp_path / "none")
    folder = write_toy().path
    (folder / "card.md").unlink()
    with pytest.raises(ModelError, match=r"card\.md: missing"):
        read_repression(folder)
    assert [f.check for f in check_repression(folder) if not f.passed] == ["files"]


@pytest.fixture
def bundled(tmp_path, write_toy):
    folder = write_toy("rep@v1").path
    registry = {
        "format_version": 1,
        "default": "a",
        "models": {"a": {}},
        "repression": {"rep@v1": registry_entry(folder, files=REPRESSION_FILES)},
        "default_repression": "rep@v1",
    }
    (tmp_path / "registry.json").write_text(json.dumps(registry))
    return tmp_path


def test_resolve__finds_the_default_a_name_and_a_directory(bundled):
    assert repression_names(bundled) == ["rep@v1"]
    for given in (None, "rep@v1", str(bundled / "rep@v1")):
        assert resolve_repression(given, bundled=bundled).config.name == "rep@v1"
    with pytest.raises(
        ModelError, match=r"rep: neither a bundled model of repression .* Did you mean rep@v1"
    ):
        resolve_repression("rep", bundled=bundled)


@pytest.mark.parametrize("file", REPRESSION_FILES)
def test_resolve__a_changed_file_stops(bundled, file):
    path = bundled / "rep@v1" / file
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match=rf"{file}: SHA-256 is [0-9a-f]{{64}}; registered"):
        resolve_repression(bundled=bundled)
    assert {f.check: f.passed for f in check_repression("rep@v1", bundled=bundled)}["sums"] is False


def test_installation__without_a_model_says_so(tmp_path):
    (tmp_path / "registry.json").write_text('{"format_version": 1, "default": "a", "models": {"a": {}}}')
    assert repression_names(tmp_path) == []
    with pytest.raises(ModelError, match="no bundled model of repression"):
        resolve_repression(bundled=tmp_path)


def test_registry__a_default_that_is_not_listed_stops(tmp_path):
    (tmp_path / "registry.json").write_text(
        '{"format_version": 1, "default": "a", "models": {"a": {}}, "default_repression": "b"}'
    )
    with pytest.raises(ModelError, match="the default model b is not listed"):
        repression_names(tmp_path)


def test_kind__is_told_from_that_of_networks(write_toy, toy_model):
    assert is_repression(write_toy().path)
    assert not is_repression(toy_model)


def test_bundled__is_whole_listed_shown_and_small(capsys):
    name = default_repression_name()
    assert all(finding.passed for finding in check_repression(name))
    assert _run(["models", "list"]) == 0
    assert f"* {name}\trepression\t" in capsys.readouterr().out
    assert _run(["models", "show", name]) == 0
    assert capsys.readouterr().out.startswith(f"# {name}")
    assert _run(["models", "check", name]) == 0
    assert "ok   prediction: probe repression -" in capsys.readouterr().out
    weights = resolve_repression().weights
    assert sum(array.size for array in weights.values()) <= 2000


def test_check__of_a_folder_names_what_is_wrong(write_toy, capsys):
    folder = write_toy().path
    change_config(folder, level=2)
    assert _run(["models", "check", str(folder)]) == 1
    assert "FAIL shapes: " in capsys.readouterr().out
