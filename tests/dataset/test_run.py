"""Whole data sets: every row accounted for, the same bytes for the same seed, and real files end to end."""

import hashlib
import io
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from dmiso.cli.dataset import command
from dmiso.columns import schema_of
from dmiso.dataset.clusters import shares_kmer, site_clusters
from dmiso.dataset.gather import gather_positives
from dmiso.dataset.readers import read_interactions
from dmiso.dataset.run import DATASET_COLUMNS, Sources, dataset_files
from dmiso.errors import UsageError
from dmiso.provenance import sha256_file
from dmiso.records import Counts
from dmiso.settings.dataset import BuildSettings, SiteRule, SplitSettings


@pytest.fixture
def files(tmp_path, rng):
    """An interactions file with repeats, ranks and short rows; transcripts it lies on; a test table."""
    bases = list("ACGT")
    mrnas = ["".join(rng.choice(bases, 1_200)) for _ in range(20)]
    mirnas = ["".join(rng.choice(bases, 21)) for _ in range(15)]
    rows = []
    for i in range(240):
        mrna, start = i % 20, i // 20 * 45 + 20
        site = mrnas[mrna][start : start + 25]
        rows.append((mirnas[i % 15], site, f"r{i}", "1", "2", ("1", "5")[i % 20 == 0]))
    rows.append((*rows[7][:2], "again", "1", "40", "5"))
    rows.append((rows[8][0], mrnas[3][10:40], "second", "2", "1", "5"))
    rows.append(("ACGTACGTACGTACG", mrnas[3][10:40], "short", "1", "1", "5"))
    header = "mirna_sequence\ttarget_sequence\tread_id\tcandidate_rank\tread_count\tchromosome\n"
    (tmp_path / "pairs.tsv").write_text(header + "".join("\t".join(row) + "\n" for row in rows))
    (tmp_path / "mrna.fa").write_text("".join(f">t{i}\n{mrna}\n" for i, mrna in enumerate(mrnas)))
    (tmp_path / "cds.tsv").write_text(
        "transcript_id\tcds_start\tcds_end\n" + "".join(f"t{i}\t100\t301\n" for i in range(20))
    )
    (tmp_path / "test.tsv").write_text(f"gene\tnoncodingRNA\tlabel\n{rows[2][1]}\t{mirnas[0]}\t0\n")
    return tmp_path


def _sources(files, **more):
    return Sources((files / "pairs.tsv",), transcripts=files / "mrna.fa", cds=files / "cds.tsv", **more)


def test_build__a_directory_with_declared_columns_and_an_account(files):
    counts = dataset_files(_sources(files), files / "out", tsv=True)
    table = pl.read_parquet(files / "out/data.parquet")
    assert table.schema == pl.Schema(schema_of(DATASET_COLUMNS))
    assert sorted(path.name for path in (files / "out").iterdir()) == [
        "data.parquet",
        "data.tsv",
        "manifest.json",
    ]
    assert pl.read_csv(files / "out/data.tsv", separator="\t")["target_sequence"].equals(
        table["target_sequence"]
    )
    account = json.loads((files / "out/manifest.json").read_text())
    assert account["inputs"]["interactions_1"] == {
        "file": "pairs.tsv",
        "sha256": sha256_file(files / "pairs.tsv"),
    }
    assert account["counts"] == counts.as_dict()
    assert account["settings"]["negatives"] == "site-swap"
    assert "none by miRNA or site alone" in account["settings"]["bias"]
    by_part = table.group_by("split", "label").len()
    for split, label, n in by_part.iter_rows():
        assert account["counts"]["kept"][f"{split} {'positives' if label else 'negatives'}"] == n


def test_build__every_interaction_is_a_positive_or_dropped_for_a_reason(files):
    counts = dataset_files(_sources(files, exclude=(files / "test.tsv",)), files / "out")
    assert counts.kept["interactions"] == 243
    assert counts.kept["positives"] + sum(counts.dropped.values()) == 243
    assert counts.dropped["candidate pairs beyond the first 1 of a read"] == 1
    assert counts.dropped["interactions whose miRNA is shorter than 16 nt"] == 1
    assert counts.dropped["repeats of a pair, merged into its first row"] == 1
    assert counts.dropped["sites that share a 16-mer with an excluded site"] >= 1
    table = pl.read_parquet(files / "out/data.parquet")
    assert table.filter(pl.col("read_count") == 42).height == 1


