"""A whole study on a small world whose sites betray the label by their composition."""

import json
import shutil
from dataclasses import replace

import polars as pl
import pytest

from dmiso.columns import schema_of
from dmiso.columns.tables import TABLES as DECLARED
from dmiso.studies import StudyInputs, StudySettings, study_paper
from dmiso.studies.side_by_side import SIDE_COLUMNS
from dmiso.studies.tools import FIVE

pytest.importorskip("torch")
pytest.importorskip("RNA")

TABLES = (
    "side_by_side.tsv",
    "side_by_side.md",
    "results.tsv",
    "counts.tsv",
    "preference.tsv",
    "tool_pairs.tsv",
    "tool_mirnas.fa",
    "tool_sites.fa",
    "manifest.json",
)
SETTINGS = {
    "epochs": 2,
    "patience": 2,
    "folds": 3,
    "full_epochs": 3,
    "replicates": 10,
    "random_windows": 40,
}


@pytest.fixture(scope="module")
def inputs(world):
    return StudyInputs(
        (world["interactions"],),
        world["transcripts"],
        world["cds"],
        second=(world["second"],),
        mature=world["mature"],
        recall=(world["recall"],),
    )


@pytest.fixture(scope="module")
def done(inputs, tmp_path_factory):
    """The folder of a finished study, and what it gave."""
    folder = tmp_path_factory.mktemp("study") / "out"
    return folder, study_paper(inputs, folder, StudySettings(**SETTINGS, tools=("rnaduplex", "targetscan")))


def value(study, side, *key):
    names = ("analysis", "data", "subject", "metric")
    return study.table.filter(**dict(zip(names, key, strict=True)))[f"{side}_mode_value"].item()


def test_study__writes_its_tables_as_declared(done):
    declared = [table for table in DECLARED if table.command == "study paper"]
    assert {table.name for table in declared} == {name for name in TABLES if name.endswith(".tsv")}
    for table in declared:
        frame = pl.read_csv(
            done[0] / table.name, separator="\t", schema_overrides=schema_of(table.columns), null_values=[""]
        )
        assert tuple(frame.columns) == table.columns
        assert dict(frame.schema) == schema_of(table.columns)


def test_study__has_every_analysis_in_the_papers_order(done):
    assert done[1].table["analysis"].unique(maintain_order=True).to_list() == [
        "S2 S3 counts",
        "S4 tenfold",
        "Table 1",
        "second data",
        "Table 2 recall",
        "S5 types",
        "S6 exact or isomiR",
        "S8 miRNA halves",
        "S9 top five",
        "abundance",
        "leak explained",
    ]


def test_study__paper_mode_lives_on_composition_and_honest_mode_cannot(done):
    study = done[1]
    assert value(study, "paper", "leak explained", "test", "target_gc", "auroc") > 0.9
    assert value(study, "honest", "leak explained", "test", "target_gc", "auroc") == 0.5
    assert value(study, "paper", "Table 1", "test", "network", "auroc") > 0.8
    assert value(study, "honest", "Table 1", "test", "network", "auroc") < 0.7
    subject = "paper-mode network, negatives by site swap"
    assert value(study, "paper", "leak explained", "test", subject, "auroc") < 0.65
    subject = "network, 3 epochs without early stopping, miRNAs permuted among rows"
    assert value(study, "paper", "leak explained", "test", subject, "auroc") > 0.8


def test_study__names_the_papers_figure_and_what_is_missing(done):
    table = done[1].table
    row = table.filter(analysis="Table 1", subject="network", metric="auroc").row(0, named=True)
    assert row["paper"] == "0.9945"
    assert row["paper_mode_positives"] == row["paper_mode_negatives"] == 48
    assert row["honest_mode_low"] <= row["honest_mode_value"] <= row["honest_mode_high"]
    rna22 = table.filter(analysis="Table 1", subject="rna22", metric="auroc").row(0, named=True)
    assert rna22["paper"] == "0.5002"
    assert rna22["paper_mode_value"] is None
    assert "no program to run" in rna22["note"]
    top_five = table.filter(analysis="S9 top five").row(0, named=True)
    assert "one pair a read" in top_five["note"]


def test_study__recall_stands_beside_the_control(done):
    recall = done[1].table.filter(analysis="Table 2 recall", subject="network")
    assert recall["data"].to_list()[:4] == [
        "second",
        "recall",
        "random windows, 60% GC (control)",
        "random windows, 40% GC (control)",
    ]
    assert recall["metric"].to_list()[2] == "share called positive"


def test_study__writes_tables_without_paths_and_counts_what_was_dropped(done, world):
    folder, study = done
    for name in TABLES:
        text = (folder / name).read_text(encoding="utf-8")
        assert str(folder) not in text
        assert str(world["cds"].parent) not in text
    table = pl.read_csv(folder / "side_by_side.tsv", separator="\t", schema=schema_of(SIDE_COLUMNS))
    assert table.height == study.table.height
    dropped = pl.read_csv(folder / "counts.tsv", separator="\t").filter(
        kind="dropped", step="second-positives"
    )
    assert dropped["what"].to_list() == ["sites that share a 16-mer with an excluded site"]
    record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert record["settings"]["training"]["l1"] == 0.01
    assert set(record["inputs"]) >= {"interactions_1", "second_1", "transcripts", "cds", "mature"}


def test_study__a_second_run_makes_nothing_anew_and_writes_the_same_bytes(done, inputs):
    folder, study = done
    assert study.made
    before = {name: (folder / name).read_bytes() for name in TABLES}
    again = study_paper(inputs, folder, StudySettings(**SETTINGS, tools=("rnaduplex", "targetscan")))
    assert again.made == []
    assert {name: (folder / name).read_bytes() for name in TABLES} == before


