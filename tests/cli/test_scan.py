"""``dmiso scan`` in process, on the shipped examples."""

import json
import sys

import polars as pl
import pytest
from click.testing import CliRunner

from dmiso.cli.main import _run
from dmiso.cli.scan import command
from dmiso.examples import write_examples


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """The first example of the help page, with other formats."""
    folder = tmp_path_factory.mktemp("scan-cli")
    write_examples(folder)
    out = folder / "scan"
    words = [
        "--mirnas",
        str(folder / "isomirs.fa"),
        "--transcripts",
        str(folder / "transcripts.fa"),
        "--as-utrs",
    ]
    result = CliRunner().invoke(command, [*words, "--also", "bed", "--also", "gff3", "-o", str(out)])
    assert result.exit_code == 0, result.output
    return folder, words, out, result.output


def test_scan__finds_the_planted_sites_of_the_examples_at_their_places(scanned):
    folder, _, out, _ = scanned
    sites = pl.read_parquet(out / "sites.parquet")
    planted = pl.read_csv(folder / "planted_sites.tsv", separator="\t")
    positions = set(sites.select("mirna_id", "transcript_id", "start").iter_rows())
    whole = planted.filter(pl.col("site").str.contains("complement"))
    assert whole.height > 0
    assert set(whole.select("mirna_id", "target_id", "start").iter_rows()) <= positions


def test_scan__says_what_was_done_and_writes_a_manifest_without_times_or_paths(scanned):
    folder, _, out, said = scanned
    assert "miRNA-gene pairs (1 shards made, 0 were there); sites.bed; sites.gff3" in said
    text = (out / "scan.manifest.json").read_text()
    assert str(folder) not in text.replace(json.dumps(str(out)), "")
    manifest = json.loads(text)
    assert manifest["counts"]["kept"]["sites"] == pl.read_parquet(out / "sites.parquet").height
    assert manifest["settings"]["decoys"] == 2
    assert sorted(manifest["inputs"]) == ["mirnas", "transcripts"]


def test_scan__again_in_the_same_folder_asks_for_resume(scanned, capsys):
    _, words, out, _ = scanned
    assert _run(["scan", *words, "-o", str(out)]) == 2
    assert "--resume goes on with them" in capsys.readouterr().err
    assert _run(["scan", *words, "-o", str(out), "--resume", "-q"]) == 0


def test_scan__a_part_says_how_many_are_missing(scanned, capsys):
    folder, words, _, _ = scanned
    small = ["--transcripts-per-shard", "2", "--decoys", "0"]
    assert _run(["scan", *words, *small, "--shard", "2/2", "-o", str(folder / "parts")]) == 0
    assert "are missing; when none is, run once with --resume" in capsys.readouterr().err
    assert not (folder / "parts" / "sites.parquet").exists()


@pytest.mark.parametrize("shard", ["x", "1", "1/x", "3/2", "0/2"])
def test_scan__a_wrong_part_is_a_usage_error(scanned, shard, capsys):
    folder, words, _, _ = scanned
    assert _run(["scan", *words, "--shard", shard, "-o", str(folder / "wrong")]) == 2
    assert "I/N" in capsys.readouterr().err or shard == "x"


def test_scan__energies_without_vienna_say_what_to_install(scanned, monkeypatch, capsys):
    folder, words, _, _ = scanned
    monkeypatch.setitem(sys.modules, "RNA", None)
    assert _run(["scan", *words, "--energies", "-o", str(folder / "energies")]) == 1
    assert "pip install 'dmiso[energy]'" in capsys.readouterr().err
    assert not (folder / "energies").exists()


def test_query__without_duckdb_says_what_to_install(scanned, monkeypatch, capsys):
    _, _, out, _ = scanned
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert _run(["scan", "query", str(out), "--mirna", "hsa-let-7a-5p"]) == 1
    assert "pip install 'dmiso[query]'" in capsys.readouterr().err


def test_query__wants_one_question(scanned, capsys):
    _, _, out, _ = scanned
    assert _run(["scan", "query", str(out)]) == 2
    assert _run(["scan", "query", str(out), "--mirna", "a", "--gene", "b"]) == 2
    assert "Give one of --mirna, --gene, --compare and --sql" in capsys.readouterr().err


