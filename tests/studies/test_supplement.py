"""The supplement of a study: what its parts say on made-up tables, and the files of a whole study."""

import numpy as np
import polars as pl
import pytest
from safetensors.numpy import save_file
from scipy.stats import hypergeom

from dmiso.columns import MATCH_COLUMNS, PROFILE_COLUMNS, schema_of
from dmiso.errors import InputError, UsageError
from dmiso.records import Counts
from dmiso.studies import StudyInputs
from dmiso.studies.cluster_targets import (
    cluster_rows,
    clusters_in_sets,
    clusters_share,
    random_clusters_in_sets,
    read_collections,
)
from dmiso.studies.funnel import read_funnel
from dmiso.studies.learnt_weights import kernel_rows, last_layer, last_layer_rows
from dmiso.studies.paper_figures import paper_figure
from dmiso.studies.sensitivity import clusters_of, profile_rows
from dmiso.studies.supplement import check_supplement

SETS = {"one": {"five": {f"g{k}" for k in range(5)}, "x": {f"x{k}" for k in range(20)}}}
MIRNAS = [f"{base * 20}{i}" for base in "ab" for i in range(3)]


def values(rows, subject):
    return dict(rows.filter(subject=subject).select("metric", "value").iter_rows())


@pytest.fixture
def grouped():
    """Two clusters of three miRNAs, each with fifteen masks."""
    rows = [
        (1 + i // 3, mirna, f"mir-{i}", 9, mask, mask + 4, float(i * 100 + mask))
        for i, mirna in enumerate(MIRNAS)
        for mask in range(15)
    ]
    columns = ("mirna_cluster", "mirna_sequence", "mirna_id", "n", "mask_start", "mask_end", "mean_change")
    return pl.DataFrame(rows, schema=schema_of(columns), orient="row")


@pytest.fixture
def positives():
    """Cluster 1 binds genes g0 to g4, cluster 2 others; a miRNA of no cluster binds twenty more."""
    pairs = [(mirna, f"g{k}") for mirna in MIRNAS[:3] for k in range(5)]
    pairs += [(mirna, f"h{i}{k}") for i, mirna in enumerate(MIRNAS[3:]) for k in range(2)]
    pairs += [("c" * 21, f"x{k}") for k in range(20)] + [(MIRNAS[0], None)]
    frame = pl.DataFrame(pairs, schema=["mirna_sequence", "gene_name"], orient="row")
    nothing = pl.lit(None, pl.String)
    return frame.with_columns(gene_id=nothing, transcript_id=nothing)


def test_clusters__come_back_from_their_table(grouped):
    found = clusters_of(grouped)
    assert found.table["mirna_sequence"].to_list() == MIRNAS
    assert found.profiles.tolist() == [[i * 100.0 + mask for mask in range(15)] for i in range(6)]


def test_sets__are_tested_against_all_genes_seen_that_a_set_names(grouped, positives):
    collections = {
        "one": {"five": {f"g{k}" for k in range(5)} | {"unseen"}, "most": {f"x{k}" for k in range(20)}},
        "two": {"both": {"g0", "h00"}},
    }
    counts = Counts()
    table = clusters_in_sets(grouped, positives, collections, counts)
    assert counts.notes == {"interactions without a gene symbol, in no gene set": 1}
    first = table.row(0, named=True)
    assert (first["collection"], first["mirna_cluster"], first["gene_set"]) == ("one", 1, "five")
    assert (first["cluster_targets"], first["in_set"], first["overlap"]) == (5, 5, 5)
    # g0 to g4 and x0 to x19 are seen and named; h00 to h21 no set of this collection names
    assert first["enrichment_p_value"] == pytest.approx(hypergeom.sf(4, 25, 5, 5))
    # Benjamini and Hochberg over both collections and both clusters: the least of six p-values
    assert table.height == 6
    assert first["enrichment_q_value"] == pytest.approx(6 * first["enrichment_p_value"])


def test_clusters__with_common_targets_and_sets_are_counted(grouped, positives):
    shared = clusters_share(grouped, positives, seed=0)
    assert dict(shared.select("mirna_cluster", "shared_share").iter_rows()) == {1: 1.0, 2: 0.0}
    enriched = clusters_in_sets(grouped, positives, SETS, Counts())
    at_random = random_clusters_in_sets(grouped, positives, SETS, seed=0)
    rows = cluster_rows("paper", grouped, shared, enriched, at_random)
    assert values(rows, "network")["miRNAs clustered"] == 6
    assert values(rows, "network")["clusters of two or more miRNAs"] == 2
    found = values(rows, "one")
    assert found["clusters tested"] == 2
    assert found["gene sets over-represented in a cluster (q < 0.05)"] == 1
    assert found["clusters with an over-represented gene set (q < 0.05)"] == 1


def test_sets__of_genes_that_any_mirnas_target_are_over_represented_in_random_clusters_too(
    grouped, positives
):
    every = [(mirna, f"g{k}") for mirna in MIRNAS for k in range(5)]
    common = pl.DataFrame(every, schema=["mirna_sequence", "gene_name"], orient="row")
    frame = pl.concat([positives, common], how="diagonal")
    at_random = random_clusters_in_sets(grouped, frame, SETS, seed=0).row(0, named=True)
    assert (at_random["random_clusters"], at_random["random_sets"]) == (2, 1)
    rows = cluster_rows(
        "paper",
        grouped,
        clusters_share(grouped, frame, seed=0),
        clusters_in_sets(grouped, frame, SETS, Counts()),
        random_clusters_in_sets(grouped, frame, SETS, seed=0),
    )
    found = values(rows, "one")
    metric = "clusters with an over-represented gene set (q < 0.05)"
    assert found[metric] == found[f"control: {metric}"] == 2
    assert paper_figure("S7 gene sets", "training data", "one", metric).text == "often"
    assert paper_figure("S7 gene sets", "training data", "one", f"control: {metric}").text == ""


def test_sets__not_given_are_a_row_that_says_so(grouped, positives):
    shared = clusters_share(grouped, positives, seed=0)
    enriched = clusters_in_sets(grouped, positives, {}, Counts())
    at_random = random_clusters_in_sets(grouped, positives, {}, seed=0)
    last = cluster_rows("honest", grouped, shared, enriched, at_random).row(-1, named=True)
    assert (last["analysis"], last["mode"], last["value"]) == ("S7 gene sets", "honest", None)
    assert "--gene-sets" in last["note"]


def test_collections__of_one_name_are_refused(tmp_path):
    paths = [tmp_path / "a" / "sets.gmt", tmp_path / "b" / "sets.gmt.gz"]
    for path in paths:
        path.parent.mkdir()
        path.write_text("one\tsaid\tg1\n")
    with pytest.raises(UsageError, match="two files are called sets"):
        read_collections(paths, Counts())


def test_profile__rows_say_where_the_network_varies():
    def side(name, values):
        rows = [
            ("network", "model", name, "probability", i, i + 4, 0.0, value, 9)
            for i, value in enumerate(values)
        ]
        return pl.DataFrame(rows, schema=schema_of(PROFILE_COLUMNS), orient="row")

    mirna = [0.1, 0.4, 0.9, 0.4, 0.4, 0.4, 0.4, 0.4, 0.2, *[0.3] * 9, *[0.0] * 9]
    target = [0.5] * 20 + [0.1] * 20 + [0.2] * 9 + [0.6] + [0.2] * 7
    rows = profile_rows("test", "paper", pl.concat([side("mirna", mirna), side("target", target)]))
    assert values(rows, "miRNA positions 1-9")["variation"] == pytest.approx(np.mean(mirna[:9]))
    assert values(rows, "miRNA positions 10-18")["variation"] == pytest.approx(0.3)
    assert values(rows, "seed (miRNA 1-8)") == {"least varied position": 1, "most varied position": 3}
    assert values(rows, "target positions 1-20")["variation"] == 0.5
    assert values(rows, "target 41 on")["most varied position"] == 50
    assert (
        paper_figure("Fig. 2 perturbation", "test", "target 41 on", "most varied position").text
        == "around 50"
    )


def test_kernels__are_counted_by_side_and_way():
    def kernel(name, way, flat, p, q):
        found = (None,) * 4 if flat else ("MA1", "ZFP42", p, p)
        return (name, way, 2.0, 0, flat, "NNNN", "jaspar", *found, *((None, None) if flat else (q, q)))

    rows = [kernel("mirna_0", "weights", False, 1e-5, 0.01), kernel("mirna_1", "weights", True, None, None)]
    rows += [
        kernel("target_0", "weights", False, 1e-4, 0.3),
        kernel("target_1", "activating", False, 0.5, 0.9),
    ]
    table = pl.DataFrame(rows, schema=schema_of(MATCH_COLUMNS), orient="row")
    found = kernel_rows("paper", table)
    assert values(found, "miRNA kernels, read by weights") == {"kernels that are not flat, of 2": 1}
    assert values(found, "miRNA kernels, read by weights, jaspar") == {
        "matches with TOMTOM's p < 0.001": 1,
        "matches with permutation q < 0.05": 1,
    }
    assert values(found, "target kernels, read by weights, jaspar") == {
        "matches with TOMTOM's p < 0.001": 1,
        "matches with permutation q < 0.05": 0,
    }
    assert found.filter(subject="miRNA kernels, read by weights, jaspar")["note"][0] == "best: ZFP42"


def test_last_layer__has_the_abundances_first_and_ranks_all_by_size(tmp_path):
    path = tmp_path / "weights.safetensors"
    save_file({"output.weight": np.array([[0.5, -2.0, 0.1, 1.0, -0.7]], np.float32)}, path)
    table = last_layer(path)
    assert table["last_input"].to_list() == [
        *("mirna_abundance", "target_abundance"),
        *("hidden 0", "hidden 1", "hidden 2"),
    ]
    assert table["weight_rank"].to_list() == [2, 3, 4, 1, 5]
    rows = last_layer_rows("paper", table.with_columns(mode=pl.lit("paper")))
    assert rows["value"].to_list() == pytest.approx([1.0, -0.7])
    assert "rank 3 of 5" in rows["note"][1]


def test_funnel__of_chimeras_is_read_with_its_samples_added_up(tmp_path):
    path = tmp_path / "funnel.tsv"
    rows = ["sample\tstep\toutcome\twhat\tn", "a\tread\tkept\treads\t10", "a\ttrim\tdropped\tshort\t2"]
    path.write_text("\n".join([*rows, "b\tread\tkept\treads\t5", "b\ttrim\tdropped\tshort\t1"]) + "\n")
    assert read_funnel(path).rows() == [("read", "kept", "reads", 15), ("trim", "dropped", "short", 3)]
    path.write_text("\n".join([*rows, "b\tread\tkept\treads\tmany"]) + "\n")
    with pytest.raises(InputError, match="many"):
        read_funnel(path)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("gene_sets", "lonely\n", "a gene set has a name"),
        ("mirgenedb", ">one\nUGAG!\n", "!"),
        ("funnel", "sample\tstep\n", "outcome"),
    ],
)
def test_files__that_cannot_be_used_are_found_before_anything_is_trained(world, tmp_path, name, text, said):
    path = tmp_path / "broken"
    path.write_text(text)
    given = {name: (path,) if name == "gene_sets" else path}
    inputs = StudyInputs(
        (world["interactions"],), world["transcripts"], world["cds"], mature=world["mature"], **given
    )
    with pytest.raises(InputError, match=said):
        check_supplement(inputs)


def test_motifs__too_few_are_found_before_anything_is_trained(world, tmp_path):
    pytest.importorskip("memelite")
    path = tmp_path / "one.meme"
    path.write_text("MEME version 4\n\nMOTIF A\nletter-probability matrix: alength= 4 w= 1\n 1 0 0 0\n")
    inputs = StudyInputs((world["interactions"],), world["transcripts"], world["cds"], motifs=(path,))
    with pytest.raises(InputError, match="1 motifs were found"):
        check_supplement(inputs)


def test_inputs__mirgenedb_needs_what_it_is_compared_with(world):
    with pytest.raises(UsageError, match="--mature"):
        StudyInputs(
            (world["interactions"],), world["transcripts"], world["cds"], mirgenedb=world["mirgenedb"]
        )
