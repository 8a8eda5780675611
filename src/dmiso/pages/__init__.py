"""HTML pages: every one is a template in ``templates/``, in one style sheet, and needs no other file to be shown."""

from dmiso.pages.render import render_page

__all__ = ["render_page"]
