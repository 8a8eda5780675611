"""Pandas in and out: every type of column, what is missing, indices; without pyarrow too."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import dmiso
from dmiso.api.frames import from_pandas, pandas_frame, to_pandas
from dmiso.api.given import as_frame, as_sequences, like
from dmiso.errors import InputError, MissingExtraError
from dmiso.examples import write_examples
from dmiso.io import read_table
from dmiso.records import Counts

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
SITE = "GCAGCAGCAUUGCAACUAUACAACCUACUACCUCAUUGCAGCAAGC"
TEXT, WHOLE, REAL, YES = ["a", None, "c"], [1, None, 3], [0.5, None, 2.5], [True, None, False]


@pytest.mark.parametrize(
    ("given", "known", "dtype"),
    [
        (pd.Series(["a", None, "c"]), TEXT, pl.String),
        (pd.Series(["a", np.nan, "c"], dtype=object), TEXT, pl.String),
        (pd.Series(["a", pd.NA, "c"], dtype="string"), TEXT, pl.String),
        (pd.Series(["a", None, "c"], dtype="category"), TEXT, pl.String),
        (pd.Series(["a", None, "c"], dtype="string[pyarrow]"), TEXT, pl.String),
        (pd.Series([1, None, 3], dtype="Int64"), WHOLE, pl.Int64),
        (pd.Series([1, None, 3], dtype="UInt8"), WHOLE, pl.UInt64),
        (pd.Series([1, None, 3], dtype="int32[pyarrow]"), WHOLE, pl.Int64),
        (pd.Series([1, pd.NA, 3], dtype=object), WHOLE, pl.Int64),
        (pd.Series([0.5, np.nan, 2.5], dtype="float32"), REAL, pl.Float64),
        (pd.Series([0.5, None, 2.5], dtype="Float64"), REAL, pl.Float64),
        (pd.Series([True, None, False], dtype="boolean"), YES, pl.Boolean),
        (pd.Series([True, None, False], dtype="bool[pyarrow]"), YES, pl.Boolean),
        (pd.Series([True, None, False], dtype=object), YES, pl.Boolean),
        (pd.Series([1, 2, 3], dtype="uint8"), [1, 2, 3], pl.UInt64),
        (pd.Series([None, None, None], dtype=object), [None] * 3, pl.String),
        (pd.Series(["a", 1, None], dtype=object), ["a", "1", None], pl.String),
    ],
    ids=lambda value: str(getattr(value, "dtype", "")),
)
def test_from_pandas__keeps_values_and_what_is_missing(given, known, dtype):
    column = from_pandas(pd.DataFrame({"x": given}))["x"]
    assert column.dtype == dtype
    assert column.to_list() == known


def test_from_pandas__of_no_rows_keeps_types_of_numbers():
    frame = pd.DataFrame({"label": pd.Series(dtype="int64"), "name": pd.Series(dtype=object)})
    assert from_pandas(frame).schema == {"label": pl.Int64, "name": pl.String}


def test_from_pandas__makes_columns_of_named_levels_and_leaves_out_row_numbers():
    frame = pd.DataFrame({"label": [1, 0]}, index=pd.Index(["m1", "m2"], name="mirna_id"))
    assert from_pandas(frame).to_dict(as_series=False) == {"mirna_id": ["m1", "m2"], "label": [1, 0]}
    assert from_pandas(frame.reset_index(drop=True)).columns == ["label"]
    assert from_pandas(frame[[]]).to_dict(as_series=False) == {"mirna_id": ["m1", "m2"]}


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "column a: two columns have this name. Rename one"),
        (pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_product([["a"], ["b", "c"]])), "several levels"),
        (pd.DataFrame({"a": [object()]}), "column a: it holds object, which is no value of a table"),
    ],
    ids=["twice", "levels", "object"],
)
def test_from_pandas__refuses_what_no_table_holds(frame, said):
    with pytest.raises(InputError, match=said):
        as_frame(frame)


FRAME = pl.DataFrame(
    {
        "text": TEXT,
        "whole": WHOLE,
        "all": [1, 2, 3],
        "real": REAL,
        "yes": YES,
        "kind": pl.Series(TEXT, dtype=pl.Categorical),
        "enum": pl.Series(TEXT, dtype=pl.Enum(["c", "b", "a"])),
        "none": [None] * 3,
    }
)
DTYPES = {
    "whole": "Int64",
    "all": "int64",
    "real": "float64",
    "yes": "boolean",
    "kind": "category",
    "enum": "category",
}


def test_pandas_frame__has_the_types_of_pandas_and_missing_values_as_pandas_knows_them():
    frame = pandas_frame(FRAME)
    assert {name: str(frame[name].dtype) for name in DTYPES} == DTYPES
    assert list(frame["enum"].cat.categories) == ["c", "b", "a"]
    assert frame["text"].dtype == pd.Series(["x"]).dtype
    for name in ("text", "whole", "real", "yes", "kind", "enum"):
        assert frame[name].isna().tolist() == [False, True, False], name
    assert isinstance(frame.index, pd.RangeIndex)


def test_pandas_frame__of_no_rows_keeps_its_types():
    kept = {name: str(dtype) for name, dtype in pandas_frame(FRAME.clear()).dtypes.items()}
    assert kept["all"] == "int64"
    assert kept["real"] == "float64"
    assert pandas_frame(FRAME.clear())["text"].dtype == pd.Series(["x"]).dtype


def test_frames__there_and_back_are_the_same():
    plain = FRAME.drop("kind", "enum", "none")
    assert from_pandas(pandas_frame(plain)).equals(plain)


def test_like__gives_pandas_for_pandas_of_a_subclass_too():
    class Table(pd.DataFrame):
        pass

    assert isinstance(like(FRAME, None, Table({"a": [1]})), pd.DataFrame)
    assert like(FRAME, pl.DataFrame()) is FRAME


def test_sequences__are_named_by_an_index_of_names():
    frame = pd.DataFrame({"sequence": [LET7]}, index=["let-7a"])
    assert [record.id for record in as_sequences(frame, "miRNA", Counts())] == ["let-7a"]
    frame.index.name = "mirna_id"
    assert [record.id for record in as_sequences(frame, "miRNA", Counts())] == ["let-7a"]
    plain = pd.DataFrame({"sequence": [LET7]})
    assert [record.id for record in as_sequences(plain, "miRNA", Counts())] == [LET7]


def test_to_pandas__turns_frames_and_results_and_leaves_pandas_alone():
    found = dmiso.scan({"let-7a": LET7}, {"t": SITE}, decoys=0)
    tables = dmiso.to_pandas(found)
    assert sorted(tables) == ["genes", "genes_total", "sites"]
    assert tables["sites"].loc[0, "start"] == 13
    assert tables["sites"]["genome_start"].isna().all()
    answer = dmiso.to_pandas(dmiso.ask(LET7, SITE, as_utrs=True))
    assert answer["pairs"].loc[0, "binding_call"] == "bound"
    assert {"pairs", "sites", "changes"} <= set(answer)
    assert to_pandas(tables["sites"]) is tables["sites"]
    assert "bases" in dmiso.to_pandas(dmiso.explain(LET7, SITE))
    with pytest.raises(InputError, match="int holds no table"):
        to_pandas(3)


def test_to_pandas__without_pandas_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'dmiso\[pandas\]'"):
        to_pandas(FRAME)


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    write_examples(folder)
    return folder


def pandas_of(path):
    """A table as pandas' own reader gives it; clusters are names, and bootstraps draw them in the order of text."""
    return pd.read_csv(path, sep="\t", dtype={"cluster": str})


