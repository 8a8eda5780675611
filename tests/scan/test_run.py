"""Scans from files to files: any way of sharing the work gives the same bytes, and nothing is lost when it stops."""

import hashlib
import subprocess
import sys

import polars as pl
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.errors import DmisoError, InputError, NothingKeptError, UsageError
from dmiso.models import read_model
from dmiso.scan import ScanSettings, scan_sites
from dmiso.scan.exports import export_sites
from dmiso.scan.inputs import ScanInputs
from dmiso.scan.merge import merge_shards
from dmiso.scan.run import scan_files
from dmiso.scan.shards import OpenJob, ScanJob

LET7, MIR1 = "UGAGGUAGUAGGUUGUAUAGUU", "UGGAAUGUAAAGAAGUAUGUAU"
RESULTS = ("sites.parquet", "genes.parquet", "genes_total.parquet")
SETTINGS = ScanSettings(min_percentile=30, decoys=3, mirnas_per_shard=1, transcripts_per_shard=2)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """miRNAs, transcripts with planted sites, coding sequences, annotation."""
    import numpy as np

    draw = np.random.default_rng(4)
    folder = tmp_path_factory.mktemp("scan-files")
    transcripts = {f"t{i}": "".join(draw.choice(list("ACGU"), 400 + 37 * i)) for i in range(5)}
    for name, position, mirna in (("t1", 100, LET7), ("t1", 300, LET7), ("t4", 495, MIR1)):
        bases = transcripts[name]
        transcripts[name] = bases[:position] + reverse_complement(mirna) + bases[position + 22 :]
    (folder / "m.fa").write_text(f">let-7a\n{LET7}\n>miR-1\n{MIR1}\n")
    (folder / "t.fa").write_text("".join(f">{n}\n{s}\n" for n, s in transcripts.items()))
    rows = "".join(f"{n}\t150\t320\n" for n in transcripts if n != "t3")
    (folder / "cds.tsv").write_text("transcript_id\tcds_start\tcds_end\n" + rows)
    bed = [
        f"chr1\t1000\t{2000 + len(s) - 310}\t{n}\t0\t-\t1100\t1200\t0\t2\t310,{len(s) - 310}\t0,1000"
        for n, s in transcripts.items()
    ]
    (folder / "t.bed").write_text("\n".join(bed) + "\n")
    return folder


@pytest.fixture
def job(files, pairing_model, tmp_path):
    inputs = ScanInputs(files / "m.fa", files / "t.fa", files / "cds.tsv", files / "t.bed")
    return ScanJob(inputs, SETTINGS, tmp_path / "out", str(pairing_model))


def digest(folder):
    return [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in RESULTS]


def other(job, name, **settings):
    from dataclasses import replace

    return replace(job, output=job.output.with_name(name), settings=replace(job.settings, **settings))


def test_scan__finds_what_was_planted_with_its_place_on_the_genome(job):
    result = scan_files(job)
    sites = pl.read_parquet(job.output / "sites.parquet")
    best = sites.filter(pl.col("score") > 0.99).select("mirna_id", "transcript_id", "start", "end", "region")
    assert best.rows() == [
        ("let-7a", "t1", 100, 122, "5'UTR"),
        ("let-7a", "t1", 300, 322, "CDS"),
        ("miR-1", "t4", 495, 517, "3'UTR"),
    ]
    row = sites.filter((pl.col("transcript_id") == "t1") & (pl.col("start") == 100)).to_dicts()[0]
    # 437 bases on the reverse strand: transcript 100-122 is 315-337 from the other end, beyond the first exon's 310
    assert (row["contig"], row["strand"], row["genome_blocks"]) == ("chr1", "-", "2005-2027")
    assert row["seed_class"] in {"8mer", "7mer-m8"}
    assert result.merged.n_sites == sites.height
    assert result.counts.kept["sites"] == sites.height
    assert any("without a coding sequence" in line for line in result.counts.sentences())


