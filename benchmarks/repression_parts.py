"""How good the bundled model of repression is without a miRNA's seed family, and what each part of it adds.

Every experiment is predicted by fits of ``models/train_repression.py`` that saw no miRNA of its seed family: by both
weight sets, and without one part at a time. ``dmiso.evaluate_genes`` judges them beside the scores of other tools.
One pass per family centres all columns; a fit without a part is of the other columns.

    python benchmarks/repression_parts.py --work work/repression [--predictions TABLE]

Writes ``benchmarks/results/repression-v<version>.json``.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl
from scipy.stats import rankdata

import dmiso
from dmiso.evaluate.bootstrap import cluster_draws, difference
from dmiso.io import write_text
from dmiso.provenance import to_json
from dmiso.repression.sites import SITE_TYPES

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "models"))

import train_repression as training
from repression_data import FILES, Evidence, read_evidence

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESULTS = Path(__file__).resolve().parent / "results"
MATURE = FILES[-1]
WEAK_TYPES: Final = tuple(SITE_TYPES.index(name) for name in ("6mer", "offset-6mer", "6mer-A1"))
REPLICATES: Final = 1000
LEAST: Final = 10
"""Responders that an experiment needs to count in a mean AUROC."""
METRICS: Final = ("spearman", "pearson", "auroc", "best_mean")
PEERS: Final = (
    "context_plus_plus_no_pct",
    "biochemical_plus",
    "targetscan_cnn_occupancy",
    "mirbind2_by_type",
    "dmiso_0_1",
    "seed_type_sum",
    "sites_7mer_or_better",
    "utr_length",
    "utr_au",
)
GIVEN: Final = ("context_plus_plus_no_pct", "biochemical_plus", "seed_type_sum", "utr_length")
"""Scores that partial correlations hold fixed, and are tested by with ours held fixed."""


class Column(NamedTuple):
    """What a weight is of: a feature (``base``, or a weak match), a place, and a site type or -1 for all."""

    feature: str
    place: int = training.UTR3
    type: int = -1


def _without(*features: str) -> Callable[[Column], bool]:
    return lambda column: column.feature in features


SETS: Final = {
    "sequence": ("accessibility",),
    "rnaplfold": ("au_of_site", "au_around"),
}
"""The features that only the other weight set has."""
PARTS: Final[dict[str, Callable[[Column], bool]]] = {
    "CDS sites": lambda column: column.place == training.CDS,
    "sites near the stop codon": lambda column: column.place == training.STOP,
    "weak matches": _without(*training.TRANSCRIPT_TERMS),
    "local AU": _without("local_au"),
    "local AU, au_of_site, au_around": _without("local_au", "au_of_site", "au_around"),
    "3' pairing": _without("pairing_3p"),
    "distance to the ends": _without("end_distance"),
    "3'UTR length x site": _without("utr3_length"),
    "3'UTR AU x site": _without("utr3_au"),
    "CDS length x site": _without("cds_length"),
    "seed stability": _without("seed_stability"),
    "base opposite position 9": _without("faces_9_is_a", "faces_9_is_u"),
}
"""Columns that a fit of ``sequence`` goes without. Beside them: weak types (their sites), accessibility, the bound."""
TERMS: Final = tuple(dict.fromkeys(term for terms in training.WEIGHT_SETS.values() for term in terms))


class Folds:
    """Every column of both weight sets, and its moments in the fit without each seed family.

    Parameters
    ----------
    evidence
        Responses and sites.
    counted
        Sites that count, ``(n_sites,)``.
    """

    def __init__(self, evidence: Evidence, counted: NDArray[np.bool_]) -> None:
        self.evidence = evidence
        place, kind = evidence.sites.place, evidence.sites.type
        design = training.design_of(evidence, TERMS)
        values = np.array([evidence.features[term.feature] for term in TERMS])
        scaled = (values - design.means[:, None]) / design.scales[:, None]
        scaled = np.clip(np.nan_to_num(scaled), -training.FARTHEST, training.FARTHEST)
        self.of_sites = np.stack(
            [
                (1.0 if f < 0 else scaled[f]) * share[kind] * (place == p) * counted
                for f, p, share in design.where
            ],
            axis=1,
        )
        self.columns = [
            Column(
                "base" if f < 0 else TERMS[f].feature, p, int(np.argmax(share)) if share.sum() == 1 else -1
            )
            for f, p, share in design.where
        ] + [Column(name) for name in training.TRANSCRIPT_TERMS]
        own = [evidence.of_transcripts[name] for name in training.TRANSCRIPT_TERMS]
        raw = np.stack([array.ravel() for array in own], axis=1)
        self.own = raw - design.own_means
        sums = np.stack([evidence.sums(column) for column in self.of_sites.T], axis=1)
        self.of_rows = np.column_stack([sums, raw])[evidence.pair]
        self.names = np.unique(evidence.families)
        self.moments = [self._moments(name) for name in self.names]

    def _moments(self, family: str) -> tuple[Floats, Floats]:
        """Return weighted sums of products of centred columns, and the spread of each: the response is the last."""
        rows = self.evidence.responses["family"].to_numpy() != family
        few = self.evidence.only(rows)
        beside = training.beside_of(few)
        columns = np.column_stack([self.of_rows[rows], beside, few.responses["z"].to_numpy()])
        columns = few.centred(columns)
        weight = few.responses["weight"].to_numpy()
        moved = columns - weight @ columns / weight.sum()
        products = moved.T @ (moved * weight[:, None])
        spread = np.sqrt(np.diag(products) / weight.sum())
        return products, np.where(spread < 1e-9, 1.0, spread)

    def predict(self, gone: Callable[[Column], bool], *, bounded: bool = True) -> tuple[Floats, Floats]:
        """Return each row's predicted repression by a fit without its family, and less its background."""
        kept = np.flatnonzero([not gone(column) for column in self.columns])
        n_sites, n = self.of_sites.shape[1], len(self.columns)
        coefficients = np.zeros((n, len(self.names)))
        fitted = np.append(kept, [n, n + 1])
        for fold, (products, spread) in enumerate(self.moments):
            scale = spread[fitted]
            gram = products[np.ix_(fitted, fitted)] / np.outer(scale, scale)
            gram += training.RIDGE * np.eye(len(fitted))
            found = np.linalg.solve(gram, products[fitted, -1] / scale) / scale
            coefficients[kept, fold] = found[: len(kept)]
        added = self.of_sites @ coefficients[:n_sites]
        return self._of_rows(np.maximum(added, 0.0) if bounded else added, self.own @ coefficients[n_sites:])

    def _of_rows(self, added: Floats, joint: Floats) -> tuple[Floats, Floats]:
        """Add sites up, fold by fold, and take each fold's own rows."""
        evidence = self.evidence
        family, pair = evidence.responses["family"].to_numpy(), evidence.pair
        absolute, background = np.zeros(len(family)), np.zeros(len(family))
        for fold, name in enumerate(self.names):
            own = family == name
            total = evidence.sums(added[:, fold]) + joint[:, fold]
            absolute[own] = total[pair[own]]
            panel = total.reshape(len(evidence.mirnas), -1)[evidence.families != name].mean(axis=0)
            background[own] = training.PANEL_SHARE * panel[pair[own] % len(evidence.transcripts)]
        length = evidence.utr3_length
        return absolute, absolute - background + training.LENGTH_SLOPE * (length - length.mean())


