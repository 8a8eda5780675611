"""Pictures of tables in one look, each with a line that says how to read it; SVG, PNG and PDF.

matplotlib (extra ``report``) loads when one is drawn.
"""

from dmiso.plot.picture import Picture, drawing, write_pictures

__all__ = ["Picture", "drawing", "write_pictures"]