def test_scan__a_site_across_a_junction_has_two_blocks(job, files):
    scan_files(job)
    sites = pl.read_parquet(job.output / "sites.parquet")
    split = sites.filter(pl.col("genome_blocks").str.contains(","))
    for row in split.to_dicts():
        sizes = [int(b) - int(a) for a, b in (x.split("-") for x in row["genome_blocks"].split(","))]
        assert sum(sizes) == row["end"] - row["start"]
    assert split.height > 0


def test_scan__shards_workers_and_blocks_change_no_byte(job):
    scan_files(job)
    whole = digest(job.output)
    big = other(job, "big", mirnas_per_shard=50, transcripts_per_shard=500)
    scan_files(big)
    assert digest(big.output) == whole
    parts = other(job, "parts")
    for part in (3, 1, 2):
        assert scan_files(parts, part=(part, 3)).merged is None
    assert not (parts.output / "sites.parquet").exists()
    assert scan_files(parts, resume=True).n_shards == 0
    assert digest(parts.output) == whole
    children = other(job, "children")
    scan_files(children, workers=2)
    assert digest(children.output) == whole


def test_scan__in_memory_gives_the_same_sites(job, files, pairing_model):
    from dmiso.io.transcripts import read_transcripts
    from dmiso.records import Counts

    scan_files(job)
    sites = pl.read_parquet(job.output / "sites.parquet")
    transcripts = read_transcripts(files / "t.fa", Counts(), cds=files / "cds.tsv")
    found = scan_sites({"let-7a": LET7, "miR-1": MIR1}, transcripts, read_model(pairing_model), SETTINGS)
    # t3 has its coding sequence from the annotation, which is not given here
    assert found.drop("region").equals(sites.select(found.columns).drop("region"))
    assert found.height > 3