def fasta(path):
    lines = path.read_text().split(">")[1:]
    pairs = [(one.split("\n", 1)[0].split()[0], one.split("\n", 1)[1].replace("\n", "")) for one in lines]
    return pd.DataFrame(pairs, columns=["id", "sequence"])


def same(of_pandas, of_files):
    """Compare a result in pandas with that of files, in polars."""
    assert isinstance(of_pandas, pd.DataFrame)
    found, known = from_pandas(of_pandas), from_pandas(pandas_frame(of_files))
    # columns that a file's reader takes as text; names that are made of the file's
    other = {"planted", "target_id", "source"} & set(found.columns)
    assert_frame_equal(found.drop(other), known.drop(other), check_exact=True)


def test_verbs__give_the_same_for_pandas_as_for_files(examples):
    mirnas, transcripts = fasta(examples / "isomirs.fa"), fasta(examples / "transcripts.fa")
    same(
        dmiso.predict(mirnas=mirnas, targets=transcripts),
        dmiso.predict(mirnas=examples / "isomirs.fa", targets=examples / "transcripts.fa"),
    )
    same(dmiso.predict(pandas_of(examples / "pairs.tsv")), dmiso.predict(examples / "pairs.tsv"))
    of_frames = dmiso.scan(mirnas, transcripts, decoys=1)
    of_files = dmiso.scan(examples / "isomirs.fa", examples / "transcripts.fa", decoys=1)
    for name in ("sites", "genes", "genes_total"):
        same(getattr(of_frames, name), getattr(of_files, name))
    same(
        dmiso.isomirs(mirnas.assign(read_count=1), mature=examples / "mature.fa"),
        dmiso.isomirs(read_table_of(mirnas.assign(read_count=1)), mature=examples / "mature.fa"),
    )


def read_table_of(frame):
    return pl.DataFrame(frame.to_dict("list"))


