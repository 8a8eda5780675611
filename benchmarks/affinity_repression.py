"""Does affinity add up to repression? The affinity model's best guess, summed over 3'UTRs, as a gene score.

For each miRNA and each transcript of the table of responses, the exponentials of the affinity model's logits (times
1, 2 and 4) of all offsets of the 3'UTR are added up. Nothing is fitted to responses. Beside it stand the table's own
columns: the sum of seed types, context++ and biochemical+.

    python benchmarks/affinity_repression.py [--data ../shared/data] [--model duplex-affinity@v0.3.0]

Writes ``benchmarks/results/affinity_repression-v<version>.tsv``. Five CPU-minutes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

import dmiso
from dmiso.alphabet import codes_of
from dmiso.encode import encode
from dmiso.engine import build_scanners
from dmiso.evaluate.genes.measures import spearman
from dmiso.evaluate.metrics import auroc
from dmiso.io import read_sequences
from dmiso.io.transcripts import read_transcripts
from dmiso.models import resolve
from dmiso.records import Counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

HERE: Final = Path(__file__).resolve().parent
RESPONSES: Final = "functional/gene_responses_and_peers.tsv.gz"
SCALES: Final = (1.0, 2.0, 4.0)
OTHERS: Final = ("seed_type_sum", "context_plus_plus_no_pct", "biochemical_plus")
APART: Final = 40
"""Unknown nucleotides between 3'UTRs: more than a duplex and the network's context reach."""
FEWEST: Final = 10
"""Responders that an experiment must have for its AUROC to count, as in docs/repression.md."""
LARGEST: Final = 40.0


def utrs_in_one(data: Path, ids: list[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return all 3'UTRs in one sequence, and the first and last position of each."""
    known = read_transcripts(
        data / "transcripts/refseq4000_mrna.fa.gz", Counts(), cds=data / "transcripts/refseq4000_cds.tsv.gz"
    )
    utrs = [known[name].sequence[known[name].cds[1] :] for name in ids]
    gap = "N" * APART
    starts = np.cumsum([APART, *(len(utr) + APART for utr in utrs[:-1])])
    return codes_of(gap + gap.join(utrs) + gap), np.stack(
        [starts, starts + [len(utr) for utr in utrs]], axis=1
    )


def summed(
    logits: NDArray[np.float64], bounds: NDArray[np.int64], scale: float, mirna: str
) -> NDArray[np.float64]:
    """Return the log of the summed exponentials of every 3'UTR's offsets."""
    total = np.concatenate([[0.0], np.cumsum(np.exp(np.minimum(scale * logits, LARGEST)))])
    reach = len(mirna) - 1
    return np.log(total[bounds[:, 1] + reach] - total[bounds[:, 0]] + np.finfo(float).tiny)


def main() -> None:
    """Scan, sum, compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data")
    parser.add_argument("--model", default="duplex-affinity@v0.3.0")
    options = parser.parse_args()
    table = pl.read_csv(options.data / RESPONSES, separator="\t", infer_schema_length=None)
    ids = table["transcript_id"].unique().sort().to_list()
    mature = {
        record.id: record.sequence
        for record in read_sequences(options.data / "references/mirbase22/mature.fa.gz", Counts())
    }
    codes, bounds = utrs_in_one(options.data, ids)
    model = resolve(options.model)
    scanner = build_scanners(model.config, model.weights, source=model.source)[0]
    number, length = {name: n for n, name in enumerate(ids)}, model.config.mirna_length
    rows = []
    for (mirna_id,), own in table.group_by(["mirna_id"], maintain_order=True):
        mirna = mature[str(mirna_id)]
        every = scanner.scan(encode([mirna], length), codes, 0, len(codes) + length - 1)[0].astype(np.float64)
        for (group, experiment), one in own.group_by(["set", "experiment"], maintain_order=True):
            which = [number[name] for name in one["transcript_id"]]
            scores = {
                f"affinity x {scale:g}, summed": summed(every, bounds, scale, mirna)[which]
                for scale in SCALES
            }
            scores |= {name: one[name].cast(pl.Float64).to_numpy() for name in OTHERS}
            response, responds = one["response"].to_numpy(), one["responds"].to_numpy()
            rows += [
                {
                    "set": group,
                    "experiment": experiment,
                    "score": name,
                    "spearman": spearman(values, response),
                    "auroc": float(auroc(responds, values)) if responds.sum() >= FEWEST else None,
                }
                for name, values in scores.items()
            ]
    found = pl.DataFrame(rows)
    found.write_csv(HERE / "results" / f"affinity_repression-v{dmiso.__version__}.tsv", separator="\t")
    means = found.group_by("set", "score", maintain_order=True).agg(
        pl.len(), pl.col("spearman", "auroc").mean()
    )
    print(means.sort("set", maintain_order=True))


if __name__ == "__main__":
    main()
