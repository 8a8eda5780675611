"""Pictures of tables, each as SVG and PNG in one look. matplotlib (extra ``report``) loads when one is drawn."""

from dmiso.plot.style import picture

__all__ = ["picture"]
