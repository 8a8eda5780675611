"""A reference small enough to read: two let-7a hairpins, one let-7c, one invented miRNA without a hairpin."""

from pathlib import Path

import pytest

from dmiso.io.mirgff3 import Mirgff3Reader
from dmiso.isomir.mirgff3_lines import mirgff3_lines
from dmiso.isomir.reference import Hairpin, Mature, Reference, place_matures
from dmiso.records import Counts

LET7A = "UGAGGUAGUAGGUUGUAUAGUU"
LET7C = "UGAGGUAGUAGGUUGUAUGGUU"
LONE = "ACCAGGCUUCACGCACCCAGUC"
HAIRPINS = (
    # nucleotides after let-7a differ: UUA in the first, UAG in the second
    Hairpin("hsa-let-7a-1", "MI0000060", "UGGGA" + LET7A + "UUAGGGUCACACC"),
    Hairpin("hsa-let-7a-2", "MI0000061", "AGGU" + LET7A + "UAGAAUUACAUC"),
    Hairpin("hsa-let-7c", "MI0000064", "GCAUCCGGGU" + LET7C + "UAGAGUUACAC"),
)


def build_reference(matures, hairpins):
    """Return a reference of given miRNAs and hairpins."""
    return Reference(tuple(matures), tuple(hairpins), place_matures(matures, hairpins, Counts()), "miRBase")


@pytest.fixture(scope="session")
def reference():
    """The small reference."""
    matures = (
        Mature("hsa-let-7a-5p", "MIMAT0000062", LET7A),
        Mature("hsa-let-7c-5p", "MIMAT0000064", LET7C),
        Mature("hsa-miR-lone", "hsa-miR-lone", LONE),
    )
    return build_reference(matures, HAIRPINS)


@pytest.fixture(name="build_reference", scope="session")
def _build_reference():
    return build_reference


def records_of(calls, source="miRBase22"):
    """Return calls as the records that a reader finds in what is written of them."""
    lines = mirgff3_lines(calls, Counts(), source=source)
    return list(Mirgff3Reader(iter(lines), Path("calls.gff3"), Counts()))
