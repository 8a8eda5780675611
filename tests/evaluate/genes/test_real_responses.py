"""Gene scores on real responses: 29 tables of fold changes, 17 transfections, and peers' scores computed elsewhere."""

import polars as pl
import pytest

from dmiso.evaluate.genes import EvaluateGenesInputs, evaluate_genes_files
from dmiso.evaluate.genes.baselines import seed_scores, utr_scores
from dmiso.evaluate.genes.gene_names import GeneNames, read_gene_map
from dmiso.evaluate.genes.mirnas import find_mirnas, read_mirnas
from dmiso.evaluate.genes.responses import read_responses
from dmiso.evaluate.genes.utrs import utrs_of_transcripts
from dmiso.io import read_table
from dmiso.records import Counts
from dmiso.settings.evaluate_genes import EvaluateGenesSettings

pytestmark = pytest.mark.real_data

# mean Spearman, AUROC (experiments with 10 responders or more), mean of the best 100 (SD), computed elsewhere
EXPECTED = {
    ("shared", "dmiso_0_1"): (0.104, 0.612, 0.43),
    ("shared", "seed_type_sum"): (0.137, 0.653, 0.51),
    ("shared", "context_plus_plus_no_pct"): (0.145, 0.653, 0.60),
    ("shared", "biochemical_plus"): (0.127, 0.691, 0.54),
    ("shared", "mirbind2_by_type"): (0.138, 0.655, 0.51),
    ("hela", "dmiso_0_1"): (0.171, 0.739, 0.56),
    ("hela", "seed_type_sum"): (0.203, 0.807, 0.77),
    ("hela", "context_plus_plus_no_pct"): (0.227, 0.814, 0.82),
    ("hela", "biochemical_plus"): (0.169, 0.867, 0.70),
    ("hela", "mirbind2_by_type"): (0.205, 0.809, 0.79),
}


@pytest.fixture(scope="module")
def files(shared_data):
    transcripts = shared_data / "transcripts"
    return {
        "responses": [shared_data / "functional" / "gene_responses_and_peers.tsv.gz"],
        "mirnas": shared_data / "references" / "mirbase22" / "mature.fa.gz",
        "gene_map": transcripts / "refseq4000_to_ensembl.tsv.gz",
        "transcripts": transcripts / "refseq4000_mrna.fa.gz",
        "cds": transcripts / "refseq4000_cds.tsv.gz",
    }


@pytest.fixture(scope="module")
def without_folding(files, tmp_path_factory):
    out = tmp_path_factory.mktemp("genes")
    inputs = EvaluateGenesInputs(responses=files["responses"], mirnas=files["mirnas"])
    return evaluate_genes_files(inputs, out, settings=EvaluateGenesSettings(replicates=100))[0]


@pytest.mark.parametrize(("group", "scorer"), EXPECTED)
def test_means__are_those_computed_elsewhere(without_folding, group, scorer):
    rows = without_folding.metrics.filter(experiment_set=group, scorer=scorer)
    value = dict(rows.select("metric", "value").iter_rows())
    correlation, area, best = EXPECTED[group, scorer]
    assert round(value["spearman"], 3) == correlation
    assert round(value["auroc"], 3) == area
    assert value["best_mean"] == pytest.approx(best, abs=0.00501)
    counted = dict(rows.select("metric", "experiments").iter_rows())
    assert (counted["spearman"], counted["auroc"]) == {"shared": (29, 25), "hela": (17, 12)}[group]


def test_baselines__agree_with_those_computed_elsewhere_on_every_row(files):
    counts = Counts()
    genes = GeneNames(counts)
    read_gene_map(files["gene_map"], genes, counts)
    utrs = utrs_of_transcripts(files["transcripts"], files["cds"], genes, counts)
    responses = read_responses(files["responses"], genes, EvaluateGenesSettings(), counts)
    mirnas = find_mirnas(responses.rows, read_mirnas(files["mirnas"], counts), counts)
    found, numbers = utrs.of_rows(responses.rows)
    assert len(numbers) == 75_067
    assert numbers.min() == 0  # every gene has a 3'UTR
    bases = [mirnas.sequences[name] for name in responses.rows["mirna_id"]]
    ours = seed_scores(bases, found, numbers) | utr_scores(found, numbers)
    for name in ("seed_type_sum", "sites_7mer_or_better", "utr_length"):
        assert (ours[name] == responses.scores[name].to_numpy()).all(), name
    assert ours["utr_au"] == pytest.approx(responses.scores["utr_au"].to_numpy(), abs=5.1e-5)


def test_tables_of_edger__give_the_responses_of_the_long_table(shared_data, files):
    folder = shared_data / "functional" / "perturbations"
    counts = Counts()
    genes = GeneNames(counts)
    # the long table calls for a mean expression above 1 count per million
    settings = EvaluateGenesSettings(min_expression=1.0)
    tables = sorted(folder.glob("GSE*.tsv.gz"))
    found = read_responses(tables, genes, settings, counts, experiments=folder / "experiments.tsv").rows
    assert found["experiment"].n_unique() == len(tables) == 29
    listed = read_table(folder / "experiments.tsv").select(
        experiment="id",
        named=pl.col("de_table_path").str.replace("_edger_out", "").str.replace(".tsv.gz", "", literal=True),
    )
    long = read_responses(files["responses"], genes, settings, counts).rows.filter(experiment_set="shared")
    joined = long.join(listed, left_on="experiment", right_on="named").join(
        found, left_on=["experiment_right", "gene_id"], right_on=["experiment", "gene_id"], suffix="_de"
    )
    assert joined.height == long.height == 61_824
    assert joined["response_de"].to_numpy() == pytest.approx(joined["response"].to_numpy(), abs=5.1e-5)
    assert (joined["responds_de"] == joined["responds"]).all()
    assert (joined["mirna_id_de"] == joined["mirna_id"]).all()


def test_unscored_sets__are_judged_with_3_utrs_that_know_entrez(shared_data, files, tmp_path):
    own = read_table(files["responses"][0]).filter(set="hela")
    own.select("experiment", "mirna_id", "gene_id", "response", "responds").write_parquet(
        tmp_path / "r.parquet"
    )
    inputs = EvaluateGenesInputs(
        responses=[tmp_path / "r.parquet"],
        mirnas=files["mirnas"],
        gene_map=files["gene_map"],
        utrs=shared_data / "transcripts" / "human_3utr_firm_entrez.fa.gz",
        scores=[shared_data / "databases" / f"firm_{name}_targets.tsv.gz" for name in ("pita", "targetscan")],
    )
    settings = EvaluateGenesSettings(replicates=0, energy_genes=1)
    out = tmp_path / "out"
    out.mkdir()
    result, counts = evaluate_genes_files(inputs, out, settings=settings)
    value = dict(result.metrics.filter(metric="spearman").select("scorer", "value").iter_rows())
    assert value["firm_targetscan_targets"] > 0.1
    assert value["firm_pita_targets"] > 0.05
    assert counts.kept["experiments"] == 17
