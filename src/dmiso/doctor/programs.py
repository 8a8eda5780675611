"""Programs of others that some commands run, or that read what dmiso writes: where they are, and which version."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.doctor.checks import Check
from dmiso.workers.programs import find_program

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PROGRAMS", "check_programs"]

_PATIENCE: Final = 10.0
"""Seconds for a program to say its version."""
_VERSION: Final = re.compile(r"\d+\.\d+[\w.+-]*")


class Program(NamedTuple):
    """A program: its name, how it says its version, what it is for, and what brings it."""

    name: str
    asks: tuple[str, ...]
    purpose: str
    advice: str


_DEBIAN: Final = "on Debian and Ubuntu: apt-get install {}; on conda: conda install -c bioconda {}"
PROGRAMS: Final = (
    Program(
        "blastn",
        ("-version",),
        "dmiso chimeras --engine blast",
        _DEBIAN.format("ncbi-blast+", "blast"),
    ),
    Program(
        "makeblastdb", ("-version",), "dmiso chimeras --engine blast", _DEBIAN.format("ncbi-blast+", "blast")
    ),
    Program(
        "RNAhybrid",
        ("-h",),
        "dmiso evaluate --tool rnahybrid",
        _DEBIAN.format("rnahybrid", "rnahybrid"),
    ),
    Program("miranda", ("--version",), "dmiso evaluate --tool miranda", "conda install -c bioconda miranda"),
    Program("Rscript", ("--version",), "DESeq2 and edgeR on dmiso's counts", "apt-get install r-base-core"),
    Program("cutadapt", ("--version",), "trimming by hand; dmiso uses its library", "pip install cutadapt"),
    Program("chromium", ("--version",), "contributors: pages are tried in it", "apt-get install chromium"),
)
"""None is needed by the core."""


def check_programs() -> Iterator[Check]:
    """Yield a check per program; one that is there and cannot be run is noted."""
    for program in PROGRAMS:
        subject = f"program {program.name}"
        path = find_program(program.name)
        if path is None:
            yield Check(subject, "absent", f"not found, for {program.purpose}", program.advice)
            continue
        said, fault = _version_of(path, program.asks)
        facts = {"path": path, "version": said}
        if fault:
            advice = f"Install it again ({program.advice})"
            yield Check(subject, "note", f"{path} cannot be run ({fault})", advice, facts)
        else:
            yield Check(
                subject,
                "ok",
                f"{said or 'version not said'}, {path}, for {program.purpose}",
                facts=facts,
            )


def _version_of(path: str, asks: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Return the version that a program says, and what kept it from being run.

    The exit code is not looked at: some end with 1 after their help.
    """
    try:
        done = subprocess.run(  # noqa: S603 - found on the PATH, without a shell
            [path, *asks],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except OSError as error:
        return None, error.strerror or str(error)
    except subprocess.TimeoutExpired:
        return None, f"no answer in {_PATIENCE:.0f} s"
    if done.returncode < 0:
        return None, f"ended by signal {-done.returncode}"
    found = _VERSION.search((done.stdout + done.stderr).decode("utf-8", "replace"))
    return (found.group() if found else None), None
