"""Tools: run for real where they are, absent with a sentence where not; outputs of others matched to rows."""

import gzip
import shutil
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import numpy as np
import polars as pl
import pytest

import dmiso.evaluate.adapters.miranda as miranda_module
from dmiso.errors import DmisoError, InputError, UsageError
from dmiso.evaluate.adapters import (
    MIRANDA_UNBOUNDED,
    OUTPUT_READERS,
    TOOLS,
    read_tool_output,
    run_tool,
    run_tools,
)
from dmiso.evaluate.adapters.miranda import parse_summary
from dmiso.evaluate.adapters.rnahybrid import parse_compact
from dmiso.evaluate.adapters.tool import by_mirna, run_program
from dmiso.records import Counts

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
MIR21 = "UAGCUUAUCAGACUGAUGUUGA"

needs_rnahybrid = pytest.mark.skipif(
    shutil.which("RNAhybrid") is None, reason="RNAhybrid is not installed (apt-get install rnahybrid)"
)


@pytest.fixture
def table():
    return pl.DataFrame(
        {
            "mirna_sequence": [LET7, MIR21, LET7],
            "target_sequence": ["AACUAUACAACCUACUACCUCAUU", "GGGGGGGGGG", "CCCCCUACCUCGCCCC"],
            "label": [1, 0, 1],
            "mirna_id": ["hsa-let-7a-5p", "hsa-miR-21-5p", "hsa-let-7a-5p"],
            "target_id": ["GENE1", "GENE2", "GENE3"],
            "transcript_id": ["ENST01", "ENST02", "ENST03"],
            "start": ["100", "5", "300"],
            "end": ["124", "15", "316"],
        }
    )


def test_targetscan__site_types_need_nothing(table):
    (column,) = run_tools(table, ["targetscan"])
    assert column.values.tolist() == [4, -np.inf, 3]
    assert (column.kind, column.threshold) == ("tool", 1.0)


@needs_rnahybrid
def test_rnahybrid__runs_and_gives_energy_and_p_value(table):
    energy, p_value = run_tools(table, ["rnahybrid"])
    assert (energy.name, p_value.name) == ("rnahybrid_mfe", "rnahybrid_pvalue")
    assert energy.values[0] > 30 > energy.values[2] > 10
    assert p_value.values[0] >= p_value.threshold == pytest.approx(-np.log10(0.05))
    assert p_value.values[1] < p_value.threshold


def test_rnaduplex_and_rnacofold__are_viennarnas(table):
    vienna = pytest.importorskip("RNA")
    duplex, cofold = run_tools(table, ["rnaduplex", "rnacofold"])
    assert duplex.values[0] == pytest.approx(-vienna.duplexfold(LET7, table["target_sequence"][0]).energy)
    assert cofold.values[0] == pytest.approx(-vienna.cofold(f"{LET7}&{table['target_sequence'][0]}")[1])


@pytest.mark.parametrize("name", ["rnaduplex", "rnacofold", "rnahybrid", "miranda"])
def test_absent_tool__is_a_column_that_says_how_to_get_it(table, name, monkeypatch):
    absent = TOOLS[name]
    monkeypatch.setattr("shutil.which", lambda _: None)
    for module in ("RNA", "metarna"):
        monkeypatch.setitem(sys.modules, module, None)
    (column,) = run_tools(table, [name])
    assert column.values is None
    assert column.note == f"not found on this machine: {absent.how_to_get}"


def test_unknown_tool__lists_the_known_ones(table):
    with pytest.raises(UsageError, match=r"rnahybird is not a tool\. Did you mean rnahybrid\?"):
        run_tools(table, ["rnahybird"])


def program(folder, text, name="miranda"):
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(0o755)
    return path


