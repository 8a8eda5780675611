"""A scan and predictions of the most abundant sequences of counted samples."""

import json
import shutil

import polars as pl
import pytest

from dmiso.cli.main import _run
from dmiso.errors import InputError, UsageError
from dmiso.samples.abundant import most_abundant


def matrix(folder):
    return pl.read_csv(folder / "counts" / "isomirs.tsv", separator="\t")


def test_abundant__are_by_mean_counts_per_million(counted):
    counts = matrix(counted.folder).drop("feature").to_numpy()
    cpm = (counts / counts.sum(axis=0) * 1e6).mean(axis=1)
    found = most_abundant(counted.folder, 3)
    assert found["cpm"].to_list() == pytest.approx(sorted(cpm, reverse=True)[:3])
    names = matrix(counted.folder)["feature"].to_list()
    assert found["feature"].to_list() == [names[i] for i in cpm.argsort()[::-1][:3]]


def test_abundant__are_isomirs_alone_if_asked(counted):
    found = most_abundant(counted.folder, 1000, isomirs_only=True)
    assert not [name for name in found["feature"] if name.endswith(";exact")]
    every = most_abundant(counted.folder, 1000)
    assert found.height == every.height - sum(name.endswith(";exact") for name in every["feature"])


def test_abundant__a_sample_without_reads_changes_nothing(counted, tmp_path):
    shutil.copytree(counted.folder / "counts", tmp_path / "counts")
    before = most_abundant(tmp_path, 5)
    wide = matrix(tmp_path).with_columns(pl.lit(0).alias("empty"))
    wide.write_csv(tmp_path / "counts" / "isomirs.tsv", separator="\t")
    assert most_abundant(tmp_path, 5).equals(before)


def test_abundant__files_that_do_not_belong_together_are_refused(counted, tmp_path):
    shutil.copytree(counted.folder / "counts", tmp_path / "counts")
    matrix(tmp_path).reverse().write_csv(tmp_path / "counts" / "isomirs.tsv", separator="\t")
    with pytest.raises(InputError, match=r"isomirs\.tsv.*its rows are not those of features\.tsv"):
        most_abundant(tmp_path, 5)
    with pytest.raises(UsageError, match=r"holds no counts/features\.tsv"):
        most_abundant(tmp_path / "counts", 5)


def test_scan__takes_a_folder_of_counts(counted, examples, tmp_path, capsys):
    words = (
        f"scan --mirnas {counted.folder} --top 4 --isomirs-only --transcripts {examples / 'transcripts.fa'}"
    )
    assert _run([*words.split(), "--decoys", "0", "-o", str(tmp_path / "scan")]) == 0
    names = most_abundant(counted.folder, 4, isomirs_only=True)["feature"].to_list()
    assert "the 4 most abundant isomiRs, " in capsys.readouterr().err
    said = json.loads((tmp_path / "scan" / "scan.manifest.json").read_text())["mirnas"]
    assert (said["picked"], said["top"], said["isomirs_only"]) == (names, 4, True)
    sites = pl.read_parquet(tmp_path / "scan" / "sites.parquet")
    assert set(sites["mirna_id"]) <= set(names)


def test_predict__takes_a_folder_of_counts(counted, examples, tmp_path):
    words = f"predict --mirnas {counted.folder} --top-mirnas 2 --targets {examples / 'transcripts.fa'} -q"
    assert _run([*words.split(), "-o", str(tmp_path / "p.tsv")]) == 0
    table = pl.read_csv(tmp_path / "p.tsv", separator="\t")
    found = most_abundant(counted.folder, 2)
    assert dict(table.select("mirna_id", "mirna_sequence").iter_rows()) == dict(
        found.select("feature", "sequence").iter_rows()
    )


@pytest.mark.parametrize("option", ["--top 5", "--isomirs-only"])
def test_options_of_a_folder__are_refused_for_a_file(option, examples, tmp_path, capsys):
    words = f"scan --mirnas {examples / 'mature.fa'} --transcripts {examples / 'transcripts.fa'} {option}"
    assert _run([*words.split(), "-o", str(tmp_path / "scan")]) == 2
    assert f"{option.split()[0]} is for a folder of counts in --mirnas" in capsys.readouterr().err


def test_scan__of_a_folder_without_counts_says_what_is_missing(examples, tmp_path, capsys):
    words = f"scan --mirnas {examples} --transcripts {examples / 'transcripts.fa'} -o {tmp_path / 'scan'}"
    assert _run(words.split()) == 2
    assert "holds no counts/features.tsv and counts/isomirs.tsv" in capsys.readouterr().err
