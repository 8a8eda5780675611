"""Nucleotides for miRNAs that a file names: names of any release, every candidate looked at, none picked in silence."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl

from dmiso.columns import NAMES_COLUMNS, schema_of
from dmiso.errors import UsageError
from dmiso.io.sequences import read_sequences
from dmiso.isomir.names.aliases import NameIndex
from dmiso.isomir.names.table import NameAndBases, resolve_names
from dmiso.records import Counts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dmiso.records import SequenceRecord

__all__ = ["MirnaNames"]

_UNKNOWN = "rows whose miRNA is not among the references"
_SEVERAL = "rows whose miRNA name stands for several miRNAs of the references"
_RENAMED = "rows whose miRNA is found among the references under another name"


class MirnaNames:
    r"""Finds the nucleotides of named miRNAs, as ``dmiso isomirs names`` does, species by species.

    Parameters
    ----------
    mature
        FASTA of reference miRNAs of one species or many.
    counts
        Filled with what was read.

    Raises
    ------
    UsageError
        If the file holds no miRNA.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "mature.fa")
    ...     _ = path.write_text(">hsa-miR-21-5p MIMAT0000076\nUAGCUUAUCAGACUGAUGUUGA\n")
    ...     names = MirnaNames(path, Counts())
    >>> names.candidates(["hsa-mir-21"]).select("status", "mirna_id").row(0)
    ('one', 'hsa-miR-21-5p')
    """

    def __init__(self, mature: Path, counts: Counts) -> None:
        by_species: dict[str, list[SequenceRecord]] = defaultdict(list)
        for record in read_sequences(mature, counts, kind="reference miRNA"):
            by_species[_species_of(record.id)].append(record)
        if not by_species:
            raise UsageError(f"{mature} holds no miRNA. Check --mature.")
        # a name is looked for among the miRNAs of its species: in all of miRBase, similar names of other species
        # would take a second per unknown name
        self._indexes = {name: NameIndex(records, species=name) for name, records in by_species.items()}
        self._found: dict[str, pl.DataFrame] = {}

    def candidates(self, names: Iterable[str]) -> pl.DataFrame:
        """Return every miRNA that names may stand for.

        Parameters
        ----------
        names
            Of any release; repeats are looked up once.

        Returns
        -------
        polars.DataFrame
            Columns ``NAMES_COLUMNS``, as :func:`dmiso.isomir.names.table.resolve_names` gives them.
        """
        wanted = list(dict.fromkeys(names))
        for name in wanted:
            if name not in self._found:
                self._found[name] = resolve_names([NameAndBases(name)], self._index_for(name), Counts())
        empty = pl.DataFrame(schema=schema_of(NAMES_COLUMNS))
        return pl.concat([empty, *(self._found[name] for name in wanted)])

    def fill(self, frame: pl.DataFrame, counts: Counts) -> pl.DataFrame:
        """Take each row's miRNA nucleotides from the references.

        Parameters
        ----------
        frame
            Rows with ``mirna_id``.
        counts
            Filled with rows left out: their miRNA is unknown, or its name stands for miRNAs of several sequences.

        Returns
        -------
        polars.DataFrame
            The rows kept, ``mirna_sequence`` filled. Candidates of one sequence are no choice; ``mirna_id`` is the
            reference's name where there is one candidate, else as the file has it.
        """
        found: dict[str, tuple[str, str]] = {}
        names = frame["mirna_id"].fill_null("").to_list()
        listed = self.candidates(names).filter("agrees")
        for (name,), rows in listed.group_by("name", maintain_order=True):
            found[str(name)] = self._one(str(name), rows)
        sequences, shown = [], []
        for name in names:
            reference, bases = found.get(name, (name, ""))
            if name not in found:
                counts.drop(_UNKNOWN, example=name)
            elif not bases:
                counts.drop(_SEVERAL, example=f"{name}: {reference}")
            elif reference != name:
                counts.note(_RENAMED, example=f"{name}: {reference}")
            sequences.append(bases or None)
            shown.append(reference)
        return frame.with_columns(
            mirna_id=pl.Series(shown, dtype=pl.String), mirna_sequence=pl.Series(sequences, dtype=pl.String)
        ).filter(pl.col("mirna_sequence").is_not_null())

    @staticmethod
    def _one(name: str, candidates: pl.DataFrame) -> tuple[str, str]:
        """Return name and nucleotides of what a name stands for; all names and no nucleotides if that is not one."""
        sequences = candidates["mirna_sequence"].unique().to_list()
        ids = candidates["mirna_id"].unique(maintain_order=True).to_list()
        if len(sequences) > 1:
            return " or ".join(ids), ""
        return (ids[0] if len(ids) == 1 else name), sequences[0]

    def _index_for(self, name: str) -> NameIndex:
        """Return the miRNAs of a name's species; of the only one there is, for a name that says none."""
        species = _species_of(name)
        if species in self._indexes:
            return self._indexes[species]
        only = next(iter(self._indexes.values())) if len(self._indexes) == 1 else None
        return only or NameIndex([], species=species)


def _species_of(name: str) -> str:
    """Return what a name begins with up to its first hyphen, in lower case."""
    return name.partition("-")[0].lower()
