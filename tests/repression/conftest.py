"""A small model of repression whose answers one can say aloud."""

import numpy as np
import pytest

from dmiso.io.transcripts import Transcript
from dmiso.repression import FeatureNames, RepressionConfig, write_repression
from dmiso.repression.sites import ALL_UTR3, PLACES, SITE_TYPES

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"


def of_site(**values):
    """Return ``(n_places, n_types)``, 0 but for the 3'UTR types given: ``of_site(m8=1.0)``."""
    array = np.zeros((len(PLACES), len(SITE_TYPES)))
    for name, value in values.items():
        place, kind = name.split("_")
        array[
            {"utr": 2, "cds": 1, "stop": 3}[place], SITE_TYPES.index({"8mer": "8mer", "6mer": "6mer"}[kind])
        ] = value
    return array


@pytest.fixture
def write_toy(tmp_path):
    """Write a model: 8mer of the 3'UTR 1, 6mer 0.5, 8mer of the CDS 0.25; 0.1 more AU adds 0.5 to the first."""

    def write(name="toy", transcripts=(), **changes):
        config = RepressionConfig(
            name=name,
            weight_sets={"sequence": FeatureNames(sites=("local_au",), transcripts=transcripts)},
            log2_per_unit=0.2,
            **changes,
        )
        weights = {
            "sequence/base": of_site(utr_8mer=1.0, utr_6mer=0.5, cds_8mer=0.25),
            "sequence/slopes": of_site(utr_8mer=0.5)[None],
            "sequence/means": np.array([0.5]),
            "sequence/scales": np.array([0.1]),
            "sequence/transcript_slopes": np.full(len(transcripts), 2.0),
            "sequence/transcript_means": np.full(len(transcripts), 0.25),
            "sequence/interval": np.array([[-1.0, 0.0], [-0.4, -0.2], [0.3, 0.1]]),
        }
        return write_repression(
            tmp_path / name,
            config=config,
            weights={key: np.asarray(array, np.float32) for key, array in weights.items()},
            card="# toy\n",
        )

    return write


@pytest.fixture
def utr():
    """Make a transcript that is all 3'UTR."""

    def make(sequence, name="t"):
        return Transcript(name, sequence, ALL_UTR3)

    return make
