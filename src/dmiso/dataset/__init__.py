"""Interactions to labelled, leak-free data: readers, sites, site clusters, splits, negatives, builds."""

from dmiso.dataset.clusters import shares_kmer, site_clusters
from dmiso.dataset.layouts import INTERACTION_COLUMNS, LAYOUTS
from dmiso.dataset.negatives import STRATEGIES, DrawSettings, draw_negatives
from dmiso.dataset.readers import Interactions, read_interactions
from dmiso.dataset.run import DATASET_COLUMNS, Sources, dataset_files
from dmiso.dataset.splits import SCHEMES, assign_splits
from dmiso.settings.dataset import SITE_RULES, BuildSettings, SiteRule, SplitSettings
from dmiso.verbs import callable_room

__all__ = [
    "DATASET_COLUMNS",
    "INTERACTION_COLUMNS",
    "LAYOUTS",
    "SCHEMES",
    "SITE_RULES",
    "STRATEGIES",
    "BuildSettings",
    "DrawSettings",
    "Interactions",
    "SiteRule",
    "Sources",
    "SplitSettings",
    "assign_splits",
    "dataset_files",
    "draw_negatives",
    "read_interactions",
    "shares_kmer",
    "site_clusters",
]

callable_room(__name__)
