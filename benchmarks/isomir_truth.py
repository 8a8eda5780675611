"""Synthetic isomiRs whose names say what they are, made from a reference without the aligner's help.

    python benchmarks/isomir_truth.py --mature mature.fa --hairpin hairpin.fa --reads 20000 -o truth.fa

A read is cut from a hairpin around a miRNA, bases are replaced inside the miRNA, and tails are put on whose base
next to the hairpin's differs from it. Its name is ``miRNA|hairpin|variant|changes|5' tail|3' tail``. The shares of
each change are set below; they resemble small-RNA libraries, with more substitutions than those have.
"""

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dmiso.io import write_text
from dmiso.isomir.reference import Reference, read_reference
from dmiso.records import Counts

SEED = 22
SHIFTS_5P = {0: 0.70, -1: 0.08, 1: 0.10, -2: 0.03, 2: 0.05, -3: 0.02, 3: 0.02}
SHIFTS_3P = {0: 0.40, -1: 0.15, 1: 0.15, -2: 0.10, 2: 0.08, -3: 0.05, 3: 0.04, -4: 0.03}
TAILS_3P = {0: 0.70, 1: 0.15, 2: 0.10, 3: 0.05}
TAILS_5P = {0: 0.98, 1: 0.02}
SUBSTITUTIONS = {0: 0.85, 1: 0.12, 2: 0.03}
TAIL_BASES = {"A": 0.45, "U": 0.40, "C": 0.08, "G": 0.07}
SNV_WORDS = ((2, 7, "iso_snv_seed"), (8, 8, "iso_snv_central_offset"), (9, 12, "iso_snv_central"))
SNV_LAST = (13, 17, "iso_snv_central_supp")


class TrueRead(NamedTuple):
    """A read and what it is."""

    sequence: str
    mirna_id: str
    hairpin_id: str
    variant: str
    changes: str
    added_5p: str
    added_3p: str

    @property
    def name(self) -> str:
        """What the FASTA header contains."""
        return "|".join(self[1:])


def draw(rng: np.random.Generator, shares: dict) -> object:
    """Draw a key by its share."""
    return list(shares)[rng.choice(len(shares), p=list(shares.values()))]


def tail(rng: np.random.Generator, n: int, beside: str, *, before: bool) -> str:
    """Return n nucleotides of which the one next to the miRNA differs from the hairpin's there."""
    bases = [str(draw(rng, TAIL_BASES)) for _ in range(n)]
    inner = -1 if before else 0
    while n and bases[inner] == beside:
        bases[inner] = str(draw(rng, TAIL_BASES))
    return "".join(bases)


def words(iso5: int, iso3: int, n5: int, n3: int, positions: list[int]) -> str:
    """Return mirGFF3's Variant, by its definition and apart from the program's own code."""
    found = [f"iso_5p:{iso5:+d}"] * bool(iso5) + [f"iso_3p:{iso3:+d}"] * bool(iso3)
    found += [f"iso_add5p:{n5}"] * bool(n5) + [f"iso_add3p:{n3}"] * bool(n3)
    snv = [word for low, high, word in (*SNV_WORDS, SNV_LAST) if any(low <= p <= high for p in positions)]
    if any(p < 2 or p > 17 for p in positions):
        snv.append("iso_snv")
    return ",".join(found + snv) or "NA"


def make_read(rng: np.random.Generator, reference: Reference) -> TrueRead:
    """Make one isomiR."""
    placement = reference.placements[rng.integers(len(reference.placements))]
    mature, hairpin = reference.matures[placement.mature], reference.hairpins[placement.hairpin]
    bases = hairpin.sequence
    start = max(placement.start + int(draw(rng, SHIFTS_5P)), 0)
    end = min(placement.end + int(draw(rng, SHIFTS_3P)), len(bases))
    core = list(bases[start:end])
    low, high = max(start, placement.start), min(end, placement.end)
    at = sorted(rng.choice(np.arange(low, high), size=int(draw(rng, SUBSTITUTIONS)), replace=False).tolist())
    changes = []
    for position in at:
        new = str(rng.choice([x for x in "ACGU" if x != bases[position]]))
        changes.append(f"{position - placement.start + 1}:{bases[position]}>{new}")
        core[position - start] = new
    before = tail(rng, int(draw(rng, TAILS_5P)), bases[start - 1 : start], before=True)
    after = tail(rng, int(draw(rng, TAILS_3P)), bases[end : end + 1], before=False)
    variant = words(
        start - placement.start,
        end - placement.end,
        len(before),
        len(after),
        [position - placement.start + 1 for position in at],
    )
    sequence = before + "".join(core) + after
    return TrueRead(sequence, mature.id, hairpin.id, variant, ",".join(changes), before, after)


def make_reads(reference: Reference, n: int, seed: int = SEED) -> list[TrueRead]:
    """Make n isomiRs of different nucleotides."""
    rng = np.random.default_rng(seed)
    inside = [p for p in reference.placements if p.hairpin >= 0]
    reference = Reference(reference.matures, reference.hairpins, tuple(inside), reference.source)
    reads: dict[str, TrueRead] = {}
    while len(reads) < n:
        read = make_read(rng, reference)
        reads.setdefault(read.sequence, read)
    return list(reads.values())


def main() -> None:
    """Write the reads."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mature", type=Path, required=True)
    parser.add_argument("--hairpin", type=Path, required=True)
    parser.add_argument("--species", default="hsa")
    parser.add_argument("--reads", type=int, default=20_000)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    reference = read_reference(options.mature, options.hairpin, Counts(), species=options.species)
    reads = make_reads(reference, options.reads)
    write_text(options.output, "".join(f">{read.name}\n{read.sequence}\n" for read in reads))


if __name__ == "__main__":
    main()
