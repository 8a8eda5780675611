"""A summary of calls as a page of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmiso.isomir.summary.tables import CountBy, IsomirSummary

__all__ = ["SIGNIFICANT", "summary_text"]

SIGNIFICANT: Final = 0.01
"""q-value below which a type is called preferred, the paper's."""

_SHOWN: Final = 10


def summary_text(summary: IsomirSummary, *, least: int, count_by: CountBy) -> str:
    """Return a summary as text.

    Parameters
    ----------
    summary
        From :func:`dmiso.isomir.summary.tables.summarise`.
    least, count_by
        As given to it, for the sentences.
    """
    parts = [
        _whole(summary.facts),
        _types(summary),
        _mirnas(summary),
        _substitutions(summary),
        _preference(summary, least, count_by),
        _mirgenedb(summary.facts),
    ]
    return "\n".join("\n".join(lines) + "\n" for part in parts if (lines := list(part)))


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows with their columns under each other; numbers, after the first column, to the right."""
    if not rows:
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))]
        yield "  " + "  ".join(cells).rstrip()


def _whole(facts: dict[str, float]) -> Iterator[str]:
    reads = facts["reads"]
    yield (
        f"{reads:,.0f} reads of {facts['sequences']:,} sequences, {facts['mirnas']:,} miRNAs; "
        f"{facts['isomir_sequences']:,} of the sequences are isomiRs."
    )
    yield from _table(
        [
            ["exact miRNA", _share(facts["exact_reads"], reads)],
            ["isomiR", _share(reads - facts["exact_reads"], reads)],
            ["seed other than the miRNA's", _share(facts["seed_shifted_reads"], reads)],
            ["explained alike by several miRNAs", _share(facts["reads_of_several_mirnas"], reads)],
            ["with another, less likely reading", _share(facts["reads_with_another_reading"], reads)],
        ]
    )


def _types(summary: IsomirSummary) -> Iterator[str]:
    yield "Types (an isomiR may be of several):"
    rows = [["type", "sequences", "reads", "of all reads"]]
    for name, sequences, reads, share in summary.types.iter_rows():
        rows.append([name, f"{sequences:,}", f"{reads:,.1f}", f"{100 * share:.1f} %"])
    yield from _table(rows)


def _mirnas(summary: IsomirSummary) -> Iterator[str]:
    if summary.mirnas.is_empty():
        return
    yield f"miRNAs with the most reads ({min(_SHOWN, summary.mirnas.height)} of {summary.mirnas.height}):"
    rows = [["miRNA", "reads", "isomiRs", "most frequent isomiR", "its reads"]]
    columns = ("mirna_id", "reads", "isomir_reads", "top_isomir", "top_isomir_reads")
    for name, reads, isomirs, top, top_reads in summary.mirnas.select(columns).head(_SHOWN).iter_rows():
        rows.append([name, f"{reads:,.1f}", _share(isomirs, reads), top or "–", f"{top_reads or 0:,.1f}"])
    yield from _table(rows)


def _substitutions(summary: IsomirSummary) -> Iterator[str]:
    if summary.substitutions.is_empty():
        return
    yield "Replaced nucleotides with the most reads (position on the miRNA):"
    rows = [["change", "sequences", "reads"]]
    ordered = summary.substitutions.sort("reads", "position", descending=[True, False])
    for position, old, new, sequences, reads in ordered.head(_SHOWN).iter_rows():
        rows.append([f"{position}:{old}>{new}", f"{sequences:,}", f"{reads:,.1f}"])
    yield from _table(rows)


def _preference(summary: IsomirSummary, least: int, count_by: CountBy) -> Iterator[str]:
    tests = summary.preference
    tested = tests["mirna_id"].n_unique()
    preferred = tests.filter(pl.col("binomial_q_value") < SIGNIFICANT)
    yield (
        f"Preferred types: {tested} miRNAs have at least {least} isomiR {count_by}; "
        f"{preferred['mirna_id'].n_unique()} with a preferred one (one-sided binomial test against the type's share "
        f"among all miRNAs, Benjamini-Hochberg q < {SIGNIFICANT})."
    )
    if count_by == "reads" and tested:
        yield "Reads of one library are not independent draws: read the shares, not the size of q."
    rows = [["miRNA", "type", "of", "share", "expected", "q"]]
    ratio = pl.col("of_type") / pl.col("observations") / pl.col("expected_share")
    ordered = preferred.sort(ratio, "mirna_id", descending=[True, False]).head(_SHOWN)
    for name, kind, n, of_type, expected, _, q in ordered.iter_rows():
        rows.append([name, kind, f"{n:,}", f"{of_type / n:.2f}", f"{expected:.2f}", f"{q:.1e}"])
    yield from _table(rows if len(rows) > 1 else [])


def _mirgenedb(facts: dict[str, float]) -> Iterator[str]:
    if "mirgenedb_mirnas" not in facts:
        return
    isomirs = facts["reads"] - facts["exact_reads"]
    yield (
        f"MirGeneDB holds {facts['mirnas_in_mirgenedb']:,} of the {facts['mirnas']:,} miRNAs "
        f"({_share(facts['mirnas_in_mirgenedb'], facts['mirnas'])}), with "
        f"{_share(facts['reads_in_mirgenedb'], facts['reads'])} of the reads and "
        f"{_share(facts['isomir_reads_in_mirgenedb'], isomirs)} of the isomiR reads; "
        f"{facts['mirgenedb_mirnas_seen']:,} of its {facts['mirgenedb_mirnas']:,} miRNAs are seen."
    )
