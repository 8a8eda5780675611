"""Recall from files: miRTarBase's target sites, and the positives of labelled tables."""

import json
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from dmiso.cli.evaluate import command
from dmiso.columns import INTERACTION_COLUMNS, NAMES_COLUMNS, RECALL_COLUMNS
from dmiso.errors import NothingKeptError, UsageError
from dmiso.evaluate.inputs import EvaluateInputs
from dmiso.evaluate.recall.run import asks_for_recall, recall_files
from dmiso.io.table_writer import write_table
from dmiso.io.tables import read_table
from dmiso.settings.evaluate import EvaluateSettings

QUICK = EvaluateSettings(replicates=20)
MIRNAS = {"hsa-miR-21-5p": "UAGCUUAUCAGACUGAUGUUGA", "hsa-miR-7-5p": "UGGAAGACUAGUGAUUUUGUUGUU"}
SEEDS = {"hsa-miR-21-5p": "AUAAGCUA", "hsa-miR-7-5p": "GUCUUCCA"}


def sites(utrs):
    """Return rows of miRTarBase: a seed match and a site of 22 nt per gene, and what is lost."""
    rows = []
    for i, (gene, utr) in enumerate(utrs.items()):
        name = list(MIRNAS)[i % 2]
        end = utr.index(SEEDS[name]) + 8
        support = "Non-Functional MTI" if i % 4 == 3 else "Functional MTI"
        rows += [(name, gene, utr[end - 8 : end], support), (name, gene, utr[end - 22 : end], support)]
    rows.append(("hsa-miR-21-5p", "g0", "ACGUACGUACG", "Functional MTI"))  # on no gene, and short
    rows.append(("hsa-miR-9999", "g0", "ACGUACGUACG", "Functional MTI"))
    names = ("miRNA", "Target Gene", "Target Site", "Support Type")
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(
        pl.format("MIRT{}", pl.int_range(pl.len())).alias("miRTarBase ID"),
        pl.lit("").alias("Target Gene (Entrez ID)"),
    )


@pytest.fixture
def files(tmp_path, rng, random_rna):
    utrs = {}
    for i in range(8):
        seed = list(SEEDS.values())[i % 2]
        utrs[f"g{i}"] = random_rna(rng, 60).replace(seed, "") + seed + random_rna(rng, 70).replace(seed, "")
    write_table(tmp_path / "sites.csv", sites(utrs))
    (tmp_path / "mature.fa").write_text("".join(f">{n}\n{s}\n" for n, s in MIRNAS.items()))
    (tmp_path / "utrs.fa").write_text("".join(f">{n}\n{s}\n" for n, s in utrs.items()))
    return tmp_path


def inputs(files, **more):
    given = {"mature": files / "mature.fa", "utrs": files / "utrs.fa", "tools": ["targetscan"]}
    return EvaluateInputs(files / "sites.csv", **{**given, **more})


def test_mirtarbase__sites_are_lengthened_on_their_gene_and_judged_by_support_type(files):
    given = inputs(files)
    assert asks_for_recall(given)
    result, counts = recall_files(given, files / "out", settings=QUICK, command=["dmiso", "evaluate"])
    assert sorted(path.name for path in (files / "out").iterdir()) == [
        *("manifest.json", "names.tsv", "pairs.tsv", "recall.tsv", "summary.md"),
    ]
    # a seed match is lengthened to its miRNA's 22 or 24 nt, then all by 25 nt at 3'; of a miRNA of 22 nt it is the
    # gene's other site then
    assert result.recall.select("source", "positives", "recall").rows() == [
        ("all", 12, 1.0),
        ("mirtarbase-functional", 8, 1.0),
        ("mirtarbase-non-functional", 4, 1.0),
    ]
    assert set(result.pairs["target_sequence"].str.len_chars()) <= {47, 49}
    assert counts.dropped["sites shorter than 30 nt"] == 1
    assert counts.dropped["rows whose miRNA is not among the references"] == 1
    assert read_table(files / "out" / "recall.tsv").columns == list(RECALL_COLUMNS)
    assert read_table(files / "out" / "pairs.tsv").columns == list(INTERACTION_COLUMNS)
    names = read_table(files / "out" / "names.tsv")
    assert names.columns == list(NAMES_COLUMNS)
    assert dict(names.select("name", "status").iter_rows()) == {
        **dict.fromkeys(MIRNAS, "one"),
        "hsa-miR-9999": "none",
    }
    manifest = json.loads((files / "out" / "manifest.json").read_text())
    assert {"labelled", "mature", "utrs"} <= set(manifest["inputs"])
    assert manifest["counts"]["dropped"]["sites shorter than 30 nt"] == 1
    text = (files / "out" / "summary.md").read_text()
    assert "1 sites shorter than 30 nt" in text
    assert "reporters that did not respond" in text