def test_miranda__reads_the_summary_lines_of_the_program(table, tmp_path, monkeypatch):
    program(
        tmp_path,
        "import sys\n"
        "names = [line[1:].strip() for line in open(sys.argv[2]) if line[0] == '>']\n"
        "mirna = open(sys.argv[1]).read().split()[1]\n"
        "print('Read Sequence:q (22 nt)')\n"
        "for name in names:\n"
        "    if mirna.startswith('UGAG'):\n"
        "        print(f'>q\\t{name}\\t155.00\\t-20.10\\t2 20\\t3 24\\t19\\t80.0%\\t90.0%')\n"
        "        print(f'>>q\\t{name}\\t310.00\\t-40.00\\t{155 + int(name)}.00\\t-20.10\\t1\\t22\\t24\\t 3 9')\n"
        "    else:\n"
        "        print('No Hits Found above Threshold')\n",
    )
    monkeypatch.setenv("PATH", f"{tmp_path}:{tmp_path.anchor}usr/bin")
    (column,) = run_tools(table, ["miranda"])
    assert column.values.tolist() == [155, -np.inf, 156]
    assert column.threshold == 140


def test_miranda_unbounded__scores_pairs_under_its_threshold_and_calls_the_same(table, tmp_path, monkeypatch):
    program(
        tmp_path,
        "import sys\n"
        "least = float(sys.argv[sys.argv.index('-sc') + 1]) if '-sc' in sys.argv else 140\n"
        "names = [line[1:].strip() for line in open(sys.argv[2]) if line[0] == '>']\n"
        "for name in names:\n"
        "    score = 155.0 if name == '0' and len(names) == 2 else 93.0\n"
        "    if score >= least:\n"
        "        print(f'>>q\\t{name}\\t{score}\\t-40.00\\t{score}\\t-20.10\\t1\\t22\\t24\\t 3 9')\n",
    )
    monkeypatch.setenv("PATH", f"{tmp_path}:{tmp_path.anchor}usr/bin")
    (bounded,), (free,) = run_tools(table, ["miranda"]), run_tool(MIRANDA_UNBOUNDED, table)
    assert bounded.values.tolist() == [155, -np.inf, -np.inf]
    assert free.values.tolist() == [155, 93, 93]
    assert free.threshold == bounded.threshold == 140


def test_miranda__falls_back_on_the_python_package(table, monkeypatch):
    package, scanner = ModuleType("metarna"), ModuleType("metarna.target_scan")
    for module in (package, scanner):
        module.__spec__ = ModuleSpec(module.__name__, None)
    asked = []

    def scan(target, mirna, **options):
        asked.append(options)
        return {"hits": [{"score": 150.0}, {"score": 162.0}] if mirna == LET7 else []}

    scanner.scan = scan
    monkeypatch.setitem(sys.modules, "metarna", package)
    monkeypatch.setitem(sys.modules, "metarna.target_scan", scanner)
    monkeypatch.setattr(miranda_module, "find_program", lambda _: None)
    (column,) = run_tools(table, ["miranda"])
    assert column.values.tolist() == [162, -np.inf, 162]
    assert asked[0] == {"score_threshold": 140.0}
    run_tool(MIRANDA_UNBOUNDED, table)
    assert asked[-1] == {"score_threshold": 0.0}


def test_output_that_is_not_the_tools__is_an_error():
    with pytest.raises(DmisoError, match="not its compact output: 'Segmentation fault'"):
        parse_compact("Segmentation fault", 1)
    with pytest.raises(DmisoError, match="summary line of 1 fields"):
        parse_summary(">>x", 1)


def test_program_that_fails__is_an_error_with_its_last_line(tmp_path):
    path = program(tmp_path, "import sys\nsys.exit('cannot read t.fa')", name="tool")
    with pytest.raises(DmisoError, match=r"tool ended with code 1: cannot read t\.fa"):
        run_program([str(path)], tmp_path)
    with pytest.raises(DmisoError, match="cannot be started"):
        run_program([str(tmp_path / "none")], tmp_path)


def test_by_mirna__keeps_the_order_of_rows():
    found = by_mirna(["b", "a", "b"], ["1", "2", "3"], lambda mirna, targets: [mirna + t for t in targets])
    assert found == ["b1", "a2", "b3"]


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_rna22__rows_are_predicted_where_names_agree_and_sites_overlap(table, tmp_path):
    header = (
        "miR Name\ttranscript name\tleftmost position of predicted target site\tfolding energy (in -Kcal/mol)\t"
        "heteroduplex\tp value\n"
    )
    rows = (
        "hsa_let_7a_5p\tENSG09_ENST01\t110\t-15.2\tAAAA\t0.001\n"
        "hsa_let_7a_5p\tENST01\t90\t-12.2\tAAAA\t0.1\n"
        "hsa_let_7a_5p\tENST03\t100\t-15.2\tAAAA\t0.001\n"  # same transcript, another position
        "hsa_miR_99_5p\tENST02\t5\t-15.2\tAAAA\t0.001\n"
    )
    for text in (header + rows, rows):
        counts = Counts()
        column = read_tool_output("rna22", written(tmp_path / "r.txt", text), table, counts)
        assert column.values.tolist() == pytest.approx([3, -np.inf, -np.inf])
        assert counts.notes == {"rna22 predictions fit no row of the labelled table": 2}
        assert (column.values >= column.threshold).tolist() == [True, False, False]


