"""The simulator, and that the program finds what it planted."""

import gzip

import polars as pl
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.chimera.filters import best_only
from dmiso.chimera.naming import name_portions
from dmiso.chimera.run import chimeras_files
from dmiso.chimera.simulate.reads import TRUTH_COLUMNS, simulate_files
from dmiso.chimera.simulate.truth import judge_interactions, judge_reads, right_target
from dmiso.errors import UsageError
from dmiso.io.tables import read_table
from dmiso.isomir.reference import read_reference
from dmiso.records import Counts
from dmiso.settings.chimeras import preset
from dmiso.settings.simulation import SimulationSettings

SMALL = {"reads": 3000, "isomirs": 12, "interactions": 60}


def simulate(world, out, **options):
    settings = SimulationSettings(**{**SMALL, **options})
    simulate_files(world.mature, world.mrna, out, settings)
    table = read_table(out / "truth.tsv.gz").with_columns(
        pl.col("start", "end", "molecule", "copy", "n_errors").cast(pl.Int64, strict=False),
        decided=pl.col("decided") == "true",
    )
    with gzip.open(out / "reads.fastq.gz", "rt") as handle:
        lines = handle.read().splitlines()
    return table, lines


def test_simulate__reads_hold_what_the_truth_says(world, tmp_path):
    table, lines = simulate(world, tmp_path / "sim")
    assert table.columns == list(TRUTH_COLUMNS)
    assert len(lines) == 4 * table.height == 4 * 3000
    adapter = SimulationSettings().adapter
    for i, row in enumerate(table.iter_rows(named=True)):
        bases = lines[4 * i + 1][8:].replace("T", "U")
        site = (
            world.transcripts[row["transcript_id"]][row["start"] : row["end"]] if row["transcript_id"] else ""
        )
        parts = [row["mirna_sequence"] or "", site]
        if row["order"] == "target-first":
            parts.reverse()
        whole = "".join(parts) + adapter.replace("T", "U")
        assert bases.startswith(whole[: len(bases)])
        assert len(lines[4 * i + 3]) == 100


def test_simulate__shares_are_those_asked_for(world, tmp_path):
    table, _ = simulate(world, tmp_path / "sim", chimera_share=0.5, dimer_share=0.2, mirna_share=0.1)
    kinds = dict(table.unique("molecule")["kind"].value_counts(normalize=True).iter_rows())
    assert kinds["chimera"] == pytest.approx(0.5, abs=0.05)
    assert kinds["dimer"] == pytest.approx(0.2, abs=0.04)


def test_simulate__copies_share_molecule_umi_and_bases(world, tmp_path):
    table, lines = simulate(world, tmp_path / "sim", mean_copies=3)
    reads = table.with_columns(bases=pl.Series(lines[1::4]))
    assert reads.group_by("molecule").agg(pl.col("bases").n_unique())["bases"].max() == 1
    assert table.height / table["molecule"].n_unique() == pytest.approx(3, rel=0.15)


def test_simulate__seeded_sites_pair_with_the_seed(world, tmp_path):
    table, _ = simulate(world, tmp_path / "sim", seed_share=0.0)
    none = seeded_share(table, world)
    table, _ = simulate(world, tmp_path / "sim", seed_share=1.0)
    assert none < 0.1 < seeded_share(table, world)


def seeded_share(table, world):
    pairs = table.filter(kind="chimera").unique(["mirna_sequence", "transcript_id", "start"])
    found = [
        reverse_complement(row["mirna_sequence"][1:8])
        in world.transcripts[row["transcript_id"]][row["start"] : row["end"]]
        for row in pairs.iter_rows(named=True)
    ]
    return sum(found) / len(found)


def test_simulate__errors_come_at_their_rate_and_with_low_quality(world, tmp_path):
    table, _ = simulate(world, tmp_path / "sim", error_rate=0.02)
    assert table["n_errors"].mean() == pytest.approx(2, rel=0.1)


def test_simulate__the_same_seed_gives_the_same_bytes(world, tmp_path):
    for name in ("a", "b"):
        simulate(world, tmp_path / name)
    simulate(world, tmp_path / "c", seed=1)
    files = [(tmp_path / n / "reads.fastq.gz").read_bytes() for n in "abc"]
    assert files[0] == files[1] != files[2]
    assert (tmp_path / "a" / "manifest.json").read_bytes() == (tmp_path / "b" / "manifest.json").read_bytes()


def test_simulate__impossible_shares_are_refused():
    with pytest.raises(UsageError, match="together 1 at most"):
        SimulationSettings(chimera_share=0.8, mirna_share=0.3)


def recalled(world, tmp_path, name, **options):
    table, _ = simulate(world, tmp_path / "sim", **options)
    # the small world's sites overlap by chance: they are not joined, so that each can be asked for
    library = {"adapter": SimulationSettings().adapter, "umi5": 8, "duplicates": "umi"}
    settings = preset(name).with_options({**library, "target_word": 8, "join_sites": False})
    inputs = world.inputs(tmp_path / "sim" / "reads.fastq.gz")
    result = chimeras_files(inputs, tmp_path / "out", settings)
    calls = best_only(pl.read_parquet(tmp_path / "out" / "samples" / "reads" / "calls.parquet"))
    return table, calls, result, settings


@pytest.mark.parametrize("name", ["paper", "modern"])
@pytest.mark.parametrize(("error_rate", "recall", "precision"), [(0.0, 0.97, 0.99), (0.005, 0.93, 0.98)])
def test_truth__pairs_and_types_are_found(world, tmp_path, name, error_rate, recall, precision):
    table, _, result, settings = recalled(world, tmp_path, name, error_rate=error_rate)
    judged = judge_interactions(result.interactions, table, min_reads=settings.filters.min_reads)
    shares = judged.shares()
    assert judged.true > 30
    assert shares["recall"] >= recall
    assert shares["precision"] >= precision
    assert shares["type_accuracy_decided"] >= 0.95


def test_truth__reads_are_judged_one_by_one(world, tmp_path):
    table, calls, _, _ = recalled(world, tmp_path, "paper")
    portions = dict.fromkeys(calls["mirna_sequence"].unique(), (1,))
    isomirs = name_portions(portions, read_reference(world.mature, None, Counts()), Counts()).calls
    isomirs = isomirs.group_by("sequence").agg(
        parents=pl.col("mirna_id").str.join(","), isomir_types=pl.col("isomir_types").first()
    )
    named = calls.join(isomirs, left_on="mirna_sequence", right_on="sequence").with_columns(read_count=1)
    judged = judge_reads(named, table, dict.fromkeys(calls["read_id"], 1))
    assert judged.shares()["precision"] > 0.99
    wrong = named.with_columns(start=pl.col("start") + 40, end=pl.col("end") + 40, other_targets=pl.lit(""))
    assert judge_reads(wrong, table, dict.fromkeys(calls["read_id"], 1)).right < judged.right / 5


def test_right_target__asks_for_more_than_half():
    call = {"transcript_id": "a", "start": 0, "end": 30, "other_targets": ""}
    assert right_target(call, {"transcript_id": "a", "start": 14, "end": 44}) == (True, True)
    assert right_target(call, {"transcript_id": "a", "start": 15, "end": 45}) == (False, False)
    assert right_target(call, {"transcript_id": "b", "start": 0, "end": 30}) == (False, False)