def test_mirtarbase__without_utrs_loses_its_short_sites_and_then_fails(files):
    with pytest.raises(
        NothingKeptError, match=r"none of 18 interactions.*17 sites shorter than 30 nt"
    ) as told:
        recall_files(inputs(files, utrs=None), files / "out", settings=QUICK)
    assert told.value.exit_code == 1


def test_mirtarbase__without_rows_is_an_empty_measurement(files):
    header = (files / "sites.csv").read_text().splitlines()[0]
    (files / "sites.csv").write_text(header + "\n")
    result, _ = recall_files(inputs(files), files / "out", settings=QUICK)
    assert result.recall.select("source", "positives", "recall").rows() == [("all", 0, None)]
    assert read_table(files / "out" / "pairs.tsv").columns == list(INTERACTION_COLUMNS)


def test_mirtarbase__needs_reference_mirnas(files):
    with pytest.raises(UsageError, match="--mature"):
        recall_files(inputs(files, mature=None, utrs=None), files / "out")


def test_scores__of_other_programs_belong_to_the_rows_of_the_pairs(files):
    recall_files(inputs(files), files / "out", settings=QUICK)
    pairs = read_table(files / "out" / "pairs.tsv")
    assert dict(pairs["label"].value_counts().iter_rows()) == {"1": 8, "0": 4}
    mine = pairs.select("mirna_sequence", "target_sequence").with_columns(mine=pl.Series([1.0, 0.0] * 6))
    write_table(files / "scores.tsv", mine)
    result, _ = recall_files(
        inputs(files, scores=[files / "scores.tsv"], tools=[]), files / "again", settings=QUICK
    )
    first = result.recall.row(0, named=True)
    assert (first["scorer"], first["source"], first["recall"], first["control"]) == ("mine", "all", 0.5, None)


def test_pairs__are_a_labelled_table(files):
    first, _ = recall_files(inputs(files), files / "out", settings=QUICK)
    given = EvaluateInputs(files / "out" / "pairs.tsv", tools=["targetscan"])
    assert not asks_for_recall(given)
    assert asks_for_recall(given, recall_only=True)
    # non-functional sites are labelled 0: they are no targets
    second, counts = recall_files(given, files / "again", settings=QUICK)
    assert second.names is None
    assert (counts.kept["positive pairs"], sum(counts.dropped.values())) == (8, 4)
    old, new = (one.recall.filter(pl.col("source") == "mirtarbase-functional") for one in (first, second))
    assert old.drop("control").equals(new.drop("control"))
    write_table(files / "scores.tsv", pl.DataFrame({"mine": [0.9] * 12}))
    with pytest.raises(UsageError, match="rows of --scores would not fit"):
        recall_files(replace(given, scores=[files / "scores.tsv"]), files / "other", settings=QUICK)


def test_labelled_table__gives_its_positives(files, tmp_path):
    rows = [("UAGCUUAUCAGACUGAUGUUGA", "GGGAUAAGCUAGGG", label) for label in (1, 0)]
    frame = pl.DataFrame(rows, schema=("mirna_sequence", "target_sequence", "label"), orient="row")
    write_table(tmp_path / "labelled.tsv", frame)
    given = EvaluateInputs(tmp_path / "labelled.tsv", tools=["targetscan"])
    result, counts = recall_files(given, tmp_path / "out", settings=QUICK)
    assert result.recall.select("source", "positives", "recall").rows() == [("all", 1, 1.0)]
    assert counts.dropped["negative pairs: a recall is of positives alone"] == 1
    write_table(tmp_path / "negatives.tsv", frame.filter(pl.col("label") == 0))
    given = EvaluateInputs(tmp_path / "negatives.tsv", tools=["targetscan"])
    with pytest.raises(NothingKeptError, match="none of 1 pairs was of label 1"):
        recall_files(given, tmp_path / "none", settings=QUICK)
    with pytest.raises(UsageError, match="--mature and --utrs are for miRTarBase"):
        recall_files(EvaluateInputs(tmp_path / "labelled.tsv", mature=files / "mature.fa"), tmp_path / "none")


