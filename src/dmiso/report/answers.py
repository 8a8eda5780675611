"""The page of ``dmiso ask``: bound, repressed, where, how sure, and what an isomiR changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.columns import ASK_PAIR_COLUMNS, ASK_SITE_COLUMNS, SITE_CHANGE_COLUMNS
from dmiso.compare.drawing import draw_seeds
from dmiso.compare.pairs import Pair
from dmiso.errors import InputError
from dmiso.io import read_sequences
from dmiso.io.transcripts import Transcript
from dmiso.pages import Note, Page, Paragraph, Preformatted, Section, Verdict
from dmiso.records import Counts, SequenceRecord
from dmiso.report.figures import drawn
from dmiso.report.origin import limits, origin, shipped_model
from dmiso.report.tables import table_of
from dmiso.report.targets import duplexes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmiso.pages import Part, Tone
    from dmiso.report.runs import Run
    from dmiso.report.targets import Targets

__all__ = ["page_of"]

_VERDICTS: Final = 3
"""Pairs of miRNA and transcript whose verdicts stand first; all are in the table."""
_DRAWN: Final = 4
_TONES: Final[dict[str, Tone]] = {
    "bound": "yes",
    "repressed": "yes",
    "uncertain": "unsure",
    "not distinguishable": "no",
    "not bound": "no",
    "not repressed": "no",
    "same": "plain",
}
_LABELS: Final = {
    ("binding", "bound"): "Bound",
    ("binding", "uncertain"): "Binding uncertain",
    ("binding", "not distinguishable"): "Binding no better than by chance",
    ("binding", "not bound"): "Not bound",
    ("repression", "repressed"): "Repressed",
    ("repression", "uncertain"): "Repression uncertain",
    ("repression", "not distinguishable"): "Repression no better than by chance",
    ("repression", "not repressed"): "Not repressed",
    ("repression", "unknown"): "Repression unknown",
}
_PAIRS: Final = (
    *("mirna_id", "role", "gene_id", "transcript_id", "binding_call", "best_score", "p_shuffled_mirna"),
    *("p_shuffled_target", "repression_call", "repression", "repression_low", "repression_high"),
    *("repression_p_shuffled_mirna", "repression_p_shuffled_target", "n_sites", "n_seed_sites"),
)
_SITES: Final = (
    *("mirna_id", "role", "transcript_id", "start", "end", "region", "seed_class", "score", "percentile"),
    *("repression", "energy", "logit"),
)
_CHANGES: Final = (
    *("isomir_id", "canonical_id", "transcript_id", "start", "end", "region", "site_change", "isomir_score"),
    *("canonical_score", "logit_difference", "isomir_seed_class", "canonical_seed_class", "seed_match"),
)
_P_LABELS: Final = {
    "p_shuffled_mirna": "binding p, miRNA shuffled",
    "p_shuffled_target": "binding p, target shuffled",
    "repression_p_shuffled_mirna": "repression p, miRNA shuffled",
    "repression_p_shuffled_target": "repression p, target shuffled",
}
_SURE: Final = (
    "A p-value here is the share of shuffled miRNAs, or of shuffled targets, that do at least as much as the real one. It is "
    "the same whatever else is scanned. A high score with a high p-value means that the target takes almost any miRNA "
    "so, or the miRNA almost any target."
)


def page_of(run: Run, targets: Targets) -> Page:
    """Compose the page; parameters as for every module of :mod:`dmiso.report.dispatch`."""
    answer = run.json("answer.json")
    pairs, sites = run.table("pairs.tsv", ASK_PAIR_COLUMNS), run.table("sites.tsv", ASK_SITE_COLUMNS)
    changes = run.table("changes.tsv", SITE_CHANGE_COLUMNS) if run.has("changes.tsv") else pl.DataFrame()
    known = _transcripts(run, answer) | targets.read()
    try:
        told = answer["verdicts"]
        verdicts = [card for verdict in told[:_VERDICTS] for card in _cards(verdict, alone=len(told) == 1)]
        sections = (
            Section("How sure is that?", tuple(_sure(pairs))),
            Section("Where on the transcript?", tuple(_tracks(run, pairs, sites, known))),
            Section("How do they pair?", tuple(_pairing(told, sites, known))),
            Section(
                "All sites", (table_of(sites, "A row per miRNA and site", columns=_SITES, file="sites.tsv"),)
            ),
            Section("What changes", tuple(_changed(told, changes))),
            limits(answer["what_it_means"]),
        )
        title = f"{told[0]['mirna_id']} on {_gene_of(told[0])}" if told else "Nothing was asked"
    except (KeyError, TypeError, IndexError) as error:
        problem = f"the answer is not as this version of dmiso writes it ({error!r})"
        raise InputError(problem, path=str(run.path / "answer.json"), hint="Ask again") from error
    if len(told) > 1:
        title += f", and {len(told) - 1:,} more"
    shown = (section for section in sections if section.parts)
    return Page(title, tuple(verdicts), (*shown, *origin(run)), _subtitle(answer))


def _subtitle(answer: Mapping[str, Any]) -> str:
    """Say where the words were looked up."""
    said = dict.fromkeys(str(answer[k]) for k in ("mirna_reference", "transcript_reference") if k in answer)
    return f"dmiso ask; {', '.join(said)}" if said else "dmiso ask"


def _gene_of(verdict: Mapping[str, Any]) -> str:
    """Return what the transcript is called: what was asked for stands in the headline."""
    headline = str(verdict["headline"])
    asked = headline.removeprefix(f"{verdict['mirna_id']} on ").partition(":")[0]
    return asked if asked != headline else str(verdict["transcript_id"])


def _cards(verdict: Mapping[str, Any], *, alone: bool) -> Iterator[Verdict]:
    """Yield the verdicts of a pair: binding, repression, and what changes."""
    whose = "" if alone else f"{verdict['mirna_id']} on {_gene_of(verdict)}: "
    for what, sentence in zip(("binding", "repression"), verdict["sentences"], strict=False):
        call = str(verdict[what])
        label = _LABELS.get((what, call), f"{what.capitalize()}: {call}")
        yield Verdict(f"{whose}{label}", _without_head(str(sentence)), _TONES.get(call, "unsure"))
    for one in verdict["against"]:
        changed = {str(one[f"{what}_change"]) for what in ("binding", "repression")} - {"same"}
        label = f"{whose}Against {one['mirna_id']}: " + (
            "it changes" if changed - {"uncertain", "unknown"} else "not decided" if changed else "the same"
        )
        yield Verdict(label, str(one["sentence"]), "plain" if not changed else "unsure")


def _without_head(sentence: str) -> str:
    """Return a sentence without the word that the verdict's label says."""
    head, colon, rest = sentence.partition(": ")
    return f"{rest[:1].upper()}{rest[1:]}" if colon and head in {"Binding", "Repression"} else sentence


