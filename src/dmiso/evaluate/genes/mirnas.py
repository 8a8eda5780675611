"""The miRNAs of experiments: their nucleotides, their seed families, and which name of a tool means which of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.errors import InputError
from dmiso.evaluate.genes.lined import column_of, read_lined, sequences
from dmiso.io import read_sequences
from dmiso.io.streams import display_name
from dmiso.io.tables import table_format
from dmiso.io.text_lines import text_lines
from dmiso.isomir.names.aliases import NameIndex
from dmiso.records import SequenceRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from dmiso.records import Counts

__all__ = ["Mirnas", "find_mirnas", "read_mirnas"]

_NAMES: Final = ("mirna_id", "mirna_name", "mirna", "name", "id")
_SEQUENCES: Final = ("mirna_sequence", "sequence")


class Mirnas:
    """The miRNAs that experiments are of.

    Parameters
    ----------
    sequences
        Name of each experiment's miRNA → nucleotides; empty where they are not known.
    index
        Other names of miRNAs; None knows none.
    """

    def __init__(self, sequences: dict[str, str], index: NameIndex | None = None) -> None:
        self.sequences = sequences
        self._index = index
        self._lower = {name.lower(): name for name in sequences}
        self._by_bases: dict[str, list[str]] = {}
        self._by_family: dict[str, list[str]] = {}
        for name, bases in sequences.items():
            self._by_bases.setdefault(bases, []).append(name)
            self._by_family.setdefault(bases[1:8], []).append(name)

    def family(self, name: str) -> str:
        """Return the seed family of an experiment's miRNA: positions 2-8; its name where the sequence is unknown."""
        return self.sequences[name][1:8] or name

    def named(self, name: str, sequence: str = "", seed: str = "") -> list[str]:
        """Return the experiments' miRNAs that a tool's miRNA is.

        Parameters
        ----------
        name
            As the tool has it; empty if it has none.
        sequence
            Nucleotides that the tool gives, upper-case RNA. A miRNA of the same name and seed is the same one: 3' ends
            differ between databases.
        seed
            Positions 2-8 where the tool speaks of a whole family.

        Returns
        -------
        list of str
            By sequence, else by family, else by the name itself, and else by a name of another release that one of
            them alone has. A name with a star that two arms could have is of none.
        """
        if sequence:
            alike = self._lower.get(name.lower(), "")
            is_same = bool(alike) and self.sequences[alike][1:8] in {"", sequence[1:8]}
            return self._by_bases.get(sequence, [alike] if is_same else [])
        if seed:
            return self._by_family.get(seed, [])
        if (own := self._lower.get(name.lower())) is not None:
            return [own]
        if self._index is None:
            return []
        candidates = self._index.candidates(name)
        found = [self._lower[c.mirna.name.lower()] for c in candidates if c.mirna.name.lower() in self._lower]
        is_open = name.endswith(("*", "-star")) and len(candidates) > 1
        return found if len(found) == 1 and not is_open else []


def find_mirnas(rows: pl.DataFrame, given: NameIndex | None, counts: Counts) -> Mirnas:
    """Find the nucleotides of the miRNAs of experiments.

    Parameters
    ----------
    rows
        Responses; a ``mirna_sequence`` of theirs, upper-case RNA, comes first.
    given
        Names and nucleotides beside, from :func:`read_mirnas`.
    counts
        Filled: miRNAs whose nucleotides are not known.

    Raises
    ------
    InputError
        If responses give a miRNA two sequences.
    """
    known: dict[str, str] = {}
    for name, bases in rows.select("mirna_id", "mirna_sequence").unique(maintain_order=True).iter_rows():
        if bases and known.get(name, "") not in {"", bases}:
            raise InputError(
                f"the responses give it two sequences, {known[name]} and {bases}",
                record=name,
                column="mirna_sequence",
                hint="Give each isomiR a name of its own",
            )
        known[name] = bases or known.get(name, "")
    for name, bases in known.items():
        if not bases and given is not None:
            found = {candidate.mirna.sequence for candidate in given.candidates(name)}
            known[name] = found.pop() if len(found) == 1 else ""
        if not known[name]:
            counts.note(
                "miRNAs whose nucleotides are not known: their name stands for their seed family, and no baseline is "
                "computed for them",
                example=name,
            )
    return Mirnas(known, given)


def read_mirnas(path: Path, counts: Counts) -> NameIndex:
    """Read names and nucleotides of miRNAs: FASTA, or a table with ``mirna_id`` and ``mirna_sequence``.

    Raises
    ------
    InputError
        If a column is missing or a sequence cannot be used.
    """
    is_table = table_format(path) != "tsv" or not next(text_lines(path), (1, ">"))[1].startswith((">", "@"))
    records = _records_of_table(path) if is_table else read_sequences(path, counts, kind="miRNA")
    return NameIndex(records)


def _records_of_table(path: Path) -> Iterator[SequenceRecord]:
    table = read_lined(path)
    name, sequence = column_of(table, _NAMES), column_of(table, _SEQUENCES)
    if name is None or sequence is None:
        raise InputError(
            f"column {'mirna_id' if name is None else 'mirna_sequence'} is missing; found "
            f"{', '.join(table.columns[:-1])}",
            path=display_name(path),
            line=1,
            hint="A table of miRNAs has the columns mirna_id and mirna_sequence",
        )
    for own, bases in zip(table[name], sequences(table, sequence, path), strict=True):
        yield SequenceRecord((own or "").strip(), bases or "")
