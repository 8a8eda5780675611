"""Names of genes: versions, maps, and names that stand for several genes."""

import pytest

from dmiso.errors import InputError
from dmiso.evaluate.genes.gene_names import GeneNames, plain_name, read_gene_map
from dmiso.records import Counts


def test_versions__are_of_accessions_alone():
    names = {
        "ENSG00000146674.16": "ENSG00000146674",
        "ENSMUST00000000001.4": "ENSMUST00000000001",
        "NM_000019.3": "NM_000019",
        "RP11-34P13.7": "RP11-34P13.7",
        "7157": "7157",
    }
    assert {name: plain_name(name) for name in names} == names


def test_map__brings_every_name_of_a_row_to_its_gene(tmp_path):
    path = tmp_path / "map.tsv"
    path.write_text(
        "refseq\tensg\tsymbol\tEntrez\nNM_1\tENSG00000000001\tABC1\t11\nNM_2.4\tENSG00000000001\tABC1\tNA\n"
    )
    counts = Counts()
    genes = GeneNames(counts)
    read_gene_map(path, genes, counts)
    for name in ("NM_1.9", "NM_2", "ABC1", "11", "ENSG00000000001.3"):
        assert genes.gene(name) == "ENSG00000000001", name
    assert genes.gene("NA") == "NA"
    assert counts.kept["rows of the map of genes"] == 2


def test_map__a_name_of_two_genes_stands_for_the_first_and_is_counted(tmp_path):
    path = tmp_path / "map.csv"
    path.write_text("gene_id,symbol\nG1,SAME\nG2,SAME\n,LOST\n")
    counts = Counts()
    genes = GeneNames(counts)
    read_gene_map(path, genes, counts)
    assert genes.gene("SAME") == "G1"
    assert counts.notes["names that stand for several genes: the first counts"] == 1
    assert counts.dropped["rows of the map of genes without a gene"] == 1


@pytest.mark.parametrize("header", ["gene_id\tlength", "refseq\tenst", "a\tb"])
def test_map__without_a_gene_or_a_second_name_is_refused(tmp_path, header):
    path = tmp_path / "map.tsv"
    path.write_text(header + "\n1\t2\n")
    with pytest.raises(InputError, match=r"map.tsv, line 1: a map of genes has .*Call them gene_id"):
        read_gene_map(path, GeneNames(Counts()), Counts())
