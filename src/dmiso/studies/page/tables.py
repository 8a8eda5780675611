"""The tables of the page: groups of rows for the paper and for each mode, as in its Table 1, or a row per number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.studies.designs import MODES
from dmiso.studies.measures import BOTH_AUROCS
from dmiso.studies.page.names import METRICS, shown_data, shown_metric, shown_subject
from dmiso.studies.page.values import GIVEN, count_text, ratio_text
from dmiso.studies.paper_figures import PAPER_SIZES, paper_figure
from dmiso.studies.tools import FIVE
from dmiso.studies.undoing import LEAKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dmiso.studies.designs import Mode
    from dmiso.studies.page.values import Number, Numbers

__all__ = ["BASELINES", "PageTable", "RowGroup", "counted", "grid", "listing"]

BASELINES: Final = (
    "rnacofold",
    "rnaduplex",
    "target_kmers",
    "target_gc",
    "mirna_identity",
    "mirna_identity_inverted",
)
"""What is set beside each labelled table of the page: scores of the energy, the site or the miRNA alone."""

_ALL_SOURCES: Final = "all sources"
_PRINTED: Final = "the paper"
_SAME_ROWS: Final = "its AUROC"
_UNDONE: Final = ("AUROC, miRNAs permuted", "AUROC, negatives by site swap")
_MODE_TITLES: Final[dict[Mode, str]] = {"paper": "Paper mode", "honest": "Honest mode"}


class RowGroup(NamedTuple):
    """Rows under a title."""

    title: str
    rows: list[tuple[str, ...]]


class PageTable(NamedTuple):
    """A table as text: a caption, the names of its columns, and its rows in groups."""

    caption: str
    head: tuple[str, ...]
    groups: list[RowGroup]


def grid(numbers: Numbers, analysis: str, data: str, *, undone: str = "") -> PageTable:
    """Return a table in the layout of the paper's Table 1.

    Parameters
    ----------
    numbers
        Of the study.
    analysis, data
        Whose rows.
    undone
        Data of the leaks that belong to these rows: each subject then has its AUROC with miRNAs permuted and with
        negatives by site swap beside it, and the baselines stand below. Empty leaves them out.

    Returns
    -------
    PageTable
        Groups: the paper, where it prints such rows, then each mode with a row of what chance reaches.
    """
    groups = [_printed(analysis, data)]
    groups += [_of_mode(numbers, mode, (analysis, data), undone) for mode in MODES]
    head = ("", *(METRICS[name] for name in BOTH_AUROCS), *(_UNDONE if undone else ()))
    if not undone:
        return PageTable(shown_data(data), head, [group for group in groups if group.rows])
    blank = ("",) * len(_UNDONE)
    groups[0] = RowGroup(groups[0].title, [(*row, *blank) for row in groups[0].rows])
    return PageTable(shown_data(data), head, [group for group in groups if group.rows])


def _printed(analysis: str, data: str) -> RowGroup:
    """Return what the paper prints; no row where it prints nothing."""
    rows = []
    for subject in ("network", *FIVE):
        cells = [paper_figure(analysis, data, subject, name).text for name in BOTH_AUROCS]
        if any(cells):
            name = "DMISO" if subject == "network" else shown_subject(subject)
            rows.append((name, *(cell or "–" for cell in cells)))
    title = "The paper"
    if analysis in {"Table 1", "second data"} and rows and (sizes := PAPER_SIZES.get(data)):
        title = f"The paper ({sizes[0]:,} + {sizes[1]:,} rows)"
        rows.append(_chance("chance", sizes[0] / sum(sizes)))
    return RowGroup(title, rows)


def _of_mode(numbers: Numbers, mode: Mode, position: tuple[str, str], undone: str) -> RowGroup:
    """Return a mode's rows: subjects with their single trainings, tools, baselines, chance."""
    rows, title = [], _MODE_TITLES[mode]
    subjects = numbers.subjects(*position)
    for subject in subjects:
        seeds: list[int | None] = [None, *numbers.seeds(*position, subject)]
        for seed in seeds:
            cells = [numbers.get(mode, (*position, subject, name), seed) for name in BOTH_AUROCS]
            if not any(cells):
                continue
            first = next(cell for cell in cells if cell)
            # rows of the table, not of a sample or of calls: the first number says of how many
            title = f"{_MODE_TITLES[mode]} ({first.rows} rows)" if first.rows else title
            name = shown_subject(subject) if seed is None else f"– seed {seed}"
            rows.append((name, *_cells(cells), *_undone_cells(numbers, mode, undone, subject, seed)))
    if not rows:
        return RowGroup(title, [])
    more = [name for name in BASELINES if undone and name not in subjects]
    for name in more:
        cells = [numbers.get(mode, (LEAKS, undone, name, metric)) for metric in BOTH_AUROCS]
        if any(cells):
            rows.append((shown_subject(name), *_cells(cells), "", ""))
    share = _share(numbers, mode, position)
    if share is not None:
        rows.append((*_chance("chance", share), *(("0.500", "0.500") if undone else ())))
    return RowGroup(title, rows)


