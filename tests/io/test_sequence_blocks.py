"""Records in blocks: the same as one at a time, and what is said of them too."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.errors import InputError
from dmiso.io import sequences as module
from dmiso.io.sequences import read_blocks, read_sequences
from dmiso.records import Counts

NAMES = st.text("ab1 \t_\x0b\u00e9", max_size=4)
BASES = st.text("ACGTUacgtuNRn. ", max_size=6)


def one_by_one(path):
    counts = Counts()
    return [(r.id, r.sequence) for r in read_sequences(path, counts, kind="read")], counts


def in_blocks(path):
    counts = Counts()
    blocks = list(read_blocks(path, counts, kind="read"))
    return [pair for block in blocks for pair in zip(*block, strict=True)], counts


def outcome(read, path):
    try:
        return read(path)
    except InputError as error:
        return str(error)


@settings(max_examples=200)
@given(st.lists(st.tuples(NAMES, BASES), max_size=9), st.integers(1, 4), st.integers(1, 5), st.booleans())
def test_blocks__have_the_same_records_and_counts(tmp_path_factory, records, size, watched, fastq):
    path = tmp_path_factory.mktemp("reads") / "x.gz"
    form = "@{0}\n{1}\n+\n{2}\n" if fastq else ">{0}\n{1}\n"
    text = "".join(form.format(name, bases, "I" * len(bases)) for name, bases in records)
    path.write_bytes(gzip.compress(text.encode("latin-1")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK", size)
        patch.setattr(module, "_IDS_WATCHED", watched)
        assert outcome(in_blocks, path) == outcome(one_by_one, path)


def test_blocks__of_long_records_are_short(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_BLOCK_BASES", 10)
    path = tmp_path / "x.fa"
    path.write_text("".join(f">r{i}\n{'ACGU' * 2}\n" for i in range(5)))
    assert [len(block.ids) for block in read_blocks(path, Counts())] == [2, 2, 1]


def test_blocks__records_before_a_fault_come_first(tmp_path):
    path = tmp_path / "x.fastq"
    path.write_text("@a\nAC\n+\nII\n@b\nGG\n+\nII\n@c\nGG\n+\n")
    blocks = read_blocks(path, Counts())
    assert next(blocks).ids == ["a", "b"]
    with pytest.raises(InputError, match="neither whole FASTA nor whole FASTQ"):
        next(blocks)
