"""The session of docs/r.md runs in R."""

import os
import shutil
import subprocess
import sys

import pytest
from tests.documentation.pages import ROOT, blocks_of, environment


def _lacks():
    """Say what a test of R lacks."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return "Rscript is not there: apt-get install r-base-core r-cran-reticulate"
    asked = subprocess.run(
        [rscript, "-e", 'stopifnot(requireNamespace("reticulate"))'], capture_output=True, check=False
    )
    return "" if asked.returncode == 0 else "reticulate is not there: apt-get install r-cran-reticulate"


def test_r__session_runs_as_pasted(tmp_path):
    if lacks := _lacks():
        if os.environ.get("CI") == "true":
            pytest.fail(lacks)
        pytest.skip(lacks)
    blocks = [block.code for block in blocks_of(ROOT / "docs" / "r.md") if block.kind == "r"]
    script = tmp_path / "session.R"
    script.write_text("\n".join(blocks), encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "--vanilla", str(script)],
        cwd=tmp_path,
        env=environment(tmp_path) | {"DMISO_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    assert len(blocks) >= 5
    assert "binding uncertain; repressed" in done.stdout
    assert "percentile" in done.stdout
