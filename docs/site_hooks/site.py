"""What mkdocs does beside its own work: pages that are made when the site is, links, and colours of code.

``mkdocs.yml`` names this file under ``hooks``; each function is an event of mkdocs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from code_blocks import code_blocks
from command_pages import command_index, command_page
from links import links_of_site
from mkdocs.structure.files import File
from notebook_pages import notebook_page
from other_pages import ROOT, api_page, model_cards, repository_pages

from dmiso.cli.main import COMMANDS

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

__all__ = ["on_config", "on_files", "on_page_content", "on_page_markdown"]

_ROLE: Final = re.compile(r":(?:func|class|mod|data|attr|meth):\s*<code>~?([^<]*)</code>")
"""What numpydoc writes as a cross-reference."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Fill the two sections of the navigation whose pages are made here."""
    reference, models = (_section(config.nav, name) for name in ("Reference", "Models"))
    commands = [{name: f"commands/{name}.md"} for name in COMMANDS]
    _section(reference, "Commands").extend(["commands/index.md", *commands])
    _section(models, "Cards").extend(model_cards())
    return config


def _section(nav: list[dict[str, list[object]]], name: str) -> list[dict[str, list[object]]]:
    """Return the entries of a section of the navigation."""
    return next(entry[name] for entry in nav if isinstance(entry, dict) and name in entry)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made from what is elsewhere."""
    made: dict[str, str | bytes] = {"commands/index.md": command_index(), "api.md": api_page()}
    made |= {f"commands/{name}.md": command_page(name) for name in COMMANDS}
    made |= model_cards()
    for notebook in sorted((ROOT / "docs" / "notebooks").glob("*.ipynb")):
        text, pictures = notebook_page(notebook)
        made[f"notebooks/{notebook.stem}.md"] = text
        made |= {f"notebooks/{name}": content for name, content in pictures.items()}
    for path, content in made.items():
        files.append(File.generated(config, path, content=content))
    shown = {**repository_pages(), **_results()}
    for path, source in shown.items():
        files.append(File.generated(config, path, abs_src_path=str(source)))
    return files


def _results() -> dict[str, object]:
    folder = ROOT / "benchmarks" / "results"
    return {f"benchmarks/results/{path.name}": path for path in sorted(folder.iterdir())}


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links into those of the site, and colour indented code by what it is."""
    del config, files
    outside = {there: path.relative_to(ROOT).as_posix() for there, path in repository_pages().items()}
    source = outside.get(page.file.src_uri)
    if source is None and not page.file.generated_by:
        source = f"docs/{page.file.src_uri}"
    if source is not None:
        markdown = links_of_site(markdown, source=source, page=page.file.src_uri)
    return _fenced(markdown)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Leave of a docstring's cross-references their names."""
    del page, config, files
    return _ROLE.sub(r"<code>\1</code>", html)


def _fenced(markdown: str) -> str:
    """Give indented blocks the fence that says what they are."""
    lines = markdown.split("\n")
    for block in reversed(code_blocks(markdown)):
        if not block.fenced:
            length = block.code.count("\n") + 1
            fence = [f"```{block.kind}", *block.code.split("\n"), "```"]
            lines[block.line - 1 : block.line - 1 + length] = fence
    return "\n".join(lines)
