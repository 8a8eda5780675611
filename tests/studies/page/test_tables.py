"""Tables as the page shows them."""

from dmiso.studies.page.tables import counted, grid, listing

from .conftest import FULL, GIVEN


def rows_by_name(group):
    return {row[0]: row[1:] for row in group.rows}


def test_grid__has_the_paper_and_both_modes_in_the_layout_of_table_1(numbers):
    table = grid(numbers, "Table 1", "test", undone="test")
    assert [group.title for group in table.groups] == [
        "The paper (14,053 + 8,319 rows)",
        "Paper mode (30 + 20 rows)",
        "Honest mode (30 + 20 rows)",
    ]
    assert all(len(row) == len(table.head) for group in table.groups for row in group.rows)
    printed = rows_by_name(table.groups[0])
    assert printed["DMISO"][:7] == ("0.9945", "0.93045", "0.9969", "0.9581", "0.9286", "0.9895", "0.8714")
    assert printed["miTAR"][:2] == ("0.5970", "0.5970")


def test_grid__sets_beside_each_subject_what_undoes_it_and_the_baselines_below(numbers):
    paper, honest = map(rows_by_name, grid(numbers, "Table 1", "test", undone="test").groups[1:])
    full = FULL.replace("network", "network trained here")
    assert paper[full] == (
        "0.970 ± 0.010",
        "–",
        "0.960",
        "0.950",
        "0.940",
        "0.930",
        "0.920",
        "0.910 ± 0.010",
        "0.600 ± 0.000",
    )
    assert honest[full][-2:] == ("0.510 ± 0.010", "its AUROC")
    assert honest["RNAcofold energy alone"][-2:] == ("", "")
    assert paper["– seed 2"][0] == "0.980 [0.960–1.000]"
    assert paper["RNAcofold energy alone"][0] == "0.993"
    assert list(paper).index(GIVEN) < list(paper).index("RNAcofold energy alone")
    assert "RNA22" not in paper


def test_grid__says_what_chance_reaches_in_the_paper_and_in_each_mode(numbers):
    chance = [group.rows[-1][:4] for group in grid(numbers, "Table 1", "test", undone="test").groups]
    assert chance == [
        ("chance", "0.500", "0.500", "0.628"),
        ("chance", "0.500", "0.500", "0.600"),
        ("chance", "0.500", "0.500", "0.600"),
    ]


def test_grid__of_an_analysis_that_was_not_made_has_what_the_paper_prints_alone(numbers):
    assert [group.title for group in grid(numbers, "second data", "second").groups] == [
        "The paper (14,684 + 1,323 rows)"
    ]
    assert grid(numbers, "S9 top five", "test").groups == []


def test_listing__has_a_row_per_data_subject_and_metric(numbers):
    table = listing(numbers, "Table 2 recall")
    assert [group.title for group in table.groups] == ["clip", "random windows, 60% GC (control)"]
    assert table.groups[0].rows == [
        ("network trained here", "Recall", "0.9164", "0.800", "30 + 0", "0.700", "30 + 0")
    ]
    assert table.groups[1].rows[0][3:5] == ("0.900", "40")


def test_counted__are_whole_numbers_beside_the_papers(numbers):
    whole, single = counted(numbers, "S2 S3 counts")
    assert whole.head == ("", "the paper", "interactions trained on")
    assert whole.groups[0].rows == [("interactions of isomiRs", "58,043", "1,541")]
    assert single.groups[0].rows == [("interactions, SNP", "0")]
