"""3'UTRs by gene, and names of genes."""

import pytest

from dmiso.errors import InputError
from dmiso.io.transcripts import Transcript
from dmiso.io.utrs import read_utrs, with_gene_names
from dmiso.records import Counts


def test_utrs__are_3utr_alone_and_keep_every_name_of_their_header(tmp_path):
    path = tmp_path / "utrs.fa"
    path.write_text(
        ">1 symbol=A1BG len=8 refseq=NM_130786,NM_2\nACGTACGT\n>ENST00000000001.2|ENSG00000000003.4\nAC\n"
    )
    utrs = read_utrs(path, Counts())
    assert utrs["1"].sequence == "ACGUACGU"
    assert utrs["1"].gene_names == ("A1BG", "NM_130786", "NM_2")
    assert utrs["1"].part("3'UTR") == (0, 8)
    assert utrs["1"].region(2, 5) == "3'UTR"
    assert utrs["ENST00000000001.2"].gene_id == "ENSG00000000003.4"


def test_utrs__two_of_one_name_are_an_error(tmp_path):
    path = tmp_path / "utrs.fa"
    path.write_text(">1 symbol=A\nACGT\n>1 symbol=B\nACGA\n")
    with pytest.raises(InputError, match=r"a 3'UTR of this name came before"):
        read_utrs(path, Counts())


def test_gene_names__every_name_of_a_row_names_its_transcript_whatever_the_version(tmp_path):
    path = tmp_path / "genes.tsv"
    path.write_text("refseq\tenst\tensg\tsymbol\nNM_1\tENST00000000009\tENSG00000000008\tKLHL17\n")
    counts = Counts()
    given = {"NM_1.4": Transcript("NM_1.4", "ACGU"), "NM_5": Transcript("NM_5", "ACGU")}
    named = with_gene_names(given, path, counts)
    assert named["NM_1.4"].gene_names == ("NM_1", "ENST00000000009", "ENSG00000000008", "KLHL17")
    assert named["NM_5"].gene_names == ()
    assert counts.notes == {"transcripts without a gene in the table of genes": 1}


def test_gene_names__a_table_of_other_transcripts_or_with_one_name_is_an_error(tmp_path):
    path = tmp_path / "genes.tsv"
    path.write_text("refseq\tsymbol\nNM_7\tA\n")
    with pytest.raises(InputError, match="it names none of the 1 transcripts"):
        with_gene_names({"NM_1": Transcript("NM_1", "ACGU")}, path, Counts())
    path.write_text("refseq\tlength\nNM_1\t4\n")
    with pytest.raises(InputError, match="needs two of the columns"):
        with_gene_names({"NM_1": Transcript("NM_1", "ACGU")}, path, Counts())
