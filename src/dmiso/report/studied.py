"""The page of ``dmiso study``: the paper's evaluation done twice, as the study composes it, with what was run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from dmiso.columns import SIDE_COLUMNS
from dmiso.report.origin import limits, origin
from dmiso.studies.page import study_page
from dmiso.studies.supplement_files import FIGURES

if TYPE_CHECKING:
    from dmiso.pages import Page
    from dmiso.report.runs import Run
    from dmiso.report.targets import Targets

__all__ = ["page_of"]

_LIMITS: Final = (
    (
        "Paper mode repeats the paper's construction with its shortcuts; its numbers say how well a network finds "
        "these, and are not to be compared with those of other tables. Honest mode closes the known ones; others may "
        "be left."
    ),
    "Both modes ask which site a miRNA was ligated to on AGO. Neither asks what is repressed.",
)


def page_of(run: Run, targets: Targets) -> Page:
    """Compose the page; parameters as for every module of :mod:`dmiso.report.dispatch`."""
    del targets  # a study lists no sites
    page = study_page(run.table("side_by_side.tsv", SIDE_COLUMNS), run.path, FIGURES)
    return replace(
        page,
        sections=(*page.sections, limits(_LIMITS), *origin(run)),
        subtitle=f"dmiso study paper, {run.path.name}",
    )