def test_miraw__best_prediction_by_gene_and_mirna(table, tmp_path):
    header = "GeneName\tmiRNA\tSiteStart\tSiteEnd\tPrediction\tPairStartinSite\n"
    rows = "GENE1\thsa-let-7a-5p\t1\t40\t0.2\t3\nGENE1\thsa-let-7a-5p\t5\t44\t0.9\t3\n"
    rows += "GENE2\thsa-miR-21-5p\t1\t40\t-0.5\t1\n"
    tabs = written(tmp_path / "a.csv", header + rows)
    commas = written(tmp_path / "b.csv", (header + rows).replace("\t", ","))
    for path in (tabs, commas):
        column = read_tool_output("miraw", path, table, Counts())
        assert column.values.tolist() == pytest.approx([0.9, -0.5, -np.inf])
        assert column.threshold == 0.5


def test_mitar__best_fragment_of_its_fasta_headers(table, tmp_path):
    text = ">hsa-let-7a-5p|GENE3|2|0|0.83\nUUGAN\n>hsa-let-7a-5p|GENE3|2|4|0.97\nUUGAN\n"
    column = read_tool_output("mitar", written(tmp_path / "m.fa", text), table, Counts())
    assert column.values.tolist() == pytest.approx([-np.inf, -np.inf, 0.97])


def test_mirbind2__is_read_row_by_row(table, tmp_path):
    text = "gene\tnoncodingRNA\tlabel\tprediction_score\tpredicted_class\n" + "".join(
        f"{t}\t{m}\t1\t0.{i}\t0\n"
        for i, (m, t) in enumerate(table.select("mirna_sequence", "target_sequence").iter_rows())
    )
    column = read_tool_output("mirbind2", written(tmp_path / "m.tsv", text), table, Counts())
    assert column.values.tolist() == [0, 0.1, 0.2]
    assert column.probabilities is not None


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("rna22", "a\tb\n", "line 1: 2 fields were found; RNA22 writes miRNA, transcript, position"),
        ("rna22", "a\tb\t7\t-1\tAA\tsmall\n", "line 1: 'small' is not a number; RNA22 writes"),
        (
            "miraw",
            "Gene,miRNA,Prediction\n",
            "line 1: column GeneName is missing; found Gene, miRNA, Prediction",
        ),
        (
            "miraw",
            "GeneName,miRNA,Prediction\nG,m,high\n",
            "line 2, column Prediction: 'high' is not a number",
        ),
        ("mitar", ">a|b|0.5\n", "line 1: the header '>a|b|0.5' is not miTAR's miRNA|target|sites|site|score"),
    ],
)
def test_damaged_outputs__are_named_with_their_line(table, tmp_path, name, text, message):
    with pytest.raises(InputError) as caught:
        read_tool_output(name, written(tmp_path / "x.txt", text), table, Counts())
    assert message in str(caught.value)


def test_table_without_names__says_which_are_needed(table, tmp_path):
    bare = table.select("mirna_sequence", "target_sequence", "label")
    with pytest.raises(InputError, match="has no names to match"):
        read_tool_output("mitar", written(tmp_path / "x.txt", ">a|b|1|0|0.9\n"), bare, Counts())


