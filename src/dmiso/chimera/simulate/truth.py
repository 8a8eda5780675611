"""How near a run came to the truth of a simulated sample: recall, precision, types.

A pair is right if the true miRNA is among its parents and its site overlaps the true one by more than half of both
on the true transcript, or on a position that explains the read equally well (``other_targets``): some transcripts share
their nucleotides. *Pairs* are interactions; *reads* are distinct reads weighted by the molecules they stand for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Agreement", "judge_interactions", "judge_reads", "right_target"]

_HALF: Final = 0.5


class Agreement(NamedTuple):
    """True and called things, and how many of each are right.

    ``typed`` are right calls whose isomiR type can be judged; ``type_right`` those with the true type;
    ``decided`` are typed calls whose reads fit one border between the parts only.
    """

    true: int
    found: int
    called: int
    right: int
    right_strict: int
    typed: int
    type_right: int
    decided: int
    decided_type_right: int

    def shares(self) -> dict[str, float | None]:
        """Return recall, precision and accuracies, 0-1."""
        parts = {
            "recall": (self.found, self.true),
            "precision": (self.right, self.called),
            "precision_same_transcript": (self.right_strict, self.called),
            "type_accuracy": (self.type_right, self.typed),
            "type_accuracy_decided": (self.decided_type_right, self.decided),
        }
        return {name: part / whole if whole else None for name, (part, whole) in parts.items()}


def _overlaps(start: int, end: int, true_start: int, true_end: int) -> bool:
    shared = min(end, true_end) - max(start, true_start)
    return shared > _HALF * (true_end - true_start) and shared > _HALF * (end - start)


def right_target(call: Mapping[str, Any], truth: Mapping[str, Any]) -> tuple[bool, bool]:
    """Return whether a target is right, and whether it is on the true transcript itself.

    Examples
    --------
    >>> call = {"transcript_id": "a", "start": 5, "end": 35, "other_targets": "b:105"}
    >>> right_target(call, {"transcript_id": "b", "start": 104, "end": 133})
    (True, False)
    """
    length = call["end"] - call["start"]
    position = (truth["start"], truth["end"])
    if call["transcript_id"] == truth["transcript_id"] and _overlaps(call["start"], call["end"], *position):
        return True, True
    for other in (call["other_targets"] or "").split(","):
        name, _, start = other.rpartition(":")
        if name == truth["transcript_id"] and _overlaps(int(start), int(start) + length, *position):
            return True, False
    return False, False


def _right_mirna(call: Mapping[str, Any], truth: Mapping[str, Any]) -> bool:
    return bool(set(call["parents"].split(",")) & set(truth["mirna_id"].split(",")))


def judge_reads(calls: pl.DataFrame, truth: pl.DataFrame, distinct: Mapping[str, int]) -> Agreement:
    """Compare called reads with the truth.

    Parameters
    ----------
    calls
        Best calls with ``parents`` and ``isomir_types`` (empty where the isomiR could not be named).
    truth
        Of the simulator.
    distinct
        Name of each distinct read → molecules it stands for.
    """
    known = truth.filter(pl.col("read_id").is_in(list(distinct)))
    by_read = {row["read_id"]: row for row in known.iter_rows(named=True)}
    numbers = dict.fromkeys(Agreement._fields, 0)
    numbers["true"] = sum(distinct[r] for r, row in by_read.items() if row["kind"] == "chimera")
    for call in calls.iter_rows(named=True):
        n = distinct[call["read_id"]]
        true = by_read[call["read_id"]]
        numbers["called"] += n
        if true["kind"] == "chimera" and _right_mirna(call, true):
            _count(numbers, call, true, n)
    return Agreement(**numbers)


def judge_interactions(interactions: pl.DataFrame, truth: pl.DataFrame, *, min_reads: int) -> Agreement:
    """Compare interactions with the truth.

    Parameters
    ----------
    interactions
        The table of a run.
    truth
        Of the simulator. True pairs that could be found are those of isomiRs with ``min_reads`` chimeric molecules.
    min_reads
        Of the run.
    """
    pairs = _true_pairs(truth, min_reads)
    by_isomir: dict[str, list[dict[str, Any]]] = {}
    for pair in pairs.iter_rows(named=True):
        for name in pair["mirna_id"].split(","):
            by_isomir.setdefault(name, []).append(pair)
    numbers = dict.fromkeys(Agreement._fields, 0)
    numbers["true"] = pairs.filter(pl.col("eligible")).height
    found: set[int] = set()
    for call in interactions.iter_rows(named=True):
        numbers["called"] += 1
        candidates = [p for name in call["parents"].split(",") for p in by_isomir.get(name, ())]
        fits = [p for p in candidates if right_target(call, p)[0]]
        if not fits:
            continue
        same = [p for p in fits if p["mirna_sequence"] == call["mirna_sequence"]]
        found |= {p["pair"] for p in fits if p["eligible"]}
        _count(numbers, call, (same or fits)[0], 1)
    numbers["found"] = len(found)
    return Agreement(**numbers)


def _true_pairs(truth: pl.DataFrame, min_reads: int) -> pl.DataFrame:
    """Return distinct true pairs, and which of them have enough support."""
    chimeras = truth.filter(pl.col("kind") == "chimera")
    keys = ("mirna_id", "mirna_sequence", "isomir_types", "transcript_id", "start", "end", "decided")
    support = chimeras.group_by("mirna_sequence").agg(pl.col("molecule").n_unique().alias("molecules"))
    pairs = chimeras.select(keys).unique(maintain_order=True).join(support, on="mirna_sequence", how="left")
    return pairs.with_row_index("pair").with_columns(eligible=pl.col("molecules") >= min_reads)


def _count(numbers: dict[str, int], call: Mapping[str, Any], true: Mapping[str, Any], n: int) -> None:
    """Count a call whose miRNA is right."""
    right, strict = right_target(call, true)
    if not right:
        return
    type_right = n if set(_types(call)) == set(_types(true)) else 0
    added = {"found": n, "right": n, "right_strict": n * strict, "typed": n, "type_right": type_right}
    if true["decided"]:
        added |= {"decided": n, "decided_type_right": type_right}
    for name, value in added.items():
        numbers[name] += value


def _types(row: Mapping[str, Any]) -> Iterable[str]:
    return str(row["isomir_types"] or "").split(",")
