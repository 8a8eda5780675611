"""The model card of a trained model: data, hashes, settings and what was measured, as Markdown."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, NamedTuple

from dmiso.io.markdown import markdown_table

if TYPE_CHECKING:
    from dmiso.records import Counts
    from dmiso.settings.training import TrainSettings
    from dmiso.train.data import PairTable
    from dmiso.train.parts import Parts
    from dmiso.train.trained import Trained

__all__ = ["CardFacts", "model_card", "source_card"]


class CardFacts(NamedTuple):
    """What a card states.

    Parameters
    ----------
    data_name, data_sha256
        The labelled table's file name and hash.
    table, parts, settings, trained, counts
        Of the run.
    start
        Name and hash of the model whose weights were the first ones; None where they were drawn.
    """

    data_name: str
    data_sha256: str
    table: PairTable
    parts: Parts
    settings: TrainSettings
    trained: Trained
    counts: Counts
    start: dict[str, str] | None = None


def model_card(name: str, facts: CardFacts) -> str:
    """Return the card of a model made by :func:`dmiso.train.train`.

    Parameters
    ----------
    name
        Of the model.
    facts
        What happened.
    """
    trained, best = facts.trained, facts.trained.fit.best
    notes = "".join(f"- {sentence}\n" for sentence in facts.counts.sentences())
    settings = markdown_table(
        ["setting", "value"], [[key, f"{value}"] for key, value in facts.settings.as_dict().items()]
    )
    return f"""# {name}

Network `{facts.settings.network}`, trained with `dmiso train`.

## Data

`{facts.data_name}`, sha256 `{facts.data_sha256}`. Validation: {facts.parts.origin}.

{_part_table(facts)}

## Training

{_start(facts)}Epoch {best.epoch} of {len(trained.fit.rows)} was kept: the one with the best average precision on the
validation pairs. The score is `sigmoid({trained.calibration.slope:.4g} * logit {trained.calibration.intercept:+.4g})`
(Platt), fitted on the validation pairs; it is a probability where {_prior(facts):.1%} of pairs are positive.

{settings}

## Measured

{_metric_table(facts)}

The validation pairs chose the epoch and the calibration, so their figures are a little too good. How much of a
figure is a shortcut (the miRNA's identity, composition, reused sites) these numbers do not show it: run
`dmiso audit` on the data and `dmiso evaluate` on pairs of another source.
{notes and chr(10) + "## Notes" + chr(10) + chr(10) + notes}"""


def source_card(name: str, source: str, whole: str, metrics: dict[str, float] | None) -> str:
    """Return the card of the model with the output of one source.

    Parameters
    ----------
    name, whole
        Of this model, and of the one whose outputs are averaged.
    source
        As the training table names it.
    metrics
        Of the source's own validation pairs; None without any.
    """
    measured = (
        "The table has no validation pairs of both classes of this source, so nothing was measured here."
    )
    if metrics:
        measured = (
            f"On the {metrics['n_pairs']:,.0f} validation pairs of this source: average precision "
            f"{metrics['average_precision']:.3f}, AUROC {metrics['auroc']:.3f}, Brier score {metrics['brier']:.3f}. "
            "They chose epoch and calibration, so these figures are a little too good."
        )
    text = (
        f"The network of `{whole}` with the output that was trained on source `{source}` only. Its scores say how "
        f"much a pair looks like those that this experiment found, protocol and all; those of `{whole}` are of no one "
        f"experiment. {measured}"
    )
    return f"# {name}\n\n{textwrap.fill(text, 116)}\n"


def _start(facts: CardFacts) -> str:
    """Return the sentence that says where the first weights come from, if not from a draw."""
    if facts.start is None:
        return ""
    return (
        f"Started from the weights of `{facts.start['model']}` (sha256 `{facts.start['weights_sha256']}`). "
    )


def _prior(facts: CardFacts) -> float:
    prior = facts.trained.calibration.prior
    assert prior is not None  # a Platt fit always has one
    return prior


def _part_table(facts: CardFacts) -> str:
    rows = []
    for part in ("train", "validation", "test"):
        own = getattr(facts.parts, part)
        if len(own):
            label = facts.table.label[own]
            sequences = facts.table.frame[own].select("mirna_sequence", "target_sequence")
            distinct = [column.n_unique() for column in sequences]
            numbers = (len(own), int(label.sum()), int((1 - label).sum()), *distinct)
            rows.append([part, *(f"{number:,}" for number in numbers)])
    return markdown_table(["part", "pairs", "positive", "negative", "miRNA sequences", "sites"], rows)


def _metric_table(facts: CardFacts) -> str:
    metrics = facts.trained.metrics
    names = [name for name in metrics["validation"] if name != "n_pairs"]
    rows = [[part, *(_number(values[name]) for name in names)] for part, values in metrics.items()]
    return markdown_table(["part", *(name.replace("_", " ") for name in names)], rows)


def _number(value: float) -> str:
    """Return a metric's digits; nothing where it is not defined, as precision without a call."""
    return "" if math.isnan(value) else f"{value:.3f}"
