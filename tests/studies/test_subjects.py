"""The models that a study is given: read by any of their forms, told apart, scored as their own program does."""

import shutil

import numpy as np
import polars as pl
import pytest

from dmiso.errors import ModelError, UsageError
from dmiso.models import Calibration, ModelConfig, model_names, read_model, resolve, write_model
from dmiso.models.export import export_model
from dmiso.networks import weight_shapes
from dmiso.studies.store import Store
from dmiso.studies.subjects import NOT_TRAINED_HERE, given_models, weights_of
from dmiso.studies.trainings import scored


@pytest.fixture
def stored(tmp_path, rng):
    """A model directory of the published network with weights by chance; it cuts at the end."""
    config = ModelConfig(name="toy", network="dmiso", crop="end")
    weights = {
        name: np.abs(rng.normal(0, 0.3, shape)).astype(np.float32)
        for name, shape in weight_shapes(config).items()
    }
    for suffix in ("", "_reverse"):  # Keras has one bias
        weights[f"recurrent.bias_hh_l0{suffix}"][:] = 0
    return write_model(
        tmp_path / "toy", config=config, weights=weights, calibration=Calibration(), card="# toy\n"
    )


@pytest.fixture
def keras_folder(tmp_path, stored):
    """The same as Keras files, in a folder called authors."""
    pytest.importorskip("h5py")
    (tmp_path / "authors").mkdir()
    export_model(stored, tmp_path / "authors" / "top.h5")
    return tmp_path / "authors"


def test_given__a_bundled_name_and_a_directory_are_named_by_their_configuration(tmp_path, stored):
    name = model_names()[0]
    bundled, directory = given_models((name, str(stored.path)), tmp_path / "models")
    assert (bundled.name, directory.name) == (f"{name} (given)", "toy (given)")
    assert directory.note == NOT_TRAINED_HERE
    assert bundled.slug != directory.slug
    assert weights_of([bundled, directory]) == {
        name: {"weights_sha256": resolve(name).weights_sha256},
        "toy": {"weights_sha256": stored.weights_sha256},
    }
    assert not (tmp_path / "models").exists()


def test_given__keras_files_are_imported_once_and_score_as_the_published_program(tmp_path, keras_folder):
    (subject,) = given_models((str(keras_folder),), tmp_path / "models")
    assert subject.name == "authors (given)"
    assert subject.network.crop == "centre"
    written = (subject.network.output / "weights.safetensors").stat().st_mtime_ns
    (again,) = given_models((str(keras_folder),), tmp_path / "models")
    assert again == subject
    assert (subject.network.output / "weights.safetensors").stat().st_mtime_ns == written


def test_given__other_weights_or_calibration_have_another_key_and_other_files(tmp_path, stored):
    first = given_models((str(stored.path),), tmp_path)[0]
    parts = {"config": stored.config, "weights": stored.weights, "card": stored.card}
    write_model(stored.path, **parts, calibration=Calibration(kind="platt", slope=2.0, intercept=0.1))
    second = given_models((str(stored.path),), tmp_path)[0]
    assert first.network.key != second.network.key
    assert first.slug != second.slug


def test_given__two_models_of_one_name_are_refused(tmp_path, stored):
    shutil.copytree(stored.path, tmp_path / "copy")
    with pytest.raises(UsageError, match=r"2 of the models are named toy\. Give each once"):
        given_models((str(stored.path), str(tmp_path / "copy")), tmp_path / "models")


def test_given__a_folder_with_two_pairs_of_keras_files_is_refused(tmp_path, keras_folder):
    for ending in ("json", "h5"):
        shutil.copy(keras_folder / f"top.{ending}", keras_folder / f"other.{ending}")
    with pytest.raises(UsageError, match="holds 2 pairs of Keras files"):
        given_models((str(keras_folder),), tmp_path / "models")


def test_given__what_is_neither_is_a_model_error(tmp_path):
    with pytest.raises(ModelError, match="no-such: neither a bundled model nor a model directory"):
        given_models(("no-such",), tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="empty"):
        given_models((str(tmp_path / "empty"),), tmp_path)


def test_scored__a_given_model_keeps_its_own_calibration_and_long_sites(tmp_path, stored, keras_folder):
    site = "GGCA" * 20
    table = pl.DataFrame({"mirna_sequence": ["UGAGGUAGUAGGUUGUAUAGUU"], "target_sequence": [site]})
    store = Store(tmp_path / "work")
    directory, authors = given_models((str(stored.path), str(keras_folder)), tmp_path / "models")
    whole = scored(store, "windows", directory.network, table, "k").frame
    from dmiso.predict import load_model

    assert whole["logit"].item() == load_model(stored.path).predict(table)["logit"].item()
    cropped = scored(store, "centre", authors.network, table, "k").frame
    middle = table.with_columns(target_sequence=pl.lit(site[10:70]))
    assert cropped["logit"].item() == load_model(authors.network.output).predict(middle)["logit"].item()
    assert cropped["target_sequence"].item() == site


@pytest.mark.real_data
def test_given__the_authors_own_files_are_a_subject(tmp_path, shared_data):
    (subject,) = given_models((str(shared_data / "published_dmiso"),), tmp_path / "models")
    assert subject.name == "published_dmiso (given)"
    assert read_model(subject.network.output).config.training["imported_from_keras"]
