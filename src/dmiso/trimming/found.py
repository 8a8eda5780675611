"""What was found in the first reads of a file, and what it is in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.settings.kits import KITS
from dmiso.trimming.around import Around

if TYPE_CHECKING:
    from dmiso.settings.kits import Kit
    from dmiso.trimming.adapters import AdapterSeen
    from dmiso.trimming.around import Flank

__all__ = ["Found"]

_RIVAL: Final = 0.1
"""An adapter in so many of the reads that lack the first one is named beside it."""


class Found(NamedTuple):
    """What the first reads of a file look like.

    Parameters
    ----------
    n_reads, read_length
        Reads that were looked at, and their median length.
    adapters
        3' adapters seen, the one to cut first, then those of reads without it, with their shares of all reads; none
        where reads have no adapter (any more).
    around
        What stands around known miRNAs; empty where none were given, or none was recognised.
    umi_behind
        Random bases between this adapter and a second one behind it: a UMI of so many.
    """

    n_reads: int
    read_length: int
    adapters: tuple[AdapterSeen, ...] = ()
    around: Around = Around()
    umi_behind: int = 0

    @property
    def adapter(self) -> str | None:
        """The 3' adapter to cut, DNA; None where none was seen."""
        return self.adapters[0].bases if self.adapters else None

    @property
    def share(self) -> float:
        """Share of reads with the adapter."""
        return self.adapters[0].share if self.adapters else 0.0

    @property
    def before(self) -> int:
        """Bases before the insert in most reads with a known miRNA."""
        flank = self.around.before
        return flank.length if flank.is_of_library else 0

    @property
    def after(self) -> int:
        """Bases between the insert and the adapter, where they are random; else they belong to isomiRs."""
        flank = self.around.after
        return flank.length if flank.is_of_library and flank.kind == "random" and flank.length > 1 else 0

    @property
    def kits(self) -> tuple[str, ...]:
        """Names of the kits whose reads look so; those of one adapter where no known miRNA was seen."""
        return tuple(name for name, kit in KITS.items() if self._fits(kit))

    def _fits(self, kit: Kit) -> bool:
        if self.adapter is None or not (
            kit.adapter.startswith(self.adapter) or self.adapter.startswith(kit.adapter)
        ):
            return False
        if not self.around.mirna_share:
            return True
        return kit.before == self.before and kit.after == self.after

    def sentences(self) -> list[str]:
        """Return what was seen, in plain words."""
        said = [*self._of_adapters(), *self._of_flanks()]
        if self.umi_behind:
            said.append(f"{self.umi_behind} random bases behind the adapter: a UMI")
        elif self.kits and len({_cuts(KITS[name]) for name in self.kits}) == 1:
            said.append(f"as reads of {', '.join(self.kits)}")
        return said

    def _of_adapters(self) -> list[str]:
        if not self.n_reads:
            return ["no reads"]
        if not self.adapters:
            return ["no 3' adapter was seen: it was cut off before, or reads end before it"]
        best, *others = self.adapters
        name = f" ({best.name})" if best.name else " (unknown; it follows many different inserts)"
        said = [f"3' adapter {best.bases}{name} in {best.share:.0%} of reads"]
        said += [
            f"without it, {one.bases} ({one.name}) in {one.share:.0%}: if that is the adapter, give --adapter"
            for one in others
            if one.share >= _RIVAL
        ]
        return said

    def _of_flanks(self) -> list[str]:
        around = self.around
        if not around.mirna_share:
            unseen = "no known miRNA was seen (a reference of another species?): what stands beside inserts is unknown"
            return [unseen] if around.is_looked_for and self.n_reads else []
        said = [f"a known miRNA in {around.mirna_share:.0%} of reads"]
        if self.before:
            flank = around.before
            others = "".join(f", {n} in {share:.0%}" for n, share in flank.others)
            said.append(
                f"{flank.length} {_bases(flank.length)} before the miRNA in {flank.share:.0%} of those{others}: "
                f"{_meaning(flank)}"
            )
        if self.after:
            flank = around.after
            said.append(
                f"{flank.length} random bases between miRNA and adapter in {flank.share:.0%}: a UMI or random ends?"
            )
        return said


def _cuts(kit: Kit) -> tuple[object, ...]:
    return kit.before, kit.after, kit.umi_behind


def _bases(n: int) -> str:
    return "base" if n == 1 else "bases"


def _meaning(flank: Flank) -> str:
    """Say what bases before a miRNA may be."""
    if flank.kind == "fixed":
        return f"{flank.pattern}, a barcode or a 5' adapter?"
    if flank.kind == "several":
        return f"{', '.join(word for word, _ in flank.words)}: barcodes of several samples?"
    fixed = f", pattern {flank.pattern}" if set(flank.pattern) != {"N"} else ""
    return f"random{fixed}: a UMI, a barcode or random ends?"
