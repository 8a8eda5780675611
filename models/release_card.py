"""The card of a released model: what it was trained on, how, and what it is worth beside the baselines."""

from __future__ import annotations

import statistics
import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from card_fair import fair_section, is_judged_by
from dmiso.io.markdown import markdown_table
from dmiso.train.settings import settings_for
from judge import BASELINES, METRICS, PEERS

if TYPE_CHECKING:
    from dmiso.evaluate.behaviour import BehaviourCheck
    from dmiso.records import Counts
    from release_plan import Plan, Run

__all__ = ["Evidence", "card_text"]

_SCORES = {
    "model": "**this model**",
    "model_partner_shuffled": "this model, miRNAs shuffled over the rows",
    "published_weights": "the published program's own weights",
    **PEERS,
    **BASELINES,
}
_OTHERS = {
    "rnaduplex": "RNAduplex's energy",
    "mirbind2": "miRBind2",
    "rnahybrid_pvalue": "RNAhybrid's p-value",
}
_NOT_SETTINGS = {"seed", "threads", "device", "mixed_precision", "validation_share"}


class Evidence(NamedTuple):
    """Everything that the card states.

    Parameters
    ----------
    plan
        What the model is.
    counts
        Rows kept and dropped on the way to the pairs.
    pairs, pairs_sha256
        Training and validation pairs.
    sources
        SHA-256 by file.
    trials, seeds, best
        Runs: the settings tried, the chosen ones by seed, the shipped one.
    tests
        What :func:`judge.judge` measured, by test set.
    behaviour
        What the shipped model makes of made-up pairs.
    background
        File and number of the windows behind the percentile.
    source, mean_model
        Where the model is one output of a network trained by source: whose, and the model with the mean of all.
    kinds, kind_settings
        What the network has learnt from beside chimeras, a paragraph, and how much of it.
    """

    plan: Plan
    counts: Counts
    pairs: pl.DataFrame
    pairs_sha256: str
    sources: dict[str, str]
    trials: list[Run]
    seeds: list[Run]
    best: Run
    tests: dict[str, dict[str, Any]]
    behaviour: list[BehaviourCheck]
    background: tuple[str, int]
    source: str | None = None
    mean_model: str | None = None
    kinds: str = ""
    kind_settings: dict[str, Any] | None = None


def card_text(evidence: Evidence) -> str:
    """Return the card as Markdown."""
    best, sources = evidence.best, "\n".join(f"- `{f}` `{h[:16]}…`" for f, h in evidence.sources.items())
    dropped = "\n".join(f"- {n:,} {reason}" for reason, n in evidence.counts.dropped.items() if n)
    tests = "\n\n".join(_test_section(name, result) for name, result in evidence.tests.items())
    file, n_windows = evidence.background
    return f"""# {evidence.plan.name}

{_about(evidence)}
{evidence.kinds}
## What it is for, and what it is not

{_ranks(evidence.plan)}

{_verdict(evidence)}

## Data

{_pair_table(evidence.pairs)}

Positives, deduplicated over sources; sites of 20-60 nt (the middle 50 of longer eCLIP and Grosswendt targets, the
first 60 of Helwak's). Negatives: each site with the miRNA of another positive of its source and split, never one
with the seed 2-7 or the name of a miRNA seen on the site's cluster, so that every miRNA and every site stands
equally often in both classes. Validation: whole site clusters (shared 16-mer). Left out:

{dropped}

Files, and the beginning of their sha256 (whole in `config.json`); that of the table of pairs is
`{evidence.pairs_sha256[:16]}…`:

{sources}

## Training

{_differences(evidence.plan, best)}

{_run_table(evidence)}

{_shipped(evidence)}
The percentile compares with {n_windows:,} random 60-nt windows of `{file}` with random
training miRNAs.

## Test sets

They took no part in any choice between settings; `models/EXPERIMENTS.md` tells which settings were judged on them, and
where the first settings come from.

No test site shares a 16-mer with a training or validation site. Brackets are 95 % intervals from 1,000 bootstrap
draws of whole site clusters. A within-miRNA (within-site) AUROC compares pairs of one miRNA (one site) only, and is
empty where no miRNA (site) has both classes.

{fair_section(evidence.tests)}
{tests}

## Behaviour on made-up pairs

{_behaviour(evidence.behaviour)}
"""


