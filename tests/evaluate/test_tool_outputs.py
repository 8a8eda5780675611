"""Outputs of other tools: whose prediction is it, by names as sources write them, by positions, by nucleotides."""

import gzip

import numpy as np
import polars as pl
import pytest

from dmiso.errors import InputError, NothingKeptError
from dmiso.evaluate.adapters import read_tool_output
from dmiso.records import Counts

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
MIR21 = "UAGCUUAUCAGACUGAUGUUGA"
GENCODE = (
    "ENST00000616016.5|ENSG00000187634.13|-|-|SAMD11-209|SAMD11|3465|UTR5:1-509|CDS:510-3044|UTR3:3045-3465|"
)


@pytest.fixture
def table():
    return pl.DataFrame(
        {
            "mirna_sequence": [LET7, MIR21, LET7],
            "target_sequence": ["AACUAUACAACCUACUACCUCAUU", "GGGGGGGGGG", "CCCCCUACCUCGCCCC"],
            "label": [1, 0, 1],
            "mirna_id": ["hsa-let-7a-5p", "hsa-miR-21-5p", "hsa-let-7a-5p"],
            "target_id": ["site-1", "site-2", "site-3"],
            "transcript_id": ["ENST00000616016.2", "NM_000014.6", GENCODE],
            "gene_id": ["ENSG00000187634.11", "A2M", "ENSG00000187634.13"],
            "start": [100, 5, 300],
            "end": [124, 15, 316],
        }
    )


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def rna22(target, position, mirna="hsa_let_7a_5p"):
    return f"{mirna}\t{target}\t{position}\t-15.2\tAAAA\t0.001\n"


def called(name, path, table, counts=None, **options):
    column = read_tool_output(name, path, table, Counts() if counts is None else counts, **options)
    return (column.values >= column.threshold).tolist()


@pytest.mark.parametrize(
    "name",
    [
        "ENST00000616016",
        "ENST00000616016.9",
        "ENSG00000187634_ENST00000616016",
        "ENSG00000187634.4_ENST00000616016.1",
        GENCODE,
        "ENSG00000187634|ENST00000616016",
    ],
)
def test_rna22__names_of_a_transcript_are_one_whatever_version_and_header(table, tmp_path, name):
    text = rna22(name, 110) + rna22(name, 290)
    assert called("rna22", written(tmp_path / "r.txt", text), table) == [True, False, True]
    # a site of 22 nt that ends where the pair's begins does not overlap it
    text = rna22(name, 79) + rna22(name, 317) + rna22("NM_000014", 1, "hsa-miR-21-5p")
    assert called("rna22", written(tmp_path / "r.txt", text), table) == [False, True, False]


def test_rna22__a_gene_without_transcript_is_compared_by_position_as_in_the_paper(table, tmp_path):
    text = rna22("ENSG00000187634", 110)
    assert called("rna22", written(tmp_path / "r.txt", text), table) == [True, False, False]


def test_rna22__another_transcript_of_the_gene_has_no_comparable_position_and_is_counted(table, tmp_path):
    counts = Counts()
    text = rna22("ENSG00000187634_ENST00000999999", 110) + rna22("ENST00000616016", 110)
    assert called("rna22", written(tmp_path / "r.txt", text), table, counts) == [True, False, False]
    sentence = (
        "rna22 predictions on another transcript than the labelled pair's: their positions cannot be compared"
    )
    assert counts.notes[sentence] == 1
    assert counts.examples[sentence] == ["ENSG00000187634_ENST00000999999"]


def test_rna22__parts_of_refseq_names_do_not_match_other_transcripts(table, tmp_path):
    text = rna22("NM_000015.2", 7, "hsa-miR-21-5p")
    with pytest.raises(
        NothingKeptError, match="none of 1 rna22 predictions was found among the labelled pairs"
    ):
        called("rna22", written(tmp_path / "r.txt", text), table)


def miranda(mirna, target, score, start, end):
    return f">{mirna}\t{target}\t{score}\t-20.10\t2 20\t{start} {end}\t19\t80.00%\t90.00%\n"