def test_verbs_of_tables__give_the_same_for_pandas_as_for_files(examples):
    labelled = pandas_of(examples / "labelled.tsv")
    same(
        dmiso.dataset(labelled, site_rule="as-given", keep_repeats=True),
        dmiso.dataset(examples / "labelled.tsv", site_rule="as-given", keep_repeats=True),
    )
    options = {"replicates": 2, "scores": None}
    found = dmiso.evaluate(pandas_of(examples / "test.tsv"), **options)
    known = dmiso.evaluate(examples / "test.tsv", **options)
    same(found.metrics, known.metrics)
    report = dmiso.audit(pandas_of(examples / "test.tsv"))
    assert pd.DataFrame(report.checks).equals(pd.DataFrame(dmiso.audit(examples / "test.tsv").checks))
    responses = pandas_of(examples / "gene_responses.tsv")
    settings = {"utrs": fasta(examples / "gene_utrs.fa"), "replicates": 2, "energy_genes": 2, "best": 8}
    genes = dmiso.evaluate_genes(responses, **settings)
    settings["utrs"] = examples / "gene_utrs.fa"
    same(genes.metrics, dmiso.evaluate_genes(examples / "gene_responses.tsv", **settings).metrics)


def test_coding_sequences__of_pandas_may_lack_some_and_be_real_numbers_then(examples):
    transcripts = fasta(examples / "transcripts.fa")
    cds = pd.DataFrame(
        {"transcript_id": transcripts["id"][:2], "cds_start": [30.0, np.nan], "cds_end": [90, np.nan]}
    )
    known = pl.DataFrame(
        {"transcript_id": transcripts["id"][:2].tolist(), "cds_start": [30, None], "cds_end": [90, None]}
    )
    for given in (cds, cds.convert_dtypes(), known):
        found = dmiso.scan({"let-7a": LET7}, transcripts, cds=given, decoys=0)
        assert set(found.sites["region"].dropna()) <= {"5utr", "cds", "3utr", "5'UTR", "CDS", "3'UTR"}
        assert not found.sites["region"].isna().all()


def test_pandas__goes_in_and_out_without_pyarrow(tmp_path):
    (tmp_path / "pyarrow.py").write_text("raise ImportError('pyarrow is not here')")
    code = f"""
import pandas as pd, dmiso
pairs = pd.DataFrame({{"mirna_sequence": [{LET7!r}], "target_sequence": [{SITE!r}], "n": [1]}})
pairs["n"] = pd.array([None], dtype="Int64")
found = dmiso.predict(pairs)
print(type(found).__module__.partition(".")[0], round(found.loc[0, "logit"], 3), str(found["n"].dtype))
print(dmiso.to_pandas(dmiso.scan({LET7!r}, {{"t": {SITE!r}}}, decoys=0))["sites"].loc[0, "start"])
"""
    source = Path(dmiso.__file__).parents[1]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(source)])}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["pandas", "13.354", "Int64", "13"], done.stderr


def test_written_parquet__is_read_by_pandas(examples, tmp_path):
    dmiso.scan(examples / "isomirs.fa", examples / "transcripts.fa", decoys=0, output=tmp_path / "out")
    path = tmp_path / "out" / "sites.parquet"
    frame = pd.read_parquet(path)
    assert len(frame) == read_table(path).height
    assert from_pandas(frame).columns == read_table(path).columns


def test_verbs_of_transcripts__give_the_same_for_pandas_as_for_dicts():
    targets = pd.DataFrame({"transcript_id": ["t1", "t2"], "sequence": [SITE, SITE[::-1]]})
    known = dict(zip(targets["transcript_id"], targets["sequence"], strict=True))
    frames = {"utrs": targets}
    found = dmiso.repression(pd.Series({"let-7a": LET7}), **frames)
    same(found.genes, dmiso.repression({"let-7a": LET7}, utrs=known).genes)
    genes = pd.DataFrame({"transcript_id": ["t1", "t2"], "gene_id": ["g1", None]})
    compared = dmiso.compare(LET7[1:], LET7, targets, genes=genes, decoys=0, max_q=1.0)
    of_dicts = dmiso.compare(LET7[1:], LET7, known, genes={"t1": "g1"}, decoys=0, max_q=1.0)
    assert compared.sites.equals(of_dicts.sites)
    assert compared.genes.equals(of_dicts.genes)
    assert "g1" in compared.genes["gene_id"].to_list()
    with pytest.raises(InputError, match="column gene_id"):
        dmiso.compare(LET7[1:], LET7, targets, genes=genes[["transcript_id"]])
    answer = dmiso.ask(pd.Series({"let-7a": LET7}), targets.head(1), as_utrs=True)
    assert answer.pairs["mirna_id"].to_list() == ["let-7a"]
    assert dmiso.isomirs(pl.LazyFrame({"id": ["r"], "sequence": [LET7]}), mature={"let-7a": LET7}).height == 1


def test_fair__gives_the_same_for_pandas_as_for_files(examples):
    same(
        dmiso.evaluate_fair(pandas_of(examples / "labelled.tsv")),
        dmiso.evaluate_fair(examples / "labelled.tsv"),
    )
