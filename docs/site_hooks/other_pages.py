"""Pages of the site that are made from what is elsewhere in the repository: API, model cards, benchmarks, changes."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Final

from dmiso.models.registry import BUNDLED
from dmiso.verbs import VERBS

__all__ = ["ROOT", "api_page", "model_cards", "repository_pages", "site_path"]

ROOT: Final = Path(__file__).resolve().parents[2]
_PAGES: Final = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
    "benchmarks/README.md": "benchmarks/index.md",
    "models/EXPERIMENTS.md": "experiments.md",
}
"""Path in the repository to path in the site."""


def api_page() -> str:
    """Return the page of the public verbs: mkdocstrings puts their docstrings in."""
    parts = [
        "# API",
        "Every command is a function of the package; how it takes and gives tables: [From Python](python.md).",
        "The packages below `dmiso` are public too, each with its docstrings.",
        "::: dmiso.load_model",
    ]
    for name, module in VERBS.items():
        parts.append(f"::: {module}.{name}")
    return "\n\n".join(parts) + "\n"


def model_cards() -> dict[str, str]:
    """Return the page of each bundled model, by its path in the site: the card as it is shipped."""
    return {
        f"models/{folder.name}.md": (folder / "card.md").read_text(encoding="utf-8")
        for folder in sorted(BUNDLED.iterdir(), reverse=True)
        if (folder / "card.md").exists()
    }


def repository_pages() -> dict[str, Path]:
    """Return the files outside ``docs/`` that are pages of the site, by their path in it."""
    return {there: ROOT / here for here, there in _PAGES.items()}


def site_path(repository_path: str) -> str | None:
    """Return where a file of the repository is in the site; None where it is not.

    Parameters
    ----------
    repository_path
        Relative to the repository, as ``docs/scan.md``.
    """
    path = posixpath.normpath(repository_path)
    if path in _PAGES:
        return _PAGES[path]
    if path.startswith("docs/notebooks/"):
        return path.removeprefix("docs/").removesuffix(".ipynb") + ".md"
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    if re.fullmatch(r"benchmarks/results/[^/]+", path):
        return path
    return None