def test_miranda__hits_on_transcripts_must_overlap_and_hits_on_sites_need_not(table, tmp_path):
    head = "miranda v3.3a\nRead Sequence:hsa-let-7a-5p (22 nt)\n   Forward:\tScore: 150.000000\n"
    text = head + miranda("hsa-let-7a-5p", "ENST00000616016.2", "150.00", 101, 122)
    text += ">>hsa-let-7a-5p\tENST00000616016.2\t150.00\t-20.10\t150.00\t-20.10\t1\t22\t3465\t 101\n"
    text += miranda("hsa-let-7a-5p", "site-3", "160.00", 1, 16)
    column = read_tool_output("miranda", written(tmp_path / "m.txt", text), table, Counts())
    assert column.values.tolist() == [150, -np.inf, 160]
    assert column.threshold == 140


def test_miranda__summary_lines_alone_are_read_without_a_position(table, tmp_path):
    text = ">>hsa-let-7a-5p\tENST00000616016\t310.00\t-40.00\t155.00\t-20.10\t1\t22\t3465\t 3 9\n"
    column = read_tool_output("miranda", written(tmp_path / "m.txt", text), table, Counts())
    assert column.values.tolist() == [155, -np.inf, 155]


def test_miranda__a_run_without_hits_is_its_output_and_another_file_is_not(table, tmp_path):
    found = called("miranda", written(tmp_path / "m.txt", "No Hits Found above Threshold\n"), table)
    assert found == [False] * 3
    with pytest.raises(InputError, match="no line of miRanda's output was found"):
        called("miranda", written(tmp_path / "m.txt", "a\tb\n"), table)


SITES = "a_Gene_ID\tmiRNA_family_ID\tspecies_ID\tUTR_start\tUTR_end\tGroup_num\tSite_type\n"


def test_targetscan__best_site_type_by_gene_and_mirna(table, tmp_path):
    rows = "".join(
        f"A2M\thsa-miR-21-5p\t9606\t{i}\t{i + 7}\t1\t{kind}\n" for i, kind in enumerate(["6mer", "8mer-1a"])
    )
    column = read_tool_output("targetscan", written(tmp_path / "t.txt", SITES + rows), table, Counts())
    assert column.values.tolist() == [-np.inf, 4, -np.inf]
    assert column.threshold == 1


@pytest.mark.parametrize("tool", ["miranda", "targetscan", "miraw", "mitar", "rna22"])
def test_names_that_are_nucleotides__need_no_names_in_the_table(table, tmp_path, tool):
    mirna, site = LET7.replace("U", "T"), table["target_sequence"][2]
    text = {
        "miranda": miranda(mirna, site, "155.00", 1, 16),
        "targetscan": SITES + f"{site}\t{mirna}\t9606\t1\t7\t1\t7mer-m8\n",
        "miraw": f"GeneName,miRNA,Prediction\n{site},{mirna},0.9\n",
        "mitar": f">{mirna}|{site}|1|0|0.9\nACGU\n",
        "rna22": rna22(site, 1, mirna),
    }[tool]
    bare = table.select("mirna_sequence", "target_sequence", "label")
    for rows in (table, bare):
        assert called(tool, written(tmp_path / "x.txt", text), rows) == [False, False, True]


def pair_table(table, scores, column):
    rows = table.select(
        noncodingRNA=pl.col("mirna_sequence").str.replace_all("U", "T"), gene=pl.col("target_sequence")
    )
    return rows.with_columns(pl.Series(column, scores))


@pytest.mark.parametrize(
    ("tool", "column"), [("miranda", "miRanda_default"), ("mitar", "miTAR"), ("rna22", "rna22")]
)
def test_table_of_pairs__gives_scores_whatever_its_order(table, tmp_path, tool, column):
    path = tmp_path / "p.tsv"
    pair_table(table, [0.9, 0.2, None], column).reverse().write_csv(path, separator="\t")
    found = read_tool_output(tool, path, table, Counts())
    assert found.values.tolist() == [0.9, 0.2, -np.inf]
    assert found.rows is None


