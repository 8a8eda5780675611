"""The page's sections: each table and figure of the paper, what it prints, ours in both modes, what is real."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.studies.other_reading import OTHER_READING
from dmiso.studies.page import group_sentences, sentences
from dmiso.studies.page.names import METRICS
from dmiso.studies.page.tables import PageTable, counted, grid, listing
from dmiso.studies.undoing import LEAKS, MOUSE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dmiso.studies.page.values import Numbers

__all__ = ["KERNELS", "TABLE_1", "UNDONE", "Picture", "Section", "sections_of"]


class Picture(NamedTuple):
    """A figure that a study may have drawn.

    Parameters
    ----------
    file
        Its name in the study's directory.
    caption
        What it shows.
    item
        The table or figure of the paper that it belongs to, the title of a section; empty puts it at the end.
    """

    file: str
    caption: str
    item: str = ""


class Section(NamedTuple):
    """A table or figure of the paper.

    Parameters
    ----------
    title
        Its name in the paper.
    printed
        What the paper prints or says there.
    real
        What is real, from the study's numbers.
    tables
        Ours.
    pictures
        Ours; one whose file is not there is named with what it would show.
    notes
        What a reader should know of the rows.
    """

    title: str
    printed: str
    real: str
    tables: list[PageTable]
    pictures: list[Picture]
    notes: list[str]


KERNELS: Final = "Kernels (Features analyzed)"
"""Title of the section on kernels."""

TABLE_1: Final = "Table 1, CLASH test"
"""Title of the section on the paper's main result."""
UNDONE: Final = "What undoes it (not in the paper)"
"""Title of the section on the shortcuts."""

_FREQUENCY: Final = "S1 isomiR frequency"
_PROFILES: Final = "Fig. 2 perturbation"
_CLUSTERS: Final = "S2 figure clusters"
_GENE_SETS: Final = "S7 gene sets"
_MOTIFS: Final = "kernels"
_COUNTS: Final = "S2 S3 counts"
_AREAS: Final = tuple(METRICS)[:2]
_TABLED: Final = frozenset(
    {
        *(
            "S2 S3 counts",
            "S4 tenfold",
            "Table 1",
            OTHER_READING,
            "second data",
            "Table 2 recall",
            "S5 types",
        ),
        *(_FREQUENCY, _PROFILES, _CLUSTERS, _GENE_SETS, _MOTIFS),
        *("S6 exact or isomiR", "S8 miRNA halves", "S9 top five", "abundance", LEAKS),
    }
)


def sections_of(numbers: Numbers, pictures: Sequence[Picture], folder: Path) -> list[Section]:
    """Return the sections, those of the main text first; analyses and pictures that belong to none come last.

    Parameters
    ----------
    numbers
        Of the study.
    pictures
        Those that may be there.
    folder
        The study's directory.
    """
    sections = [*_table_1(numbers), *_main_text(numbers), *_supplement(numbers)]
    sections += [
        Section(name, "", "", [listing(numbers, name)], [], numbers.notes([name]))
        for name in numbers.analyses()
        if name not in _TABLED
    ]
    titles = {section.title for section in sections}
    placed = [
        section._replace(pictures=[picture for picture in pictures if picture.item == section.title])
        for section in sections
    ]
    others = [picture for picture in pictures if picture.item not in titles]
    if others:
        placed.append(Section("Other figures", "", "", [], others, []))
    return [_told(section, folder) for section in placed]


def _told(section: Section, folder: Path) -> Section:
    """Say of a section which of its pictures this run did not draw."""
    missing = [picture for picture in section.pictures if not (folder / picture.file).is_file()]
    notes = [f"{picture.caption} This run did not draw it ({picture.file})." for picture in missing]
    there = [picture for picture in section.pictures if picture not in missing]
    return section._replace(pictures=there, notes=[*section.notes, *notes])


def _section(
    title: str,
    printed: str,
    sentence: str = "",
    tables: Sequence[PageTable] = (),
    notes: Sequence[str] = (),
) -> Section:
    """Return a section without the tables that have no row."""
    return Section(title, printed, sentence, [table for table in tables if table.groups], [], list(notes))


def _table_1(numbers: Numbers) -> list[Section]:
    """Return both halves of Table 1, the second with mouse reads."""
    others = [grid(numbers, "second data", "second", undone="second")]
    if MOUSE in numbers.data("second data"):
        others.append(grid(numbers, "second data", MOUSE, undone=MOUSE))
    return [
        _section(
            TABLE_1,
            sentences.calls_sentence("test"),
            sentences.held_out_sentence(numbers, "Table 1", "test", "test"),
            [grid(numbers, "Table 1", "test", undone="test")],
            numbers.notes(["Table 1"]),
        ),
        _section(
            "The sign of the energy (Table 1)",
            'Negatives "had free folding energy < 10 kcal/mol"; a minus is missing, or the comparison is turned.',
            sentences.reading_sentence(numbers),
            [grid(numbers, OTHER_READING, "test")],
            numbers.notes([OTHER_READING]),
        ),
        _section(
            "Table 1, CLEAR-CLIP",
            sentences.calls_sentence("second"),
            sentences.held_out_sentence(numbers, "second data", "second", "second"),
            others,
            numbers.notes(["second data"]),
        ),
    ]


