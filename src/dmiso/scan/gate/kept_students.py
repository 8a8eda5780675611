"""Students that ship with the program: those of the bundled models, fitted longer than at the start of a scan.

``models/fit_students.py`` makes them, and judges their gates at the default cut, so that a scan need not. A student is
found by the weights it was fitted to, so that no other model can take it for its own.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmiso.engine.duplex.gate import Gate
    from dmiso.engine.duplex.look import Student

__all__ = [
    "gate_of_json",
    "kept_gate",
    "kept_student",
    "limits_as_json",
    "student_as_json",
    "student_name",
    "student_of_json",
]

_FOLDER = "students"
_ALIKE: Final = 1e-6
"""Logits that differ by less are of one cut."""


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
    said = _kept(weights_sha256)
    return None if said is None else student_of_json(said["student"])


def kept_gate(weights_sha256: str, *, lowest: float, recall: float, distance: int) -> Gate | None:
    """Return the gate of a bundled model that was judged for a cut before; None if there is none.

    Parameters
    ----------
    weights_sha256
        As for :func:`kept_student`.
    lowest, recall, distance
        As for :func:`dmiso.scan.gate.gate.fit_gate`.
    """
    said = _kept(weights_sha256)
    for one in [] if said is None else said["gates"]:
        if abs(one["lowest"] - lowest) < _ALIKE and (one["recall"], one["distance"]) == (recall, distance):
            assert said is not None
            return gate_of_json(said["student"], one)
    return None


def _kept(weights_sha256: str) -> dict[str, Any] | None:
    path = files(__package__) / _FOLDER / student_name(weights_sha256)
    if not path.is_file():
        return None
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    # the name holds a part of the hash only
    return said if said["weights_sha256"] == weights_sha256 else None


def limits_as_json(gate: Gate) -> dict[str, Any]:
    """Return a gate without its student as numbers."""
    return {
        "threshold": gate.threshold._asdict(),
        "sieve": gate.sieve._asdict(),
        "slack": gate.slack,
        "lengths": list(gate.lengths),
    }


def gate_of_json(student: Mapping[str, Any], said: Mapping[str, Any]) -> Gate:
    """Return the gate of a student and what :func:`limits_as_json` gave."""
    from dmiso.engine.duplex.gate import Gate
    from dmiso.engine.duplex.promising import Sieve, Threshold

    shortest, longest = said["lengths"]
    return Gate(
        student_of_json(student),
        Threshold(**said["threshold"]),
        Sieve(**said["sieve"]),
        int(said["slack"]),
        (int(shortest), int(longest)),
    )


def student_as_json(student: Student) -> dict[str, Any]:
    """Return a student as lists of numbers."""
    return {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in student._asdict().items()
    }


def student_of_json(said: Mapping[str, Any]) -> Student:
    """Return the student that :func:`student_as_json` wrote."""
    from dmiso.engine.duplex.look import Student

    values: dict[str, Any] = {
        name: np.array(value, np.float32) if isinstance(value, list) else float(value)
        for name, value in said.items()
    }
    return Student(**values)
