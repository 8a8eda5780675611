"""A network of windows scans too: its sites are the windows that prediction scores the same."""

import pytest

from dmiso.models import read_model
from dmiso.predict import load_model
from dmiso.scan import Scanner, ScanSettings, scan_sites
from dmiso.scan.windows import WindowNetwork

MIRNA = "UGAGGUAGUAGGUUGUAUAGUU"


def test_windows__sites_are_the_best_windows_of_prediction(toy_model, random_rna, rng):
    transcript = random_rna(rng, 300)
    settings = ScanSettings(decoys=0, min_percentile=0)
    sites = scan_sites({"a": MIRNA}, {"t": transcript}, read_model(toy_model), settings)
    every = load_model(toy_model).predict(
        mirnas={"a": MIRNA}, targets={"t": transcript}, windows="all", stride=1
    )
    logits = dict(zip(every["start"].to_list(), every["logit"].to_list(), strict=True))
    assert sites.height > 2
    for start, end, logit in sites.select("start", "end", "logit").iter_rows():
        assert end - start == 60
        assert logit == pytest.approx(logits[start], abs=1e-5)
        assert logit == pytest.approx(max(v for s, v in logits.items() if abs(s - start) <= 15), abs=1e-5)


def test_windows__a_transcript_shorter_than_a_window_has_one_site_on_its_bases(toy_model):
    settings = ScanSettings(decoys=0, min_percentile=0)
    sites = scan_sites({"a": MIRNA}, {"t": "ACGUACGGUUACG"}, read_model(toy_model), settings)
    assert sites.select("start", "end").rows() == [(0, 13)]


def test_scanner__chooses_windows_for_the_published_network(toy_model):
    assert isinstance(Scanner.of(read_model(toy_model)).network, WindowNetwork)
