"""A scan whose sites are said by the test, on transcripts of nucleotides that match no seed by chance."""

import polars as pl
import pytest

from dmiso.compare import CompareSettings, Pair, Targets
from dmiso.compare.repressed import RepressedGenes
from dmiso.compare.scanned import ScannedMirna, ScannedPairs
from dmiso.io.transcripts import Transcript
from dmiso.models import resolve
from dmiso.records import Counts, SequenceRecord
from dmiso.scan import Scanner

CANONICAL = SequenceRecord("miR-10a", "UACCCUGUAGAUCCGAAUUUGUG")
ISOMIR = SequenceRecord("miR-10a+1", "ACCCUGUAGAUCCGAAUUUGUG")
EMPTY = "GAGAGAGAGA"


class SaidScan(ScannedPairs):
    """Sites as said; a miRNA without a site at a position has a logit of -3 there, or as said."""

    elsewhere = -3.0

    def logits_at(self, mirna, positions):
        import numpy as np

        return np.full(len(positions), self.elsewhere)


def said_mirna(sites):
    """Return what was found, of (transcript, start, end, logit, q-value)."""
    names = {
        "transcript": pl.Int64,
        "start": pl.Int64,
        "end": pl.Int64,
        "logit": pl.Float32,
        "q_value": pl.Float64,
    }
    frame = pl.DataFrame(sites, schema=names, orient="row")
    return ScannedMirna(
        frame.with_columns(
            mirna_sequence=pl.lit("?"),
            transcript_id=pl.concat_str(pl.lit("t"), pl.col("transcript")),
            score=1 / (1 + (-pl.col("logit")).exp()),
        ),
        0,
    )


@pytest.fixture(scope="session")
def pair():
    return Pair(ISOMIR, CANONICAL)


@pytest.fixture(scope="session")
def said():
    """Return a function that makes a scan of (isomiR sites, canonical sites)."""

    def make(isomir, canonical, *, bases=None, genes=None, asked=(), cds=None, counts=None):
        texts = bases or [EMPTY * 40, EMPTY * 30]
        targets = Targets(
            [Transcript(f"t{i}", text, cds) for i, text in enumerate(texts)], genes or {}, frozenset(asked)
        )
        scanner = Scanner.of(resolve(None), CompareSettings().scan_settings(4))
        found = {}
        for record, sites in ((ISOMIR, isomir), (CANONICAL, canonical)):
            one = said_mirna(sites)
            found[record.sequence] = one._replace(
                sites=one.sites.with_columns(mirna_sequence=pl.lit(record.sequence))
            )
        repression = RepressedGenes(list(found), targets, (), counts or Counts())
        return SaidScan(scanner, targets, found, 4, repression=repression)

    return make
