"""Interactions from the files of other projects and our own, as one table with declared columns.

:func:`read_interactions` reads a file in batches, applies its layout, normalises sequences to RNA and counts
every row it leaves out. Nothing about a site is guessed: what a file does not state is null.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import polars as pl

from dmiso.alphabet import AMBIGUOUS, CODED, normalise
from dmiso.columns import COLUMNS, schema_of
from dmiso.dataset.layouts import INTERACTION_COLUMNS, LAYOUTS, Layout, find_layout, sniff_layout
from dmiso.dataset.mirna_names import MirnaNames
from dmiso.errors import InputError, UsageError
from dmiso.io.declared_numbers import EMPTY, numbers_of
from dmiso.io.sequences import read_sequences
from dmiso.io.streams import base_name, display_name
from dmiso.io.tables import Batch, as_texts, read_batches
from dmiso.records import Counts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["NEGATIVE_ROWS", "Interactions", "layout_of", "read_interactions", "read_mature"]

_LINE: Final = "_line"
_SEQUENCES: Final = ("mirna_sequence", "target_sequence")
_REGIONS: Final = {"five_prime_utr": "5'UTR", "three_prime_utr": "3'UTR"}

NEGATIVE_ROWS: Final = "rows labelled 0, no interactions"
"""Why rows of a data set's own negatives are left out."""

MAX_ISO5 = 2
"""Largest 5' trimming of a called isomiR that is believed (nt): in the mouse reads the shifted seed is
still enriched at 1 and, weakly, at 2; beyond that it is not."""

MAX_ISO3 = 4
"""Largest 3' trimming of a called isomiR that is believed (nt)."""


class Interactions(NamedTuple):
    """miRNA–site pairs seen ligated, and what happened to the rows of their file."""

    frame: pl.DataFrame
    counts: Counts


def layout_of(path: Path, counts: Counts) -> Layout:
    """Detect the layout of a file from its header, and note which it is.

    Raises
    ------
    UsageError
        If the header is of no known layout.
    InputError
        If the file is empty.
    """
    first = next(iter(read_batches(path, batch_rows=1)), None)
    if first is None:
        raise InputError("the file is empty", path=display_name(path), hint="A header line is expected")
    return _sniffed(first.frame.columns, path, counts)


def read_mature(path: Path, counts: Counts) -> dict[str, str]:
    """Read reference miRNAs by name from a FASTA file; the first of a repeated name counts.

    Parameters
    ----------
    path
        miRBase or MirGeneDB mature sequences.
    counts
        Filled with what was read.

    Returns
    -------
    dict
        Name (first word of the header) → RNA nucleotides.
    """
    mature: dict[str, str] = {}
    for record in read_sequences(path, counts, kind="reference miRNA"):
        mature.setdefault(record.id, record.sequence)
    return mature


def read_interactions(
    path: Path,
    layout: str | None = None,
    *,
    mature: Path | None = None,
    source: str | None = None,
    keep_negatives: bool = False,
    on_bad: Literal["stop", "skip"] | None = None,
) -> Interactions:
    r"""Read interactions.

    Parameters
    ----------
    path
        TSV, CSV or Parquet, plain or gzip.
    layout
        One of :data:`dmiso.dataset.layouts.LAYOUTS`; None detects it from the header (and notes which it was).
    mature
        FASTA of reference miRNAs, for layouts that give only names and offsets (``moore``) or names (``mirtarbase``).
    source
        Name for the ``source`` column; None takes the file's own, else the layout's name (``dmiso``: the
        file's name without endings).
    keep_negatives
        Keep rows labelled 0 of files that have labels; they are data sets' own negatives.
    on_bad
        ``stop`` raises at a sequence with a character that is not a nucleotide code; ``skip`` counts and drops it.

    Returns
    -------
    Interactions
        A frame with the columns of ``INTERACTION_COLUMNS`` in the file's order, and the counts: every row
        of the file is either kept or dropped for a named reason.

    Raises
    ------
    UsageError
        If the layout is unknown, cannot be detected from the header, or needs ``mature``.
    InputError
        If a column is missing, a number is not one, or a sequence has a character that is not a nucleotide code.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "pairs.tsv")
    ...     _ = path.write_text("mirna_sequence\ttarget_sequence\nTGAGGTAG\tctacctca\n")
    ...     interactions = read_interactions(path)
    >>> interactions.frame["target_sequence"].to_list(), interactions.counts.kept["interactions"]
    (['CUACCUCA'], 1)
    """
    counts = Counts()
    chosen = find_layout(layout) if layout is not None else None
    parts: list[pl.DataFrame] = []
    references: Mapping[str, str] | MirnaNames | None = None
    for raw in read_batches(path):
        if chosen is None:
            chosen = _sniffed(raw.frame.columns, path, counts)
        batch = raw._replace(frame=_respelled(raw.frame, chosen))
        if not parts:
            _check_columns(batch.frame.columns, chosen, path)
            references = _references(chosen, mature, path, counts)
        frame = _laid_out(batch, chosen, path, counts)
        if not keep_negatives:
            frame = _drop(frame, pl.col("label").fill_null(1) == 1, NEGATIVE_ROWS, counts)
        if isinstance(references, MirnaNames):
            frame = references.fill(frame, counts)
        elif references is not None:
            frame = _rebuilt(frame, references, counts)
        parts.append(_normalised(frame, path, counts, on_bad=on_bad))
    if not parts:
        raise InputError("the file is empty", path=display_name(path), hint="A header line is expected")
    assert chosen is not None
    name = source or (base_name(path).partition(".")[0] if chosen.name == "dmiso" else chosen.name)
    frame = _completed(pl.concat(parts), name, keep_source=source is None)
    counts.keep("interactions", frame.height)
    return Interactions(frame, counts)


