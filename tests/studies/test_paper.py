"""A whole study on a small world whose sites betray the label by their composition."""

import json
import shutil

import polars as pl
import pytest

from dmiso.columns import schema_of
from dmiso.columns.tables import TABLES as DECLARED
from dmiso.isomir.classify import TYPES
from dmiso.studies import StudyInputs, StudySettings, study_paper
from dmiso.studies.side_by_side import SIDE_COLUMNS
from dmiso.studies.supplement_files import FIGURES

pytest.importorskip("torch")
pytest.importorskip("RNA")

TABLES = (
    "side_by_side.tsv",
    "side_by_side.md",
    "results.tsv",
    "counts.tsv",
    "preference.tsv",
    "manifest.json",
    *(
        f"supplement/{name}.tsv"
        for name in (
            *("isomirs", "funnel", "profiles", "mirna_clusters", "shared_targets", "gene_sets"),
            *("kernels", "abundance_weights"),
        )
    ),
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
        mirgenedb=world["mirgenedb"],
        gene_sets=(world["gene_sets"],),
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
        "S1 isomiR frequency",
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
        "Fig. 2 perturbation",
        "S2 figure clusters",
        "S7 gene sets",
        "kernels",
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


def test_study__draws_every_figure_and_describes_it(done):
    drawn = {path.stem for path in (done[0] / "supplement").glob("*.svg")}
    assert drawn == {figure.name for figure in FIGURES}
    assert len(drawn) == len(FIGURES)
    assert all(figure.caption.endswith(".") and figure.place for figure in FIGURES)


def supplement(done, name):
    declared = next(table for table in DECLARED if table.name == f"supplement/{name}.tsv")
    path = done[0] / declared.name
    return pl.read_csv(path, separator="\t", schema_overrides=schema_of(declared.columns), null_values=[""])


def test_study__its_funnel_adds_up(done):
    rows = supplement(done, "funnel").filter(step="positives")
    kept = rows.filter(outcome="kept")["n"].to_list()
    assert kept[0] - rows.filter(outcome="dropped")["n"].sum() == kept[-1] == 240
    second = supplement(done, "funnel").filter(step="second-positives")
    assert dict(second.select("what", "n").iter_rows()) == {
        "interactions of the second data": 120,
        "sites that share a 16-mer with an excluded site": 90,
        "positives of the second data": 30,
    }


def test_study__looks_into_the_network_trained_to_the_end_in_both_modes(done):
    profiles = supplement(done, "profiles").filter(kind="model")
    assert set(profiles.select("mode", "data").unique().rows()) == {
        (mode, data) for mode in ("paper", "honest") for data in ("test", "second")
    }
    assert profiles.filter(mode="paper", data="test", side="mirna", scale="probability")["n"][0] == 96
    clusters = supplement(done, "mirna_clusters")
    assert clusters.filter(mode="paper")["mirna_sequence"].n_unique() == 24
    assert supplement(done, "gene_sets")["collection"].unique().to_list() == ["sets"]
    kernels = supplement(done, "kernels").filter(mode="paper", way="weights")
    assert kernels["kernel"].to_list() == [f"{side}_{k}" for side in ("mirna", "target") for k in range(10)]
    weights = supplement(done, "abundance_weights").filter(mode="honest")
    assert weights["last_input"].to_list()[:3] == ["mirna_abundance", "target_abundance", "hidden 0"]
    notes = done[1].table.filter(analysis="Fig. 2 perturbation")["note"].unique().to_list()
    assert notes == ["network, 3 epochs without early stopping"]


def test_study__judges_the_network_on_each_of_the_eight_types(done):
    table = done[1].table.filter(analysis="S5 types", data="test")
    assert {*TYPES} < set(table["subject"])
    assert value(done[1], "paper", "S5 types", "test", "3' deletion", "auroc") > 0.6
    snp = table.filter(subject="SNP").row(0, named=True)
    assert (snp["paper_mode_value"], snp["note"]) == (None, "no rows")


def test_study__counts_mirgenedbs_mirnas_apart(done):
    data = "primary, MirGeneDB"
    assert value(done[1], "paper", "S2 S3 counts", data, "all sources", "of these, in the data") == 2
    row = done[1].table.filter(data=data, metric="of these, in the data").row(0, named=True)
    assert row["paper"] == "66"
    assert value(done[1], "paper", "S2 S3 counts", data, "all sources", "interactions") == 60


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
    rows = one.table.filter(analysis="S9 top five", metric="auroc")
    assert rows["paper_mode_positives"].item() > value_of_positives(one)
    assert rows["note"].item() == ""
    assert sorted(one.made) == sorted(two.made)
    for name in TABLES:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
    notes = one.table["note"].to_list()
    for option in ("--mirgenedb", "--gene-sets", "--motifs", "--second"):
        assert any(option in note for note in notes), option
    drawn = {path.stem for path in (tmp_path / "1" / "supplement").glob("*.svg")}
    assert {figure.name for figure in FIGURES} - drawn == {"fig2_paper_second", "fig2_honest_second"}


def value_of_positives(study):
    row = study.table.filter(analysis="Table 1", subject="network", metric="auroc")
    return row["paper_mode_positives"].item()
