"""The one rule of losses, for every command.

Input that is not empty and of which nothing matched or was kept is an error (exit code 1): :func:`require_kept`
raises it with the counted reasons, before any result gets its name. Reports of where the input went may stay.
Where more than half was lost the run ends well, and :func:`large_losses` says so at its end. Empty input gives an empty
table.

A threshold that a user sets on a result (``--min-score``, ``--max-q``, ``--min-change``) and that nothing passes is an
answer, not a loss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.errors import NothingKeptError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from dmiso.records import Counts

__all__ = ["large_losses", "require_kept"]

_SHOWN: Final = 6
"""Reasons in a message, the most frequent first."""


def require_kept(
    counts: Counts, *, path: str | PathLike[str] | None = None, reasons: Sequence[str] = ()
) -> None:
    """Stop a run of which nothing was left.

    Parameters
    ----------
    counts
        Its ``flows`` are judged; what it dropped and noted are the reasons.
    path
        The file of the input, for the message.
    reasons
        Sentences that say better than the counts where everything went.

    Raises
    ------
    NothingKeptError
        If of any kind something came and nothing was kept.

    Examples
    --------
    >>> from dmiso.records import Counts
    >>> counts = Counts()
    >>> counts.flow("reads", 0, 0)
    >>> require_kept(counts)  # empty input is no loss
    >>> counts.flow("reads", 3, 0)
    >>> require_kept(counts)
    Traceback (most recent call last):
    dmiso.errors.NothingKeptError: none of 3 reads was kept.
    """
    for flow in counts.flows.values():
        if flow.came and not flow.kept:
            raise NothingKeptError(
                flow.what,
                flow.came,
                outcome=flow.outcome,
                reasons=reasons or _reasons(counts),
                hint=flow.hint,
                path=path,
            )


def large_losses(counts: Counts) -> list[str]:
    """Return a sentence for each kind of which over half was lost.

    Examples
    --------
    >>> from dmiso.records import Counts
    >>> counts = Counts()
    >>> counts.flow("reads", 1000, 10, outcome="named", hint="Trim adapters first")
    >>> large_losses(counts)
    ['only 10 of 1,000 reads were named (1.0%). Trim adapters first.']
    """
    sentences = []
    for flow in counts.flows.values():
        if flow.came - flow.kept > flow.large * flow.came:
            share = f"{flow.kept / flow.came:.1%}"
            todo = f" {flow.hint}." if flow.hint else ""
            sentences.append(
                f"only {flow.kept:,} of {flow.came:,} {flow.what} were {flow.outcome} ({share}).{todo}"
            )
    return sentences


def _reasons(counts: Counts) -> list[str]:
    """Return what was dropped, the most frequent first; what was noted where nothing was."""
    found = counts.dropped or counts.notes
    reasons = []
    for kind, n in found.most_common(_SHOWN):
        if n:
            examples = counts.examples.get(kind, [])
            reasons.append(f"{n:,} {kind}" + (f" ({', '.join(examples)})" if examples else ""))
    return reasons