def _sniffed(columns: list[str], path: Path, counts: Counts) -> Layout:
    """Detect the layout from the header, and note which it is."""
    found = sniff_layout(columns)
    if found is None:
        raise UsageError(
            f"{display_name(path)}: its header ({', '.join(columns[:8])}) is of no known layout. "
            f"Known: {', '.join(sorted(LAYOUTS))}. Name one with --layout, or give the columns "
            "mirna_sequence and target_sequence."
        )
    counts.note(
        f"interaction files read with layout {found.name}, detected from the header",
        example=display_name(path),
    )
    return found


def _respelled(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Give columns that other releases of a file call otherwise the layout's names."""
    old = {theirs: name for theirs, name in layout.respelled.items() if theirs in frame.columns}
    return frame.rename({theirs: name for theirs, name in old.items() if name not in frame.columns})


def _check_columns(columns: list[str], layout: Layout, path: Path) -> None:
    """Refuse a file that lacks a column of its layout."""
    missing = [name for name in layout.required if name not in columns]
    if missing:
        raise InputError(
            f"layout {layout.name} expects {', '.join(missing)}; found {', '.join(columns)}",
            path=display_name(path),
            line=1,
            column=missing[0],
            hint=layout.advice.get(
                missing[0], f"Choose another --layout ({', '.join(sorted(LAYOUTS))}) or add the column"
            ),
        )


def _references(
    layout: Layout, mature: Path | None, path: Path, counts: Counts
) -> dict[str, str] | MirnaNames | None:
    """Read reference miRNAs if the layout needs them."""
    if not layout.needs_mature:
        return None
    if mature is None:
        raise UsageError(
            f"{display_name(path)}: layout {layout.name} has miRNA names but no nucleotides. "
            "Give reference miRNAs with --mature mature.fa."
        )
    if layout.any_release:
        return MirnaNames(mature, counts)
    return read_mature(mature, counts)


def _drop(frame: pl.DataFrame, keep: pl.Expr, reason: str, counts: Counts) -> pl.DataFrame:
    """Keep the rows an expression is true for; count the others."""
    kept = frame.filter(keep.fill_null(value=False))
    if kept.height < frame.height:
        counts.drop(reason, frame.height - kept.height)
    return kept


def _laid_out(batch: Batch, layout: Layout, path: Path, counts: Counts) -> pl.DataFrame:
    """Turn a file's columns into ours, line numbers beside."""
    # layouts compare and cut texts, as files of text have them
    frame = as_texts(batch.frame).with_columns(pl.Series(_LINE, batch.lines, dtype=pl.Int64))
    for reason, keep in layout.keep.items():
        frame = _drop(frame, keep, reason, counts)
    for sentence, noted in layout.notes.items():
        if n_noted := frame.filter(noted).height:
            counts.note(sentence, n_noted)
    present = set(batch.frame.columns)
    integers = {ours: pair for ours, pair in layout.integers.items() if pair[0] in present}
    columns = {ours: _text(theirs) for ours, theirs in layout.texts.items() if theirs in present}
    for ours, (theirs, shift) in integers.items():
        columns[ours] = pl.lit(
            numbers_of(frame[theirs], COLUMNS[ours], path=path, lines=frame[_LINE], shift=shift)
        )
    columns.update(layout.derived)
    nothing = pl.lit(None)
    laid_out = frame.select(
        *(
            columns.get(name, nothing).cast(dtype).alias(name)
            for name, dtype in schema_of(INTERACTION_COLUMNS).items()
        ),
        _LINE,
    )
    for ours, made in layout.derived.items():
        if schema_of(INTERACTION_COLUMNS)[ours].is_numeric():
            _check_derived(laid_out[ours], made.meta.root_names(), frame, path)
    _check_order(laid_out, path)
    return laid_out


def _text(column: str) -> pl.Expr:
    """Return a column's text, its ways to say nothing turned into null."""
    text = pl.col(column).cast(pl.String).str.strip_chars()
    return pl.when(text.is_in(EMPTY)).then(None).otherwise(text)


def _check_derived(values: pl.Series, roots: list[str], frame: pl.DataFrame, path: Path) -> None:
    """Refuse a number that was made of other columns, if it cannot be derived or lies out of its range."""
    is_given = frame.select(pl.all_horizontal(_text(name).is_not_null() for name in roots)).to_series()
    bad = (is_given & values.is_null()).arg_true()
    if len(bad):
        row = int(bad[0])
        found = ", ".join(f"{name} {frame[name][row]!r}" for name in roots)
        raise InputError(
            f"{values.name} cannot be derived from {found[:200]}",
            path=display_name(path),
            line=frame[_LINE][row],
            column=roots[0],
            hint="Correct the value, or leave it empty if it is unknown",
        )
    numbers_of(values, COLUMNS[values.name], path=path, lines=frame[_LINE])


def _check_order(frame: pl.DataFrame, path: Path) -> None:
    """Refuse a site that ends before it begins."""
    for start, end in (("start", "end"), ("genome_start", "genome_end")):
        bad = frame.filter(pl.col(end) < pl.col(start))
        if bad.height:
            raise InputError(
                f"the site ends ({bad[end][0]}) before it begins ({bad[start][0]}, counted from 0)",
                path=display_name(path),
                line=bad[_LINE][0],
                column=end,
                hint="Correct the two positions, or leave them empty if they are unknown",
            )


def _rebuilt(frame: pl.DataFrame, references: Mapping[str, str], counts: Counts) -> pl.DataFrame:
    """Take the miRNA's nucleotides from its reference and offsets, where the reference has them all."""
    table = pl.DataFrame(
        {"mirna_id": list(references), "_reference": list(references.values())},
        schema={"mirna_id": pl.String, "_reference": pl.String},
    )
    frame = frame.join(table, on="mirna_id", how="left", maintain_order="left")
    five, three = pl.col("iso5_offset"), pl.col("iso3_offset")
    length = pl.col("_reference").str.len_chars().cast(pl.Int64) - five + three
    for reason, keep in {
        "rows whose miRNA is not among the references": pl.col("_reference").is_not_null(),
        "isomiRs with nucleotides beyond their reference, which the file does not give": (five >= 0)
        & (three <= 0),
        f"isomiRs trimmed by more than {MAX_ISO5} nt at 5' or {MAX_ISO3} nt at 3'": (five <= MAX_ISO5)
        & (three >= -MAX_ISO3),
    }.items():
        frame = _drop(frame, keep, reason, counts)
    return frame.with_columns(mirna_sequence=pl.col("_reference").str.slice(five, length)).drop("_reference")


def _normalised(frame: pl.DataFrame, path: Path, counts: Counts, *, on_bad: str | None) -> pl.DataFrame:
    """Turn both sequences into upper-case RNA; drop rows without one."""
    for name in _SEQUENCES:
        text = pl.col(name).str.to_uppercase().str.replace_all("T", "U", literal=True)
        frame = frame.with_columns(text)
        frame = _drop(frame, pl.col(name).str.len_chars() > 0, f"rows without a {name}", counts)
        frame = _drop_or_stop(frame, name, path, counts, on_bad=on_bad)
        codes = f"[{AMBIGUOUS}]"
        n_codes = int(frame[name].str.count_matches(codes).sum())
        if n_codes:
            counts.note(f"ambiguity codes in {name} read as N", n_codes)
            frame = frame.with_columns(pl.col(name).str.replace_all(codes, "N"))
    return frame


def _drop_or_stop(
    frame: pl.DataFrame, name: str, path: Path, counts: Counts, *, on_bad: str | None
) -> pl.DataFrame:
    """Refuse or drop rows with a character that is not a nucleotide code."""
    good = pl.col(name).str.contains(f"^[{CODED}{AMBIGUOUS}]+$")
    bad = frame.filter(~good)
    if bad.height and on_bad != "skip":
        try:
            normalise(bad[name][0])
        except ValueError as error:
            raise InputError(
                str(error),
                path=display_name(path),
                line=bad[_LINE][0],
                column=name,
                hint="Correct or remove the row" + (", or use --on-bad skip" if on_bad else ""),
            ) from error
    return _drop(frame, good, f"rows with a character in {name} that is not a nucleotide code", counts)


def _completed(frame: pl.DataFrame, source: str, *, keep_source: bool) -> pl.DataFrame:
    """Fill source, label and target_id; write chromosomes, families and regions one way."""
    region = pl.col("region").str.replace_many(list(_REGIONS), list(_REGIONS.values()))
    chromosome = pl.col("chromosome").str.strip_prefix("chr").replace("M", "MT")
    family = pl.col("family").replace("unknown", None)
    named = pl.col("source").fill_null(source) if keep_source else pl.lit(source)
    frame = frame.with_columns(
        region=region, chromosome=chromosome, family=family, source=named, label=pl.col("label").fill_null(1)
    )
    site = pl.format(
        "{}:{}-{}({})",
        *(pl.col(name) for name in ("chromosome", "genome_start", "genome_end")),
        pl.col("strand").fill_null("."),
    )
    position = pl.format("{}-line-{}", "source", _LINE)
    return frame.with_columns(target_id=pl.coalesce("target_id", site, position)).select(*INTERACTION_COLUMNS)
