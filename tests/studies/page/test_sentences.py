"""Sentences follow the numbers, whichever way these fall."""

import polars as pl
import pytest

from dmiso.studies.measures import plain_row, rows_frame
from dmiso.studies.other_reading import OTHER_READING
from dmiso.studies.page import group_sentences, sentences
from dmiso.studies.page.sentences import NOTHING
from dmiso.studies.page.values import Numbers
from dmiso.studies.side_by_side import side_by_side

from .conftest import GIVEN


def held_out(numbers):
    return sentences.held_out_sentence(numbers, "Table 1", "test", "test")


def with_energy(results, value):
    changed = pl.when(pl.col("subject") == "rnacofold").then(value).otherwise("value")
    return Numbers(side_by_side(results.with_columns(value=changed)))


def test_held_out__says_what_the_network_has_and_what_undoes_it(numbers):
    said = held_out(numbers)
    assert (
        "9 epochs without early stopping has AUROC 0.970 ± 0.010 (the paper prints 0.9945); chance is 0.500."
        in said
    )
    assert (
        "The network keeps 0.910 ± 0.010 with the miRNAs permuted among the rows and 0.600 ± 0.000 on" in said
    )
    assert "in honest mode the same network has 0.720 ± 0.010." in said
    assert (
        "a <b>|model, not trained here, has 0.950 [0.930–0.970] in paper mode and 0.640 [0.620–0.660] in"
        in said
    )


@pytest.mark.parametrize(
    ("energy", "said"),
    [
        (
            0.993,
            "RNAcofold energy alone reaches 0.993, as much or more: nothing in this table needs the network.",
        ),
        (
            0.955,
            "RNAcofold energy alone reaches 0.955, nearly as much: nothing in this table needs the network.",
        ),
        (0.735, "RNAcofold energy alone reaches 0.735: 50% of what the network has above chance."),
        (0.45, "GC of the site alone reaches 0.620: 26% of what the network has above chance."),
    ],
)
def test_held_out__the_best_baseline_is_weighed_against_the_network(results, energy, said):
    assert said in held_out(with_energy(results, energy))


def test_held_out__no_baseline_above_chance_is_said(results):
    low = results.with_columns(
        value=pl.when(pl.col("subject").is_in(["rnacofold", "target_gc"])).then(0.4).otherwise("value")
    )
    assert "No baseline looked at is above chance" in held_out(Numbers(side_by_side(low)))


def test_calls__the_papers_aurocs_of_other_tools_are_of_calls():
    said = sentences.calls_sentence("test")
    assert "Of the 5 AUROCs that the paper prints for other tools, 5 equal (recall + specificity) / 2" in said
    assert "(of its calls it would be 0.9304)" in said
    assert "chance has an AUPR of 0.628" in said
    assert "chance has an AUPR of 0.917" in sentences.calls_sentence("second")


def test_recall__is_set_beside_random_windows_whichever_is_more(numbers):
    said = group_sentences.recall_sentence(numbers)
    assert (
        "In paper mode the network trained here calls 0.800 of real sites positive, and 0.900 of random windows, more"
        in said
    )
    assert (
        "In honest mode the network trained here calls 0.700 of real sites positive, and 0.400 of random windows."
        in said
    )


def test_undone__names_the_baseline_farthest_from_chance(numbers):
    said = sentences.undone_sentence(numbers)
    assert "GC of the site alone is farthest from chance on the held-out rows of paper mode: 0.620." in said
    assert "of honest mode: 0.500." in said


def test_counts__stand_beside_the_papers(numbers):
    assert "1,541 interactions of isomiRs (the paper: 58,043)" in group_sentences.counts_sentence(numbers)


@pytest.mark.parametrize(
    "sentence",
    [
        sentences.tenfold_sentence,
        sentences.halves_sentence,
        sentences.top_five_sentence,
        group_sentences.recall_sentence,
        group_sentences.types_sentence,
        group_sentences.forms_sentence,
        group_sentences.abundance_sentence,
        group_sentences.counts_sentence,
        held_out,
        sentences.reading_sentence,
    ],
)
def test_sentences__of_a_study_without_such_rows_say_so(sentence):
    assert sentence(Numbers(side_by_side(rows_frame([])))) == NOTHING


@pytest.mark.parametrize(
    ("below", "nearer"),
    [((0.754, 0.205), "the first"), ((0.99, 0.87), "the second"), ((0.95, 0.9), "neither")],
)
def test_reading__says_which_negatives_a_model_agrees_with(results, below, nearer):
    rows = [
        plain_row(OTHER_READING, "test", GIVEN, metric, mode="paper", value=value)
        for metric, value in zip(("auroc", "specificity"), below, strict=True)
    ]
    said = sentences.reading_sentence(Numbers(side_by_side(pl.concat([results, rows_frame(rows)]))))
    assert said.startswith(
        f"a <b>|model (given) has AUROC and specificity 0.950 and 0.900 on negatives above -10 kcal/mol, which hardly "
        f"bind, and {below[0]:.3f} and {below[1]:.3f} on negatives below, which bind: the printed 0.9945 and 0.8714 "
        f"are nearer to {nearer}."
    )
    assert said.endswith("no document says it.")
