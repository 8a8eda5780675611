"""Responses from long tables and from tables of fold changes, as programs write them."""

import pytest

from dmiso.errors import InputError
from dmiso.evaluate.genes.gene_names import GeneNames
from dmiso.evaluate.genes.responses import read_responses
from dmiso.records import Counts
from dmiso.settings.evaluate_genes import EvaluateGenesSettings

EXPERIMENTS = (
    "file\tmirna_id\tmirna_sequence\tkind\texperiment\n"
    "{file}\thsa-miR-1-3p\tUGGAAUGUAAAGAAGUAUGUAU\t{kind}\tfirst\n"
)
TABLES = {
    # R's write.table leaves out the name of the row names, its write.csv writes an empty one
    "edger.tsv": (
        "logFC\tlogCPM\tF\tPValue\tFDR\n"
        "ENSG00000000001.5\t-1.5\t3\t10\t0.001\t0.01\n"
        "ENSG00000000002\t-0.2\t0.5\t10\t0.001\t0.01\n"
        "ENSG00000000003\t2\t5\t10\t0.001\t0.01\n"
        "ENSG00000000004\t-2\t5\t1\t0.1\t0.4\n"
    ),
    "deseq2.csv": (
        '"","baseMean","log2FoldChange","lfcSE","stat","pvalue","padj"\n'
        '"ENSG00000000001.5",8,-1.5,0.1,1,0.001,0.01\n'
        '"ENSG00000000002",1.414213562,-0.2,0.1,1,0.001,0.01\n'
        '"ENSG00000000003",32,2,0.1,1,0.001,0.01\n'
        '"ENSG00000000004",32,-2,0.1,1,0.1,NA\n'
        '"ENSG00000000005",0,NA,NA,NA,NA,NA\n'
    ),
    "limma.tsv": (
        '"ID"\t"logFC"\t"AveExpr"\t"t"\t"P.Value"\t"adj.P.Val"\t"B"\n'
        '"ENSG00000000001.5"\t-1.5\t3\t1\t0.001\t0.01\t1\n'
        '"ENSG00000000002"\t-0.2\t0.5\t1\t0.001\t0.01\t1\n'
        '"ENSG00000000003"\t2\t5\t1\t0.001\t0.01\t1\n'
        '"ENSG00000000004"\t-2\t5\t1\t0.1\t0.4\t1\n'
    ),
}


def read(tmp_path, files, *, kind="oe", experiments=True, counts=None, **settings):
    paths = []
    for name, text in files.items():
        paths.append(tmp_path / name)
        paths[-1].write_text(text)
    table = None
    if experiments:
        table = tmp_path / "experiments.tsv"
        table.write_text(EXPERIMENTS.format(file=paths[0].name, kind=kind))
    counts = counts or Counts()
    found = EvaluateGenesSettings(**settings)
    return read_responses(paths, GeneNames(counts), found, counts, experiments=table)


@pytest.mark.parametrize("name", TABLES)
def test_fold_changes__of_each_program_become_the_same_responses(tmp_path, name):
    rows = read(tmp_path, {name: TABLES[name]}).rows
    assert rows["gene_id"].to_list() == [f"ENSG0000000000{i}" for i in range(1, 5)]
    assert rows["response"].to_list() == [1.5, 0.2, -2.0, 2.0]
    # the second falls too little, the third rises, the fourth is not significant
    assert rows["responds"].to_list() == [1, 0, 0, 0]
    assert rows.row(0, named=True)["experiment"] == "first"
    assert rows.row(0, named=True)["mirna_sequence"].startswith("UGGAAUGU")


@pytest.mark.parametrize("name", TABLES)
def test_fold_changes__of_a_knock_out_have_their_sign_turned(tmp_path, name):
    rows = read(tmp_path, {name: TABLES[name]}, kind="Knock-out").rows
    assert rows["response"].to_list() == [-1.5, -0.2, 2.0, -2.0]
    assert rows["responds"].to_list() == [0, 0, 1, 0]


