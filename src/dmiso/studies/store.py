"""What a study has already done: every step's table is kept with a key, and made again only if the key changed.

A key is the SHA-256 of everything a step depends on: the program's version, settings, input hashes and the
keys of the steps before. A step's counts are kept beside its table.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

import dmiso
from dmiso.errors import DmisoError
from dmiso.io import atomic_path, write_text
from dmiso.provenance import to_json
from dmiso.records import Counts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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

        Raises
        ------
        DmisoError
            If a kept file is damaged.
        """
        key = step_key(name=name, **parts)
        table, account = self.folder / f"{name}.parquet", self.folder / f"{name}.json"
        kept = self._kept(account)
        if kept is not None and kept["key"] == key and table.is_file():
            done = Step(pl.read_parquet(table), table, key, kept["counts"])
        else:
            self.begin(name)
            counts = Counts()
            frame = make(counts)
            with atomic_path(table) as temporary:
                frame.write_parquet(temporary)
            write_text(account, to_json({"key": key, "counts": counts.as_dict()}))
            done = Step(frame, table, key, counts.as_dict())
        self.steps[name] = done
        return done

    def begin(self, name: str) -> None:
        """Note that something has to be made."""
        self.made.append(name)
        if self._on_step:
            self._on_step(name)

    def _kept(self, account: Path) -> dict[str, Any] | None:
        """Return what is known of a kept step, or None."""
        if not account.is_file():
            return None
        try:
            kept: dict[str, Any] = json.loads(account.read_text(encoding="utf-8"))
            return {"key": kept["key"], "counts": kept["counts"]}
        except (json.JSONDecodeError, KeyError) as error:
            raise DmisoError(f"{account} is damaged. Remove it: the step is then done again.") from error
