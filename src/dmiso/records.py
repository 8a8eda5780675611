"""The value types that stages hand to each other: one sequence, and what was counted on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

__all__ = ["Counts", "Flow", "SequenceRecord"]


@dataclass(frozen=True, slots=True)
class SequenceRecord:
    """A named sequence in upper-case RNA.

    Parameters
    ----------
    id
        First word of the header; not a unique key (several miRBase entries can share a name).
    sequence
        Upper-case RNA over ``A U C G N``.
    description
        The rest of the header (miRBase writes the accession there), or an empty string.
    number
        Position in its file, counted from 1; 0 for a record that came from no file.

    Examples
    --------
    >>> SequenceRecord("hsa-let-7a-5p", "UGAGGUAGUAGGUUGUAUAGUU").sequence[1:8]
    'GAGGUAG'
    """

    id: str
    sequence: str
    description: str = ""
    number: int = 0


@dataclass(slots=True)
class Flow:
    """How many things of a kind came, and how many of them were matched or kept.

    Parameters
    ----------
    what
        The things, in the plural: ``reads``.
    came, kept
        Numbers.
    outcome
        What became of those kept, as a participle: ``named``, ``located``.
    hint
        What to check where few or none are left.
    large
        A loss of more than this share is said at the end of the run.
    """

    what: str
    came: int = 0
    kept: int = 0
    outcome: str = "kept"
    hint: str = ""
    large: float = 0.5


@dataclass(slots=True)
class Counts:
    """What happened to the records of a run, to be said at its end: nothing is lost in silence.

    ``kept`` and ``dropped`` hold numbers of records by kind; ``notes`` number of events that changed a record
    or may surprise, by sentence, with up to three examples each. ``flows`` count the things a command is about
    (reads, transcripts, pairs) how many came and how many were left: :mod:`dmiso.losses` judges them.

    Examples
    --------
    >>> counts = Counts()
    >>> counts.note("miRNAs longer than 30 nt: only their first 30 nt are scored", example="mir-x")
    >>> counts.sentences()
    ['1 miRNAs longer than 30 nt: only their first 30 nt are scored (mir-x)']
    """

    kept: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)

    def flow(
        self, what: str, came: int, kept: int, *, outcome: str = "kept", hint: str = "", large: float = 0.5
    ) -> None:
        """Count things that came and those of them that were left, see :class:`Flow`; equal calls add up."""
        found = self.flows.setdefault(
            f"{what} {outcome}", Flow(what, outcome=outcome, hint=hint, large=large)
        )
        found.came += came
        found.kept += kept

    def keep(self, kind: str, n: int = 1) -> None:
        """Count ``n`` records of a kind that went through."""
        self.kept[kind] += n

    def drop(self, kind: str, n: int = 1, *, example: str | None = None) -> None:
        """Count ``n`` records that were left out, and why."""
        self.dropped[kind] += n
        self._example(kind, example)

    def note(self, sentence: str, n: int = 1, *, example: str | None = None) -> None:
        """Count ``n`` events that a user should know of."""
        self.notes[sentence] += n
        self._example(sentence, example)

    def _example(self, key: str, example: str | None) -> None:
        shown = self.examples.setdefault(key, [])
        if example is not None and len(shown) < 3 and example not in shown:
            shown.append(example)

    def sentences(self) -> list[str]:
        """Return the dropped and noted events as lines for the end of a run."""
        lines = []
        for key, n in [*self.dropped.items(), *self.notes.items()]:
            examples = self.examples.get(key, [])
            lines.append(f"{n:,} {key}" + (f" ({', '.join(examples)})" if examples else ""))
        return lines

    def as_dict(self) -> dict[str, dict[str, int]]:
        """Return the numbers for a manifest, keys sorted."""
        groups = {"kept": self.kept, "dropped": self.dropped, "notes": self.notes}
        return {name: dict(sorted(counter.items())) for name, counter in groups.items()}
