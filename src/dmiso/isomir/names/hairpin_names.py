"""Which hairpins a miRNA's name points to, in miRBase's and MirGeneDB's ways of naming."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["HairpinIndex", "hairpin_stem", "mature_stem"]

_ARM: Final = re.compile(r"(?:[-_](?:co)?[53]p(?:\.\d+)?)?\*?$")
_PRECURSOR: Final = re.compile(r"_(?:pri|pre)$")
_COPY: Final = re.compile(r"-\d+$")


def mature_stem(name: str) -> str:
    """Return a miRNA's name without its arm, in lower case.

    Examples
    --------
    >>> [mature_stem(name) for name in ("hsa-miR-16-1-3p", "Hsa-Mir-8-P2a_5p*", "hsa-miR-9*", "hsa-miR-1302")]
    ['hsa-mir-16-1', 'hsa-mir-8-p2a', 'hsa-mir-9', 'hsa-mir-1302']
    """
    return _ARM.sub("", name.lower())


def hairpin_stem(name: str) -> str:
    """Return a hairpin's name in lower case, without MirGeneDB's ending.

    Examples
    --------
    >>> hairpin_stem("Hsa-Let-7-P1_pri"), hairpin_stem("hsa-mir-16-1")
    ('hsa-let-7-p1', 'hsa-mir-16-1')
    """
    return _PRECURSOR.sub("", name.lower())


class HairpinIndex:
    """Finds hairpins by a miRNA's name.

    Parameters
    ----------
    names
        Names of hairpins; they are answered by their number.

    Examples
    --------
    >>> HairpinIndex(["hsa-mir-16-1", "hsa-mir-17", "hsa-mir-16-2"]).named_like("hsa-miR-16-5p")
    [0, 2]
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(names):
            stem = hairpin_stem(name)
            self._by_stem[stem].append(number)
            if _COPY.search(stem):
                # hsa-mir-16-2 is one of the hairpins of hsa-miR-16-5p
                self._by_stem[_COPY.sub("", stem)].append(number)

    def named_like(self, mature: str) -> list[int]:
        """Return the hairpins whose name is the miRNA's, or that with a copy number."""
        return self._by_stem.get(mature_stem(mature), [])
