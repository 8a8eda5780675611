"""What the funnel says of the rules: which of them most reads fail, and what another value would keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.chimera.doubtful import REASONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmiso.chimera.diagnosis.look import Look
    from dmiso.settings.chimeras import ChimeraSettings

__all__ = ["of_rules"]

_ENOUGH: Final = 5
_MOST: Final = 0.5
_LONE: Final = (18, 26)
"""Lengths of lone miRNAs, nt."""


def of_rules(
    funnel: pl.DataFrame, portions: Sequence[int], settings: ChimeraSettings, looks: Sequence[Look]
) -> Iterator[str]:
    """Give a sentence for each rule that drops most of what comes to it.

    Parameters
    ----------
    funnel
        Of all samples.
    portions
        Chimeric reads of each miRNA part that came to ``--min-reads``.
    settings
        Every rule.
    looks
        At the samples.
    """
    steps = funnel.group_by("step", "outcome", "what", maintain_order=True).agg(pl.col("n").sum())
    left = int(steps.filter(pl.col("step") == "read")["n"].sum())
    for step, outcome, what, n in steps.iter_rows():
        if outcome == "kept":
            left = n
            continue
        if step in {"trim", "filter"} and n >= _ENOUGH and n >= _MOST * left:
            todo = _todo(what, settings, portions, looks)
            yield f"{n:,} {what}, of {left:,} that came to this rule ({n / left:.0%}): {todo}"
        left -= n


def _todo(what: str, settings: ChimeraSettings, portions: Sequence[int], looks: Sequence[Look]) -> str:
    """Return what helps against a rule."""
    if what == "reads too short after trimming":
        return _short(settings, looks)
    if "is seen in fewer than" in what:
        return _rare(settings.filters.min_reads, portions)
    options: dict[str, Any] = {
        "nucleotides N": "--max-n",
        "UMI behind": "--umi-behind",
        "no reference miRNA": "--min-mirna-match",
        "variant nucleotides of quality": "--min-quality",
        "site is shorter": "--min-site-length and --extend",
        "too few samples": "--min-replicates",
        REASONS[
            "sense call"
        ]: "--keep-repeats keeps them, but they show no ligation; are --transcripts precursors",
        REASONS["repeat"]: "--keep-repeats keeps them, but they show no ligation; are --transcripts masked",
    }
    found = next(option for part, option in options.items() if part in what)
    return f"check {found}" if found.startswith("--") and " keeps " not in found else f"{found}?"


def _short(settings: ChimeraSettings, looks: Sequence[Look]) -> str:
    lengths = [look.median_length for look in looks]
    median = sorted(lengths)[len(lengths) // 2] if lengths else 0
    least = settings.trim.min_read_length
    if _LONE[0] <= median <= _LONE[1]:
        return (
            f"half of them all are {median} nt or shorter, as long as miRNAs without a target; --min-read-length is "
            f"{least}. Is this a library of ligated reads?"
        )
    return (
        f"half of them all are {median} nt or shorter; check --min-read-length ({least}), and whether --adapter, "
        "--umi5 or --barcode5 cut too much"
    )


def _rare(least: int, portions: Sequence[int]) -> str:
    """Return how many reads smaller thresholds would keep."""
    told = []
    for threshold in (5, 2, 1):
        if threshold < least:
            kept = [n for n in portions if n >= threshold]
            told.append(f"--min-reads {threshold} keeps {sum(kept):,} reads of {len(kept):,} miRNA parts")
    return f"so few reads cannot show a part so often; {', '.join(told)}" if told else "check --min-reads"
