"""Positions of transcripts on the genome, from BED12 and GTF."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmiso.errors import InputError
from dmiso.io.splicing import splice_transcripts
from dmiso.io.transcript_models import TranscriptModel, read_models
from dmiso.io.versions import NameIndex
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
def test_genome_blocks__hold_exactly_the_bases_of_the_part(steps, strand, data):
    exons, at = [], 3
    for gap, size in steps:
        exons.append((at + gap, at + gap + size))
        at += gap + size
    model = TranscriptModel("a", "c", strand, tuple(exons))
    position = [p for start, end in exons for p in range(start, end)]
    if strand == "-":
        position.reverse()
    start = data.draw(st.integers(0, model.length - 1))
    end = data.draw(st.integers(start + 1, model.length))
    blocks = model.genome_blocks(start, end)
    assert sorted(position[start:end]) == [p for a, b in blocks for p in range(a, b)]


def test_splice__reads_the_reverse_strand_backwards(tmp_path):
    genome = write(
        tmp_path, ">chr1\n" + "N" * 100 + "AAAAACCCCC" + "N" * 90 + "GGGGGTTTTTACGTACGTAC\n", "g.fa"
    )
    models = read_models(write(tmp_path, BED), Counts())
    assert splice_transcripts(genome, models, Counts()) == {"NM_1": "GUACGUACGUAAAAACCCCCGGGGGUUUUU"}


def test_splice__says_which_chromosome_is_missing(tmp_path):
    counts = Counts()
    models = read_models(write(tmp_path, BED + BED.replace("chr1", "chr3").replace("NM_1", "NM_3")), Counts())
    found = splice_transcripts(write(tmp_path, ">chr1\n" + "A" * 300 + "\n", "g.fa"), models, counts)
    assert list(found) == ["NM_1"]
    assert counts.sentences() == ["1 transcripts whose chromosome is not in the genome file (chr3)"]


def test_splice__no_chromosome_in_common_is_an_error(tmp_path):
    models = read_models(write(tmp_path, BED), Counts())
    with pytest.raises(
        InputError, match=r"no chromosome of the annotation \(chr1\) is in the genome \(chr2\)"
    ):
        splice_transcripts(write(tmp_path, ">chr2\nACGT\n", "g.fa"), models, Counts())


@pytest.mark.parametrize(("ours", "theirs"), [("chr1", "1"), ("1", "chr1"), ("chrM", "MT"), ("MT", "chrM")])
def test_splice__ensembls_and_ucscs_names_of_a_chromosome_are_one(tmp_path, ours, theirs):
    counts = Counts()
    models = read_models(write(tmp_path, BED.replace("chr1", ours)), Counts())
    genome = write(tmp_path, f">{theirs}\n" + "A" * 300 + "\n", "g.fa")
    assert len(splice_transcripts(genome, models, counts)["NM_1"]) == 30
    assert "chromosomes called otherwise" in counts.sentences()[0]


def test_splice__an_exon_beyond_its_chromosome_is_an_error(tmp_path):
    models = read_models(write(tmp_path, BED), Counts())
    with pytest.raises(InputError, match="same assembly"):
        splice_transcripts(write(tmp_path, ">chr1\nACGT\n", "g.fa"), models, Counts())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BED.replace("10,20,", "10,x,"), "line 1: 12 BED fields are expected"),
        (BED.replace("\t2\t", "\t3\t"), "blockCount 3 stands beside 2 blockSizes"),
        (GTF.replace("\texon\t201", "\texon\tx"), "line 3: start and end must be whole numbers"),
        (
            GTF.replace('transcript_id "NM_1"', 'other "x"'),
            "line 3: a line of kind exon has no transcript_id",
        ),
        ("chr1\t1\t5\n", "3 fields; BED12 has 12, GTF and GFF3 have 9"),
    ],
)
def test_models__a_wrong_line_is_named(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read_models(write(tmp_path, text), Counts())


def test_models__the_second_locus_of_a_name_is_left_out_and_said(tmp_path):
    counts = Counts()
    models = read_models(write(tmp_path, BED + BED.replace("chr1", "chrY")), counts)
    assert models["NM_1"].chromosome == "chr1"
    assert "1 loci of transcripts beyond the first of each name (NM_1)" in counts.sentences()


def test_bed__a_coding_sequence_that_begins_in_an_intron_is_not_used_and_said(tmp_path):
    counts = Counts()
    models = read_models(write(tmp_path, BED.replace("105\t215", "150\t215")), counts)
    assert models["NM_1"].cds is None
    assert counts.notes == {"coding sequences that end outside of their exons, not used": 1}


def test_models__sequences_in_place_of_an_annotation_are_refused(tmp_path):
    with pytest.raises(
        InputError, match=r"line 1: sequences were found, not an annotation\. Give BED12, GTF"
    ):
        read_models(write(tmp_path, ">chr1\nACGT\n"), Counts())


def test_bed__track_lines_are_passed_over_and_a_chromosome_called_like_them_is_not(tmp_path):
    text = "browser position chr1\ntrack name=x\n\n" + BED.replace("chr1", "track1").replace("\n", "\r\n")
    assert read_models(write(tmp_path, text), Counts())["NM_1"].chromosome == "track1"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({1: "-5"}, "not a range on a chromosome"),
        ({2: "99"}, "not a range on a chromosome"),
        ({2: "230"}, "the blocks reach from 100 to 220, the line from 100 to 230"),
        ({10: "10,130,"}, "reach from 100 to 330"),
        ({10: "0,20,"}, "a size that no exon has"),
        ({10: "10,1000000000,", 2: "1000000200"}, "a size that no exon has"),
        ({2: "9999999999999"}, "not a range on a chromosome"),
        ({10: "105,20,"}, "the blocks overlap"),
        ({6: "50", 7: "110"}, "thickStart 50 and thickEnd 110 lie outside"),
        ({9: "999999"}, "stands beside 2 blockSizes"),
        ({9: "99999999999999999999"}, "has more than 18 digits"),
        ({2: "2_20"}, "'2_20' is not a whole number"),
    ],
)
def test_bed__a_line_whose_numbers_disagree_is_refused(tmp_path, fields, message):
    line = BED.rstrip("\n").split("\t")
    for position, value in fields.items():
        line[position] = value
    with pytest.raises(InputError, match=message):
        read_models(write(tmp_path, "\t".join(line) + "\n"), Counts())


def gtf(*parts, chromosome="chr1", strand="+", name="T1", more=""):
    """Lines of GTF: (kind, start, end), 1-based and closed."""
    return "".join(
        f'{chromosome}\tsrc\t{kind}\t{start}\t{end}\t.\t{strand}\t.\tgene_id "G1"; transcript_id "{name}";{more}\n'
        for kind, start, end in parts
    )


def models_of(tmp_path, text):
    counts = Counts()
    return read_models(write(tmp_path, text, "a.gtf"), counts), counts


def test_gtf__one_name_at_two_positions_is_never_one_transcript(tmp_path):
    """UCSC's genes.gtf: two loci on one chromosome are told apart by their start sites alone."""
    text = gtf(("exon", 101, 400), ("CDS", 151, 300), more=' tss_id "TSS1";')
    text += gtf(("exon", 601, 900), ("CDS", 651, 800), more=' tss_id "TSS2";')
    models, counts = models_of(tmp_path, text)
    assert models["T1"].exons == ((100, 400),)
    assert counts.dropped["loci of transcripts beyond the first of each name"] == 1