def _cells(numbers: Iterable[Number | None]) -> Iterator[str]:
    """Yield metrics as text: the first with its interval, for all there is no room."""
    for place, number in enumerate(numbers):
        if number is None:
            yield "–"
        else:
            yield number.text if place == 0 else ratio_text(number.value)


def _undone_cells(
    numbers: Numbers, mode: Mode, undone: str, subject: str, seed: int | None
) -> tuple[str, ...]:
    """Return a subject's AUROC with miRNAs permuted, and with negatives by site swap, where they are asked for."""
    if not undone:
        return ()
    trained = "" if subject.endswith(GIVEN) else "paper-mode "
    found = []
    for name in (
        f"{subject}, miRNAs permuted among rows",
        f"{trained}{subject}, negatives by site swap",
    ):
        number = numbers.get(mode, (LEAKS, undone, name, "auroc"), seed)
        found.append("" if number is None else number.text)
    if mode == "honest" and found[0]:
        found[-1] = _SAME_ROWS  # the negatives of honest mode are by site swap
    return tuple(found)


def _share(numbers: Numbers, mode: Mode, position: tuple[str, str]) -> float | None:
    """Return the share of positives among the rows of a table."""
    for subject in numbers.subjects(*position):
        number = numbers.get(mode, (*position, subject, "average_precision"))
        if number is not None:
            return number.chance
    return None


def _chance(name: str, share: float) -> tuple[str, ...]:
    """Return what a score that knows nothing reaches; the last four depend on how many pairs it calls positive."""
    return (name, "0.500", "0.500", ratio_text(share), "", ratio_text(share), "", "")


def listing(
    numbers: Numbers, analysis: str, *, metrics: Iterable[str] = (), subjects: Iterable[str] = ()
) -> PageTable:
    """Return a table with a row per data, subject and metric: the paper's figure, then each mode.

    Parameters
    ----------
    numbers
        Of the study.
    analysis
        Whose rows.
    metrics, subjects
        Those to show; nothing is all.
    """
    wanted, named = set(metrics), set(subjects)
    by_data: dict[str, list[tuple[str, ...]]] = {}
    for row in numbers.rows_of(analysis):
        key = (analysis, row["data"], row["subject"], row["metric"])
        if (wanted and row["metric"] not in wanted) or (named and row["subject"] not in named):
            continue
        modes = [numbers.get(mode, key) for mode in MODES]
        if not any(modes) and not row["paper"]:
            continue
        cells: list[str] = []
        for number in modes:
            cells += ["–", ""] if number is None else [_shown(number, row["metric"]), number.rows]
        names = (shown_subject(row["subject"]), shown_metric(row["metric"]))
        by_data.setdefault(row["data"], []).append((*names, row["paper"] or "–", *cells))
    groups = [RowGroup(shown_data(data), rows) for data, rows in by_data.items()]
    head = ("", "metric", "paper", "paper mode", "rows", "honest mode", "rows")
    return PageTable("", head, groups)


def _shown(number: Number, metric: str) -> str:
    """Return a metric as text: a count where it has no interval and is none of the paper's six."""
    plain = number.low is None and number.sd is None and metric not in METRICS
    return count_text(number.value) if plain else number.text


def counted(numbers: Numbers, analysis: str) -> list[PageTable]:
    """Return tables of counts, which both modes share: of all sources beside the paper's, then of each source.

    Parameters
    ----------
    numbers
        Of the study.
    analysis
        Whose rows; the subject is a source, or all sources.
    """
    whole: dict[str, dict[str, str]] = {}
    single: dict[str, dict[str, str]] = {}
    for row in numbers.rows_of(analysis):
        if row["paper_mode_value"] is None:
            continue
        of_all = row["subject"] == _ALL_SOURCES
        cells = (whole if of_all else single).setdefault(row["metric"], {})
        cells[shown_data(row["data"]) if of_all else row["subject"]] = count_text(row["paper_mode_value"])
        if of_all and row["paper"]:
            cells[_PRINTED] = row["paper"]
    return [
        _pivoted(caption, rows, first)
        for caption, rows, first in (("All sources", whole, (_PRINTED,)), ("Each source", single, ()))
        if rows
    ]


def _pivoted(caption: str, rows: dict[str, dict[str, str]], first: tuple[str, ...]) -> PageTable:
    """Return a table with a row per metric and a column per name, some of them first."""
    names = list(dict.fromkeys([*first, *(name for cells in rows.values() for name in cells)]))
    lines = [(metric, *(cells.get(name, "–") for name in names)) for metric, cells in rows.items()]
    return PageTable(caption, ("", *names), [RowGroup("", lines)])
