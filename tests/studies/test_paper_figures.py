"""The paper's figures against each other: what is printed as AUROC and AUPR of other tools is of their calls."""

import pytest

from dmiso.studies.paper_figures import FIGURES, paper_figure
from dmiso.studies.tools import FIVE

TABLE_1 = [("Table 1", "test"), ("second data", "second")]
SIZES = {"test": (14_053, 8_319), "second": (14_684, 1_323)}


def printed(position, tool):
    names = ("auroc", "average_precision", "precision", "recall", "specificity", "f1")
    return {name: float(FIGURES[*position, tool, name].text) for name in names}


@pytest.mark.parametrize("position", TABLE_1)
@pytest.mark.parametrize("tool", FIVE)
def test_figures__the_aurocs_and_auprs_of_tools_are_of_their_calls(position, tool):
    row = printed(position, tool)
    # figures have four decimals, so a sum of two halves can be off by one in the last
    assert row["auroc"] == pytest.approx((row["recall"] + row["specificity"]) / 2, abs=1.01e-4)
    assert float(FIGURES[*position, tool, "call_auroc"].text) == row["auroc"]
    positives, negatives = SIZES[position[1]]
    called, rest = row["recall"] * row["precision"], (1 - row["recall"]) * positives / (positives + negatives)
    assert row["average_precision"] == pytest.approx(called + rest, abs=2e-4)


@pytest.mark.parametrize("position", TABLE_1)
def test_figures__the_auroc_of_dmiso_is_not_of_its_calls(position):
    row = printed(position, "network")
    of_calls = float(FIGURES[*position, "network", "call_auroc"].text)
    assert of_calls == pytest.approx((row["recall"] + row["specificity"]) / 2)
    assert row["auroc"] - of_calls > 0.06


@pytest.mark.parametrize("position", TABLE_1)
@pytest.mark.parametrize("tool", ["network", *FIVE])
def test_figures__of_a_row_of_table_1_fit_each_other(position, tool):
    row = printed(position, tool)
    positives, negatives = SIZES[position[1]]
    false = (1 - row["specificity"]) * negatives
    true = row["recall"] * positives
    assert row["precision"] == pytest.approx(true / (true + false), abs=0.02)
    assert row["f1"] == pytest.approx(2 * true / (true + false + positives), abs=2e-4)


def test_figures__of_table_2_are_of_all_tools_and_both_kinds():
    for data, column in (("mirtarbase-functional", 1), ("miRTarBase, non-functional", 2)):
        found = [paper_figure("Table 2 recall", data, tool, "recall") for tool in ("network", *FIVE)]
        expected = {
            1: ["0.9168", "0.7054", "0.0195", "0.7643", "0.6696", "0.0090"],
            2: ["0.8938", "0.3540", "0.0221", "0.3053", "0.5531", "0.0044"],
        }
        assert [figure.text for figure in found] == expected[column]
