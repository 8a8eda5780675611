"""Where custom content lies: in a run's folder below ``multiqc/``, beside an output that is one file."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec

from dmiso.io.atomic import is_special, write_text
from dmiso.io.folders import CONTENT_FILES
from dmiso.io.streams import STDIN
from dmiso.mqc.content import PARENT, decode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dmiso.mqc.content import Content

__all__ = ["content_path", "remove_contents", "write_contents"]

_ENDING: Final = "_mqc.json"
"""By it MultiQC knows custom content."""

_LARGEST: Final = 1 << 26
"""Bytes of a file that may be ours; what is written is far smaller."""


def content_path(output: Path) -> Path:
    """Return where the content of an output lies that is one file, or a folder that holds nothing else.

    Examples
    --------
    >>> from pathlib import Path
    >>> content_path(Path("isomirs.tsv")).name
    'isomirs.tsv_mqc.json'
    """
    return output.with_name(f"{output.name}{_ENDING}")


def write_contents(output: Path, contents: Sequence[Content]) -> list[Path]:
    """Write the sections of a run; those of an earlier run of the same output go.

    Parameters
    ----------
    output
        A run's folder, whose sections lie in ``multiqc/``. A file has one section, beside it; standard output, devices
        and pipes have none.
    contents
        Sections. Those without a number are not written: MultiQC would warn of them.

    Returns
    -------
    list of pathlib.Path
        What was written.
    """
    told = [content for content in contents if any(content.data.values())]
    if output == STDIN or is_special(output):
        return []
    remove_contents(output)
    if output.is_dir():
        places = [output / CONTENT_FILES.replace(f"{PARENT}_*", content.id) for content in told]
    else:
        assert len(told) <= 1, f"{output} is one file and has one section, not {len(told)}"
        places = [content_path(output) for _ in told]
    for place, content in zip(places, told, strict=True):
        write_text(place, msgspec.json.format(msgspec.json.encode(content), indent=1).decode() + "\n")
    return places


def remove_contents(output: Path) -> None:
    """Remove the sections of an earlier run, whose numbers are others; files that are none of ours stay."""
    for path in sorted(output.glob(CONTENT_FILES)) if output.is_dir() else [content_path(output)]:
        if _is_ours(path):
            path.unlink(missing_ok=True)
    if output.is_dir():
        with suppress(OSError):
            (output / CONTENT_FILES).parent.rmdir()  # only if nothing is left in it


def _is_ours(path: Path) -> bool:
    """Say whether a file is a section that dmiso wrote."""
    if not path.is_file() or path.stat().st_size > _LARGEST:
        return False
    try:
        return decode(path.read_bytes()).id.startswith(f"{PARENT}_")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