def test_study__damaged_work_is_made_again_and_said(done, inputs, tmp_path):
    folder = tmp_path / "out"
    shutil.copytree(done[0], folder)
    before = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    models = sorted(path for path in (folder / "models").iterdir() if path.name.startswith("fold-paper"))
    tables = sorted((folder / "work").glob("rows-*.parquet"))
    records = sorted((folder / "work").glob("main-*.model.json"))
    tables[0].write_bytes(tables[0].read_bytes()[:-5])
    tables[1].write_bytes(b"")
    tables[2].write_bytes(b"PAR1 garbage")
    shutil.copyfile(tables[4], tables[3])
    (models[0] / "weights.safetensors").write_bytes((models[1] / "weights.safetensors").read_bytes())
    (models[1] / "config.json").unlink()
    (models[2] / "calibration.json").write_text("{}")
    records[0].write_text("{")
    (folder / "models" / f"{models[1].name}.checkpoint").mkdir()
    again = study_paper(inputs, folder, StudySettings(**SETTINGS, tools=("rnaduplex", "targetscan")))
    assert sorted(again.made) == sorted(
        [path.stem for path in tables[:4]]
        + [f"model {path.name.rpartition('-')[0]}" for path in models]
        + [f"model {records[0].name.rpartition('-')[0]}"]
    )
    notes = {what: n for what, n in again.counts.notes.items() if "made again" in what}
    assert notes == {
        "tables of an earlier run that are damaged, made again": 3,
        "networks of an earlier run that are damaged, made again": 4,
    }
    after = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    changed = {path.as_posix() for path in {*before, *after} if before.get(path) != after.get(path)}
    assert changed == {"manifest.json"}  # which tells what was made again


def test_study__has_the_five_tools_wherever_the_paper_has_them(done):
    table = done[1].table
    parts = ("", ", miRNA only", ", isomiR only")
    for analysis, data, metric in (
        ("Table 1", "test", "call_auroc"),
        ("second data", "second", "call_auroc"),
        ("Table 2 recall", "recall", "recall"),
        ("S8 miRNA halves", "test", "call_auroc"),
        ("S6 exact or isomiR", "test", "call_auroc"),
        ("S6 exact or isomiR", "second", "call_auroc"),
    ):
        rows = table.filter(analysis=analysis, data=data)
        for part in parts[1:] if analysis.startswith("S6") else parts[:1]:
            found = rows.filter(pl.col("subject").is_in([f"{tool}{part}" for tool in FIVE]), metric=metric)
            assert found.height == len(FIVE), (analysis, data, part)
            computed = found.filter(subject=f"targetscan{part}").row(0, named=True)
            assert computed["paper_mode_value"] is not None
            left = found.filter(pl.col("subject") != f"targetscan{part}")
            assert left["paper_mode_value"].null_count() == left.height
            assert left["note"].str.contains("--tool-output (miranda|rna22|miraw|mitar)=FILE").all()


def test_study__output_of_a_tool_is_read_for_every_table_and_nothing_is_trained_anew(done, inputs, tmp_path):
    folder = tmp_path / "out"
    shutil.copytree(done[0], folder)
    pairs = pl.read_csv(folder / "tool_pairs.tsv", separator="\t")
    called = pairs.filter(pl.col("target_sequence").str.count_matches("[GC]") > 32)
    text = "".join(f">{m}|{t}|1|0|0.9\nACGU\n" for m, t in called.select("mirna_id", "target_id").iter_rows())
    (tmp_path / "mitar.fa").write_text(text)
    given = replace(inputs, tool_outputs={"mitar": tmp_path / "mitar.fa"})
    again = study_paper(given, folder, StudySettings(**SETTINGS, tools=("rnaduplex", "targetscan")))
    assert again.made
    assert all(name.startswith("rows-") and "tools" in name for name in again.made)
    for key in (("Table 1", "test", "mitar"), ("S8 miRNA halves", "test", "mitar")):
        # sites are rich in G and C: in paper mode a tool that calls such targets is right, in honest mode it cannot be
        assert value(again, "paper", *key, "call_auroc") > 0.7
        assert value(again, "honest", *key, "call_auroc") == 0.5
    assert value(again, "paper", "S6 exact or isomiR", "test", "mitar, miRNA only", "recall") > 0.4
    record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert record["inputs"]["tool_output_mitar"]["file"] == "mitar.fa"


def test_study__another_replicate_number_measures_again_and_trains_nothing(done, inputs):
    folder, _ = done
    settings = StudySettings(**{**SETTINGS, "replicates": 0}, tools=("targetscan",))
    again = study_paper(inputs, folder, settings)
    assert again.made
    assert all(name.startswith("rows-") for name in again.made)


def test_study__ranked_candidates_train_a_top_five_network_and_two_workers_change_nothing(world, tmp_path):
    files = StudyInputs((world["ranked"],), world["transcripts"], world["cds"])
    small = {**SETTINGS, "epochs": 1, "replicates": 0, "full_epochs": 0, "tools": ()}
    one, two = (
        study_paper(files, tmp_path / str(workers), StudySettings(**small, workers=workers))
        for workers in (1, 2)
    )
    rows = one.table.filter(analysis="S9 top five", subject="network", metric="auroc")
    assert rows["paper_mode_positives"].item() > value_of_positives(one)
    assert rows["note"].item() == ""
    assert sorted(one.made) == sorted(two.made)
    for name in TABLES:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def value_of_positives(study):
    row = study.table.filter(analysis="Table 1", subject="network", metric="auroc")
    return row["paper_mode_positives"].item()
