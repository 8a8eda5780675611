"""Sections of seeds: which match sites have, and how much more often than sites of shuffled partners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.mqc.content import bars
from dmiso.seeds import SEED_CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmiso.chimera.qc import SeedEnrichment
    from dmiso.mqc.content import Content

__all__ = ["SEEDS_HELP", "seed_bars", "seed_class_bars"]

SEEDS_HELP: Final = (
    "A seed match pairs with positions 2-7 of the miRNA (8mer, 7mer-m8, 7mer-A1 or 6mer). Shuffled partners: the same "
    "miRNAs dealt anew over the same sites, pairs left out whose new miRNA has the seed of the old one; so both bars "
    "have the same miRNAs and the same sites. The first bar as a multiple of the second is the seed enrichment. Equal "
    "bars say that the pairs are not of binding."
)


def seed_bars(command: str, heading: str, seeds: Mapping[str, SeedEnrichment]) -> Content:
    """Return how often pairs have a seed match, beside shuffled partners.

    Parameters
    ----------
    command
        First part of the section's id.
    heading
        First words of the section's heading.
    seeds
        By sample.
    """
    shares = {
        sample: {
            "pairs as found": round(100 * one.true_share, 3),
            "shuffled partners": round(100 * one.shuffled_share, 3),
        }
        for sample, one in seeds.items()
        if one.n
    }
    return bars(
        f"{command}_seed_enrichment",
        f"{heading}: seed enrichment",
        "Pairs with a match of the miRNA's seed, in percent, and with shuffled partners.",
        shares,
        unit="% of pairs",
        helptext=SEEDS_HELP,
        stacked=False,
    )


def seed_class_bars(
    command: str, heading: str, what: str, classes: Mapping[str, Mapping[str, int]]
) -> Content:
    """Return the strongest seed match of sites, from the strongest class to none.

    Parameters
    ----------
    command, heading
        As for :func:`seed_bars`.
    what
        Whose matches, in the plural.
    classes
        Sample → seed class → number.
    """
    ordered = {sample: {name: of.get(name, 0) for name in SEED_CLASSES} for sample, of in classes.items()}
    said = f"{what} by their strongest seed match."
    return bars(f"{command}_seed_classes", f"{heading}: seed matches", said, ordered, unit=what.lower())
