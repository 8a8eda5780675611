"""The pages whose blocks are run, and how: a page's blocks one after the other in a folder of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs" / "site_hooks"))
from code_blocks import RUNNABLE, SHOWN, Block, code_blocks  # noqa: E402 - the site's own reading of the pages

__all__ = ["PAGES", "ROOT", "RUNNABLE", "SHOWN", "Block", "code_blocks"]

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks_of(page: Path) -> list[Block]:
    return code_blocks(page.read_text(encoding="utf-8"))


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def environment(folder: Path) -> dict[str, str]:
    """The reader's: the program is on the path, references are in a place of their own."""
    return os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "DMISO_REFERENCES": str(folder / "references"),
        "PYTHONPATH": str(ROOT / "src"),
        "MPLBACKEND": "agg",
    }


def prepare(folder: Path) -> None:
    """What a reader of any page has: the example files (``dmiso examples`` of the page called Start)."""
    run_shell("dmiso examples", folder)


def script_of(block: Block) -> str:
    """The lines of a block that a reader would paste."""
    if block.kind != "console":
        return block.code
    pasted: list[str] = []
    for line in block.code.splitlines():
        if line.startswith("$ "):
            pasted.append(line[2:])
        elif pasted and pasted[-1].endswith("\\"):  # the command goes on
            pasted.append(line)
    return "\n".join(pasted)


def shown_by(block: Block) -> str:
    """What a console block says that its commands print."""
    pasted = script_of(block).splitlines()
    lines = [line.removeprefix("$ ") for line in block.code.splitlines()]
    return "\n".join(line for line in lines if line not in pasted)


def run_shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return _run([shutil.which("bash") or "bash", "-euo", "pipefail", "-c", script], folder)


def run_python(scripts: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the Python blocks of a page in one process: a reader's session."""
    return _run([sys.executable, "-c", "\n".join(scripts)], folder)


def run_doctest(session: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a session with ``>>>``, and compare what it shows."""
    (folder / "session.txt").write_text(session + "\n", encoding="utf-8")
    return _run([sys.executable, "-m", "doctest", "session.txt"], folder)


def _run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
