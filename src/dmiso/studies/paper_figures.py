"""The figures that Talukder et al. 2022 print, each with where it stands in the text.

Only what stands in the paper's own text is here. The values of the supplementary tables are not in it: where
the text sums one up ("over 99%"), the sentence is given, and no number is made up from it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

from dmiso.studies.paper_supplement import SUPPLEMENT_TEXT, UNQUOTED

__all__ = ["FIGURES", "PAPER_SIZES", "PaperFigure", "paper_figure"]

_SIX: Final = ("auroc", "average_precision", "f1", "precision", "recall", "specificity")


class PaperFigure(NamedTuple):
    """A figure of the paper.

    Parameters
    ----------
    text
        The number as printed, or the words in which the text gives it; empty if it is in a supplementary
        table that the text does not quote.
    where
        Table or section that states it.
    """

    text: str
    where: str


Key = tuple[str, str, str, str]
"""Analysis, data, subject and metric, as in the side-by-side table; ``*`` stands for any."""

_TABLE_1 = "Table 1"
_TEST: Final = {
    "network": ("0.9945", "0.9969", "0.9581", "0.9286", "0.9895", "0.8714"),
    "miranda": ("0.5873", "0.6921", "0.3032", "0.9851", "0.1792", "0.9954"),
    "rna22": ("0.5002", "0.6283", "0.0023", "0.7273", "0.0011", "0.9993"),
    "targetscan": ("0.5568", "0.6686", "0.2181", "0.9563", "0.1231", "0.9905"),
    "miraw": ("0.6119", "0.6889", "0.6552", "0.7305", "0.5940", "0.6298"),
    "mitar": ("0.5970", "0.6832", "0.5300", "0.7639", "0.4057", "0.7882"),
}
_SECOND: Final = {
    "network": ("0.9427", "0.9945", "0.9398", "0.9844", "0.8990", "0.8420"),
    "miranda": ("0.5230", "0.9211", "0.1135", "0.9790", "0.0603", "0.9856"),
    "rna22": ("0.4993", "0.9173", "0.0004", "0.6000", "0.0002", "0.9985"),
    "targetscan": ("0.6001", "0.9337", "0.3670", "0.9901", "0.2252", "0.9751"),
    "miraw": ("0.5704", "0.9283", "0.7030", "0.9367", "0.5626", "0.5782"),
    "mitar": ("0.6904", "0.9482", "0.6596", "0.9793", "0.4972", "0.8836"),
}
PAPER_SIZES: Final = {"test": (14_053, 8_319), "second": (14_684, 1_323)}
"""Positives and negatives of both data sets of Table 1."""

_RECALL: Final = {
    "network": ("0.9164", "0.9168", "0.8938"),
    "miranda": ("0.7045", "0.7054", "0.3540"),
    "rna22": ("0.0199", "0.0195", "0.0221"),
    "targetscan": ("0.7632", "0.7643", "0.3053"),
    "miraw": ("0.6734", "0.6696", "0.5531"),
    "mitar": ("0.0090", "0.0090", "0.0044"),
}
"""Overall, of functional and of non-functional sites."""
_KINDS: Final = {
    "functional": ("miRTarBase, functional", "mirtarbase-functional"),
    "non-functional": ("miRTarBase, non-functional", "mirtarbase-non-functional"),
}
"""Data of Table 2 as the study names them."""
_CHARACTERISTICS = "Results, The characteristics of the identified interactions in CLASH"
_PERFORMANCE = "Results, DMISO had good performance on miRNA and isomiR target prediction"
_CLEAR = "Table 1 (CLEAR-CLIP)"

_COUNTS: Final = {
    "interactions of exact miRNAs": ("12,170", "Table S2, quoted in " + _CHARACTERISTICS),
    "interactions of isomiRs": ("58,043", "Table S2, quoted in " + _CHARACTERISTICS),
    "distinct exact miRNAs and isomiRs": ("1,226", _CHARACTERISTICS),
    "isomiRs in at least 100 interactions": ("98", _CHARACTERISTICS),
    "reads an isomiR, mean": ("53", _CHARACTERISTICS),
    "reads an isomiR, median": ("19", _CHARACTERISTICS),
    "miRNAs with an isomiR": ("200", _CHARACTERISTICS),
    "isomiRs of a miRNA, least": ("1", _CHARACTERISTICS),
    "isomiRs of a miRNA, most": ("98", _CHARACTERISTICS),
    "isomiRs of a miRNA, mean": ("around 6", _CHARACTERISTICS),
    "miRNAs with at least 100 isomiR interactions": ("67", _CHARACTERISTICS),
    "of these, miRNAs that prefer a type (q < 0.01)": ("67", _CHARACTERISTICS),
    "sites of exact miRNAs": ("5,742", _CHARACTERISTICS),
    "of these, also of 5' isomiRs": ("355", _CHARACTERISTICS),
    "of these, also of 3' isomiRs": ("2,353", _CHARACTERISTICS),
    "share of miRNA forms not seen in the second data": ("0.9812", _CHARACTERISTICS),
}

_WORDS: Final[dict[Key, PaperFigure]] = {
    ("S4 tenfold", "training data", "network", "auroc"): PaperFigure("over 0.99", _PERFORMANCE),
    ("S4 tenfold", "training data", "network", "average_precision"): PaperFigure("over 0.99", _PERFORMANCE),
    **{
        ("S4 tenfold", "training data", "network", name): PaperFigure("more than 0.93", _PERFORMANCE)
        for name in ("f1", "precision", "recall")
    },
    **{
        ("S5 types", "second", "5' isomiR", name): PaperFigure(text, _PERFORMANCE + " (Table S5)")
        for name, text in zip(_SIX, ("0.94", "0.99", "0.93", "0.98", "0.89"), strict=False)
    },
    **{
        ("Table 2 recall", "*", tool, "recall"): PaperFigure(row[0], "Table 2 (miRTarBase)")
        for tool, row in _RECALL.items()
    },
    **{
        ("Table 2 recall", data, tool, "recall"): PaperFigure(row[column], f"Table 2 ({kind})")
        for column, (kind, names) in enumerate(_KINDS.items(), start=1)
        for data in names
        for tool, row in _RECALL.items()
    },
    ("abundance", "test", "network with abundance", "auroc"): PaperFigure("0.99", "Discussion"),
    ("abundance", "test", "network with abundance", "average_precision"): PaperFigure("1.00", "Discussion"),
    ("abundance", "second", "network with abundance", "auroc"): PaperFigure("0.94", "Discussion"),
    ("abundance", "second", "network with abundance", "average_precision"): PaperFigure("0.99", "Discussion"),
}


def _of_table_1(
    analysis: str, data: str, rows: Mapping[str, tuple[str, ...]], where: str
) -> dict[Key, PaperFigure]:
    """Return the figures of a half of Table 1, with the AUROC of calls beside that which is printed.

    What is printed as a tool's AUROC equals (recall + specificity) / 2: it is of its calls. DMISO's does not: it is of
    its score, and that of its calls follows from its recall and specificity.
    """
    found: dict[Key, PaperFigure] = {}
    for tool, row in rows.items():
        printed = dict(zip(_SIX, row, strict=True))
        found |= {(analysis, data, tool, name): PaperFigure(text, where) for name, text in printed.items()}
        of_calls = PaperFigure(printed["auroc"], f"{where}: what is printed as AUROC is of calls")
        if tool == "network":
            halved = (Decimal(printed["recall"]) + Decimal(printed["specificity"])) / 2
            of_calls = PaperFigure(str(halved), f"{where}: (recall + specificity) / 2 as printed")
        found[analysis, data, tool, "call_auroc"] = of_calls
    return found


FIGURES: Final[dict[Key, PaperFigure]] = {
    **_of_table_1("Table 1", "test", _TEST, _TABLE_1 + " (CLASH test)"),
    **_of_table_1("second data", "second", _SECOND, _CLEAR),
    **{
        ("S2 S3 counts", "primary", "all sources", name): PaperFigure(*words)
        for name, words in _COUNTS.items()
    },
    **_WORDS,
    **{key: PaperFigure(*words) for key, words in SUPPLEMENT_TEXT.items()},
}
"""Every figure by (analysis, data, subject, metric)."""

_UNQUOTED: Final = {
    "S2 S3 counts": "Tables S2 and S3, not in the paper's text",
    "S4 tenfold": "Table S4, not in the paper's text",
    "S5 types": "Table S5, not in the paper's text",
    "S6 exact or isomiR": "Table S6, not in the paper's text",
    "S8 miRNA halves": "Table S8, not in the paper's text",
    "S9 top five": "Table S9, not in the paper's text",
    **UNQUOTED,
}


def paper_figure(analysis: str, data: str, subject: str, metric: str) -> PaperFigure:
    """Return what the paper prints for a row of the side-by-side table.

    Examples
    --------
    >>> paper_figure("Table 1", "test", "network", "auroc")
    PaperFigure(text='0.9945', where='Table 1 (CLASH test)')
    >>> paper_figure("S9 top five", "test", "network", "auroc").where
    "Table S9, not in the paper's text"
    """
    keys = [(analysis, data, subject, metric)]
    # what stands for any data is not the figure of a part of miRTarBase that the paper does not have: weak
    if not data.startswith("miRTarBase, "):
        keys += [(analysis, "*", subject, metric), (analysis, "*", "*", metric)]
    for key in keys:
        if key in FIGURES:
            return FIGURES[key]
    return PaperFigure("", _UNQUOTED.get(analysis, ""))
