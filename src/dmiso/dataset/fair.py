"""Fair test sets: labelled pairs without competition, sense calls and repeats, by a recipe with a version.

Where negatives are real sites shown with other miRNAs, a pair can be told by whose site it is: a seed match of the
miRNA that was seen there (its true partner) speaks against every other. That is competition and not binding, and so is
the copy of a miRNA's own sequence in its site. The recipe leaves out what can be told so:

1. pairs that are sense calls or repeats (:mod:`dmiso.confounders.repeats`), of either label;
2. negatives whose site only such pairs showed, or whose site's true partners are not known;
3. negatives that are seen as positives elsewhere: the miRNA, or one with its seed 2-7, was seen on the site's cluster;
4. negatives whose site has a seed match of any true partner, offset 6mers included; of an isomiR also that of the
   form in which its miRNA is seen most, as trimmed 5' ends are partly technical;
5. then, per miRNA, as many pairs of the larger class as are too many, so that no miRNA gives the label away.

What it cannot do: a positive's site may have the seed match of its miRNA, a negative's site has none of its partner's.
Sites of positives and negatives therefore differ, and no choice of rows can undo that as long as positives with seed
matches are kept (docs/fair_sets.md says why and measures it). The seedless version keeps pairs without a seed match of
their own only: there sites do not differ, and what is asked is what a model knows beyond the seed.
"""

from __future__ import annotations

from collections import defaultdict
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.confounders import doubtful_pairs, pair_evidence
from dmiso.dataset.clusters import site_clusters
from dmiso.dataset.true_partners import forms_of, partners_of_clusters, shows_seed
from dmiso.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.records import Counts

__all__ = ["FAIR_VERSION", "KEPT", "fair_pairs", "fair_reasons", "rows_sha256"]

FAIR_VERSION: Final = 1
"""Of the recipe: a change of any kept row of any table makes a new version."""

KEPT: Final = ""
"""The reason of a pair that is kept."""

_PAIR: Final = ("mirna_sequence", "target_sequence")
_SEED: Final = slice(1, 7)

_ONLY_DOUBTFUL: Final = "site seen in sense calls and repeats only"
_UNKNOWN: Final = "site of unknown true partner"
_SEEN: Final = "miRNA seen on the site elsewhere"
_COMPETITION: Final = "seed match of a true partner in the site"
_SEEDED: Final = "seed match of the pair's own miRNA in the site"
_TOO_MANY: Final = "more pairs of the miRNA than in the other class"


def fair_reasons(table: pl.DataFrame, positives: pl.DataFrame | None = None) -> list[str]:
    """Say of each pair why the recipe leaves it out, before classes are matched.

    Parameters
    ----------
    table
        Labelled pairs: ``mirna_sequence``, ``target_sequence``, ``label``.
    positives
        Further pairs seen together, with ``mirna_sequence`` and ``target_sequence``: true partners of the table's
        sites that it does not name itself. Where they have ``mirna_id``, they tell in which form a miRNA is seen most.

    Returns
    -------
    list of str
        A reason, or :data:`KEPT`, per row.

    Raises
    ------
    MissingExtraError
        If a pair can be judged by its duplex energy only, and ViennaRNA is not installed.
    """
    known, forms = _known_pairs(table, positives), forms_of(positives)
    clusters = site_clusters([*table["target_sequence"], *known["target_sequence"]])
    cluster, of_known = clusters[: table.height], clusters[table.height :]
    partners = partners_of_clusters(of_known, known["mirna_sequence"].to_list(), forms)
    sound = set(of_known[_doubts(known) == KEPT].tolist())
    reasons: list[str] = _doubts(table).tolist()
    rows = table.select(*_PAIR, "label").iter_rows()
    for row, (number, (mirna, site, label)) in enumerate(zip(cluster.tolist(), rows, strict=True)):
        if reasons[row] == KEPT and not label:
            pair = _Negative(forms[mirna], site, partners.get(number, set()), sound=number in sound)
            reasons[row] = _negative_reason(pair)
    return reasons


