"""Pairs without a label, for a teacher to score: what its millions of chimeras say of miRNAs that ours hold rarely.

The teacher is miRBind2 (MIT licence, 2.5 million rows of chimeric eCLIP), computed by ``benchmarks/mirbind2.py`` from
its published parameters. It has learnt *whose* site a negative is: seed matches of frequent miRNAs lower what it says
of all others. So pairs whose site shows the 6mer of another frequent miRNA are left out before it is asked. Windows
that share a 16-mer with a test or validation site are left out too.

miRNAs: half are human matures of miRBase, each alike; three in ten are miRNA parts of training chimeras as sequenced,
by abundance; the others are matures with both ends moved along their hairpins. Windows of 50 nt, by ``kind``:

=============  ====================================================================================
site           a training site, with a miRNA drawn as above
random         a window of a transcript or 3'UTR
seed           a window of the same that holds a 6mer to 8mer of the miRNA at a random position
true, swapped  training pairs as they are, and sites with the miRNA of another pair of their source
planted        a window with a piece of the miRNA's full complement, 9-17 nt with up to three changes
=============  ====================================================================================
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.alphabet import NUCLEOTIDES, reverse_complement
from dmiso.confounders import frequent_seeds, other_seed_matches
from dmiso.dataset.clusters import shares_kmer
from dmiso.dataset.site_swap import swap_partners
from dmiso.io import read_sequences
from dmiso.records import Counts
from dmiso.seeds import seed_match

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
from mirbind2 import mirbind2_scorer

if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = ["SOFT_FILES", "soft_pairs"]

SOFT_FILES: Final = (
    "references/mirbase22/hsa_matures.fa.gz",
    "references/mirbase22/hsa_hairpins.fa.gz",
    "transcripts/refseq4000_mrna.fa.gz",
    "transcripts/extra_human_mrna_mixed.fa.gz",
    "transcripts/human_3utr_firm_entrez.fa.gz",
    "benchmark/peers/mirbind2/weights.safetensors",
)
WINDOW: Final = 50
SHORTEST: Final = 16
DRAWS: Final = {"site": 175_000, "random": 140_000, "seed": 385_000, "planted": 130_000}
"""How many are drawn of each kind, before pairs are left out; all training pairs come besides, each swapped twice."""

_MIRNA_SHARES: Final = (0.5, 0.3, 0.2)
_FIVE_PRIME, _THREE_PRIME = (-2, -1, 0, 0, 1, 1, 2), (-4, -3, -2, -1, 0, 1, 2, 3)
_SWAPS: Final = 2
_LOOK: Final = 5_000_000
"""Nucleotides looked through for a seed match, from a random position on."""
_PLANTED: Final = (9, 18)
_MOST_CHANGES: Final = 3
_CHANGES: Final = (0.6, 0.2, 0.2)
"""Shares of exchanged, removed and added nucleotides among the changes."""


class _Mirnas(NamedTuple):
    """Where miRNAs are drawn from: matures, parts of chimeras, and (mature, hairpin, start)."""

    mature: list[str]
    parts: list[str]
    placed: list[tuple[str, str, int]]

    def draw(self, n: int, rng: np.random.Generator) -> list[str]:
        """Return miRNAs and isomiRs."""
        kinds = rng.choice(3, n, p=_MIRNA_SHARES)
        return [self._one(int(kind), rng) for kind in kinds]

    def _one(self, kind: int, rng: np.random.Generator) -> str:
        if kind == 0:
            return self.mature[rng.integers(len(self.mature))]
        if kind == 1:
            return self.parts[rng.integers(len(self.parts))]
        mature, hairpin, start = self.placed[rng.integers(len(self.placed))]
        first = max(0, start + int(rng.choice(_FIVE_PRIME)))
        return hairpin[first : start + len(mature) + int(rng.choice(_THREE_PRIME))]


def soft_pairs(data: Path, pairs: pl.DataFrame, tested: Sequence[str], *, seed: int) -> pl.DataFrame:
    """Draw pairs and have them scored by the teacher.

    Parameters
    ----------
    data
        Folder of the shared data.
    pairs
        Labelled pairs as :func:`chimera_data.labelled_pairs` gives them.
    tested
        Sites of all test sets.
    seed
        For all draws.

    Returns
    -------
    polars.DataFrame
        ``mirna_sequence``, ``target_sequence``, ``kind``, ``logit``.
    """
    rng = np.random.default_rng(seed)
    known = pairs.filter((pl.col("split") == "train") & (pl.col("label") == 1))
    mirnas = _mirnas(data, known)
    sites = [_middle(site) for site in known["target_sequence"]]
    text = _transcripts(data)
    kinds = {
        "site": _with_site(mirnas.draw(DRAWS["site"], rng), sites, rng),
        "random": _with_window(mirnas.draw(DRAWS["random"], rng), text, rng),
        "seed": _with_seed(mirnas.draw(DRAWS["seed"], rng), text, rng),
        "planted": _with_planted(mirnas.draw(DRAWS["planted"], rng), text, rng),
        "true": list(zip(known["mirna_sequence"].to_list(), sites, strict=True)),
        "swapped": _swapped(known, sites, seed),
    }
    drawn = pl.concat(
        pl.DataFrame(
            {
                "mirna_sequence": [mirna for mirna, _ in some],
                "target_sequence": [target for _, target in some],
                "kind": [kind] * len(some),
            }
        )
        for kind, some in kinds.items()
    )
    drawn = drawn.filter(
        ~pl.col("target_sequence").str.contains("N") & (pl.col("mirna_sequence").str.len_chars() >= SHORTEST)
    )
    apart = pairs.filter(pl.col("split") == "validation")["target_sequence"].unique().to_list()
    drawn = drawn.filter(~pl.Series(shares_kmer(drawn["target_sequence"].to_list(), [*apart, *tested])))
    seeds = frequent_seeds(known["mirna_sequence"].to_list())
    own, other = drawn["mirna_sequence"].to_list(), drawn["target_sequence"].to_list()
    drawn = drawn.filter(pl.Series(other_seed_matches(own, other, seeds) == 0))
    score = mirbind2_scorer(data, bfloat16=True)
    logits = score(drawn["mirna_sequence"].to_list(), drawn["target_sequence"].to_list())
    return drawn.with_columns(pl.Series("logit", logits.astype(np.float32)))


def _sequences(path: Path) -> list[str]:
    return [record.sequence for record in read_sequences(path, Counts())]


def _mirnas(data: Path, known: pl.DataFrame) -> _Mirnas:
    mature, hairpins = (_sequences(data / file) for file in SOFT_FILES[:2])
    distinct = sorted(set(mature))
    placed = []
    for sequence in distinct:
        hairpin = next((hairpin for hairpin in hairpins if sequence in hairpin), None)
        if hairpin is not None:
            placed.append((sequence, hairpin, hairpin.index(sequence)))
    return _Mirnas(distinct, known["mirna_sequence"].to_list(), placed)


def _transcripts(data: Path) -> str:
    """Return all transcripts end to end, N between them; 3'UTRs twice, as most sites that users ask about lie there."""
    mrnas, others, utrs = (_sequences(data / file) for file in SOFT_FILES[2:5])
    return "N".join([*mrnas, *others, *utrs, *utrs])


