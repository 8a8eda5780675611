"""Repression in a scan: from all seed sites, whatever is reported, and each reported site's part of it."""

import json

import numpy as np
import polars as pl
import pytest

import dmiso
from dmiso.alphabet import reverse_complement
from dmiso.columns.repression import REPRESSION_GENE_COLUMNS
from dmiso.errors import InputError, UsageError
from dmiso.io.transcripts import Transcript
from dmiso.records import Counts, SequenceRecord
from dmiso.repression import predict_repression, resolve_repression
from dmiso.repression.blocks import UNKNOWN_REGIONS
from dmiso.scan import ScanSettings
from dmiso.scan.inputs import ScanInputs
from dmiso.scan.repressing import site_parts
from dmiso.scan.run import scan_files
from dmiso.scan.shards import OpenJob, ScanJob

LET7, MIR1 = "UGAGGUAGUAGGUUGUAUAGUU", "UGGAAUGUAAAGAAGUAUGUAU"
SEED_8MER, SEED_7MER, SEED_6MER = "CUACCUCA", "CUACCUCG", "GUACCUCG"
SETTINGS = ScanSettings(min_percentile=60, decoys=1, mirnas_per_shard=1, transcripts_per_shard=2)


def spacer(n, seed):
    """Nucleotides without a seed match of let-7 or miR-1: no C follows A or U."""
    return "".join(np.random.default_rng(seed).choice(list("GGAU"), n))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """mRNAs with an 8mer in the 3'UTR; a 7mer there and in the CDS; a 6mer in the 5'UTR; a whole site; nothing."""
    path = tmp_path_factory.mktemp("repressing")
    transcripts = {
        "eight": spacer(260, 1) + SEED_8MER + spacer(80, 2),
        "sevens": spacer(150, 3) + SEED_7MER + spacer(120, 4) + SEED_7MER + spacer(60, 5),
        "front": spacer(40, 6) + SEED_6MER + spacer(250, 7),
        "whole": spacer(240, 8) + reverse_complement(LET7) + spacer(90, 9),
        "none": spacer(300, 10),
    }
    (path / "t.fa").write_text("".join(f">{name}\n{bases}\n" for name, bases in transcripts.items()))
    (path / "m.fa").write_text(f">let-7a\n{LET7}\n>miR-1\n{MIR1}\n")
    (path / "cds.tsv").write_text(
        "transcript_id\tcds_start\tcds_end\n" + "".join(f"{name}\t60\t210\n" for name in transcripts)
    )
    return path


@pytest.fixture
def scan(folder, pairing_model, tmp_path):
    """A function that scans, and returns the tables of sites, genes and all miRNAs together, and the result."""

    def run(name="out", *, cds=True, bounds=folder / "cds.tsv", settings=SETTINGS, **inputs):
        given = {"mirnas": folder / "m.fa", "transcripts": folder / "t.fa", **inputs}
        given |= {"cds": bounds} if cds else {}
        job = ScanJob(ScanInputs(**given), settings, tmp_path / name, str(pairing_model))
        result = scan_files(job)
        tables = [
            pl.read_parquet(tmp_path / name / f"{table}.parquet")
            for table in ("sites", "genes", "genes_total")
        ]
        return *tables, result

    return run


def of_let7(genes):
    return {row["gene_id"]: row for row in genes.filter(pl.col("mirna_id") == "let-7a").to_dicts()}


def test_repression__is_the_weighted_sum_of_a_site_by_hand(scan, folder):
    _, genes, _, _ = scan()
    row = of_let7(genes)["eight"]
    assert (row["n_seed_sites"], row["transcript_id"], row["weight_set"]) == (1, "eight", "sequence")
    model = resolve_repression()
    said = dmiso.repression({"let-7a": LET7}, folder / "t.fa", cds=folder / "cds.tsv", features=True)
    site = said.sites.filter(pl.col("transcript_id") == "eight").to_dicts()[0]
    utr3, eight = 2, 0
    units = model.weights["sequence/base"][utr3, eight]
    for i, name in enumerate(model.config.weight_sets["sequence"].sites):
        slope = model.weights["sequence/slopes"][i, utr3, eight]
        mean, scale = (model.weights[f"sequence/{which}"][i] for which in ("means", "scales"))
        away = 0.0 if site[name] is None else np.clip((site[name] - mean) / scale, -3, 3)
        units += slope * away
    assert row["repression_8mer"] == pytest.approx(-model.config.log2_per_unit * units, rel=1e-5)
    assert row["repression_utr3"] == row["repression_8mer"] < -0.05
    assert row["repression"] == pytest.approx(row["repression_utr3"] + row["repression_joint"])
    assert row["repression_low"] < row["repression"] < row["repression_high"]


