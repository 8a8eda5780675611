"""Runs the self-test in a child interpreter, and says what became of it and of numba's cache."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dmiso.doctor.checks import Check

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["check_trial"]

_PATIENCE: Final = 600.0
"""Seconds: with a cold cache a slow machine compiles for a minute."""
_AGAIN: Final = "Install dmiso again: pip install --force-reinstall dmiso"
_CHILD: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from dmiso.doctor.self_test import main; sys.exit(main())"
)
_CACHE: Final = "NUMBA_CACHE_DIR"


class _Trial(NamedTuple):
    """What the child said: ended parts, the part it was in when it ended early, why, the cache, and seconds."""

    parts: tuple[Mapping[str, Any], ...]
    unfinished: str | None
    fault: str
    cache: Mapping[str, Any] | None
    seconds: float


def check_trial() -> Iterator[Check]:
    """Yield a check per part of the self-test, and that of numba's cache."""
    trial = _run()
    for part in trial.parts:
        subject = f"self-test, {part['end']}"
        if fault := part.get("fault"):
            yield Check(subject, "broken", str(fault), _AGAIN)
        else:
            yield Check(subject, "ok", part["found"])
    if trial.unfinished is not None:
        yield Check(f"self-test, {trial.unfinished}", "broken", trial.fault, _AGAIN)
    if trial.cache is not None:
        yield _check_cache(trial.cache, trial.seconds)


def _run() -> _Trial:
    """Run the child; read what it said, whole or not."""
    started = time.monotonic()
    # the child has to find what is found here, in the same order
    words = [sys.executable, "-P", "-c", _CHILD, json.dumps(sys.path)]
    try:
        done = subprocess.run(words, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603
        output, errors, code = done.stdout, done.stderr, done.returncode
    except subprocess.TimeoutExpired as error:
        output, errors, code = error.stdout or b"", b"", None
    said = [json.loads(line) for line in output.splitlines() if line.startswith(b"{")]
    ended = tuple(one for one in said if "end" in one)
    begun = [one["begin"] for one in said if "begin" in one]
    cache = next((one["cache"] for one in said if "cache" in one), None)
    unfinished = None if code == 0 else (begun[-1] if begun else "beginning")
    return _Trial(ended, unfinished, _why(code, errors), cache, time.monotonic() - started)


def _why(code: int | None, errors: bytes) -> str:
    """Say why the child ended early: its last line, or the signal that ended it."""
    if code is None:
        return f"no answer in {_PATIENCE:.0f} s"
    if code < 0:
        return f"the interpreter was ended by signal {-code}"
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip() if lines else f"the interpreter ended with code {code}"


def _check_cache(cache: Mapping[str, Any], seconds: float) -> Check:
    """Say where compiled code is kept, and whether it was there."""
    facts = {**cache, "seconds": round(seconds, 1), _CACHE: os.environ.get(_CACHE, "")}
    if fault := cache["fault"]:
        advice = f"Set {_CACHE} to a folder that can be written; until then every run compiles anew"
        return Check("numba cache", "note", f"compiled code cannot be kept ({fault})", advice, facts)
    folders = cache["folders"]
    where = os.path.commonpath(folders) if folders else "nowhere"
    if cache["compiled"]:
        said = (
            f"{cache['compiled']} of {cache['compiled'] + cache['loaded']} functions were compiled just now"
        )
        return Check("numba cache", "ok", f"{said} and kept in {where} ({seconds:.0f} s)", facts=facts)
    return Check(
        "numba cache", "ok", f"warm: {cache['loaded']} functions, in {where} ({seconds:.0f} s)", facts=facts
    )
