"""The Snakemake workflow from reads to genes and to a model, run for real on simulated reads."""

import subprocess

import polars as pl
import pytest
from tests.workflows.conftest import WORKFLOWS, program

SNAKEFILE = WORKFLOWS / "snakemake" / "Snakefile"
pytestmark = pytest.mark.xdist_group("snakemake")
"""One process for all: what they look at takes long to make."""


@pytest.fixture(scope="session")
def snakemake(environment):
    """Return what runs Snakemake in a folder."""
    named = program("Snakemake", "DMISO_SNAKEMAKE")

    def run(folder, *words):
        command = [named, "--snakefile", str(SNAKEFILE), "--configfile", "config.yaml", *words]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=1500
        )
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture(scope="session")
def data(tmp_path_factory, environment):
    """Simulated reads and a configuration."""
    folder = tmp_path_factory.mktemp("snakemake")
    script = WORKFLOWS / "snakemake" / "make_test_data.sh"
    subprocess.run(["bash", str(script), str(folder)], env=environment, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def finished(snakemake, data):
    code, said = snakemake(data, "--cores", "2")
    logs = "\n".join(path.read_text() for path in (data / "results" / "logs").glob("*.log"))
    assert code == 0, said + logs
    return data / "results"


def test_lint__finds_nothing(snakemake, data):
    code, said = snakemake(data, "--lint")
    assert code == 0, said
    assert "in a good condition" in said


def test_genes__are_those_of_the_scan_of_the_most_abundant(finished):
    genes = pl.read_csv(finished / "genes.tsv", separator="\t")
    totals = pl.read_parquet(finished / "scan" / "genes_total.parquet")
    assert sorted(genes["gene_id"]) == sorted(totals["gene_id"])
    assert genes["repression"].to_list() == sorted(genes["repression"].to_list())
    counts = pl.read_csv(finished / "isomirs" / "counts" / "isomirs.tsv", separator="\t")
    assert counts.columns == ["feature", "control_1", "treated_1"]
    scanned = pl.read_parquet(finished / "scan" / "genes.parquet")["mirna_sequence"].n_unique()
    assert 0 < scanned <= 5


def test_model__is_judged_on_pairs_that_it_was_not_trained_on(finished):
    pairs = pl.read_csv(finished / "test_pairs.tsv", separator="\t")
    assert set(pairs["split"]) == {"test"}
    whole = pl.read_parquet(finished / "dataset" / "data.parquet")
    assert pairs.height == whole.filter(pl.col("split") == "test").height
    metrics = pl.read_csv(finished / "evaluation" / "metrics.tsv", separator="\t", infer_schema_length=None)
    judged = metrics.filter((pl.col("kind") == "model") & (pl.col("metric") == "auroc"))
    assert judged["rows"].to_list() == [pairs.height]


def test_finished__has_nothing_left_to_do(snakemake, data, finished):
    code, said = snakemake(data, "--cores", "1")
    assert code == 0, said
    assert "Nothing to be done" in said


def test_lost_result__is_made_again_from_what_dmiso_kept(snakemake, data, finished):
    sites = finished / "scan" / "sites.parquet"
    before = sites.read_bytes()
    sites.unlink()
    code, said = snakemake(data, "--cores", "1", str(sites.relative_to(data)))
    assert code == 0, said
    assert "(0 shards made, 1 were there)" in (finished / "logs" / "scan.log").read_text()
    assert sites.read_bytes() == before


def test_config__that_is_wrong_is_refused(snakemake, data):
    code, said = snakemake(data, "--dry-run", "--config", "surprise=1")
    assert code != 0
    assert "surprise" in said


def test_multiqc__shows_the_whole_workflow(snakemake, data, finished):
    named = program("MultiQC", "DMISO_MULTIQC")
    code, said = snakemake(data, "--cores", "1", "--config", "multiqc=True", f"multiqc_program={named}")
    assert code == 0, said
    page = (finished / "multiqc" / "multiqc_report.html").read_text(encoding="utf-8")
    for section in ("dmiso_isomirs_types", "dmiso_scan_q_values", "dmiso_chimeras_funnel", "dmiso_dataset_splits",
                    "dmiso_train_loss", "dmiso_evaluate_metrics"):  # fmt: skip
        assert section in page
