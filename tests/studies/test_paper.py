"""A whole study on a small world whose sites betray the label by their composition."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from dmiso.columns import schema_of
from dmiso.columns.tables import TABLES as DECLARED
from dmiso.errors import ModelError
from dmiso.isomir.classify import TYPES
from dmiso.studies import StudyInputs, StudySettings, study_paper
from dmiso.studies.other_reading import OTHER_READING
from dmiso.studies.side_by_side import SIDE_COLUMNS
from dmiso.studies.supplement_files import FIGURES
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
    *(
        f"supplement/{name}.tsv"
        for name in (
            *("isomirs", "funnel", "profiles", "mirna_clusters", "shared_targets", "gene_sets"),
            *("kernels", "abundance_weights"),
        )
    ),
)
GIVEN = "dmiso-chimeras@v0.1.0"
SETTINGS = {
    "epochs": 2,
    "patience": 2,
    "folds": 3,
    "full_epochs": 3,
    "training_seeds": 2,
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
        models=(GIVEN,),
        mirgenedb=world["mirgenedb"],
        gene_sets=(world["gene_sets"],),
        utrs=world["utrs"],
        mirtarbase=world["mirtarbase"],
    )


@pytest.fixture(scope="module")
def done(inputs, tmp_path_factory):
    """The folder of a finished study, and what it gave."""
    folder = tmp_path_factory.mktemp("study") / "out"
    return folder, study_paper(inputs, folder, StudySettings(**SETTINGS, tools=("rnaduplex", "targetscan")))


def rows_of(study, *key):
    """Return the rows of an analysis, data, subject and metric that are not of one of several trainings."""
    names = ("analysis", "data", "subject", "metric")
    found = study.table.filter(**dict(zip(names, key, strict=False)))
    return found.filter(pl.col("training_seed").is_null())


def value(study, side, *key):
    return rows_of(study, *key)[f"{side}_mode_value"].item()


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
        OTHER_READING,
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


FULL = "network, 3 epochs without early stopping"


def test_study__shows_each_training_of_all_epochs_and_their_mean(done):
    for data, analysis in (("test", "Table 1"), ("second", "second data")):
        rows = done[1].table.filter(analysis=analysis, data=data, subject=FULL, metric="average_precision")
        assert rows["training_seed"].to_list() == [None, 0, 1]
        for mode in ("paper", "honest"):
            values = rows[f"{mode}_mode_value"].to_list()
            assert values[1] != values[2]
            assert values[0] == pytest.approx((values[1] + values[2]) / 2)
            assert rows[f"{mode}_mode_sd"][0] == pytest.approx(abs(values[1] - values[2]) / 2**0.5)
            share = rows[f"{mode}_mode_positives"] / (
                rows[f"{mode}_mode_positives"] + rows[f"{mode}_mode_negatives"]
            )
            assert rows[f"{mode}_mode_chance"].to_list() == share.to_list()


def test_study__judges_a_given_model_on_every_labelled_table_of_both_modes(done):
    study, given = done[1], f"{GIVEN} (given)"
    tables = (("Table 1", "test"), ("second data", "second"), ("S8 miRNA halves", "test"))
    for analysis, data in tables:
        row = rows_of(study, analysis, data, given, "auroc").row(0, named=True)
        assert row["paper_mode_value"] is not None
        assert row["honest_mode_value"] is not None
        assert "trained elsewhere" in row["note"]
    recall = study.table.filter(analysis="Table 2 recall", subject=given)
    own = recall.filter(~pl.col("data").str.starts_with("miRTarBase"))
    assert own["data"].to_list() == [
        "second",
        "recall",
        "random windows, 60% GC (control)",
        "random windows, 40% GC (control)",
    ]
    assert {"miRTarBase", "miRTarBase, miRNAs of other rows (control)"} <= set(recall["data"])


@pytest.mark.parametrize("subject", ["network", FULL, f"{GIVEN} (given)"])
def test_study__beside_each_subject_stands_what_undoes_it(done, subject):
    study = done[1]
    for data in ("test", "second"):
        for baseline in ("rnacofold", "rnaduplex", "target_gc", "target_kmers", "mirna_identity"):
            assert 0 <= value(study, "paper", "leak explained", data, baseline, "auroc") <= 1
            assert 0 <= value(study, "honest", "leak explained", data, baseline, "auroc") <= 1
        permuted = f"{subject}, miRNAs permuted among rows"
        assert 0 <= value(study, "honest", "leak explained", data, permuted, "auroc") <= 1
        trained = "" if "given" in subject else "paper-mode "
        swapped = rows_of(
            study, "leak explained", data, f"{trained}{subject}, negatives by site swap", "auroc"
        )
        assert swapped["paper_mode_value"].item() is not None
        assert swapped["honest_mode_value"].item() is None


def test_study__judges_given_models_and_one_network_on_the_other_reading_of_the_negatives(done):
    study = done[1]
    assert study.table.filter(analysis=OTHER_READING, metric="auroc")["subject"].to_list() == [
        "network",
        f"{GIVEN} (given)",
        *("mirna_identity", "mirna_identity_inverted", "target_kmers", "target_gc", "target_length"),
        *("seed_class", "rnacofold", "rnaduplex"),
    ]
    energy = [
        value(study, "paper", *key, "rnacofold", "auroc")
        for key in (("leak explained", "test"), (OTHER_READING, "test"))
    ]
    assert energy[0] > energy[1]  # negatives that hardly bind, and negatives that do
    own, paper = (
        pl.read_parquet(done[0] / "work" / f"main-{name}.parquet").filter(label=1)["target_sequence"]
        for name in ("other-reading", "paper")
    )
    assert set(own) == set(paper)


def test_study__manifest_names_the_weights_of_given_models(done):
    record = json.loads((done[0] / "manifest.json").read_text(encoding="utf-8"))
    assert list(record["model"]) == [GIVEN]
    assert len(record["model"][GIVEN]["weights_sha256"]) == 64


def test_study__a_model_that_cannot_be_used_ends_it_before_anything_is_made(inputs, tmp_path):
    with pytest.raises(ModelError, match="no-such"):
        study_paper(replace(inputs, models=("no-such",)), tmp_path / "out", StudySettings(**SETTINGS))
    assert not (tmp_path / "out").exists()


def test_study__names_the_papers_figure_and_what_is_missing(done):
    table = done[1].table
    row = table.filter(analysis="Table 1", subject="network", metric="auroc").row(0, named=True)
    assert row["paper"] == "0.9945"
    # not every positive's 3'UTR has a window that hardly binds its miRNA
    assert 0 < row["paper_mode_negatives"] < row["paper_mode_positives"]
    assert row["honest_mode_positives"] == row["honest_mode_negatives"]
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
    assert drawn == {Path(figure.file).stem for figure in FIGURES}
    assert len(drawn) == len(FIGURES)
    assert all(figure.caption.endswith(".") for figure in FIGURES)
    page = (done[0] / "side_by_side.md").read_text(encoding="utf-8")
    titles = re.findall("^## (.*)$", page, re.MULTILINE)
    assert {figure.item for figure in FIGURES} <= set(titles)
    assert page.count("](supplement/") == len(FIGURES)
    assert "did not draw" not in page


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
    judged = done[1].table.filter(analysis="Table 1", subject="network", metric="auroc")
    n = judged["paper_mode_positives"].item() + judged["paper_mode_negatives"].item()
    assert profiles.filter(mode="paper", data="test", side="mirna", scale="probability")["n"][0] == n
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


def test_study__mirtarbase_has_recall_by_support_type_for_networks_and_tools(done):
    recall = done[1].table.filter(pl.col("data").str.starts_with("miRTarBase"))
    subjects = ["network", "network, L1 0.0001", "network, 3 epochs without early stopping", "targetscan"]
    for data, n in {
        "miRTarBase": 24,
        "miRTarBase, functional": 8,
        "miRTarBase, non-functional": 8,
        "miRTarBase, functional (weak)": 8,
    }.items():
        rows = recall.filter(data=data, metric="recall")
        assert set(subjects) < set(rows["subject"])
        known = rows.filter(pl.col("subject").is_in(subjects))
        assert known["paper_mode_positives"].unique().to_list() == [n]
        assert known["honest_mode_value"].is_between(0, 1).all()
    row = recall.filter(data="miRTarBase, functional", subject="network", metric="recall").row(0, named=True)
    assert row["paper"] == "0.9168"
    assert "not run here" in recall.filter(subject="mitar")["note"][0]
    # a tool knows no mode
    tool = recall.filter(subject="targetscan")
    assert tool["paper_mode_value"].equals(tool["honest_mode_value"], check_names=False)


def test_study__mirtarbase_stands_beside_the_same_sites_with_other_mirnas(done):
    control = done[1].table.filter(data="miRTarBase, miRNAs of other rows (control)")
    assert {"network", "targetscan"} <= set(control["subject"])
    assert control["metric"].unique().to_list() == ["share called positive"]
    assert control["paper_mode_positives"].null_count() == control.height
    assert 12 < control["paper_mode_negatives"].max() <= 24


def test_study__says_how_many_rows_of_positives_were_judged(done):
    rows = done[1].table.filter(metric="share of rows")
    assert dict(rows.select("data", "note").iter_rows()) == {
        "recall.tsv": "9 of 9 rows",
        "miRTarBase": "24 of 25 rows; left out: 1 sites shorter than 30 nt",
    }
    assert done[1].counts.dropped["mirtarbase: sites shorter than 30 nt"] == 1


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
    notes = one.table["note"].to_list()
    for option in ("--mirgenedb", "--gene-sets", "--motifs", "--second"):
        assert any(option in note for note in notes), option
    drawn = {path.stem for path in (tmp_path / "1" / "supplement").glob("*.svg")}
    assert {Path(figure.file).stem for figure in FIGURES} - drawn == {
        "fig2_paper_second",
        "fig2_honest_second",
    }


def value_of_positives(study):
    row = study.table.filter(analysis="Table 1", subject="network", metric="auroc")
    return row["paper_mode_positives"].item()
