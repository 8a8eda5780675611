"""The columns of every table dmiso writes or reads, declared once: name, type, unit, sentence.

One thing has one name everywhere: the column is the field, the flag and the JSON key.
Coordinates are 0-based, half-open, on the target 5'→3'.
"""

from dmiso.columns.chimeras import (
    CALL_COLUMNS,
    CANDIDATE_COLUMNS,
    CHIMERA_COLUMNS,
    FUNNEL_COLUMNS,
    QC_COLUMNS,
    STATISTIC_COLUMNS,
    TRUTH_COLUMNS,
)
from dmiso.columns.column import Column
from dmiso.columns.comparison import (
    GENE_CHANGE_COLUMNS,
    SITE_CHANGE_COLUMNS,
)
from dmiso.columns.declared import (
    COLUMNS,
    PAIR_COLUMNS,
    PUBLISHED_COLUMNS,
    SCORE_COLUMNS,
    SITE_COLUMNS,
    describe,
)
from dmiso.columns.evaluation import (
    COMPARISON_COLUMNS,
    METRIC_COLUMNS,
    RELIABILITY_COLUMNS,
    ROW_COLUMNS,
    SIDE_COLUMNS,
    STRATA_COLUMNS,
    STUDY_COUNT_COLUMNS,
)
from dmiso.columns.explanation import (
    BASE_COLUMNS,
    CLUSTER_COLUMNS,
    ENERGY_COLUMNS,
    GENE_SET_COLUMNS,
    MATCH_COLUMNS,
    PAIR_EFFECT_COLUMNS,
    PAIR_TABLE_COLUMNS,
    PROFILE_COLUMNS,
    SHARED_COLUMNS,
    VARIANT_COLUMNS,
)
from dmiso.columns.gene_scores import (
    CURVE_SHARE_COLUMNS,
    EXPERIMENT_METRIC_COLUMNS,
    GENE_COMPARISON_COLUMNS,
    GENE_METRIC_COLUMNS,
    RESPONSE_COLUMNS,
)
from dmiso.columns.pairs import (
    DATASET_COLUMNS,
    INTERACTION_COLUMNS,
)
from dmiso.columns.scan import (
    FULL_SITE_COLUMNS,
    GENE_COLUMNS,
    SCAN_SITE_COLUMNS,
    TOTAL_COLUMNS,
)
from dmiso.columns.schema import schema_of
from dmiso.columns.small_rnas import (
    CROSSREF_COLUMNS,
    EXCHANGE_COLUMNS,
    NAMES_COLUMNS,
    PREFERENCE_COLUMNS,
    SUBSTITUTION_COLUMNS,
    SUMMARY_MIRNA_COLUMNS,
    SUMMARY_MIRNA_TYPE_COLUMNS,
    SUMMARY_PREFERENCE_COLUMNS,
    SUMMARY_TYPE_COLUMNS,
)
from dmiso.columns.training import (
    CURVE_COLUMNS,
    FOLD_COLUMNS,
    FOLD_PREDICTION_COLUMNS,
    FOLD_VALUE_COLUMNS,
)

__all__ = [
    "BASE_COLUMNS",
    "CALL_COLUMNS",
    "CANDIDATE_COLUMNS",
    "CHIMERA_COLUMNS",
    "CLUSTER_COLUMNS",
    "COLUMNS",
    "COMPARISON_COLUMNS",
    "CROSSREF_COLUMNS",
    "CURVE_COLUMNS",
    "CURVE_SHARE_COLUMNS",
    "DATASET_COLUMNS",
    "ENERGY_COLUMNS",
    "EXCHANGE_COLUMNS",
    "EXPERIMENT_METRIC_COLUMNS",
    "FOLD_COLUMNS",
    "FOLD_PREDICTION_COLUMNS",
    "FOLD_VALUE_COLUMNS",
    "FULL_SITE_COLUMNS",
    "FUNNEL_COLUMNS",
    "GENE_CHANGE_COLUMNS",
    "GENE_COLUMNS",
    "GENE_COMPARISON_COLUMNS",
    "GENE_METRIC_COLUMNS",
    "GENE_SET_COLUMNS",
    "INTERACTION_COLUMNS",
    "MATCH_COLUMNS",
    "METRIC_COLUMNS",
    "NAMES_COLUMNS",
    "PAIR_COLUMNS",
    "PAIR_EFFECT_COLUMNS",
    "PAIR_TABLE_COLUMNS",
    "PREFERENCE_COLUMNS",
    "PROFILE_COLUMNS",
    "PUBLISHED_COLUMNS",
    "QC_COLUMNS",
    "RELIABILITY_COLUMNS",
    "RESPONSE_COLUMNS",
    "ROW_COLUMNS",
    "SCAN_SITE_COLUMNS",
    "SCORE_COLUMNS",
    "SHARED_COLUMNS",
    "SIDE_COLUMNS",
    "SITE_CHANGE_COLUMNS",
    "SITE_COLUMNS",
    "STATISTIC_COLUMNS",
    "STRATA_COLUMNS",
    "STUDY_COUNT_COLUMNS",
    "SUBSTITUTION_COLUMNS",
    "SUMMARY_MIRNA_COLUMNS",
    "SUMMARY_MIRNA_TYPE_COLUMNS",
    "SUMMARY_PREFERENCE_COLUMNS",
    "SUMMARY_TYPE_COLUMNS",
    "TOTAL_COLUMNS",
    "TRUTH_COLUMNS",
    "VARIANT_COLUMNS",
    "Column",
    "describe",
    "schema_of",
]