class TestQuery:
    """Questions, where DuckDB is installed."""

    @pytest.fixture(autouse=True)
    def _needs_duckdb(self):
        pytest.importorskip("duckdb", reason="the extra [query] is not installed")

    def ask(self, scanned, *words):
        folder, _, out, _ = scanned
        table = folder / "answer.tsv"
        assert _run(["scan", "query", str(out), *words, "-o", str(table)]) == 0
        return pl.read_csv(table, separator="\t")

    def test_query__genes_of_a_mirna_are_those_of_the_table(self, scanned):
        genes = pl.read_parquet(scanned[2] / "genes.parquet").filter(pl.col("mirna_id") == "hsa-let-7a-5p")
        found = self.ask(scanned, "--mirna", "hsa-let-7a-5p")
        assert found["gene_id"].to_list() == genes["gene_id"].to_list()
        assert self.ask(scanned, "--mirna", "UGAGGUAGUAGGUUGUAUAGUU").equals(found)

    def test_query__mirnas_of_a_gene(self, scanned):
        genes = pl.read_parquet(scanned[2] / "genes.parquet")
        gene = genes["gene_id"][0]
        expected = genes.filter(pl.col("gene_id") == gene).sort("repression")
        assert self.ask(scanned, "--gene", gene)["mirna_id"].to_list() == expected["mirna_id"].to_list()

    def test_query__a_gene_without_a_row_is_an_error(self, scanned, capsys):
        assert _run(["scan", "query", str(scanned[2]), "--gene", "no-such-gene"]) == 2
        assert (
            "no-such-gene: no miRNA of this scan has a site or a seed site in it" in capsys.readouterr().err
        )

    def test_query__a_symbol_is_that_of_the_scan_s_reference(self, scanned, tmp_path):
        out, mirnas = tmp_path / "scan", scanned[0] / "isomirs.fa"
        words = ["--mirnas", str(mirnas), "--reference", "tiny-hsa", "--decoys", "0", "-q"]
        assert _run(["scan", *words, "-o", str(out)]) == 0
        genes = pl.read_parquet(out / "genes.parquet")
        table = tmp_path / "answer.tsv"
        assert _run(["scan", "query", str(out), "--gene", "LIN28B-like", "-o", str(table)]) == 0
        [identifier] = pl.read_csv(table, separator="\t")["gene_id"].unique()
        assert identifier != "LIN28B-like"
        assert (
            pl.read_csv(table, separator="\t").height == genes.filter(pl.col("gene_id") == identifier).height
        )

    def test_query__gains_and_losses_are_differences_of_scores(self, scanned):
        genes = pl.read_parquet(scanned[2] / "genes.parquet")
        one, two = genes["mirna_id"].unique(maintain_order=True).to_list()[:2]
        found = self.ask(scanned, "--compare", one, two)
        assert found.height > 2
        for measure in ("repression", "binding"):
            of = {(m, g): s for m, g, s in genes.select("mirna_id", "gene_id", measure).iter_rows()}
            for row in found.to_dicts():
                change = of.get((one, row["gene_id"]), 0) - of.get((two, row["gene_id"]), 0)
                assert row[f"{measure}_difference"] == pytest.approx(change)
        sizes = found["repression_difference"].abs().to_list()
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] > 0

    def test_query__the_folder_of_an_earlier_dmiso_says_how_it_gets_repression(
        self, scanned, tmp_path, capsys
    ):
        for name in ("sites", "genes", "genes_total"):
            table = pl.read_parquet(scanned[2] / f"{name}.parquet")
            table.select(pl.exclude("^repression.*$")).write_parquet(tmp_path / f"{name}.parquet")
        for question in (["--mirna", "x"], ["--gene", "x"], ["--compare", "x", "y"]):
            assert _run(["scan", "query", str(tmp_path), *question]) == 2
            assert "genes.parquet has no repression" in capsys.readouterr().err
        assert _run(["scan", "query", str(tmp_path), "--sql", "SELECT count(*) AS n FROM genes"]) == 0

    def test_query__an_unknown_name_or_wrong_sql_is_a_usage_error(self, scanned, capsys):
        out = str(scanned[2])
        assert _run(["scan", "query", out, "--compare", "nobody", "hsa-let-7a-5p"]) == 2
        assert "nobody: no site in this scan" in capsys.readouterr().err
        assert _run(["scan", "query", out, "--sql", "SELECT nope FROM sites"]) == 2
        assert "the question cannot be answered" in capsys.readouterr().err
        assert _run(["scan", "query", str(scanned[0]), "--mirna", "x"]) == 2
        assert "holds no finished scan" in capsys.readouterr().err


def test_scan__draws_the_most_repressed_genes_when_asked(scanned):
    _, words, out, _ = scanned
    assert not list(out.glob("*.svg"))
    assert _run(["scan", *words, "-o", str(out), "--resume", "--pictures", "-q"]) == 0
    genes = pl.read_parquet(out / "genes.parquet").filter(pl.col("repression").is_not_null())
    first = genes.sort("repression")["gene_id"][0]
    assert first in (out / "repression.svg").read_text()
    assert (out / "repression.png").is_file()


def test_scan__of_a_part_refuses_pictures(scanned, capsys):
    _, words, out, _ = scanned
    assert _run(["scan", *words, "-o", str(out.parent / "part"), "--shard", "1/2", "--pictures"]) == 2
    assert "--pictures has no effect with --shard" in capsys.readouterr().err


def test_scan__a_long_one_of_every_offset_speaks_of_the_first_look(scanned, tmp_path, monkeypatch):
    _, words, *_ = scanned

    def said(*options):
        output = tmp_path / f"scan{len(list(tmp_path.iterdir()))}"
        result = CliRunner().invoke(command, [*words, "--decoys", "0", *options, "-o", str(output)])
        assert result.exit_code == 0, result.output
        return "--first-look" in result.output

    assert not said()
    monkeypatch.setattr("dmiso.cli.scan._LONG", 1)
    assert said()
    assert not said("-q")
    assert not said("--first-look")
    assert not said("--model", "dmiso-chimeras@v0.1.0")


def test_scan__stopped_before_anything_is_kept_says_so(scanned, tmp_path, monkeypatch, capsys):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("dmiso.scan.run.scan_files", stopped)
    out = tmp_path / "out"
    assert _run(["scan", *scanned[1], "--first-look", "-o", str(out)]) == 130
    said = capsys.readouterr().err
    assert f"interrupted; {out} holds nothing of this scan yet: the same command begins it anew" in said
    assert not out.exists()
