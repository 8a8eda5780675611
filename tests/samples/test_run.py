"""Many samples in, one set of calls and matrices out: right numbers, the same bytes, loud where something is wrong."""

import gzip
import json
import shutil

import polars as pl
import pytest

from dmiso.errors import InputError, NothingKeptError, UsageError
from dmiso.io.mirgff3 import open_mirgff3
from dmiso.records import Counts
from dmiso.samples.inputs import SampleInputs
from dmiso.samples.run import SAMPLES_FOLDER, samples_files
from dmiso.settings.samples import SampleSettings
from dmiso.settings.trimming import ReadSettings

TABLES = ("isomirs.gff3", "calls.tsv", "samples.tsv", "counts/isomirs.tsv", "counts/isomirs.h5ad")
NAMES = ["control_1", "control_2", "treated_1", "treated_2"]


def read(path):
    return pl.read_csv(path, separator="\t", infer_schema_length=None)


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


def fastq(path, reads):
    text = "".join(f"@r{i}\n{read}\n+\n{'I' * len(read)}\n" for i, read in enumerate(reads))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    return path


def test_samples__give_the_counts_that_were_simulated(counted, simulated):
    truth = read(simulated / "truth_counts.tsv")
    found = read(counted.folder / "counts" / "isomirs.tsv")
    assert found.columns == ["feature", *NAMES]
    # no read has an error: every molecule of a miRNA is counted as what it was made as, and nothing else is
    assert truth.filter(pl.sum_horizontal(NAMES) > 0).sort("feature").equals(found.sort("feature"))


def test_samples__count_each_insert_once_in_every_matrix(counted):
    sums = [
        read(counted.folder / "counts" / f"{level}.tsv").select(pl.col(NAMES).sum()).row(0)
        for level in ("mirnas", "isomirs", "types")
    ]
    assert sums[0] == sums[1] == sums[2]
    assert sums[0] == tuple(counted.result.samples["assigned"])


def test_samples__long_and_wide_tables_say_the_same(counted):
    for level in ("mirnas", "isomirs", "types"):
        wide = read(counted.folder / "counts" / f"{level}.tsv")
        long = read(counted.folder / "counts" / f"{level}_long.tsv")
        unpivoted = wide.unpivot(index="feature", variable_name="sample", value_name="read_count")
        assert long.sort("feature", "sample").equals(
            unpivoted.filter(pl.col("read_count") > 0).sort("feature", "sample")
        )


def test_samples__call_what_is_exact_so_and_nothing_na(counted):
    features = read(counted.folder / "counts" / "features.tsv")
    assert features["feature"].is_unique().all()
    assert "exact" in features["variant"].to_list()
    for level in ("mirnas", "isomirs", "types"):
        names = read(counted.folder / "counts" / f"{level}.tsv")["feature"]
        assert names.is_unique().all()
        assert not {"NA", "", None} & set(names)
        assert not any(name.endswith((";NA", "|NA")) for name in names)


def test_samples__are_in_one_mirgff3(counted):
    with open_mirgff3(counted.folder / "isomirs.gff3", Counts()) as reader:
        assert list(reader.header.samples) == NAMES
        totals = [sum(one) for one in zip(*(record.expression for record in reader), strict=True)]
    # a sequence of several miRNAs has a record for each, and is counted once
    assert totals >= counted.result.samples["assigned"].to_list()


def test_samples__have_a_funnel_that_adds_up(counted):
    table = read(counted.folder / "samples.tsv")
    assert table["raw_reads"].to_list() == [1500] * 4
    lost = pl.sum_horizontal("too_short", "too_long", "too_many_n", "without_umi")
    assert table.select(lost + pl.col("inserts") == pl.col("raw_reads")).to_series().all()
    assert set(table["adapter"]) == {"TGGAATTCTCGGGTGCCAAGG"}
    assert table["group"].to_list() == ["control", "control", "treated", "treated"]


def test_samples__are_the_same_bytes_with_more_workers_and_when_run_again(counted, inputs, tmp_path):
    samples_files(inputs, tmp_path / "two", workers=2)
    assert contents(tmp_path / "two") == contents(counted.folder)
    samples_files(inputs, tmp_path / "two")
    assert contents(tmp_path / "two") == contents(counted.folder)


