"""What the calls look like, as numbers: lengths, types, regions, seeds against shuffled partners, ends.

One tidy table: ``measure`` (what is counted), ``stratum`` (its value), ``n``, ``share``. Pictures are made of it by
:mod:`dmiso.plot.chimera_qc`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.alphabet import ALPHABETICAL
from dmiso.columns import QC_COLUMNS, schema_of
from dmiso.seeds import seed_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dmiso.io.transcripts import Transcript

__all__ = ["QC_COLUMNS", "SeedEnrichment", "qc_table", "seed_enrichment"]


_SEED_2_7: Final = frozenset({"8mer", "7mer-m8", "7mer-A1", "6mer"})
_MOST_PAIRS: Final = 20_000
_AROUND: Final = 5
"""Nucleotides on either side of the ligation that are counted."""


class SeedEnrichment(NamedTuple):
    """Share of pairs with a canonical match of miRNA positions 2-7, and of pairs with shuffled partners."""

    n: int
    true_share: float
    shuffled_share: float

    @property
    def enrichment(self) -> float | None:
        """How many times more often true pairs match; None where shuffled ones never do."""
        return self.true_share / self.shuffled_share if self.shuffled_share else None


def seed_enrichment(
    mirnas: Sequence[str], sites: Sequence[str], *, seed: int = 0, rounds: int = 20
) -> SeedEnrichment:
    """Compare seed matches of pairs with those of shuffled partners.

    Parameters
    ----------
    mirnas, sites
        Nucleotides of each interaction.
    seed
        Of the shuffles, and of the choice of 20,000 interactions where there are more.
    rounds
        Permutations of the miRNAs over the sites. Pairs whose new partner has the seed 2-7 of the old one are left
        out: they are no shuffles.

    Examples
    --------
    >>> pairs = (["UGAGGUAGUA", "AAAGUGCUUA"], ["GGCUACCUCAGG", "CCGCACUUUAGG"])
    >>> seed_enrichment(*pairs)
    SeedEnrichment(n=2, true_share=1.0, shuffled_share=0.0)
    """
    draw = np.random.default_rng(seed)
    chosen = np.arange(len(mirnas))
    if len(chosen) > _MOST_PAIRS:
        chosen = np.sort(draw.choice(chosen, _MOST_PAIRS, replace=False))
    pairs = [(mirnas[i], sites[i]) for i in chosen.tolist()]
    if not pairs:
        return SeedEnrichment(0, 0.0, 0.0)
    true = sum(seed_class(m, s) in _SEED_2_7 for m, s in pairs) / len(pairs)
    shuffled, matched = 0, 0
    for _ in range(rounds):
        for i, j in enumerate(draw.permutation(len(pairs))):
            if pairs[i][0][1:7] != pairs[j][0][1:7]:
                shuffled += 1
                matched += seed_class(pairs[j][0], pairs[i][1]) in _SEED_2_7
    return SeedEnrichment(len(pairs), true, matched / shuffled if shuffled else 0.0)


def _rows(measure: str, counted: Mapping[Any, int]) -> list[dict[str, Any]]:
    """Return a row for each value of a measure."""
    total = sum(counted.values())
    return [
        {"measure": measure, "stratum": str(key), "n": n, "share": n / total if total else None}
        for key, n in counted.items()
    ]


def _weighted(values: Iterable[Any], weights: Iterable[int]) -> dict[Any, int]:
    """Add weights by value, values in order."""
    found: Counter[Any] = Counter()
    for value, weight in zip(values, weights, strict=True):
        found[value] += weight
    return dict(sorted(found.items()))


def qc_table(
    numbers: Sequence[Mapping[str, Any]],
    calls: pl.DataFrame,
    interactions: pl.DataFrame,
    transcripts: Mapping[str, Transcript],
) -> pl.DataFrame:
    """Count everything that the report shows.

    Parameters
    ----------
    numbers
        Of each sample, see :func:`dmiso.chimera.sample.do_sample`.
    calls
        Best calls that passed the filters.
    interactions
        The table of interactions.
    transcripts
        For what would be expected by chance at the target's first nucleotide.
    """
    rows: list[dict[str, Any]] = []
    for measure, name in (("read length", "lengths"), ("miRNA position in read", "positions")):
        found: Counter[int] = Counter()
        for sample in numbers:
            found.update({int(key): n for key, n in sample[name].items()})
        rows += _rows(measure, dict(sorted(found.items())))
    reads = calls["read_count"].to_list()
    rows += _rows("miRNA part length", _weighted(calls["mirna_sequence"].str.len_chars(), reads))
    length = calls["end"] - calls["start"]
    rows += _rows("target part length", _weighted(length, reads))
    rows += _rows("gap between parts", _weighted(calls["gap"], reads))
    rows += _rows("order of parts", _weighted(calls["order"], reads))
    rows += _of_interactions(interactions)
    rows += _of_ligation(calls, transcripts)
    return pl.DataFrame(rows, schema=schema_of(QC_COLUMNS))


def _of_interactions(interactions: pl.DataFrame) -> list[dict[str, Any]]:
    """Count isomiR types (several a row are possible), regions and seed classes of interactions and their reads."""
    rows = []
    types = [row.split(",") for row in interactions["isomir_types"].fill_null("")]
    reads = interactions["read_count"].to_list()
    for unit, weights in (("interactions", [1] * len(types)), ("reads", reads)):
        found: Counter[str] = Counter()
        for names, weight in zip(types, weights, strict=True):
            found.update(dict.fromkeys(names, weight))
        total = sum(weights)
        rows += [
            {"measure": f"isomiR types of {unit}", "stratum": name, "n": n, "share": n / total}
            for name, n in sorted(found.items())
        ]
    regions = interactions["region"].fill_null("unknown")
    rows += _rows("region", _weighted(regions, [1] * len(regions)))
    classes = interactions["seed_class"]
    rows += _rows("seed class", _weighted(classes, [1] * len(classes)))
    return rows


def _of_ligation(calls: pl.DataFrame, transcripts: Mapping[str, Transcript]) -> list[dict[str, Any]]:
    """Count bases beside the ligation of reads that begin with the miRNA, and bases of their transcripts."""
    first = calls.filter(pl.col("order") == "mirna-first")
    rows: list[dict[str, Any]] = []
    borders = first.select("read_sequence", "target_read_start", "read_count")
    around: dict[int, Counter[str]] = {i: Counter() for i in range(-_AROUND, _AROUND)}
    for read, border, n in borders.iter_rows():
        for i, bases in around.items():
            bases[read[border + i : border + i + 1]] += n
    for i, bases in around.items():
        position = f"miRNA -{-i}" if i < 0 else f"target +{i + 1}"
        rows += _rows(f"nucleotides at {position}", {k: bases[k] for k in ALPHABETICAL + "N" if bases[k]})
    used = sorted(set(first["transcript_id"].to_list()))
    background: Counter[str] = Counter()
    for name in used:
        sequence = transcripts[name].sequence
        background.update({base: sequence.count(base) for base in ALPHABETICAL})
    return rows + _rows(
        "nucleotides of the transcripts", {k: background[k] for k in ALPHABETICAL if background[k]}
    )
