"""Example files that come with the package, made by ``scripts/make_examples.py``.

``isomirs.fa`` (real miRNAs and isomiRs), their reference ``mature.fa`` and ``hairpin.fa``, ``transcripts.fa``
(invented, with the sites of ``planted_sites.tsv``), ``pairs.tsv``, the labelled pairs ``labelled.tsv`` and
``test.tsv``, a tool's ``scores.tsv`` for the latter, and ``gene_responses.tsv`` of the invented genes whose 3'UTRs are
``gene_utrs.fa``. ``mrna.fa``, ``cds.tsv`` and ``genes.tsv`` are the transcripts of the shipped reference
``tiny-hsa``, as files.
"""

from __future__ import annotations

import os
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from dmiso.errors import UsageError
from dmiso.io.atomic import write_text
from dmiso.io.folders import FolderKind, check_folder

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["EXAMPLE_FILES", "write_examples"]

EXAMPLE_FILES: Final = (
    "isomirs.fa",
    "mature.fa",
    "hairpin.fa",
    "transcripts.fa",
    "planted_sites.tsv",
    "pairs.tsv",
    "labelled.tsv",
    "test.tsv",
    "scores.tsv",
    "gene_utrs.fa",
    "gene_responses.tsv",
    "mrna.fa",
    "cds.tsv",
    "genes.tsv",
)
_OF_REFERENCE: Final = {"mrna.fa": "transcripts.fa", "cds.tsv": "cds.tsv", "genes.tsv": "genes.tsv"}
"""Example file to the file of the shipped reference that it is: nothing is shipped twice."""
EXAMPLES_FOLDER: Final = FolderKind("examples", EXAMPLE_FILES, evidence=("planted_sites.tsv", "isomirs.fa"))


def write_examples(folder: Path, *, force: bool = False) -> list[Path]:
    """Copy the example files to a folder and return their paths.

    Parameters
    ----------
    folder
        New, empty, or with example files of this version.
    force
        Write into a folder that holds files of others; they stay.

    Raises
    ------
    UsageError
        If the folder holds other files, or another file has the name of one of them: nothing is written then.
    """
    check_folder(folder, EXAMPLES_FOLDER, force=force)
    texts = {folder / name: _content(name) for name in EXAMPLE_FILES}
    for path, text in texts.items():
        if os.path.lexists(path) and not (path.is_file() and path.read_bytes() == text):
            raise UsageError(
                f"{path} is there and is no example file of this version: it is left as it is. "
                "Choose another folder with -o."
            )
    for path, text in texts.items():
        write_text(path, text.decode())
    return list(texts)


def _content(name: str) -> bytes:
    reference = files("dmiso") / "references" / "bundled" / "tiny-hsa"
    return (
        reference / _OF_REFERENCE[name] if name in _OF_REFERENCE else files("dmiso.examples") / name
    ).read_bytes()
