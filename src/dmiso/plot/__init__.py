"""Pictures of tables, each as SVG and PNG in one look. matplotlib (extra ``report``) loads when one is drawn."""

from dmiso.plot.style import matplotlib_is_there, picture, require_matplotlib

__all__ = ["matplotlib_is_there", "picture", "require_matplotlib"]
