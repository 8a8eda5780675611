"""Ways to find sites of human miRNAs on real 3'UTRs, for ``peers_rate.py``.

RNAplex is called as its library function ``Lduplexfold``, which the wheel of ViennaRNA contains without the program;
RNAduplex as ``duplexfold``, on pieces of 2,000 nt, since it gives one duplex per call. Both get their programs'
defaults, and RNAplex is asked for what lies below -15 kcal/mol, as RNAhybrid.
"""

from __future__ import annotations

import ctypes
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dmiso.extras import is_installed
from dmiso.io.transcripts import Transcript
from dmiso.repression.sites import find_all_sites, pack_targets
from mirbind2 import mirbind2_scorer

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

UTRS = "transcripts/human_3utr_firm_entrez.fa.gz"
MATURES = "references/mirbase22/hsa_matures.fa.gz"
NAMES = ("let-7a-5p", "miR-21-5p", "miR-16-5p", "miR-122-5p", "miR-155-5p")
NAMES += ("miR-17-5p", "miR-1-3p", "miR-124-3p", "miR-9-5p", "miR-30a-5p")
UNIT = "nt x miRNA"
LEAST = -15
"""kcal/mol below which energy methods report."""
PIECE = 2_000
WINDOW = 50
FLANK = 10 * "N"
"""Its program puts these around each sequence, so that the function need not look for ends."""


class Way(NamedTuple):
    """A method; of two calls the rate is that of the second's work beyond the first's."""

    name: str
    unit: str
    work: float
    calls: tuple[Callable[[], object], ...]
    note: str = ""


def read_fasta(path: Path) -> dict[str, str]:
    """Return RNA by the first word of its header."""
    found: dict[str, list[str]] = {}
    with gzip.open(path, "rt", encoding="ascii") as lines:
        for line in lines:
            if line.startswith(">"):
                parts = found.setdefault(line[1:].split()[0], [])
            else:
                parts.append(line.strip().upper().replace("T", "U"))
    return {name: "".join(parts) for name, parts in found.items()}


def some_utrs(data: Path, nt: int) -> dict[str, str]:
    """Return 3'UTRs, drawn by a seed, until they have ``nt`` nucleotides; the last is cut."""
    utrs = read_fasta(data / UTRS)
    names = np.random.default_rng(7).permutation(sorted(utrs))
    chosen: dict[str, str] = {}
    for name in names:
        left = nt - sum(map(len, chosen.values()))
        if left <= 0:
            break
        chosen[str(name)] = utrs[name][:left]
    return chosen


def write_fasta(path: Path, sequences: dict[str, str]) -> Path:
    """Write a FASTA file."""
    path.write_text("".join(f">{name}\n{bases}\n" for name, bases in sequences.items()), encoding="ascii")
    return path


def run(*words: object) -> None:
    """Run a program, and throw away what it prints."""
    subprocess.run([str(word) for word in words], check=True, capture_output=True, env=ONE_THREAD)


ONE_THREAD = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


@contextmanager
def site_ways(given: argparse.Namespace) -> Iterator[tuple[list[Way], dict[str, str]]]:
    """Yield the ways to find sites, and why others are not there."""
    matures = read_fasta(given.data / MATURES)
    mirnas = {f"hsa-{name}": matures[f"hsa-{name}"] for name in NAMES}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ways = list(_dmiso(given, mirnas, folder))
        missing: dict[str, str] = {}
        for make in (_hybrid, _miranda, _vienna, _network):
            try:
                ways += make(given, mirnas, folder)
            except NotHereError as reason:
                missing |= reason.args[0]
        yield ways, missing


class NotHereError(Exception):
    """A program is not on this machine: name and reason."""


def _sized(given: argparse.Namespace, folder: Path, small: int, large: int) -> list[tuple[Path, int]]:
    """Return files of 3'UTRs of two sizes, and their nucleotides."""
    made = []
    for nt, least in ((small, 1_000), (large, 2_000)):
        utrs = some_utrs(given.data, max(least, int(nt * given.scale)))
        made.append((write_fasta(folder / f"utrs-{nt}.fa", utrs), sum(map(len, utrs.values()))))
    return made


def _dmiso(given: argparse.Namespace, mirnas: dict[str, str], folder: Path) -> Iterator[Way]:
    queries = write_fasta(folder / "mirnas.fa", mirnas)
    for options, small, large in (
        ([], 100_000, 1_100_000),
        (["--first-look"], 100_000, 3_100_000),
        (["--recall", "0.98"], 100_000, 3_100_000),
    ):
        files = _sized(given, folder, small, large)
        words = [
            sys.executable,
            "-m",
            "dmiso",
            "scan",
            "--mirnas",
            queries,
            "--decoys",
            "0",
            "--workers",
            "1",
        ]
        output = folder / "-".join(["scan", *options])
        words += ["-q", "--force", *options, "-o", output]
        calls = [partial(_fresh, output, *words, "--transcripts", f) for f, _ in files]
        work = (files[1][1] - files[0][1]) * len(mirnas)
        name = " ".join(["dmiso scan", *options]) if options else "dmiso scan, every offset"
        yield Way(name, UNIT, work, tuple(calls), "whole program, sites written")
    (_, _), (path, nt) = _sized(given, folder, 100_000, 10_000_000)
    utrs = [Transcript(name, bases, (0, 0)) for name, bases in read_plain(path).items()]
    targets, sequences = pack_targets(utrs), list(mirnas.values())
    seeds = partial(find_all_sites, sequences, targets)
    note = "dmiso's own compiled search of 8mer, 7mer and 6mer sites, in memory"
    yield Way("seed search as TargetScan's", UNIT, nt * len(mirnas), (seeds,), note)


