"""Splits into training, validation and test parts that share no site.

A scheme names what a part consists of: site clusters, chromosomes, genes, miRNAs, miRNA families. Site
clusters never cross parts in any scheme but ``random`` (the paper's): where a scheme would part a cluster, the
rows on its smaller side are left out and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.dataset.clusters import components
from dmiso.errors import UsageError, did_you_mean, find_named
from dmiso.records import Counts
from dmiso.settings.dataset import SplitSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["SCHEMES", "Scheme", "assign_splits", "divide_groups", "find_scheme"]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way to part rows.

    Parameters
    ----------
    name, meaning
        What ``--split`` takes, and a sentence.
    groups
        Rows → a number for each row; rows of one number stay together.
    whole_clusters
        Site clusters never cross parts.
    """

    name: str
    meaning: str
    groups: Callable[[pl.DataFrame], NDArray[np.int64]]
    whole_clusters: bool = True


def _numbers(frame: pl.DataFrame, column: str | pl.Expr) -> NDArray[np.int64]:
    """Return a number from 0 for each value of a column; null is -1."""
    expression = pl.col(column) if isinstance(column, str) else column
    ranks = frame.select(expression.rank("dense").cast(pl.Int64).alias("rank"))["rank"]
    return np.asarray((ranks - 1).fill_null(-1).to_numpy(), np.int64)


def _by_row(frame: pl.DataFrame) -> NDArray[np.int64]:
    return np.arange(frame.height)


def _by_cluster(frame: pl.DataFrame) -> NDArray[np.int64]:
    return _numbers(frame, "cluster")


def _by_gene(frame: pl.DataFrame) -> NDArray[np.int64]:
    """Join rows of one gene (by any of its names) or one cluster."""
    names = ("gene_id", "gene_name", "transcript_id")
    known = [_numbers(frame, name) for name in names if name in frame.columns]
    return components(_by_cluster(frame), *known)


def _by_chromosome(frame: pl.DataFrame) -> NDArray[np.int64]:
    return _numbers(frame, "chromosome")


def _by_mirna(frame: pl.DataFrame) -> NDArray[np.int64]:
    """Join rows of one miRNA by name or by nucleotides: sources name the same miRNA differently."""
    names = [name for name in ("mirna_id", "mirna_sequence") if name in frame.columns]
    return components(*(_numbers(frame, name) for name in names))


def _by_family(frame: pl.DataFrame) -> NDArray[np.int64]:
    """Join miRNAs that share the seed 2-8, a name, their nucleotides or their family's name."""
    seed = _numbers(frame, pl.col("mirna_sequence").str.slice(1, 7))
    family = [_numbers(frame, "family")] if "family" in frame.columns else []
    return components(_by_mirna(frame), seed, *family)


_ALL = (
    Scheme("cluster", "at random by site cluster", _by_cluster),
    Scheme("random", "at random by row, clusters divided (the paper's 80/20 and tenfold)", _by_row, False),
    Scheme("chromosome", "test chromosomes against all others", _by_chromosome),
    Scheme("gene", "at random by gene", _by_gene),
    Scheme(
        "mirna",
        "miRNAs of the test part are in no other (the paper's halves: --test-share 0.5)",
        _by_mirna,
    ),
    Scheme("family", "families (seed 2-8, family name) of the test part are in no other", _by_family),
)

SCHEMES: Final[Mapping[str, Scheme]] = MappingProxyType({scheme.name: scheme for scheme in _ALL})
"""Every way to part rows, by name."""


def find_scheme(name: str) -> Scheme:
    """Return the scheme of a name.

    Raises
    ------
    UsageError
        If there is none; the message lists those known.

    Examples
    --------
    >>> find_scheme("random").whole_clusters
    False
    """
    return find_named(name, SCHEMES, "way to part rows")


