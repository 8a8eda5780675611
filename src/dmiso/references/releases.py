"""Which release of which database files are, as far as their names and heads say."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from dmiso.io.streams import open_input

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["UNSTATED", "releases_of"]

UNSTATED: Final = "release not stated"
_HEAD: Final = 60
"""Lines at a file's begin that may be its head."""
_OF_NAMES: Final = (
    (re.compile(r"gencode\.v(M?\d+)", re.IGNORECASE), "GENCODE {}"),
    (re.compile(r"MANE\.[\w.]*?\.v(\d+(?:\.\d+)*)"), "MANE {}"),
    (re.compile(r"\.(\d{2,3})\.(?:chr\.|abinitio\.)?(?:gtf|gff3)(?:\.|$)"), "Ensembl {}"),
    (re.compile(r"(GC[FA]_\d{9}\.\d+)"), "RefSeq {}"),
)
_OF_HEADS: Final = (
    (re.compile(r"# *microRNAs: *(\S.*?) *$"), "{}"),
    (re.compile(r"##description:.*\bversion (M?\d+)\b"), "GENCODE {}"),
    (re.compile(r"#!annotation-source (.+?) *$"), "{}"),
)


def releases_of(paths: Iterable[Path]) -> str:
    """Return the releases of some files, each once.

    Parameters
    ----------
    paths
        As downloaded, with their own names.

    Returns
    -------
    str
        Such as ``miRBase v22; GENCODE 45``; :data:`UNSTATED` where no file says.

    Examples
    --------
    >>> releases_of([]), UNSTATED
    ('release not stated', 'release not stated')
    """
    found: dict[str, None] = {}
    for path in paths:
        for pattern, shown in _OF_NAMES:
            if match := pattern.search(path.name):
                found[shown.format(match[1])] = None
        found |= dict.fromkeys(_in_head(path))
    return "; ".join(found) or UNSTATED


def _in_head(path: Path) -> Iterable[str]:
    """Yield the releases that the comments at a file's begin name."""
    with open_input(path) as handle:
        for raw in islice(iter(lambda: handle.readline(4096), b""), _HEAD):
            if not raw.startswith(b"#"):
                return
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            for pattern, shown in _OF_HEADS:
                if match := pattern.match(line):
                    yield shown.format(match[1])
