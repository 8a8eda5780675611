"""Genes by genome position."""

import polars as pl
import pytest

from dmiso.dataset.site_genes import name_genes
from dmiso.errors import InputError
from dmiso.io.gene_intervals import GeneIntervals, read_gene_intervals
from dmiso.records import Counts

_GTF = (
    'chr1\tx\texon\t101\t200\t.\t+\t.\tgene_id "G1"; transcript_id "T1"; gene_name "A";\n'
    'chr1\tx\texon\t151\t300\t.\t+\t.\tgene_id "G2"; transcript_id "T2"; gene_name "B";\n'
)
_TABLE = (
    "type\tchrom\tstart1\tend\tstrand\tgene_name\tgene_type\n"
    "gene\tchr1\t1\t900\t+\tWHOLE\tx\n"
    "exon\tchr1\t101\t200\t+\tA\tx\n"
    "exon\tchr1\t151\t300\t+\tB\tx\n"
)


@pytest.mark.parametrize(("name", "text"), [("a.gtf", _GTF), ("a.tsv", _TABLE)])
def test_genes__are_found_by_their_exons_the_one_with_the_most_nucleotides_first(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    genes = read_gene_intervals(tmp_path / name, Counts())
    assert genes.find("1", "+", 140, 160) == ["A", "B"]
    assert genes.find("chr1", "+", 160, 250) == ["B", "A"]
    assert genes.find("chr1", "+", 200, 201) == ["B"]
    assert genes.find("chr1", "+", 100, 101) == ["A"]
    assert genes.find("chr1", "+", 99, 100) == []
    assert genes.find("chr1", "-", 140, 160) == []


def test_genes__a_long_exon_before_many_short_ones_is_found():
    rows = [("1", "+", 0, 10_000, "LONG"), *(("1", "+", 100 * i, 100 * i + 5, f"s{i}") for i in range(1, 50))]
    exons = pl.DataFrame(rows, schema=["chromosome", "strand", "start", "end", "gene_name"], orient="row")
    assert GeneIntervals(exons).find("1", "+", 4950, 4960) == ["LONG"]


def test_genes__a_file_without_named_exons_is_an_error(tmp_path):
    (tmp_path / "a.tsv").write_text(_TABLE.replace("exon", "UTR"))
    with pytest.raises(InputError, match="no exon with the name of a gene"):
        read_gene_intervals(tmp_path / "a.tsv", Counts())


def test_sites__get_the_gene_of_their_coordinates_only_where_none_is_named():
    exons = pl.DataFrame(
        {"chromosome": ["1"], "strand": ["+"], "start": [100], "end": [200], "gene_name": ["A"]}
    )
    frame = pl.DataFrame(
        {
            "chromosome": ["1", "1", "1", None],
            "strand": ["+", "+", "-", "+"],
            "genome_start": [110, 110, 110, 110],
            "genome_end": [150, 150, 150, 150],
            "gene_id": pl.Series([None] * 4, dtype=pl.String),
            "gene_name": [None, "B", None, None],
        }
    )
    counts = Counts()
    assert name_genes(frame, GeneIntervals(exons), counts)["gene_name"].to_list() == ["A", "B", None, None]
    assert counts.notes == {
        "sites named by their genome coordinates with the gene whose exon they lie on": 1,
        "sites whose genome coordinates lie on no exon of a gene": 1,
    }


@pytest.mark.parametrize(
    ("given", "broken"), [("101\t200", "x\t200"), ("101\t200", "0\t200"), ("151\t300", "300\t151")]
)
def test_genes__an_exon_without_usable_positions_is_an_error_with_its_line(tmp_path, given, broken):
    (tmp_path / "a.tsv").write_text(_TABLE.replace(given, broken))
    line = 3 if given.startswith("101") else 4
    with pytest.raises(InputError, match=rf"a\.tsv, line {line}.*1 exons have no whole start1"):
        read_gene_intervals(tmp_path / "a.tsv", Counts())
