"""The notebooks of the documentation run, and show what is kept in them."""

import re
import sys

import nbformat
import pytest
from tests.documentation.pages import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from run_notebooks import FOLDER, run_notebook

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
VARIES = "varies"
"""Tag of cells whose numbers depend on the machine in their last digits: trained networks."""


def shown(notebook):
    """What cells print and show as text; pictures are known by their kind."""
    return {
        cell.id: [
            output.get("text") or output["data"]["text/plain"].partition(" at 0x")[0]
            for output in cell.outputs
        ]
        for cell in notebook.cells
        if cell.cell_type == "code" and VARIES not in cell.metadata.get("tags", [])
    }


def kinds(notebook):
    return [
        (cell.id, output.output_type, sorted(output.get("data", {})))
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]


def test_notebooks__are_there():
    assert len(NOTEBOOKS) >= 3


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks__show_what_is_kept(path, tmp_path):
    kept = nbformat.read(path, as_version=4)
    ran = run_notebook(path, tmp_path)
    assert kinds(ran) == kinds(kept)
    assert shown(ran) == shown(kept)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks__tell_a_story(path):
    notebook = nbformat.read(path, as_version=4)
    words = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert words.startswith("# ")
    assert "What to conclude, and what not" in words
    assert any("image/" in kind for _, _, data in kinds(notebook) for kind in data), "no picture"
    assert all(cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")
    for target in re.findall(r"\]\((\.\./[^)#]+)", words):
        assert (path.parent / target).exists(), target
