"""An audit as JSON, as text for a terminal, and as a section of HTML that needs no other file."""

from __future__ import annotations

from dataclasses import asdict
from html import escape
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dmiso.evaluate.audit.audit import AuditReport
    from dmiso.evaluate.audit.check import Check

__all__ = ["as_dict", "as_html", "as_text", "html_page"]

_ORDER: Final = ("convicted", "cleared", "information", "not run")
_TITLES: Final = {
    "convicted": "Beyond the threshold",
    "cleared": "Within the threshold",
    "information": "For information",
    "not run": "Not run",
}
_COLOURS: Final = {"convicted": "#b3261e", "cleared": "#1b6e3c", "information": "#444", "not run": "#8a6d00"}


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
    """Return the report as one ``<section>`` with its own styles."""
    rows = "".join(_row(check) for _, checks in _groups(report) for check in checks)
    colour = _COLOURS["convicted" if report.convicted else "cleared"]
    return (
        '<section class="dmiso-audit" style="font-family:sans-serif;max-width:70em">'
        f"<h2>Audit of {escape(title)}</h2>"
        f'<p><strong style="color:{colour}">{report.verdict.capitalize()}</strong>. {escape(_summary(report))}</p>'
        '<table style="border-collapse:collapse;text-align:left"><thead><tr>'
        + "".join(
            f'<th style="padding:.3em .6em">{name}</th>' for name in ("Question", "Number", "Threshold", "")
        )
        + f"</tr></thead><tbody>{rows}</tbody></table></section>\n"
    )


def html_page(section: str, *, title: str) -> str:
    """Return a whole HTML page around a section."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
        f"<body>{section}</body></html>\n"
    )


def _summary(report: AuditReport) -> str:
    n_asked = sum(check.verdict in {"convicted", "cleared"} for check in report.checks)
    return (
        f"{len(report.convicted)} of {n_asked} questions are beyond their threshold; {report.rows:,} rows, "
        f"{report.positives:,} of them positives, {report.mirnas:,} miRNAs, {report.sites:,} sites."
    )


def _groups(report: AuditReport) -> list[tuple[str, list[Check]]]:
    groups = [(verdict, [c for c in report.checks if c.verdict == verdict]) for verdict in _ORDER]
    return [(verdict, checks) for verdict, checks in groups if checks]


def _row(check: Check) -> str:
    cell = '<td style="padding:.3em .6em;border-top:1px solid #ccc;vertical-align:top">'
    number = "" if check.value is None else f"{check.value:.3f}"
    limit = "" if check.threshold is None else f"{check.threshold:g}"
    name = f'<span style="color:{_COLOURS[check.verdict]}">{escape(check.name)}</span>'
    return (
        f"<tr>{cell}{name}</td>{cell}{number}</td>{cell}{limit}</td>{cell}{escape(check.sentence)}</td></tr>"
    )
