"""The lines of a text that a user gave: UTF-8, of bounded length, numbered."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from dmiso.errors import InputError
from dmiso.io import open_input
from dmiso.io.streams import display_name
from dmiso.io.tables import bounded_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["text_lines"]


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield number, from 1, and text of each line, its end cut off.

    Raises
    ------
    InputError
        If the file is not UTF-8, or a line is longer than any can be.
    """
    number = 0
    with open_input(path) as handle:
        text = io.TextIOWrapper(handle, encoding="utf-8-sig")
        try:
            for number, line in enumerate(bounded_lines(text, path), start=1):
                yield number, line.rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise InputError(
                f"the file is not UTF-8 text ({error.reason}), near or after this line",
                path=display_name(path),
                line=number + 1,
                mend="Save it as UTF-8 text",
            ) from error
        finally:
            text.detach()