def test_scan__goes_on_after_kill_9(job):
    job.output.mkdir()
    code = (
        "import os, sys\n"
        "from dmiso.scan.shards import ScanJob, OpenJob\n"
        "work = OpenJob(ScanJob.from_text(sys.argv[1]))\n"
        "work.begin(go_on=False)\n"
        "for k in range(4): work.run_shard(k)\n"
        "from dmiso.io.atomic import part_name\n"
        "path = work.job.output / 'shards' / part_name('000004.parquet')\n"
        "path.write_bytes(b'half')\n"
        "os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, job.to_text()], check=False, capture_output=True)
    assert killed.returncode == -9, killed.stderr
    with pytest.raises(UsageError, match="--resume goes on with them"):
        scan_files(job)
    result = scan_files(job, resume=True)
    assert (result.n_found, result.n_shards) == (4, 2)
    assert sorted(p.name for p in (job.output / "shards").iterdir()) == [f"{k:06d}.parquet" for k in range(6)]
    fresh = other(job, "fresh")
    scan_files(fresh)
    assert digest(job.output) == digest(fresh.output)


def test_scan__a_shard_that_is_lost_while_they_are_put_together_is_named(job):
    work = OpenJob(job)
    scan_files(job, part=(1, 2))
    with pytest.raises(
        InputError, match=r"000001\.parquet: this shard is missing\. Run the scan again with --resume"
    ):
        merge_shards(work, work.counts, command=["scan"])
    assert not (job.output / "sites.parquet").exists()


def test_scan__a_full_disk_leaves_whole_files_only(job, monkeypatch):
    from pathlib import Path

    written = []
    real = Path.write_bytes

    def fill(self, data):
        if self.name.endswith(".part") and len(written) == 2:
            real(self, bytes(data)[:10])
            raise OSError(28, "No space left on device")
        written.append(self)
        return real(self, data)

    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(DmisoError, match="No space left on device"):
        scan_files(job)
    assert sorted(p.name for p in (job.output / "shards").iterdir()) == ["000000.parquet", "000001.parquet"]


def test_scan__another_setting_in_the_same_folder_is_refused(job):
    from dataclasses import replace

    scan_files(job)
    with pytest.raises(
        UsageError, match=r"holds a scan with different settings \(seed \d+, here 9\)\. Give the same"
    ):
        scan_files(replace(job, settings=replace(job.settings, seed=9)), resume=True)


def test_scan__another_file_in_the_same_folder_is_refused_by_its_name(job, tmp_path):
    from dataclasses import replace

    scan_files(job)
    other = tmp_path / "other.fa"
    other.write_text(job.inputs.mirnas.read_text() + ">new\nUGGAAUGUAAAGAAGUAUGUAU\n")
    changed = replace(job, inputs=replace(job.inputs, mirnas=other))
    with pytest.raises(UsageError, match=r"holds a scan with different inputs \(mirnas\)"):
        scan_files(changed, resume=True)


def test_scan__a_plan_that_is_no_table_is_damaged(job):
    scan_files(job)
    (job.output / "plan.json").write_text("[]")
    with pytest.raises(UsageError, match=r"plan\.json is damaged"):
        scan_files(job, resume=True)


def test_scan__max_q_and_energies_may_change_when_shards_are_put_together(job):
    from dataclasses import replace

    scan_files(job)
    strict = replace(job, settings=replace(job.settings, max_q=0.5))
    result = scan_files(strict, resume=True)
    sites = pl.read_parquet(job.output / "sites.parquet")
    assert sites["q_value"].max() <= 0.5
    assert result.n_shards == 0
    assert any("their q-value is above 0.5" in line for line in result.counts.sentences())


def test_scan__regions_keep_the_sites_of_the_whole_that_lie_there(job):
    scan_files(job)
    whole = pl.read_parquet(job.output / "sites.parquet")
    part = other(job, "utr", regions=("3utr", "5utr"))
    result = scan_files(part)
    found = pl.read_parquet(part.output / "sites.parquet")
    expected = whole.filter(pl.col("region").is_in(["3'UTR", "5'UTR"]))
    key = ["mirna_id", "transcript_id", "start", "end", "logit"]
    assert found.select(key).equals(expected.select(key))
    assert result.merged.n_sites < whole.height


def test_scan__energies_are_those_of_rnaduplex_on_the_site(job):
    pytest.importorskip("RNA")
    from dmiso.energies import duplex_energies

    scan_files(other(job, "e", energies=True, min_score=0.99))
    row = pl.read_parquet(job.output.with_name("e") / "sites.parquet").to_dicts()[0]
    site = reverse_complement(LET7)
    assert row["energy"] <= duplex_energies([LET7], [site], "RNAduplex", processes=1)[0] + 0.01
    mirna, _, target = row["duplex"].partition("&")
    assert len(mirna) == 22
    assert len(target) == 32
    assert mirna.count("(") == target.count(")") >= 20


def test_scan__without_mirnas_or_transcripts_gives_empty_tables(job, tmp_path):
    from dataclasses import replace

    (tmp_path / "none.fa").write_text("")
    empty = replace(job, inputs=ScanInputs(tmp_path / "none.fa", job.inputs.transcripts))
    assert scan_files(empty).merged.n_sites == 0
    assert pl.read_parquet(job.output / "genes.parquet").height == 0


def test_scan__counts_weight_the_occupancy(files, pairing_model, tmp_path):
    (tmp_path / "m.tsv").write_text(
        f"sequence_id\tsequence\tread_count\nlet-7a\t{LET7}\t400\nmiR-1\t{MIR1}\t100\n"
    )
    settings = ScanSettings(min_percentile=30, decoys=0)
    odds = []
    for name in ("m.tsv", "m.fa"):
        inputs = ScanInputs((tmp_path if name == "m.tsv" else files) / name, files / "t.fa")
        scan_files(ScanJob(inputs, settings, tmp_path / name[2:], str(pairing_model)))
        sites = pl.read_parquet(tmp_path / name[2:] / "sites.parquet")
        weak = sites.filter((pl.col("mirna_id") == "miR-1") & (pl.col("score") < 0.9))
        odds.append((weak["occupancy"] / (1 - weak["occupancy"])).to_list())
        assert sites["q_value"].is_null().all()
    assert odds[0] == pytest.approx([0.25 * x for x in odds[1]])
    assert odds[0]


@pytest.mark.parametrize("name", ["tsv", "bed", "bed12", "gff3"])
def test_exports__have_a_line_a_site(job, name):
    scan_files(job)
    sites = pl.read_parquet(job.output / "sites.parquet")
    lines = export_sites(job.output, name).read_text().splitlines()
    if name == "gff3":
        ids = [line.split("ID=")[1].split(";")[0] for line in lines[1:]]
        assert len(set(ids)) == sites.height
        fields = lines[1].split("\t")
        first = sites.row(0, named=True)
        assert int(fields[3]) == first["genome_start"] + 1
    else:
        assert len(lines) == sites.height + (name == "tsv")
    if name == "bed12":
        for line, row in zip(lines, sites.iter_rows(named=True), strict=True):
            fields = line.split("\t")
            assert sum(map(int, fields[10].split(","))) == row["end"] - row["start"]
            assert int(fields[1]) + int(fields[11].split(",")[-1]) < int(fields[2])


def test_exports__of_no_scan_say_so(tmp_path):
    with pytest.raises(UsageError, match="run dmiso scan first"):
        export_sites(tmp_path, "bed")


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "Give either --transcripts, or --genome"),
        ({"genome": "t.fa"}, "--annotation is missing"),
    ],
)
def test_inputs__impossible_combinations_are_refused(files, inputs, message):
    from pathlib import Path

    paths = {k: Path(v) if v == "-" else files / v for k, v in inputs.items()}
    with pytest.raises(UsageError, match=message):
        ScanInputs(files / "m.fa", **paths)


