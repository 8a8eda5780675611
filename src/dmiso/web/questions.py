"""From the fields of the page to a command line: everything that was typed is checked here, and nothing else gets in.

Sequences go into files of ours, names are words that can be neither option nor path, and model and reference are
chosen from a list of ours. What is wrong is said beside its field.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import msgspec

from dmiso.errors import DmisoError, InputError, UsageError
from dmiso.models.registry import default_model_name, model_names
from dmiso.references import open_reference
from dmiso.references.homes import reference_in_use, reference_names
from dmiso.web.typed import Typed, read_typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dmiso.references import Reference
    from dmiso.settings.serve import ServeSettings

__all__ = ["EXAMPLES", "Example", "Form", "FormError", "Question", "choices", "read_question"]

MIRNAS: Final = "_mirnas.fa"
TARGETS: Final = "_targets.fa"
"""Files of what was pasted: no name that can be typed begins so."""
_SHORTEST_MIRNA: Final = 15
_SHORTEST_TARGET: Final = 20
_LONGEST_MIRNA: Final = 60
"""Nucleotides: what is longer is no miRNA but a target in the wrong field."""
_LONGEST_TITLE: Final = 40
_TINY: Final = "tiny-hsa"


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fields of the page, as they were sent."""

    mirnas: str
    targets: str
    reference: str
    model: str
    against: bool = True
    as_utrs: bool = False


