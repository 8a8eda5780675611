"""GFF3 annotations: genome coordinates of both strands become positions on hairpins."""

import pytest

from dmiso.errors import InputError
from dmiso.isomir.annotation import read_annotation
from dmiso.isomir.reference import Hairpin
from dmiso.records import Counts

HAIRPINS = (
    Hairpin("x-mir-1", "MI0000001", "AACCCCGGUUGGAACCAAUU"),
    Hairpin("X-Mir-2-P1_pri", "X-Mir-2-P1_pri", "U" * 30 + "ACGUACGUAC" + "G" * 30),
)
MIRBASE = """##gff-version 3
chr1\t.\tmiRNA_primary_transcript\t101\t120\t.\t{strand}\t.\tID=MI0000001;Alias=MI0000001;Name=x-mir-1
chr1\t.\tmiRNA\t103\t106\t.\t{strand}\t.\tID=MIMAT0000001;Alias=MIMAT0000001;Name=x-miR-1-5p;Derives_from=MI0000001
"""
MIRGENEDB = """chr1\t.\tpre_miRNA\t501\t510\t.\t-\t.\tID=X-Mir-2-P1_pre;Alias=MI7
chr1\t.\tmiRNA\t507\t510\t.\t-\t.\tID=X-Mir-2-P1_5p;Alias=MIMAT7
"""


def read(tmp_path, text, counts=None, **options):
    path = tmp_path / "a.gff3"
    path.write_text(text)
    return read_annotation(path, HAIRPINS, counts or Counts(), **options)


@pytest.mark.parametrize(("strand", "bases"), [("+", "CCCC"), ("-", "CCAA")])
def test_mirbase__positions_count_from_the_hairpins_5_prime_end(tmp_path, strand, bases):
    annotation = read(tmp_path, MIRBASE.format(strand=strand))
    assert annotation.matures(HAIRPINS, Counts()) == [("x-miR-1-5p", "MIMAT0000001", bases)]
    assert annotation.pairs == {"MIMAT0000001": {0}}


def test_mirgenedb__bases_beyond_the_precursor_are_stepped_over(tmp_path):
    annotation = read(tmp_path, MIRGENEDB)
    assert annotation.matures(HAIRPINS, Counts()) == [("X-Mir-2-P1_5p", "X-Mir-2-P1_5p", "ACGU")]


@pytest.mark.parametrize("position", ["501\t504", "507\t510"])
def test_mirgenedb__on_the_other_strand_the_arm_tells_from_which_end_a_position_is_counted(
    tmp_path, position
):
    annotation = read(tmp_path, MIRGENEDB.replace("507\t510", position))
    assert annotation.matures(HAIRPINS, Counts()) == [("X-Mir-2-P1_5p", "X-Mir-2-P1_5p", "ACGU")]


def test_copies__the_position_within_tells_which(tmp_path):
    second = MIRBASE.format(strand="-").replace("chr1", "chr9").replace("ID=MI0000001", "ID=MI0000001_2")
    second = second.replace("ID=MIMAT0000001", "ID=MIMAT0000001_1").replace("##gff-version 3\n", "")
    annotation = read(tmp_path, MIRBASE.format(strand="+") + second)
    assert sorted(row.start for row in annotation.derived) == [2, 14]
    counts = Counts()
    assert len(annotation.matures(HAIRPINS, counts)) == 1
    assert counts.notes["miRNAs whose copies differ: the nucleotides of most are taken"] == 1


def test_a_missing_hairpin__is_noted(tmp_path):
    counts = Counts()
    text = MIRBASE.format(strand="+") + MIRBASE.format(strand="+").replace("0001", "0002").replace(
        "mir-1", "mir-5"
    )
    read(
        tmp_path,
        text.replace("x-miR-1-5p;Derives_from=MI0000002", "x-miR-5-5p;Derives_from=MI0000002"),
        counts,
    )
    assert counts.notes["annotated miRNAs whose hairpin is missing"] == 1


def test_a_mirna_that_ends_outside__is_noted(tmp_path):
    counts = Counts()
    annotation = read(tmp_path, MIRBASE.format(strand="+").replace("103\t106", "118\t125"))
    assert annotation.matures(HAIRPINS, counts) == []
    assert counts.notes["annotated miRNAs that end outside of their hairpin"] == 1


def test_species__keeps_names_that_begin_so(tmp_path):
    with pytest.raises(InputError, match="no feature of type miRNA"):
        read(tmp_path, MIRBASE.format(strand="+"), species="hsa")


def test_a_line_that_is_no_gff3__is_named(tmp_path):
    with pytest.raises(InputError, match=r"a\.gff3, line 2: 1 fields were found; nine fields"):
        read(tmp_path, "# comment\nchr1 miRNA 3\n")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("\t103\t", "\t²\t", "'²' is not a whole number"),
        ("\t103\t", "\t" + "9" * 5000 + "\t", "has more than 18 digits"),
        ("\t103\t", "\t0\t", "from 0 to 106 is not a range of positions, counted from 1"),
        ("\t106\t", "\t9\t", "from 103 to 9 is not a range"),
    ],
)
def test_a_position_that_cannot_be__is_named(tmp_path, before, after, message):
    with pytest.raises(InputError) as caught:
        read(tmp_path, MIRBASE.format(strand="+").replace(before, after))
    assert message in str(caught.value)
    assert "a.gff3, line 3: " in str(caught.value)
