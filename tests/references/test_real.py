"""References of files as downloaded: miRBase, MirGeneDB, RefSeq's mRNAs."""

import pytest
from tests.references.layouts import build

from dmiso.errors import UsageError
from dmiso.io.transcripts import read_cds
from dmiso.isomir.reference import read_reference
from dmiso.records import Counts

pytestmark = pytest.mark.real_data


@pytest.fixture
def files(shared_data):
    """Paths by what they are called here."""
    references, transcripts = shared_data / "references", shared_data / "transcripts"
    return {
        "mirbase": references / "mirbase22",
        "mirgenedb": references / "mirgenedb2",
        "mrna": transcripts / "refseq4000_mrna.fa.gz",
        "cds": transcripts / "refseq4000_cds.tsv.gz",
        "genes": transcripts / "refseq4000_to_ensembl.tsv.gz",
        "bed": transcripts / "refseq4000_hg19.bed12.gz",
        "utrs": transcripts / "human_3utr_firm_entrez.fa.gz",
    }


def test_mirbase_and_refseq__give_every_mirna_transcript_and_symbol(files, tmp_path):
    mirbase = files["mirbase"]
    reference = build(
        tmp_path,
        mirnas=(mirbase / "mature.fa.gz",),
        hairpins=mirbase / "hsa_hairpins.fa.gz",
        gff3=mirbase / "hsa.gff3.gz",
        transcripts=(files["mrna"],),
        cds=files["cds"],
        genes=files["genes"],
        species="hsa",
    ).reference
    assert reference.record.numbers == {
        "mirnas": 2656,
        "hairpins": 1917,
        "transcripts": 4000,
        "with_cds": 4000,
        "genes": 3557,
    }
    assert "miRBase v22" in reference.record.release
    assert read_cds(reference.cds, Counts()) == read_cds(files["cds"], Counts())
    first, *others = reference.find_transcripts("VWA1")
    assert (first.transcript.id, first.represents) == ("NM_199121", "longest 3'UTR of 2 transcripts")
    assert [other.transcript.id for other in others] == ["NM_022834"]
    assert {one.mirna.name for one in reference.find_mirnas("hsa-miR-10a*")} == {
        "hsa-miR-10a-5p",
        "hsa-miR-10a-3p",
    }
    placed = read_reference(reference.mirnas, reference.hairpins, Counts(), gff3=reference.gff3)
    given = read_reference(
        mirbase / "hsa_matures.fa.gz", mirbase / "hsa_hairpins.fa.gz", Counts(), gff3=mirbase / "hsa.gff3.gz"
    )
    assert set(placed.matures) == set(given.matures)
    assert placed.source == given.source


def test_bed12__gives_the_coding_sequences_of_the_table(files, tmp_path):
    built = build(tmp_path, transcripts=(files["mrna"],), annotation=(files["bed"],))
    told = read_cds(files["cds"], Counts())
    found = read_cds(built.reference.cds, Counts())
    assert len(found) + sum(built.counts.dropped.values()) >= 3990
    assert all(told[name] == part for name, part in found.items())


def test_mirgenedb__is_read_with_its_hairpins_and_annotation(files, tmp_path):
    folder = files["mirgenedb"]
    reference = build(
        tmp_path,
        mirnas=(folder / "hsa_matures_miRgeneDB_v2.fa",),
        hairpins=folder / "hsa_hairpins_miRgeneDB_v2.fa",
        gff3=folder / "hsa_miRgeneDB_v2.gff3",
    ).reference
    assert reference.record.species == "hsa"
    assert reference.record.release == "MirGeneDB v2.0"
    found = reference.find_mirnas("UGAGGUAGUAGGUUGUAUAGUU")
    assert all(one.rules == ("sequence",) for one in found)
    assert {"Hsa-Let-7-P1_5p"} <= {one.mirna.name for one in found}


def test_all_of_mirbase__needs_a_species(files, tmp_path):
    with pytest.raises(UsageError, match=r"holds miRNAs of 271 species .*Choose it with --species"):
        build(tmp_path, mirnas=(files["mirbase"] / "mature.fa.gz",))


def test_utrs_by_gene__are_kept(files, tmp_path):
    assert build(tmp_path, utrs=files["utrs"]).reference.record.numbers == {"utrs": 18691}
