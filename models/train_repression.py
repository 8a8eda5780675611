"""Make the bundled model of repression: ridge regression of responses on sums over seed sites.

    python models/train_repression.py --work work/repression

In order: the evidence (``repression_data.py``), one column per weight, the fit without each seed family in turn (what
the card says is measured on these), the fit to all, the interval, the model directory with card and registry. The
accessibility of 3'UTRs is folded once and kept in the work folder; an interrupted run goes on.

A weight is of a place, a site type and a feature. Slopes of a feature that are not fitted by type are one number times
:data:`~dmiso.repression.transcript_features.STRENGTHS`, the usual effects of the types.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl
from scipy.stats import rankdata

import dmiso
from dmiso.io import write_text
from dmiso.models.registry import BUNDLED, registry_entry
from dmiso.provenance import sha256_file, to_json
from dmiso.repression import RepressionConfig, write_repression
from dmiso.repression.model import WeightSet
from dmiso.repression.sites import PLACES, SITE_TYPES
from dmiso.repression.store import REPRESSION_FILES, FeatureNames
from dmiso.repression.transcript_features import STRENGTHS
from repression_data import FILES, WITHOUT_WEIGHT, Evidence, read_evidence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NAME: Final = "repression@v0.1.0"
RIDGE: Final = 100.0
LINK: Final = "rectified"
"""No site raises a transcript. The fit is of plain sums; a weighted sum below 0 counts as 0 afterwards."""
LEVEL: Final = 0.9
PANEL_SHARE: Final = 0.5
LENGTH_SLOPE: Final = 0.05
"""Background: share of the mean over a panel, and standard deviations per log10 nt of 3'UTR. Chosen among a few round
numbers by the Spearman of held-out families without loss of AUROC."""
FARTHEST: Final = 3.0
STRAIGHT_TO: Final = 0.8
"""log2 fold change beyond which a prediction grows as a logarithm only: 11 of 64,411 held-out predictions lie beyond,
so nothing is known of them. The order of transcripts is the same."""
TOP: Final = 100
KNOTS: Final = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
"""Quantiles of predicted fold changes, the strongest repression first, between which an interval's ends are found."""

UTR3, CDS, STOP = PLACES.index("3'UTR"), PLACES.index("CDS"), PLACES.index("stop")


class Term(NamedTuple):
    """A feature, the places where it counts, and whether each site type has a slope of its own."""

    feature: str
    places: tuple[int, ...] = (UTR3,)
    by_type: bool = False


_COMMON: Final = (
    Term("local_au", (UTR3, CDS)),
    Term("pairing_3p", (UTR3, CDS)),
    Term("end_distance", (UTR3, CDS)),
    Term("utr3_length"),
    Term("utr3_au"),
    Term("cds_length", (UTR3, CDS)),
    Term("seed_stability", by_type=True),
    Term("faces_9_is_a"),
    Term("faces_9_is_u"),
)
WEIGHT_SETS: Final = {
    "rnaplfold": (*_COMMON, Term("accessibility")),
    "sequence": (*_COMMON, Term("au_of_site"), Term("au_around")),
}


TRANSCRIPT_TERMS: Final = ("weak_mismatch", "weak_wobble")
"""Other transcript features lower the AUROC of held-out experiments, or leave it as it is."""


class Design(NamedTuple):
    """One column per weight, and where each weight belongs."""

    columns: Floats
    """``(n_pairs, n_weights)``: of every miRNA and transcript."""
    where: list[tuple[int, int, Floats]]
    """Feature (-1 for the base), place, share of the weight by site type; the columns of transcripts come after."""
    means: Floats
    scales: Floats
    own_means: Floats


def design_of(evidence: Evidence, terms: tuple[Term, ...]) -> Design:
    """Add sites up to the columns that are fitted."""
    place, kind = evidence.sites.place, evidence.sites.type
    each = np.eye(len(SITE_TYPES))
    where: list[tuple[int, int, Floats]] = [(-1, p, one) for p in (UTR3, CDS, STOP) for one in each]
    for number, term in enumerate(terms):
        where += [(number, p, one) for p in term.places for one in (each if term.by_type else [STRENGTHS])]
    values = np.array([evidence.features[term.feature] for term in terms])
    in_utr = place == UTR3
    means, scales = np.nanmean(values[:, in_utr], axis=1), np.nanstd(values[:, in_utr], axis=1)
    scaled = np.clip(np.nan_to_num((values - means[:, None]) / scales[:, None]), -FARTHEST, FARTHEST)
    columns = [
        evidence.sums((1.0 if f < 0 else scaled[f]) * share[kind] * (place == p)) for f, p, share in where
    ]
    own = [evidence.of_transcripts[name] for name in TRANSCRIPT_TERMS]
    columns += [array.ravel() for array in own]
    # a transcript without sites, of weak matches like others, is repressed by nothing
    own_means = np.array(
        [array.mean() if "weak" in name else 0.0 for name, array in zip(TRANSCRIPT_TERMS, own, strict=True)]
    )
    return Design(np.stack(columns, axis=1), where, means, scales, own_means)


