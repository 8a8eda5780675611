"""What is real where groups are compared: recall and controls, types, forms, abundance, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmiso.studies.designs import MODES
from dmiso.studies.isomir_types import EXACT
from dmiso.studies.page.listed import listed, range_text
from dmiso.studies.page.names import shown_subject
from dmiso.studies.page.sentences import NOTHING
from dmiso.studies.page.values import count_text
from dmiso.studies.paper_figures import paper_figure

if TYPE_CHECKING:
    from dmiso.studies.page.values import Numbers

__all__ = [
    "abundance_sentence",
    "counts_sentence",
    "forms_sentence",
    "recall_sentence",
    "types_sentence",
]


def recall_sentence(numbers: Numbers) -> str:
    """Set recall beside the share of random windows that is called positive."""
    analysis, data = "Table 2 recall", numbers.data("Table 2 recall")
    real = [name for name in data if "(control)" not in name]
    said = []
    for mode in MODES:
        subject = numbers.main(analysis, real[0]) if real else "network"
        sites = [numbers.get(mode, (analysis, name, subject, "recall")) for name in real]
        windows = [numbers.get(mode, (analysis, name, subject, "share called positive")) for name in data]
        values, called = ([number.value for number in found if number] for found in (sites, windows))
        if values and called:
            more = ", more than of any real sites" if max(called) > max(values) else ""
            said.append(
                f"In {mode} mode the {shown_subject(subject)} calls {range_text(values)} of real sites positive, and "
                f"{range_text(called)} of random windows{more}."
            )
    if not said:
        return NOTHING
    return " ".join(said) + (
        " Recall on positives alone can be had by calling everything positive: only what is left beside the random "
        "windows is real."
    )


def types_sentence(numbers: Numbers) -> str:
    """Say whether any type of isomiRs differs from exact miRNAs, and the paper's figure for 5' isomiRs."""
    said = []
    key = ("S5 types", "second", "5' isomiR", "auroc")
    own = [(mode, numbers.get(mode, key)) for mode in MODES]
    shown = [
        f"{number.text} in {mode} mode ({number.rows} rows)" for mode, number in own if number is not None
    ]
    if shown:
        printed = paper_figure(*key).text
        said.append(f"5' isomiRs of the second data have AUROC {listed(shown)}; the paper prints {printed}.")
    compared, apart = _apart(numbers, "S5 types", EXACT)
    if compared:
        said.append(
            f"Of {compared} comparisons of a type with exact miRNAs in the same data and mode, {apart} have intervals "
            f"that do not overlap" + (": no type can be told from the others." if not apart else ".")
        )
    return " ".join(said) or NOTHING


def forms_sentence(numbers: Numbers) -> str:
    """Say whether isomiRs and miRNAs differ."""
    compared, apart = _apart(numbers, "S6 exact or isomiR", "miRNA only")
    if not compared:
        return NOTHING
    found = (
        "no difference between the two can be claimed"
        if not apart
        else f"they differ in {apart} of {compared}"
    )
    return (
        f"The AUROC of isomiRs only (or of miRNAs of untold form) was compared with that of miRNAs only in {compared} "
        f"data and modes; by intervals that do not overlap, {found}."
    )


def _apart(numbers: Numbers, analysis: str, reference: str) -> tuple[int, int]:
    """Count the comparisons with a reference group, and those whose intervals do not overlap."""
    compared = apart = 0
    for data in numbers.data(analysis):
        for mode in MODES:
            first = numbers.get(mode, (analysis, data, reference, "auroc"))
            for subject in numbers.subjects(analysis, data):
                other = numbers.get(mode, (analysis, data, subject, "auroc"))
                if subject != reference and first is not None and other is not None:
                    compared += 1
                    apart += first.apart_from(other)
    return compared, apart


def abundance_sentence(numbers: Numbers) -> str:
    """Compare the network with abundance, the same without, and each abundance alone."""
    said = []
    for mode in MODES:
        with_reads = numbers.get(mode, ("abundance", "test", "network with abundance", "auroc"))
        without = numbers.get(mode, ("Table 1", "test", "network", "auroc"))
        if with_reads is None or without is None:
            continue
        alone = [
            number.value
            for name in ("mirna_abundance alone", "target_abundance alone")
            if (number := numbers.get(mode, ("abundance", "test", name, "auroc")))
        ]
        differs = "intervals apart" if with_reads.apart_from(without) else "intervals that overlap"
        said.append(
            f"In {mode} mode the network with abundance has AUROC {with_reads.text}, without it {without.text} "
            f"({differs}); abundance alone has {range_text(alone)}."
        )
    return " ".join(said) or NOTHING


def counts_sentence(numbers: Numbers) -> str:
    """Set the number of our interactions beside the paper's."""
    said = []
    for name in ("interactions of exact miRNAs", "interactions of isomiRs"):
        key = ("S2 S3 counts", "primary", "all sources", name)
        number, printed = numbers.get("paper", key), paper_figure(*key).text
        if number is not None:
            said.append(f"{count_text(number.value)} {name} (the paper: {printed})")
    if not said:
        return NOTHING
    return f"The files given here have {listed(said)}: other files, other calls: counts need not agree."