def test_gtf__an_exon_number_that_comes_again_begins_another_position(tmp_path):
    text = "".join(
        gtf(("exon", start, end), more=f" exon_number {n};")
        for n, start, end in ((1, 101, 200), (2, 301, 400), (1, 5101, 5200), (2, 5301, 5400))
    )
    models, counts = models_of(tmp_path, text)
    assert models["T1"].exons == ((100, 200), (300, 400))
    assert sum(counts.dropped.values()) == 1


def test_gtf__exons_of_two_strands_are_kept_apart(tmp_path):
    models, counts = models_of(tmp_path, gtf(("exon", 101, 400)) + gtf(("exon", 601, 900), strand="-"))
    assert (models["T1"].strand, models["T1"].exons) == ("+", ((100, 400),))
    assert sum(counts.dropped.values()) == 1


def test_gtf__coding_sequences_alone_make_exons_and_it_is_said(tmp_path):
    parts = (("CDS", 201, 400), ("CDS", 601, 697), ("start_codon", 201, 203), ("stop_codon", 698, 700))
    models, counts = models_of(tmp_path, gtf(*parts))
    assert models["T1"].exons == ((200, 400), (600, 700))
    assert models["T1"].cds == (0, 300)
    assert "1 transcripts without exon lines" in counts.sentences()[0]


@pytest.mark.parametrize("strand", [".", "?", "x"])
def test_models__without_a_strand_are_left_out_and_counted(tmp_path, strand):
    models, counts = models_of(tmp_path, gtf(("exon", 1, 9), strand=strand) + gtf(("exon", 1, 9), name="T2"))
    assert list(models) == ["T2"]
    assert counts.dropped == {"transcript models without a strand": 1}


def test_models__a_file_of_which_nothing_is_left_is_an_error(tmp_path):
    for text in (gtf(("exon", 1, 9), strand="."), gtf(("gene", 1, 9), ("transcript", 1, 9))):
        with pytest.raises(InputError, match="no transcript model is left"):
            models_of(tmp_path, text)


