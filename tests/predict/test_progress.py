"""Predictions tell how far they are while one batch is scored, and of how many windows where they come from files."""

import os
import threading

import polars as pl
import pytest

from dmiso.predict import PredictInputs, Predictor, load_model, predict_files
from dmiso.settings.predict import PredictSettings
from dmiso.workers import listening


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("model", ["duplex-chimeras@v0.2.0", "dmiso-chimeras@v0.1.0"])
def test_predict__counts_windows_within_a_batch(model, threads, rng, random_rna):
    predictor = load_model(model, threads=threads)
    mirnas = {f"m{i}": random_rna(rng, 22) for i in range(3)}
    targets = {f"t{i}": random_rna(rng, 50) for i in range(400)}
    told = []
    with listening(lambda *work: told.append(work)):
        predictor.predict(mirnas=mirnas, targets=targets)
    assert {(what, total) for what, _, total in told} == {("windows scored", None)}
    done = [n for _, n, _ in told]
    assert done[0] == 0
    assert done == sorted(done)
    assert done[-1] == 3 * 400
    assert len(done) > 2


@pytest.fixture
def write_fasta(tmp_path, rng, random_rna):
    """Write random sequences of given lengths."""

    def write(name, lengths):
        path = tmp_path / name
        path.write_text("".join(f">s{i}\n{random_rna(rng, n)}\n" for i, n in enumerate(lengths)))
        return path

    return write


def told_by(predictor, inputs, output, settings=None):
    """Return what a run from files tells of its windows."""
    told = []
    with listening(lambda *work: told.append(work)):
        predict_files(predictor, inputs, output, settings)
    return [(done, total) for what, done, total in told if what == "windows scored"]


def test_predict__of_files_knows_the_windows_of_every_mirna_with_every_target(
    predictor, write_fasta, tmp_path
):
    mirnas, targets = write_fasta("m.fa", [22, 21, 23]), write_fasta("t.fa", [50, 60, 61, 500, 1234])
    told = told_by(predictor, PredictInputs(mirnas=mirnas, targets=targets), tmp_path / "o.tsv")
    totals = {total for done, total in told if done}
    assert totals == {3 * (1 + 1 + 2 + 23 + 60)}
    assert told[-1] == (told[-1][1], told[-1][1])


def test_predict__as_the_published_program_counts_one_window_a_pair(toy_model, write_fasta, tmp_path):
    from dmiso.models import resolve

    mirnas, targets = write_fasta("m.fa", [22, 21, 23]), write_fasta("t.fa", [50, 61, 500, 1234])
    published = Predictor(resolve(toy_model), crop="centre")
    inputs = PredictInputs(mirnas=mirnas, targets=targets)
    told = told_by(published, inputs, tmp_path / "o.tsv", PredictSettings(compat="published"))
    assert [total for done, total in told if done] == [12] * 3
    assert told[-1] == (12, 12)


@pytest.mark.parametrize("ending", ["tsv", "parquet"])
def test_predict__of_a_table_expects_as_many_windows_as_the_rows_so_far_had(
    predictor, rng, random_rna, tmp_path, monkeypatch, ending
):
    monkeypatch.setattr("dmiso.predict.inputs.ROWS_PER_BATCH", 10)
    lengths = [50] * 10 + [61] * 10 + [50] * 10
    frame = pl.DataFrame(
        {
            "mirna_sequence": [random_rna(rng, 22) for _ in lengths],
            "target_sequence": [random_rna(rng, n) for n in lengths],
        }
    )
    path = tmp_path / f"pairs.{ending}"
    frame.write_parquet(path) if ending == "parquet" else frame.write_csv(path, separator="\t")
    told = told_by(predictor, PredictInputs(pairs=path), tmp_path / "o.tsv")
    assert list(dict.fromkeys(total for _, total in told if total is not None)) == [30, 45, 40]
    assert told[-1] == (40, 40)


def test_predict__of_a_pipe_knows_its_windows_too(predictor, write_fasta, tmp_path):
    mirnas, targets, pipe = write_fasta("m.fa", [22, 21]), write_fasta("t.fa", [50] * 40), tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(targets.read_bytes(),))
    writer.start()
    told = told_by(predictor, PredictInputs(mirnas=mirnas, targets=pipe), tmp_path / "o.tsv")
    writer.join()
    assert told[-1] == (80, 80)


def test_predict__counts_nothing_before_where_nobody_listens(predictor, write_fasta, tmp_path, monkeypatch):
    def refused(*_):
        raise AssertionError

    monkeypatch.setattr("dmiso.predict.amounts.sequence_lengths", refused)
    monkeypatch.setattr("dmiso.predict.amounts.count_rows", refused)
    inputs = PredictInputs(mirnas=write_fasta("m.fa", [22]), targets=write_fasta("t.fa", [50]))
    assert predict_files(predictor, inputs, tmp_path / "o.tsv").n_rows == 1
