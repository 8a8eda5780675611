"""The pages whose blocks are run, and how they are run: a page's blocks one after the other in a folder of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs" / "site_hooks"))
from code_blocks import Block, code_blocks  # noqa: E402 - the site's own reading of the pages

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
    if block.kind == "console":
        return "\n".join(line[2:] for line in block.code.splitlines() if line.startswith("$ "))
    return block.code


def run_shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [shutil.which("bash"), "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def run_python(scripts: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the Python blocks of a page in one process: a reader's session."""
    return subprocess.run(
        [sys.executable, "-c", "\n".join(scripts)],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