def test_samples__that_are_done_are_not_done_again(inputs, counted, tmp_path, monkeypatch):
    shutil.copytree(counted.folder, tmp_path / "out")
    (tmp_path / "out" / "samples" / "treated_1" / "inserts.parquet").write_bytes(b"PAR1 broken PAR1")
    (tmp_path / "out" / "calls.tsv").unlink()
    opened = []
    import dmiso.samples.inserts as room

    before = room.detect
    monkeypatch.setattr(room, "detect", lambda path, **more: opened.append(path.name) or before(path, **more))
    result = samples_files(inputs, tmp_path / "out")
    assert opened == ["treated_1.fastq.gz"]
    assert result.counts.notes["samples of an earlier run made again"] == 1
    assert contents(tmp_path / "out") == contents(counted.folder)


def test_samples__of_other_rules_are_made_again(inputs, counted, tmp_path):
    shutil.copytree(counted.folder, tmp_path / "out")
    settings = SampleSettings(ReadSettings(min_length=21))
    result = samples_files(inputs, tmp_path / "out", settings)
    assert result.counts.notes["samples of an earlier run made again"] == 4
    assert (result.samples["too_short"] > counted.result.samples["too_short"]).all()


def test_formats__are_those_asked_for_and_others_go(inputs, counted, tmp_path):
    shutil.copytree(counted.folder, tmp_path / "out")
    samples_files(inputs, tmp_path / "out", SampleSettings(formats=("parquet", "csv", "xlsx")))
    made = {path.name for path in (tmp_path / "out" / "counts").iterdir()}
    endings = {name.rpartition(".")[2] for name in made - {"features.tsv"}}
    assert endings == {"parquet", "csv", "xlsx"}
    assert all(SAMPLES_FOLDER.made(f"counts/{name}") for name in made)
    wide = pl.read_parquet(tmp_path / "out" / "counts" / "mirnas.parquet")
    assert wide.equals(read(counted.folder / "counts" / "mirnas.tsv"))
    assert pl.read_excel(tmp_path / "out" / "counts" / "mirnas.xlsx").equals(wide)


def test_formats__that_are_none_are_refused():
    with pytest.raises(UsageError, match="'tvs' is no format of count matrices"):
        SampleSettings(formats=("tvs",))


def test_umis__count_molecules_not_copies(examples, tmp_path):
    from dmiso.samples.simulate.run import simulate_samples
    from dmiso.settings.sample_simulation import SampleSimulation

    mature = examples / "mature.fa"
    made = SampleSimulation(
        samples=1, reads=3000, kit="qiaseq", mean_copies=6, error_rate=0.001, other_share=0.1
    )
    simulate_samples((mature, None, None), tmp_path / "s", made)
    inputs = SampleInputs(sheet=tmp_path / "s" / "samples.tsv", mature=mature)
    found = samples_files(inputs, tmp_path / "out").samples
    kept = samples_files(
        inputs, tmp_path / "kept", SampleSettings(ReadSettings(keep_duplicates=True))
    ).samples
    assert found["umi_length"].to_list() == [12, 12]
    assert (kept["molecules"] == kept["inserts"]).all()
    # six copies of a molecule on average; misread UMIs and inserts would make more of them
    assert (found["molecules"] < found["inserts"] / 4).all()
    assert (found["molecules"] > found["inserts"] / 9).all()


