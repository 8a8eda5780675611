"""Interaction files of every layout: what is read, what is left out, and what is said about it."""

import polars as pl
import pytest

from dmiso.columns import schema_of
from dmiso.dataset.layouts import INTERACTION_COLUMNS, LAYOUTS, find_layout, sniff_layout
from dmiso.dataset.readers import layout_of, read_interactions
from dmiso.errors import InputError, UsageError
from dmiso.records import Counts

MATURE = ">mmu-miR-1-3p MIMAT0000123\nUGGAAUGUAAAGAAGUAUGUAU\n"


def _write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_helwak__coordinates_become_half_open_and_end_where_the_bases_end(tmp_path):
    path = _write(
        tmp_path,
        "h.csv",
        "id,mirna_sequence,true_start,true_end,mrna_sequence,mirna_name,ensg,enst,gene_name\n"
        # true_end lies 3 beyond the nucleotides: the transcript ended inside the 25 nt of extension
        "x_1,TGAGGTAG,11,23,ACGTACGTAC,let-7a,ENSG1,ENST1,G\n",
    )
    frame, counts = read_interactions(path)
    row = frame.row(0, named=True)
    assert (row["start"], row["end"], row["transcript_id"], row["gene_id"]) == (10, 20, "ENST1", "ENSG1")
    assert row["mirna_sequence"] == "UGAGGUAG"
    assert row["target_sequence"] == "ACGUACGUAC"
    assert row["source"] == "helwak"
    assert counts.kept["interactions"] == 1
    assert frame.schema == pl.Schema(schema_of(INTERACTION_COLUMNS))


def test_hejret__genome_offsets_region_and_unknown_family(tmp_path):
    path = _write(
        tmp_path,
        "h.tsv",
        "isomir_seq\tref_mirna_name\tfam\tiso5_offset\tiso3_offset\ttarget_seq\tfeature\tchr\tstart\tend\tstrand\n"
        "TTCACAG\thsa-miR-27a-3p\tunknown\t1\t-2\tccattgNN\tthree_prime_utr,exon\t7\t101\t108\t+\n",
    )
    row = read_interactions(path).frame.row(0, named=True)
    assert (row["genome_start"], row["genome_end"], row["chromosome"]) == (100, 108, "7")
    assert (row["iso5_offset"], row["iso3_offset"], row["family"]) == (1, -2, None)
    assert row["region"] == "3'UTR,exon"
    assert row["target_sequence"] == "CCAUUGNN"
    assert row["target_id"] == "7:100-108(+)"


def test_hybridetector__only_mirnas_and_offsets_from_the_two_sequences(tmp_path):
    path = _write(
        tmp_path,
        "e.tsv",
        "chr.g\tstart.g\tend.g\tstrand.g\tgene_name\tfeature\tseq.g\tnoncodingRNA_real_seq\tnoncodingRNA"
        "\tnoncodingRNA_type\tnoncodingRNA_fam\tNdups\tNunique\tnoncodingRNA_seq\n"
        "1\t5\t9\t+\tVAMP3\tNA\tTCCAA\tGTGCAA\tmiR-19b\tmiRNA\tmir-19\t9\t4\tTGTGCAAAT\n"
        "1\t5\t9\t+\tVAMP3\tNA\tTCCAA\tGTGCAA\ttRNA\ttRNA\tt\t9\t4\tTGTGCAAAT\n",
    )
    frame, counts = read_interactions(path)
    row = frame.row(0, named=True)
    assert frame.height == 1
    assert (row["iso5_offset"], row["iso3_offset"], row["read_count"], row["region"]) == (1, -2, 4, None)
    assert counts.dropped == {"rows whose small RNA is not a miRNA (tRNA, snoRNA, rRNA, YRNA)": 1}


