"""Students that ship with the program: those of the bundled models, fitted longer than at the start of a scan.

``models/fit_students.py`` makes them. A student is found by the weights it was fitted to, so that no other model can
take it for its own.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from dmiso.engine.duplex.look import Student

__all__ = ["kept_student", "student_as_json", "student_name", "student_of_json"]

_FOLDER = "students"


def student_name(weights_sha256: str) -> str:
    """Return the name of the file, in the folder ``students``, of the student of a model's weights."""
    return f"{weights_sha256[:16]}.json"


def kept_student(weights_sha256: str) -> Student | None:
    """Return the student of a bundled model by the hash of its weights; None for other models.

    Parameters
    ----------
    weights_sha256
        As :attr:`dmiso.models.StoredModel.weights_sha256`.
    """
    path = files(__package__) / _FOLDER / student_name(weights_sha256)
    if not path.is_file():
        return None
    said = json.loads(path.read_text(encoding="utf-8"))
    # the name holds a part of the hash only
    return student_of_json(said["student"]) if said["weights_sha256"] == weights_sha256 else None


def student_as_json(student: Student) -> dict[str, Any]:
    """Return a student as lists of numbers."""
    return {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in student._asdict().items()
    }


def student_of_json(said: dict[str, Any]) -> Student:
    """Return the student that :func:`student_as_json` wrote."""
    from dmiso.engine.duplex.look import Student

    values: dict[str, Any] = {
        name: np.array(value, np.float32) if isinstance(value, list) else float(value)
        for name, value in said.items()
    }
    return Student(**values)
