"""Confidence in a scan: the best genes of each miRNA, with the numbers that the pair has alone."""

import numpy as np
import polars as pl
import pytest

from dmiso.columns import CONFIDENCE_COLUMNS
from dmiso.confidence import Confidence
from dmiso.io.transcripts import Transcript
from dmiso.models import resolve
from dmiso.repression import resolve_repression
from dmiso.scan.inputs import ScanInputs
from dmiso.scan.run import scan_files
from dmiso.scan.shards import ScanJob
from dmiso.settings.scan import ScanSettings

LET7, MIR101 = "UGAGGUAGUAGGUUGUAUAGUU", "UACAGUACUGUGAUAACUGAA"
SITE = "AACUAUACAACCUACUACCUCA"


def random_bases(n, seed):
    return "".join(np.random.default_rng(seed).choice(list("ACGU"), n))


ASKED = Transcript("asked", random_bases(150, 1) + SITE + random_bases(130, 2), (30, 120))
OTHERS = [Transcript(f"t{n}", random_bases(170 + n, 100 + n), (30, 90)) for n in range(7)]


def scanned(folder, transcripts, *, mirnas=(LET7,), workers=1, **settings):
    """Scan, and return the table of genes."""
    folder.mkdir()
    (folder / "mirnas.fa").write_text("".join(f">m{i}\n{bases}\n" for i, bases in enumerate(mirnas)))
    (folder / "mrna.fa").write_text("".join(f">{one.id}\n{one.sequence}\n" for one in transcripts))
    rows = "".join(f"{one.id}\t{one.cds[0]}\t{one.cds[1]}\n" for one in transcripts)
    (folder / "cds.tsv").write_text(f"transcript_id\tcds_start\tcds_end\n{rows}")
    inputs = ScanInputs(folder / "mirnas.fa", folder / "mrna.fa", cds=folder / "cds.tsv")
    job = ScanJob(inputs, ScanSettings(decoys=0, **settings), folder / "scan")
    scan_files(job, workers=workers)
    return pl.read_parquet(folder / "scan" / "genes.parquet")


def of_asked(genes):
    return genes.filter(gene_id="asked").select(CONFIDENCE_COLUMNS).row(0)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    return of_asked(scanned(tmp_path_factory.mktemp("alone") / "s", [ASKED], confidence=3))


def test_confidence__is_that_of_the_pair(alone):
    pair = Confidence(resolve(), resolve_repression()).of([LET7], ASKED)[0]
    assert alone == tuple(pair.columns().values())
    assert None not in alone


@pytest.mark.parametrize("workers", [1, 2])
def test_confidence__is_the_same_beside_others_in_any_order(tmp_path, alone, workers):
    genes = scanned(
        tmp_path / "s",
        [*OTHERS[:3], ASKED, *OTHERS[3:]],
        mirnas=(MIR101, LET7),
        workers=workers,
        confidence=3,
        min_percentile=60.0,
    )
    of_let7 = genes.filter(mirna_sequence=LET7)
    assert of_asked(of_let7) == alone
    best = genes.group_by("mirna_id", maintain_order=True).head(3)
    assert 3 < best.height < genes.height
    assert best["n_shuffled_targets"].null_count() == 0
    assert genes["n_shuffled_targets"].count() == best.height


def test_confidence__is_empty_where_it_is_not_asked_for(tmp_path):
    genes = scanned(tmp_path / "s", [ASKED])
    assert genes.height == 1
    assert all(genes[name].null_count() == 1 for name in CONFIDENCE_COLUMNS)


def test_a_finished_scan__can_be_put_together_again_with_confidence(tmp_path, alone):
    scanned(tmp_path / "s", [ASKED])
    inputs = ScanInputs(tmp_path / "s/mirnas.fa", tmp_path / "s/mrna.fa", cds=tmp_path / "s/cds.tsv")
    job = ScanJob(inputs, ScanSettings(decoys=0, confidence=1), tmp_path / "s/scan")
    result = scan_files(job, resume=True)
    assert result.n_shards == 0
    assert of_asked(pl.read_parquet(tmp_path / "s/scan/genes.parquet")) == alone


def test_regions__let_their_sites_count_alone(tmp_path):
    genes = scanned(tmp_path / "s", [ASKED], confidence=1, regions=("cds",), min_percentile=0.0)
    pair = Confidence(resolve(), resolve_repression(), regions=("cds",)).of([LET7], ASKED)[0]
    assert of_asked(genes) == tuple(pair.columns().values())
