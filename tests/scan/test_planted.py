"""The promises of a scan: stated false discovery rates hold on planted sites, and seeds are found in real 3'UTRs."""

import numpy as np
import polars as pl
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.scan import ScanSettings, scan_sites


def test_q_values__hold_on_planted_sites(stored, rng):
    shares, found = [], 0
    for i in range(12):
        bases = rng.choice(list("AUCG"), 40_000)
        mirna = "U" + "".join(rng.choice(list("AUCG"), 21))
        positions = np.arange(500, 40_000, 2_000)
        for position in positions:
            bases[position : position + 13] = list(reverse_complement(mirna)[9:])
        settings = ScanSettings(decoys=4, min_percentile=30, seed=i)
        sites = scan_sites({"m": mirna}, {"t": "".join(bases)}, stored, settings)
        called = sites.filter(pl.col("q_value") <= 0.2)
        middle = (called["start"].to_numpy() + 15)[:, None]
        true = (np.abs(middle - positions - 6) <= 12).any(axis=1)
        shares.append(1 - true.mean() if len(true) else 0.0)
        found += true.sum()
    error = np.std(shares) / len(shares) ** 0.5
    assert np.mean(shares) <= 0.2 + 2 * error
    assert found > 0.5 * 12 * len(positions), "recall: more than half of what was planted"


@pytest.mark.real_data
def test_scan__best_sites_of_let7_in_real_3utrs_have_its_seed(shared_data):
    from itertools import islice

    from dmiso.io.transcripts import read_transcripts
    from dmiso.records import Counts

    folder = shared_data / "transcripts"
    every = read_transcripts(folder / "refseq4000_mrna.fa.gz", Counts(), cds=folder / "refseq4000_cds.tsv.gz")
    some = {t.id: t for t in islice((t for t in every.values() if t.cds), 250)}
    settings = ScanSettings(decoys=0, regions=("3utr",), min_percentile=97)
    sites = scan_sites({"let-7a": "UGAGGUAGUAGGUUGUAUAGUU"}, some, None, settings)
    assert set(sites["region"]) == {"3'UTR"}
    best = sites.sort("logit", descending=True).head(20)
    share = best["seed_class"].is_in(["8mer", "7mer-m8", "7mer-A1"]).mean()
    assert share > 0.25, "by chance it is 0.2 %"