def test_inputs__of_which_all_exons_have_another_length_are_refused(files, tmp_path, pairing_model):
    lines = (files / "t.bed").read_text().replace("\t310,", "\t309,").splitlines(keepends=True)
    bed = "".join(line for line in lines if "\t309," in line)
    (tmp_path / "t.fa").write_text(">" + (files / "t.fa").read_text().split(">")[1])
    (tmp_path / "t.bed").write_text(bed)
    from dmiso.records import Counts

    said = r"t\.bed: none of .* transcripts was as long as their exons: .*another length .*399 and 400 nt"
    with pytest.raises(NothingKeptError, match=said):
        ScanInputs(files / "m.fa", tmp_path / "t.fa", annotation=tmp_path / "t.bed").load(Counts())


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"regions": ("utr3",)}, "is not a region. Did you mean 5utr"),
        ({"max_q": 2}, "max_q is 2; it must be between 0 and 1"),
        ({"decoys": -1}, "decoys is -1"),
        ({"distance": 0}, "distance is 0"),
        ({"site_prior": 1.0}, "site_prior is 1.0"),
    ],
)
def test_settings__out_of_range_are_refused(setting, message):
    with pytest.raises(UsageError, match=message):
        ScanSettings(**setting)


def test_scan__tells_how_far_it_is_within_a_shard(job):
    told = []
    big = other(job, "big", mirnas_per_shard=50, transcripts_per_shard=500)
    scan_files(big, on_work=lambda *work: told.append(work))
    done, totals = zip(*told, strict=True)
    # 2 miRNAs with 3 decoys each on 5 transcripts of 400 to 548 nt
    assert set(totals) == {8 * sum(400 + 37 * i for i in range(5))}
    assert done == (0, *(8 * sum(400 + 37 * i for i in range(n)) for n in range(1, 6)))
    told_by_children = []
    small = other(job, "small")
    scan_files(small, workers=2, on_work=lambda *work: told_by_children.append(work))
    assert told_by_children[-1] == (totals[0], totals[0])
