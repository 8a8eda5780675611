"""What the study's networks react to: perturbation profiles (the paper's Fig. 2) and miRNAs grouped by them (Fig. S2).

The paper masked every four nucleotides of the pairs of its test data and of CLEAR-CLIP; "the mean and variation of the
sensitivity" at each position is its Fig. 2. Fig. S2 clusters miRNAs "based on the binding sensitivity scores at every
position of miRNAs". Controls that the paper does not have stand beside the profiles (:mod:`dmiso.explain.profiles`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from dmiso.columns import GROUPED_MIRNA_COLUMNS, PROFILE_COLUMNS, STUDY_PROFILE_COLUMNS, schema_of
from dmiso.dataset.settings import stage_seed
from dmiso.explain.mirna_clusters import Clusters, cluster_mirnas
from dmiso.explain.model import EncodedPairs, encode_pairs, explain_stored, shuffled_control
from dmiso.explain.perturb import MASK
from dmiso.explain.profiles import edge_profile, mask_profile
from dmiso.studies.measures import plain_row, rows_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmiso.models import StoredModel
    from dmiso.records import Counts

__all__ = [
    "GROUPED_MIRNA_COLUMNS",
    "STUDY_PROFILE_COLUMNS",
    "clusters_of",
    "grouped_mirnas",
    "profile_rows",
    "profiles_of",
]

_PROFILES: Final = "Fig. 2 perturbation"
_PAIRS: Final = 4000
"""Pairs whose every mask is scored; the profile of more looks the same."""
_CONTROLS: Final = 3
_CONTROL_PAIRS: Final = 1000

_CLUSTERS: Final = 10
"""Clusters of miRNAs; the paper's text names no number."""
_PAIRS_PER_MIRNA: Final = 20
_MIRNAS: Final = 120
"""miRNAs that are grouped, those of most interactions: more cannot be read off a figure."""


def profiles_of(
    stored: StoredModel, frame: pl.DataFrame, name: str, seed: int, counts: Counts
) -> pl.DataFrame:
    """Average the change by every mask over pairs, with controls.

    Parameters
    ----------
    stored
        The network.
    frame
        Pairs, of either label as in the paper.
    name
        Goes into the table as the scorer's.
    seed
        Of the draw of pairs and of the controls.
    counts
        Filled with the pairs beyond the draw.

    Returns
    -------
    polars.DataFrame
        :data:`dmiso.columns.PROFILE_COLUMNS`; no row where there is no pair.
    """
    if frame.is_empty():
        return pl.DataFrame(schema=schema_of(PROFILE_COLUMNS))
    if frame.height > _PAIRS:
        counts.note(f"pairs beyond the {_PAIRS:,} drawn for perturbation", frame.height - _PAIRS)
        frame = frame.sample(_PAIRS, seed=stage_seed(seed, "perturbed pairs"))
    model = explain_stored(stored)
    pairs = encode_pairs(model, frame["mirna_sequence"].to_list(), frame["target_sequence"].to_list(), counts)
    n = _CONTROL_PAIRS
    few = EncodedPairs(pairs.mirna[:n], pairs.target[:n], pairs.start[:n])
    tables = [mask_profile(model, pairs), edge_profile(model)]
    tables = [table.with_columns(scorer=pl.lit(name)) for table in tables]
    for number in range(_CONTROLS):
        control = mask_profile(shuffled_control(stored, seed=number), few, kind="control")
        tables.append(control.with_columns(scorer=pl.lit(f"{name} #{number + 1}")))
    return pl.concat(tables)


def profile_rows(data: str, mode: str, profiles: pl.DataFrame) -> pl.DataFrame:
    """Say of a profile what the paper's text says of its own.

    A position is the first of a mask of four, from 1. Variation is the standard deviation over pairs of the change of
    the probability, the paper's scale, a mask over padding counted as no change.

    Parameters
    ----------
    data, mode
        Of the rows.
    profiles
        Of :func:`profiles_of`.
    """
    return rows_frame(_described(data, mode, profiles))