def test_samples__one_broken_file_of_several_is_named_and_the_others_are_kept(examples, simulated, tmp_path):
    whole = (simulated / "treated_1.fastq.gz").read_bytes()
    (tmp_path / "broken.fastq.gz").write_bytes(whole[: len(whole) // 2])
    reads = (simulated / "control_1.fastq.gz", tmp_path / "broken.fastq.gz")
    inputs = SampleInputs(reads=reads, mature=examples / "mature.fa")
    with pytest.raises(InputError, match=r"broken\.fastq\.gz.*damaged or cut short"):
        samples_files(inputs, tmp_path / "out")
    left = contents(tmp_path / "out")
    assert "samples/control_1/inserts.parquet" in left
    assert not {"calls.tsv", "samples.tsv", "counts/mirnas.tsv"} & set(left)
    (tmp_path / "broken.fastq.gz").write_bytes(whole)
    assert samples_files(inputs, tmp_path / "out").samples["sample"].to_list() == ["control_1", "broken"]


def test_samples__an_empty_file_has_zeros_and_is_said(examples, simulated, tmp_path):
    empty = fastq(tmp_path / "empty.fastq.gz", [])
    inputs = SampleInputs(reads=(simulated / "control_1.fastq.gz", empty), mature=examples / "mature.fa")
    result = samples_files(inputs, tmp_path / "out")
    assert read(tmp_path / "out" / "counts" / "mirnas.tsv")["empty"].to_list() == [0] * 4
    assert result.counts.notes["samples without a read"] == 1
    assert result.counts.examples["samples without a read"] == ["empty"]


def test_samples__all_empty_give_empty_tables_with_all_columns(examples, tmp_path):
    reads = (fastq(tmp_path / "a.fastq.gz", []), fastq(tmp_path / "b.fastq.gz", []))
    samples_files(SampleInputs(reads=reads, mature=examples / "mature.fa"), tmp_path / "out")
    table = read(tmp_path / "out" / "counts" / "isomirs.tsv")
    assert (table.columns, table.height) == (["feature", "a", "b"], 0)


def test_samples__one_without_a_mirna_is_said_and_none_at_all_is_an_error(examples, simulated, tmp_path):
    other = fastq(tmp_path / "other.fastq.gz", ["ACACACACACGTGTGTGTGTGTCCC"] * 50)
    one = SampleInputs(reads=(simulated / "control_1.fastq.gz", other), mature=examples / "mature.fa")
    result = samples_files(one, tmp_path / "out")
    sentence = "samples of which miRNAs explain less than 1% of the reads"
    assert result.counts.examples[sentence] == ["other"]
    with pytest.raises(NothingKeptError, match="none of 50 molecules was named"):
        samples_files(SampleInputs(reads=(other,), mature=examples / "mature.fa"), tmp_path / "none")
    assert not {"isomirs.gff3", "calls.tsv", "samples.tsv"} & set(contents(tmp_path / "none"))


def test_samples__already_trimmed_are_not_cut(examples, simulated, counted, tmp_path):
    reads = []
    with gzip.open(simulated / "control_1.fastq.gz", "rt") as lines:
        reads += [line[: line.find("TGGAATTCTCGGG")] for i, line in enumerate(lines) if i % 4 == 1]
    trimmed = fastq(tmp_path / "trimmed.fastq.gz", [read for read in reads if read])
    inputs = SampleInputs(reads=(trimmed,), mature=examples / "mature.fa", hairpin=examples / "hairpin.fa")
    result = samples_files(inputs, tmp_path / "out")
    assert result.said["trimmed"][-1] == "nothing is cut"
    assert result.samples["assigned"][0] == counted.result.samples["assigned"][0]


def test_samples__fasta_counts_by_record_or_by_name(examples, tmp_path):
    path = tmp_path / "collapsed.fa"
    path.write_text(">a_x120\nUGAGGUAGUAGGUUGUAUAGUU\n>b_x7\nUGAGGUAGUAGGUUGUAUAGU\n")
    mature = examples / "mature.fa"
    by_record = samples_files(SampleInputs(reads=(path,), mature=mature), tmp_path / "a")
    by_name = samples_files(
        SampleInputs(reads=(path,), mature=mature, counts_from_names=True), tmp_path / "b"
    )
    assert by_record.samples["assigned"].to_list() == [2]
    assert by_name.samples["assigned"].to_list() == [127]


def test_reads__with_a_strange_character_are_refused_by_name(examples, tmp_path):
    path = fastq(tmp_path / "odd.fastq.gz", ["ACGTACGTACGTACGTACGT", "ACGTACGTEACGTACGTACG"])
    with pytest.raises(InputError, match=r"odd\.fastq\.gz, record r1: 'E' at position 9"):
        samples_files(SampleInputs(reads=(path,), mature=examples / "mature.fa"), tmp_path / "out")


def test_manifest__has_the_hash_of_every_file(counted):
    said = json.loads((counted.folder / "manifest.json").read_text())
    assert {f"{name} 1" for name in NAMES} <= set(said["inputs"])
    assert said["settings"]["samples"] == {
        "control_1": "control",
        "control_2": "control",
        "treated_1": "treated",
        "treated_2": "treated",
    }
