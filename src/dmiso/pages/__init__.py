"""HTML: every page is a template in ``templates/``, in one style sheet, and needs no other file to be shown.

``shown``, ``audit_section`` and ``text`` are parts without a head: what a notebook shows of a result.
"""

from dmiso.pages.render import render_page

__all__ = ["render_page"]