def test_gtf__overlapping_exons_are_no_transcript(tmp_path):
    models, counts = models_of(
        tmp_path, gtf(("exon", 1, 90), ("exon", 50, 200)) + gtf(("exon", 1, 9), name="T2")
    )
    assert list(models) == ["T2"]
    assert counts.dropped == {"transcript models with overlapping exons": 1}


def test_gtf__a_line_that_stands_twice_counts_once(tmp_path):
    models, counts = models_of(tmp_path, gtf(("exon", 1, 90), ("exon", 1, 90)))
    assert (models["T1"].length, counts.dropped) == (90, {})


@pytest.mark.parametrize(
    "part", [("exon", 90, 1), ("exon", 0, 9), ("exon", 1, 10**10), ("exon", 1, 10**9), ("CDS", -5, 9)]
)
def test_gtf__positions_that_cannot_be_are_named_by_line(tmp_path, part):
    with pytest.raises(InputError, match=r"a\.gtf, line 2: a (feature|part of a transcript)"):
        models_of(tmp_path, gtf(("exon", 1, 90), part))


@pytest.mark.parametrize(
    "ninth",
    [
        "gene_id G1; transcript_id T1",
        'transcript_id "T1"; gene_id "G1"',
        'gene_id "G1";transcript_id "T1";note "a; b=c"',
        ' gene_id  "G1" ;  transcript_id "T1" ; ',
        'gene_id "G1"; transcript_id "T1"; transcript_version "3"; tag "basic"; tag "CCDS"',
    ],
)
def test_gtf__attributes_as_tools_write_them(tmp_path, ninth):
    models, _ = models_of(tmp_path, f"chr1\ts\texon\t1\t90\t.\t+\t.\t{ninth}\r\n\r\n# end\n")
    assert (models["T1"].gene_id, models["T1"].length) == ("G1", 90)


def test_gtf__bytes_of_another_encoding_and_a_byte_order_mark_are_no_reason_to_refuse(tmp_path):
    path = tmp_path / "latin1.gtf"
    text = gtf(("exon", 1, 90), more=' note "caf\xe9";')
    path.write_bytes(b"\xef\xbb\xbf" + text.encode("latin-1"))
    counts = Counts()
    assert list(read_models(path, counts)) == ["T1"]
    assert "bytes that are not UTF-8" in counts.sentences()[0]


ENSEMBL = """##gff-version 3
#!genome-build GRCh38
1\thavana\tgene\t101\t400\t.\t-\t.\tID=gene:ENSG1;Name=ABC;gene_id=ENSG1;version=4
1\thavana\tmRNA\t101\t400\t.\t-\t.\tID=transcript:ENST1;Parent=gene:ENSG1;transcript_id=ENST1;version=2
1\thavana\tfive_prime_UTR\t391\t400\t.\t-\t.\tParent=transcript:ENST1
1\thavana\texon\t301\t400\t.\t-\t.\tParent=transcript:ENST1;exon_id=E1
1\thavana\texon\t101\t200\t.\t-\t.\tParent=transcript:ENST1;exon_id=E2
1\thavana\tCDS\t301\t390\t.\t-\t0\tID=CDS:ENSP1;Parent=transcript:ENST1
1\thavana\tCDS\t151\t200\t.\t-\t0\tID=CDS:ENSP1;Parent=transcript:ENST1
###
##FASTA
>1
ACGT
"""
REFSEQ = """##gff-version 3
NC_1.1\tBestRefSeq\tmRNA\t101\t400\t.\t+\t.\tID=rna-NM_1.2;Parent=gene-ABC;gene=ABC;transcript_id=NM_1.2
NC_1.1\tBestRefSeq\texon\t101\t400\t.\t+\t.\tID=exon-NM_1.2-1;Parent=rna-NM_1.2;gene=ABC;note=50%25 of it
NC_1.1\tBestRefSeq\tgene\t101\t400\t.\t+\t.\tID=gene-ABC;Name=ABC;gene=ABC
NC_1.1\tBestRefSeq\tmRNA\t901\t950\t.\t+\t.\tID=rna-NM_1.2-2;Parent=gene-ABC-2;transcript_id=NM_1.2
NC_1.1\tBestRefSeq\texon\t901\t950\t.\t+\t.\tID=exon-NM_1.2-2-1;Parent=rna-NM_1.2-2
"""


def test_gff3__of_ensembl(tmp_path):
    model = read_models(write(tmp_path, ENSEMBL), Counts())["ENST1"]
    assert (model.exons, model.coding, model.strand) == (((100, 200), (300, 400)), (150, 390), "-")
    assert (model.gene_id, model.gene_name) == ("ENSG1", "ABC")
    assert model.cds == (10, 150)


