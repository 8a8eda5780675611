"""Which miRNAs and transcripts a word stands for, and what is said of one that stands for none."""

import pytest

from dmiso.ask.inputs import AskInputs
from dmiso.errors import UsageError
from dmiso.records import Counts

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
SHIFTED = "GUACAGUACUGUGAUAACUGAA"


@pytest.fixture(autouse=True)
def no_reference_in_use(tmp_path, monkeypatch):
    monkeypatch.setenv("DMISO_REFERENCES", str(tmp_path / "references"))


def told(mirna="hsa-let-7a-5p", gene="NOSITE-like", **more):
    return AskInputs(mirna, gene, **more).load(Counts())


def mirnas(word):
    return [(one.mirna.id, one.mirna.sequence) for one in told(word).asked]


def test_mirna__is_found_by_name_accession_and_nucleotides():
    for word in ("hsa-let-7a-5p", "MIMAT0000062", "let-7a-5p", LET7, LET7.replace("U", "T").lower()):
        assert mirnas(word) == [("hsa-let-7a-5p", LET7)]


def test_mirna__that_nobody_knows_has_its_nucleotides_for_a_name():
    assert mirnas("gtacagtactgtgataactgaa") == [(SHIFTED, SHIFTED)]


def test_mirna__of_a_name_of_several_is_each_of_them():
    names = [name for name, _ in mirnas("let-7a")]
    assert names[0] == "hsa-let-7a-5p"
    assert len(names) > 1


def test_mirna__of_a_fasta_is_each_record(tmp_path):
    (tmp_path / "m.fa").write_text(f">a\n{LET7}\n>b\n{SHIFTED}\n")
    assert mirnas(str(tmp_path / "m.fa")) == [("a", LET7), ("b", SHIFTED)]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("UGAGGUAGU", "has 9 nucleotides; a miRNA or isomiR of at least 15"),
        ("hsa-let-7x-9p", "is no file, no nucleotides, and no miRNA of tiny-hsa"),
        ("", "is no file"),
        ("UGAGGUAGUAGGUUGU!", "is no file, no nucleotides"),
    ],
)
def test_mirna__that_is_none_is_refused(word, said):
    with pytest.raises(UsageError, match=said):
        told(word)


def test_gene__is_found_by_symbol_identifier_and_nucleotides():
    by_symbol = told(gene="LIN28B-like").transcripts
    assert [one.id for one in by_symbol] == ["MADET000011", "MADET000012"]
    assert told(gene="MADET000012").transcripts == [by_symbol[1]]
    spelled = told(gene="gtacagtactgtgataactgaagg").transcripts
    assert [(one.sequence, one.cds) for one in spelled] == [("GUACAGUACUGUGAUAACUGAAGG", None)]
    assert told(gene="gtacagtactgtgataactgaagg", as_utrs=True).transcripts[0].cds == (0, 0)


def test_gene__of_own_transcripts_is_found_by_identifier_without_version_and_by_gene(tmp_path):
    (tmp_path / "t.fa").write_text(">NM_1.2\nGGAGCAUCGAUUAGC\n>NM_2.1\nGGAGCAUCGAUUAGG\n>NM_3.1\nGGAGCAU\n")
    (tmp_path / "g.tsv").write_text("transcript_id\tgene_id\nNM_1\tABC1\nNM_2\tABC1\nNM_3\tXYZ\n")
    more = {"transcripts": tmp_path / "t.fa", "genes": tmp_path / "g.tsv"}
    assert [one.id for one in told(gene="NM_2", **more).transcripts] == ["NM_2.1"]
    assert [one.id for one in told(gene="ABC1", **more).transcripts] == ["NM_1.2", "NM_2.1"]
    with pytest.raises(UsageError, match=r"no gene and no transcript of t\.fa\. Did you mean ABC1\?"):
        told(gene="ABC2", **more)


def test_gene__of_a_fasta_has_its_coding_sequence_from_a_table(tmp_path):
    (tmp_path / "t.fa").write_text(">t1\nGGAGCAUCGAUUAGC\n")
    (tmp_path / "c.tsv").write_text("transcript_id\tcds_start\tcds_end\nt1\t3\t9\n")
    assert told(gene=str(tmp_path / "t.fa"), cds=tmp_path / "c.tsv").transcripts[0].cds == (3, 9)


def test_gene__that_is_none_is_refused_with_names_like_it():
    with pytest.raises(UsageError, match="Did you mean LIN28B-like"):
        told(gene="LIN28B-lik")


def test_against_canonical__is_every_mirna_that_explains_the_isomir():
    (asked,) = told(SHIFTED, against="canonical").asked
    assert [(pair.canonical.id, pair.variant) for pair in asked.against] == [("hsa-miR-101-3p", "iso_5p:-1")]


def test_against__may_be_a_name_or_nucleotides():
    for word in ("hsa-miR-21-5p", "TAGCTTATCAGACTGATGTTGA"):
        (asked,) = told(SHIFTED, against=word).asked
        assert [pair.canonical.id for pair in asked.against] == ["hsa-miR-21-5p"]


@pytest.mark.parametrize(
    ("mirna", "against", "said"),
    [
        ("hsa-let-7a-5p", "canonical", "hsa-let-7a-5p is a canonical miRNA itself"),
        ("ACGCGCGUAUCGAUCGCGAUUA", "canonical", "comes from no miRNA of tiny-hsa"),
        ("hsa-let-7a-5p", LET7, "are the same nucleotides"),
        ("hsa-let-7a-5p", "nothing", "--against 'nothing' is no file"),
    ],
)
def test_against__that_leaves_nothing_to_compare_is_refused(mirna, against, said):
    with pytest.raises(UsageError, match=said):
        told(mirna, against=against)


def test_references__are_not_named_beside_files_that_stand_for_them(tmp_path):
    (tmp_path / "m.fa").write_text(f">a\n{LET7}\n")
    (tmp_path / "t.fa").write_text(">t1\nGGAGCAUCGAUUAGC\n")
    with pytest.raises(UsageError, match="leave it out"):
        told("a", "t1", mature=tmp_path / "m.fa", transcripts=tmp_path / "t.fa", reference="tiny-hsa")