def predictions(evidence: Evidence) -> dict[str, Floats]:
    """Return what both weight sets predict, and fits without a part: repression, and less its background."""
    every = np.ones(len(evidence.sites.type), np.bool_)
    folds = Folds(evidence, every)
    ours = _without(*SETS["sequence"])
    both = {name: folds.predict(_without(*gone)) for name, gone in SETS.items()}
    both |= {
        f"without {name}": folds.predict(lambda column, gone=gone: ours(column) or gone(column))
        for name, gone in PARTS.items()
    }
    both["without accessibility (of rnaplfold)"] = folds.predict(
        _without("accessibility", *SETS["rnaplfold"])
    )
    both["without the bound at 0"] = folds.predict(ours, bounded=False)
    few = Folds(evidence, ~np.isin(evidence.sites.type, WEAK_TYPES))
    both["without 6mer, offset-6mer, 6mer-A1"] = few.predict(ours)
    return {
        f"{name}{ending}": values
        for name, pair in both.items()
        for ending, values in zip(("", ", relative"), pair, strict=True)
    }


def judged(
    rows: pl.DataFrame, scores: dict[str, Floats], peers: tuple[str, ...], **settings: object
) -> object:
    """Judge scores, and columns of the table of responses, by the product."""
    first = ("set", "experiment", "mirna_id", "transcript_id", "gene_id", "response", "responds")
    own = [pl.Series(name, values) for name, values in scores.items()]
    return dmiso.evaluate_genes(rows.select(*first, *peers).with_columns(own), **settings)


