"""Genome, annotation and transcripts of different sources, as they meet in a scan."""

import random

import pytest

from dmiso.errors import InputError
from dmiso.losses import large_losses
from dmiso.records import Counts
from dmiso.scan.inputs import ScanInputs

GENOME = "".join(random.Random(1).choices("ACGT", k=1200))
SPLICED = (GENOME[100:400] + GENOME[600:900]).replace("T", "U")
EXONS = (("exon", 101, 400), ("exon", 601, 900))
CODING = (("CDS", 201, 400), ("CDS", 601, 697), ("stop_codon", 698, 700))


def gtf(parts, *, chromosome="chr1", name="T1", gene="G1"):
    return "".join(
        f'{chromosome}\ts\t{kind}\t{a}\t{b}\t.\t+\t.\tgene_id "{gene}"; transcript_id "{name}";\n'
        for kind, a, b in parts
    )


def gff3(parts):
    return "##gff-version 3\n" + "".join(
        f"chr1\ts\t{kind}\t{a}\t{b}\t.\t+\t.\tID={kind}:T1;Parent=transcript:T1\n" for kind, a, b in parts
    )


@pytest.fixture
def load(tmp_path):
    def loaded(annotation, *, fasta=f">chr1 AC:CM000663.2\n{GENOME}\n", genome=True):
        for name, text in (("m.fa", ">a\nUGAGGUAGUAGGUUGUAUAGUU\n"), ("a.gtf", annotation), ("s.fa", fasta)):
            (tmp_path / name).write_text(text)
        counts = Counts()
        sequences = {"genome" if genome else "transcripts": tmp_path / "s.fa"}
        return ScanInputs(tmp_path / "m.fa", annotation=tmp_path / "a.gtf", **sequences).load(counts), counts

    return loaded


@pytest.mark.parametrize(
    "annotation", [gtf(EXONS + CODING), gtf(EXONS + CODING, chromosome="1"), gff3(EXONS + CODING)]
)
def test_genome__gives_one_transcript_whatever_the_format_and_the_name_of_its_chromosome(load, annotation):
    loaded, _ = load(annotation)
    [mrna] = loaded.transcripts
    assert (mrna.id, mrna.sequence, mrna.cds) == ("T1", SPLICED, (100, 400))


def test_genome__coding_sequences_alone_give_the_coding_sequence(load):
    loaded, counts = load(gtf(CODING))
    [mrna] = loaded.transcripts
    assert (mrna.sequence, mrna.cds) == (SPLICED[100:400], (0, 300))
    assert any("transcripts without exon lines" in sentence for sentence in counts.sentences())


def test_genome__one_name_at_two_positions_gives_the_first_alone(load):
    first, second = (
        f'chr1\ts\texon\t{a}\t{b}\t.\t{strand}\t.\tgene_id "D"; transcript_id "NM_1"\n'
        for a, b, strand in ((101, 400, "+"), (601, 900, "-"))
    )
    loaded, counts = load(first + second)
    [mrna] = loaded.transcripts
    assert mrna.sequence == SPLICED[:300]
    assert counts.dropped == {"loci of transcripts beyond the first of each name": 1}


@pytest.mark.parametrize(
    ("header", "annotated"),
    [
        ("T1.2|GT1.3|OTT|-|N-201|N|600|UTR5:1-100|CDS:101-400|", "T1.2"),
        ("T1", "T1.2"),
        ("T1.2", "T1"),
        ("NM_1.2", "NM_1.7"),
    ],
)
def test_transcripts__find_their_model_with_or_without_a_version(load, header, annotated):
    loaded, _ = load(gtf(EXONS + CODING, name=annotated), fasta=f">{header}\n{SPLICED}\n", genome=False)
    [mrna] = loaded.transcripts
    assert mrna.cds == (100, 400)
    assert loaded.models[mrna.id].exons == ((100, 400), (600, 900))
    assert loaded.genes == {mrna.id: "G1"}


def test_transcripts__of_which_the_annotation_knows_none_are_an_error_that_names_both(load):
    with pytest.raises(
        InputError, match=r"none of the 1 transcripts \(such as X9\) is among its 1 \(such as T1\)"
    ):
        load(gtf(EXONS), fasta=f">X9\n{SPLICED}\n", genome=False)


def test_genome__whose_chromosomes_have_other_names_is_an_error_that_names_both(load):
    with pytest.raises(
        InputError,
        match=r"no chromosome of the annotation \(NC_000067\.7\) is in .* \(chr1\).*such as chr1 for human only",
    ):
        load(gtf(EXONS, chromosome="NC_000067.7"))


@pytest.mark.parametrize("accession", ["NC_000001.11", "NC_000001.10"])
def test_genome__of_human_is_matched_with_accessions_of_refseq(load, accession):
    loaded, counts = load(gtf(EXONS + CODING, chromosome=accession))
    assert [mrna.sequence for mrna in loaded.transcripts] == [SPLICED]
    assert counts.notes["chromosomes called otherwise in annotation and genome"] == 1


@pytest.mark.parametrize("strand", ["+", "-"])
def test_transcripts__with_a_poly_a_tail_end_with_their_exons(load, strand):
    annotation = gtf(EXONS + CODING).replace("\t+\t", f"\t{strand}\t")
    loaded, counts = load(annotation, fasta=f">T1\n{SPLICED}{'A' * 18}G{'A' * 6}\n", genome=False)
    [mrna] = loaded.transcripts
    assert mrna.sequence == SPLICED
    assert counts.sentences().count("1 poly(A) tails beyond the exons, cut off (T1: 25 nt)") == 1


def test_transcripts__of_another_length_are_left_out_and_counted(load):
    fasta = f">T1\n{SPLICED}\n>T2\n{SPLICED}ACGUACGU\n>T3\n{SPLICED[:-1]}\n"
    annotation = "".join(gtf(EXONS + CODING, name=name) for name in ("T1", "T2", "T3"))
    loaded, counts = load(annotation, fasta=fasta, genome=False)
    assert [mrna.id for mrna in loaded.transcripts] == ["T1"]
    assert counts.dropped == {"transcripts whose exons have another length than their sequence": 2}
    [said] = large_losses(counts)
    assert said.startswith("only 1 of 3 transcripts were as long as their exons (33.3%). Use annotation")
