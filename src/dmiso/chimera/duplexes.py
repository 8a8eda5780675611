"""The duplex of each chimeric read: its two parts as RNAduplex folds them, each distinct pair once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dmiso.energies import duplex_structures
from dmiso.extras import is_installed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from dmiso.records import Counts

__all__ = ["Duplexes", "duplex_of", "fold_calls", "read_structure"]

Duplexes = dict[tuple[str, str], tuple[str, float]]
"""miRNA part and target part of a read, to structure (``miRNA&target``) and energy in kcal/mol."""

_TO_CLOSING: Final = str.maketrans("(", ")")
_TO_OPENING: Final = str.maketrans(")", "(")


def fold_calls(calls: pl.DataFrame, counts: Counts, processes: int) -> Duplexes | None:
    """Fold the two parts of every read; None where ViennaRNA is missing.

    Parameters
    ----------
    calls
        Best calls that are left.
    counts
        Gets a note where nothing is folded.
    processes
        Child processes.
    """
    if not is_installed("RNA"):
        counts.note(
            "chimeric reads without a duplex energy in chimeras.hyb, as ViennaRNA is not installed: "
            "pip install 'dmiso[energy]' (or --no-energies)",
            calls.height,
        )
        return None
    pairs = list(dict.fromkeys(map(_parts, calls.iter_rows(named=True))))
    return dict(zip(pairs, duplex_structures(pairs, processes=processes), strict=True))


def _parts(call: Mapping[str, Any]) -> tuple[str, str]:
    """Return the two parts of a read."""
    return call["mirna_sequence"], call["read_sequence"][call["target_read_start"] : call["target_read_end"]]


def duplex_of(call: Mapping[str, Any], duplexes: Duplexes) -> tuple[str, float]:
    """Return structure and energy of a call."""
    return duplexes[_parts(call)]


def read_structure(call: Mapping[str, Any], structure: str) -> str:
    """Return a duplex on its whole read in dots and brackets.

    Parameters
    ----------
    call
        Where the parts lie on the read.
    structure
        ``miRNA&target``.

    Examples
    --------
    >>> parts = {"mirna_read_start": 4, "mirna_read_end": 6, "target_read_start": 1, "target_read_end": 4}
    >>> read_structure({"read_sequence": "ACGUUU", **parts}, "((&)).")  # target first: its bracket opens
    '.((.))'
    """
    of_mirna, of_target = structure.split("&")
    if call["target_read_start"] < call["mirna_read_start"]:
        of_mirna, of_target = of_mirna.translate(_TO_CLOSING), of_target.translate(_TO_OPENING)
    whole = "." * len(call["read_sequence"])
    for name, part in (("mirna", of_mirna), ("target", of_target)):
        start, end = call[f"{name}_read_start"], call[f"{name}_read_end"]
        whole = whole[:start] + part + whole[end:]
    return whole
