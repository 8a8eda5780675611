"""Reads of made-up miRNAs in libraries of given kits."""

import numpy as np

BASES = np.array(list("ACGT"))


def word(draw, n):
    return "".join(BASES[draw.integers(4, size=n)])


def made_mirnas(n=40, seed=5):
    """Return miRNAs as RNA; every one with 22 nt."""
    draw = np.random.default_rng(seed)
    return [word(draw, 22).replace("T", "U") for _ in range(n)]


def made_reads(mirnas, kit, *, n=2000, length=75, seed=3, barcode=None):
    """Return reads of a kit's library: isomiRs of the miRNAs, and one read in four of something else."""
    draw = np.random.default_rng(seed)
    weights = draw.lognormal(0, 1.5, len(mirnas))
    reads = []
    for number in draw.choice(len(mirnas), n, p=weights / weights.sum()):
        insert = mirnas[number].replace("U", "T")
        if draw.random() < 0.25:
            insert = word(draw, int(draw.integers(18, 40)))
        elif draw.random() < 0.4:
            insert = insert[: -int(draw.integers(1, 3))]
        before = barcode if barcode is not None else word(draw, kit.before)
        read = before + insert + word(draw, kit.after) + kit.adapter
        if kit.umi_behind:
            read += word(draw, kit.umi_behind) + "AGATCGGAAGAGCACACGTCTGAACTCC"
        reads.append((read + "GGGG" * 20)[:length])
    return reads
