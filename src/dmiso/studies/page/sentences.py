"""What is real in the tables of performance: sentences of the study's own numbers, whatever these turn out to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.studies.designs import MODES
from dmiso.studies.other_reading import OTHER_READING
from dmiso.studies.page.listed import listed
from dmiso.studies.page.names import shown_subject
from dmiso.studies.page.tables import BASELINES
from dmiso.studies.page.values import GIVEN
from dmiso.studies.paper_figures import FIGURES, PAPER_SIZES, paper_figure
from dmiso.studies.undoing import LEAKS

if TYPE_CHECKING:
    from dmiso.studies.page.values import Number, Numbers

__all__ = [
    "NOTHING",
    "calls_sentence",
    "halves_sentence",
    "held_out_sentence",
    "reading_sentence",
    "tenfold_sentence",
    "top_five_sentence",
    "undone_sentence",
]

_CLOSE: Final = 0.02
"""AUROC: a baseline this near to a network leaves it nothing worth telling of its own."""

_PRINTED_DATA: Final = {"test": "the held-out 20 %", "second": "the data of another experiment"}

_ONE_SIDED: Final = ("target_kmers", "target_gc", "target_length", "mirna_identity")

_READ: Final = ("auroc", "specificity")

_SAME: Final = 5e-4
"""Figures with four decimals are the same when they differ by less."""

NOTHING: Final = "This run has no such rows: see the notes below."
"""Where a study was made without the data of a table."""


def held_out_sentence(numbers: Numbers, analysis: str, data: str, leaks: str) -> str:
    """Say what a labelled table's AUROC is worth: beside the paper's, the best baseline, and what undoes it."""
    subject = numbers.main(analysis, data)
    paper = numbers.get("paper", (analysis, data, subject, "auroc"))
    honest = numbers.get("honest", (analysis, data, subject, "auroc"))
    if paper is None:
        return NOTHING if honest is None else f"Honest mode has AUROC {honest.text}; chance is 0.500."
    printed = paper_figure(analysis, data, "network", "auroc").text
    said = [f"In paper mode the {shown_subject(subject)} has AUROC {paper.text}"]
    said[0] += f" (the paper prints {printed})" if printed else ""
    said[0] += "; chance is 0.500."
    best = _best_baseline(numbers, analysis, data, leaks)
    if best is not None:
        said.append(_beside(paper, *best))
    said += _undone(numbers, subject, leaks)
    if honest is not None:
        said.append(f"Trained and tested in honest mode the same network has {honest.text}.")
    said += _given(numbers, analysis, data, leaks)
    return " ".join(said)


def _best_baseline(numbers: Numbers, analysis: str, data: str, leaks: str) -> tuple[str, Number] | None:
    """Return the baseline with the highest AUROC in paper mode."""
    found = []
    for name in BASELINES:
        for key in ((LEAKS, leaks, name, "auroc"), (analysis, data, name, "auroc")):
            if number := numbers.get("paper", key):
                found.append((name, number))
                break
    return max(found, key=lambda named: named[1].value, default=None)


def _beside(paper: Number, name: str, best: Number) -> str:
    """Compare the network with the best baseline."""
    shown = shown_subject(name)
    if best.value >= paper.value - _CLOSE:
        more = "as much or more" if best.value >= paper.value else "nearly as much"
        return f"{_upper(shown)} reaches {best.text}, {more}: nothing in this table needs the network."
    above = best.value - 0.5
    if above <= 0 or paper.value <= 0.5:
        return f"No baseline looked at is above chance (the best is {shown}, {best.text})."
    share = above / (paper.value - 0.5)
    return f"{_upper(shown)} reaches {best.text}: {share:.0%} of what the network has above chance."


def _undone(numbers: Numbers, subject: str, leaks: str) -> list[str]:
    """Say what the paper-mode network keeps when miRNAs are permuted, and on negatives by site swap."""
    kept = []
    permuted = numbers.get("paper", (LEAKS, leaks, f"{subject}, miRNAs permuted among rows", "auroc"))
    if permuted is not None:
        kept.append(f"{permuted.text} with the miRNAs permuted among the rows")
    swapped = numbers.get("paper", (LEAKS, leaks, f"paper-mode {subject}, negatives by site swap", "auroc"))
    if swapped is not None:
        kept.append(f"{swapped.text} on the same positives with negatives by site swap")
    return [f"The network keeps {' and '.join(kept)}."] if kept else []


def _given(numbers: Numbers, analysis: str, data: str, leaks: str) -> list[str]:
    """Say what each given model has in both modes."""
    said = []
    for subject in numbers.given(analysis, data):
        found = [numbers.get(mode, (analysis, data, subject, "auroc")) for mode in MODES]
        swapped = numbers.get("paper", (LEAKS, leaks, f"{subject}, negatives by site swap", "auroc"))
        parts = [
            f"{number.text} {where}"
            for number, where in (
                (found[0], "in paper mode"),
                (found[1], "in honest mode"),
                (swapped, "on the paper-mode positives with negatives by site swap"),
            )
            if number is not None
        ]
        if parts:
            said.append(f"{subject.removesuffix(GIVEN)}, not trained here, has {listed(parts)}.")
    return said


def calls_sentence(data: str) -> str:
    """Say of the paper's own table what its numbers show: AUROCs of calls, and the AUPR that chance reaches."""
    analysis = "Table 1" if data == "test" else "second data"
    of_calls, tools = 0, 0
    for key, figure in FIGURES.items():
        if key[:2] == (analysis, data) and key[3] == "auroc" and key[2] != "network":
            recall, specificity = (
                float(paper_figure(*key[:3], metric).text) for metric in ("recall", "specificity")
            )
            tools += 1
            of_calls += abs(float(figure.text) - (recall + specificity) / 2) < _SAME
    own = [
        float(paper_figure(analysis, data, "network", name).text)
        for name in ("auroc", "recall", "specificity")
    ]
    positives, negatives = PAPER_SIZES[data]
    chance = positives / (positives + negatives)
    aupr = paper_figure(analysis, data, "network", "average_precision").text
    return (
        f"DMISO has AUROC {own[0]:.4f} on {_PRINTED_DATA[data]}. Of the {tools} AUROCs that the paper prints for "
        f"other tools, {of_calls} equal (recall + specificity) / 2: they are of yes-or-no calls, where DMISO's is of "
        f"its score (of its calls it would be {(own[1] + own[2]) / 2:.4f}). Of its rows {positives:,} are positive and "
        f"{negatives:,} negative, so that chance has an AUPR of {chance:.3f}, beside which the printed {aupr} is to be "
        "read."
    )


