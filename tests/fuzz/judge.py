"""The four promises, seen from outside: exit code, message, what was left, time and memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from .child import Outcome

__all__ = ["MOST_LINES", "broken_promises"]

MOST_LINES = 4
"""Lines of a message; a usage error of click has its usage, a hint and an empty line too."""
_MOST_BASES = 3000
_MOST_MEMORY = 1 << 30
_KEPT_FOR_LATER = frozenset(
    {
        "plan.json",
        "shards",
        "gate.json",
        "steps",
        "trainings",
        "folds",
        "samples",
        "references",
        *("funnel.tsv", "qc.tsv", "report.json", "report.txt"),
        "work",
        "models",
        ".dmiso.lock",
    }
)
"""What commands that can go on keep in a folder that is not finished, and reports that say where reads went."""


_NO_MESSAGE = ("note:", "Usage:", "Try ", "made ", "Matching motifs:")
"""Lines that tell what was noted and done before the error, and click's usage."""


def broken_promises(
    outcome: Outcome, expected: str, name: str, out: Path, *, command: str, option: str = "--"
) -> tuple[str, ...]:
    """Return the promises that a run broke, each as ``promise: how``.

    Parameters
    ----------
    outcome
        Of the run.
    expected
        ``refused``, ``accepted`` or empty.
    name
        Of the broken file, or of the folder it is in.
    out
        Where results were to be.
    command
        The subcommand: an audit that finds a leak ends with 1 and a report, a check tells its findings as results.
    option
        That the file was given with: where all input was lost, the message names options to check.
    """
    if outcome.code == 1 and outcome.stdout.strip() and not outcome.stderr.strip():
        if command == "audit":
            outcome = outcome._replace(code=0)
        elif command == "models check":
            outcome = outcome._replace(stderr=f"{name}: {outcome.stdout}")
    broken = _faults_of_end(outcome)
    if "Traceback" in outcome.stderr:
        broken.append("message: traceback")
    elif outcome.code and not outcome.hung:
        broken += _faults_of_message(outcome, name, option)
    if outcome.code and (left := _left(out)):
        broken.append(f"left: {', '.join(left[:3])}")
    if expected == "refused" and outcome.code == 0:
        broken.append("refused: accepted in silence")
    if expected == "accepted" and outcome.code in {1, 2} and "Traceback" not in outcome.stderr:
        broken.append("accepted: refused")
    return tuple(broken)


def _faults_of_end(outcome: Outcome) -> list[str]:
    """Return what is wrong with how a run ended, and with what it took."""
    broken = []
    if outcome.hung:
        broken.append("limits: did not end")
    elif outcome.code not in {0, 1, 2}:
        broken.append(f"exit: {outcome.code}")
    if outcome.peak > _MOST_MEMORY:
        broken.append(f"limits: {outcome.peak >> 20} MiB")
    return broken


def _faults_of_message(outcome: Outcome, name: str, option: str) -> list[str]:
    """Return what is wrong with a message: none, too long, or it does not say of what it speaks."""
    text = outcome.stderr.strip()
    own = [line for line in text.splitlines() if line.strip() and not line.startswith(_NO_MESSAGE)]
    if not text:
        return ["message: none"]
    # a name may hold line breaks and bytes that are not UTF-8: messages may escape them
    escaped = os.fsencode(name).decode("utf-8", "backslashreplace").replace("\n", "\\n")
    named = name in text or escaped in text
    said = option.startswith("--") and option in text.replace(",", " ").replace(".", " ").split()
    told = named or said or (outcome.code == 2 and "--" in text)
    faults = [] if told else ["message: does not name the file"]
    if len(own) > MOST_LINES + name.count("\n") * len(own) or len(text) > _MOST_BASES:
        faults.append(f"message: {len(own)} lines, {len(text)} nucleotides")
    return faults


def _left(out: Path) -> list[str]:
    """Return files left under a final name, or parts."""
    found = [path.relative_to(out) for path in out.rglob("*") if not path.is_dir()]
    return sorted(str(path) for path in found if not _KEPT_FOR_LATER & set(path.parts))
