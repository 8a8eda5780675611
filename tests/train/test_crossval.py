"""Cross-validation: every row judged once by a network that saw neither it nor its site."""

import json

import polars as pl
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from dmiso.errors import InputError, UsageError
from dmiso.train import FoldPlan, TrainSettings, crossval

pytest.importorskip("torch")

QUICK = TrainSettings(
    epochs=2, batch_size=16, l1=1e-4, learning_rate=0.005, device="cpu", validation_share=0.2
)
PLAN = FoldPlan(folds=3)


@pytest.fixture
def data(tmp_path, rng, one_sided_pairs):
    path = tmp_path / "pairs.tsv"
    one_sided_pairs(rng, 90).with_columns(cluster=pl.Series([i // 3 for i in range(90)])).write_csv(
        path, separator="\t"
    )
    return path


def test_crossval__every_row_is_judged_once_and_clusters_stay_whole(tmp_path, data):
    result = crossval(data, tmp_path / "out", QUICK, PLAN)
    predictions = pl.read_csv(tmp_path / "out" / "predictions.tsv", separator="\t")
    table = pl.read_csv(data, separator="\t")
    assert predictions["row"].to_list() == list(range(1, 91))
    assert predictions["label"].to_list() == table["label"].to_list()
    joined = predictions.with_columns(table["cluster"])
    assert joined.group_by("cluster").agg(pl.col("fold").n_unique())["fold"].unique().to_list() == [1]
    assert [fold.fold for fold in result.folds] == [1, 2, 3]


def test_crossval__tables_are_what_scikit_learn_measures(tmp_path, data):
    result = crossval(data, tmp_path / "out", QUICK, PLAN)
    predictions = pl.read_csv(tmp_path / "out" / "predictions.tsv", separator="\t")
    folds = pl.read_csv(tmp_path / "out" / "folds.tsv", separator="\t")
    assert folds["fold"].to_list() == ["1", "2", "3", "mean", "sd", "pooled"]
    for number in (1, 2, 3):
        own = predictions.filter(pl.col("fold") == number)
        assert folds["average_precision"][number - 1] == pytest.approx(
            average_precision_score(own["label"], own["logit"])
        )
        assert folds["n_pairs"][number - 1] == own.height
    first = folds["auroc"][:3]
    assert folds["auroc"][3:5].to_list() == pytest.approx([first.mean(), first.std()])
    pooled = roc_auc_score(predictions["label"], predictions["logit"])
    assert folds["auroc"][5] == pytest.approx(pooled) == pytest.approx(result.pooled["auroc"])


def test_crossval__an_interrupted_run_goes_on_and_ends_with_the_same_bytes(tmp_path, data):
    crossval(data, tmp_path / "whole", QUICK, PLAN, command=["c"])

    def interrupt(result):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crossval(data, tmp_path / "out", QUICK, PLAN, command=["c"], on_fold=interrupt)
    computed = []
    result = crossval(
        data, tmp_path / "out", QUICK, PLAN, command=["c"], on_fold=lambda r: computed.append(r.fold)
    )
    assert computed == [2, 3]
    assert result.counts.notes == {"folds finished earlier, not computed again": 1}
    for name in ("folds.tsv", "predictions.tsv", "folds/fold-01.json", "folds/fold-03.json"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_crossval__workers_change_nothing(tmp_path, data):
    crossval(data, tmp_path / "one", QUICK, PLAN)
    crossval(data, tmp_path / "two", QUICK, FoldPlan(folds=3, workers=2))
    for name in ("folds.tsv", "predictions.tsv", "folds/fold-02.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_crossval__test_rows_are_left_out_and_counted(tmp_path, data):
    table = pl.read_csv(data, separator="\t").with_columns(split=pl.Series(["test"] * 30 + ["train"] * 60))
    table.write_csv(data, separator="\t")
    result = crossval(data, tmp_path / "out", QUICK, FoldPlan(folds=3, split="random"))
    assert result.counts.dropped == {"rows of split test, kept out of cross-validation": 30}
    rows = pl.read_csv(tmp_path / "out" / "predictions.tsv", separator="\t")["row"]
    assert rows.to_list() == list(range(31, 91))


def test_crossval__folds_of_another_run_are_refused(tmp_path, data):
    crossval(data, tmp_path / "out", QUICK, PLAN)
    with pytest.raises(UsageError, match=r"is a fold of another run \(epochs 2 there, 1 now\)"):
        crossval(data, tmp_path / "out", TrainSettings(**QUICK.as_dict() | {"epochs": 1}), PLAN)
    other = FoldPlan(folds=3, split="random")
    with pytest.raises(UsageError, match=r"\(split cluster there, random now\)"):
        crossval(data, tmp_path / "out", QUICK, other)
    assert len(crossval(data, tmp_path / "out", QUICK, other, restart=True).folds) == 3


def test_crossval__a_damaged_fold_is_computed_again_and_said(tmp_path, data):
    crossval(data, tmp_path / "out", QUICK, PLAN)
    path = tmp_path / "out" / "folds" / "fold-02.json"
    whole = path.read_bytes()
    for damage in (
        b"{",
        whole.replace(b'"best_epoch": 1', b'"best_epoch": 2'),
        (path.parent / "fold-01.json").read_bytes(),
    ):
        path.write_bytes(damage)
        again = crossval(data, tmp_path / "out", QUICK, PLAN)
        assert path.read_bytes() == whole
        assert any(line.startswith("1 folds of an earlier run") for line in again.counts.sentences())


def test_crossval__a_state_that_outlived_its_fold_is_removed(tmp_path, data):
    crossval(data, tmp_path / "out", QUICK, PLAN)
    (tmp_path / "out" / "folds" / "fold-01.checkpoint").mkdir()
    crossval(data, tmp_path / "out", QUICK, PLAN)
    assert {path.suffix for path in (tmp_path / "out" / "folds").iterdir()} == {".json"}


@pytest.mark.parametrize(
    ("plan", "message"),
    [({"folds": 1}, "folds is 1; it must be between 2 and 1,000"), ({"workers": 0}, "workers is 0")],
)
def test_fold_plan__refuses_what_cannot_be(plan, message):
    with pytest.raises(UsageError, match=message):
        FoldPlan(**plan)


def test_crossval__a_fold_with_one_class_is_refused_before_anything_is_computed(tmp_path, data):
    table = pl.read_csv(data, separator="\t")
    table.with_columns(label=(pl.col("cluster") == 0).cast(int)).write_csv(data, separator="\t")
    with pytest.raises(InputError, match=r"the train \(fold 1\) part has 0 positives"):
        crossval(data, tmp_path / "out", QUICK, PLAN)
    assert not (tmp_path / "out").exists()


def test_crossval__the_manifest_describes_the_plan(tmp_path, data):
    crossval(data, tmp_path / "out", QUICK, PLAN, command=["dmiso", "crossval"])
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["settings"]["split"] == "cluster"
    assert manifest["settings"]["folds"] == 3
    assert manifest["settings"]["epochs"] == 2


def test_crossval__refuses_paths_that_cannot_be(data):
    with pytest.raises(UsageError, match="is a file; dmiso crossval writes a folder"):
        crossval(data, data, QUICK, PLAN)
