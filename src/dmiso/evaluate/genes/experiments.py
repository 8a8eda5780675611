"""The table of experiments: which file is of which miRNA, and whether the miRNA was added or taken away."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.alphabet import normalise
from dmiso.errors import InputError, did_you_mean
from dmiso.evaluate.genes.lined import LINE, column_of, read_lined
from dmiso.io.atomic import COMPRESSED
from dmiso.io.streams import display_name

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["KINDS", "Experiment", "find_experiment", "read_experiments", "sign_of"]

KINDS: Final = {
    **dict.fromkeys(("oe", "over-expression", "overexpression", "mimic", "transfection", "added"), -1),
    **dict.fromkeys(("ko", "knock-out", "knockout", "kd", "knock-down", "knockdown", "inhibitor"), 1),
}
"""Kind of experiment to the sign that turns its log2 fold change into a response."""

_FILES: Final = ("file", "path", "de_table_path", "table")
_NAMES: Final = ("experiment", "id", "name")
_MIRNAS: Final = ("mirna_id", "mirna_name", "mirna", "miRNA")
_SEQUENCES: Final = ("mirna_sequence", "sequence")
_KINDS: Final = ("kind", "experiment_type", "type")
_SETS: Final = ("experiment_set", "set")


class Experiment(NamedTuple):
    """One experiment: its file's name, its own, its miRNA (nucleotides empty if not given), sign and group."""

    file: str
    name: str
    mirna_id: str
    mirna_sequence: str
    sign: int
    experiment_set: str


def sign_of(kind: str | None, path: Path, line: int) -> int:
    """Return -1 where the miRNA was added, 1 where it was taken away.

    Raises
    ------
    InputError
        If the word is none of :data:`KINDS`.
    """
    sign = KINDS.get((kind or "").strip().lower().replace("_", "-").replace(" ", "-"))
    if sign is None:
        raise InputError(
            f"{kind or 'nothing'!r} is no kind of experiment",
            path=display_name(path),
            line=line,
            column="kind",
            hint="Write oe where the miRNA was added, ko where it was taken away",
        )
    return sign


def read_experiments(path: Path) -> list[Experiment]:
    """Read a table of experiments.

    Parameters
    ----------
    path
        Columns ``file``, ``mirna_id`` and ``kind`` (words of :data:`KINDS`); perhaps ``experiment``, the miRNA's
        ``mirna_sequence`` and ``set``. Other common names of them are known. A table of one row needs no ``file``.

    Raises
    ------
    InputError
        If a column is missing, a kind is unknown, a sequence is none, or a file is named twice.
    """
    table = read_lined(path)
    needed = {"file": _FILES, "mirna_id": _MIRNAS, "kind": _KINDS}
    is_single = table.height == 1 and column_of(table, _FILES) is None
    if is_single:
        needed.pop("file")
    for name, known in needed.items():
        if column_of(table, known) is None:
            raise InputError(
                f"column {name} is missing; found {', '.join(table.columns[:-1])}",
                path=display_name(path),
                line=1,
                hint=f"A table of experiments has the columns {', '.join(needed)}",
            )
    columns = [column_of(table, names) for names in (_FILES, _NAMES, _MIRNAS, _SEQUENCES, _KINDS, _SETS)]
    found: dict[str, Experiment] = {}
    for row in table.iter_rows(named=True):
        file, name, mirna, sequence, kind, group = (
            (row[column] or "").strip() if column else "" for column in columns
        )
        file, line = PurePath(file).name, row[LINE]
        if not (file or is_single) or not mirna or file in found:
            raise InputError(
                "a file is named twice" if file in found else "a file or a miRNA is not named",
                path=display_name(path),
                line=line,
                hint="Give each file one row, with its miRNA",
            )
        bases = _bases(sequence, path, line)
        own = Experiment(
            file, name or _stem(file) or mirna, mirna, bases, sign_of(kind, path, line), group or "all"
        )
        found[file] = own
    _check_names(found, path)
    return list(found.values())


def _bases(text: str, path: Path, line: int) -> str:
    try:
        return normalise(text).sequence
    except ValueError as error:
        raise InputError(
            str(error),
            path=display_name(path),
            line=line,
            column="mirna_sequence",
            hint="Correct the sequence",
        ) from None


def _check_names(found: dict[str, Experiment], path: Path) -> None:
    """Refuse two experiments of one name."""
    names = [experiment.name for experiment in found.values()]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(
            f"two experiments are called {twice}", path=display_name(path), hint="Give each a name of its own"
        )


def _stem(file: str) -> str:
    """Return a file's name without its endings."""
    for ending in COMPRESSED:
        file = file.removesuffix(ending)
    return PurePath(file).stem


def find_experiment(experiments: list[Experiment], file: Path, table: Path) -> Experiment:
    """Return the experiment that a file is of: the one of its name, or the only one of a table without names.

    Raises
    ------
    InputError
        If the table has no row of it.
    """
    for experiment in experiments:
        if experiment.file in {file.name, ""}:
            return experiment
    known = [experiment.file for experiment in experiments]
    raise InputError(
        f"the table of experiments has no row for {file.name}",
        path=display_name(table),
        hint=f"Add one. {did_you_mean(file.name, known)}",
    )
