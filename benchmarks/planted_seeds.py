"""The seeds that the checks for competition plant: of frequent miRNAs, of miRNAs never seen in chimeras, and of none.

Reads the public chimera files and miRBase below the folder of shared data and prints the three lists that
``src/dmiso/confounders/planted_seeds.py`` holds.

    python benchmarks/planted_seeds.py SHARED_DATA
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.alphabet import ALPHABETICAL
from dmiso.dataset.readers import read_interactions
from dmiso.io.sequences import read_sequences
from dmiso.records import Counts

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PlantedSeeds", "planted_seeds"]

FILES: Final = {
    "helwak": "helwak2013_clash.csv.gz",
    "hejret": "hejret2023_clash_isomirs.tsv.gz",
    "hybridetector": "hybridetector_eclip_chimeras.tsv.gz",
    "grosswendt": "grosswendt2014_clip_chimeras_with_reads.csv.gz",
}
"""Layout and file of each source."""

FREQUENT_SHARE: Final = 1 / 3
DRAWN: Final = 20
SEED: Final = 0


class PlantedSeeds(NamedTuple):
    """The three lists, and the mean share of the chimeras that each frequent seed has."""

    frequent: dict[str, float]
    rare: tuple[str, ...]
    invented: tuple[str, ...]


def planted_seeds(data: Path) -> PlantedSeeds:
    """Compute the three lists from the shared data.

    Frequent: positions 2-8 of the miRNA parts, counted over distinct pairs of each file, shares averaged over the
    files, from the most frequent down until a third is reached. Rare: drawn from human miRNAs whose positions 2-7 are
    no miRNA part's. Invented: drawn from all 7-mers neither of whose 6-mers is a human miRNA's or a miRNA part's seed,
    also moved by one position.
    """
    shares: Counter[str] = Counter()
    for layout, file in FILES.items():
        frame, _ = read_interactions(data / "chimeras" / file, layout, source=layout)
        frame = frame.unique(["mirna_sequence", "target_sequence"])
        seeds = Counter(mirna[1:8] for mirna in frame["mirna_sequence"].to_list() if len(mirna) >= 8)
        for seed, n in seeds.items():
            shares[seed] += n / seeds.total() / len(FILES)
    frequent: dict[str, float] = {}
    for seed, share in sorted(shares.items(), key=lambda item: (-item[1], item[0])):
        if sum(frequent.values()) >= FREQUENT_SHARE:
            break
        frequent[seed] = share
    human = [
        record.sequence
        for record in read_sequences(data / "references" / "mirbase22" / "mature.fa.gz", Counts())
        if record.id.startswith("hsa-")
    ]
    seen = {seed[:6] for seed in shares}
    generator = np.random.default_rng(SEED)
    unseen = sorted({mirna[1:8] for mirna in human} - {m[1:8] for m in human if m[1:7] in seen})
    rare = generator.choice(unseen, DRAWN, replace=False)
    return PlantedSeeds(frequent, tuple(rare.tolist()), _invented(human, seen, generator))


def _invented(human: Iterable[str], seen: set[str], generator: np.random.Generator) -> tuple[str, ...]:
    """Draw 7-mers that no human miRNA has near its seed."""
    taken = {mirna[start : start + 6] for mirna in human for start in (0, 1, 2)} | seen
    drawn: list[str] = []
    while len(drawn) < DRAWN:
        seed = "".join(generator.choice(list(ALPHABETICAL), 7).tolist())
        if not {seed[:6], seed[1:]} & taken:
            drawn.append(seed)
    return tuple(drawn)


if __name__ == "__main__":
    found = planted_seeds(Path(sys.argv[1]))
    for name, seeds in found._asdict().items():
        print(name, seeds)
