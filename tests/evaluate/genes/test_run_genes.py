"""An evaluation of gene scores from files to a folder, on the shipped examples and on small made-up ones."""

import json

import numpy as np
import polars as pl
import pytest

from dmiso.errors import InputError, NothingKeptError, UsageError
from dmiso.evaluate.genes import EvaluateGenesInputs, evaluate_genes_files
from dmiso.evaluate.genes.mirnas import read_mirnas
from dmiso.examples import write_examples
from dmiso.io import read_table
from dmiso.records import Counts
from dmiso.settings.evaluate_genes import EvaluateGenesSettings

QUICK = EvaluateGenesSettings(best=8, min_responders=3, replicates=50, energy_genes=20)
BASES = ["seed_type_sum", "sites_7mer_or_better", "utr_length", "utr_au", "rnaduplex"]


@pytest.fixture
def examples(tmp_path):
    write_examples(tmp_path / "e")
    return tmp_path / "e"


def run(tmp_path, settings=QUICK, **inputs):
    out = tmp_path / "out"
    out.mkdir()
    return (*evaluate_genes_files(EvaluateGenesInputs(**inputs), out, settings=settings), out)


def test_examples__are_judged_beside_every_baseline(examples, tmp_path):
    result, counts, out = run(
        tmp_path, responses=[examples / "gene_responses.tsv"], utrs=examples / "gene_utrs.fa"
    )
    assert result.metrics["scorer"].unique(maintain_order=True).to_list() == ["tool", *BASES]
    value = dict(result.metrics.filter(metric="spearman").select("scorer", "value").iter_rows())
    # sites were planted and nothing else, so seed types find the responders and composition does not
    assert value["seed_type_sum"] > 0.5
    assert abs(value["utr_au"]) < 0.2
    assert result.experiments.filter(scorer="rnaduplex", metric="spearman")["genes"].to_list() == [20] * 4
    assert result.experiments.filter(scorer="tool", metric="spearman")["genes"].to_list() == [60] * 4
    assert counts.kept["experiments"] == 4
    for name, table in result._asdict().items():
        assert read_table(out / f"{name}.tsv").columns == table.columns
    told = json.loads((out / "manifest.json").read_text())
    assert told["settings"]["best"] == 8
    assert set(told["inputs"]) == {"responses", "utrs"}
    text = (out / "summary.md").read_text()
    assert "| seed_type_sum (baseline) |" in text
    assert "Mean of best 8 (SD)" in text
    # what is folded is a sample, which the page says and the table notes
    assert "| rnaduplex (baseline, part of the genes) |" in text
    noted = result.metrics.filter(pl.col("note").is_not_null())["scorer"].unique().to_list()
    assert noted == ["rnaduplex"]


def test_same_inputs__same_bytes(examples, tmp_path):
    kept = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        out = run(
            tmp_path / name, responses=[examples / "gene_responses.tsv"], utrs=examples / "gene_utrs.fa"
        )[2]
        kept.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert kept[0] == kept[1]


def test_transcripts_and_their_3_utrs__give_the_same_baselines(examples, tmp_path):
    utrs = dict(zip(*[iter((examples / "gene_utrs.fa").read_text().split())] * 2, strict=True))
    # GGG before each 3'UTR: no base there completes a site
    (tmp_path / "mrna.fa").write_text("".join(f"{name}\nAUGGGG{bases}\n" for name, bases in utrs.items()))
    rows = "".join(f"{name[1:]}\t0\t6\n" for name in utrs)
    (tmp_path / "cds.tsv").write_text("transcript_id\tcds_start\tcds_end\n" + rows)
    given = {"responses": [examples / "gene_responses.tsv"]}
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = run(tmp_path / "a", **given, utrs=examples / "gene_utrs.fa")[0]
    other = run(tmp_path / "b", **given, transcripts=tmp_path / "mrna.fa", cds=tmp_path / "cds.tsv")[0]
    assert one.metrics.equals(other.metrics)


