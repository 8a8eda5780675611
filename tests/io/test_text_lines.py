"""Text inputs line by line: strict, bounded, and told where they are wrong."""

import bz2

import pytest

from dmiso.errors import InputError
from dmiso.explain.gene_sets import read_gmt
from dmiso.explain.motif_files import read_meme
from dmiso.explain.variants import Sequences, read_changes
from dmiso.io import text_lines
from dmiso.io.mirgff3 import open_mirgff3
from dmiso.io.text_lines import open_lines
from dmiso.records import Counts


def _mirgff3(path):
    with open_mirgff3(path, Counts()) as reader:
        return list(reader)


READERS = {
    "gene sets": lambda path: read_gmt(path, Counts()),
    "motifs": read_meme,
    "changes": lambda path: read_changes(path, Sequences({}, {}, {}), Counts()),
    "mirGFF3": _mirgff3,
}


def test_open_lines__reads_compressed_text_and_passes_over_a_mark(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(bz2.compress(b"\xef\xbb\xbfone\ntwo"))
    with open_lines(path) as lines:
        assert list(lines) == ["one\n", "two"]


@pytest.mark.parametrize("name", READERS)
def test_small_readers__name_the_file_whose_bytes_are_not_utf8(tmp_path, name):
    path = tmp_path / "latin.txt"
    path.write_bytes("##é\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin\.txt: the file is not UTF-8 text"):
        READERS[name](path)


@pytest.mark.parametrize("name", READERS)
def test_small_readers__refuse_a_line_that_does_not_end(tmp_path, name, monkeypatch):
    monkeypatch.setattr(text_lines, "LONGEST_LINE", 1000)
    path = tmp_path / "long.txt"
    path.write_text("##" + "A" * 1001 + "\n")
    with pytest.raises(InputError, match=r"long\.txt, line 1: the line is longer than 1,000 characters"):
        READERS[name](path)