def test_build__clusters_never_cross_splits_and_coordinates_give_back_the_bases(files):
    dataset_files(_sources(files), files / "out", BuildSettings(ratio=3))
    table = pl.read_parquet(files / "out/data.parquet")
    again = pl.Series("cluster", site_clusters(table["target_sequence"].to_list()))
    assert table.with_columns(again).group_by("cluster").agg(pl.col("split").n_unique())["split"].max() == 1
    mrnas = dict(
        zip(
            (f"t{i}" for i in range(20)),
            (files / "mrna.fa").read_text().replace("T", "U").split("\n")[1::2],
            strict=True,
        )
    )
    placed = table.filter(pl.col("transcript_id").is_not_null())
    assert placed.height == table.height
    for name, start, end, site, region in placed.select(
        "transcript_id", "start", "end", "target_sequence", "region"
    ).iter_rows():
        assert mrnas[name][start:end] == site
        middle = (start + end) // 2
        assert (
            region == ("5'UTR" if middle < 100 else "CDS" if middle < 301 else "3'UTR")
            or min(abs(middle - 100), abs(middle - 301)) <= 1
        )
    # 25-nt fragments, extended by 25 nt at 3' where the transcript goes on
    assert placed.filter(pl.col("end") < 1_200)["target_sequence"].str.len_chars().unique().to_list() == [50]


def test_build__five_candidates_a_read_on_request(files):
    one = dataset_files(_sources(files), files / "one").kept["positives"]
    five = dataset_files(_sources(files), files / "five", BuildSettings(top=5)).kept["positives"]
    assert five == one + 1


def test_build__a_read_counts_once_for_candidates_of_the_same_nucleotides(tmp_path, rng):
    mirna, site, other = ("".join(rng.choice(list("ACGT"), n)) for n in (21, 40, 40))
    rows = [("let-7a", site, "r1", 1, 5), ("let-7f", site, "r1", 2, 5), ("let-7a", other, "r1", 3, 5)]
    rows += [("let-7a", site, "r2", 1, 2), ("let-7f", site, "r3", 2, 1)]
    table = pl.DataFrame(
        [(name, mirna, *row) for name, *row in rows],
        schema=["mirna_id", "mirna_sequence", "target_sequence", "read_id", "candidate_rank", "read_count"],
        orient="row",
    )
    table.write_csv(tmp_path / "candidates.tsv", separator="\t")
    sources = Sources((tmp_path / "candidates.tsv",))
    frame = gather_positives(sources, BuildSettings(top=5), {}, Counts())
    assert dict(frame.select("target_sequence", "read_count").iter_rows()) == {
        site.replace("T", "U"): 5 + 2 + 1,
        other.replace("T", "U"): 5,
    }


def test_build__excluded_chromosomes_and_test_sites_are_not_there(files):
    counts = dataset_files(
        _sources(files, exclude=(files / "test.tsv",)),
        files / "out",
        BuildSettings(exclude_chromosomes=("chr1",)),
    )
    assert counts.dropped["sites on the excluded chromosome chr1"] > 200
    table = pl.read_parquet(files / "out/data.parquet")
    assert table["chromosome"].unique().to_list() == ["5"]
    tested = read_interactions(files / "test.tsv", keep_negatives=True).frame["target_sequence"].to_list()
    assert not shares_kmer(table["target_sequence"].to_list(), tested).any()


def test_build__a_chromosome_of_one_source_only(files):
    counts = dataset_files(_sources(files), files / "out", BuildSettings(exclude_chromosomes=("pairs:5",)))
    assert counts.dropped["sites on the excluded chromosome pairs:5"] > 0
    with pytest.raises(UsageError, match=r"no interaction is of source 'pears'\. Did you mean pairs\?"):
        dataset_files(_sources(files), files / "out", BuildSettings(exclude_chromosomes=("pears:5",)))


@pytest.mark.parametrize("negatives", ["site-swap", "dinucleotide-shuffle", "region-matched"])
def test_build__the_same_seed_gives_the_same_bytes_wherever_it_is_written(files, negatives):
    settings = BuildSettings(negatives=negatives, site_rule=SiteRule("window"), seed=5)
    other = BuildSettings(negatives=negatives, site_rule=SiteRule("window"), seed=6)
    for name, used in (("a", settings), ("b", settings), ("c", other)):
        dataset_files(_sources(files), files / name, used, tsv=True)
    for name in ("data.parquet", "data.tsv", "manifest.json"):
        once, again, differs = (sha256_file(files / folder / name) for folder in "abc")
        assert once == again != differs
    first, third = (pl.read_parquet(files / folder / "data.parquet").filter(label=1) for folder in "ac")
    assert not first["start"].sort().equals(third["start"].sort())


def test_build__nothing_is_left_when_it_fails(files):
    with pytest.raises(UsageError, match=r"paper draws sites from transcripts"):
        dataset_files(Sources((files / "pairs.tsv",)), files / "out", BuildSettings(negatives="paper"))
    assert not (files / "out").exists()


def test_build__an_input_without_rows_gives_an_empty_data_set(tmp_path):
    (tmp_path / "none.tsv").write_text("mirna_sequence\ttarget_sequence\n")
    counts = dataset_files(Sources((tmp_path / "none.tsv",)), tmp_path / "out")
    assert pl.read_parquet(tmp_path / "out/data.parquet").shape == (0, len(DATASET_COLUMNS))
    assert counts.kept["positives"] == 0


