"""The numbers of sections are those of the run's own tables."""

import json

import polars as pl
import pytest
from tests.mqc.conftest import dmiso

from dmiso.isomir.classify import TYPES
from dmiso.isomir.tally import SEVERAL
from dmiso.mqc import decode
from dmiso.mqc.isomirs import UNEXPLAINED

pytestmark = pytest.mark.xdist_group("mqc")
"""One process for all: what they look at takes long to make."""


def data(folder, name):
    return decode((folder / "multiqc" / f"dmiso_{name}_mqc.json").read_bytes()).data


def test_chimeras__a_funnel_is_all_reads_of_a_sample(runs):
    folder = runs.folder / "chimeras"
    funnel = pl.read_csv(folder / "funnel.tsv", separator="\t")
    for sample, of in data(folder, "chimeras_funnel").items():
        own = funnel.filter(pl.col("sample") == sample)
        assert sum(of.values()) == own.filter(pl.col("step") == "read")["n"].sum() == 800
        last = own.filter((pl.col("step") == "filter") & (pl.col("outcome") == "kept"))
        assert of["reads of interactions"] == last["n"].sum()


def test_chimeras__types_and_lengths_are_the_reads_of_interactions(runs):
    folder = runs.folder / "chimeras"
    kept = {sample: of["reads of interactions"] for sample, of in data(folder, "chimeras_funnel").items()}
    assert len(kept) == 2
    for name in ("chimeras_types", "chimeras_lengths"):
        assert {sample: sum(of.values()) for sample, of in data(folder, name).items()} == kept


def test_chimeras__seed_classes_are_the_interactions_that_a_sample_shows(runs):
    folder = runs.folder / "chimeras"
    told = json.loads((folder / "manifest.json").read_text())["settings"]["samples"]
    table = pl.read_csv(
        folder / "interactions.tsv", separator="\t", schema_overrides={"sample_counts": pl.String}
    )
    found = data(folder, "chimeras_seed_classes")
    for number, sample in enumerate(told):
        reads = [int(row.split(",")[number]) for row in table["sample_counts"]]
        classes = table.filter(pl.Series(reads) > 0)["seed_class"].to_list()
        assert {name: n for name, n in found[sample].items() if n} == {
            c: classes.count(c) for c in set(classes)
        }
        assert data(folder, "chimeras_statistics")[sample]["dmiso_chimeras_interactions"] == len(classes)


def test_chimeras__seed_enrichment_is_the_ratio_of_both_bars(runs):
    folder = runs.folder / "chimeras"
    head = data(folder, "chimeras_statistics")
    shown = data(folder, "chimeras_seed_enrichment")
    assert set(shown) == {"liver", "brain"}
    for sample, bars in shown.items():
        found, shuffled = bars["pairs as found"], bars["shuffled partners"]
        if shuffled:
            assert head[sample]["dmiso_chimeras_seeds"] == pytest.approx(found / shuffled, rel=1e-2)
        else:  # no number of times is told
            assert "dmiso_chimeras_seeds" not in head[sample]
    assert any(bars["shuffled partners"] for bars in shown.values())


def test_chimeras__without_coding_sequences_have_no_section_of_regions(runs):
    assert not (runs.folder / "chimeras" / "multiqc" / "dmiso_chimeras_regions_mqc.json").exists()


def test_samples__a_funnel_is_all_reads_and_types_are_all_molecules(runs):
    folder = runs.folder / "small-rna"
    samples = pl.read_csv(folder / "samples.tsv", separator="\t")
    funnel, types = data(folder, "isomirs_funnel"), data(folder, "isomirs_types")
    assert set(funnel) == set(types) == {"control_1", "treated_1"}
    for row in samples.iter_rows(named=True):
        assert sum(funnel[row["sample"]].values()) == row["raw_reads"] == 500
        assert sum(types[row["sample"]].values()) == row["molecules"]
        assert types[row["sample"]]["exact miRNA"] == round(row["exact_share"] * row["assigned"])
        assert sum(data(folder, "isomirs_lengths")[row["sample"]].values()) == row["assigned"]


def test_samples__each_read_is_of_one_type(runs):
    named = {"exact miRNA", *TYPES, SEVERAL, UNEXPLAINED}
    for of in data(runs.folder / "small-rna", "isomirs_types").values():
        assert set(of) <= named


def test_scan__sites_are_all_in_each_section(runs):
    folder = runs.folder / "scanned"
    sites = pl.read_parquet(folder / "sites.parquet")
    assert sites.height
    for name in ("scan_regions", "scan_seed_classes", "scan_q_values"):
        assert sum(data(folder, name)["scanned"].values()) == sites.height
    assert data(folder, "scan_regions")["scanned"] == {"3'UTR": sites.height}
    below = data(folder, "scan_q_values")["scanned"]
    good = sum(n for said, n in below.items() if said in {"q ≤ 0.01", "q ≤ 0.05", "q ≤ 0.1"})
    assert good == (sites["q_value"] <= 0.1).sum()
    assert data(folder, "scan_statistics")["scanned"]["dmiso_scan_good_sites"] == good