def ridge(columns: Floats, target: Floats, weight: Floats) -> Floats:
    """Return the coefficients of columns; the intercept is left out."""
    mean = weight @ columns / weight.sum()
    spread = np.sqrt(weight @ (columns - mean) ** 2 / weight.sum())
    spread[spread < 1e-9] = 1
    scaled = (columns - mean) / spread
    moved = target - weight @ target / weight.sum()
    gram = scaled.T @ (scaled * weight[:, None]) + RIDGE * np.eye(scaled.shape[1])
    return np.linalg.solve(gram, scaled.T @ (moved * weight)) / spread


def strengths(evidence: Evidence, design: Design, terms: tuple[Term, ...], coefficients: Floats) -> Floats:
    """Return what the model of these coefficients predicts, ``(n_mirnas, n_transcripts)``, above 0 where repressed."""
    names = names_of(terms)
    weights = WeightSet(
        name="fold",
        features=names,
        config=RepressionConfig(name="fold", weight_sets={"fold": names}, link=LINK, farthest=FARTHEST),
        interval=np.zeros((3, 1)),
        **tensors_of(design, coefficients, len(terms)),
    )
    added = weights.contributions(evidence.sites, np.array([evidence.features[name] for name in names.sites]))
    joint = weights.joint(np.array([evidence.of_transcripts[name] for name in names.transcripts]))
    return evidence.sums(added).reshape(joint.shape) + joint


def names_of(terms: tuple[Term, ...]) -> FeatureNames:
    """Return the features of a weight set."""
    return FeatureNames(sites=tuple(term.feature for term in terms), transcripts=TRANSCRIPT_TERMS)


def without_own_family(evidence: Evidence, design: Design, terms: tuple[Term, ...]) -> tuple[Floats, Floats]:
    """Predict each row by a fit that saw no miRNA of its seed family, in standard deviations.

    Returns
    -------
    tuple of numpy.ndarray
        Strength of repression, and background by a panel of the other families' miRNAs, ``(n_rows,)`` each.
    """
    family, pair = evidence.responses["family"].to_numpy(), evidence.pair
    found, background = np.zeros(len(family)), np.zeros(len(family))
    for name in np.unique(family):
        own = family == name
        predicted = strengths(evidence, design, terms, fitted(evidence, design, ~own))
        found[own] = predicted.ravel()[pair[own]]
        of_panel = predicted[evidence.families != name].mean(axis=0)
        background[own] = PANEL_SHARE * of_panel[pair[own] % len(evidence.transcripts)]
    length = evidence.utr3_length
    return found, background - LENGTH_SLOPE * (length - length.mean())


def fitted(evidence: Evidence, design: Design, rows: NDArray[np.bool_]) -> Floats:
    """Return the coefficients of a fit to some rows: those of the design, then those beside."""
    few = evidence.only(rows)
    columns = np.column_stack([design.columns[evidence.pair], beside_of(evidence)])[rows]
    target = few.responses["z"].to_numpy()[:, None]
    return ridge(few.centred(columns), few.centred(target)[:, 0], few.responses["weight"].to_numpy())


def beside_of(evidence: Evidence) -> Floats:
    """Return what the fit may explain by, and a prediction leaves out: length and composition of the 3'UTR."""
    return np.column_stack([evidence.utr3_length, evidence.responses["utr_au"].to_numpy()])


