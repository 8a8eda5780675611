"""The five tools on a labelled table: from a file, from a program, or a row that says what to do."""

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from dmiso.errors import UsageError
from dmiso.records import Counts
from dmiso.settings.study import StudySettings
from dmiso.studies import StudyInputs
from dmiso.studies.measures import BOTH_AUROCS, measured, network_column
from dmiso.studies.tool_inputs import TOOL_FILES, write_tool_inputs
from dmiso.studies.tools import FIVE, ToolBox, tool_rows

LET7, MIR21 = "UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA"
KEY = ("Table 1", "test", "paper")
SETTINGS = StudySettings(replicates=0)
WHOLE = {"": None}


@pytest.fixture
def table(rng):
    """Forty pairs; the score of each tells its label by ranks better than by calls at 0.5."""
    labels = np.arange(40) % 2
    sites = ["".join(rng.choice(list("ACGU"), 40)) for _ in range(40)]
    return pl.DataFrame(
        {
            "mirna_sequence": [LET7, MIR21] * 20,
            "target_sequence": sites,
            "label": labels,
            "cluster": np.arange(40),
            "score": np.where(labels == 1, 0.6, 0.3) + rng.normal(0, 0.25, 40),
        }
    )


def mitar_file(path, rows):
    lines = [f">{m}|{t}|1|0|{s:.6f}\nACGU\n" for m, t, s in rows.iter_rows()]
    path.write_text("".join(lines))
    return path


def rows_of(box, table, parts=None, **options):
    columns = box.columns(table, Counts(), every=False)
    return tool_rows(KEY, WHOLE if parts is None else parts, table, columns, SETTINGS, **options)


def values(rows, subject):
    return dict(rows.filter(subject=subject).select("metric", "value").iter_rows())


def test_tool__has_the_auroc_of_its_score_and_that_of_its_calls(table, tmp_path):
    path = mitar_file(tmp_path / "m.fa", table.select("mirna_sequence", "target_sequence", "score"))
    found = values(rows_of(ToolBox({"mitar": path}), table), "mitar")
    labels, scores = table["label"].to_numpy(), table["score"].to_numpy()
    assert tuple(found) == BOTH_AUROCS
    assert found["auroc"] == pytest.approx(roc_auc_score(labels, scores))
    assert found["call_auroc"] == pytest.approx(roc_auc_score(labels, scores >= 0.5))
    assert found["call_auroc"] == pytest.approx((found["recall"] + found["specificity"]) / 2)
    assert found["auroc"] > found["call_auroc"]


def test_network__has_both_aurocs_with_intervals(table):
    scored = table.with_columns(logit=pl.col("score") * 3)
    rows = measured(KEY, scored, [network_column(scored)], StudySettings(replicates=40), names=BOTH_AUROCS)
    both = rows.filter(pl.col("metric").is_in(["auroc", "call_auroc"]))
    assert (
        both.select((pl.col("low") < pl.col("value")) & (pl.col("value") < pl.col("high"))).to_series().all()
    )


