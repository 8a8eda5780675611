"""Sections of sites: where they lie, which seed match they have, and how much more often than shuffled partners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.io.transcripts import REGIONS
from dmiso.mqc.content import bars
from dmiso.seeds import SEED_CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmiso.chimera.qc import SeedEnrichment
    from dmiso.mqc.content import Content

__all__ = ["SEEDS_HELP", "UNKNOWN", "region_bars", "seed_bars", "seed_class_bars"]

UNKNOWN: Final = "unknown"
"""Region of a site on a transcript whose coding sequence is not known."""

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


def region_bars(command: str, heading: str, what: str, regions: Mapping[str, Mapping[str, int]]) -> Content:
    """Return where on the transcript sites lie, 5'→3'; without data where no site's region is known.

    Parameters
    ----------
    command, heading
        As for :func:`seed_bars`.
    what
        What lies there, in the plural.
    regions
        Sample → region → number; an empty region is not known.
    """
    told: dict[str, dict[str, int]] = {}
    for sample, of in regions.items():
        others = sorted({name for name in of if name} - {*REGIONS, UNKNOWN})
        named = {name: of.get(name, 0) for name in (*REGIONS, *others)}
        told[sample] = {**named, UNKNOWN: of.get("", 0) + of.get(UNKNOWN, 0)}
    known = any(n for of in told.values() for name, n in of.items() if name != UNKNOWN)
    said = f"{what} by where on the transcript they lie."
    return bars(f"{command}_regions", f"{heading}: regions", said, told if known else {}, unit=what.lower())