def read_plain(path: Path) -> dict[str, str]:
    """Read a FASTA file of one line per sequence."""
    lines = path.read_text(encoding="ascii").split()
    return {name[1:]: bases for name, bases in zip(lines[::2], lines[1::2], strict=True)}


def _fresh(folder: Path, *words: object) -> None:
    """Run a program that finds no results of an earlier run."""
    shutil.rmtree(folder, ignore_errors=True)
    run(*words)


def _hybrid(given: argparse.Namespace, mirnas: dict[str, str], folder: Path) -> list[Way]:
    if shutil.which("RNAhybrid") is None:
        raise NotHereError({"RNAhybrid": "not on the PATH (Debian's rnahybrid)"})
    query = write_fasta(folder / "hybrid.fa", dict(list(mirnas.items())[:1]))
    files = _sized(given, folder, 2_000, 12_000)
    words = ["RNAhybrid", "-s", "3utr_human", "-b", "100", "-m", "100000", "-e", str(LEAST)]
    calls = tuple(partial(run, *words, "-t", path, "-q", query) for path, _ in files)
    return [Way("RNAhybrid", UNIT, files[1][1] - files[0][1], calls, f"all sites below {LEAST} kcal/mol")]


def _miranda(given: argparse.Namespace, mirnas: dict[str, str], folder: Path) -> list[Way]:
    if shutil.which("miranda") is None:
        raise NotHereError({"miRanda": "not on the PATH; neither Debian nor PyPI has it"})
    query = write_fasta(folder / "miranda.fa", mirnas)
    files = _sized(given, folder, 2_000, 102_000)
    calls = tuple(partial(run, "miranda", query, path, "-sc", "140", "-quiet") for path, _ in files)
    return [Way("miRanda", UNIT, (files[1][1] - files[0][1]) * len(mirnas), calls, "score 140")]


def _vienna(given: argparse.Namespace, mirnas: dict[str, str], folder: Path) -> list[Way]:
    if not is_installed("RNA"):
        raise NotHereError({"RNAduplex, RNAplex": "the package ViennaRNA is not installed"})
    import RNA  # noqa: PLC0415 - only where it is installed
    from RNA import _RNA  # noqa: PLC0415

    bases = "".join(some_utrs(given.data, max(4_000, int(20_000 * given.scale))).values())
    mirna = next(iter(mirnas.values()))
    pieces = [bases[i : i + PIECE] for i in range(0, len(bases), PIECE)]
    note = f"library function, pieces of {PIECE} nt, one duplex each"
    ways = [Way("RNAduplex", UNIT, len(bases), (lambda: [RNA.duplexfold(mirna, p) for p in pieces],), note)]
    plex = getattr(ctypes.CDLL(_RNA.__file__), "Lduplexfold", None)
    if plex is None:
        return ways
    for fast, name in ((0, "RNAplex"), (1, "RNAplex -f 1")):
        call = partial(_plex, plex, bases, mirna, fast=fast, folder=folder)
        note = f"library function Lduplexfold, all sites below {LEAST} kcal/mol"
        ways.append(Way(name, UNIT, len(bases), (call,), note))
    return ways


def _plex(plex: Callable[..., object], bases: str, mirna: str, *, fast: int, folder: Path) -> None:
    """Call RNAplex's function; what it prints goes to a file."""
    import RNA  # noqa: PLC0415

    loops = RNA.param()
    (inner, opening), (bulge, bulge_opening) = (
        np.polyfit(np.arange(6, 31), list(table)[6:31], 1).round().astype(int).tolist()
        for table in (loops.internal_loop, loops.bulge)
    )
    sys.stdout.flush()
    kept = os.dup(1)
    with (folder / "plex.txt").open("wb") as printed:
        os.dup2(printed.fileno(), 1)
        try:
            words = (100 * LEAST, 0, 40, 15, fast, inner, opening, bulge, bulge_opening)
            plex(
                (FLANK + bases + FLANK).encode(), (FLANK + mirna + FLANK).encode(), *map(ctypes.c_int, words)
            )
        finally:
            ctypes.CDLL(None).fflush(None)
            os.dup2(kept, 1)
            os.close(kept)


def _network(given: argparse.Namespace, mirnas: dict[str, str], folder: Path) -> list[Way]:
    del folder
    if not (given.data / "benchmark" / "peers" / "mirbind2").is_dir():
        raise NotHereError({"miRBind2": "its parameters are not among the data"})
    import torch  # noqa: PLC0415

    torch.set_num_threads(1)
    mirna, ways = next(iter(mirnas.values())), []
    for name, bfloat16, nt in (("float32", False, 600), ("bfloat16", True, 3_000)):
        n = max(200, int(nt * given.scale))
        bases = "".join(some_utrs(given.data, n + WINDOW - 1).values())
        windows = [bases[i : i + WINDOW] for i in range(n)]
        score = mirbind2_scorer(given.data, bfloat16=bfloat16)
        call = partial(score, [mirna] * n, windows)
        ways.append(Way(f"miRBind2's network, stride 1, {name}", UNIT, n, (call,), "torch, batches of 64"))
    return ways