def test_scan__in_parts_has_content_when_they_are_put_together(runs, tmp_path):
    examples = runs.work / "dmiso-examples"
    words = (
        "scan",
        "--mirnas",
        examples / "isomirs.fa",
        "--transcripts",
        examples / "transcripts.fa",
        "-o",
        "parts",
    )
    dmiso(tmp_path, *words, "--shard", "1/1000", "--mirnas-per-shard", 3)
    assert not (tmp_path / "parts" / "multiqc").exists()
    dmiso(tmp_path, *words, "--resume", "--mirnas-per-shard", 3)
    assert (tmp_path / "parts" / "multiqc").is_dir()


def test_dataset__splits_are_the_rows_of_the_table(runs):
    folder = runs.folder / "pairs"
    table = pl.read_parquet(folder / "data.parquet")
    words = {1: "positives", 0: "negatives"}
    counted = {
        f"{split} {words[label]}": n for split, label, n in table.group_by("split", "label").len().iter_rows()
    }
    assert data(folder, "dataset_splits")["pairs"] == counted
    assert set(data(folder, "dataset_seed_classes")) == {"pairs positives", "pairs negatives"}


def test_evaluation__has_a_bar_for_each_score(runs):
    folder = runs.folder / "judged"
    metrics = pl.read_csv(folder / "metrics.tsv", separator="\t", infer_schema_length=None)
    found = data(folder, "evaluate_metrics")
    auroc = metrics.filter(pl.col("metric") == "auroc")
    assert {f"judged {name}" for name in auroc["scorer"]} == set(found)
    for name, value in auroc.select("scorer", "value").iter_rows():
        assert found[f"judged {name}"]["AUROC"] == pytest.approx(value, abs=1e-5)


def test_training__has_a_point_per_epoch(runs, tmp_path):
    rows = pl.read_csv(runs.work / "dmiso-examples" / "labelled.tsv", separator="\t")
    few = pl.concat([rows.filter(pl.col("label") == label).head(40) for label in (1, 0)])
    few.write_csv(tmp_path / "few.tsv", separator="\t")
    dmiso(tmp_path, "train", "few.tsv", "--epochs", 2, "-o", "small")
    curves = pl.read_csv(tmp_path / "small" / "curves.tsv", separator="\t")
    found = data(tmp_path / "small", "train_precision")["small"]
    assert found == {
        str(n): value for n, value in curves.select("epoch", "validation_average_precision").iter_rows()
    }


def test_isomirs__types_are_all_reads(runs):
    content = decode((runs.folder / "kidney.gff3_mqc.json").read_bytes())
    assert content.data == {"kidney": {"exact miRNA": 4, "5' addition": 1, "3' addition": 1}}


def test_prediction__rows_are_those_of_the_table(runs):
    rows = pl.read_csv(runs.folder / "scores.tsv", separator="\t")
    content = decode((runs.folder / "scores.tsv_mqc.json").read_bytes())
    outside = rows["domain"].fill_null("").str.len_chars() > 0
    assert sum(content.data["scores"].values()) == rows.height
    assert content.data["scores"].get("unlike the training pairs", 0) == outside.sum()


@pytest.mark.parametrize(
    "words", [("predict", "--pairs", "pairs.tsv"), ("isomirs", "isomirs.fa", "--mature", "mature.fa")]
)
def test_no_multiqc__leaves_it_out_and_takes_that_of_an_earlier_run_away(runs, tmp_path, words):
    for path in (runs.work / "dmiso-examples").iterdir():
        (tmp_path / path.name).symlink_to(path)
    dmiso(tmp_path, *words, "-o", "out.tsv")
    assert (tmp_path / "out.tsv_mqc.json").exists()
    dmiso(tmp_path, *words, "--no-multiqc", "-o", "out.tsv")
    assert not (tmp_path / "out.tsv_mqc.json").exists()


def test_same_run__gives_the_same_bytes(runs, tmp_path):
    table = runs.folder / "chimeras" / "interactions.tsv"
    words = (
        "dataset",
        table,
        "--transcripts",
        runs.work / "dmiso-examples" / "transcripts.fa",
        "-o",
        "pairs",
    )
    dmiso(tmp_path, *words)
    for path in sorted((tmp_path / "pairs" / "multiqc").iterdir()):
        assert path.read_bytes() == (runs.folder / "pairs" / "multiqc" / path.name).read_bytes(), path.name
