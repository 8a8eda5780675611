"""miRTarBase's downloads as interactions: names, marks in sites, support types, and files without sites."""

import polars as pl
import pytest

from dmiso.columns import INTERACTION_COLUMNS, schema_of
from dmiso.dataset.layouts import sniff_layout
from dmiso.dataset.readers import read_interactions
from dmiso.dataset.run import Sources, dataset_files
from dmiso.errors import InputError, UsageError
from dmiso.io.table_writer import write_table
from dmiso.settings.dataset import BuildSettings

HEADER = (
    "miRTarBase ID",
    "miRNA",
    "Species (miRNA)",
    "Target Gene",
    "Target Gene (Entrez Gene ID)",
    "Species (Target Gene)",
    "Target Site",
    "Experiments",
    "Support Type",
    "References (PMID)",
)
MATURE = (
    ">hsa-miR-21-5p MIMAT0000076\nUAGCUUAUCAGACUGAUGUUGA\n"
    ">hsa-miR-375-5p MIMAT0037313\nGCGACGAGCCCCUCGCACAAACC\n"
    ">hsa-miR-375-3p MIMAT0000728\nUUUGUUCGUUCGGCUCGCGUGA\n"
)
SITE = "ACGTTGCATAAGCTTACCA"


def row(site=SITE, mirna="hsa-miR-21-5p", support="Functional MTI", gene=("PTEN", "5728")):
    """Return a row of the file, by position."""
    human = "Homo sapiens"
    return ("MIRT000001", mirna, human, *gene, human, site, "Luciferase reporter assay", support, "1234")


def table(*rows, header=HEADER):
    return pl.DataFrame(dict(zip(header, map(list, zip(*rows, strict=True)), strict=True)))


@pytest.fixture
def mature(tmp_path):
    path = tmp_path / "mature.fa"
    path.write_text(MATURE)
    return path


@pytest.fixture
def read(tmp_path, mature):
    """Read rows from a file of their own."""

    def read_rows(*rows, **options):
        path = tmp_path / "sites.csv"
        write_table(path, table(*rows))
        return read_interactions(path, mature=mature, **options)

    return read_rows


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "xlsx", "tsv", "parquet"])
@pytest.mark.parametrize("entrez", ["Target Gene (Entrez Gene ID)", "Target Gene (Entrez ID)"])
def test_file__is_read_in_every_format_and_with_both_names_of_the_entrez_column(
    tmp_path, mature, ending, entrez
):
    path = tmp_path / f"sites.{ending}"
    header = tuple(entrez if "Entrez" in name else name for name in HEADER)
    write_table(path, table(row(), row(support="Functional MTI (Weak)"), header=header))
    frame, counts = read_interactions(path, mature=mature)
    assert frame.schema == pl.Schema(schema_of(INTERACTION_COLUMNS))
    found = frame.row(0, named=True)
    assert (found["mirna_id"], found["mirna_sequence"]) == ("hsa-miR-21-5p", "UAGCUUAUCAGACUGAUGUUGA")
    assert (found["target_id"], found["target_sequence"]) == ("MIRT000001", "ACGUUGCAUAAGCUUACCA")
    assert (found["gene_id"], found["gene_name"]) == ("5728", "PTEN")
    assert frame["source"].to_list() == ["mirtarbase-functional", "mirtarbase-functional-weak"]
    assert "interaction files read with layout mirtarbase, detected from the header" in counts.notes


def test_file__with_a_byte_order_mark_is_recognised(tmp_path, mature):
    path = tmp_path / "sites.csv"
    write_table(path, table(row()))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_interactions(path, mature=mature).frame.height == 1


def test_hsa_mti__has_no_sites_and_says_which_file_has(tmp_path, mature):
    path = tmp_path / "hsa_MTI.csv"
    frame = table(row()).drop("Target Site")
    write_table(path, frame)
    assert sniff_layout(frame.columns).name == "mirtarbase"
    with pytest.raises(
        InputError, match=r"column Target Site.*give miRTarBase's file of target sites"
    ) as told:
        read_interactions(path, mature=mature)
    assert told.value.exit_code == 1


def test_mature__is_asked_for(tmp_path):
    path = tmp_path / "sites.csv"
    write_table(path, table(row()))
    with pytest.raises(UsageError, match=r"no nucleotides.*--mature"):
        read_interactions(path)


@pytest.mark.parametrize(
    ("written", "site"),
    [
        ("5'-acgu TGCA-uaagcuuacca-3'", "ACGUUGCAUAAGCUUACCA"),
        ("  GCACTTT\n", "GCACUUU"),
        ("ACG\nTTG\nCAT", "ACGUUGCAU"),
        ("1 ACGTTG 6", "ACGUUG"),
        ("...ACGTTG…", "ACGUUG"),
    ],
)
def test_marks__are_taken_out_and_counted(read, written, site):
    frame, counts = read(row(), row(written))
    assert frame["target_sequence"].to_list()[1] == site
    noted = [n for sentence, n in counts.notes.items() if sentence.startswith("target sites with marks")]
    # blanks around a site are no mark
    assert noted == ([] if written == "  GCACTTT\n" else [1])


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "rows without a target site"),
        (" - ", "rows without a target site"),
        ("ACGTT...GGCAT", "rows whose target site is written in several pieces"),
        ("ACGTT…GGCAT", "rows whose target site is written in several pieces"),
        ("ACGTT, GGCAT", "rows whose target site is written in several pieces"),
        ("ACGTT/GGCAT", "rows whose target site is written in several pieces"),
        ("seed", "rows whose target site has a letter that is no nucleotide code"),
    ],
)
def test_sites__that_are_none_are_left_out_and_counted(read, written, reason):
    frame, counts = read(row(), row(written))
    assert frame["target_sequence"].to_list() == ["ACGUUGCAUAAGCUUACCA"]
    assert dict(counts.dropped) == {reason: 1}