def _ranks(plan: Plan) -> str:
    """Say what the model's logit is for."""
    text = (
        f"It ranks miRNA or isomiR x site pairs (sites of 20-60 nt) by {plan.ranks_by}. It does not say that a gene is "
        "repressed."
    )
    return textwrap.fill(text, 116)


def _behaviour(checks: list[BehaviourCheck]) -> str:
    """Return a line a check."""
    return "\n".join(f"- {'passed' if check.passed else '**failed**'}: {check.sentence}" for check in checks)


def _verdict(evidence: Evidence) -> str:
    """Say how the model stands to the strongest baseline on the test sets, in sentences that fit a line."""
    relations: dict[str, list[str]] = {}
    for name, result in evidence.tests.items():
        if not is_judged_by(name):
            continue
        lead = result["average_precision_minus"]["rnaduplex"]
        relation = (
            "better than" if lead["low"] > 0 else "worse than" if lead["high"] < 0 else "about as good as"
        )
        relations.setdefault(relation, []).append(f"`{name}`")
    words = [
        f"{relation} the plain RNAduplex energy on {' and '.join(sets)}"
        for relation, sets in relations.items()
    ]
    advice = " Where only ranking counts, rank by the energy." if "worse than" in relations else ""
    return textwrap.fill(f"By average precision it is {', and '.join(words)}.{advice}", 116)


def _pair_table(pairs: pl.DataFrame) -> str:
    rows = []
    for part in ("train", "validation"):
        own = pairs.filter(pl.col("split") == part)
        for source in [*own["source"].unique(maintain_order=True), "all"]:
            some = own if source == "all" else own.filter(pl.col("source") == source)
            numbers = (some["label"].sum(), some.height - some["label"].sum())
            distinct = (some["mirna_sequence"].n_unique(), some["target_sequence"].n_unique())
            rows.append([part, source, *(f"{n:,}" for n in (*numbers, *distinct))])
    return markdown_table(["part", "source", "positives", "negatives", "miRNA sequences", "sites"], rows)


def _about(evidence: Evidence) -> str:
    """Say what the model is."""
    plan, source = evidence.plan, evidence.source
    about = (
        f"{plan.about}, trained on human miRNA-target pairs seen ligated in one read, against negatives that neither "
        f"the miRNA nor the site gives away. Made by `models/{plan.script}`; the numbers below are in `metrics.json` "
        "too."
    )
    if source:
        about += (
            f" The network was trained with an output of its own for each source of chimeras. This model is the output "
            f"for source {source}: use it for data of that protocol, and for others `{evidence.mean_model}`, which has "
            "the mean of all outputs."
        )
    return textwrap.fill(about, 116)


def _shipped(evidence: Evidence) -> str:
    """Return which run is shipped, by which pairs, and how its score is calibrated; the last line is short."""
    if evidence.source:
        judged = f"the validation pairs of source {evidence.source}"
        chosen = f"Shipped is the seed of `{evidence.mean_model}`, `{evidence.best.name}`."
    else:
        judged = "the validation pairs"
        chosen = f"Shipped is the seed with the best mean of the sources' average precisions, `{evidence.best.name}`."
    text = (
        f"Average precision and AUROC are those of {judged}; `EXPERIMENTS.md` beside the script tells what else was "
        f"tried. {chosen} The score is calibrated on the same pairs (Platt) and is a probability where half of the "
        "pairs are positive."
    )
    return textwrap.fill(text, 116) + "\n"