def test_repression__has_parts_by_region_and_type_that_add_up(scan):
    _, genes, _, _ = scan()
    rows = of_let7(genes)
    assert rows["sevens"]["repression_cds"] < 0
    assert rows["sevens"]["repression_utr3"] < 0
    assert rows["sevens"]["repression_7mer_m8"] == pytest.approx(
        rows["sevens"]["repression_cds"] + rows["sevens"]["repression_utr3"]
    )
    assert rows["front"]["repression_utr5"] == 0
    for row in rows.values():
        parts = [row[f"repression_{part}"] for part in ("utr5", "cds", "utr3", "joint")]
        assert row["repression"] == pytest.approx(sum(parts))
    known = [row["repression"] for row in genes.filter(pl.col("mirna_id") == "let-7a").to_dicts()]
    assert known == sorted(known)


def test_repression__does_not_depend_on_which_sites_are_reported(scan):
    _, many, all_of_many, _ = scan("many", settings=ScanSettings(min_percentile=30, decoys=1))
    few_sites, few, all_of_few, _ = scan("few", settings=ScanSettings(min_percentile=99.9, decoys=1))
    assert few_sites.height < many["n_sites"].sum()
    columns = ["mirna_id", "gene_id", *REPRESSION_GENE_COLUMNS[3:]]
    key = ["mirna_id", "gene_id"]
    seeds = pl.col("n_seed_sites") > 0
    assert few.filter(seeds).select(columns).sort(key).equals(many.filter(seeds).select(columns).sort(key))
    assert {"eight", "sevens", "front", "whole"} <= set(of_let7(few))
    assert few.filter(pl.col("n_sites") == 0, pl.col("repression") < -0.05).height > 0
    assert all_of_few["repression"].to_list() == all_of_many["repression"].to_list()


def test_repression__is_that_of_the_verb(scan, folder):
    _, genes, _, _ = scan()
    said = dmiso.repression(folder / "m.fa", folder / "t.fa", cds=folder / "cds.tsv").genes
    both = genes.join(said, on=["mirna_id", "transcript_id"], suffix="_said")
    assert both.height == genes.height
    for name in REPRESSION_GENE_COLUMNS[3:-1]:
        assert both[name].to_list() == both[f"{name}_said"].to_list()


def test_sites__have_the_part_of_their_seed_match(scan, folder):
    sites, _, _, _ = scan(settings=ScanSettings(min_percentile=0, decoys=0))
    said = dmiso.repression({"let-7a": LET7}, folder / "t.fa", cds=folder / "cds.tsv").sites
    own = sites.filter(pl.col("mirna_id") == "let-7a", pl.col("transcript_id") == "whole")
    parts = dict(own.select("start", "repression").iter_rows())
    assert parts[240] == said.filter(pl.col("transcript_id") == "whole")["repression"].item()
    assert len(parts) > 1
    assert {part for start, part in parts.items() if start != 240} == {None}


def test_site_parts__a_seed_site_counts_once_where_two_sites_hold_it():
    bases = "G" * 40 + SEED_8MER + "G" * 40
    found = predict_repression(
        resolve_repression(), [SequenceRecord("l", LET7)], [Transcript("t", bases, (0, 0))], Counts()
    )
    assert (found.sites.start.tolist(), found.sites.anchor.tolist()) == ([40], [47])
    sites = pl.DataFrame(
        {"mirna": 0, "transcript": 0, "start": start, "end": end}
        for start, end in ((38, 60), (26, 48), (42, 64), (60, 82))
    )
    part = found.site_fold_changes()[0]
    # the first two hold bases 40-48; the second ends beside the anchor; the third begins two bases into the match
    assert np.array_equal(site_parts(sites, found), [np.nan, part, np.nan, np.nan], equal_nan=True)
    assert np.array_equal(site_parts(sites[[0, 2]], found), [part, np.nan], equal_nan=True)
    assert site_parts(sites[[2]], found).tolist() == [part]


def test_repression__without_coding_sequences_is_empty_and_said(scan):
    sites, genes, together, result = scan(cds=False)
    for table in (sites, genes, together):
        assert table.height > 0
        assert table["repression"].null_count() == table.height
    assert genes["n_sites"].min() > 0
    assert result.counts.notes[UNKNOWN_REGIONS] == 5
    occupancy = genes.filter(pl.col("mirna_id") == "let-7a")["occupancy"].to_list()
    assert occupancy == sorted(occupancy, reverse=True)