@pytest.mark.parametrize("name", TABLES)
def test_fold_changes__of_genes_expressed_too_little_are_left_out_and_counted(tmp_path, name):
    counts = Counts()
    rows = read(tmp_path, {name: TABLES[name]}, min_expression=1.0, counts=counts).rows
    assert rows["gene_id"].to_list() == [f"ENSG0000000000{i}" for i in (1, 3, 4)]
    assert counts.dropped["rows of fold changes of genes expressed less than asked for"] == 1


def test_fold_changes__without_a_number_and_repeated_genes_are_counted(tmp_path):
    counts = Counts()
    repeated = TABLES["deseq2.csv"] + '"ENSG00000000001.7",8,9,0.1,1,0.001,0.01\n'
    rows = read(tmp_path, {"deseq2.csv": repeated}, counts=counts).rows
    assert rows["response"][0] == 1.5
    assert counts.dropped == {
        "rows of fold changes without a gene or a fold change": 1,
        "rows of fold changes of a gene that came before": 1,
    }


def test_fold_changes__thresholds_decide_who_responds(tmp_path):
    files = {"edger.tsv": TABLES["edger.tsv"]}
    loose = read(tmp_path, files, max_fdr=0.5, min_fold_change=0.1).rows
    assert loose["responds"].to_list() == [1, 1, 0, 1]


def test_fold_changes__without_a_table_of_experiments_are_refused(tmp_path):
    with pytest.raises(
        InputError, match=r"edger.tsv: .* does not say of which miRNA it is. Give --experiments"
    ):
        read(tmp_path, {"edger.tsv": TABLES["edger.tsv"]}, experiments=False)


def test_experiments__of_one_row_need_no_file(tmp_path):
    (tmp_path / "edger.tsv").write_text(TABLES["edger.tsv"])
    (tmp_path / "experiments.tsv").write_text("mirna\tkind\nmir-1\tmimic\n")
    paths = [tmp_path / "edger.tsv"]
    settings, counts = EvaluateGenesSettings(), Counts()
    found = read_responses(
        paths, GeneNames(counts), settings, counts, experiments=tmp_path / "experiments.tsv"
    ).rows
    assert found["experiment"].unique().to_list() == ["mir-1"]
    with pytest.raises(InputError, match=r"the experiment mir-1 is in .* too"):
        read_responses(
            paths * 2, GeneNames(counts), settings, counts, experiments=tmp_path / "experiments.tsv"
        )


def test_fold_changes__of_a_file_that_the_table_lacks_are_refused(tmp_path):
    files = {"edger.tsv": TABLES["edger.tsv"], "limma.tsv": TABLES["limma.tsv"]}
    with pytest.raises(InputError, match=r"experiments.tsv: .* no row for limma.tsv. Add one"):
        read(tmp_path, files)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file\tmirna_id\nx\ty\n", "line 1: column kind is missing"),
        (
            "file\tmirna_id\tkind\nx\ty\tboth\n",
            "line 2, column kind: 'both' is no kind of experiment. Write oe",
        ),
        ("file\tmirna_id\tkind\nx\ty\toe\nfolder/x\tz\tko\n", "line 3: a file is named twice"),
        (
            "file\tmirna_id\tkind\tmirna_sequence\nx\ty\toe\tUGJA\n",
            "line 2, column mirna_sequence: 'J' at position 3",
        ),
        ("file\tmirna_id\tkind\tid\nx\ty\toe\ta\nz\ty\toe\ta\n", "two experiments are called a"),
    ],
)
def test_experiments__faults_name_line_and_column(tmp_path, text, said):
    (tmp_path / "edger.tsv").write_text(TABLES["edger.tsv"])
    table = tmp_path / "experiments.tsv"
    table.write_text(text)
    with pytest.raises(InputError, match=said):
        read_responses(
            [tmp_path / "edger.tsv"],
            GeneNames(Counts()),
            EvaluateGenesSettings(),
            Counts(),
            experiments=table,
        )


