"""Motifs, gene sets and variants that a stranger wrote end in one line with file and line."""

import pytest

from dmiso.errors import InputError
from dmiso.explain.gene_sets import read_gmt
from dmiso.explain.motif_files import read_meme
from dmiso.explain.variants import Sequences, read_changes, read_vcf
from dmiso.records import Counts

OWN = Sequences({"let-7": "UGAGG"}, {"NM_1": "AAACCC"}, {})
MATRIX = b"MOTIF a\nletter-probability matrix: alength= 4 w= "


def vcf(path):
    return read_vcf(path, {}, OWN, Counts())


def gmt(path):
    return read_gmt(path, Counts())


def changes(path):
    return read_changes(path, OWN, Counts())


@pytest.mark.parametrize(
    ("read", "content", "message"),
    [
        (read_meme, MATRIX + b"1000000000\n1 0 0 0\n", "line 2: a motif of w= 1000000000"),
        (read_meme, MATRIX + b"9" * 5000 + b"\n", "line 2: a motif of w= 999"),
        (read_meme, MATRIX + b"0\n", "line 2: a motif of w= 0"),
        (read_meme, MATRIX + b"1\n1.5 -0.5 0 0\n", "line 3: four shares"),
        (read_meme, MATRIX + b"1\nnan 0 0 1\n", "line 3: four shares"),
        (read_meme, MATRIX + b"1\ninf -inf 0 1\n", "line 3: four shares"),
        (read_meme, b"MEME\n\xff\n", "not UTF-8 text"),
        (gmt, b"set\tabout\n", "line 1: 2 fields"),
        (gmt, b"set\tabout\tg1\nset\tabout\tg2\n", "line 2: gene set set stands twice"),
        (gmt, b"set\t\xff\tg1\n", "not UTF-8 text"),
        (vcf, b"chr1\t-5\t.\tA\tG\n", "line 1: CHROM, POS"),
        (vcf, "chr1\t²\t.\tA\tG\n".encode(), "line 1: CHROM, POS"),
        (vcf, b"chr1\t" + b"9" * 5000 + b"\t.\tA\tG\n", "line 1: CHROM, POS"),
        (vcf, b"chr1\t5\n", "line 1: CHROM, POS"),
        (vcf, b"chr1\xff\n", "not UTF-8 text"),
        (changes, b"let-7:n.9A>G\n", "line 1: position 9 lies outside let-7"),
        (changes, b"let-7:n." + b"9" * 5000 + b"A>G\n", "line 1: .*is not NAME"),
        (changes, b"let-7:n.1A>G\n", "line 1: let-7 has U at position 1, not A"),
    ],
)
def test_damage__names_file_and_line(tmp_path, read, content, message):
    path = tmp_path / "given"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        read(path)
    assert str(caught.value).startswith(str(path))
    assert len(str(caught.value).splitlines()) == 1
