"""Links that work on both sides: in the repository they are paths between its files, in the site between its pages."""

from __future__ import annotations

import posixpath
import re
from typing import Final

from other_pages import site_path

__all__ = ["links_of_site"]

_LINK: Final = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s#]+)(#[^)\s]*)?\)")


def links_of_site(text: str, *, source: str, page: str) -> str:
    """Turn the relative links of a page into those of the site.

    What the site does not hold, as a source file, is left as its words.

    Parameters
    ----------
    text
        Markdown.
    source
        The page's file in the repository.
    page
        Its path in the site.
    """

    def turned(link: re.Match[str]) -> str:
        picture, words, target, anchor = link.groups()
        if "://" in target or target.startswith(("mailto:", "data:")):
            return link[0]
        there = site_path(posixpath.join(posixpath.dirname(source), target))
        if there is None:
            return words
        relative = posixpath.relpath(there, posixpath.dirname(page) or ".")
        return f"{picture}[{words}]({relative}{anchor or ''})"

    return _LINK.sub(turned, text)
