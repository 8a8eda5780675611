"""The page of ``dmiso audit``: the verdict, then each question with its number, threshold and sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from dmiso.errors import InputError
from dmiso.evaluate.audit.audit import AuditReport
from dmiso.evaluate.audit.check import Check
from dmiso.evaluate.audit.report import audit_page
from dmiso.report.origin import limits, origin
from dmiso.report.runs import read_object

if TYPE_CHECKING:
    from dmiso.pages import Page
    from dmiso.report.runs import Run
    from dmiso.report.targets import Targets

__all__ = ["page_of"]

_LIMITS: Final = (
    (
        "A question beyond its threshold says that something other than the pairing of miRNA and site gives the label "
        "away: a model can learn that in place of binding, and a good number on such a table says little."
    ),
    "A question within its threshold is no proof: other shortcuts may be there that nobody has asked for.",
)


def page_of(run: Run, targets: Targets) -> Page:
    """Compose the page; parameters as for every module of :mod:`dmiso.report.dispatch`."""
    del targets  # an audit draws none
    told = read_object(run.path)
    table = told.get("table")
    checks = told.get("checks")
    if not isinstance(table, dict) or not isinstance(checks, list):
        raise InputError(
            "the audit's table or checks are missing", path=str(run.path), hint="Run dmiso audit again"
        )
    rows, positives, mirnas, sites = (
        _whole(run, table, name) for name in ("rows", "positives", "mirnas", "sites")
    )
    report = AuditReport(rows, positives, mirnas, sites, tuple(_check(run, check) for check in checks))
    page = audit_page(report, title=_labelled(run))
    return replace(page, sections=(*page.sections, limits(_LIMITS), *origin(run)), subtitle="dmiso audit")


def _whole(run: Run, table: dict[str, Any], name: str) -> int:
    value = table.get(name)
    if not isinstance(value, int):
        raise InputError(f"table.{name} is no whole number", path=str(run.path), hint="Run dmiso audit again")
    return value


def _check(run: Run, told: object) -> Check:
    """Return a question as it was asked."""
    try:
        return Check(**told)  # type: ignore[arg-type]
    except TypeError as error:
        raise InputError(f"a check is not as dmiso writes it ({error})", path=str(run.path)) from error


def _labelled(run: Run) -> str:
    """Return the name of the table that was audited."""
    inputs = run.manifest.get("inputs")
    file = inputs.get("labelled") if isinstance(inputs, dict) else None
    return str(file.get("file")) if isinstance(file, dict) else run.path.name
