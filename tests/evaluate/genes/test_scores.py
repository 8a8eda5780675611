"""Scores of tools, each in the layout that the tool writes, on the same responses."""

import gzip

import numpy as np
import polars as pl
import pytest

from dmiso.errors import InputError, UsageError
from dmiso.evaluate.genes.gene_names import GeneNames
from dmiso.evaluate.genes.matching import on_responses, scores_of_table
from dmiso.evaluate.genes.mirnas import Mirnas, read_mirnas
from dmiso.evaluate.genes.scores import read_tools
from dmiso.records import Counts

LET7, MIR1 = "UGAGGUAGUAGGUUGUAUAGUU", "UGGAAUGUAAAGAAGUAUGUAU"
ROWS = pl.DataFrame(
    {
        "experiment_set": "all",
        "experiment": ["a"] * 3 + ["b"] * 3,
        "mirna_id": ["hsa-let-7a-5p"] * 3 + ["hsa-miR-1-3p"] * 3,
        "gene_id": ["G1", "G2", "G3"] * 2,
        "response": [1.0, 0.0, -1.0] * 2,
    }
)
"""Two experiments on three genes; every tool below knows let-7a alone, and G1 and G2 of its genes."""


@pytest.fixture
def genes():
    found = GeneNames(Counts())
    for i in (1, 2, 3):
        names = [f"ENST0000000000{i}", f"ENSG0000000000{i}", f"NM_{i}", f"SYMBOL{i}", f"10{i}"]
        found.add(f"G{i}", names)
    return found


def judged(path, genes, *, index=None, counts=None, **asked):
    counts = counts or Counts()
    mirnas = Mirnas({"hsa-let-7a-5p": LET7, "hsa-miR-1-3p": MIR1}, index)
    tools = read_tools([path], counts, **asked)
    return {
        tool.name: on_responses(tool, ROWS, genes, mirnas, counts).values[:3].tolist() for tool in tools
    }, counts


TARGETSCAN = (
    "Transcript ID\tGene Symbol\tmiRNA family\tSpecies ID\tRepresentative miRNA\tTotal context++ score\t"
    "Cumulative weighted context++ score\n"
    "ENST00000000001.3\tSYMBOL1\tGAGGUAG\t9606\thsa-let-7i-5p\t-0.9\t-0.8\n"
    "ENST00000000002.3\tSYMBOL2\tGAGGTAG\t9606\thsa-let-7i-5p\t-0.2\tNULL\n"
    "ENST00000000003.3\tSYMBOL3\tGAGGUAG\t10090\tmmu-let-7i-5p\t-5\t-5\n"
)
CONTEXT = (
    "Gene ID\tGene Symbol\tTranscript ID\tGene Tax ID\tmiRNA\tSite Type\tcontext++ score\tweighted context++ score\n"
    "ENSG00000000001.7\tSYMBOL1\tENST00000000001\t9606\thsa-let-7a-5p\t3\t-0.5\t-0.4\n"
    "ENSG00000000001.7\tSYMBOL1\tENST00000000001\t9606\thsa-let-7a-5p\t1\t-0.3\t-0.2\n"
    "ENSG00000000002.7\tSYMBOL2\tENST00000000002\t9606\thsa-let-7a-5p\t1\t-0.3\t-0.1\n"
    "ENSG00000000003.7\tSYMBOL3\tENST00000000003\t9606\thsa-let-7f-5p\t1\t-9\t-9\n"
)
LAYOUTS = {
    "Summary_Counts.txt": (TARGETSCAN, "targetscan", [0.8, 0.0, 0.0]),
    "context.txt": (CONTEXT, "targetscan", [0.6, 0.1, 0.0]),
    "mirdb.txt": (
        "hsa-let-7a-5p\tNM_1\t99.5\nhsa-let-7a-5p\tNM_2\t60\nhsa-let-7b-5p\tNM_3\t100\n",
        "mirdb",
        [99.5, 60, 0],
    ),
    "pita.tab": (
        "RefSeq\tName\tmicroRNA\tSites\tScore\nNM_1\tSYMBOL1\thsa-let-7a-5p\t2\t-12.5\nNM_2\tSYMBOL2\thsa-let-7a-5p\t1\t3\n",
        "pita",
        [12.5, -3, -3],
    ),
    "pita_results_targets.tab": (
        "UTR\tmicroRNA\tSites\tScore\nNM_1\thsa-let-7a-5p\t2\t-12.5\nNM_2\thsa-let-7a-5p\t1\t-3\n",
        "pita",
        [12.5, 3, 3],
    ),
    "aggregated.csv": (
        (
            '"","transcript","miRNA","repression","8mer"\n"1","ENST00000000001","hsa-let-7a-5p",-0.7,1\n'
            '"2","ENST00000000002","hsa-let-7a-5p",-0.1,0\n'
        ),
        "scanmir",
        [0.7, 0.1, 0],
    ),
    "matches.csv": (
        (
            "transcript,start,miRNA,type,log_kd\nENST00000000001,5,hsa-let-7a-5p,8mer,-5000\n"
            "ENST00000000001,50,hsa-let-7a-5p,8mer,-5000\nENST00000000002,5,hsa-let-7a-5p,6mer,-2000\n"
        ),
        "scanmir",
        [5 + np.log(2), 2, 0],
    ),
    "genes.tsv": (
        (
            "mirna_id\tmirna_sequence\tgene_id\ttranscript_id\tgene_score\toccupancy\n"
            f"let\t{LET7}\tENSG00000000001\tt\t0.9\t2\nlet\t{LET7}\tENSG00000000002\tt\t0.2\t1\n"
            f"hsa-let-7a-5p\t{LET7[1:]}\tENSG00000000003\tt\t0.99\t1\n"
        ),
        "dmiso",
        [0.9, 0.2, 0],
    ),
    "repressed.tsv": (
        (
            "mirna_id\tmirna_sequence\tgene_id\tgene_score\trepression\n"
            f"let\t{LET7}\tENSG00000000001\t0.1\t-0.8\nlet\t{LET7}\tENSG00000000002\t0.2\t-0.1\n"
        ),
        "dmiso",
        [0.8, 0.1, 0],
    ),
    "by_transcript.tsv": (
        (
            "mirna_id\tmirna_sequence\ttranscript_id\trepression\trepression_low\n"
            f"let\t{LET7}\tENST00000000001.2\t-0.8\t-2\nlet\t{LET7}\tENST00000000002\t-0.1\t-1\n"
        ),
        "dmiso",
        [0.8, 0.1, 0],
    ),
    "mine.tsv": (
        "miRNA\tsymbol\tscore\nhsa-let-7a-5p\tSYMBOL1\t7\nhsa-let-7a-5p\tSYMBOL2\t5\n",
        "mine",
        [7, 5, 5],
    ),
    "by_experiment.tsv": (
        "experiment\tgene\tscore\na\tSYMBOL1\t7\na\tSYMBOL2\t5\n",
        "by_experiment",
        [7, 5, 5],
    ),
    "set.tsv.gz": ("mirna\tentrez\nhsa-let-7a-5p\t101\nhsa-let-7a-5p\t102\n", "set", [1, 1, 0]),
}