LONG = (
    "set\texperiment\tkind\tmirna_id\ttranscript_id\tgene_id\tresponse\tresponds\ttool\twords\n"
    "a\tone\toe\tmir-1\tNM_1.2\tG1\t0.5\t1\t3\tx\n"
    "a\tone\toe\tmir-1\tNM_2.2\tG2\t-0.5\t0\tNA\t5\n"
    "b\ttwo\tko\tmir-2\tNM_1.2\tG1\t0.25\t0\t1\ty\n"
)


def test_long_table__gives_responses_as_they_are_and_its_numeric_columns_as_scores(tmp_path):
    found = read(tmp_path, {"long.tsv": LONG}, experiments=False)
    assert found.rows["experiment_set"].to_list() == ["a", "a", "b"]
    assert found.rows["response"].to_list() == [
        0.5,
        -0.5,
        0.25,
    ]  # of a knock-out too: it is a response already
    assert found.rows["responds"].to_list() == [1, 0, 0]
    assert found.scores.to_dict(as_series=False) == {"tool": [3.0, None, 1.0]}


def test_long_table__without_responders_takes_those_above_the_fold_change(tmp_path):
    text = "experiment\tmirna_id\tgene_id\tresponse\none\tmir-1\tG1\t0.5\none\tmir-1\tG2\t0.4\n"
    assert read(tmp_path, {"long.tsv": text}, experiments=False).rows["responds"].to_list() == [1, 0]


def test_long_table__incomplete_and_repeated_rows_are_counted(tmp_path):
    counts = Counts()
    more = LONG + "a\tone\toe\tmir-1\tNM_9\tG1\t7\t0\t9\tx\n" + "a\tone\toe\tmir-1\tNM_9\tG9\tNA\t0\t9\tx\n"
    found = read(tmp_path, {"long.tsv": more}, experiments=False, counts=counts)
    assert found.rows.height == found.scores.height == 3
    assert counts.dropped == {
        "rows of responses without an experiment, a miRNA, a gene or a response": 1,
        "rows of responses of a gene that came before in its experiment": 1,
    }


def test_long_and_fold_changes_together__are_one_frame(tmp_path):
    found = read(tmp_path, {"edger.tsv": TABLES["edger.tsv"], "long.tsv": LONG})
    assert found.rows["experiment"].unique(maintain_order=True).to_list() == ["first", "one", "two"]
    assert found.scores["tool"].to_list() == [None] * 4 + [3.0, None, 1.0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "experiment\tmirna_id\tmirna_sequence\tgene_id\tresponse\na\tm\tUG!\tg\t1\n",
            "line 2, column mirna_seq.*'!'",
        ),
        (LONG.replace("response\t", "answer\t"), "line 1: the header is neither .* response is missing"),
        (LONG.replace("\t-0.5\t", "\thigh\t"), "line 3, column response: 'high' is not a finite number"),
        (LONG.replace("\t3\tx", "\tthree\tx"), "line 2, column tool: 'three' is not a finite number"),
        (LONG.replace("\t1\t3", "\t2\t3"), "line 2, column responds: '2' is not between 0 and 1"),
        (LONG.replace("two\tko\tmir-2", "one\tko\tmir-2"), "the experiment one has several miRNAs or sets"),
        (LONG.partition("\n")[0] + "\n", "no gene has a response"),
    ],
)
def test_long_table__faults_name_line_and_column(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        read(tmp_path, {"long.tsv": text}, experiments=False)


def test_two_files_of_one_experiment__are_refused(tmp_path):
    with pytest.raises(InputError, match=r"again.tsv: the experiment one is in .*long.tsv too"):
        read(tmp_path, {"long.tsv": LONG, "again.tsv": LONG}, experiments=False)
