"""MirGeneDB against miRBase, by nucleotides, with the accessions of its GFF3 as a second witness."""

import pytest

from dmiso.columns import schema_of
from dmiso.io import read_sequences
from dmiso.isomir.names.aliases import NamedMirna, NameIndex
from dmiso.isomir.names.crossref import CROSSREF_COLUMNS, cross_reference, read_mirgenedb_accessions
from dmiso.records import Counts

BASE = [
    NamedMirna("hsa-miR-10a-5p", "MIMAT0000253", "UACCCUGUAGAUCCGAAUUUGUG"),
    NamedMirna("hsa-miR-10b-5p", "MIMAT0000254", "UACCCUGUAGAACCGAAUUUGUG"),
    NamedMirna("hsa-miR-653-5p", "MIMAT0003328", "GUGUUGAAACAAUCUCUACUG"),
]


def pairs(*mirnas, accessions=None, counts=None):
    """Return partner and rules of each miRNA given."""
    table = cross_reference(mirnas, BASE, counts or Counts(), accessions=accessions)
    return table.select("mirgenedb_id", "mirna_id", "rules").rows()


def test_same_bases__are_a_pair():
    assert pairs(NamedMirna("A_5p", "", BASE[1].sequence)) == [("A_5p", "hsa-miR-10b-5p", "sequence")]


@pytest.mark.parametrize(
    "bases", ["ACCCUGUAGAUCCGAAUUUGUG", "UACCCUGUAGAUCCGAAUUU", "GGUACCCUGUAGAUCCGAAUUUGUG"]
)
def test_ends_moved_by_up_to_three__are_a_pair(bases):
    assert pairs(NamedMirna("A_5p", "", bases)) == [("A_5p", "hsa-miR-10a-5p", "ends")]


def test_a_changed_base_or_far_ends__are_no_pair_and_are_counted():
    counts = Counts()
    found = pairs(
        NamedMirna("A_5p", "", "UACCCUGUAGACCCGAAUUUGUG"),
        NamedMirna("B_5p", "", "CUGUAGAUCCGAAUUUGUG"),
        counts=counts,
    )
    assert found == [("A_5p", None, ""), ("B_5p", None, "")]
    assert counts.sentences() == ["2 MirGeneDB miRNAs not found in miRBase (A_5p, B_5p)"]


def test_accession__is_a_second_witness_and_finds_far_ends():
    accessions = {"A_5p": ("MIMAT0000253",), "B_5p": ("MIMAT0003328",)}
    found = pairs(
        NamedMirna("A_5p", "", BASE[0].sequence),
        NamedMirna("B_5p", "", "UUGAAACAAUCUCUACUGAACC"),
        accessions=accessions,
    )
    assert found == [
        ("A_5p", "hsa-miR-10a-5p", "sequence,accession"),
        ("B_5p", "hsa-miR-653-5p", "accession"),
    ]


def test_accessions__are_read_from_gff3_without_the_star_of_rarer_arms(tmp_path):
    (tmp_path / "a.gff3").write_text(
        "##gff-version 3\n"
        "chr1\t.\tpre_miRNA\t1\t60\t.\t+\t.\tID=X_pre;Alias=MI0000342\n"
        "chr1\t.\tmiRNA\t1\t22\t.\t+\t.\tID=X_5p*;Alias=MIMAT0004571\n"
        "chr1\t.\tmiRNA\t40\t60\t.\t+\t.\tID=X_3p;Alias=None\n"
    )
    assert read_mirgenedb_accessions(tmp_path / "a.gff3") == {"X_5p": ("MIMAT0004571",)}


def test_no_mirnas__give_a_table_with_all_columns():
    assert cross_reference([], BASE, Counts()).schema == schema_of(CROSSREF_COLUMNS)


@pytest.mark.real_data
def test_bases_and_accessions__agree_on_human_mirnas(shared_data):
    base, gene = shared_data / "references" / "mirbase22", shared_data / "references" / "mirgenedb2"
    human = NameIndex(r for r in read_sequences(base / "mature.fa.gz", Counts()) if r.id.startswith("hsa-"))
    held = NameIndex(read_sequences(gene / "hsa_matures_miRgeneDB_v2.fa", Counts())).mirnas
    accessions = read_mirgenedb_accessions(gene / "hsa_miRgeneDB_v2.gff3")
    counts = Counts()
    table = cross_reference(held, human.mirnas, counts, accessions=accessions)
    assert len(held) == 636
    assert counts.kept["MirGeneDB miRNAs found in miRBase by the same nucleotides"] == 357
    assert counts.kept["MirGeneDB miRNAs found in miRBase by the same nucleotides but for ends"] == 260
    assert counts.kept["MirGeneDB miRNAs found in miRBase by accession only"] == 6
    assert counts.notes["MirGeneDB miRNAs not found in miRBase"] == 13
    # the accession's miRNA is among those found by nucleotides, wherever there is one and nucleotides find any
    by_bases = {}
    for name, rules in table.select("mirgenedb_id", "rules").iter_rows():
        by_bases.setdefault(name, []).append(rules)
    known = {mirna.accession for mirna in human.mirnas}
    both = [
        n for n, rules in by_bases.items() if set(accessions.get(n, ())) & known and rules != ["accession"]
    ]
    confirmed = [n for n in both if any(r.endswith(",accession") for r in by_bases[n])]
    assert len(both) - len(confirmed) <= 2
