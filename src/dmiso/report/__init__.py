"""Reports: one self-contained HTML page of a finished run, made from the files in its folder.

``runs`` says whose folder it is; a module per command composes its page; ``write`` writes it.
"""

from dmiso.report.dispatch import report_of
from dmiso.report.runs import REPORTED, Run, open_run
from dmiso.report.write import REPORT_NAME, write_report

__all__ = ["REPORTED", "REPORT_NAME", "Run", "open_run", "report_of", "write_report"]