def test_grosswendt__the_mark_of_several_mirnas_is_taken_off_and_counted(tmp_path):
    path = _write(
        tmp_path,
        "g.csv",
        "chromosome,start,end,interaction ID,strand,miRNA ID,miRNA sequence,target sequence,number of unique reads\n"
        'chr2,10,14,human1,-,"let-7a,let-7b",TGAGGTXXX,AATG,6\n'
        "chrM,10,14,human2,+,let-7a,TGAGGT,AATG,6\n",
    )
    frame, counts = read_interactions(path)
    assert frame["mirna_sequence"].to_list() == ["UGAGGU", "UGAGGU"]
    assert frame["chromosome"].to_list() == ["2", "MT"]
    assert frame["genome_start"].to_list() == [10, 10]
    assert any("several miRNAs" in sentence and n == 1 for sentence, n in counts.notes.items())


def test_mirbench__the_sets_own_negatives_are_no_interactions(tmp_path):
    path = _write(tmp_path, "m.tsv", "gene\tnoncodingRNA\tlabel\nACGT\tTTTT\t1\nACGA\tTTTT\t0\n")
    frame, counts = read_interactions(path)
    assert frame["target_sequence"].to_list() == ["ACGU"]
    assert counts.dropped == {"rows labelled 0, no interactions": 1}
    both = read_interactions(path, keep_negatives=True).frame
    assert both["label"].to_list() == [1, 0]


MOORE_COLUMNS = (
    "dataset read_id read_count mirna iso5p iso3p n_mirna_for_read chrom start1 strand cigar target_read_seq"
)


def _moore(tmp_path, *rows):
    text = "".join("\t".join(row.split()) + "\n" for row in (MOORE_COLUMNS, *rows))
    return _write(tmp_path, "moore.tsv", text), _write(tmp_path, "mature.fa", MATURE)


def test_moore__isomirs_are_rebuilt_from_reference_and_offsets(tmp_path):
    path, mature = _moore(
        tmp_path,
        "cortex 1 2 mmu-miR-1-3p -1 -3 1 chr2 101 + 5M AAACC",
        "cortex 2 1 mmu-miR-1-3p 0 0 1 chr2 101 - 2S3M1S CAAAGG",
        "cortex 3 1 mmu-miR-1-3p 0 0 1 chr2 101 + 3M10N2M AAACC",
    )
    frame, _ = read_interactions(path, mature=mature)
    reference = "UGGAAUGUAAAGAAGUAUGUAU"
    assert frame["mirna_sequence"].to_list() == [reference[1:-3], reference, reference]
    assert frame["iso5_offset"].to_list() == [1, 0, 0]
    assert frame["iso3_offset"].to_list() == [-3, 0, 0]
    # on the reverse strand the CIGAR runs against the read: 1 nucleotide off its 5' end, 2 off its 3' end
    assert frame["target_sequence"].to_list() == ["AAACC", "AAA", "AAACC"]
    assert frame["genome_end"].to_list() == [105, 103, 115]
    assert frame["source"].unique().to_list() == ["moore-cortex"]


def test_moore__every_row_left_out_has_its_reason(tmp_path):
    path, mature = _moore(
        tmp_path,
        "cortex 1 2 mmu-miR-1-3p 0 0 2 chr2 101 + 5M AAACC",
        "cortex 2 2 mmu-miR-1-3p 1 0 1 chr2 101 + 5M AAACC",
        "cortex 3 2 mmu-miR-1-3p 0 2 1 chr2 101 + 5M AAACC",
        "cortex 4 2 mmu-miR-1-3p -3 0 1 chr2 101 + 5M AAACC",
        "cortex 5 2 mmu-miR-999 0 0 1 chr2 101 + 5M AAACC",
    )
    frame, counts = read_interactions(path, mature=mature)
    assert frame.is_empty()
    assert counts.dropped == {
        "reads with several candidate miRNAs": 1,
        "rows whose miRNA is not among the references": 1,
        "isomiRs with nucleotides beyond their reference, which the file does not give": 2,
        "isomiRs trimmed by more than 2 nt at 5' or 4 nt at 3'": 1,
    }