@pytest.mark.parametrize("file", LAYOUTS)
def test_layouts__give_each_gene_its_score_and_the_rule_to_those_left_out(tmp_path, genes, file):
    text, name, expected = LAYOUTS[file]
    path = tmp_path / file
    path.write_bytes(gzip.compress(text.encode()) if file.endswith(".gz") else text.encode())
    found, counts = judged(path, genes)
    assert list(found) == [name]
    assert found[name] == pytest.approx(expected)
    missing = 2 if file == "Summary_Counts.txt" else 1
    assert counts.notes[f"genes that {name} has no score for: they take its lowest"] == missing


def test_experiments_of_mirnas_that_a_tool_does_not_know__are_not_judged(tmp_path, genes):
    path = tmp_path / "mine.tsv"
    path.write_text(LAYOUTS["mine.tsv"][0])
    counts = Counts()
    mirnas = Mirnas({"hsa-let-7a-5p": LET7, "hsa-miR-1-3p": MIR1})
    found = on_responses(read_tools([path], counts)[0], ROWS, genes, mirnas, counts)
    assert np.isnan(found.values[3:]).all()
    assert found.missing.tolist() == [False, False, True, False, False, False]
    assert counts.notes["experiments whose miRNA mine has no score for: it is not judged on them"] == 1


def test_several_transcripts_of_a_gene__give_it_the_highest_and_sites_are_added_per_transcript(
    tmp_path, genes
):
    genes.add("G1", ["ENST00000000009"])
    path = tmp_path / "matches.csv"
    path.write_text(LAYOUTS["matches.csv"][0] + "ENST00000000009,5,hsa-let-7a-5p,8mer,-5500\n")
    assert judged(path, genes)[0]["scanmir"][0] == pytest.approx(5 + np.log(2))