def tenfold_sentence(numbers: Numbers) -> str:
    """Compare the folds with the held-out rows."""
    key = ("S4 tenfold", "training data", "network", "auroc")
    paper, honest = numbers.get("paper", key), numbers.get("honest", key)
    if paper is None or honest is None:
        return NOTHING
    held_out = numbers.get("paper", ("Table 1", "test", "network", "auroc"))
    beside = "" if held_out is None else f", where the held-out rows have {held_out.text}"
    return (
        f"The folds of paper mode have AUROC {paper.text}{beside}; with whole site clusters in one fold, and each site "
        f"in both classes, they have {honest.text}. Folds of single rows repeat what Table 1 measures."
    )


def halves_sentence(numbers: Numbers) -> str:
    """Compare unseen miRNAs with the held-out rows of seen ones."""
    said = []
    for mode, held_out in zip(MODES, ("miRNA names", "miRNA families"), strict=True):
        found = numbers.get(mode, ("S8 miRNA halves", "test", "network", "auroc"))
        usual = numbers.get(mode, ("Table 1", "test", "network", "auroc"))
        if found is None:
            continue
        beside = "" if usual is None else f", beside {usual.text} on the held-out rows of Table 1"
        said.append(f"With half of the {held_out} held out, {mode} mode has AUROC {found.text}{beside}.")
    best = _best_baseline(numbers, "S8 miRNA halves", "test", "miRNA halves")
    if said and best is not None:
        said.append(f"{_upper(shown_subject(best[0]))} reaches {best[1].text} on the rows of paper mode.")
    return " ".join(said) or NOTHING


def reading_sentence(numbers: Numbers) -> str:
    """Say which reading of the paper's rule of negatives each model agrees with."""
    said = []
    printed = [float(paper_figure("Table 1", "test", "network", name).text) for name in _READ]
    for subject in (numbers.main(OTHER_READING, "test"), *numbers.given(OTHER_READING, "test")):
        readings = []
        for analysis in ("Table 1", OTHER_READING):
            found = [numbers.get("paper", (analysis, "test", subject, name)) for name in _READ]
            readings.append([number for number in found if number is not None])
        if any(len(found) != len(_READ) for found in readings):
            continue
        weak, strong = (" and ".join(f"{number.value:.3f}" for number in found) for found in readings)
        off = [sum(abs(n.value - p) for n, p in zip(found, printed, strict=True)) for found in readings]
        nearer = (
            "neither" if abs(off[0] - off[1]) < _SAME else "the first" if off[0] < off[1] else "the second"
        )
        said.append(
            f"{_upper(shown_subject(subject))} has AUROC and specificity {weak} on negatives above -10 kcal/mol, which "
            f"hardly bind, and {strong} on negatives below, which bind: the printed "
            f"{' and '.join(f'{value:.4f}' for value in printed)} are nearer to {nearer}."
        )
    if not said:
        return NOTHING
    return " ".join(said) + " This infers the rule from weights and numbers: no document says it."


def undone_sentence(numbers: Numbers) -> str:
    """Say what one side of the pair alone tells of the label in each mode."""
    said = []
    for mode in MODES:
        found = [
            (abs(number.value - 0.5), name, number)
            for name in _ONE_SIDED
            if (number := numbers.get(mode, (LEAKS, "test", name, "auroc")))
        ]
        if found:
            _, name, best = max(found)
            said.append(
                f"Of the baselines that see the site or the miRNA alone, {shown_subject(name)} is farthest from chance "
                f"on the held-out rows of {mode} mode: {best.text}."
            )
    return " ".join(said)


def top_five_sentence(numbers: Numbers) -> str:
    """Compare five candidates per read with one."""
    said = []
    for mode in MODES:
        five = numbers.get(mode, ("S9 top five", "test", "network", "auroc"))
        one = numbers.get(mode, ("Table 1", "test", "network", "auroc"))
        if five is not None and one is not None:
            said.append(
                f"In {mode} mode up to five candidates per read have AUROC {five.text}, one has {one.text}."
            )
    return " ".join(said) or NOTHING


def _upper(text: str) -> str:
    """Return text that begins a sentence; names that begin with lower case keep it."""
    is_name = text.startswith(("mi", "k-")) or text.endswith(GIVEN)
    return text if is_name else text[:1].upper() + text[1:]
