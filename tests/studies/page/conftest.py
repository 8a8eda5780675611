"""A side-by-side table made up so that every number can be told from every other."""

import pytest

from dmiso.studies.measures import PAPER_SIX, plain_row, rows_frame
from dmiso.studies.page.values import Numbers
from dmiso.studies.repeats import with_means
from dmiso.studies.side_by_side import side_by_side

FULL = "network, 9 epochs without early stopping"
GIVEN = "a <b>|model (given)"


def metrics(analysis, data, subject, mode, auroc, **more):
    """Return a row of each of the paper's metrics; the others are the AUROC less a tenth of their number."""
    sizes = {"positives": 30, "negatives": 20, "low": auroc - 0.02, "high": auroc + 0.02}
    chance = {"auroc": 0.5, "average_precision": 0.6}
    return [
        plain_row(
            analysis,
            data,
            subject,
            name,
            **{**sizes, "chance": chance.get(name), "mode": mode, "value": auroc - number / 100, **more},
        )
        for number, name in enumerate(PAPER_SIX)
    ]


def leak(subject, mode, value, data="test", **more):
    row = {"positives": 30, "negatives": 20, "chance": 0.5, "mode": mode, "value": value}
    return plain_row("leak explained", data, subject, "auroc", **(row | more))


@pytest.fixture
def results():
    """Rows of results of Table 1 with three trainings, a given model, a tool, baselines, recall, counts, types."""
    rows = []
    for seed, paper, honest in ((1, 0.96, 0.71), (2, 0.98, 0.73), (3, 0.97, 0.72)):
        rows += metrics("Table 1", "test", FULL, "paper", paper, training_seed=seed)
        rows += metrics("Table 1", "test", FULL, "honest", honest, training_seed=seed)
        rows.append(leak(f"{FULL}, miRNAs permuted among rows", "paper", paper - 0.06, training_seed=seed))
        rows.append(leak(f"{FULL}, miRNAs permuted among rows", "honest", honest - 0.21, training_seed=seed))
        rows.append(leak(f"paper-mode {FULL}, negatives by site swap", "paper", 0.6, training_seed=seed))
    rows += metrics("Table 1", "test", GIVEN, "paper", 0.95, note="trained | elsewhere")
    rows += metrics("Table 1", "test", GIVEN, "honest", 0.64)
    rows.append(plain_row("Table 1", "test", "rna22", "auroc", note="no <program> to run"))
    for mode, energy, gc in (("paper", 0.993, 0.62), ("honest", 0.77, 0.5)):
        rows += [leak("rnacofold", mode, energy), leak("target_gc", mode, gc)]
    for mode, sites, windows in (("paper", 0.8, 0.9), ("honest", 0.7, 0.4)):
        of = {"mode": mode, "positives": 30, "negatives": 0}
        rows.append(plain_row("Table 2 recall", "clip", "network", "recall", value=sites, **of))
        control = "random windows, 60% GC (control)"
        share = "share called positive"
        rows.append(
            plain_row("Table 2 recall", control, "network", share, value=windows, mode=mode, negatives=40)
        )
    rows.append(plain_row("S2 S3 counts", "primary", "all sources", "interactions of isomiRs", value=1541))
    rows.append(plain_row("S2 S3 counts", "primary", "hejret", "interactions, SNP", value=0))
    return with_means(rows_frame(rows))


@pytest.fixture
def numbers(results):
    return Numbers(side_by_side(results))