def test_moore__without_references_says_which_option_gives_them(tmp_path):
    path, _ = _moore(tmp_path, "cortex 1 2 mmu-miR-1-3p 0 0 1 chr2 101 + 5M AAACC")
    with pytest.raises(
        UsageError, match=r"no nucleotides\. Give reference miRNAs with --mature mature\.fa\."
    ):
        read_interactions(path)


def test_dmiso__our_own_table_is_read_back_with_ranks_and_reads(tmp_path):
    path = _write(
        tmp_path,
        "clash.reads.tsv",
        "mirna_sequence\ttarget_sequence\tread_id\tcandidate_rank\tread_count\n"
        "uggaaug\tACGT\tr1\t2\t7\nUGGAAUG\t\tr2\t1\t1\n",
    )
    frame, counts = read_interactions(path)
    row = frame.row(0, named=True)
    assert (row["read_id"], row["candidate_rank"], row["read_count"]) == ("r1", 2, 7)
    assert (row["source"], row["target_id"], row["label"]) == ("clash", "clash-line-2", 1)
    assert counts.dropped == {"rows without a target_sequence": 1}


def test_source__given_by_the_caller_replaces_the_files_own(tmp_path):
    path = _write(tmp_path, "a.tsv", "mirna_sequence\ttarget_sequence\tsource\nACGU\tACGU\tx\n")
    assert read_interactions(path).frame["source"].to_list() == ["x"]
    assert read_interactions(path, source="y").frame["source"].to_list() == ["y"]


def test_sniffing__says_which_layout_it_was(tmp_path):
    path = _write(tmp_path, "a.tsv", "mirna_sequence\ttarget_sequence\nACGU\tACGU\n")
    assert read_interactions(path).counts.notes == {
        "interaction files read with layout dmiso, detected from the header": 1
    }
    counts = Counts()
    assert layout_of(path, counts).name == "dmiso"
    assert counts.notes


def test_sniffing__an_unknown_header_lists_the_layouts(tmp_path):
    path = _write(tmp_path, "a.tsv", "first\tsecond\n1\t2\n")
    with pytest.raises(
        UsageError, match=r"first, second\) is of no known layout\. Known: dmiso, grosswendt, .* --layout"
    ):
        read_interactions(path)


def test_layout__an_unknown_name_lists_the_good_ones():
    with pytest.raises(UsageError, match=r"'helvak' is no layout.*Did you mean helwak\? Known: dmiso, "):
        find_layout("helvak")


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_layouts__each_is_told_by_its_own_columns(name):
    layout = LAYOUTS[name]
    header = set(layout.required) | set(layout.signature)
    found = sniff_layout(header)
    assert found is not None
    assert found.name == name


def test_layout__a_missing_column_is_named_with_what_was_found(tmp_path):
    path = _write(tmp_path, "a.tsv", "mirna_sequence\ttarget\nACGU\tACGU\n")
    with pytest.raises(
        InputError, match=r"column target_sequence: layout dmiso expects .*found mirna_sequence, target"
    ):
        read_interactions(path, "dmiso")


def test_numbers__a_bad_one_names_line_and_column(tmp_path):
    path = _write(
        tmp_path, "a.tsv", "mirna_sequence\ttarget_sequence\tstart\nACGU\tACGU\t\n\nACGU\tACGU\tfive\n"
    )
    with pytest.raises(
        InputError, match=r"line 4, column start: 'five' is not a whole number\. Correct the value"
    ):
        read_interactions(path)


def test_bases__a_bad_one_stops_with_its_line_or_is_skipped_and_counted(tmp_path):
    path = _write(tmp_path, "a.tsv", "mirna_sequence\ttarget_sequence\nACGU\tACGU\nACGU\tAC!U\nACRU\tACGU\n")
    with pytest.raises(
        InputError, match=r"line 3, column target_sequence: '!' at position 3 .*--on-bad skip"
    ):
        read_interactions(path, on_bad="stop")
    frame, counts = read_interactions(path, on_bad="skip")
    assert frame["mirna_sequence"].to_list() == ["ACGU", "ACNU"]
    assert counts.dropped == {"rows with a character in target_sequence that is not a nucleotide code": 1}
    assert counts.notes["ambiguity codes in mirna_sequence read as N"] == 1