def test_table_of_pairs__a_part_is_judged_on_the_rows_it_has_or_refused(table, tmp_path):
    path = tmp_path / "p.tsv"
    pair_table(table, ["0.9", "0.2", "0.4"], "mitar").head(2).write_csv(path, separator="\t")
    column = read_tool_output("mitar", path, table, Counts(), part=True)
    assert column.rows.tolist() == [True, True, False]
    assert column.note == "read from a table of pairs: 2 of 3 are in it"
    with pytest.raises(InputError, match="1 of 3 pairs of the labelled table are not in the file"):
        read_tool_output("mitar", path, table, Counts())


@pytest.mark.parametrize(
    ("column", "scores", "message"),
    [
        ("score", [1, 2, 3], "line 1: no column is mitar's: mitar or miTAR is looked for"),
        ("mitar", ["1", "high", "3"], "line 3, column mitar: 'high' is not a number"),
    ],
)
def test_table_of_pairs__faults_are_named_with_line_and_column(table, tmp_path, column, scores, message):
    path = tmp_path / "p.tsv"
    pair_table(table, scores, column).write_csv(path, separator="\t")
    with pytest.raises(InputError) as caught:
        read_tool_output("mitar", path, table, Counts())
    assert message in str(caught.value)


def test_table_of_pairs__one_pair_has_one_score(table, tmp_path):
    path = tmp_path / "p.tsv"
    twice = pair_table(table, [0.9, 0.2, 0.1], "mitar")
    pl.concat([twice, twice.head(1).with_columns(mitar=pl.lit(0.8))]).write_csv(path, separator="\t")
    with pytest.raises(InputError, match=r"line 5, column mitar: the pair has two scores, 0\.9 and 0\.8"):
        read_tool_output("mitar", path, table, Counts())


def test_part__a_file_whose_hits_are_all_of_other_tables_is_no_fault(table, tmp_path):
    path = written(tmp_path / "m.fa", ">hsa-let-7a-5p|another|1|0|0.9\nACGU\n")
    assert called("mitar", path, table, part=True) == [False] * 3
    with pytest.raises(NothingKeptError):
        called("mitar", path, table)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("miranda", ">q\tt\t155\n", "line 1: 3 fields were found; miRanda writes >query, target"),
        ("miranda", ">q\tt\thigh\t-9\t1 2\t3 4\n", "line 1: 'high' is not a number; miRanda writes"),
        ("miranda", ">q\tt\t150\t-9\t1 2\t9 4\n", "line 1: '9 4' is no range on the target"),
        ("miranda", ">q\tt\t150\t-9\t1 2\t\n", "line 1: '' is not a whole number"),
        ("targetscan", "gene\tmirna\n", "line 1: column a_Gene_ID is missing; found gene, mirna"),
        ("targetscan", SITES + "g\tm\n", "line 2: 2 fields were found where the header has 7"),
        (
            "targetscan",
            SITES + "g\tm\t1\t2\t3\t4\t9mer\n",
            "line 2, column Site_type: '9mer' is not a site type",
        ),
    ],
)
def test_damaged_outputs__are_named_with_their_line(table, tmp_path, name, text, message):
    with pytest.raises(InputError) as caught:
        read_tool_output(name, written(tmp_path / "x.txt", text), table, Counts())
    assert message in str(caught.value)


@pytest.mark.real_data
def test_peers__scores_kept_elsewhere_are_read_where_rows_coincide(shared_data):
    path = shared_data / "benchmark" / "peers" / "hejret_test_scores.tsv.gz"
    peers = pl.read_csv(gzip.decompress(path.read_bytes()), separator="\t", infer_schema_length=None)
    pairs = peers.select(
        mirna_sequence=pl.col("noncodingRNA").str.replace_all("T", "U"),
        target_sequence=pl.col("gene").str.replace_all("T", "U"),
        label="label",
    )
    for tool, column in (("miranda", "miRanda_score_sc0"), ("targetscan", "TargetScan7"), ("mitar", "miTAR")):
        found = read_tool_output(tool, path, pairs.sample(fraction=1, shuffle=True, seed=1), Counts())
        expected = peers[column].sample(fraction=1, shuffle=True, seed=1).to_numpy()
        assert found.rows is None
        np.testing.assert_allclose(found.values, expected, rtol=1e-6)
