"""``dmiso explain`` in process: what is written, what is said, what is refused."""

import json

import polars as pl
import pytest

from dmiso.cli.main import main
from dmiso.columns import COLUMNS
from dmiso.examples import write_examples
from dmiso.io.declared_numbers import with_numbers

MIRNA = "UGAGGUAGUAGGUUGUAUAGUU"
TARGET = "ACGAUGCAAAGGAUAAUACCUGUAUACAAGUCGCUACCUCAUAGUACUCCGUCGUUCCUG"


def explain(*words):
    with pytest.raises(SystemExit) as end:
        main(["explain", *map(str, words)])
    return end.value.code


def columns_are_declared(path):
    frame = pl.read_csv(path, separator="\t")
    assert set(frame.columns) <= set(COLUMNS)
    # what is written can be read
    numbers = [name for name in frame.columns if COLUMNS[name].is_number]
    with_numbers(frame, numbers, path=path, lines=range(2, frame.height + 2))
    return frame


@pytest.fixture
def examples(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_examples(tmp_path / "dmiso-examples")
    return tmp_path / "dmiso-examples"


def test_pair__page_tables_and_duplex(tmp_path, capsys, toy_model):
    assert (
        explain("pair", MIRNA, TARGET.lower().replace("u", "t"), "--model", toy_model, "-o", tmp_path / "p")
        == 0
    )
    names = {path.name for path in (tmp_path / "p").iterdir()}
    pictures = {f"{name}.{kind}" for name in ("page", "duplex") for kind in ("svg", "png")}
    assert names == {"bases.tsv", "pair_effects.tsv", "duplex.txt", "manifest.json"} | pictures
    shown = capsys.readouterr()
    assert shown.out == (tmp_path / "p" / "duplex.txt").read_text(encoding="utf-8")
    assert "seed class 8mer" in shown.out
    assert "||||||||" in shown.out
    effects = columns_are_declared(tmp_path / "p" / "pair_effects.tsv")
    assert effects.height == 22 * 60
    assert effects.filter("folded").height >= 8
    assert columns_are_declared(tmp_path / "p" / "bases.tsv").height == 22 + 60
    assert json.loads((tmp_path / "p" / "manifest.json").read_text())["settings"]["mirna"] == MIRNA


def test_pair__a_wrong_base_is_wrong_usage(tmp_path, capsys):
    assert explain("pair", "UGAXJ", TARGET, "-o", tmp_path / "p") == 2
    assert "'J' at position 5 is not one of A C G U" in capsys.readouterr().err


def test_pair__twice_gives_the_same_bytes(tmp_path, toy_model):
    for name in ("a", "b"):
        assert explain("pair", MIRNA, TARGET, "--model", toy_model, "-q", "-o", tmp_path / name) == 0
    for path in sorted((tmp_path / "a").iterdir()):
        if path.name != "manifest.json":  # it holds the command
            assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_data__profiles_controls_and_clusters(examples, tmp_path, toy_model, capsys):
    gmt = tmp_path / "s.gmt"
    gmt.write_text("set\t\tg1\tg2\n")
    table = pl.read_csv(examples / "labelled.tsv", separator="\t").with_columns(label=pl.lit(1))
    table = table.with_row_index().with_columns(gene=pl.format("g{}", pl.col("index") % 4)).drop("index")
    table.write_csv(tmp_path / "l.tsv", separator="\t")
    words = [
        "--controls",
        2,
        "--clusters",
        2,
        "--target-id-column",
        "gene",
        "--gene-sets",
        gmt,
        "--model",
        toy_model,
    ]
    assert explain("data", tmp_path / "l.tsv", *words, "-o", tmp_path / "d") == 0
    profiles = columns_are_declared(tmp_path / "d" / "profiles.tsv")
    kinds = profiles.group_by("kind").agg(pl.col("scorer").n_unique()).sort("kind").rows()
    assert kinds == [("control", 2), ("edge", 1), ("model", 1)]
    assert columns_are_declared(tmp_path / "d" / "mirna_clusters.tsv")["mirna_cluster"].max() <= 2
    columns_are_declared(tmp_path / "d" / "shared_targets.tsv")
    assert columns_are_declared(tmp_path / "d" / "gene_sets.tsv")["gene_set"].unique().to_list() == ["set"]
    assert (tmp_path / "d" / "profiles.svg").is_file()
    assert "The tables are in" in capsys.readouterr().err


def test_data__only_positives_are_explained_and_it_is_said(examples, tmp_path, toy_model, capsys):
    words = ["--controls", 0, "--no-pictures", "--model", toy_model, "-o", tmp_path / "d"]
    assert explain("data", "dmiso-examples/labelled.tsv", *words) == 0
    assert "negative pairs, which are not explained" in capsys.readouterr().err


def test_data__gene_sets_without_clusters_is_wrong_usage(examples, tmp_path, capsys):
    assert (
        explain(
            "data",
            "dmiso-examples/labelled.tsv",
            "--gene-sets",
            "dmiso-examples/test.tsv",
            "-o",
            tmp_path / "d",
        )
        == 2
    )
    assert "--gene-sets has no effect without --clusters" in capsys.readouterr().err


def test_model__motifs_and_pair_energies(tmp_path, toy_model, capsys):
    assert explain("model", "--model", toy_model, "--targets", 1, "-o", tmp_path / "m") == 0
    assert columns_are_declared(tmp_path / "m" / "kernels.tsv").height == 40
    columns_are_declared(tmp_path / "m" / "pair_energies.tsv")
    assert (tmp_path / "m" / "motifs.meme").read_text().count("MOTIF") == 40
    assert "Watson-Crick pair against mismatch" in capsys.readouterr().out
    assert (tmp_path / "m" / "logos_activating.png").is_file()


def test_model__a_duplex_network_has_pair_tables(tmp_path):
    assert explain("model", "--targets", 1, "-q", "--no-pictures", "-o", tmp_path / "m") == 0
    assert columns_are_declared(tmp_path / "m" / "pair_tables.tsv").height == 30 * 16


def test_variants__example_of_the_help_page(examples, tmp_path, toy_model, capsys):
    words = ["--mirnas", "dmiso-examples/mature.fa", "--transcripts", "dmiso-examples/transcripts.fa"]
    assert (
        explain("variants", "example_gene_1:n.430C>G", *words, "--model", toy_model, "-o", tmp_path / "v")
        == 0
    )
    table = columns_are_declared(tmp_path / "v" / "variants.tsv")
    first = table.filter(mirna_id="hsa-let-7a-5p").row(0, named=True)
    assert (first["reference_seed_class"], first["changed_seed_class"]) == ("8mer", "none")
    assert explain("variants", "example_gene_1:n.430A>G", *words, "-o", tmp_path / "v") == 1
    assert "has C at position 430, not A" in capsys.readouterr().err
    assert explain("variants", *words, "-o", tmp_path / "v") == 2
    assert "no change to score" in capsys.readouterr().err
    assert explain("variants", "--vcf", "dmiso-examples/test.tsv", *words, "-o", tmp_path / "v") == 2
    assert "--vcf has no effect without --annotation" in capsys.readouterr().err


def test_variants__a_to_i_of_every_a(examples, tmp_path, toy_model):
    words = ["--mirnas", "dmiso-examples/mature.fa", "--transcripts", "dmiso-examples/transcripts.fa"]
    assert explain("variants", "--a-to-i", *words, "--model", toy_model, "-q", "-o", tmp_path / "v") == 0
    table = columns_are_declared(tmp_path / "v" / "variants.tsv")
    assert table["changed_base"].unique().to_list() == ["G"]
    assert table.filter(mirna_id="hsa-let-7a-5p")["change"].n_unique() == MIRNA.count("A")
