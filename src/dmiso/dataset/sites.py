"""What counts as the site of a ligated fragment: rules that cut it from its transcript.

First :func:`place_sites` finds where a fragment's nucleotides stand on the given transcripts; then a rule moves its
ends. Wherever a row names a given transcript afterwards, ``start`` and ``end`` on it give back
``target_sequence`` base by base.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.dataset.locate import SiteIndex
    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts
    from dmiso.settings.dataset import SiteRule

__all__ = ["apply_site_rule", "on_transcripts", "place_sites"]


def on_transcripts(frame: pl.DataFrame, transcripts: Mapping[str, Transcript]) -> NDArray[np.bool_]:
    """Find which rows name one of the transcripts, with a position on it."""
    known = frame["transcript_id"].is_in(list(transcripts)).fill_null(value=False)
    return np.asarray((known & frame["start"].is_not_null()).to_numpy(), np.bool_)


def place_sites(
    frame: pl.DataFrame, transcripts: Mapping[str, Transcript], index: SiteIndex, counts: Counts
) -> pl.DataFrame:
    """Find each site's nucleotides on the transcripts.

    A site that stands where its row says stays there. Any other is searched; on several positions, one on the
    transcript its row names comes first, then the first of the transcripts.

    Parameters
    ----------
    frame
        Interactions.
    transcripts, index
        mRNAs by name, and their index.
    counts
        Filled with sites found, found on several positions, and not found.

    Returns
    -------
    polars.DataFrame
        The same rows; ``transcript_id``, ``start``, ``end`` and ``region`` are set where a site was found. A
        position that a row claims on one of these transcripts and that has other nucleotides is emptied.
    """
    sites, names, starts = (frame[name].to_list() for name in ("target_sequence", "transcript_id", "start"))
    positions = index.find(sites, names)
    numbers = {name: number for number, name in enumerate(index.names)}
    owner, start = positions.transcript.copy(), positions.start.copy()
    for i, (site, name, begin) in enumerate(zip(sites, names, starts, strict=True)):
        number = numbers.get(name, -1) if name is not None else -1
        if number < 0 or begin is None:
            continue
        if begin >= 0 and transcripts[name].sequence.startswith(site, begin):
            owner[i], start[i] = number, begin
        elif owner[i] < 0:
            counts.note(
                "sites whose nucleotides do not stand where their row says", example=f"{name}:{begin}"
            )
            names[i], starts[i] = None, None
    found = owner >= 0
    counts.keep("sites found on the transcripts", int(found.sum()))
    for sentence, n in {
        "sites not found on the transcripts: used as the file gives them": int((~found).sum()),
        "sites found on several positions: the first is taken": int((positions.hits > 1).sum()),
    }.items():
        if n:
            counts.note(sentence, n)
    emptied = pl.Series([name is None for name in names])
    regions = _regions(owner, start, sites, index.names, transcripts)
    located = pl.Series(found)
    owners = pl.Series([index.names[number] if number >= 0 else None for number in owner], dtype=pl.String)
    begins = pl.Series(start)
    return frame.with_columns(
        transcript_id=pl.when(located).then(owners).when(~emptied).then("transcript_id"),
        start=pl.when(located).then(begins).when(~emptied).then("start"),
        end=pl.when(located)
        .then(begins + pl.Series(map(len, sites), dtype=pl.Int64))
        .when(~emptied)
        .then("end"),
        region=pl.when(located & pl.Series(regions, dtype=pl.String).is_not_null())
        .then(pl.Series(regions, dtype=pl.String))
        .otherwise("region"),
    )


def _regions(
    owner: NDArray[np.int64],
    start: NDArray[np.int64],
    sites: Sequence[str],
    names: Sequence[str],
    transcripts: Mapping[str, Transcript],
) -> list[str | None]:
    """Return the region of each site found; None elsewhere."""
    return [
        transcripts[names[number]].region(begin, begin + len(site)) if number >= 0 else None
        for number, begin, site in zip(owner.tolist(), start.tolist(), sites, strict=True)
    ]


def apply_site_rule(
    frame: pl.DataFrame,
    rule: SiteRule,
    transcripts: Mapping[str, Transcript],
    counts: Counts,
    *,
    fragments: bool,
) -> pl.DataFrame:
    """Cut each site by a rule.

    Parameters
    ----------
    frame
        Interactions, placed with :func:`place_sites` where transcripts are given.
    rule
        The rule.
    transcripts
        mRNAs by name; may be empty. Sites that lie on none are cut from their own nucleotides only.
    counts
        Filled with sites dropped or not extended.
    fragments
        Sites are fragments as ligated; others (windows, or extended by their authors) are not extended.

    Returns
    -------
    polars.DataFrame
        The rows kept, with ``target_sequence``, ``start``, ``end`` and ``region`` of the new site.

    Examples
    --------
    >>> from dmiso.io.transcripts import Transcript
    >>> from dmiso.records import Counts
    >>> from dmiso.settings.dataset import SiteRule
    >>> frame = pl.DataFrame({"target_sequence": ["GUCG"], "transcript_id": ["a"], "start": [3], "end": [7],
    ...                       "region": [None]}, schema_overrides={"region": pl.String})
    >>> mrnas = {"a": Transcript("a", "AACGUCGUAA")}
    >>> rule = SiteRule("paper", extend=2, min_length=5)
    >>> apply_site_rule(frame, rule, mrnas, Counts(), fragments=True)["target_sequence"].to_list()
    ['GUCGUA']
    """
    if rule.name == "as-given" or frame.is_empty():
        return frame
    located = on_transcripts(frame, transcripts)
    lengths = frame["target_sequence"].str.len_chars().cast(pl.Int64).to_numpy()
    if rule.name == "paper":
        first, last = np.zeros_like(lengths), lengths + (rule.extend if fragments else 0)
        if fragments and rule.extend and not located.all():
            counts.note("fragments not extended: they lie on none of the transcripts", int((~located).sum()))
    else:
        shift = np.random.default_rng(rule.seed).integers(-rule.jitter, rule.jitter + 1, frame.height)
        first = (lengths - rule.length) // 2 + shift
        last = first + rule.length
    kept, frame = _cut(frame, located, first, last, transcripts, window=rule.name == "window")
    short = rule.length if rule.name == "window" else rule.min_length
    long_enough = kept & (frame["target_sequence"].str.len_chars() >= short).to_numpy()
    if dropped := int((~long_enough).sum()):
        counts.drop(f"sites shorter than {short} nt", dropped)
    return frame.filter(pl.Series(long_enough))


def _cut(
    frame: pl.DataFrame,
    located: NDArray[np.bool_],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    transcripts: Mapping[str, Transcript],
    *,
    window: bool,
) -> tuple[NDArray[np.bool_], pl.DataFrame]:
    """Move the ends of sites to ``first`` and ``last`` (from their start), inside what nucleotides there are.

    A window that would run over an end is shifted back inside; an extension stops there. Returns whether
    the wished length was there, and the new rows.
    """
    sites, names, starts = (frame[name].to_list() for name in ("target_sequence", "transcript_id", "start"))
    regions = frame["region"].to_list()
    whole = np.ones(frame.height, np.bool_)
    ends = frame["end"].to_list()
    rows = zip(located.tolist(), first.tolist(), last.tolist(), strict=True)
    for i, (is_located, begin, end) in enumerate(rows):
        origin = starts[i] if is_located else 0
        bases = transcripts[names[i]].sequence if is_located else sites[i]
        left, right = origin + begin, origin + end
        if window:
            back = min(left, 0) + max(right - len(bases), 0)
            left, right = left - back, right - back
            whole[i] = left >= 0 and right <= len(bases)
        left, right = max(left, 0), min(right, len(bases))
        sites[i] = bases[left:right]
        if starts[i] is not None:
            starts[i], ends[i] = (left, right) if is_located else (starts[i] + left, starts[i] + right)
        if is_located:
            regions[i] = transcripts[names[i]].region(left, right) or regions[i]
    return whole, frame.with_columns(
        pl.Series("target_sequence", sites, pl.String),
        pl.Series("start", starts, pl.Int64),
        pl.Series("end", ends, pl.Int64),
        pl.Series("region", regions, pl.String),
    )