def test_unknown_output__lists_the_known_ones(table, tmp_path):
    with pytest.raises(UsageError, match="Did you mean mitar"):
        read_tool_output("tarpmir", tmp_path / "x", table, Counts())
    assert set(OUTPUT_READERS) == {"miranda", "targetscan", "rna22", "miraw", "mitar", "mirbind2"}


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["hejret_isomir_chr1_scores.tsv.gz", "hejret_test_scores.tsv.gz"])
def test_peers__our_tools_agree_with_their_scores(shared_data, name):
    vienna = pytest.importorskip("RNA")
    peers = pl.read_csv(
        gzip.decompress((shared_data / "benchmark" / "peers" / name).read_bytes()),
        separator="\t",
        infer_schema_length=None,
    )
    pairs = peers.select(
        mirna_sequence=pl.col("noncodingRNA").str.replace_all("T", "U"),
        target_sequence=pl.col("gene").str.replace_all("T", "U"),
        label="label",
    )
    columns = {c.name: c for c in run_tools(pairs, [tool for tool in TOOLS if tool != "miranda"])}
    same = {"rnaduplex": "RNAduplex"}
    if columns.get("rnahybrid_mfe") is not None:
        same |= {"rnahybrid_mfe": "RNAhybrid_mfe", "rnahybrid_pvalue": "RNAhybrid_pvalue"}
    for ours, theirs in same.items():
        np.testing.assert_allclose(columns[ours].values, peers[theirs], atol=2e-5, err_msg=ours)
    np.testing.assert_array_equal(np.maximum(columns["targetscan"].values, 0), peers["TargetScan7"])
    # theirs were folded with T for U, to which ViennaRNA's table of special hairpins does not apply
    other = np.flatnonzero(np.abs(columns["rnacofold"].values - peers["RNAcofold"].to_numpy()) > 2e-5)
    assert len(other) == 2
    for row in other:
        dna = f"{peers['noncodingRNA'][int(row)]}&{peers['gene'][int(row)]}"
        assert -vienna.cofold(dna)[1] == pytest.approx(peers["RNAcofold"][int(row)], abs=2e-5)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("rna22", "a\tb\tinf\t-1\tAA\t0.1\na\tb\tinf\t-1\tAA\t0.1\n", "line 2: 'inf' is not a finite number"),
        ("rna22", "a\tb\t0\t-1\tAA\t0.1\n", "line 1: position '0' is not a whole number from 1 on"),
        ("rna22", "a\tb\t7\t-1\tAA\t-1\n", "line 1: p-value '-1' does not lie between 0 and 1"),
        ("miraw", "GeneName,miRNA,Prediction\nG,m\n", "line 2: 2 fields were found where the header has 3"),
        (
            "miraw",
            "GeneName,miRNA,Prediction\nG,m,1e400\n",
            "column Prediction: '1e400' is not a finite number",
        ),
        ("mitar", ">a|b|1|s|nan\n", "line 1: the header '>a|b|1|s|nan' is not miTAR's"),
    ],
)
def test_numbers_of_outputs__are_finite_and_can_be(table, tmp_path, name, text, message):
    with pytest.raises(InputError) as caught:
        read_tool_output(name, written(tmp_path / "x.txt", text), table, Counts())
    assert message in str(caught.value)


def test_positions_of_the_labelled_table__are_whole_numbers(table, tmp_path):
    placed = table.with_columns(start=pl.lit("x"), end=pl.lit("9"), transcript_id=pl.lit("t"))
    with pytest.raises(InputError, match=r"start and end of the labelled table.*'x' is not a whole number"):
        read_tool_output("rna22", written(tmp_path / "x.txt", "a\tb\t7\t-1\tAA\t0.1\n"), placed, Counts())
    for start, end in (("-1", "9"), ("9", "1")):
        wrong = placed.with_columns(start=pl.lit(start), end=pl.lit(end))
        with pytest.raises(InputError, match=rf"{start} to {end} is not a 0-based, half-open range"):
            read_tool_output("rna22", written(tmp_path / "x.txt", "a\tb\t7\t-1\tAA\t0.1\n"), wrong, Counts())


@pytest.mark.parametrize(("energy", "p"), [("-99999", "0.1"), ("9999", "0.1"), ("nan", "0.1"), ("-9", "1.5")])
def test_energies_of_rnahybrid__can_be(energy, p):
    with pytest.raises(DmisoError, match=r"RNAhybrid wrote .* where a number is expected"):
        parse_compact(f"1:50:q:22:{energy}:{p}:15:U  A: CCA : GGU :   \n", 2)
