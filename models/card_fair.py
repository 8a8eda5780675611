"""The card's table of old and fair test sets, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dmiso.dataset.fair import FAIR_VERSION
from dmiso.io.markdown import markdown_table
from fair_tests import SEEDLESS, SUFFIX, whole_name

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["fair_section", "is_judged_by"]

_VERSIONS: Final = {"": "as published", SUFFIX: "fair", SEEDLESS: "fair, no seed match"}
_SHOWN: Final = {
    "average_precision": "average precision",
    "auroc": "AUROC",
    "within_mirna_auroc": "within miRNAs",
    "within_site_auroc": "within sites",
}


def is_judged_by(name: str) -> bool:
    """Return whether a set is one that the card's first sentence speaks of: all but those without seed matches."""
    return not name.endswith(SEEDLESS)


def fair_section(tests: Mapping[str, dict[str, Any]]) -> str:
    """Return the table of each set beside its fair versions, and what they are."""
    rows = []
    for whole in dict.fromkeys(map(whole_name, tests)):
        for suffix, words in _VERSIONS.items():
            if (result := tests.get(whole + suffix)) is None:
                continue
            numbers = [_short(result["scores"]["model"][metric]) for metric in _SHOWN]
            chance = result["n_positives"] / result["n_pairs"]
            rows.append(
                [f"`{whole}`, {words}", f"{result['n_pairs']:,}", f"{chance:.2f}", *numbers, _peer(result)]
            )
    header = ["test set", "pairs", "chance", *_SHOWN.values(), "miRBind2; difference of average precisions"]
    return f"""{markdown_table(header, rows)}

Fair versions (recipe {FAIR_VERSION}, docs/fair_sets.md) leave out sense calls, repeats, and negatives whose site has a
seed match of the miRNA that was seen on it: whose site it is says nothing about binding. Every miRNA stands equally
often in both classes. Without the pairs that have a seed match of their own, sites do not differ between classes.
Chance is the average precision of any constant; AUROCs within sites of a fair set see sites without a seed match of
their own miRNA only.
"""


def _peer(result: Mapping[str, Any]) -> str:
    lead = result["average_precision_minus"].get("mirbind2")
    if lead is None:
        return ""
    peer = result["scores"]["mirbind2"]["average_precision"]["value"]
    return f"{peer:.3f}; {lead['difference']:+.3f} [{lead['low']:+.3f}, {lead['high']:+.3f}]"


def _short(numbers: Mapping[str, float | None]) -> str:
    if numbers["value"] is None:
        return ""
    return f"{numbers['value']:.3f} [{numbers['low']:.3f}-{numbers['high']:.3f}]"
