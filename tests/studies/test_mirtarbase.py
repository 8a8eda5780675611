"""Tables of positives in a study: what is lengthened, what is lost, and what is said of it."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dmiso.errors import NothingKeptError, UsageError
from dmiso.evaluate.score_column import ScoreColumn
from dmiso.io.sequences import read_sequences
from dmiso.records import Counts
from dmiso.settings.study import StudySettings
from dmiso.studies.material import Material
from dmiso.studies.mirtarbase import CONTROL, control_sites, judged_rows, table_two_control, table_two_rows
from dmiso.studies.settings import StudyInputs
from dmiso.studies.store import Step, Store

SETTINGS = StudySettings(replicates=0)


@pytest.fixture
def material(world, tmp_path):
    """Make the material of a study from further files."""

    def make(**files):
        given = StudyInputs(
            (world["interactions"],), world["transcripts"], world["cds"], mature=world["mature"], **files
        )
        return Material(given, SETTINGS, Store(tmp_path / "work"))

    return make


def short_sites(path, sites):
    pl.DataFrame(
        {"mirna_sequence": ["UGAGGUAGUAGGUUGUAUAGUU"] * len(sites), "target_sequence": sites}
    ).write_csv(path, separator="\t")
    return path


def test_recall_tables__short_sites_are_lengthened_on_the_transcripts(material, world, tmp_path):
    mrnas = list(read_sequences(world["transcripts"], Counts()))
    # from where no interaction is: the tables must share no 16-mer with the sites that are trained on
    path = short_sites(tmp_path / "short.tsv", [mrna.sequence[500:522] for mrna in mrnas[:5]])
    step = material(recall=(path,)).recall[0]
    assert step.frame["target_sequence"].to_list() == [mrna.sequence[500:547] for mrna in mrnas[:5]]


def test_recall_tables__that_lose_all_sites_fail(material, tmp_path, rng, random_rna):
    path = short_sites(tmp_path / "short.tsv", [random_rna(rng, 22) for _ in range(5)])
    with pytest.raises(NothingKeptError, match=r"short\.tsv: none of 5 .*5 sites shorter than 30 nt"):
        _ = material(recall=(path,)).recall


def test_mirtarbase__is_read_with_every_support_type_as_positive(material, world):
    sites, dealt = material(mirtarbase=world["mirtarbase"], utrs=world["utrs"]).mirtarbase
    assert sites.frame["label"].unique().to_list() == [1]
    assert sites.frame["source"].n_unique() == 3
    assert sites.frame["target_sequence"].str.len_chars().unique().to_list() == [47]
    assert "cluster" in sites.frame.columns
    assert dealt.frame.height <= sites.frame.height
    assert material().mirtarbase is None


def test_mirtarbase__without_utrs_has_no_site_of_30_nt_and_fails(material, world):
    with pytest.raises(NothingKeptError, match=r"25 sites shorter than 30 nt"):
        _ = material(mirtarbase=world["mirtarbase"]).mirtarbase


def test_mirtarbase__needs_reference_mirnas(world):
    with pytest.raises(UsageError, match="--mature"):
        StudyInputs(
            (world["interactions"],), world["transcripts"], world["cds"], mirtarbase=world["mirtarbase"]
        )


@pytest.fixture
def sites():
    """Six sites, of which one is functional by one report and not by another."""
    return pl.DataFrame(
        {
            "mirna_sequence": ["A", "C", "G", "U", "A", "A"],
            "target_sequence": ["AA", "CC", "GG", "UU", "AC", "AA"],
            "source": ["mirtarbase-functional"] * 4 + ["mirtarbase-non-functional-weak"] * 2,
            "label": [1] * 6,
            "cluster": [0, 1, 2, 3, 4, 0],
        }
    )


def test_rows__of_subjects_are_by_support_type(sites):
    called = np.array([1, 1, 0, 0, 1, 0], np.float64)
    columns = [ScoreColumn("network", "model", called, 0.5), ScoreColumn("gone", "tool", None, note="why")]
    rows = table_two_rows("paper", sites, columns, SETTINGS)
    assert rows.filter(subject="network").select("data", "value", "positives", "negatives").rows() == [
        ("miRTarBase", 0.6, 5, 0),
        ("miRTarBase, functional", 0.5, 4, 0),
        ("miRTarBase, non-functional (weak)", 0.5, 2, 0),
    ]
    assert rows.filter(subject="gone").select("metric", "value", "note").unique().rows() == [
        ("recall", None, "why")
    ]


def test_control__is_of_rows_with_other_mirnas(sites):
    dealt = control_sites(sites, seed=0)
    own = set(sites.select("mirna_sequence", "target_sequence").rows()[1:5])
    assert dealt.height
    assert not own & set(dealt.select("mirna_sequence", "target_sequence").rows())
    row = table_two_control(
        "both", dealt, [ScoreColumn("s", "tool", np.ones(dealt.height), 0.5)], SETTINGS
    ).row(0, named=True)
    assert (row["data"], row["metric"], row["value"]) == (CONTROL, "share called positive", 1.0)
    assert (row["positives"], row["negatives"]) == (None, dealt.height)


def test_judged_rows__say_where_the_others_went(sites):
    lost = {"sites shorter than 30 nt": 10, "rows without a target site": 4}
    row = judged_rows("mine", Step(sites, Path("x"), "key", {"kept": {}, "dropped": lost, "notes": {}})).row(
        0, named=True
    )
    assert row["value"] == 6 / 20
    assert row["note"] == "6 of 20 rows; left out: 10 sites shorter than 30 nt; 4 rows without a target site"