def test_tools__neither_given_nor_here_keep_their_rows_and_say_what_to_do(table, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    rows = rows_of(ToolBox(), table)
    assert rows["subject"].unique(maintain_order=True).to_list() == list(FIVE)
    left = rows.filter(pl.col("subject") != "targetscan")
    assert left["value"].null_count() == left.height == 4 * len(BOTH_AUROCS)
    for tool in ("miranda", "rna22", "miraw", "mitar"):
        (note,) = left.filter(subject=tool)["note"].unique()
        assert f"--tool-output {tool}=FILE" in note
    assert rows.filter(subject="targetscan")["value"].null_count() < len(BOTH_AUROCS)


def test_output__is_read_in_place_of_the_program(table, tmp_path):
    site = table["target_sequence"][1]
    path = tmp_path / "t.txt"
    path.write_text(f"a_Gene_ID\tmiRNA_family_ID\tSite_type\n{site}\t{MIR21}\t8mer-1a\n")
    box = ToolBox({"targetscan": path})
    assert box.state(every=False)["targetscan"] == "file"
    found = values(rows_of(box, table), "targetscan")
    assert (found["recall"], found["specificity"]) == (1 / 20, 1)


def test_output__whose_names_fit_nothing_is_seen_in_the_note(table, tmp_path):
    path = tmp_path / "r.txt"
    path.write_text(f"{LET7}\tENST00000616016.5\t7\t-15.2\tAAAA\t0.001\n" * 3)
    named = table.with_columns(mirna_id=pl.lit("let-7a"), target_id=pl.lit("NM_1"))
    rows = rows_of(ToolBox({"rna22": path}), named).filter(subject="rna22", metric="recall")
    assert rows["value"].item() == 0
    assert rows["note"].item().endswith("; 0 of its 3 predictions fit a row")


def test_state__changes_where_a_program_comes_to_be_there(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    box = ToolBox(programs=("rnahybrid",))
    assert box.state(every=True) == {
        **dict.fromkeys(("miranda", "rna22", "miraw", "mitar", "rnahybrid"), "none"),
        "targetscan": "program",
    }
    (tmp_path / "RNAhybrid").write_text("#!/bin/sh\n")
    (tmp_path / "RNAhybrid").chmod(0o755)
    assert box.state(every=True)["rnahybrid"] == "program"
    assert "rnahybrid" not in box.state(every=False)


def test_table_of_pairs__that_holds_some_rows_is_judged_on_these(table, tmp_path):
    path = tmp_path / "pairs.tsv"
    half = table.head(20)
    half.select("mirna_sequence", "target_sequence", mitar="score").write_csv(path, separator="\t")
    rows = rows_of(ToolBox({"mitar": path}), table).filter(subject="mitar")
    assert set(rows["positives"]) == set(rows["negatives"]) == {10}
    assert values(rows, "mitar")["auroc"] == pytest.approx(roc_auc_score(half["label"], half["score"]))
    assert "20 of 40 are in it" in rows["note"][0]
    others = table.tail(20)
    none = rows_of(ToolBox({"mitar": path}), others).filter(subject="mitar")
    assert none["value"].null_count() == none.height == len(BOTH_AUROCS)
    assert "none of these rows" in none["note"][0]


def test_parts__are_measured_apart_under_their_names(table, tmp_path):
    path = mitar_file(tmp_path / "m.fa", table.select("mirna_sequence", "target_sequence", "score"))
    first = pl.Series(np.arange(40) < 12)
    parts = {"miRNA only": first, "isomiR only": ~first}
    rows = rows_of(ToolBox({"mitar": path}), table, parts)
    assert set(rows["subject"]) == {f"{tool}, {part}" for tool in FIVE for part in parts}
    own = table.filter(first)
    assert values(rows, "mitar, miRNA only")["auroc"] == pytest.approx(
        roc_auc_score(own["label"], own["score"])
    )
    assert set(rows.filter(subject="mitar, isomiR only")["positives"]) == {14}


def test_empty_table__has_a_row_a_tool_and_runs_none(table):
    rows = rows_of(ToolBox(), table.clear())
    assert rows.select("subject", "note").rows() == [(tool, "no rows") for tool in FIVE]


def test_inputs__name_every_pair_once_by_its_nucleotides(table, tmp_path):
    write_tool_inputs([table, table.head(3)], tmp_path)
    pairs = pl.read_csv(tmp_path / TOOL_FILES[0], separator="\t")
    assert pairs.height == 40
    assert pairs["mirna_id"].to_list() == pairs["mirna_sequence"].to_list()
    fasta = (tmp_path / "tool_mirnas.fa").read_text().split()
    assert fasta == [f">{LET7}", LET7, f">{MIR21}", MIR21]
    assert (tmp_path / "tool_sites.fa").read_text().count(">") == 40


def test_inputs__of_no_table_are_empty_files(tmp_path):
    write_tool_inputs([], tmp_path)
    assert (tmp_path / "tool_sites.fa").read_text() == ""


def test_outputs__of_other_tools_are_refused(world, tmp_path):
    with pytest.raises(UsageError, match="--tool-output: mirbind2 is none of the paper's tools"):
        StudyInputs(
            (world["interactions"],), world["transcripts"], world["cds"], tool_outputs={"mirbind2": tmp_path}
        )