def test_ambiguity_codes__are_read_as_n_and_counted(read):
    frame, counts = read(row("ACGTRN"))
    assert frame["target_sequence"].to_list() == ["ACGUNN"]
    assert counts.notes["ambiguity codes in target_sequence read as N"] == 1


def test_non_functional_sites__are_no_positives_and_are_read_on_request(read):
    rows = [
        row(),
        row("GGGGACGT", support="Non-Functional MTI"),
        row("GG", support="Non-Functional MTI (Weak)"),
    ]
    assert read(*rows).frame["source"].to_list() == ["mirtarbase-functional"]
    assert read(*rows).counts.dropped["rows labelled 0, no interactions"] == 2
    every = read(*rows, keep_negatives=True).frame
    assert every.select("source", "label").rows() == [
        ("mirtarbase-functional", 1),
        ("mirtarbase-non-functional", 0),
        ("mirtarbase-non-functional-weak", 0),
    ]
    assert read(row(support="")).frame["source"].to_list() == ["mirtarbase-unstated"]


def test_names__of_several_mirnas_are_left_out_with_their_candidates(read):
    frame, counts = read(row(), row(mirna="hsa-miR-375"), row(mirna="hsa-miR-720"))
    assert frame["mirna_id"].to_list() == ["hsa-miR-21-5p"]
    several = "rows whose miRNA name stands for several miRNAs of the references"
    unknown = "rows whose miRNA is not among the references"
    assert dict(counts.dropped) == {several: 1, unknown: 1}
    assert counts.examples[several] == ["hsa-miR-375: hsa-miR-375-5p or hsa-miR-375-3p"]
    assert counts.examples[unknown] == ["hsa-miR-720"]


def test_entrez_id__that_a_spreadsheet_made_a_fraction_is_whole_again(read):
    assert read(row(gene=("PTEN", "5728.0"))).frame["gene_id"].to_list() == ["5728"]


def test_data_set__has_functional_sites_lengthened_on_their_gene(tmp_path, mature, rng, random_rna):
    """The transcripts' names are those of the genes here; elsewhere their headers name them."""
    genes = {str(1000 + i): random_rna(rng, 120) for i in range(8)}
    rows = [row(bases[30:50], gene=("G", number)) for number, bases in genes.items()]
    rows.append(row(genes["1000"][60:67], gene=("G", "1000")))
    rows.append(row(genes["1001"][60:90], gene=("G", "1001"), support="Non-Functional MTI"))
    write_table(tmp_path / "sites.csv", table(*rows))
    (tmp_path / "utrs.fa").write_text("".join(f">{name}\n{bases}\n" for name, bases in genes.items()))
    sources = Sources((tmp_path / "sites.csv",), mature=mature, transcripts=tmp_path / "utrs.fa")
    counts = dataset_files(sources, tmp_path / "out", BuildSettings(negatives="dinucleotide-shuffle"))
    data = pl.read_parquet(tmp_path / "out" / "data.parquet").filter(pl.col("label") == 1)
    # 20 nt and 25 at 3'; the seed match begins 22 nt (its miRNA) before its end
    sites = [bases[30:75] for bases in genes.values()] + [genes["1000"][45:92]]
    assert sorted(data["target_sequence"]) == sorted(sites)
    assert data.filter(pl.col("start") == 45)["transcript_id"].to_list() == ["1000"]
    assert counts.dropped["rows labelled 0, no interactions"] == 1


@pytest.mark.real_data
def test_real_file__loses_only_what_it_says(shared_data):
    path = shared_data / "databases" / "mirtarbase8_target_sites.csv.gz"
    mature = shared_data / "references" / "mirbase22" / "mature.fa.gz"
    frame, counts = read_interactions(path, mature=mature, keep_negatives=True)
    assert dict(counts.dropped) == {
        "rows without a target site": 1,
        "rows whose miRNA is not among the references": 17,
        "rows whose miRNA name stands for several miRNAs of the references": 149,
    }
    assert frame.height == 7694 - 167
    sizes = dict(frame["source"].value_counts().iter_rows())
    assert sizes["mirtarbase-functional"] > 7000
    assert sizes["mirtarbase-non-functional"] > 100
    assert (frame["target_sequence"].str.len_chars() < 10).sum() > 900


@pytest.mark.real_data
def test_real_hsa_mti__is_recognised_and_has_no_sites(shared_data):
    path = shared_data / "databases" / "mirtarbase_hsa_MTI.csv.gz"
    mature = shared_data / "references" / "mirbase22" / "mature.fa.gz"
    with pytest.raises(InputError, match="layout mirtarbase expects Target Site"):
        read_interactions(path, mature=mature)
