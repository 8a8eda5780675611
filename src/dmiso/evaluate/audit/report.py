"""An audit as JSON and back, as text for a terminal, and as a page."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from dmiso.pages import Head, Page, RowGroup, Section, Table, Verdict, render_part

if TYPE_CHECKING:
    from dmiso.evaluate.audit.audit import AuditReport
    from dmiso.evaluate.audit.check import Check

__all__ = ["as_dict", "as_section", "as_text", "audit_page"]

_ORDER: Final = ("convicted", "cleared", "information", "not run")
_TITLES: Final = {
    "convicted": "Beyond the threshold",
    "cleared": "Within the threshold",
    "information": "For information",
    "not run": "Not run",
}

_HEADS: Final = (
    Head("question", "What was asked, as the .json has it"),
    Head("number", "What was measured", numeric=True),
    Head("threshold", "From here on it convicts; none where the number only informs", numeric=True),
    Head("what it means"),
)


def as_dict(report: AuditReport, manifest: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the report as values for JSON.

    Parameters
    ----------
    report
        As :func:`dmiso.evaluate.audit.audit.audit_table` gives it.
    manifest
        Where the numbers come from; left out if None.
    """
    result: dict[str, Any] = {
        "verdict": report.verdict,
        "convicted": [check.name for check in report.convicted],
        "table": {
            "rows": report.rows,
            "positives": report.positives,
            "mirnas": report.mirnas,
            "sites": report.sites,
        },
        "checks": [asdict(check) for check in report.checks],
    }
    return result | ({"manifest": manifest} if manifest is not None else {})


def as_text(report: AuditReport) -> str:
    """Return the report as lines to read."""
    lines = [f"Verdict: {report.verdict}. {_summary(report)}"]
    for verdict, checks in _groups(report):
        lines += ["", _TITLES[verdict]]
        lines += [f"  {check.name}: {check.sentence}" for check in checks]
    return "\n".join(lines) + "\n"


def as_section(report: AuditReport, *, title: str) -> str:
    """Return the report as a part of a page, for a notebook.

    Parameters
    ----------
    report
        As :func:`dmiso.evaluate.audit.audit.audit_table` gives it.
    title
        What was audited: the name of the table.
    """
    return render_part("main", page=audit_page(report, title=title))


def audit_page(report: AuditReport, *, title: str) -> Page:
    """Return the report as a page; parameters as for :func:`as_section`."""
    verdict = Verdict(
        "Shortcuts or leaks found" if report.convicted else "No shortcut or leak found",
        _summary(report),
        "no" if report.convicted else "yes",
    )
    groups = tuple(
        RowGroup(_TITLES[name], tuple((c.name, c.value, c.threshold, c.sentence) for c in checks))
        for name, checks in _groups(report)
    )
    table = Table("A row per question", _HEADS, groups)
    return Page(f"Audit of {title}", (verdict,), (Section("Questions", (table,)),))


def _summary(report: AuditReport) -> str:
    n_asked = sum(check.verdict in {"convicted", "cleared"} for check in report.checks)
    return (
        f"{len(report.convicted)} of {n_asked} questions are beyond their threshold; {report.rows:,} rows, "
        f"{report.positives:,} of them positives, {report.mirnas:,} miRNAs, {report.sites:,} sites."
    )


def _groups(report: AuditReport) -> list[tuple[str, list[Check]]]:
    groups = [(verdict, [c for c in report.checks if c.verdict == verdict]) for verdict in _ORDER]
    return [(verdict, checks) for verdict, checks in groups if checks]