def test_repression__of_declared_utrs_is_that_of_utrs(scan, folder):
    sites, genes, _, result = scan(
        cds=False, settings=ScanSettings(min_percentile=60, decoys=1, as_utrs=True)
    )
    said = dmiso.repression(folder / "m.fa", utrs=folder / "t.fa").genes
    both = genes.join(said, on=["mirna_id", "transcript_id"], suffix="_said")
    assert both["repression"].to_list() == both["repression_said"].to_list()
    assert set(sites["region"]) == {"3'UTR"}
    assert UNKNOWN_REGIONS not in result.counts.notes


def test_repression__utrs_declared_beside_coding_sequences_are_refused(scan, tmp_path):
    declared = ScanSettings(decoys=0, as_utrs=True)
    with pytest.raises(UsageError, match=r"--as-utrs .* which --cds contradicts"):
        scan(settings=declared)
    headed = tmp_path / "headed.fa"
    headed.write_text(f">ENST1|ENSG1|-|-|A-201|A|90|UTR5:1-9|CDS:10-60|UTR3:61-90|\n{spacer(90, 1)}\n")
    with pytest.raises(InputError, match="declared to be 3'UTRs") as refused:
        scan(cds=False, settings=declared, transcripts=headed)
    assert refused.value.record == "ENST1"


def test_repression__of_a_gene_is_that_of_its_most_repressed_transcript(scan, tmp_path):
    named = tmp_path / "genes.tsv"
    named.write_text("transcript_id\tgene_id\neight\tG\nfront\tG\nwhole\tH\nsevens\tH\n")
    _, single, _, _ = scan("single")
    _, genes, _, _ = scan("joined", genes=named)
    alone, joined = of_let7(single), of_let7(genes)
    assert joined["G"]["repression"] == min(alone["eight"]["repression"], alone["front"]["repression"])
    assert joined["G"]["transcript_id"] == "eight"
    most = max(("whole", "sevens"), key=lambda name: alone[name]["occupancy"])
    assert joined["H"]["binding_transcript_id"] == most
    assert joined["H"]["binding"] == alone[most]["binding"]


def test_totals__add_the_fold_changes_of_all_mirnas_up(scan):
    _, genes, together, _ = scan()
    seeds = genes.filter(pl.col("n_seed_sites") > 0)
    sums = dict(seeds.group_by("gene_id").agg(pl.col("repression").sum()).iter_rows())
    said = dict(
        together.filter(pl.col("repression").is_not_null()).select("gene_id", "repression").iter_rows()
    )
    assert said == pytest.approx(sums)  # the bundled model's sum does not saturate
    assert together.filter(pl.col("gene_id") == "whole")["best_mirna_id"].item() == "let-7a"


def test_repression__is_weighed_by_abundances(scan, tmp_path):
    reads = tmp_path / "reads.tsv"
    reads.write_text(f"sequence\tread_count\n{MIR1}\t100\n{LET7}\t25\n")
    _, genes, _, _ = scan("counted", mirnas=reads)
    _, alone, _, _ = scan("alone")
    quarter = genes.filter(pl.col("mirna_sequence") == LET7, pl.col("gene_id") == "eight")[
        "repression"
    ].item()
    assert quarter == pytest.approx(of_let7(alone)["eight"]["repression"] / 4)


def test_repression__leaves_out_transcripts_that_have_none_of_the_regions(scan, tmp_path):
    bounds = tmp_path / "cds.tsv"
    bounds.write_text("transcript_id\tcds_start\tcds_end\neight\t60\t210\nwhole\t60\t352\n")
    settings = ScanSettings(min_percentile=60, decoys=0, regions=("3utr",))
    _, genes, _, _ = scan(bounds=bounds, settings=settings)
    assert set(genes["gene_id"]) == {"eight"}


def test_plan__of_a_scan_from_before_3utrs_could_be_declared_is_gone_on_with(folder, pairing_model, tmp_path):
    inputs = ScanInputs(folder / "m.fa", folder / "t.fa")
    plans = {
        as_utrs: OpenJob(ScanJob(inputs, ScanSettings(as_utrs=as_utrs), tmp_path, str(pairing_model))).plan
        for as_utrs in (False, True)
    }
    assert "as_utrs" not in plans[False]["settings"]
    assert plans[True]["settings"] == {**plans[False]["settings"], "as_utrs": True}


def test_manifest__names_the_model_of_repression(scan, tmp_path):
    scan()
    told = json.loads((tmp_path / "out" / "scan.manifest.json").read_text())["model"]
    assert told["repression_name"] == resolve_repression().config.name
    assert told["repression_weights_sha256"] == resolve_repression().weights_sha256
