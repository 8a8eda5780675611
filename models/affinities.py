"""Measured and predicted affinities of AGO with a miRNA for targets: what the affinity output learns.

Three studies, each on a scale of its own (more is tighter; in units of the whole of the study's standard deviation):

* ``becker``: equilibrium constants of let-7a with 11,107 targets of 25-46 nt, mostly changed full complements
  (Becker et al. 2019); targets beyond the range of the measurement have no value and are left out.
* ``mcgeary``: relative constants of site types of 10 nt for six miRNAs (McGeary et al. 2018); centred by miRNA.
* ``scanmir``: constants of 1,024 8-mers for 239 miRNAs that human and rat share, *predicted* by scanMiR (GPL-3): a
  teacher's, never shipped. Its network had learnt from let-7a among others.

"8-mers" and "10-mers" are shown to the network between random nucleotides (:func:`with_flanks`).
"""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.alphabet import normalise

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["AFFINITY_FILES", "LET7A", "eight_mers", "read_affinities", "with_flanks"]

LET7A: Final = "UGAGGUAGUAGGUUGUAUAGUU"
AFFINITY_FILES: Final = {
    "becker": "functional/becker2019_let-7a_kd.yaml.gz",
    "mcgeary": "functional/mcgeary2018_relative_kd.yaml",
    "scanmir": "functional/scanmir_kdmodels_rno.tsv.gz",
}

_RECORD: Final = re.compile(r"- mirna: (\S+)\n.*?Kd:\n    - (\S+)\n.*?  target: (\S+)", re.DOTALL)
"""A record of the two YAML files: miRNA, constant, target. One pattern reads 14,000 of them in a second."""

_SEED_WINDOWS: Final = 5
_FIXED: Final = 4
_MILLI: Final = 1000


def read_affinities(data: Path) -> pl.DataFrame:
    """Read all three studies.

    Parameters
    ----------
    data
        Folder of the shared data.

    Returns
    -------
    polars.DataFrame
        ``study``, ``mirna_sequence``, ``target_sequence``, ``log10_affinity`` (minus the log10 of the constant as the
        study states it), ``goal`` (the same, centred and in standard deviations).
    """
    parts = [
        _measured(data / AFFINITY_FILES["becker"], "becker"),
        _measured(data / AFFINITY_FILES["mcgeary"], "mcgeary"),
        _predicted(data / AFFINITY_FILES["scanmir"]),
    ]
    value = pl.col("log10_affinity")
    by_mirna = value - value.mean().over("study", "mirna_sequence")
    centred = (
        pl.when(pl.col("study") == "mcgeary").then(by_mirna).otherwise(value - value.mean().over("study"))
    )
    return pl.concat(parts).with_columns((centred / value.std().over("study")).alias("goal"))


def _measured(path: Path, study: str) -> pl.DataFrame:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    rows = [record for record in _RECORD.findall(text) if record[1] != ".nan"]
    return pl.DataFrame(
        {
            "study": [study] * len(rows),
            "mirna_sequence": [normalise(mirna).sequence for mirna, _, _ in rows],
            "target_sequence": [normalise(target).sequence for _, _, target in rows],
            "log10_affinity": [-np.log10(float(constant)) for _, constant, _ in rows],
        }
    )


def _predicted(path: Path) -> pl.DataFrame:
    table = pl.read_csv(path, separator="\t").drop_nulls("hsa_same_mature")
    table = table.unique("mirseq", keep="first", maintain_order=True)
    parts = []
    for mirna, seed, values in table.select("mirseq", "canonical_seed8", "mer8_log_kd_x1000").iter_rows():
        targets = [normalise(target).sequence for target in eight_mers(seed)]
        natural = np.array([int(value) for value in values.split(",")]) / _MILLI
        parts.append(
            pl.DataFrame(
                {
                    "study": ["scanmir"] * len(targets),
                    "mirna_sequence": [normalise(mirna).sequence] * len(targets),
                    "target_sequence": targets,
                    "log10_affinity": -natural / np.log(10),
                }
            )
        )
    return pl.concat(parts)


def eight_mers(site: str) -> list[str]:
    """Return the 8-mers of scanMiR's tables in their order: those that share four neighbours with the 8mer site.

    For each of the five windows of four nucleotides of the site, all 256 fillings of the other four positions, the
    first position changing fastest, each 8-mer once.

    Examples
    --------
    >>> mers = eight_mers("CTACCTCA")
    >>> len(mers), mers[:3]
    (1024, ['CTACAAAA', 'CTACCAAA', 'CTACGAAA'])
    """
    found: dict[str, None] = {}
    for window in range(_SEED_WINDOWS):
        free = [i for i in range(len(site)) if not window <= i < window + _FIXED]
        for number in range(4**_FIXED):
            bases = list(site)
            for order, position in enumerate(free):
                bases[position] = "ACGT"[number // 4**order % 4]
            found.setdefault("".join(bases))
    return list(found)


def with_flanks(
    codes: NDArray[np.uint8], flank: int, length: int, unknown: int, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Put random nucleotides before and behind short targets, and unknown ones up to a network's length.

    Parameters
    ----------
    codes
        ``(n, bases)``.
    flank
        Random nucleotides on each side.
    length
        Of the result.
    unknown
        Code of N.
    rng
        Source of the nucleotides.

    Returns
    -------
    numpy.ndarray
        ``(n, length)``.
    """
    shown = np.full((len(codes), length), unknown, np.uint8)
    end = codes.shape[1] + 2 * flank
    shown[:, :end] = rng.integers(0, 4, (len(codes), end))
    shown[:, flank : flank + codes.shape[1]] = np.where(
        codes == unknown, shown[:, flank : flank + codes.shape[1]], codes
    )
    return shown
