"""Turn a notebook into a Markdown page: its words, its code, and what the code showed when it was last run."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["notebook_page"]

_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def notebook_page(path: Path) -> tuple[str, dict[str, bytes]]:
    """Return a notebook as Markdown, and its pictures by their file names beside the page.

    Parameters
    ----------
    path
        The notebook, version 4.
    """
    notebook = json.loads(path.read_text(encoding="utf-8"))
    pictures: dict[str, bytes] = {}
    parts = []
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(text)
        elif text.strip():
            parts.append(_code(text))
            parts.extend(_output(output, path.stem, pictures) for output in cell["outputs"])
    where = f"*This page is a notebook: [{path.name}]({path.name}). The tests run it; what it shows is of such a run.*"
    return "\n\n".join(part for part in [*parts[:1], where, *parts[1:]] if part) + "\n", pictures


def _code(text: str) -> str:
    if text.startswith("%%bash"):
        return "```sh\n" + text.partition("\n")[2].rstrip() + "\n```"
    return "```python\n" + text.rstrip() + "\n```"


def _output(output: dict[str, Any], stem: str, pictures: dict[str, bytes]) -> str:
    if output["output_type"] == "stream":
        return _shown("".join(output["text"]))
    data = output.get("data", {})
    if "image/svg+xml" in data:
        return _picture("".join(data["image/svg+xml"]).encode(), "svg", stem, pictures)
    if "image/png" in data:
        return _picture(base64.b64decode("".join(data["image/png"])), "png", stem, pictures)
    if "text/html" in data:
        return _table("".join(data["text/html"]))
    return _shown("".join(data.get("text/plain", "")))


def _table(html: str) -> str:
    """Return a frame in the site's own look: without its styles, types of columns and quotes."""
    html = re.sub(r"<style>.*?</style>|(?<=</tr>)<tr><td>.*?</tr>(?=</thead>)", "", html, flags=re.DOTALL)
    html = html.replace(' border="1" class="dataframe"', "").replace("&quot;", "")
    return re.sub(r"\n\s*\n", "\n", html)


def _picture(content: bytes, ending: str, stem: str, pictures: dict[str, bytes]) -> str:
    name = f"{stem}_{len(pictures) + 1}.{ending}"
    pictures[name] = content
    return f"![]({name})"


def _shown(text: str) -> str:
    text = _TERMINAL.sub("", text).rstrip()
    return f"```text\n{text}\n```" if text else ""
