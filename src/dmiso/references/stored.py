"""What a reference is on disk: a folder of plain files with ``reference.json``, which says what each is and its hash.

``mirnas.fa``, ``hairpins.fa``, ``mirnas.gff3``, ``transcripts.fa``, ``cds.tsv``, ``genes.tsv`` and ``utrs.fa`` are
files as any command (and any other program) reads them; a reference has those that it was made of. ``index.msgpack``
says where each transcript's nucleotides are in ``transcripts.fa``, for look-ups of a few among many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from dmiso.errors import DmisoError, InputError
from dmiso.io.folders import FolderKind
from dmiso.io.streams import display_name

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "FILES",
    "FORMAT_VERSION",
    "INDEX",
    "RECORD",
    "REFERENCE_FOLDER",
    "BuiltFile",
    "ReferenceRecord",
    "SourceFile",
    "read_record",
]

FORMAT_VERSION: Final = 1
RECORD: Final = "reference.json"
INDEX: Final = "index.msgpack"
FILES: Final = {
    "mirnas": "mirnas.fa",
    "hairpins": "hairpins.fa",
    "gff3": "mirnas.gff3",
    "transcripts": "transcripts.fa",
    "cds": "cds.tsv",
    "genes": "genes.tsv",
    "utrs": "utrs.fa",
}
"""What a command can take from a reference, and the file that holds it."""
REFERENCE_FOLDER: Final = FolderKind("reference", (*FILES.values(), INDEX, RECORD), RECORD, has_force=False)
_LARGEST_RECORD: Final = 1 << 22


class SourceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that a reference was made of: the option that it was given with, its name, bytes and SHA-256."""

    option: str
    file: str
    size: int
    sha256: str


class BuiltFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a reference: its bytes and SHA-256."""

    size: int
    sha256: str


class ReferenceRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The contents of ``reference.json``.

    Parameters
    ----------
    program, command, version
        Of dmiso, as in a manifest: by them a folder is known as a reference.
    format_version
        Of this layout.
    name
        That the reference was given.
    species
        Beginning of its miRNAs' names, ``hsa``.
    release
        Of the databases, as the files or the user say: ``miRBase v22; GENCODE v45``.
    notes
        Sources and licences, a sentence each.
    numbers
        Of miRNAs, hairpins, transcripts, transcripts with a coding sequence, and genes.
    sources
        The files it was made of, in the order of the options.
    files
        Its own files by name.
    counts
        What was kept, left out and noted while it was made.
    """

    program: str = "dmiso"
    version: str
    command: list[str]
    format_version: int = FORMAT_VERSION
    name: str
    species: str
    release: str
    notes: list[str]
    numbers: dict[str, int]
    sources: list[SourceFile]
    files: dict[str, BuiltFile]
    counts: dict[str, dict[str, int]]


def read_record(folder: Path) -> ReferenceRecord:
    """Read what a folder says of itself.

    Parameters
    ----------
    folder
        Of a reference.

    Raises
    ------
    DmisoError
        If it is no reference, is not whole, is damaged, or was made by a later version.
    """
    path = folder / RECORD
    if not path.is_file():
        raise DmisoError(
            f"{display_name(folder)} is no reference, or its making was stopped: it has no {RECORD}. "
            "Make it with: dmiso reference add"
        )
    try:
        with path.open("rb") as handle:
            data = handle.read(_LARGEST_RECORD + 1)
    except OSError as error:
        raise InputError(f"it cannot be read ({error.strerror})", path=display_name(path)) from error
    try:
        said = msgspec.json.decode(data)
        version = said.get("format_version") if isinstance(said, dict) else None
        if version != FORMAT_VERSION:
            raise DmisoError(
                f"{display_name(path)}: format_version is {version!r}; this dmiso reads {FORMAT_VERSION}. "
                "Make the reference again with dmiso reference add."
            )
        return msgspec.convert(said, ReferenceRecord)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InputError(
            f"it is damaged ({error})",
            path=display_name(path),
            hint="Make the reference again with dmiso reference add",
        ) from error