def test_gff3__of_refseq_keeps_the_first_locus_of_a_name(tmp_path):
    counts = Counts()
    models = read_models(write(tmp_path, REFSEQ), counts)
    assert {name: model.exons for name, model in models.items()} == {"NM_1.2": ((100, 400),)}
    assert (models["NM_1.2"].gene_id, models["NM_1.2"].gene_name) == ("ABC", "ABC")
    assert sum(counts.dropped.values()) == 1


def test_gff3__an_exon_of_two_transcripts_and_one_without_a_parent(tmp_path):
    text = "c\ts\texon\t1\t9\t.\t+\t.\tID=e;Parent=transcript:A,transcript:B\nc\ts\texon\t1\t9\t.\t+\t.\tID=orphan\n"
    counts = Counts()
    assert {m.id: m.length for m in read_models(write(tmp_path, text), counts).values()} == {"A": 9, "B": 9}
    assert counts.examples["exons and coding parts without a parent"] == ["orphan"]


def as_text(model, kind):
    """Write a model in one of the three formats."""
    if kind == "bed":
        start, end = model.exons[0][0], model.exons[-1][1]
        thick = model.coding or (start, start)
        sizes = ",".join(str(b - a) for a, b in model.exons)
        begins = ",".join(str(a - start) for a, _ in model.exons)
        line = (
            model.chromosome,
            start,
            end,
            model.id,
            0,
            model.strand,
            *thick,
            0,
            len(model.exons),
            sizes,
            begins,
        )
        return "\t".join(map(str, line)) + "\n"
    parts = [("exon", a, b) for a, b in model.exons]
    if model.coding:
        start, end = model.coding
        parts += [("CDS", max(a, start), min(b, end)) for a, b in model.exons if max(a, start) < min(b, end)]
    ninth = f'transcript_id "{model.id}";' if kind == "gtf" else f"Parent=transcript:{model.id}"
    return "".join(
        f"{model.chromosome}\ts\t{what}\t{a + 1}\t{b}\t.\t{model.strand}\t.\t{ninth}\n"
        for what, a, b in parts
    )


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=6),
    st.sampled_from("+-"),
    st.data(),
)
def test_three_formats__of_one_model_read_back_equal(tmp_path_factory, steps, strand, data):
    exons, at = [], 3
    for gap, size in steps:
        exons.append((at + gap, at + gap + size))
        at += gap + size
    bases = [p for start, end in exons for p in range(start, end)]
    coding = None
    if data.draw(st.booleans()):
        first = data.draw(st.integers(0, len(bases) - 1))
        last = data.draw(st.integers(first, len(bases) - 1))
        coding = (bases[first], bases[last] + 1)
    model = TranscriptModel("T", "chr1", strand, tuple(exons), coding)
    folder = tmp_path_factory.mktemp("models")
    for kind in ("bed", "gtf", "gff3"):
        assert read_models(write(folder, as_text(model, kind), kind), Counts()) == {"T": model}


@pytest.mark.real_data
def test_three_formats__of_4000_refseq_transcripts_read_back_equal(shared_data, tmp_path):
    models = read_models(shared_data / "transcripts/refseq4000_hg19.bed12.gz", Counts())
    for kind in ("bed", "gtf", "gff3"):
        text = "".join(as_text(model, kind) for model in models.values())
        assert read_models(write(tmp_path, text, kind), Counts()) == models


@pytest.mark.parametrize(
    ("known", "asked", "found"),
    [
        (["NM_1.2"], "NM_1", "NM_1.2"),
        (["NM_1"], "NM_1.4", "NM_1"),
        (["NM_1.2"], "NM_1.4", "NM_1.2"),
        (["NM_1.2", "NM_1.3"], "NM_1.3", "NM_1.3"),
        (["NM_1.2", "NM_1.3"], "NM_1", None),
        (["STRG.1.1"], "STRG.1.2", None),
        (["STRG.1"], "STRG.2", None),
        (["B0205.3"], "B0205.4", None),
        (["AT1G01010.1"], "AT1G01010.2", None),
        (["T1.2"], "T1", "T1.2"),
        (["ENSMUST00000178537.2"], "ENSMUST00000178537.1", "ENSMUST00000178537.2"),
        (["ENST1.10_PAR_Y", "ENST1.10"], "ENST1", "ENST1.10"),
    ],
)
def test_name_index__ignores_versions_both_ways_but_guesses_nothing(known, asked, found):
    assert NameIndex({name: name for name in known}).get(asked) == found


@pytest.mark.real_data
def test_models__of_refseq_agree_with_the_table_of_coding_sequences(shared_data):
    from dmiso.io.transcripts import read_cds

    models = read_models(shared_data / "transcripts/refseq4000_hg19.bed12.gz", Counts())
    bounds = read_cds(shared_data / "transcripts/refseq4000_cds.tsv.gz", Counts())
    both = [name for name in models if name in bounds]
    assert len(both) > 3900
    assert all(models[name].cds == bounds[name] for name in both)
