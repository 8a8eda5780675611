"""3'UTRs by gene."""

import pytest

from dmiso.errors import InputError
from dmiso.io.gene_utrs import read_gene_utrs
from dmiso.records import Counts


def test_headers__name_the_gene_and_its_transcripts(tmp_path):
    path = tmp_path / "utr.fa"
    path.write_text(">2 symbol=A2M len=4 refseq=NM_000014,NM_2\nACGT\n>10 symbol= len=3\nGGG\n")
    counts = Counts()
    utrs = read_gene_utrs(path, counts)
    assert utrs["2"].gene_names == ("A2M", "NM_000014", "NM_2")
    assert utrs["2"].part("3'UTR") == (0, 4)
    assert (utrs["10"].gene_names, utrs["10"].sequence) == ((), "GGG")


def test_name__that_comes_twice_is_refused(tmp_path):
    path = tmp_path / "utr.fa"
    path.write_text(">2 symbol=A2M\nACGT\n>2 symbol=A2M\nACGG\n")
    with pytest.raises(InputError, match="record 2: a 3'UTR of this name came before"):
        read_gene_utrs(path, Counts())
