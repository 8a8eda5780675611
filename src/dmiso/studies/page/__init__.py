"""The page of a study: each table and figure of the paper, ours in both modes, and what is real.

Order: numbers of the side-by-side table (``values``), how the page calls them (``names``), tables and sentences made of
them, sections in the paper's order, the page and its Markdown (``write``).
"""

from dmiso.studies.page.sections import KERNELS, Picture
from dmiso.studies.page.write import study_page, write_markdown

__all__ = ["KERNELS", "Picture", "study_page", "write_markdown"]