def test_baselines_of_the_table__are_compared_with_ours_and_shown_once(examples, tmp_path):
    table = pl.read_csv(examples / "gene_responses.tsv", separator="\t")
    table = table.with_columns(utr_length=pl.lit(150.0), utr_au=pl.lit(0.5))
    table.write_csv(tmp_path / "r.tsv", separator="\t")
    result, counts, _ = run(tmp_path, responses=[tmp_path / "r.tsv"], utrs=examples / "gene_utrs.fa")
    assert result.metrics["scorer"].unique(maintain_order=True).to_list() == ["tool", *BASES]
    said = "genes whose utr_length in the responses is another than the one computed here, which is shown"
    assert counts.notes[said] > 200
    (tmp_path / "again").mkdir()
    alone = run(tmp_path / "again", responses=[tmp_path / "r.tsv"])[0].metrics
    kinds = dict(alone.select("scorer", "kind").unique().iter_rows())
    assert kinds == {"tool": "scores", "utr_length": "baseline", "utr_au": "baseline"}


def test_rnaduplex_of_the_responses__is_shown_and_not_folded(examples, tmp_path):
    table = pl.read_csv(examples / "gene_responses.tsv", separator="\t")
    table.with_columns(rnaduplex=pl.col("response")).write_csv(tmp_path / "r.tsv", separator="\t")
    result, counts, _ = run(tmp_path, responses=[tmp_path / "r.tsv"], utrs=examples / "gene_utrs.fa")
    own = result.metrics.filter(scorer="rnaduplex", metric="spearman")
    assert own.select("kind", "value").rows() == [("baseline", pytest.approx(1))]
    assert counts.notes["rnaduplex is shown as the responses have it, and not folded"] == 1


def test_the_longest_3_utr_of_a_gene__stands_for_it_unless_a_transcript_is_named(tmp_path):
    short, long = "CUACCUCA" * 2, "G" * 40
    (tmp_path / "utrs.fa").write_text(
        f">NM_1.2 gene=G1\n{short}\n>NM_2.1 gene=G1\n{long}\n>NM_3 gene=G2\n{'C' * 9}\n"
    )
    head = "experiment\tmirna_id\tmirna_sequence\tgene_id\tresponse"
    rows = ["e\tm\tUGAGGUAG\tG1\t1", "e\tm\tUGAGGUAG\tG2\t0"]
    (tmp_path / "by_gene.tsv").write_text("\n".join([head, *rows]) + "\n")
    named = "\n".join([head + "\ttranscript_id", rows[0] + "\tNM_1.9", rows[1] + "\tNM_3"])
    (tmp_path / "by_transcript.tsv").write_text(named + "\n")
    found = {}
    settings = EvaluateGenesSettings(best=1, min_responders=1, replicates=0)
    for name in ("by_gene", "by_transcript"):
        (tmp_path / name).mkdir()
        result = run(
            tmp_path / name, settings, responses=[tmp_path / f"{name}.tsv"], utrs=tmp_path / "utrs.fa"
        )[0]
        found[name] = result.experiments.filter(scorer="seed_type_sum", metric="spearman")["value"][0]
    assert found == {"by_gene": None, "by_transcript": pytest.approx(1)}  # the long one has no site, as G2's


def test_tool_whose_genes_are_named_otherwise__ends_with_what_to_do(examples, tmp_path):
    (tmp_path / "set.tsv").write_text("mirna\tentrez\nhsa-let-7a-5p\t1\n")
    with pytest.raises(
        NothingKeptError, match=r"set.tsv: none of 60 genes .*by entrez of set.*Give --gene-map"
    ):
        run(tmp_path, responses=[examples / "gene_responses.tsv"], scores=[tmp_path / "set.tsv"])


def test_tool_without_any_of_the_mirnas__ends_with_what_to_do(examples, tmp_path):
    (tmp_path / "set.tsv").write_text("mirna\tgene\nhsa-miR-9-5p\tgene_1\n")
    with pytest.raises(NothingKeptError, match=r"set.tsv: none of 4 experiments .*Check the names of miRNAs"):
        run(tmp_path, responses=[examples / "gene_responses.tsv"], scores=[tmp_path / "set.tsv"])


def test_sequences_of_other_genes__end_with_what_to_do(examples, tmp_path):
    (tmp_path / "utrs.fa").write_text(">other\nACGUACGU\n")
    with pytest.raises(
        NothingKeptError, match=r"utrs.fa: none of 240 genes with a response .*give --gene-map"
    ):
        run(tmp_path, responses=[examples / "gene_responses.tsv"], utrs=tmp_path / "utrs.fa")


