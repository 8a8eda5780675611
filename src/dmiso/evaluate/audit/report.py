"""An audit as JSON, as text for a terminal, and as a page of HTML that needs no other file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from dmiso.pages import render_page

if TYPE_CHECKING:
    from dmiso.evaluate.audit.audit import AuditReport
    from dmiso.evaluate.audit.check import Check

__all__ = ["as_dict", "as_html", "as_section", "as_text"]

_ORDER: Final = ("convicted", "cleared", "information", "not run")
_TITLES: Final = {
    "convicted": "Beyond the threshold",
    "cleared": "Within the threshold",
    "information": "For information",
    "not run": "Not run",
}


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


def as_html(report: AuditReport, *, title: str) -> str:
    """Return the report as one HTML page that needs nothing else.

    Parameters
    ----------
    report
        As :func:`dmiso.evaluate.audit.audit.audit_table` gives it.
    title
        What was audited: the name of the table.
    """
    return render_page("audit", **_shown(report, title))


def as_section(report: AuditReport, *, title: str) -> str:
    """Return the report as a part of a page, for a notebook; parameters as for :func:`as_html`."""
    return render_page("audit_section", **_shown(report, title))


def _shown(report: AuditReport, title: str) -> dict[str, object]:
    return {
        "title": f"Audit of {title}",
        "verdict": report.verdict.capitalize(),
        "verdict_class": "convicted" if report.convicted else "cleared",
        "summary": _summary(report),
        "rows": [_row(check) for _, checks in _groups(report) for check in checks],
    }


def _summary(report: AuditReport) -> str:
    n_asked = sum(check.verdict in {"convicted", "cleared"} for check in report.checks)
    return (
        f"{len(report.convicted)} of {n_asked} questions are beyond their threshold; {report.rows:,} rows, "
        f"{report.positives:,} of them positives, {report.mirnas:,} miRNAs, {report.sites:,} sites."
    )


def _groups(report: AuditReport) -> list[tuple[str, list[Check]]]:
    groups = [(verdict, [c for c in report.checks if c.verdict == verdict]) for verdict in _ORDER]
    return [(verdict, checks) for verdict, checks in groups if checks]


def _row(check: Check) -> dict[str, str]:
    """Return what a row of the page shows of a question."""
    return {
        "name": check.name,
        "verdict_class": check.verdict.replace(" ", "-"),
        "number": "" if check.value is None else f"{check.value:.3f}",
        "threshold": "" if check.threshold is None else f"{check.threshold:g}",
        "sentence": check.sentence,
    }