def test_score_columns__choose_and_lower_is_better_turns(tmp_path, genes):
    path = tmp_path / "mine.tsv"
    path.write_text(
        "miRNA\tsymbol\tgood\tbad\nhsa-let-7a-5p\tSYMBOL1\t7\t-2\nhsa-let-7a-5p\tSYMBOL2\t5\t-1\n"
    )
    assert judged(path, genes)[0] == {"good": [7, 5, 5], "bad": [-2, -1, -2]}
    assert judged(path, genes, columns=["bad"], lower_is_better=["bad"])[0] == {"bad": [2, 1, 1]}
    with pytest.raises(UsageError, match=r"--score-column ugly: no table has it. Known: bad, good"):
        judged(path, genes, columns=["ugly"])


def test_score_column__of_a_known_tool_can_be_another(tmp_path, genes):
    path = tmp_path / "Summary_Counts.txt"
    path.write_text(TARGETSCAN)
    assert judged(path, genes, columns=["Total context++ score"])[0]["targetscan"] == [0.9, 0.2, 0]


def test_score_column__binding_of_a_scan_is_better_where_higher(tmp_path, genes):
    path = tmp_path / "genes.tsv"
    path.write_text(
        "mirna_id\tmirna_sequence\tgene_id\trepression\tbinding\n"
        f"let\t{LET7}\tENSG00000000001\t-0.1\t0.9\nlet\t{LET7}\tENSG00000000002\t-0.8\t0.2\n"
    )
    assert judged(path, genes, columns=["binding"])[0]["dmiso"] == [0.9, 0.2, 0]
    assert judged(path, genes)[0]["dmiso"] == [0.1, 0.8, 0]


def test_scores__of_a_scan_without_coding_sequences_say_what_to_do(tmp_path, genes):
    path = tmp_path / "genes.tsv"
    path.write_text(
        f"mirna_id\tmirna_sequence\tgene_id\trepression\tbinding\nlet\t{LET7}\tENSG00000000001\t\t0.9\n"
    )
    with pytest.raises(InputError, match=r"no row has a value.*--cds") as refused:
        judged(path, genes)
    assert refused.value.column == "repression"
    assert judged(path, genes, columns=["binding"])[0]["dmiso"] == [0.9, 0, 0]


def test_names_of_other_releases__are_found_with_a_reference(tmp_path, genes):
    reference = tmp_path / "mature.fa"
    reference.write_text(
        f">hsa-let-7a-5p\n{LET7}\n>hsa-let-7a-3p\nCUAUACAAUCUACUGUCUUUC\n>hsa-miR-1-3p\n{MIR1}\n"
    )
    path = tmp_path / "old.tsv"
    path.write_text("mirna\tsymbol\tscore\nhsa-let-7a\tSYMBOL1\t7\nhsa-let-7a*\tSYMBOL2\t9\n")
    index = read_mirnas(reference, Counts())
    # the star could be either arm's
    assert judged(path, genes, index=index)[0]["old"] == [7, 7, 7]


def test_two_tables_of_one_tool__are_named_after_their_files_and_alike_ones_refused(tmp_path, genes):
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
    paths = [tmp_path / "mirdb.txt", tmp_path / "x" / "mirdb6.txt", tmp_path / "y" / "mirdb6.txt"]
    for path in paths:
        path.write_text(LAYOUTS["mirdb.txt"][0])
    assert [tool.name for tool in read_tools(paths[:2], Counts())] == ["mirdb", "mirdb6.mirdb"]
    with pytest.raises(InputError, match="a second table has scores called mirdb"):
        read_tools(paths, Counts())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("miRNA\tscore\nx\t1\n", "line 1: no column names the gene; found miRNA, score. Call them"),
        ("symbol\tscore\nx\t1\n", "line 1: no column names the miRNA; found symbol, score"),
        (
            "miRNA\tsymbol\tscore\na\tb\t1\na\tc\thigh\n",
            "line 3, column score: 'high' is not a finite number",
        ),
        (
            "RefSeq\tmicroRNA\tSites\tScore\na\tb\t1\tinf\n",
            "line 2, column Score: 'inf' is not a finite number",
        ),
        ("Sites\tmicroRNA\tScore\n1\ta\t1\n", "line 1: scores of pita name genes by RefSeq or Name or UTR"),
        ("", "the file is empty"),
    ],
)
def test_faults__name_file_line_and_column(tmp_path, genes, text, said):
    path = tmp_path / "mine.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=f"mine.tsv.*{said}"):
        judged(path, genes)


def test_scores_of_the_responses__take_the_lowest_where_they_lack_one():
    counts = Counts()
    found = scores_of_table("tool", pl.Series([None, 2.0, 3.0, None, None, None]), ROWS, counts, sign=-1)
    assert found.values[:3].tolist() == [-3, -2, -3]
    assert np.isnan(found.values[3:]).all()
