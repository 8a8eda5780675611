"""FASTA headers of transcripts: names, genes and coding sequences of every source."""

import pytest

from dmiso.errors import InputError
from dmiso.io.transcript_headers import read_header
from dmiso.io.transcripts import read_transcripts
from dmiso.records import Counts

GENCODE = "T1.2|GT1.3|OTT|-|N-201|N|20|UTR5:1-4|CDS:5-16|UTR3:17-20|"


def transcripts(tmp_path, header, *, cds=None):
    fasta = tmp_path / "t.fa"
    fasta.write_text(f">{header}\n" + "ACGTA" * 4 + "\n")
    return read_transcripts(fasta, Counts(), cds=cds)


def test_gencode__header_gives_name_gene_and_coding_sequence(tmp_path):
    mrna = transcripts(tmp_path, GENCODE)["T1.2"]
    assert (mrna.gene_id, mrna.cds) == ("GT1.3", (4, 16))


def test_gencode__a_table_of_coding_sequences_outweighs_the_header(tmp_path):
    table = tmp_path / "c.tsv"
    table.write_text("transcript_id\tcds_start\tcds_end\nT1\t1\t7\n")
    assert transcripts(tmp_path, GENCODE, cds=table)["T1.2"].cds == (1, 7)


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ("CDS:5-21", "record T1.2: the coding sequence ends at 21, the transcript at 20"),
        ("CDS:9-5", "record T1.2: a coding sequence from 9 to 5 runs backwards"),
        ("CDS:0-5", "from 0 to 5 runs backwards or begins before 1"),
    ],
)
def test_gencode__a_coding_sequence_that_cannot_be_is_named(tmp_path, bounds, message):
    with pytest.raises(InputError, match=message):
        transcripts(tmp_path, GENCODE.replace("CDS:5-16", bounds))


@pytest.mark.parametrize(
    ("name", "description", "found", "gene"),
    [
        ("ENST1", "cdna chromosome:x gene:ENSG1.2 gene_biotype:y gene_symbol:ABC", "ENST1", "ENSG1.2"),
        (
            "NM_1.6",
            "Homo sapiens family 3 (cytokine) (FAM3-A), transcript variant 2, mRNA",
            "NM_1.6",
            "FAM3-A",
        ),
        ("NM_1.6", "A2M [organism=Homo sapiens] [GeneID=2]", "NM_1.6", "A2M"),
        ("NM_1.6", "", "NM_1.6", ""),
        ("mine", "a gene (ABC), mRNA", "mine", ""),
        ("ENSG00000223997.1|ENST00000415118.1", "", "ENST00000415118.1", "ENSG00000223997.1"),
        ("gi|4507|ref|NM_000014.6|", "", "NM_000014.6", ""),
    ],
)
def test_headers__of_every_source(name, description, found, gene):
    header = read_header(name, description)
    assert (header.id, header.gene_id) == (found, gene)


def test_headers__names_of_ones_own_with_pipes_stay_whole_and_apart(tmp_path):
    fasta = tmp_path / "t.fa"
    fasta.write_text(">a|1\nACGT\n>a|2\nACGT\n")
    assert list(read_transcripts(fasta, Counts())) == ["a|1", "a|2"]


def test_cds_table__a_name_twice_with_other_bounds_is_said(tmp_path):
    table = tmp_path / "c.tsv"
    table.write_text("name\tcds_start\tcds_end\nmine\t1\t4\nmine\t2\t5\nmine\t1\t4\n")
    counts = Counts()
    fasta = tmp_path / "t.fa"
    fasta.write_text(">mine\nACGTACGT\n")
    assert read_transcripts(fasta, counts, cds=table)["mine"].cds == (1, 4)
    assert [n for sentence, n in counts.notes.items() if "other bounds" in sentence] == [1]
