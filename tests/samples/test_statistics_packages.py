"""The page's own snippets, run by DESeq2, edgeR and PyDESeq2, give the fold changes that were simulated."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dmiso.samples.inputs import SampleInputs
from dmiso.samples.run import samples_files
from dmiso.samples.simulate.run import simulate_samples
from dmiso.settings.sample_simulation import SampleSimulation
from dmiso.settings.samples import SampleSettings

PAGE = Path(__file__).parents[2] / "docs" / "samples.md"
PYTHON = "DMISO_PYDESEQ2_PYTHON"


def snippet(language, word):
    """Return the block of the page that holds a word."""
    blocks = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    [found] = [block for block in blocks if word in block]
    return found


def absent(what):
    """Skip where a program is absent; in CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is absent")
    pytest.skip(f"{what} is absent")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three samples of each group of 150 miRNAs, counted into ``isomirs``."""
    folder = tmp_path_factory.mktemp("groups")
    draw = np.random.default_rng(1)
    names = [f"hsa-miR-{9000 + i}-5p" for i in range(150)]
    mature = folder / "mature.fa"
    mature.write_text("".join(f">{name}\n{''.join(draw.choice(list('ACGU'), 22))}\n" for name in names))
    settings = SampleSimulation(reads=20_000, mirnas=150, isomirs=4, dispersion=0.02, seed=3)
    simulate_samples((mature, None, None), folder / "made", settings)
    samples_files(SampleInputs(sheet=folder / "made" / "samples.tsv", mature=mature), folder / "isomirs")
    return folder


def judged(folder, table, estimate, q_value):
    """Require that fold changes come back: sign and size of those that changed, and few others called."""
    truth = pl.read_csv(folder / "made" / "truth_mirnas.tsv", separator="\t")
    found = pl.read_csv(folder / table, null_values="NA")
    found = found.rename({found.columns[0]: "feature", estimate: "estimate", q_value: "q"})
    frequent = truth.filter(pl.col("true_share") > 0.002).join(found, on="feature", how="left")
    assert frequent["estimate"].null_count() == 0, "a frequent miRNA is missing under its name"
    changed = frequent.filter(pl.col("log2_fold_change") != 0)
    assert changed.height >= 8
    assert (changed["estimate"].sign() == changed["log2_fold_change"].sign()).all()
    assert (changed["q"] < 0.05).mean() > 0.9
    off = (changed["estimate"] - changed["log2_fold_change"]).abs()
    assert off.median() < 0.35
    others = frequent.filter(pl.col("log2_fold_change") == 0)
    assert others["estimate"].abs().median() < 0.35
    assert (others["q"].fill_null(1) < 0.01).mean() < 0.1


@pytest.mark.parametrize(
    ("package", "table", "estimate", "q_value"),
    [("DESeq2", "deseq2.csv", "log2FoldChange", "padj"), ("edgeR", "edger.csv", "logFC", "FDR")],
)
def test_r__gives_the_simulated_fold_changes(folder, package, table, estimate, q_value):
    program = shutil.which("Rscript")
    if program is None:
        absent("Rscript (apt-get install r-base-core r-bioc-deseq2 r-bioc-edger)")
    there = subprocess.run([program, "-e", f"library({package})"], capture_output=True, check=False)
    if there.returncode:
        absent(f"R's package {package}")
    script = snippet("r", f"library({package})")
    done = subprocess.run([program, "-e", script], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    judged(folder, table, estimate, q_value)


def test_pydeseq2__gives_the_simulated_fold_changes(folder):
    python = os.environ.get(PYTHON)
    if not python:
        absent(f"PyDESeq2 ({PYTHON} names no Python that has it)")
    script = snippet("python", "pydeseq2")
    done = subprocess.run([python, "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    judged(folder, "pydeseq2.csv", "log2FoldChange", "padj")


def test_anndata__reads_what_was_counted(folder):
    python = os.environ.get(PYTHON)
    if not python:
        absent(f"anndata ({PYTHON} names no Python that has it)")
    script = (
        "import anndata, json, sys\n"
        "read = anndata.read_h5ad('isomirs/counts/isomirs.h5ad')\n"
        "print(json.dumps([list(read.obs_names), list(read.obs['group']), list(read.var_names), "
        "list(read.var['sequence']), read.X.toarray().tolist()]))"
    )
    done = subprocess.run([python, "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    import json

    samples, groups, features, sequences, counts = json.loads(done.stdout)
    wide = pl.read_csv(folder / "isomirs" / "counts" / "isomirs.tsv", separator="\t")
    known = pl.read_csv(folder / "isomirs" / "counts" / "features.tsv", separator="\t")
    assert samples == wide.columns[1:]
    assert groups == ["control"] * 3 + ["treated"] * 3
    assert features == wide["feature"].to_list() == known["feature"].to_list()
    assert sequences == known["sequence"].to_list()
    assert counts == wide.drop("feature").to_numpy().T.tolist()
    assert SampleSettings().formats == ("tsv", "h5ad")