def test_mirnas_of_unknown_nucleotides__have_no_seed_baseline_and_are_noted(examples, tmp_path):
    table = pl.read_csv(examples / "gene_responses.tsv", separator="\t").drop("mirna_sequence")
    table.write_csv(tmp_path / "r.tsv", separator="\t")
    result, counts, _ = run(tmp_path, responses=[tmp_path / "r.tsv"], utrs=examples / "gene_utrs.fa")
    assert any(note.startswith("miRNAs whose nucleotides are not known") for note in counts.notes)
    seeds = result.experiments.filter(scorer="seed_type_sum")
    assert seeds["note"].unique().to_list() == ["no score for this miRNA"]
    lengths = result.metrics.filter(scorer="utr_length", metric="spearman")
    assert lengths["families"].to_list() == [4]
    (tmp_path / "known").mkdir()
    again = run(
        tmp_path / "known",
        responses=[tmp_path / "r.tsv"],
        utrs=examples / "gene_utrs.fa",
        mirnas=examples / "mature.fa",
    )[0]
    assert again.metrics.filter(scorer="seed_type_sum", metric="spearman")["experiments"].to_list() == [4]


@pytest.mark.parametrize(
    ("inputs", "settings", "said"),
    [
        ({"transcripts": "e", "utrs": "e"}, {}, "--transcripts and --utrs both give 3'UTRs"),
        ({"score_columns": ["x"]}, {}, "--score-column x: no table has it"),
        (
            {},
            {"lower_is_better": ["x"]},
            "--lower-is-better x: no score is called so. Did you mean|Known: tool",
        ),
    ],
)
def test_wrong_usage__is_said_with_what_is_known(examples, tmp_path, inputs, settings, said):
    with pytest.raises(UsageError, match=said):
        run(
            tmp_path,
            EvaluateGenesSettings(**settings),
            responses=[examples / "gene_responses.tsv"],
            **{name: examples if value == "e" else value for name, value in inputs.items()},
        )


def test_responses_alone_without_scores__are_refused(examples, tmp_path):
    table = pl.read_csv(examples / "gene_responses.tsv", separator="\t").drop("tool")
    table.write_csv(tmp_path / "r.tsv", separator="\t")
    with pytest.raises(UsageError, match="There is no score to judge"):
        run(tmp_path, responses=[tmp_path / "r.tsv"])


def test_two_sequences_of_one_mirna__are_refused(tmp_path):
    rows = "a\tm\tUGAGGUAG\tG1\t1\nb\tm\tUGAGGUAC\tG1\t1\n"
    (tmp_path / "r.tsv").write_text("experiment\tmirna_id\tmirna_sequence\tgene_id\tresponse\n" + rows)
    with pytest.raises(
        InputError, match=r"record m, column mirna_sequence: .* two sequences, UGAGGUAG and UGAGGUAC"
    ):
        run(tmp_path, responses=[tmp_path / "r.tsv"])


def test_mirnas__are_read_from_fasta_and_tables_whatever_their_names(tmp_path):
    texts = {
        "m.txt": ">m\nUGAGGTAG\n",
        "m.csv": "name,sequence\nm,ugaggtag\n",
        "n.fa": "mirna_id\tmirna_sequence\nm\tUGAGGUAG\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
        found = read_mirnas(tmp_path / name, Counts()).candidates("m")
        assert [candidate.mirna.sequence for candidate in found] == ["UGAGGUAG"], name


def test_mirna_table__without_a_sequence_column_is_refused(examples, tmp_path):
    (tmp_path / "m.tsv").write_text("mirna_id\tbases\na\tACGU\n")
    with pytest.raises(
        InputError, match=r"m.tsv, line 1: column mirna_sequence is missing; found mirna_id, bases"
    ):
        run(tmp_path, responses=[examples / "gene_responses.tsv"], mirnas=tmp_path / "m.tsv")


def test_sample_of_folded_genes__is_drawn_from_each_experiment_by_the_seed(examples, tmp_path):
    values = []
    for seed in (0, 0, 1):
        folder = tmp_path / f"{len(values)}"
        folder.mkdir()
        settings = EvaluateGenesSettings(best=3, replicates=0, energy_genes=12, seed=seed)
        result = run(
            folder, settings, responses=[examples / "gene_responses.tsv"], utrs=examples / "gene_utrs.fa"
        )[0]
        own = result.experiments.filter(scorer="rnaduplex", metric="spearman")
        assert own["genes"].to_list() == [12] * 4
        values.append(own["value"].to_numpy())
    assert np.array_equal(values[0], values[1])
    assert not np.array_equal(values[0], values[2])
