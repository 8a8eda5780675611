"""What users hold in memory becomes the same frames and files as what they hold on disk."""

import pandas as pd
import polars as pl
import pytest

from dmiso.api.given import as_frame, as_sequences, desk, like
from dmiso.errors import InputError, UsageError
from dmiso.records import Counts, SequenceRecord

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
ROWS = [{"mirna_sequence": LET7, "label": 1}, {"mirna_sequence": "UAGCUUAUCAGACUGAUGUUGA", "label": 0}]


@pytest.mark.parametrize(
    "given",
    [
        ROWS,
        pl.DataFrame(ROWS),
        pl.DataFrame(ROWS).lazy(),
        pd.DataFrame(ROWS),
        {k: [r[k] for r in ROWS] for k in ROWS[0]},
    ],
    ids=["rows", "polars", "lazy", "pandas", "columns"],
)
def test_as_frame__takes_every_form_alike(given):
    assert as_frame(given).rows(named=True) == ROWS


def test_as_frame__reads_files(tmp_path):
    pl.DataFrame(ROWS).write_csv(tmp_path / "t.tsv", separator="\t")
    for path in (tmp_path / "t.tsv", str(tmp_path / "t.tsv")):
        assert as_frame(path)["mirna_sequence"].to_list() == [row["mirna_sequence"] for row in ROWS]


def test_as_frame__refuses_what_is_no_table():
    with pytest.raises(InputError, match="int is not a table"):
        as_frame(3)


@pytest.mark.parametrize(
    "given",
    [
        {"a": LET7},
        {"a": LET7.lower().replace("u", "t")},
        [("a", LET7)],
        [SequenceRecord("a", LET7)],
        pl.DataFrame({"mirna_id": ["a"], "mirna_sequence": [LET7]}),
        pd.DataFrame({"name": ["a"], "sequence": [LET7]}),
        pd.Series({"a": LET7}),
    ],
    ids=["dict", "DNA", "pairs", "records", "polars", "pandas", "series"],
)
def test_as_sequences__takes_every_form_alike(given):
    assert [(r.id, r.sequence) for r in as_sequences(given, "miRNA", Counts())] == [("a", LET7)]


def test_as_sequences__names_bare_sequences_after_themselves():
    assert [r.id for r in as_sequences(LET7, "miRNA", Counts())] == [LET7]
    assert [r.id for r in as_sequences([LET7, "ACGUACGUAC"], "miRNA", Counts())] == [LET7, "ACGUACGUAC"]


def test_as_sequences__a_file_wins_over_a_word_of_nucleotide_codes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "CATTAGGAC").write_text(f">x\n{LET7}\n")
    assert [r.id for r in as_sequences("CATTAGGAC", "miRNA", Counts())] == ["x"]


@pytest.mark.parametrize("given", [{"a": "XYZ"}, {"a": ""}, {"a": None}, pl.DataFrame({"b": ["ACGU"]})])
def test_as_sequences__refuses_what_is_no_sequence(given):
    with pytest.raises(InputError):
        as_sequences(given, "miRNA", Counts())


def test_as_sequences__a_missing_file_is_named():
    with pytest.raises(UsageError, match=r"none\.fa"):
        as_sequences("none.fa", "miRNA", Counts())


def test_desk__writes_sequences_whose_names_have_white_space(caplog):
    with desk() as work:
        path = work.sequences({"miR 1": LET7, "b": LET7}, "mirnas")
        assert path.read_text() == f">miR_1\n{LET7}\n>b\n{LET7}\n"
    assert not path.exists()
    assert "white space" in caplog.text


def test_like__gives_pandas_to_whom_gave_pandas():
    frame = pl.DataFrame(ROWS)
    assert like(frame, "path", None) is frame
    back = like(frame, pd.DataFrame())
    assert isinstance(back, pd.DataFrame)
    assert back.to_dict("records") == ROWS
