"""References: which miRNA lies where, by name, by bases, by annotation; and what is said when files do not fit."""

import gzip
import re

import pytest

from dmiso.errors import InputError, UsageError
from dmiso.isomir.names.hairpin_names import HairpinIndex
from dmiso.isomir.reference import Hairpin, Mature, place_matures, read_reference
from dmiso.records import Counts

MATURES = """>hsa-miR-16-5p MIMAT0000069 Homo sapiens miR-16-5p
UAGCAGCACGUAAAUAUUGGCG
>hsa-miR-16-1-3p MIMAT0004489 Homo sapiens miR-16-1-3p
CCAGUAUUAACUGUGCUGCUGA
>mmu-miR-16-5p MIMAT0000527 Mus musculus miR-16-5p
UAGCAGCACGUAAAUAUUGGCG
"""
MIR16_1 = "GUCAGCAGUGCCUUAGCAGCACGUAAAUAUUGGCGUUAAGAUUCUAAAAUUAUCUCCAGUAUUAACUGUGCUGCUGAAGUAAGGUUGAC"
MIR16_2 = "GUUCCACUCUAGCAGCACGUAAAUAUUGGCGUAGUGAAAUAUAUAUUAAACACCAAUAUUACUGUGCUGCUUUAGUGUGAC"
HAIRPINS = f""">hsa-mir-16-1 MI0000070 Homo sapiens miR-16-1 stem-loop
{MIR16_1}
>hsa-mir-16-2 MI0000115 Homo sapiens miR-16-2 stem-loop
{MIR16_2}
>hsa-mir-999 MI0000999 a hairpin of another name with the same nucleotides
AA{MIR16_2}
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "mature.fa").write_text(MATURES)
    (tmp_path / "hairpin.fa").write_text(HAIRPINS)
    return tmp_path / "mature.fa", tmp_path / "hairpin.fa"


def positions(reference):
    return {
        (
            reference.matures[p.mature].id,
            reference.hairpins[p.hairpin].id if p.hairpin >= 0 else None,
            p.start,
        )
        for p in reference.placements
    }


def test_reference__a_mirna_lies_in_the_hairpins_of_its_name_only(files):
    reference = read_reference(*files, Counts(), species="hsa")
    assert positions(reference) == {
        ("hsa-miR-16-5p", "hsa-mir-16-1", 13),
        ("hsa-miR-16-5p", "hsa-mir-16-2", 9),
        ("hsa-miR-16-1-3p", "hsa-mir-16-1", 55),
    }
    assert [m.accession for m in reference.matures] == ["MIMAT0000069", "MIMAT0004489"]
    assert reference.source == "miRBase"


def test_reference__a_species_is_case_insensitive_and_others_are_named(files):
    assert len(read_reference(files[0], None, Counts(), species="MMU").matures) == 1
    with pytest.raises(UsageError, match=r"is of species rno. Known: hsa, mmu"):
        read_reference(files[0], None, Counts(), species="rno")


def test_reference__without_hairpins_positions_mirnas_on_themselves(files):
    reference = read_reference(files[0], None, Counts())
    assert not reference.has_hairpins
    assert positions(reference) == {(m.id, None, 0) for m in reference.matures}


def test_reference__several_species_are_noted(files):
    read_reference(files[0], None, counts := Counts())
    read_reference(files[0], None, one := Counts(), species="hsa")
    [note] = counts.notes
    assert (note[:24], counts.notes[note]) == ("species in the reference", 2)
    assert not one.notes


def test_reference__swapped_files_are_noticed(files):
    with pytest.raises(
        InputError, match=r"hsa-mir-16-1: a mature miRNA of \d+ nt .* --mature and --hairpin are not swapped"
    ):
        read_reference(files[1], files[0], Counts())


def test_reference__files_that_do_not_belong_together_are_noticed(files, tmp_path):
    (tmp_path / "other.fa").write_text(">hsa-mir-1\nACGUACGUACGUACGUACGUACGUACGUACGU\n")
    with pytest.raises(InputError, match="none of the miRNAs lies in any hairpin"):
        read_reference(files[0], tmp_path / "other.fa", Counts(), species="hsa")


def test_reference__says_what_is_needed(files):
    with pytest.raises(UsageError, match="--mature with or without --hairpin, or --hairpin with --gff3"):
        read_reference(None, files[1], Counts())
    with pytest.raises(UsageError, match="give --hairpin too"):
        read_reference(files[0], None, Counts(), gff3=files[0])


def test_place__another_name_is_tried_by_bases_and_noted():
    counts = Counts()
    placed = place_matures(
        [Mature("hsa-miR-517-5p", "", "CCUCUAGAUGGAAGC")],
        (Hairpin("hsa-mir-517b", "", "AACCUCUAGAUGGAAGCUU"),),
        counts,
    )
    assert (placed[0].hairpin, placed[0].start) == (0, 2)
    assert counts.notes["miRNAs placed in hairpins of another name, by their nucleotides"] == 1


def test_position__a_mirna_in_no_hairpin_is_noted_and_kept():
    counts = Counts()
    hairpins = (Hairpin("hsa-mir-7", "", "GGGGGGGGGGGGGGGG"), Hairpin("mmu-mir-8", "", "ACGUACGUACGUACGU"))
    placed = place_matures([Mature("hsa-miR-8", "", "ACGUACGUACGUACGU")], hairpins, counts)
    assert placed == ((0, -1, 0, 16),)
    assert counts.notes["miRNAs in no hairpin: their flanking nucleotides are unknown"] == 1


OWN_HAIRPIN = "CUGAGGAUGCAUGAGGUAGUAGGUUGUAUAGUUUUAGGGUCAGAUAACUAUACAAUCUACUGUCUUUCCUA"


@pytest.mark.parametrize(
    ("mature", "hairpin"),
    [
        ("Cluster_12.mature", "Cluster_12"),
        ("novel-7", "chr1-12"),
        ("let-7a", "hsa-let-7a-1"),
        ("miR-x", "mir-y"),
        ("hsa-let-7a-5p", "Cluster_12"),
    ],
)
def test_position__names_of_ones_own_are_placed_by_bases_in_every_hairpin(mature, hairpin):
    counts = Counts()
    hairpins = (Hairpin(hairpin, "", OWN_HAIRPIN), Hairpin("copy", "", "AA" + OWN_HAIRPIN))
    placed = place_matures([Mature(mature, "", "UGAGGUAGUAGGUUGUAUAGUU")], hairpins, counts)
    assert [(p.hairpin, p.start) for p in placed] == [(0, 11), (1, 13)]
    assert counts.notes == {"miRNAs placed in hairpins of another name, by their nucleotides": 1}


@pytest.mark.real_data
def test_position__mirbase_under_names_of_ones_own_lies_where_it_lies_under_its_names(shared_data, tmp_path):
    folder = shared_data / "references" / "mirbase22"
    hairpins = folder / "hsa_hairpins.fa.gz"
    named = read_reference(folder / "hsa_matures.fa.gz", hairpins, Counts())
    text = "".join(f">own_{i}\n{m.sequence}\n" for i, m in enumerate(named.matures))
    (tmp_path / "own.fa").write_text(text)
    own = read_reference(tmp_path / "own.fa", hairpins, counts := Counts())
    assert set(own.placements) >= {p for p in named.placements if p.hairpin >= 0}
    assert counts.notes["miRNAs placed in hairpins of another name, by their nucleotides"] > 2_600


def test_position__an_annotation_outweighs_names():
    hairpins = (Hairpin("x-mir-1", "", "AACCGGUU"), Hairpin("x-mir-2", "", "UAACCGGUU"))
    placed = place_matures([Mature("x-miR-1", "acc", "CCGG")], hairpins, Counts(), pairs={"acc": {1}})
    assert placed == ((0, 1, 3, 7),)


@pytest.mark.parametrize(
    ("mature", "hairpin"),
    [
        ("hsa-miR-16-5p", "hsa-mir-16-2"),
        ("hsa-let-7a-2-3p", "hsa-let-7a-2"),
        ("Hsa-Mir-8-P1a_5p*", "Hsa-Mir-8-P1a_pri"),
        ("hsa-miR-9*", "hsa-mir-9-3"),
        ("dme-bantam-5p", "dme-bantam"),
        ("ath-miR156a-5p", "ath-MIR156a"),
    ],
)
def test_names__point_to_hairpins(mature, hairpin):
    assert HairpinIndex([hairpin]).named_like(mature) == [0]


@pytest.mark.parametrize(
    ("mature", "hairpin"), [("hsa-miR-16-1-3p", "hsa-mir-16-2"), ("hsa-miR-1", "hsa-mir-16")]
)
def test_names__do_not_point_to_others(mature, hairpin):
    assert HairpinIndex([hairpin]).named_like(mature) == []


@pytest.mark.real_data
def test_names__find_what_mirbase_annotates(shared_data):
    """Of 2,885 pairs of miRNA and hairpin only those of two families differ."""
    folder = shared_data / "references" / "mirbase22"
    by_name = read_reference(folder / "hsa_matures.fa.gz", folder / "hsa_hairpins.fa.gz", Counts())
    counts = Counts()
    by_gff3 = read_reference(
        folder / "hsa_matures.fa.gz", folder / "hsa_hairpins.fa.gz", counts, gff3=folder / "hsa.gff3.gz"
    )
    named = {(a, h) for a, h, _ in positions(by_name)}
    annotated = {(a, h) for a, h, _ in positions(by_gff3)}
    assert {a for a, _ in named} == {a for a, _ in annotated}
    assert {a for a, _ in named ^ annotated} <= NAMED_OTHERWISE
    with gzip.open(folder / "hsa.gff3.gz", "rt") as lines:
        rows = sum(bool(re.search(r"\tmiRNA\t", line)) for line in lines)
    assert counts.kept["annotated miRNAs"] == rows


NAMED_OTHERWISE = {"hsa-miR-3180", "hsa-miR-3180-3p", "hsa-miR-550b-2-5p"}
"""miR-3180 and miR-3180-3p have the nucleotides of each other in one another's hairpins."""