def test_build__the_papers_mode_parts_rows_at_random(files):
    settings = BuildSettings(
        negatives="dinucleotide-shuffle", split="random", parts=SplitSettings(0.2, validation_share=0)
    )
    counts = dataset_files(_sources(files), files / "out", settings)
    assert counts.kept["test positives"] == round(counts.kept["positives"] * 0.2)


def test_sources__wrong_usage_is_said(files):
    pairs = files / "pairs.tsv"
    with pytest.raises(UsageError, match=r"2 layouts for 1 files\. Give one for all, or one each"):
        Sources((pairs,), layouts=("dmiso", "helwak"))
    with pytest.raises(UsageError, match="no file of interactions was given"):
        Sources(())
    with pytest.raises(UsageError, match="seed is -1; it must be between 0 and"):
        BuildSettings(seed=-1)
    with pytest.raises(UsageError, match=r"\(--cds\) need the transcripts"):
        Sources((pairs,), cds=files / "cds.tsv")
    with pytest.raises(UsageError, match="ratio is 0; it must be between 1 and"):
        BuildSettings(ratio=0)


def _run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_build__reads_standard_input_as_it_reads_a_file(files, monkeypatch):
    data = (files / "pairs.tsv").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
    dataset_files(
        Sources((Path("-"),)),
        files / "out",
        BuildSettings(site_rule=SiteRule("as-given")),
    )
    account = json.loads((files / "out/manifest.json").read_text())
    assert account["inputs"] == {"interactions_1": {"file": "-", "sha256": hashlib.sha256(data).hexdigest()}}
    assert account["counts"]["kept"]["positives"] > 200


def test_build__says_where_ranks_or_chromosomes_are_not_known(files):
    (files / "plain.tsv").write_text(
        "mirna_sequence\ttarget_sequence\n"
        + "ACGUACGUACGUACGUA\tACGU\n" * 2
        + "UUGGCCAAUUGGCCAAU\tGGGGCCAA\n"
    )
    parts = SplitSettings(0, 0)  # one part, so that the two positives can swap sites
    settings = BuildSettings(top=5, exclude_chromosomes=("1",), site_rule=SiteRule("as-given"), parts=parts)
    counts = dataset_files(Sources((files / "plain.tsv",)), files / "out", settings)
    assert counts.notes["files that rank no candidate pairs: their rows are taken as they are"] == 1
    assert counts.notes["sites of unknown chromosome, kept though 1 is excluded"] == 3


def test_command__builds_and_says_what_was_left_out(files):
    result = _run(
        files / "pairs.tsv",
        *("--transcripts", files / "mrna.fa", "--cds", files / "cds.tsv"),
        *("--negatives", "site-swap", "--ratio", 2, "-o", files / "out"),
    )
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "note: 1 repeats of a pair, merged into its first row" in result.stderr
    assert f"480 negatives in {files / 'out'}" in result.stderr
    assert (files / "out/data.parquet").is_file()
    assert str(files) not in (files / "out/manifest.json").read_text()


def test_command__quiet_says_nothing(files):
    result = _run(files / "pairs.tsv", "--site-rule", "as-given", "-q", "-o", files / "out")
    assert (result.exit_code, result.output) == (0, "")


def test_command__help_shows_groups_defaults_and_two_examples():
    text = _run("--help").output
    for heading in ("Input:", "Left out:", "Sites:", "Negatives:", "Splits:", "Output:"):
        assert heading in text
    assert text.count("    dmiso dataset ") == 2
    assert "default: site-swap" in text


@pytest.mark.real_data
def test_real_data__the_honest_set_has_no_test_site_and_balances_every_mirna(shared_data, tmp_path):
    chimeras = sorted((shared_data / "chimeras").glob("h*.gz")) + sorted(
        (shared_data / "chimeras").glob("g*.gz")
    )
    tests = [
        shared_data / "benchmark/mirbench_hejret2023_test.tsv.gz",
        shared_data / "benchmark/hejret_isomir_chr1_balanced.tsv",
    ]
    folder = shared_data / "transcripts"
    sources = Sources(
        tuple(chimeras),
        transcripts=folder / "refseq4000_mrna.fa.gz",
        cds=folder / "refseq4000_cds.tsv.gz",
        exclude=tuple(tests),
    )
    counts = dataset_files(sources, tmp_path / "out", BuildSettings(exclude_chromosomes=("hejret:1",)))
    table = pl.read_parquet(tmp_path / "out/data.parquet")
    assert counts.kept["positives"] == counts.kept["negatives"] > 28_000
    tested = [
        site
        for path in tests
        for site in read_interactions(path, keep_negatives=True).frame["target_sequence"]
    ]
    assert not shares_kmer(table["target_sequence"].to_list(), tested).any()
    balance = table.group_by("split", "source", "mirna_sequence").agg(pl.col("label").mean())
    assert np.allclose(balance["label"].to_numpy(), 0.5)
    assert table.group_by("cluster").agg(pl.col("split").n_unique())["split"].max() == 1
