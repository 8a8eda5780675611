"""The verb that predicts repression: files, dicts and frames alike, and what it refuses."""

import pandas as pd
import polars as pl
import pytest

import dmiso
from dmiso.columns.repression import REPRESSION_GENE_COLUMNS, REPRESSION_SITE_COLUMNS
from dmiso.errors import InputError, NothingKeptError, UsageError
from dmiso.repression import resolve_repression

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
UTR = "GCAGCAGCAUUGCAACUAUACAACCUACUACCUCAUUGCAGCAAGC"
MRNA = "GGGGAUG" + "GCU" * 20 + "UAA" + UTR
CDS = {"transcript_id": ["t"], "cds_start": [4], "cds_end": [70]}


def test_repression__gives_the_same_for_files_dicts_and_frames(tmp_path):
    (tmp_path / "m.fa").write_text(f">let-7a\n{LET7.replace('U', 'T').lower()}\n")
    (tmp_path / "t.fa").write_text(f">t\n{MRNA}\n")
    pl.DataFrame(CDS).write_csv(tmp_path / "cds.tsv", separator="\t")
    from_files = dmiso.repression(tmp_path / "m.fa", tmp_path / "t.fa", cds=tmp_path / "cds.tsv")
    from_memory = dmiso.repression({"let-7a": LET7}, {"t": MRNA}, cds=pl.DataFrame(CDS))
    assert from_files.genes.equals(from_memory.genes)
    assert from_files.sites.equals(from_memory.sites)
    assert from_files.genes.columns == list(REPRESSION_GENE_COLUMNS)
    assert from_files.sites.columns == list(REPRESSION_SITE_COLUMNS)
    of_pandas = dmiso.repression({"let-7a": LET7}, {"t": MRNA}, cds=pd.DataFrame(CDS))
    assert isinstance(of_pandas.genes, pd.DataFrame)
    assert of_pandas.genes["repression"].tolist() == from_files.genes["repression"].to_list()


def test_repression__regions_of_an_mrna_are_those_of_its_coding_sequence():
    site = dmiso.repression(LET7, {"t": MRNA}, cds=CDS).sites.row(0, named=True)
    assert (site["start"], site["end"], site["region"], site["site_type"]) == (97, 105, "3'UTR", "8mer")
    whole = dmiso.repression(LET7, {"t": MRNA}, cds={**CDS, "cds_end": [115]}).sites.row(0, named=True)
    assert whole["region"] == "CDS"
    assert site["repression"] < whole["repression"] < 0


def test_repression__takes_3utrs_beside_transcripts():
    found = dmiso.repression(LET7, {"t": MRNA}, cds=CDS, utrs={"u": UTR})
    assert found.genes["transcript_id"].to_list() == ["t", "u"]
    with pytest.raises(UsageError, match=r"t is both a transcript and a 3'UTR"):
        dmiso.repression(LET7, {"t": MRNA}, cds=CDS, utrs={"t": UTR})


def test_repression__with_features_adds_what_the_model_looks_at():
    table = dmiso.repression(LET7, utrs={"u": UTR}, features=True).sites
    assert table.columns[len(REPRESSION_SITE_COLUMNS) :] == list(
        resolve_repression().config.weight_sets["sequence"].sites
    )
    assert table["cds_length"].to_list() == [None]


def test_repression__folding_uses_the_weights_with_accessibility():
    table = dmiso.repression(LET7, utrs={"u": UTR}, folding=True, features=True)
    assert table.genes["weight_set"].to_list() == ["rnaplfold"]
    assert table.sites["accessibility"].is_between(-7, 0).all()


def test_repression__abundances_scale():
    one = dmiso.repression(LET7, utrs={"u": UTR}).genes["repression"][0]
    half = dmiso.repression(LET7, utrs={"u": UTR}, abundances={LET7: 0.5}).genes["repression"][0]
    assert half == pytest.approx(one / 2)


def test_repression__says_what_is_missing():
    with pytest.raises(UsageError, match="Give transcripts with their coding sequences, or utrs"):
        dmiso.repression(LET7)
    with pytest.raises(NothingKeptError, match="none of 1 transcripts was of known coding sequence"):
        dmiso.repression(LET7, {"t": MRNA})
    with pytest.raises(InputError, match="'J' at position 3"):
        dmiso.repression({"m": "UGJGGUAGUAGG"}, utrs={"u": UTR})


def test_tables__show_themselves():
    assert repr(dmiso.repression(LET7, utrs={"u": UTR})).startswith("RepressionTables(genes: 1 rows")