def fair_pairs(
    table: pl.DataFrame,
    counts: Counts,
    *,
    positives: pl.DataFrame | None = None,
    seedless: bool = False,
    matched: bool = True,
) -> pl.DataFrame:
    """Return the fair version of a labelled table, by recipe version :data:`FAIR_VERSION`.

    Parameters
    ----------
    table
        Labelled pairs: ``mirna_sequence``, ``target_sequence`` (upper-case RNA), ``label``; other columns are kept.
    counts
        Filled with the pairs kept and, by label and reason, left out.
    positives
        Further pairs seen together, see :func:`fair_reasons`.
    seedless
        Keep pairs without a seed match of their own only.
    matched
        Keep, per miRNA, equally many pairs of both classes.

    Returns
    -------
    polars.DataFrame
        Rows of the table, in its order and with its columns. Which rows of a larger class are kept depends on their
        nucleotides alone, not on their order.

    Raises
    ------
    InputError
        If a column is missing.
    MissingExtraError
        If a pair can be judged by its duplex energy only, and ViennaRNA is not installed.

    Examples
    --------
    >>> from dmiso.records import Counts
    >>> let7, mir21 = "UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA"
    >>> seeded, bare = "GGAUUACCGGACUACCUCAGGCAUUGC", "CCAUGAACGUUCGGAACUUGAGCAGAA"
    >>> pairs = [(let7, seeded, 1), (mir21, seeded, 0), (mir21, bare, 1), (let7, bare, 0)]
    >>> table = pl.DataFrame(pairs, ["mirna_sequence", "target_sequence", "label"], orient="row")
    >>> fair_pairs(table, Counts(), matched=False)["label"].to_list()
    [1, 1, 0]
    """
    for name in (*_PAIR, "label"):
        if name not in table.columns:
            raise InputError(f"a table without the column {name}; found {', '.join(table.columns)}")
    reasons = np.array(fair_reasons(table, positives), dtype=object)
    if seedless:
        forms = forms_of(positives)
        own = [shows_seed(forms[mirna], site) for mirna, site in table.select(_PAIR).iter_rows()]
        reasons[(reasons == KEPT) & np.array(own, np.bool_)] = _SEEDED
    if matched:
        reasons[_surplus(table, reasons == KEPT)] = _TOO_MANY
    label = table["label"].to_numpy()
    for value, word in ((1, "positives"), (0, "negatives")):
        for reason in dict.fromkeys(reasons.tolist()):
            n = int(((label == value) & (reasons == reason)).sum())
            if reason == KEPT:
                counts.keep(word, n)
            elif n:
                counts.drop(f"{word}: {reason}", n)
    return table.filter(pl.Series(reasons == KEPT, dtype=pl.Boolean))


def rows_sha256(table: pl.DataFrame) -> str:
    """Return the SHA-256 of a labelled table's pairs, whatever their order and other columns.

    Lines ``miRNA<TAB>site<TAB>label<LF>``, sorted by bytes, ASCII.

    Examples
    --------
    >>> rows_sha256(pl.DataFrame({"mirna_sequence": ["UGAGG"], "target_sequence": ["CCUCA"], "label": [1]}))[:12]
    '60befba120ae'
    """
    lines = sorted(f"{m}\t{s}\t{label}\n" for m, s, label in table.select(*_PAIR, "label").iter_rows())
    return sha256("".join(lines).encode("ascii")).hexdigest()


def _known_pairs(table: pl.DataFrame, positives: pl.DataFrame | None) -> pl.DataFrame:
    own = table.filter(pl.col("label") == 1).select(_PAIR)
    return pl.concat([own, own.clear() if positives is None else positives.select(_PAIR)]).unique()


def _doubts(table: pl.DataFrame) -> NDArray[np.str_]:
    return doubtful_pairs(
        pair_evidence(table["mirna_sequence"].to_list(), table["target_sequence"].to_list())
    )


class _Negative(NamedTuple):
    """A negative: forms of its miRNA, its site, the miRNAs seen on the site's cluster, whether any call is sound."""

    forms: frozenset[str]
    site: str
    partners: set[str]
    sound: bool


def _negative_reason(pair: _Negative) -> str:
    """Say why a negative is left out, by the miRNAs that were seen on its site's cluster."""
    if not pair.partners:
        return _UNKNOWN
    if not pair.sound:
        return _ONLY_DOUBTFUL
    if {mirna[_SEED] for mirna in pair.forms} & {partner[_SEED] for partner in pair.partners}:
        return _SEEN
    return _COMPETITION if shows_seed(pair.partners, pair.site) else KEPT


def _surplus(table: pl.DataFrame, kept: NDArray[np.bool_]) -> list[int]:
    """Return the rows to leave out so that each miRNA has equally many pairs of both classes.

    Rows of a miRNA and class are ordered by a hash of their nucleotides, so that the choice is nobody's and is the same
    wherever the table is made.
    """
    rows: dict[str, tuple[list[tuple[bytes, int]], ...]] = defaultdict(lambda: ([], []))
    for row, (mirna, site, label) in enumerate(table.select(*_PAIR, "label").iter_rows()):
        if kept[row]:
            key = blake2b(f"fair{FAIR_VERSION}\t{mirna}\t{site}".encode("ascii"), digest_size=16).digest()
            rows[mirna][label].append((key, row))
    surplus = []
    for classes in rows.values():
        least = min(map(len, classes))
        surplus += [row for one in classes for _, row in sorted(one)[least:]]
    return surplus