@pytest.mark.real_data
def test_annotation__alone_gives_the_bases_of_the_mature_fasta(shared_data):
    folder = shared_data / "references" / "mirbase22"
    hairpins = folder / "hsa_hairpins.fa.gz"
    alone = read_reference(None, hairpins, Counts(), gff3=folder / "hsa.gff3.gz")
    fasta = read_reference(folder / "hsa_matures.fa.gz", hairpins, Counts())
    bases = {m.accession: m.sequence for m in fasta.matures}
    differ = {m.id for m in alone.matures if bases[m.accession] != m.sequence}
    # their annotated position and their hairpin of release 22 disagree
    assert differ <= {"hsa-miR-10401-5p", "hsa-miR-10401-3p", "hsa-miR-4477a", "hsa-miR-4477b"}
    # four have no place on the assembly
    assert len(fasta.matures) - len(alone.matures) == 4


@pytest.mark.real_data
def test_mirgenedb__is_read_with_and_without_its_gff3(shared_data):
    folder = shared_data / "references" / "mirgenedb2"
    hairpins, gff3 = folder / "hsa_hairpins_miRgeneDB_v2.fa", folder / "hsa_miRgeneDB_v2.gff3"
    fasta = read_reference(folder / "hsa_matures_miRgeneDB_v2.fa", hairpins, Counts(), species="hsa")
    assert fasta.source == "MirGeneDB"
    assert all(p.hairpin >= 0 for p in fasta.placements)
    alone = read_reference(None, hairpins, Counts(), gff3=gff3)
    bases = {m.id: m.sequence for m in alone.matures}
    same = sum(bases.get(m.id, bases.get(m.id + "*")) == m.sequence for m in fasta.matures)
    assert same == len(fasta.matures)