def differences(experiments: pl.DataFrame) -> list[dict[str, object]]:
    """Return the full model's means less those without a part, intervals by seed family."""
    counts = (pl.col("metric") != "auroc") | (pl.col("responders") >= LEAST)
    wide = experiments.filter(counts & pl.col("metric").is_in(METRICS)).pivot(
        "scorer", index=("experiment_set", "experiment", "seed_family", "metric"), values="value"
    )
    found = []
    for (group, metric), table in wide.group_by("experiment_set", "metric", maintain_order=True):
        families = np.unique(table["seed_family"].to_numpy(), return_inverse=True)[1]
        n = int(families.max()) + 1
        drawn = next(cluster_draws(n, REPLICATES, seed=0, block=REPLICATES))[:, families]
        for name in (c for c in table.columns if c.startswith("without ")):
            full = "rnaplfold" if "rnaplfold" in name else "sequence"
            full += ", relative" if name.endswith(", relative") else ""
            values = (table[full] - table[name]).to_numpy()
            own = difference(float(values.mean()), drawn @ values / drawn.sum(axis=1))
            found.append(
                {"set": group, "metric": metric, "part": name, "experiments": len(values), **own._asdict()}
            )
    return found


def partial_correlations(rows: pl.DataFrame, scores: dict[str, Floats]) -> list[dict[str, object]]:
    """Return mean partial rank correlations with the response: ours given another score, and the reverse."""
    found = []
    for ours in ("sequence", "sequence, relative"):
        table = rows.with_columns(ours=pl.Series(scores[ours]))
        for other in GIVEN:
            for (group,), part in table.partition_by("set", as_dict=True).items():
                pairs = [_partial(own, other) for own in part.partition_by("experiment")]
                given, back = np.nanmean(pairs, axis=0).round(4).tolist()
                found.append(
                    {
                        "set": group,
                        "ours": ours,
                        "other": other,
                        "ours_given_other": given,
                        "other_given_ours": back,
                    }
                )
    return found


def _partial(table: pl.DataFrame, other: str) -> tuple[float, float]:
    ranks = [rankdata(table[name].fill_null(0).to_numpy()) for name in ("response", "ours", other)]
    (_, a, b), (_, _, ab), _ = np.corrcoef(ranks)
    given = (a - b * ab) / np.sqrt((1 - b * b) * (1 - ab * ab))
    return given, (b - a * ab) / np.sqrt((1 - a * a) * (1 - ab * ab))


def main() -> None:
    """Predict, judge, write."""
    options = _options()
    features = [term.feature for term in TERMS]
    evidence = read_evidence(options.data, options.work, features, training.TRANSCRIPT_TERMS)
    scores = predictions(evidence)
    rows = evidence.responses
    mirnas = options.data / MATURE
    ours = {name: values for name, values in scores.items() if not name.startswith("without ")}
    if options.predictions:
        rows.with_columns([pl.Series(n, v) for n, v in ours.items()]).write_csv(
            options.predictions, separator="\t"
        )
    table = judged(rows, ours, PEERS, mirnas=mirnas, replicates=REPLICATES, min_responders=LEAST)
    drops = judged(rows, scores, (), mirnas=mirnas, replicates=0, min_responders=LEAST)
    compared = table.comparisons.filter(
        pl.col("scorer").is_in(list(ours)) | pl.col("other_scorer").is_in(list(ours))
    )
    report = {
        "dmiso": dmiso.__version__,
        "responders_needed": LEAST,
        "replicates": REPLICATES,
        "means": _rounded(table.metrics.filter(pl.col("metric").is_in(METRICS))),
        "paired": _rounded(compared.filter(pl.col("metric").is_in(METRICS))),
        "partial_rank_correlations": partial_correlations(rows, scores),
        "full_minus_without": _rounded(pl.DataFrame(differences(drops.experiments))),
    }
    write_text(RESULTS / f"repression-v{dmiso.__version__}.json", to_json(report))


def _rounded(table: pl.DataFrame) -> list[dict[str, object]]:
    numbers = pl.col(pl.Float64).round(4)
    return table.with_columns(numbers).to_dicts()


def _options() -> argparse.Namespace:
    here = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    data = Path(os.environ.get("DMISO_SHARED_DATA", here.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=data, help="folder of the collected public data")
    parser.add_argument(
        "--work", type=Path, default=here / "work" / "repression", help="folder of folded 3'UTRs"
    )
    parser.add_argument(
        "--predictions", type=Path, help="table for held-out predictions beside the other scores"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