def _sure(pairs: pl.DataFrame) -> Iterator[Part]:
    yield Paragraph(_SURE)
    yield table_of(
        pairs, "A row per miRNA and transcript", columns=_PAIRS, labels=_P_LABELS, file="pairs.tsv"
    )


def _transcripts(run: Run, answer: Mapping[str, Any]) -> dict[str, Transcript]:
    """Return the transcripts that were asked about, as the run holds them."""
    bases = {}
    if run.has("transcripts.fa"):
        bases = {
            one.id: one.sequence
            for one in read_sequences(run.path / "transcripts.fa", Counts(), kind="transcript")
        }
    found = {}
    for told in answer.get("transcripts", ()):
        if isinstance(told, dict) and told.get("transcript_id") in bases:
            name, cds = str(told["transcript_id"]), told.get("cds")
            bounds = (int(cds[0]), int(cds[1])) if isinstance(cds, list) and len(cds) == 2 else None
            found[name] = Transcript(name, bases[name], bounds, str(told.get("gene_id") or ""))
    return found


def _tracks(
    run: Run, pairs: pl.DataFrame, sites: pl.DataFrame, known: dict[str, Transcript]
) -> Iterator[Part]:
    """Yield the picture of each transcript, with the model's logit at every position where the model is at hand."""
    from dmiso.plot.ask_tracks import draw_tracks

    there = [known[name] for name in pairs["transcript_id"].unique(maintain_order=True) if name in known]
    if not there:
        yield Note("The run does not hold its transcripts, so they are not drawn. Ask again.", "unsure")
        return
    model = shipped_model(run.manifest.get("model"))
    yield from drawn(lambda: draw_tracks(pairs, sites, there, model))


def _pairing(told: list[dict[str, Any]], sites: pl.DataFrame, known: dict[str, Transcript]) -> Iterator[Part]:
    """Yield seeds and duplexes: of each pair the best site, with the miRNA compared with at the same site."""
    for verdict in told[:_DRAWN]:
        own = (str(verdict["mirna_id"]), str(verdict["mirna_sequence"]))
        others = [(str(one["mirna_id"]), str(one["mirna_sequence"])) for one in verdict["against"]]
        for other in others:
            pair = Pair(SequenceRecord(*own), SequenceRecord(*other))
            yield Preformatted(draw_seeds(pair), f"{own[0]} and {other[0]}: their seeds")
        where = _best_site(verdict, sites)
        if where is not None and where["transcript_id"] in known:
            yield from duplexes([own, *others], where, known)


def _best_site(verdict: Mapping[str, Any], sites: pl.DataFrame) -> dict[str, Any] | None:
    """Return the site that is drawn: the best of the miRNA, else the best of those it is compared with."""
    rows = sites.filter(pl.col("transcript_id") == str(verdict["transcript_id"])).sort(
        pl.col("mirna_id") != str(verdict["mirna_id"]),
        pl.col("logit").fill_null(float("-inf")),
        pl.col("repression").fill_null(0.0),
        "start",
        descending=[False, True, False, False],
    )
    return rows.row(0, named=True) if rows.height else None


def _changed(told: list[dict[str, Any]], changes: pl.DataFrame) -> Iterator[Part]:
    """Yield what becomes of each site, where something is compared."""
    if any(verdict["against"] for verdict in told):
        if changes.is_empty():
            yield Paragraph("Neither has a site above the floor, so none is gained or lost.")
        else:
            yield table_of(changes, "A row per site of either", columns=_CHANGES, file="changes.tsv")