def judged(evidence: Evidence, score: Floats) -> dict[str, dict[str, float]]:
    """Return means over the experiments of each set: Spearman, Pearson, AUROC, mean response of the best genes."""
    rows = evidence.responses.with_columns(score=pl.Series(score)).partition_by(
        "set", "experiment", as_dict=True
    )
    found: dict[str, list[list[float]]] = {}
    for (part, _), table in sorted(rows.items()):
        response, own, z = (table[name].to_numpy() for name in ("response", "score", "z"))
        found.setdefault(str(part), []).append(
            [
                float(np.corrcoef(rankdata(response), rankdata(own))[0, 1]),
                float(np.corrcoef(response, own)[0, 1]),
                auroc(table["responds"].to_numpy(), own),
                float(z[np.argsort(-own, kind="stable")[:TOP]].mean()),
            ]
        )
    names = ("spearman", "pearson", "auroc", f"best_{TOP}")
    return {
        part: dict(zip(names, np.nanmean(values, axis=0).round(4).tolist(), strict=True))
        for part, values in found.items()
    }


def auroc(label: NDArray[np.int64], score: Floats) -> float:
    """Return the area under the ROC curve; NaN where nothing or all responds."""
    positive = int(label.sum())
    if not 0 < positive < len(label):
        return float("nan")
    ranks = rankdata(score)[label == 1].sum()
    return float((ranks - positive * (positive + 1) / 2) / (positive * (len(label) - positive)))


def tensors_of(design: Design, coefficients: Floats, n_features: int) -> dict[str, Floats]:
    """Return a weight set's tensors but its interval."""
    base = np.zeros((len(PLACES), len(SITE_TYPES)))
    slopes = np.zeros((n_features, *base.shape))
    for (feature, place, share), value in zip(design.where, coefficients, strict=False):
        (base if feature < 0 else slopes[feature])[place] += value * share
    n = len(design.where)
    return {
        "base": base,
        "slopes": slopes,
        "means": design.means,
        "scales": design.scales,
        "transcript_slopes": coefficients[n : n + len(TRANSCRIPT_TERMS)],
        "transcript_means": design.own_means,
    }


def interval_of(predicted: Floats, measured: Floats) -> Floats:
    """Return knots of predicted log2 fold change and what to add for the ends of the interval, ``(3, n_knots)``."""
    edges = np.unique(np.quantile(predicted, KNOTS))
    groups = np.clip(np.searchsorted(edges, predicted, side="right") - 1, 0, len(edges) - 2)
    error = measured - predicted
    tails = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    knots = [
        (predicted[groups == g].mean(), *np.quantile(error[groups == g], tails))
        for g in range(len(edges) - 1)
    ]
    return np.array(knots).T


