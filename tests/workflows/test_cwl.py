"""The Common Workflow Language tool, run by cwltool without a container."""

import json
import subprocess

import polars as pl
import pytest
from tests.workflows.conftest import WORKFLOWS, program

from dmiso.examples import write_examples

TOOL = WORKFLOWS / "cwl" / "dmiso-scan.cwl"


@pytest.fixture(scope="session")
def cwltool(environment):
    named = program("cwltool", "DMISO_CWLTOOL")

    def run(folder, *words):
        return subprocess.run(
            [named, *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    return run


def test_tool__is_valid(cwltool, tmp_path):
    done = cwltool(tmp_path, "--validate", str(TOOL))
    assert done.returncode == 0, done.stderr
    assert "is valid CWL" in done.stdout + done.stderr


def test_tool__scans(cwltool, tmp_path):
    write_examples(tmp_path / "examples")
    files = {"mirnas": "isomirs.fa", "transcripts": "transcripts.fa"}
    job = {name: {"class": "File", "path": f"examples/{file}"} for name, file in files.items()}
    (tmp_path / "job.json").write_text(json.dumps({**job, "as_utrs": True, "decoys": 2, "max_q": 0.9}))
    words = (
        "--no-container",
        "--preserve-environment",
        "PYTHONPATH",
        "--outdir",
        "out",
        str(TOOL),
        "job.json",
    )
    done = cwltool(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert set(made) == {"sites", "sites_table", "genes", "genes_total", "report", "manifest", "multiqc"}
    sites = pl.read_parquet(made["sites"]["path"])
    assert sites.height == pl.read_csv(made["sites_table"]["path"], separator="\t").height > 0
    assert sites["q_value"].max() <= 0.9
    settings = json.loads((tmp_path / "out" / "scan.manifest.json").read_text())["settings"]
    assert (settings["decoys"], settings["as_utrs"], settings["max_q"]) == (2, True, 0.9)