def _middle(site: str) -> str:
    start = max(0, (len(site) - WINDOW) // 2)
    return site[start : start + WINDOW]


def _with_site(mirnas: list[str], sites: list[str], rng: np.random.Generator) -> list[tuple[str, str]]:
    return [
        (mirna, sites[i]) for mirna, i in zip(mirnas, rng.integers(len(sites), size=len(mirnas)), strict=True)
    ]


def _with_window(mirnas: list[str], text: str, rng: np.random.Generator) -> list[tuple[str, str]]:
    starts = rng.integers(len(text) - WINDOW, size=len(mirnas))
    return [(mirna, text[start : start + WINDOW]) for mirna, start in zip(mirnas, starts, strict=True)]


def _with_seed(mirnas: list[str], text: str, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Return each miRNA with a window that holds one of its canonical sites; miRNAs without one nearby are left out."""
    found = []
    for mirna in mirnas:
        short, long = seed_match(mirna[1:7]), seed_match(mirna[1:8])
        site = (short, short + "A", long, long + "A")[rng.integers(4)]
        look = int(rng.integers(len(text) - _LOOK))
        at = text.find(site, look, look + _LOOK)
        start = at - int(rng.integers(0, WINDOW - len(site) + 1))
        window = text[max(0, start) : start + WINDOW]
        if at >= 0 and len(window) == WINDOW:
            found.append((mirna, window))
    return found


def _with_planted(mirnas: list[str], text: str, rng: np.random.Generator) -> list[tuple[str, str]]:
    planted = []
    for mirna, window in _with_window(mirnas, text, rng):
        length = int(rng.integers(*_PLANTED))
        start = int(rng.integers(0, max(1, len(mirna) - length)))
        piece = list(reverse_complement(mirna[start : start + length]))
        for _ in range(int(rng.integers(_MOST_CHANGES + 1))):
            at, change = int(rng.integers(len(piece))), int(rng.choice(3, p=_CHANGES))
            base = NUCLEOTIDES[rng.integers(4)]
            piece[at] = (base, "", piece[at] + base)[change]
        site = "".join(piece)
        at = int(rng.integers(2, WINDOW - len(site) - 2))
        planted.append((mirna, window[:at] + site + window[at + len(site) :]))
    return planted


def _swapped(known: pl.DataFrame, sites: list[str], seed: int) -> list[tuple[str, str]]:
    swap = swap_partners(
        known.select("mirna_sequence", "cluster", "mirna_id", "family", "source"),
        ratio=_SWAPS,
        within=["source"],
        seed=seed,
    )
    mirnas = known["mirna_sequence"]
    return [
        (mirnas[int(other)], sites[int(own)])
        for partners in swap.partners
        for own, other in zip(swap.kept, partners, strict=True)
    ]