def main() -> None:
    """Fit, judge, write."""
    options = _options()
    features = list(dict.fromkeys(term.feature for terms in WEIGHT_SETS.values() for term in terms))
    evidence = read_evidence(options.data, options.work, features, TRANSCRIPT_TERMS)
    rows = evidence.responses
    counted = rows["weight"].to_numpy() == 1
    of_each = rows.filter(pl.col("weight") == 1).group_by("experiment").agg(pl.col("response").std())
    # groups come in any order, and a plain mean would take its last bit from that
    unit = math.fsum(of_each["response"]) / of_each.height
    weights, numbers = {}, {}
    for name, terms in WEIGHT_SETS.items():
        design = design_of(evidence, terms)
        held_out, background = without_own_family(evidence, design, terms)
        numbers[name] = judged(evidence, held_out)
        numbers[f"{name}, relative"] = judged(evidence, held_out - background)
        coefficients = fitted(evidence, design, np.ones(len(rows), np.bool_))
        tensors = tensors_of(design, coefficients, len(terms))
        tensors["interval"] = interval_of(-unit * held_out[counted], -rows["response"].to_numpy()[counted])
        weights |= {f"{name}/{key}": array.astype(np.float32) for key, array in tensors.items()}
    for column in ("seed_type_sum", "context_plus_plus_no_pct", "biochemical_plus"):
        numbers[column] = judged(evidence, rows[column].fill_null(0).to_numpy())
    for name, found in numbers.items():
        print(name, json.dumps(found), flush=True)
    training = {
        "script": "models/train_repression.py",
        "ridge": RIDGE,
        "without_weight": list(WITHOUT_WEIGHT),
        "data": {name: sha256_file(options.data / name) for name in FILES},
        "versions": {
            "dmiso": dmiso.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
    }
    config = RepressionConfig(
        name=NAME,
        weight_sets={name: names_of(terms) for name, terms in WEIGHT_SETS.items()},
        link=LINK,
        form="tapered",
        concentration=unit / STRAIGHT_TO,
        log2_per_unit=unit,
        background_slope=unit * LENGTH_SLOPE,
        background_centre=float(np.mean(evidence.utr3_length)),
        panel=tuple(dict.fromkeys(evidence.mirnas)),
        panel_share=PANEL_SHARE,
        level=LEVEL,
        farthest=FARTHEST,
        training=training,
    )
    release(options.output, config, weights, numbers)


def release(
    output: Path, config: RepressionConfig, weights: dict[str, NDArray[np.float32]], numbers: dict[str, dict]
) -> None:
    """Write the model directory, its numbers and the registry."""
    folder = output / config.name
    write_repression(folder, config=config, weights=weights, card=card_text(config, weights, numbers))
    write_text(folder / "metrics.json", to_json(numbers))
    registry = output / "registry.json"
    listed = json.loads(registry.read_text())
    listed["repression"] = {
        **listed.get("repression", {}),
        config.name: registry_entry(folder, files=REPRESSION_FILES),
    }
    listed["default_repression"] = config.name
    write_text(registry, to_json(listed))


def card_text(
    config: RepressionConfig, weights: dict[str, NDArray[np.float32]], numbers: dict[str, dict]
) -> str:
    """Return the model card."""
    lines = [
        f"| {name} | "
        + " | ".join(f"{value:.3f}" for part in ("shared", "hela") for value in found[part].values())
        + " |"
        for name, found in numbers.items()
    ]
    n = sum(array.size for name, array in weights.items() if name.endswith(("base", "slopes")))
    return _CARD.format(
        name=config.name, table="\n".join(lines), n=n, unit=config.log2_per_unit, straight_to=STRAIGHT_TO
    )


_CARD: Final = """# {name}

Predicted log2 fold change of a transcript by a miRNA or isomiR, from all seed sites in its 3'UTR and coding
sequence, and from the matches of its 3'UTR that miss one pair: {n} weights, ridge regression. Made by
`models/train_repression.py`; the numbers below are in `metrics.json` too.

## What it is for, and what it is not

It ranks transcripts by how much a transfected miRNA lowers them, against transcripts without sites. Seed
counting is hard to beat: see the first row of peers in the table. Fold changes are those of a transfection; at
natural levels they are smaller, and knock-outs are hardly predicted by anything. Of isomiRs the seed is that of
their own bases; no experiment here tells 3' isomiRs apart.

## How good it is

Each experiment is predicted by a fit that saw no miRNA of its seed family (positions 2-7). Means over
experiments, of 29 perturbations (shared) and 17 HeLa transfections: Spearman, Pearson, AUROC of responding
genes, mean response of the best 100 genes in standard deviations.

| | shared ρ | r | AUROC | best 100 | HeLa ρ | r | AUROC | best 100 |
|---|---|---|---|---|---|---|---|---|
{table}

`rnaplfold` uses accessibility, `sequence` the composition around sites in its place. *relative* is
`repression_relative`: less a background of half the mean repression by the miRNAs of this table (in these
numbers: those of other families), and of the length of the 3'UTR. Responses in HeLa are differences to the mean
of the other transfections, which favours it. biochemical_plus was trained on these HeLa experiments. The choice
of features and of the background was made by looking at these held-out numbers, so they are a little too good.

## Data and fit

75,067 responses of 2,884 transcripts to 46 experiments (`functional/gene_responses_and_peers.tsv.gz`), in
standard deviations of the experiment, centred over the miRNAs of a study where it has four or more. GSE168484
(looks sign-inverted), GSE112859 and GSE124411 (show nothing) have no weight, knock-outs 0.3. A site whose
weighted sum is below 0 counts as 0: no site raises a transcript. A unit is {unit:.3f} log2, the mean standard
deviation of the responses of an experiment. Beyond {straight_to} log2, where held-out predictions end, a
prediction grows as a logarithm only. The interval holds 90 % of the measured responses around
predictions without the own family; most of its width is not the miRNA's doing.
"""


def _options() -> argparse.Namespace:
    here = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(
        description=f"Make {NAME}.", epilog=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    data = Path(os.environ.get("DMISO_SHARED_DATA", here.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=data, help="folder of the collected public data")
    parser.add_argument(
        "--work", type=Path, default=here / "work" / "repression", help="folder of folded 3'UTRs"
    )
    parser.add_argument("--output", type=Path, default=BUNDLED, help="folder of released models")
    return parser.parse_args()


if __name__ == "__main__":
    main()
