"""What is cut off the reads of a sample: what the user says, else what a kit says, else what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dmiso.alphabet import to_dna
from dmiso.settings.kits import KITS, Kit, kit_named

if TYPE_CHECKING:
    from dmiso.settings.trimming import ReadSettings
    from dmiso.trimming.found import Found

__all__ = ["CutPlan", "plan_for"]


class CutPlan(NamedTuple):
    """What is cut off each read, lengths in nt; see :class:`dmiso.settings.trimming.ReadSettings`.

    ``kit`` is the name of the kit it follows, empty where it follows none.
    """

    adapter: str | None = None
    umi5: int = 0
    cut5: int = 0
    cut3: int = 0
    umi3: int = 0
    umi_behind: int = 0
    error_rate: float = 0.1
    min_overlap: int = 3
    quality_cutoff: int = 0
    min_length: int = 15
    max_length: int = 40
    max_n: int = 0
    kit: str = ""

    @property
    def umi_length(self) -> int:
        """Bases of all molecule labels together."""
        return self.umi5 + self.umi3 + self.umi_behind

    @property
    def needs_cutadapt(self) -> bool:
        """Whether cutadapt's library has something to do."""
        return self.adapter is not None or self.quality_cutoff > 0

    def sentence(self) -> str:
        """Return what is cut, in plain words.

        Examples
        --------
        >>> CutPlan(adapter="TGGAATTC", umi5=4, cut5=2).sentence()
        "cut: 5' UMI of 4 nt, 2 nt after it, 3' adapter TGGAATTC"
        """
        parts = [
            (self.umi5, f"5' UMI of {self.umi5} nt"),
            (self.cut5, f"{self.cut5} nt {'after it' if self.umi5 else 'before the insert'}"),
            (self.quality_cutoff, f"3' ends below quality {self.quality_cutoff}"),
            (self.adapter, f"3' adapter {self.adapter}"),
            (self.umi_behind, f"UMI of {self.umi_behind} nt behind it"),
            (self.umi3, f"3' UMI of {self.umi3} nt"),
            (self.cut3, f"{self.cut3} nt behind the insert"),
        ]
        said = [words for value, words in parts if value]
        return f"cut: {', '.join(said)}" if said else "nothing is cut"


def plan_for(found: Found, settings: ReadSettings) -> CutPlan:
    """Return what is cut off a sample's reads.

    Parameters
    ----------
    found
        What its first reads look like.
    settings
        What the user says; it goes before the kit's word, and that before what was found.

    Examples
    --------
    >>> from dmiso.settings.trimming import ReadSettings
    >>> from dmiso.trimming.found import Found
    >>> plan_for(Found(0, 0), ReadSettings(kit="qiaseq", umi_behind=10)).sentence()
    "cut: 3' adapter AACTGTAGGCACCATCAAT, UMI of 10 nt behind it"
    """
    limits = {
        name: getattr(settings, name)
        for name in ("error_rate", "min_overlap", "quality_cutoff", "min_length", "max_length", "max_n")
    }
    if not settings.trim:
        return CutPlan(**limits | {"quality_cutoff": 0})
    name, kit = _kit_of(found, settings)
    adapter = settings.adapter or kit.adapter or None
    given = {
        "umi5": _first(settings.umi5, kit.umi5),
        "cut5": _first(settings.cut5, kit.barcode5 + kit.random5),
        "cut3": _first(settings.cut3, kit.random3),
        "umi3": _first(settings.umi3, kit.umi3),
        "umi_behind": _first(settings.umi_behind, kit.umi_behind),
    }
    if settings.kit is None and settings.umi5 is not None and settings.cut5 is None:
        given["cut5"] = max(found.before - settings.umi5, 0)  # what was found holds the UMI
    if settings.kit is None and settings.umi3 is not None and settings.cut3 is None:
        given["cut3"] = max(found.after - settings.umi3, 0)
    return CutPlan(adapter=to_dna(adapter.upper()) if adapter else None, kit=name, **given, **limits)


def _first(said: int | None, otherwise: int) -> int:
    return otherwise if said is None else said


def _kit_of(found: Found, settings: ReadSettings) -> tuple[str, Kit]:
    """Return the kit that the user names, the one that reads look like, or what was found as if it were one."""
    if settings.kit is not None:
        return settings.kit, kit_named(settings.kit)
    as_found = Kit(
        found.adapter or "", random5=found.before, random3=found.after, umi_behind=found.umi_behind
    )
    fitting = found.kits
    unknown = (
        not found.around.mirna_share and not found.umi_behind
    )  # kits of one adapter differ beside the insert
    if settings.adapter is not None or not fitting or unknown:
        return "", as_found
    # kits that fit cut alike; where one labels molecules and another does not, nothing is taken for a label
    plain = [name for name in fitting if not KITS[name].has_umi]
    if plain and not found.umi_behind:
        return plain[0], as_found
    return fitting[0], KITS[fitting[0]]