def _differences(plan: Plan, best: Run) -> str:
    paper, ours = settings_for(plan.network).as_dict(), best.settings.as_dict()
    rows = [
        [name, str(paper[name]), str(value)]
        for name, value in ours.items()
        if name not in _NOT_SETTINGS and value != paper[name]
    ]
    if not rows:
        kept = [[name, str(value)] for name, value in ours.items() if name not in _NOT_SETTINGS]
        return "The network's default settings:\n\n" + markdown_table(["setting", "value"], kept)
    column, whose = (
        ("paper", "the paper's") if plan.network == "dmiso" else ("default", "the network's default")
    )
    return f"What differs from {whose} settings:\n\n" + markdown_table(["setting", column, "here"], rows)


_RUN_COLUMNS = {
    "average_precision": "average precision",
    "source_mean_average_precision": "mean of the sources' average precisions",
    "auroc": "AUROC",
}


def _run_table(evidence: Evidence) -> str:
    """Return what each run reached; one source's output has no mean over sources."""
    runs = {run.name: run for run in [*evidence.trials, *evidence.seeds]}
    shown = [column for column in _RUN_COLUMNS if column in evidence.best.metrics]
    rows = [
        [
            run.name,
            *(f"{run.metrics[column]:.4f}" for column in shown),
            f"{run.best_epoch} of {run.epochs}",
        ]
        for run in runs.values()
    ]
    spread = [_mean_sd([run.metrics[column] for run in evidence.seeds]) for column in shown]
    rows.append([f"mean ± sd of {len(evidence.seeds)} seeds", *spread, ""])
    return markdown_table(["run", *(_RUN_COLUMNS[column] for column in shown), "kept epoch"], rows)


def _mean_sd(values: list[float]) -> str:
    return f"{statistics.mean(values):.4f} ± {statistics.stdev(values):.4f}"


def _test_section(name: str, result: dict[str, Any]) -> str:
    rows = [
        [_score_name(score), *(_interval(metrics[metric]) for metric in METRICS)]
        for score, metrics in result["scores"].items()
    ]
    leads = "\n".join(
        f"- {_OTHERS[other]}: {lead['difference']:+.3f} [{lead['low']:+.3f}, {lead['high']:+.3f}], "
        f"p = {lead['p_value']:.3f}"
        for other, lead in result["average_precision_minus"].items()
    )
    seeds = result["seeds"].values()
    spread = " and ".join(
        f"{word} {_mean_sd([seed[metric] for seed in seeds])}"
        for metric, word in (("average_precision", "average precision"), ("auroc", "AUROC"))
    )
    header = ["score", *(metric.replace("_", " ").replace("auroc", "AUROC") for metric in METRICS)]
    return f"""### {name}

{result["n_pairs"]:,} pairs, {result["n_positives"]:,} positive, {result["n_clusters"]:,} site clusters.

{markdown_table(header, rows)}

Over the {len(seeds)} seeds: {spread}. Brier score of the shipped model's scores: {result["brier"]:.3f} (0.25 is that of
0.5 for every pair).

Average precision minus that of

{leads}
{_offset_table(result["average_precision_by_offset"])}"""


def _offset_table(classes: dict[str, dict[str, Any]]) -> str:
    """Return the average precision by isomiR offset, of the model and of others, where the set gives offsets."""
    if not classes:
        return ""
    others = list(next(iter(classes.values()))["others"])
    rows = [
        [
            name,
            f"{numbers['n_pairs']:,}",
            f"{numbers['n_positives']:,}",
            _interval(numbers),
            *(_short(numbers["others"][other]) for other in others),
        ]
        for name, numbers in classes.items()
    ]
    header = ["miRNA against its reference", "pairs", "positives", "this model", *map(_OTHERS.get, others)]
    return f"\nAverage precision by the offsets of the isomiR:\n\n{markdown_table(header, rows)}\n"


def _score_name(score: str) -> str:
    if score.startswith("output_"):
        return f"its output for source {score.removeprefix('output_')} only"
    return _SCORES[score]


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _interval(numbers: dict[str, float | None]) -> str:
    if numbers["value"] is None:
        return ""
    return f"{numbers['value']:.3f} [{numbers['low']:.3f}-{numbers['high']:.3f}]"
