"""Run the notebooks of docs/notebooks and keep what they show.

    python scripts/run_notebooks.py [NAME]...

Each runs in an empty folder, with the kernel of this interpreter. ``tests/documentation/test_notebooks.py`` runs them
by the same function and compares what they show with what is kept here.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbclient import NotebookClient

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "notebooks"
TIMEOUT = 300
"""Seconds after which a cell is taken to hang."""


def run_notebook(path: Path, folder: Path) -> nbformat.NotebookNode:
    """Run a notebook in a folder, and return it with its outputs and without times and counters.

    Parameters
    ----------
    path
        The notebook.
    folder
        Where it runs: new files are written here.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=TIMEOUT, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env=kernel_environment(folder))
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = list(_kept(cell.outputs))
    return notebook


def _kept(outputs: list[nbformat.NotebookNode]) -> Iterator[nbformat.NotebookNode]:
    """Give what a reader should see: no messages on the way, which name temporary files, and no counters."""
    printed = [output for output in outputs if output.get("name") == "stdout"]
    if printed:
        yield nbformat.v4.new_output("stream", name="stdout", text="".join(part.text for part in printed))
    for output in outputs:
        if output.output_type != "stream":
            output.metadata = {}
            if "execution_count" in output:
                output.execution_count = None
            yield output


def kernel_environment(folder: Path) -> dict[str, str]:
    """Return the kernel's environment: the program on the path, references in a place of their own."""
    return os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "DMISO_REFERENCES": str(folder / "references"),
        "COLUMNS": "100",
    }


if __name__ == "__main__":
    names = sys.argv[1:] or sorted(path.stem for path in FOLDER.glob("*.ipynb"))
    for name in names:
        with tempfile.TemporaryDirectory() as scratch:
            ran = run_notebook(FOLDER / f"{name}.ipynb", Path(scratch))
        nbformat.write(ran, FOLDER / f"{name}.ipynb")
        sys.stdout.write(f"{name}\n")
