"""Places of transcripts on the genome, from BED12 and GTF."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.errors import InputError
from dmiso.io.transcript_models import TranscriptModel, find_model, read_models, splice_transcripts
from dmiso.records import Counts

BED = "chr1\t100\t220\tNM_1\t0\t-\t105\t215\t0\t2\t10,20,\t0,100,\n"
GTF = """#!genome-build x
chr1\tsrc\ttranscript\t101\t220\t.\t-\t.\tgene_id "G1"; transcript_id "NM_1"; gene_name "ABC";
chr1\tsrc\texon\t201\t220\t.\t-\t.\tgene_id "G1"; transcript_id "NM_1"; gene_name "ABC";
chr1\tsrc\texon\t101\t110\t.\t-\t.\tgene_id "G1"; transcript_id "NM_1"; gene_name "ABC";
chr1\tsrc\tCDS\t201\t215\t.\t-\t0\tgene_id "G1"; transcript_id "NM_1";
chr1\tsrc\tCDS\t109\t110\t.\t-\t0\tgene_id "G1"; transcript_id "NM_1";
chr1\tsrc\tstop_codon\t106\t108\t.\t-\t0\tgene_id "G1"; transcript_id "NM_1";
"""


def write(tmp_path, text, name="a.txt"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_models__bed12_and_gtf_of_one_transcript_are_the_same_but_for_the_gene(tmp_path):
    bed = read_models(write(tmp_path, BED), Counts())["NM_1"]
    gtf = read_models(write(tmp_path, GTF, "b.gtf"), Counts())["NM_1"]
    assert (bed.exons, bed.coding, bed.strand) == (((100, 110), (200, 220)), (105, 215), "-")
    assert (gtf.exons, gtf.coding, gtf.strand) == (bed.exons, bed.coding, bed.strand)
    assert (gtf.gene_id, gtf.gene_name, bed.gene_id) == ("G1", "ABC", "")


def test_cds__counts_from_the_five_prime_end_of_either_strand():
    exons = ((100, 110), (200, 220))
    assert TranscriptModel("a", "c", "+", exons, (105, 215)).cds == (5, 25)
    assert TranscriptModel("a", "c", "-", exons, (105, 212)).cds == (8, 25)
    assert TranscriptModel("a", "c", "+", exons).cds is None


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=5),
    st.sampled_from("+-"),
    st.data(),
)
def test_genome_blocks__hold_exactly_the_letters_of_the_part(steps, strand, data):
    exons, at = [], 3
    for gap, size in steps:
        exons.append((at + gap, at + gap + size))
        at += gap + size
    model = TranscriptModel("a", "c", strand, tuple(exons))
    place = [p for start, end in exons for p in range(start, end)]
    if strand == "-":
        place.reverse()
    start = data.draw(st.integers(0, model.length - 1))
    end = data.draw(st.integers(start + 1, model.length))
    blocks = model.genome_blocks(start, end)
    assert sorted(place[start:end]) == [p for a, b in blocks for p in range(a, b)]


def test_splice__reads_the_reverse_strand_backwards(tmp_path):
    genome = write(
        tmp_path, ">chr1\n" + "N" * 100 + "AAAAACCCCC" + "N" * 90 + "GGGGGTTTTTACGTACGTAC\n", "g.fa"
    )
    models = read_models(write(tmp_path, BED), Counts())
    assert splice_transcripts(genome, models, Counts()) == {"NM_1": "GUACGUACGUAAAAACCCCCGGGGGUUUUU"}


def test_splice__says_which_chromosome_is_missing(tmp_path):
    counts = Counts()
    models = read_models(write(tmp_path, BED), Counts())
    assert splice_transcripts(write(tmp_path, ">chr2\nACGT\n", "g.fa"), models, counts) == {}
    assert counts.sentences() == ["1 transcripts whose chromosome is not in the genome file (chr1)"]


def test_splice__an_exon_beyond_its_chromosome_is_an_error(tmp_path):
    models = read_models(write(tmp_path, BED), Counts())
    with pytest.raises(InputError, match="same assembly"):
        splice_transcripts(write(tmp_path, ">chr1\nACGT\n", "g.fa"), models, Counts())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BED.replace("10,20,", "10,x,"), "line 1: 12 BED fields are expected"),
        (BED.replace("\t2\t", "\t3\t"), "the blocks of the BED line are wrong"),
        (GTF.replace("\texon\t201", "\texon\tx"), "line 3: start and end must be whole numbers"),
        (GTF.replace('transcript_id "NM_1"', 'other "x"'), "a transcript_id and a strand are expected"),
        ("chr1\t1\t5\n", "3 fields; BED12 has 12, GTF 9"),
    ],
)
def test_models__a_wrong_line_is_named(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read_models(write(tmp_path, text), Counts())


def test_models__the_second_place_of_a_name_is_left_out_and_said(tmp_path):
    counts = Counts()
    models = read_models(write(tmp_path, BED + BED.replace("chr1", "chrY")), counts)
    assert models["NM_1"].chromosome == "chr1"
    assert "1 places of transcripts beyond the first of each name (NM_1)" in counts.sentences()


def test_find_model__looks_behind_the_version():
    model = TranscriptModel("ENST1", "c", "+", ((0, 9),))
    assert find_model({"ENST1": model}, "ENST1.4") is model
    assert find_model({"ENST1": model}, "ENST2.4") is None


@pytest.mark.real_data
def test_models__of_refseq_agree_with_the_table_of_coding_sequences(shared_data):
    from dmiso.io.transcripts import read_cds

    models = read_models(shared_data / "transcripts/refseq4000_hg19.bed12.gz", Counts())
    bounds = read_cds(shared_data / "transcripts/refseq4000_cds.tsv.gz", Counts())
    both = [name for name in models if name in bounds]
    assert len(both) > 3900
    assert all(models[name].cds == bounds[name] for name in both)
