"""Lines of GTF and GFF3: which transcript and which position of it each belongs to."""

import pytest

from dmiso.errors import InputError
from dmiso.io.transcript_models import read_models
from dmiso.records import Counts


def line(kind, start, end, ninth, *, chromosome="chr1", strand="+"):
    return f"{chromosome}\tsrc\t{kind}\t{start}\t{end}\t.\t{strand}\t.\t{ninth}\n"


def read(tmp_path, *lines):
    path = tmp_path / "a.gtf"
    path.write_text("".join(lines))
    counts = Counts()
    return read_models(path, counts), counts


T1 = 'transcript_id "T1";'


def test_gtf__a_coding_part_without_a_start_site_belongs_to_the_exons_that_have_one(tmp_path):
    """Only exon lines carry tss_id in some files: their coding sequence must not become a position of its own."""
    models, counts = read(
        tmp_path,
        line("exon", 101, 400, T1 + ' tss_id "TSS1";'),
        line("exon", 601, 900, T1 + ' tss_id "TSS2";'),
        line("CDS", 151, 300, T1),
        line("CDS", 651, 700, T1),
    )
    assert (models["T1"].exons, models["T1"].coding) == (((100, 400),), (150, 300))
    assert counts.dropped == {"loci of transcripts beyond the first of each name": 1}


def test_gtf__two_genes_that_share_the_name_of_a_transcript_are_two_positions(tmp_path):
    models, counts = read(
        tmp_path,
        line("exon", 101, 400, T1 + ' gene_id "A"'),
        line("exon", 601, 900, T1 + ' gene_id "B"'),
        line("exon", 401, 500, T1 + ' gene_id "A"'),
    )
    assert (models["T1"].exons, models["T1"].gene_id) == (((100, 400), (400, 500)), "A")
    assert sum(counts.dropped.values()) == 1


@pytest.mark.parametrize("first", [True, False])
def test_gtf__transcript_lines_part_the_positions_of_a_name(tmp_path, first):
    positions = []
    for at in (0, 5000):
        exons = [line("exon", at + 101, at + 200, T1), line("exon", at + 301, at + 400, T1)]
        whole = line("transcript", at + 101, at + 400, T1)
        positions += [whole, *exons] if first else [*exons, whole]
    models, counts = read(tmp_path, *positions)
    assert models["T1"].exons == ((100, 200), (300, 400))
    assert counts.dropped == {"loci of transcripts beyond the first of each name": 1}


def test_gtf__an_intron_that_no_gene_has_is_said(tmp_path):
    _, counts = read(tmp_path, line("exon", 1, 90, T1), line("exon", 3_000_001, 3_000_090, T1))
    assert "1 transcripts with an intron of over 2,000,000 nt" in counts.sentences()[0]


def test_gtf__a_transcript_line_without_parts_is_counted(tmp_path):
    models, counts = read(
        tmp_path,
        line("transcript", 1, 90, 'transcript_id "T2"'),
        line("exon", 1, 90, T1),
        line("mRNA", 1, 9, ""),
    )
    assert list(models) == ["T1"]
    assert counts.examples["transcripts without a line of an exon or a coding part"] == ["T2"]


def test_gtf__a_name_with_thousands_of_positions_keeps_the_first(tmp_path):
    lines = [line("exon", 200 * n + 1, 200 * n + 100, f'{T1} tss_id "S{n}"') for n in range(20_000)]
    models, counts = read(tmp_path, *lines)
    assert models["T1"].exons == ((0, 100),)
    assert sum(counts.dropped.values()) == 19_999


@pytest.mark.parametrize(
    "ninth",
    ['note "never closed; ' + T1, 'note "a; transcript_id T9"; ' + T1, "note some words; transcript_id T1;;"],
)
def test_gtf__quotes_are_no_trap(tmp_path, ninth):
    lines = [line("exon", 1, 90, T1), line("exon", 101, 190, ninth)]
    if "never closed" in ninth:
        with pytest.raises(InputError, match="line 2: a line of kind exon has no transcript_id"):
            read(tmp_path, *lines)
        return
    assert read(tmp_path, *lines)[0]["T1"].length == 180


def test_gff3__is_told_by_the_first_line_that_has_attributes(tmp_path):
    models, _ = read(
        tmp_path,
        line("region", 1, 9000, "."),
        line("exon", 1, 90, "Parent=transcript:T1"),
    )
    assert models["T1"].length == 90


def test_gff3__names_are_unescaped_after_the_parents_were_parted(tmp_path):
    models, _ = read(
        tmp_path,
        line("mRNA", 1, 90, "ID=a%2Cb;Parent=gene:G%3B1"),
        line("gene", 1, 90, "ID=gene:G%3B1;Name=x%20y"),
        line("exon", 1, 90, "Parent=a%2Cb,c"),
    )
    assert sorted(models) == ["a,b", "c"]
    assert (models["a,b"].gene_id, models["a,b"].gene_name) == ("G;1", "x y")


GENCODE = "gene_id=ENSG1.5;transcript_id=ENST1.2;gene_name=DDX"


def test_gff3__of_gencode_has_all_names_in_every_line(tmp_path):
    models, _ = read(
        tmp_path,
        line("transcript", 11, 400, f"ID=ENST1.2;Parent=ENSG1.5;{GENCODE}"),
        line("exon", 11, 400, f"ID=exon:ENST1.2:1;Parent=ENST1.2;{GENCODE};exon_number=1"),
        line("CDS", 21, 97, f"ID=CDS:ENST1.2;Parent=ENST1.2;{GENCODE}"),
        line("stop_codon", 98, 100, f"ID=stop_codon:ENST1.2;Parent=ENST1.2;{GENCODE}"),
    )
    model = models["ENST1.2"]
    assert (model.gene_id, model.gene_name, model.coding) == ("ENSG1.5", "DDX", (20, 100))


def test_gff3__coding_parts_of_a_gene_without_transcripts_make_a_model(tmp_path):
    """RefSeq's mitochondrial genes and all of its bacteria."""
    models, counts = read(
        tmp_path,
        line("gene", 11, 100, "ID=gene-ND1;Name=ND1;gene=ND1", chromosome="NC_012920.1"),
        line("CDS", 11, 100, "ID=cds-YP_1;Parent=gene-ND1;gene=ND1", chromosome="NC_012920.1"),
    )
    assert (models["ND1"].cds, models["ND1"].gene_name) == ((0, 90), "ND1")
    assert "1 transcripts without exon lines" in counts.sentences()[0]


def test_tags__of_gtf_are_all_of_the_transcript_each_once(tmp_path):
    ninth = T1 + ' tag "basic"; tag "MANE_Select"; tag "Ensembl_canonical";'
    models, _ = read(tmp_path, line("transcript", 101, 400, ninth), line("exon", 101, 400, ninth))
    assert models["T1"].tags == ("basic", "MANE_Select", "Ensembl_canonical")


def test_tags__of_gtf_without_transcript_lines_are_those_of_exons(tmp_path):
    models, _ = read(tmp_path, line("exon", 101, 200, T1 + ' tag "basic";'), line("exon", 301, 400, T1))
    assert models["T1"].tags == ("basic",)


def test_tags__of_gff3_are_those_of_the_transcript(tmp_path):
    models, _ = read(
        tmp_path,
        line("mRNA", 101, 400, "ID=t1;Parent=g1;tag=basic,MANE_Select"),
        line("exon", 101, 400, "Parent=t1;tag=other"),
    )
    assert models["t1"].tags == ("basic", "MANE_Select")