def _described(data: str, mode: str, profiles: pl.DataFrame) -> Iterator[dict[str, Any]]:
    own = profiles.filter(pl.col("kind") == "model", pl.col("scale") == "probability")
    for side, regions in (
        ("mirna", {"1-9": (1, 9), "10-18": (10, 18), "19 on": (19, 99)}),
        ("target", {"1-20": (1, 20), "21-40": (21, 40), "41 on": (41, 99)}),
    ):
        rows = own.filter(pl.col("side") == side).with_columns(position=pl.col("mask_start") + 1)
        word = "miRNA" if side == "mirna" else "target"
        position = pl.col("position")
        for name, (first, last) in regions.items():
            varied = rows.filter(position.is_between(first, last)).select(pl.col("sd_change").mean()).item()
            yield plain_row(_PROFILES, data, f"{word} positions {name}", "variation", value=varied, mode=mode)
        ends = (1, 8) if side == "mirna" else (41, 99)
        part = rows.filter(position.is_between(*ends)).sort("sd_change", maintain_order=True)
        subject = "seed (miRNA 1-8)" if side == "mirna" else "target 41 on"
        for metric, row in (("least varied position", 0), ("most varied position", -1)):
            if part.height:
                found = float(part["position"][row])
                yield plain_row(_PROFILES, data, subject, metric, value=found, mode=mode)


def grouped_mirnas(stored: StoredModel, frame: pl.DataFrame, seed: int, counts: Counts) -> pl.DataFrame:
    """Cluster miRNAs by how a network reacts to masks along them.

    Parameters
    ----------
    stored
        The network.
    frame
        Labelled pairs; of each miRNA as sequenced at most twenty are drawn.
    seed
        Of the draw.
    counts
        Filled with the miRNAs that are in no cluster.

    Returns
    -------
    polars.DataFrame
        :data:`GROUPED_MIRNA_COLUMNS` but ``mode``: a row per miRNA and mask, cluster by cluster.
    """
    often = frame.group_by("mirna_sequence").len("_n").sort("_n", "mirna_sequence", descending=[True, False])
    if often.height > _MIRNAS:
        counts.drop(f"miRNAs beyond the {_MIRNAS} of most pairs, not clustered", often.height - _MIRNAS)
    # a draw per miRNA: the order of the rows in a random permutation, its first few
    order = np.random.default_rng(stage_seed(seed, "clustered pairs")).permutation(frame.height)
    drawn = frame[order].filter(pl.int_range(pl.len()).over("mirna_sequence") < _PAIRS_PER_MIRNA)
    drawn = drawn.join(often.head(_MIRNAS), on="mirna_sequence", how="semi", maintain_order="left")
    found = cluster_mirnas(explain_stored(stored), drawn, _CLUSTERS, counts=counts)
    masks = np.arange(found.profiles.shape[1])
    table = found.table.with_columns(
        mask_start=pl.Series([masks.tolist()] * found.table.height, dtype=pl.List(pl.Int64)),
        mean_change=pl.Series(found.profiles.tolist(), dtype=pl.List(pl.Float64)),
    ).explode("mask_start", "mean_change", empty_as_null=True)
    table = table.with_columns(mask_end=pl.col("mask_start") + MASK)
    columns = GROUPED_MIRNA_COLUMNS[1:]
    return table.select(pl.col(name).cast(dtype) for name, dtype in schema_of(columns).items())


def clusters_of(table: pl.DataFrame) -> Clusters:
    """Return a table of :func:`grouped_mirnas` as clusters.

    Parameters
    ----------
    table
        Of one network.
    """
    members = table.unique("mirna_sequence", keep="first", maintain_order=True)
    members = members.select(
        pl.lit("network").alias("scorer"), "mirna_cluster", "mirna_sequence", "mirna_id", "n"
    )
    n_masks = table["mask_start"].n_unique()
    profiles = table["mean_change"].to_numpy().reshape(members.height, n_masks)
    return Clusters(members, profiles)
