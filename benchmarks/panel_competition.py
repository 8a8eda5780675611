"""How much of a site-swap benchmark can be won by knowing other miRNAs: a caution, measured.

The negatives of a site-swap set are sites of other miRNAs. So a score may rise without knowing the pair any better:
subtract what a panel of frequent miRNAs scores on the same site, and a negative, whose true partner is probably in the
panel, falls. This script subtracts a share of the log-sum of the panel's odds on the validation pairs of the bundled
model, for panels of training miRNAs (drawn by frequency, or each once), for shuffled miRNAs, and for the first panel
without the seeds of the site's true partners. A gain that goes away with the true partners, or with shuffled miRNAs, is
the benchmark's, not the model's. Whole sites have the same share of positives either way, so a target-only baseline
cannot see it.

    python benchmarks/panel_competition.py --data ../shared/data

Writes ``benchmarks/results/panel_competition-v<version>.json`` and prints a table.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

import dmiso
from dmiso.encode import encode
from dmiso.engine import build_engine
from dmiso.evaluate.bootstrap import paired_difference
from dmiso.evaluate.metrics import average_precision
from dmiso.models import resolve
from dmiso.records import Counts

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "models"))
from chimera_data import labelled_pairs
from release import DATA_SEED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

RESULTS = Path(__file__).resolve().parent / "results"
PANEL = 150
SHARES = (0.3, 0.5, 0.7)
SHARE_TESTED = 0.5
_NEVER = -50.0
"""Logit of a panel miRNA that is left out of a site's sum."""


class Pairs:
    """The validation pairs, their sites, and the bundled model's logits."""

    def __init__(self, judged: pl.DataFrame) -> None:
        model = resolve()
        self._config, self._engine = model.config, build_engine(model.config, model.weights)
        self.mirnas = judged["mirna_sequence"].to_list()
        self.sites = judged["target_sequence"].unique(maintain_order=True).to_list()
        number = {site: i for i, site in enumerate(self.sites)}
        self.site = np.array([number[site] for site in judged["target_sequence"]])
        self.cluster = judged["cluster"].to_numpy()
        self.label, self.source = judged["label"].to_numpy(), judged["source"].to_numpy()
        targets = self._targets(judged["target_sequence"].to_list())
        self.logits = self._engine.logits_pairs(self._mirnas(self.mirnas), targets).astype(np.float64)

    def panel(self, mirnas: Sequence[str]) -> NDArray[np.float64]:
        """Return the logits of every panel miRNA on every site, ``(n_panel, n_sites)``."""
        codes = self._mirnas(mirnas), self._targets(self.sites)
        rows = [
            self._engine.logits_pairs(np.repeat(codes[0][i : i + 1], len(codes[1]), 0), codes[1])
            for i in range(len(mirnas))
        ]
        return np.array(rows, np.float64)

    def partners(self) -> dict[int, set[str]]:
        """Return the seeds (2-7) of the miRNAs that are positives on each site."""
        seeds: dict[int, set[str]] = {}
        for mirna, site, label in zip(self.mirnas, self.site, self.label, strict=True):
            if label:
                seeds.setdefault(int(site), set()).add(mirna[1:7])
        return seeds

    def judged(self, scores: NDArray[np.float64]) -> dict[str, float]:
        """Return the average precision of each source, and of all."""
        sources = sorted(set(self.source))
        rows = {**{name: self.source == name for name in sources}, "all": np.ones(len(scores), np.bool_)}
        return {
            name: round(float(average_precision(self.label[row], scores[row])), 4)
            for name, row in rows.items()
        }

    def gain(self, scores: NDArray[np.float64]) -> dict[str, list[float]]:
        """Return what scores gain over the logits: difference, and its 95 % interval by site cluster."""
        found = {}
        for name in sorted(set(self.source)):
            row = self.source == name
            lead = paired_difference(
                average_precision,
                self.label[row],
                scores[row],
                self.logits[row],
                np.unique(self.cluster[row], return_inverse=True)[1],
                n_replicates=1_000,
                seed=DATA_SEED,
            )
            found[name] = [round(float(x), 4) for x in (lead.difference, lead.low, lead.high)]
        return found

    def _mirnas(self, sequences: Sequence[str]) -> NDArray[np.uint8]:
        return encode(sequences, self._config.mirna_length, crop=self._config.crop)

    def _targets(self, sequences: Sequence[str]) -> NDArray[np.uint8]:
        return encode(sequences, self._config.target_length, crop=self._config.crop)


def panels(known: pl.DataFrame, pairs: Pairs) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Yield the name of each panel and its logits."""
    draw = np.random.default_rng(DATA_SEED)
    by_frequency = known["mirna_sequence"].sample(PANEL, seed=DATA_SEED).to_list()
    once = known["mirna_sequence"].unique(maintain_order=True).sample(PANEL, seed=DATA_SEED).to_list()
    logits = pairs.panel(by_frequency)
    yield "training miRNAs by frequency", logits
    seeds = np.array([mirna[1:7] for mirna in by_frequency])
    without = logits.copy()
    for site, own in pairs.partners().items():
        without[np.isin(seeds, sorted(own)), site] = _NEVER
    yield "the same without the true partners' seeds", without
    yield "training miRNAs, each once", pairs.panel(once)
    yield "the first panel, shuffled", pairs.panel(["".join(draw.permutation(list(m))) for m in by_frequency])


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    given = parser.parse_args()
    table = labelled_pairs(given.data, Counts(), seed=DATA_SEED)
    pairs = Pairs(table.filter(pl.col("split") == "validation"))
    rows = [{"panel": "none", "share": 0.0, **pairs.judged(pairs.logits)}]
    gains: dict[str, dict[str, list[float]]] = {}
    for name, logits in panels(table.filter((pl.col("split") == "train") & (pl.col("label") == 1)), pairs):
        total = np.logaddexp.reduce(logits, 0)[pairs.site]
        gains[name] = pairs.gain(pairs.logits - SHARE_TESTED * total)
        rows += [{"panel": name, "share": s, **pairs.judged(pairs.logits - s * total)} for s in SHARES]
    file = RESULTS / f"panel_competition-v{dmiso.__version__}.json"
    said = {"model": resolve().config.name, "panel": PANEL, "seed": DATA_SEED, "rows": rows}
    said["gains"] = {"share": SHARE_TESTED, "difference, low, high": gains}
    file.write_text(json.dumps(said, indent=1) + "\n")
    print(json.dumps(gains))
    with pl.Config(tbl_rows=-1, fmt_str_lengths=60, tbl_width_chars=160):
        print(pl.DataFrame(rows))


if __name__ == "__main__":
    main()
