"""The files that a picture is written as: one list for every command that draws."""

from typing import Final, Literal

__all__ = ["DEFAULT_FORMATS", "FORMATS", "Format"]

Format = Literal["svg", "png", "pdf"]
"""A vector drawing for pages, a bitmap of 300 dots per inch, and a vector drawing for print."""

FORMATS: Final[tuple[Format, ...]] = ("svg", "png", "pdf")
DEFAULT_FORMATS: Final[tuple[Format, ...]] = ("svg", "png")