def test_empty__a_file_without_rows_gives_all_columns_and_without_header_an_error(tmp_path):
    assert read_interactions(
        _write(tmp_path, "a.tsv", "mirna_sequence\ttarget_sequence\n")
    ).frame.columns == list(INTERACTION_COLUMNS)
    with pytest.raises(InputError, match="the file is empty"):
        read_interactions(_write(tmp_path, "b.tsv", ""))


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "layout", "n_kept", "n_rows"),
    [
        ("chimeras/helwak2013_clash.csv.gz", "helwak", 18_501, 18_501),
        ("chimeras/hejret2023_clash_isomirs.tsv.gz", "hejret", 4_583, 4_583),
        ("chimeras/hybridetector_eclip_chimeras.tsv.gz", "hybridetector", 4_222, 4_340),
        ("chimeras/grosswendt2014_clip_chimeras_with_reads.csv.gz", "grosswendt", 10_567, 10_567),
        ("benchmark/mirbench_hejret2023_test.tsv.gz", "mirbench", 495, 965),
        ("benchmark/hejret_isomir_chr1_balanced.tsv", "mirbench", 495, 990),
        ("benchmark/mirbind_clash2013_test_1_1.tsv.gz", "mirbind", 2_000, 4_000),
    ],
)
def test_real_files__every_row_is_kept_or_counted(shared_data, name, layout, n_kept, n_rows):
    frame, counts = read_interactions(shared_data / name)
    assert any(f"layout {layout}," in sentence for sentence in counts.notes)
    assert frame.height == n_kept == counts.kept["interactions"]
    assert n_kept + sum(counts.dropped.values()) == n_rows
    assert frame["target_sequence"].str.contains("^[ACGUN]+$").all()
    placed = frame.filter(pl.col("genome_start").is_not_null())
    span = placed["genome_end"] - placed["genome_start"]
    assert (span == placed["target_sequence"].str.len_chars().cast(pl.Int64)).all()


@pytest.mark.real_data
def test_real_isomirs__offsets_agree_with_the_reference_sequence(shared_data):
    path = shared_data / "chimeras/hejret2023_clash_isomirs.tsv.gz"
    frame = read_interactions(path).frame
    raw = pl.read_csv(path, separator="\t").with_row_index()
    inside = raw.filter(
        (pl.col("mismatches") == 0) & (pl.col("iso5_offset") >= 0) & (pl.col("iso3_offset") <= 0)
    )
    assert inside.height > 4_000
    for number, reference in inside.select("index", "ref_mirna_seq").iter_rows():
        row = frame.row(number, named=True)
        cut = reference.replace("T", "U")[row["iso5_offset"] : len(reference) + row["iso3_offset"]]
        assert cut == row["mirna_sequence"]


def test_moore__numbers_of_a_parquet_file_are_compared_as_those_of_text_are(tmp_path):
    text, mature = _moore(tmp_path, "cortex 1 1 mmu-miR-1-3p 0 0 1 chr2 101 + 5M AAACC")
    frame = pl.read_csv(text, separator="\t")
    assert frame["n_mirna_for_read"].dtype == pl.Int64
    frame.write_parquet(tmp_path / "moore.parquet")
    told = read_interactions(text, mature=mature).frame.drop("source")
    assert told.equals(read_interactions(tmp_path / "moore.parquet", mature=mature).frame.drop("source"))


def test_source__of_a_file_whose_name_is_not_utf8_is_text(tmp_path):
    path = tmp_path / "\udcff.tsv"
    path.write_text("mirna_sequence\ttarget_sequence\nUGAGGUAG\tCUACCUCA\n")
    assert read_interactions(path).frame["source"].to_list() == [r"\xff"]
