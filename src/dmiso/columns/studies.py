"""Tables of a study that stand for the paper's supplement."""

from __future__ import annotations

from typing import Final

from dmiso.columns.column import Column
from dmiso.columns.explanation import (
    CLUSTER_COLUMNS,
    GENE_SET_COLUMNS,
    MATCH_COLUMNS,
    PROFILE_COLUMNS,
    SHARED_COLUMNS,
)

__all__ = [
    "GROUPED_MIRNA_COLUMNS",
    "ISOMIR_FREQUENCY_COLUMNS",
    "LAST_LAYER_COLUMNS",
    "STUDIES",
    "STUDY_FUNNEL_COLUMNS",
    "STUDY_GENE_SET_COLUMNS",
    "STUDY_KERNEL_COLUMNS",
    "STUDY_PROFILE_COLUMNS",
    "STUDY_SHARED_COLUMNS",
]

STUDIES: Final = (
    Column("isomir_interactions", "Int64", "", "Interactions of one isomiR"),
    Column("last_input", "String", "", "Input of a network's last unit: a hidden unit, or an abundance"),
    Column("last_weight", "Float64", "logit", "Weight of that input"),
    Column("weight_rank", "Int64", "", "Rank of the weight by size, 1 the largest", least=1),
)

ISOMIR_FREQUENCY_COLUMNS: Final = (
    "data",
    "mirna_id",
    "mirna_sequence",
    "isomir_types",
    "isomir_interactions",
    "read_count",
)

STUDY_PROFILE_COLUMNS: Final = ("mode", "data", *PROFILE_COLUMNS)

GROUPED_MIRNA_COLUMNS: Final = (
    "mode",
    *(name for name in CLUSTER_COLUMNS if name != "scorer"),
    "mask_start",
    "mask_end",
    "mean_change",
)
"""Clusters of miRNAs with the mean change of the logit by each mask; ``n`` is the pairs it is the mean of."""

STUDY_SHARED_COLUMNS: Final = ("mode", *(name for name in SHARED_COLUMNS if name != "scorer"))

STUDY_GENE_SET_COLUMNS: Final = (
    "mode",
    "collection",
    *(name for name in GENE_SET_COLUMNS if name != "scorer"),
)

STUDY_KERNEL_COLUMNS: Final = ("mode", *MATCH_COLUMNS)

LAST_LAYER_COLUMNS: Final = ("mode", "last_input", "last_weight", "weight_rank")

STUDY_FUNNEL_COLUMNS: Final = ("step", "outcome", "what", "n")
