"""What a study has already done: every step's table is kept with a key, and made again only if the key changed.

A key is the SHA-256 of everything a step depends on: the program's version, settings, input hashes and the
keys of the steps before. A step's counts are kept in its table. What is damaged is made again (:mod:`dmiso.io.kept`).
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import dmiso
from dmiso.io.kept import KeptTable, Lost, keep_table, kept_table
from dmiso.records import Counts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

__all__ = ["Step", "Store", "step_key"]


def step_key(**parts: Any) -> str:
    """Return the key of a step from all it depends on, plain values only.

    Examples
    --------
    >>> step_key(seed=1) == step_key(seed=1), step_key(seed=1) == step_key(seed=2)
    (True, False)
    """
    text = json.dumps({"dmiso": dmiso.__version__, **parts}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Step(NamedTuple):
    """A step that is done: its table, where it is kept, its key, and what was counted."""

    frame: pl.DataFrame
    path: Path
    key: str
    counts: dict[str, dict[str, int]]


class Store:
    """Keeps the steps of a study under one folder.

    Parameters
    ----------
    folder
        Where; it is made when the first step is kept.
    on_step
        Called with a step's name when it has to be made.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import polars as pl
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(Path(folder))
    ...     make = lambda counts: pl.DataFrame({"start": [3]})
    ...     step = store.step("sites", make, seed=1)
    ...     again = store.step("sites", make, seed=1)
    ...     store.made, again.frame["start"].to_list()
    (['sites'], [3])
    """

    def __init__(self, folder: Path, on_step: Callable[[str], None] | None = None) -> None:
        self.folder = folder
        self.made: list[str] = []
        self.steps: dict[str, Step] = {}
        self.notes = Counts()
        self._on_step = on_step

    def step(self, name: str, make: Callable[[Counts], pl.DataFrame], **parts: Any) -> Step:
        """Return a step's table: the one kept, if its key is the same, else a new one.

        Parameters
        ----------
        name
            Of the step and its files.
        make
            Makes the table, and counts what it drops.
        **parts
            What the table depends on, see :func:`step_key`.
        """
        key = step_key(name=name, **parts)
        table = self.folder / f"{name}.parquet"
        kept = kept_table(table, key)
        if isinstance(kept, KeptTable):
            done = Step(kept.frame, table, key, kept.said)
        else:
            # with other settings or files it is made anew in the course of things; only damage is worth a note
            if kept is Lost.DAMAGED:
                kept.note(self.notes, "tables of an earlier run", table)
            self.begin(name)
            counts = Counts()
            frame = make(counts)
            keep_table(table, frame, key, counts.as_dict())
            done = Step(frame, table, key, counts.as_dict())
        self.steps[name] = done
        return done

    def begin(self, name: str) -> None:
        """Note that something has to be made."""
        self.made.append(name)
        if self._on_step:
            self._on_step(name)