def divide_groups(
    groups: NDArray[np.int64], shares: tuple[float, ...], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Deal whole groups of rows to parts of given shares.

    Groups come in random order; each goes to the part that lacks the most rows of its share. A group larger
    than a part's share fills it alone.

    Parameters
    ----------
    groups
        Group of each row, ``(n_rows,)``.
    shares
        Share of each part; they add up to 1.
    rng
        Source of the random order.

    Returns
    -------
    numpy.ndarray
        Part of each row, ``(n_rows,)``.

    Examples
    --------
    >>> divide_groups(np.array([0, 0, 1, 2]), (0.5, 0.5), np.random.default_rng(0)).tolist()
    [1, 1, 0, 0]
    """
    _, inverse, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    lacking = np.array(shares) * len(groups)
    part = np.zeros(len(sizes), np.int64)
    for group in rng.permutation(len(sizes)):
        part[group] = np.argmax(lacking)
        lacking[part[group]] -= sizes[group]
    result: NDArray[np.int64] = part[inverse]
    return result


def assign_splits(
    frame: pl.DataFrame,
    scheme: str = "cluster",
    *,
    settings: SplitSettings | None = None,
    counts: Counts | None = None,
) -> pl.DataFrame:
    """Add the column ``split``.

    Parameters
    ----------
    frame
        Interactions with ``cluster`` and what the scheme looks at.
    scheme
        One of :data:`SCHEMES`.
    settings
        Fractions, folds, chromosomes, seed.
    counts
        Filled with the rows left out because their cluster lies mostly in another part.

    Returns
    -------
    polars.DataFrame
        The rows kept, in order, with ``split``: train, validation, test, or fold-0, fold-1 …

    Raises
    ------
    UsageError
        If the scheme is unknown, or looks at a column that is empty.

    Examples
    --------
    >>> frame = pl.DataFrame({"cluster": [0, 0, 1, 2, 3], "chromosome": ["1", "1", "2", "2", "X"]})
    >>> settings = SplitSettings(validation_share=0)
    >>> assign_splits(frame, "chromosome", settings=settings)["split"].to_list()
    ['test', 'test', 'train', 'train', 'train']
    """
    settings = settings or SplitSettings()
    counts = counts if counts is not None else Counts()
    chosen = find_scheme(scheme)
    rng = np.random.default_rng(settings.seed)
    if frame.is_empty():
        return frame.with_columns(pl.lit(None, pl.String).alias("split"))
    if scheme == "chromosome" and not settings.folds:
        names = _chromosome_parts(frame, settings)
    else:
        shares = _shares(settings)
        names = np.array(list(shares))[divide_groups(chosen.groups(frame), tuple(shares.values()), rng)]
    frame = frame.with_columns(pl.Series("split", names.tolist(), pl.String))
    if chosen.whole_clusters:
        frame = _whole_clusters(frame, counts)
    if settings.folds or not settings.validation_share:
        return frame
    return _with_validation(frame, chosen, settings.validation_share, rng)


def _shares(settings: SplitSettings) -> dict[str, float]:
    """Return the share of each part."""
    if settings.folds:
        return {f"fold-{i}": 1 / settings.folds for i in range(settings.folds)}
    return {"train": 1 - settings.test_share, "test": settings.test_share}


def _chromosome_parts(frame: pl.DataFrame, settings: SplitSettings) -> NDArray[np.str_]:
    """Name each row's part by its chromosome; rows without one are training rows."""
    chromosomes = frame["chromosome"] if "chromosome" in frame.columns else None
    if chromosomes is None or chromosomes.null_count() == frame.height:
        raise UsageError("scheme chromosome needs chromosomes, and no row has one. Choose another --split.")
    known = chromosomes.unique().drop_nulls().to_list()
    missing = [name for name in settings.test_chromosomes if name not in known]
    if missing:
        raise UsageError(f"no row lies on chromosome {missing[0]}. {did_you_mean(missing[0], known)}.")
    tested = chromosomes.is_in(settings.test_chromosomes).fill_null(value=False).to_numpy()
    return np.where(tested, "test", "train")


def _whole_clusters(frame: pl.DataFrame, counts: Counts) -> pl.DataFrame:
    """Leave out rows of a cluster that lies mostly in another part (in a tie, in a part earlier by name)."""
    sizes = (
        frame.group_by("cluster", "split")
        .len()
        .sort("cluster", "len", "split", descending=[False, True, False])
    )
    home = sizes.unique("cluster", keep="first", maintain_order=True).select(
        "cluster", pl.col("split").alias("_home")
    )
    kept = frame.join(home, on="cluster", how="left", maintain_order="left").filter(
        pl.col("split") == pl.col("_home")
    )
    if kept.height < frame.height:
        counts.drop(
            "rows left out: their site's cluster lies mostly in another split", frame.height - kept.height
        )
    return kept.drop("_home")


def _with_validation(
    frame: pl.DataFrame, scheme: Scheme, fraction: float, rng: np.random.Generator
) -> pl.DataFrame:
    """Turn a share of the training rows into validation rows, by whole cluster where clusters are kept."""
    train = (frame["split"] == "train").to_numpy()
    rows = frame.filter(pl.Series(train))
    groups = _by_cluster(rows) if scheme.whole_clusters else _by_row(rows)
    part = divide_groups(groups, (1 - fraction, fraction), rng)
    names = np.array(frame["split"].to_list(), object)
    names[np.flatnonzero(train)[part == 1]] = "validation"
    return frame.with_columns(pl.Series("split", names.tolist(), pl.String))