def _main_text(numbers: Numbers) -> list[Section]:
    """Return what else the main text has."""
    return [
        _section(
            "Table 2",
            "Recall on miRTarBase, which has positives only: 0.9164, functional 0.9168, non-functional 0.8938.",
            group_sentences.recall_sentence(numbers),
            [listing(numbers, "Table 2 recall")],
            numbers.notes(["Table 2 recall"]),
        ),
        _section("Figure 1A", "The pipeline from chimeric reads to interactions."),
        _section(
            "Figure 2",
            "Positions 1-9 of the miRNA vary most, of the seed the first least and 3-5 most; the target's 5' end more "
            "than the rest, and around 50.",
            tables=[listing(numbers, _PROFILES)],
            notes=numbers.notes([_PROFILES]),
        ),
        _section(
            KERNELS,
            "3 kernels of the miRNA and 7 of the target are not flat, and match motifs of zinc fingers in JASPAR.",
            tables=[listing(numbers, _MOTIFS)],
            notes=numbers.notes([_MOTIFS]),
        ),
        _section(
            "Abundance (Discussion)",
            "Read counts in the last layer: AUROC 0.99 and AUPR 1.00 on the test, 0.94 and 0.99 on CLEAR-CLIP.",
            group_sentences.abundance_sentence(numbers),
            [listing(numbers, "abundance", metrics=(*_AREAS, "weight in the last unit"))],
            numbers.notes(["abundance"]),
        ),
        _section(
            UNDONE,
            "",
            sentences.undone_sentence(numbers),
            [listing(numbers, LEAKS, metrics=("auroc",))],
        ),
    ]


def _supplement(numbers: Numbers) -> list[Section]:
    """Return what the supplement has, as far as the text tells."""
    return [
        _section(
            "Figure S1",
            "How often each isomiR occurs: one in 3,565 interactions, 96 only 10 times.",
            tables=counted(numbers, _FREQUENCY),
            notes=numbers.notes([_FREQUENCY]),
        ),
        _section(
            "Tables S2 and S3",
            "12,170 interactions of miRNAs and 58,043 of isomiRs of eight types, from six CLASH samples.",
            group_sentences.counts_sentence(numbers),
            counted(numbers, _COUNTS),
            numbers.notes([_COUNTS]),
        ),
        _section(
            "Table S4",
            "Tenfold cross-validation: AUROC and AUPR over 99 %, F1, precision and recall over 93 %.",
            sentences.tenfold_sentence(numbers),
            [grid(numbers, "S4 tenfold", "training data")],
            numbers.notes(["S4 tenfold"]),
        ),
        _section(
            "Table S5",
            "Types of isomiRs: 5' isomiRs of CLEAR-CLIP have AUROC 0.94 and AUPR 0.99; all types are close.",
            group_sentences.types_sentence(numbers),
            [listing(numbers, "S5 types", metrics=_AREAS)],
            numbers.notes(["S5 types"]),
        ),
        _section(
            "Table S6",
            "miRNAs only and isomiRs only: DMISO far above the five tools on both.",
            group_sentences.forms_sentence(numbers),
            [listing(numbers, "S6 exact or isomiR", metrics=(*_AREAS, "call_auroc"))],
            numbers.notes(["S6 exact or isomiR"]),
        ),
        _section(
            "Table S8",
            "Half of the miRNAs held out.",
            sentences.halves_sentence(numbers),
            [grid(numbers, "S8 miRNA halves", "test")],
            numbers.notes(["S8 miRNA halves"]),
        ),
        _section(
            "Table S9",
            "Trained on up to five candidate pairs per read.",
            sentences.top_five_sentence(numbers),
            [grid(numbers, "S9 top five", "test")],
            numbers.notes(["S9 top five"]),
        ),
        _section(
            "Figure S2",
            "miRNAs clustered by their sensitivity at each position: most clusters have many common targets.",
            tables=[listing(numbers, _CLUSTERS)],
            notes=numbers.notes([_CLUSTERS]),
        ),
        _section(
            "Table S7",
            "A cluster of miRNAs often works in the same pathways.",
            tables=[listing(numbers, _GENE_SETS)],
            notes=numbers.notes([_GENE_SETS]),
        ),
    ]