class FormError(DmisoError):
    """Fields that cannot be used.

    Parameters
    ----------
    problems
        What is wrong and what to do, by field.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(self.problems.values()))


class _FieldError(Exception):
    """What is wrong with one field, and what to do."""

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        super().__init__(problem)


class Question(NamedTuple):
    """A question that can be run.

    ``asked`` are the fields of the page, ``inputs`` the text of each file, ``arguments`` the command without its
    output.
    """

    title: str
    asked: dict[str, Any]
    inputs: dict[str, str]
    arguments: tuple[str, ...]

    def words(self, output: str) -> list[str]:
        """Return the words of the command line that writes to a folder."""
        return [*self.arguments, "-o", output, "--report"]


class Example(msgspec.Struct, frozen=True):
    """A question to try: a title and a sentence for its button, and the fields."""

    title: str
    about: str
    mirnas: str
    targets: str
    reference: str = _TINY
    against: bool = True
    as_utrs: bool = False


EXAMPLES: Final = (
    Example(
        "A miRNA and its gene",
        "let-7a on a 3′UTR with sites for it.",
        "hsa-let-7a-5p",
        "LIN28B-like",
    ),
    Example(
        "The same, shuffled",
        "let-7a on the same gene with its nucleotides shuffled: what chance does.",
        "hsa-let-7a-5p",
        "LIN28B-shuffled",
    ),
    Example(
        "A 5′-shifted isomiR",
        "miR-101 with one more nucleotide at its 5′ end has another seed.",
        "GUACAGUACUGUGAUAACUGAA",
        "SHIFT101-like",
    ),
    Example(
        "A tail that changes nothing",
        "miR-21 with one more nucleotide at its 3′ end binds as before.",
        "UAGCUUAUCAGACUGAUGUUGAC",
        "PDCD4-like",
    ),
)


def choices() -> dict[str, list[dict[str, str]]]:
    """Return what can be chosen: models and references, those in use first."""
    return {
        "models": _listed(model_names(), default_model_name()),
        "references": _listed(reference_names(), _first()),
    }


def _first() -> str:
    used = reference_in_use()
    return used if used in reference_names() else _TINY


def _listed(names: Sequence[str], first: str) -> list[dict[str, str]]:
    """Return names as choices, one of them first."""
    ordered = [first, *(name for name in names if name != first)]
    return [{"name": name, "label": name + (" (default)" if name == first else "")} for name in ordered]


def read_question(form: Form, limits: ServeSettings) -> Question:
    """Check the fields of the page.

    Raises
    ------
    FormError
        Naming the field, what is wrong, and what to do.
    """
    with _Fields() as fields:
        with fields.one():
            reference = _reference(_chosen("reference", form.reference, reference_names()))
        with fields.one():
            model = _chosen("model", form.model, model_names())
        with fields.one():
            mirnas = _entries("mirnas", form.mirnas, limits.max_mirnas, "miRNAs", "--max-mirnas")
        with fields.one():
            targets = _entries("targets", form.targets, limits.max_targets, "targets", "--max-targets")
    with _Fields() as fields:
        with fields.one():
            mirnas, is_canonical = _looked_up(mirnas, reference)
        with fields.one():
            _check_targets(targets, reference)
            _check_amount((*mirnas, *targets), limits)
    inputs: dict[str, str] = {}
    words = ["ask", _argument(mirnas, MIRNAS, inputs), _argument(targets, TARGETS, inputs)]
    if form.against and not all(is_canonical):  # a canonical miRNA has nothing to be compared with
        with _Fields() as fields, fields.one():
            _check_against(mirnas, is_canonical)
        words += ["--against", "canonical"]
    if form.as_utrs and not targets[0].is_name:
        words += ["--as-utrs"]
    words += ["--reference", form.reference, "--model", model]
    title = f"{_short(mirnas)} on {_short(targets)}"
    return Question(title, msgspec.to_builtins(form), inputs, tuple(words))


class _Fields:
    """Collects what is wrong with several fields, so that all of it is said at once."""

    def __init__(self) -> None:
        self._problems: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    @contextmanager
    def one(self) -> Iterator[None]:
        """Check one field."""
        try:
            yield
        except _FieldError as error:
            self._problems.setdefault(error.field, str(error))

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._problems:
            raise FormError(self._problems)


def _chosen(field: str, name: str, known: Sequence[str]) -> str:
    if name not in known:
        raise _FieldError(field, "Choose one of the list.")
    return name


def _reference(name: str) -> Reference:
    try:
        return open_reference(name)
    except DmisoError as error:
        raise _FieldError("reference", _sentence(str(error))) from error


def _entries(field: str, text: str, most: int, what: str, option: str) -> list[Typed]:
    try:
        found = read_typed(text, wrapped=field == "targets")
    except InputError as error:
        raise _FieldError(field, _sentence(str(error))) from error
    if not found:
        needed = "a miRNA" if field == "mirnas" else "a gene, a transcript or a sequence"
        raise _FieldError(field, f"Give {needed}, or try one of the examples.")
    if len(found) > most:
        raise _FieldError(
            field,
            f"These are {len(found):,} {what}; this server takes {most:,} in one question ({option}). Give fewer.",
        )
    _check_lengths(field, found)
    return found


def _check_lengths(field: str, entries: Sequence[Typed]) -> None:
    """Refuse sequences that are too short or too long."""
    least = _SHORTEST_MIRNA if field == "mirnas" else _SHORTEST_TARGET
    for entry in entries:
        n, name = len(entry.sequence), entry.name or entry.sequence[:_LONGEST_TITLE]
        if not entry.is_name and n < least:
            raise _FieldError(
                field, f"{name} has {n} nucleotides; at least {least} are needed. Give the whole sequence."
            )
        if field == "mirnas" and n > _LONGEST_MIRNA:
            raise _FieldError(
                field,
                f"{name} has {n:,} nucleotides: no miRNA is longer than {_LONGEST_MIRNA}. Is this the target? Paste it "
                "in the other field.",
            )


def _check_amount(entries: Sequence[Typed], limits: ServeSettings) -> None:
    n = sum(len(entry.sequence) for entry in entries)
    if n > limits.max_nucleotides:
        raise _FieldError(
            "targets",
            f"These are {n:,} nucleotides; this server takes {limits.max_nucleotides:,} in one question "
            "(--max-nucleotides). Give fewer or shorter sequences.",
        )


def _looked_up(entries: Sequence[Typed], reference: Reference) -> tuple[list[Typed], list[bool]]:
    """Look miRNAs up, so that a slip is said beside its field and not after a minute.

    Returns
    -------
    list of Typed
        The same; names among several have become miRNAs with sequences, of which a name may mean more than one.
    list of bool
        Which are miRNAs of the reference, and no isomiRs.
    """
    found, canonical = [], []
    for entry in entries:
        try:
            candidates = reference.find_mirnas(entry.name if entry.is_name else entry.sequence)
        except UsageError as error:
            if entry.is_name:
                raise _FieldError("mirnas", _sentence(str(error))) from error
            candidates = ()
        except DmisoError as error:
            raise _FieldError("reference", _sentence(str(error))) from error
        if entry.is_name and len(entries) > 1:
            found += [Typed(one.mirna.name, one.mirna.sequence) for one in candidates]
            canonical += [True] * len(candidates)
        else:
            found.append(entry)
            canonical.append(entry.is_name or any("sequence" in one.rules for one in candidates))
    return found, canonical


def _check_against(mirnas: Sequence[Typed], is_canonical: Sequence[bool]) -> None:
    """Refuse a comparison in which some are what others would be compared with."""
    canonical = [entry for entry, known in zip(mirnas, is_canonical, strict=True) if known]
    if canonical:
        raise _FieldError(
            "mirnas",
            f"{canonical[0].name or canonical[0].sequence} is a canonical miRNA, which has nothing to be compared "
            "with, and others here are not. Ask about them apart, or do not compare.",
        )


def _check_targets(targets: Sequence[Typed], reference: Reference) -> None:
    names = [entry.name for entry in targets if entry.is_name]
    if names and len(targets) > 1:
        raise _FieldError(
            "targets",
            f"Ask about one gene or transcript at a time ({names[0]} is one of {len(targets)} here), or paste the "
            "sequences as FASTA.",
        )
    for name in names:
        try:
            reference.find_transcripts(name)
        except UsageError as error:
            raise _FieldError("targets", _sentence(str(error))) from error
        except DmisoError as error:
            raise _FieldError("reference", _sentence(str(error))) from error


def _argument(entries: Sequence[Typed], file: str, inputs: dict[str, str]) -> str:
    """Return a name or a bare miRNA as it is, and a file of ours for all else."""
    if len(entries) == 1 and (entries[0].is_name or (not entries[0].name and file == MIRNAS)):
        return entries[0].name or entries[0].sequence
    inputs[file] = "".join(
        f">{entry.name or _unnamed(number, len(entries))}\n{entry.sequence}\n"
        for number, entry in enumerate(entries, start=1)
    )
    return file


def _unnamed(number: int, of: int) -> str:
    """Name a sequence that was pasted without a name."""
    return f"sequence_{number}" if of > 1 else "sequence"


def _short(entries: Sequence[Typed]) -> str:
    first = entries[0].name or entries[0].sequence
    if len(first) > _LONGEST_TITLE:
        first = f"{first[:_LONGEST_TITLE]}…"
    return first if len(entries) == 1 else f"{first} and {len(entries) - 1} more"


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?")) else f"{text}."