@pytest.mark.parametrize(
    ("option", "change"),
    [
        ("--train", {"train": "sites.csv"}),
        ("--behaviour", EvaluateSettings(behaviour=True)),
        ("--baseline", EvaluateSettings(baselines=["seed_class"])),
        ("--prior", EvaluateSettings(prior=0.5)),
    ],
)
def test_options__of_evaluations_with_negatives_are_refused(files, option, change):
    train = isinstance(change, dict)
    given = inputs(files, train=files / "sites.csv") if train else inputs(files)
    with pytest.raises(UsageError, match=f"{option} has no effect where recall alone is measured"):
        recall_files(given, files / "out", settings=None if train else change)


def test_models__and_tools_have_a_control_and_thresholds_can_be_given(files, toy_model):
    pytest.importorskip("RNA")
    given = inputs(files, models=[str(toy_model)], tools=["rnaduplex"])
    settings = EvaluateSettings(replicates=0, thresholds={"rnaduplex": -1000.0})
    result, _ = recall_files(given, files / "out", settings=settings)
    assert result.recall["scorer"].unique(maintain_order=True).to_list() == ["toy", "rnaduplex"]
    assert result.recall["control"].null_count() == 0
    energies = result.recall.filter(pl.col("scorer") == "rnaduplex")
    assert energies.select("recall", "control", "low").unique().rows() == [(1.0, 1.0, None)]


def run(*words):
    return CliRunner().invoke(command, [str(word) for word in words], prog_name="dmiso evaluate")


def test_command__recognises_mirtarbase_and_says_what_was_left_out(files):
    words = ["--mature", files / "mature.fa", "--utrs", files / "utrs.fa", "--tool", "targetscan"]
    result = run(files / "sites.csv", *words, "--replicates", 0, "-o", files / "out")
    assert result.exit_code == 0, result.output
    assert "# Recall" in result.output
    assert "1 sites shorter than 30 nt" in result.output
    result = run(files / "sites.csv", *words, "--pictures", "-o", files / "other")
    assert result.exception.exit_code == 2
    assert "--pictures has no effect" in str(result.exception)


def test_command__measures_recall_on_request(files):
    frame = pl.DataFrame(
        {"mirna_sequence": ["UAGCUUAUCAGA"], "target_sequence": ["GGGAUAAGCUAGGG"], "label": [1]}
    )
    write_table(files / "positives.tsv", frame)
    words = [files / "positives.tsv", "--tool", "targetscan", "-o", files / "out"]
    assert "of label 0" in str(run(*words).exception)
    result = run(*words, "--recall-only")
    assert result.exit_code == 0, result.output
    assert "| targetscan | all | 1 | 1.000" in result.output


@pytest.mark.real_data
def test_real_sites__most_lie_on_the_utr_of_their_gene(shared_data, tmp_path):
    given = EvaluateInputs(
        shared_data / "databases" / "mirtarbase8_target_sites.csv.gz",
        tools=["targetscan"],
        mature=shared_data / "references" / "mirbase22" / "mature.fa.gz",
        utrs=shared_data / "transcripts" / "human_3utr_firm_entrez.fa.gz",
    )
    result, counts = recall_files(given, tmp_path / "out", settings=EvaluateSettings(replicates=0))
    found = {
        source: (n, share, control)
        for source, n, share, control in result.recall.select(
            "source", "positives", "recall", "control"
        ).rows()
    }
    functional, other = found["mirtarbase-functional"], found["mirtarbase-non-functional"]
    assert other[1] < functional[1] - 0.1
    # what the page says
    page = (Path(__file__).parents[3] / "docs" / "evaluation.md").read_text()
    row = re.search(r"^\| `targetscan` \(any site type\) \|(.*)\|$", page, flags=re.MULTILINE)[1]
    shares = [float(cell.split()[0]) for cell in row.split("|")[:3]]
    assert shares == [round(value, 3) for value in (functional[1], other[1], functional[2])]
    assert f"functional ({functional[0]:,}) | non-functional ({other[0]:,})" in page
    assert f"{counts.kept['sites found on their own gene']:,} sites are found on their gene" in page
    assert f"{found['all'][0]:,} distinct pairs have 30 nt" in page
