"""Molecules to FASTQ: UMI, random ends, insert, adapter, PCR copies, wrong bases, qualities; many reads at a time."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

import numpy as np

from dmiso.alphabet import ALPHABETICAL, to_dna
from dmiso.settings.kits import kit_named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from dmiso.settings.sample_simulation import SampleSimulation

__all__ = ["write_reads"]

_BATCH: Final = 50_000
_POOL: Final = 1_000
_BASES: Final = np.frombuffer(to_dna(ALPHABETICAL).encode(), np.uint8)
_RANDOM: Final = ord("N")
"""Stands in a read for a base that is drawn for each molecule."""

_SECOND: Final = "AGATCGGAAGAGCACACGTCTGAACTCCAGTCAC"
"""What follows a UMI behind the adapter, or an adapter."""


def write_reads(
    handle: IO[bytes],
    name: str,
    inserts: Sequence[str],
    counts: NDArray[np.int64],
    settings: SampleSimulation,
    draw: Generator,
    on_reads: Callable[[int], None],
) -> None:
    """Write the reads of a sample.

    Parameters
    ----------
    handle
        Of the FASTQ.
    name
        Of the sample; reads are called after it.
    inserts
        Sequences of the small RNAs.
    counts
        Molecules of each, ``(n_inserts,)``; their copies fill ``settings.reads``.
    settings
        Kit, copies, errors.
    draw
        Random numbers.
    on_reads
        Called with the reads written since the last call.
    """
    templates = _templates(inserts, settings)
    qualities = _qualities(settings.read_length, draw)
    molecules = draw.permutation(np.repeat(np.arange(len(inserts)), counts))
    copies = draw.geometric(1.0 / settings.mean_copies, len(molecules))
    written = 0
    for start in range(0, len(molecules), _BATCH):
        part = slice(start, start + _BATCH)
        bases = templates[molecules[part]]
        drawn = bases == _RANDOM
        bases[drawn] = _BASES[draw.integers(4, size=int(drawn.sum()))]
        bases = np.repeat(bases, copies[part], axis=0)[: settings.reads - written]
        quality = qualities[draw.integers(_POOL, size=len(bases))]
        _err(bases, quality, settings.error_rate, draw)
        handle.write(_fastq(name, written, bases, quality))
        written += len(bases)
        on_reads(len(bases))
        if written >= settings.reads:
            return


def _templates(inserts: Sequence[str], settings: SampleSimulation) -> NDArray[np.uint8]:
    """Return a read of each insert, ``(n_inserts, read_length)``, with N for bases that are drawn."""
    kit = kit_named(settings.kit)
    length = settings.read_length
    rows = []
    for insert in inserts:
        read = "N" * kit.before + to_dna(insert) + "N" * kit.after + kit.adapter
        read += "N" * kit.umi_behind + _SECOND
        rows.append(np.frombuffer((read + "G" * length)[:length].encode(), np.uint8))
    return np.array(rows)


def _qualities(length: int, draw: Generator) -> NDArray[np.uint8]:
    good = draw.integers(32, 42, (_POOL, length))
    low = draw.random(good.shape) < 0.01
    good[low] = draw.integers(2, 32, int(low.sum()))
    return (good + 33).astype(np.uint8)


def _err(bases: NDArray[np.uint8], quality: NDArray[np.uint8], error_rate: float, draw: Generator) -> None:
    """Put wrong bases with low qualities in place of some."""
    n = int(draw.binomial(bases.size, error_rate)) if error_rate else 0
    if not n:
        return
    positions = draw.integers(bases.size, size=n)
    flat, low = bases.reshape(-1), quality.reshape(-1)
    codes = np.searchsorted(_BASES, flat[positions])
    flat[positions] = _BASES[(codes + draw.integers(1, 4, size=n)) % 4]
    low[positions] = 33 + draw.integers(2, 31, size=n)


def _fastq(name: str, first: int, bases: NDArray[np.uint8], quality: NDArray[np.uint8]) -> bytes:
    """Return records as text."""
    return b"".join(
        b"@%s.%d\n%s\n+\n%s\n" % (name.encode(), first + i + 1, read.tobytes(), good.tobytes())
        for i, (read, good) in enumerate(zip(bases, quality, strict=True))
    )
