"""The subjects of a study: the networks it trains and the models it is given, asked for scores in one way.

A given model is a bundled name, a model directory, or a folder with the authors' Keras files (an architecture ``.json``
beside the weights ``.h5`` of the same name), which are imported into the study's own ``models/``.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.errors import UsageError
from dmiso.models import StoredModel, read_model, resolve
from dmiso.models.keras import import_keras
from dmiso.provenance import sha256_file
from dmiso.studies.store import step_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmiso.encode import Crop
    from dmiso.studies.trainings import Job

__all__ = ["Given", "Subject", "given_models", "weights_of"]

NOT_TRAINED_HERE: Final = "trained elsewhere: these sites may be among those it was trained on"
"""The note of every row of a given model: on sites it has seen its value is no test."""


class Given(NamedTuple):
    """A model that the study was given.

    Parameters
    ----------
    name
        As its configuration has it.
    output
        Its directory.
    weights_sha256
        Of its weights.
    key
        Of its weights, configuration and calibration.
    crop
        ``centre`` for imported Keras files, as the published program scores them; None covers longer sites by windows,
        as ``dmiso predict`` does.
    """

    name: str
    output: Path
    weights_sha256: str
    key: str
    crop: Crop | None


class Subject(NamedTuple):
    """What is judged on the labelled tables.

    Parameters
    ----------
    slug
        Ends the names of its files; empty for the network that is trained as all others are.
    name
        What the tables call it.
    network
        Trained here, or given.
    seed
        Of its training, where there are several that differ in it alone.
    note
        Of each of its rows.
    """

    slug: str
    name: str
    network: Job | Given
    seed: int | None = None
    note: str = ""

    def named(self, step: str) -> str:
        """Return the name of one of its steps."""
        return f"{step}-{self.slug}" if self.slug else step


def given_models(models: Sequence[str], folder: Path) -> list[Subject]:
    """Return given models as subjects.

    Parameters
    ----------
    models
        Bundled names, model directories, or folders with Keras files.
    folder
        Where Keras files are imported to.

    Raises
    ------
    ModelError
        If one is neither, or is damaged.
    UsageError
        If two have one name: their rows could not be told apart.
    """
    found = [_read(model, folder) for model in models]
    names = Counter(model.config.name for model in found)
    for name, n in names.items():
        if n > 1:
            raise UsageError(
                f"--model: {n} of the models are named {name}. Give each once, or copy one to a directory and "
                "change the name in its config.json."
            )
    return [_subject(model) for model in found]


def weights_of(subjects: Sequence[Subject]) -> dict[str, dict[str, str]]:
    """Return what a manifest says of given models: their weights' hash, by name."""
    given = [subject.network for subject in subjects if isinstance(subject.network, Given)]
    return {model.name: {"weights_sha256": model.weights_sha256} for model in given}


def _read(model: str, folder: Path) -> StoredModel:
    """Read a model, having imported Keras files."""
    pair = _keras_files(Path(model))
    if pair is None:
        return resolve(model)
    sums = step_key(files=[sha256_file(path) for path in pair])
    directory = folder / f"given-{sums[:12]}"
    if directory.is_dir():
        return read_model(directory)
    return import_keras(*pair, directory, name=Path(model).resolve().name)


def _keras_files(folder: Path) -> tuple[Path, Path] | None:
    """Return the architecture and weights in a folder that is no model directory; None where it holds no such pair."""
    if not folder.is_dir() or (folder / "config.json").exists():
        return None
    pairs = [(path.with_suffix(".json"), path) for path in sorted(folder.glob("*.h5"))]
    pairs = [pair for pair in pairs if pair[0].is_file()]
    if len(pairs) > 1:
        raise UsageError(
            f"--model: {folder} holds {len(pairs)} pairs of Keras files. Give a folder with one, or import each "
            "with dmiso models import-keras."
        )
    return pairs[0] if pairs else None


def _subject(model: StoredModel) -> Subject:
    """Return a model as a subject; its files are named by its name and weights."""
    config = model.config
    key = step_key(
        weights=model.weights_sha256,
        files=[sha256_file(model.path / name) for name in ("config.json", "calibration.json")],
    )
    slug = re.sub(r"[^A-Za-z0-9@._-]+", "-", config.name)
    crop: Crop | None = "centre" if config.crop == "centre" else None
    given = Given(config.name, model.path, model.weights_sha256, key, crop)
    return Subject(f"given-{slug}-{key[:6]}", f"{config.name} (given)", given, note=NOT_TRAINED_HERE)
