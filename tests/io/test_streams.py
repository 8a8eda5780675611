"""Inputs in all the ways they come: compressed, piped, marked, damaged, or no input at all."""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import sys
import threading
from pathlib import Path

import pytest
from backports import zstd

from dmiso.errors import InputError, UsageError
from dmiso.io.ascii_text import ascii_text
from dmiso.io.streams import (
    STDIN,
    following,
    hashable_file,
    input_size,
    local_file,
    open_input,
    read_once,
    require_file,
)

PACK = {
    "plain": bytes,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd.compress,
}
CONTENT = b">a\nACGU\n" * 5000


def read(path):
    with open_input(path) as handle:
        return handle.read()


@pytest.mark.parametrize("kind", PACK)
def test_open_input__compression_is_detected_by_content(tmp_path, kind):
    path = tmp_path / "x.fa"  # the name says nothing
    path.write_bytes(PACK[kind](CONTENT))
    assert read(path) == CONTENT


@pytest.mark.parametrize("kind", PACK)
def test_open_input__passes_over_a_byte_order_mark(tmp_path, kind):
    path = tmp_path / "x.fa"
    path.write_bytes(PACK[kind](b"\xef\xbb\xbf" + CONTENT))
    assert read(path) == CONTENT


@pytest.mark.parametrize("kind", [kind for kind in PACK if kind != "plain"])
def test_open_input__a_stream_that_is_cut_short_is_an_error_of_that_file(tmp_path, kind):
    path = tmp_path / "x.fa"
    path.write_bytes(PACK[kind](os.urandom(200_000))[:-100_000])
    with pytest.raises(InputError, match=rf"x\.fa: the {kind} stream is damaged or cut short"):
        read(path)


def test_open_input__two_gzip_members_are_one_text(tmp_path):
    (tmp_path / "x").write_bytes(gzip.compress(b"one\n") + gzip.compress(b"two\n"))
    assert read(tmp_path / "x") == b"one\ntwo\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04rest", "a zip archive or a spreadsheet"),
        ("a\tb\n".encode("utf-16"), "text in UTF-16"),
        (b"PAR1....", "a Parquet file"),
    ],
)
def test_open_input__says_what_is_no_text(tmp_path, content, message):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read(tmp_path / "x")


def test_open_input__an_error_of_the_one_who_reads_is_not_told_as_the_files(tmp_path):
    (tmp_path / "x").write_bytes(gzip.compress(CONTENT))

    def failing():
        with open_input(tmp_path / "x"):
            raise EOFError("mine")

    with pytest.raises(EOFError, match="mine"):
        failing()


def feed(path, content):
    """Write to a FIFO from another thread, as a process substitution does; once."""
    thread = threading.Thread(target=path.write_bytes, args=(content,))
    thread.start()
    return thread


def test_read_once__a_pipe_can_be_read_twice_and_hashed(tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    packed = gzip.compress(CONTENT)
    writer = feed(fifo, packed)
    with read_once():
        assert read(fifo) == CONTENT
        assert read(fifo) == CONTENT
        assert local_file(fifo).read_bytes() == packed
        hashed = hashable_file(fifo)
        assert hashlib.sha256(hashed.read_bytes()).digest() == hashlib.sha256(packed).digest()
    writer.join(timeout=20)
    assert not hashed.exists()


def test_read_once__standard_input_too(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(CONTENT))))
    with read_once(), read_once():  # the outermost counts
        assert read(STDIN) == read(STDIN) == CONTENT
    assert hashable_file(STDIN) is None


def test_local_file__a_pipe_outside_of_read_once_is_refused(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(UsageError, match="can be read only once; this needs a file"):
        local_file(tmp_path / "fifo")
    assert hashable_file(tmp_path / "fifo") is None


def test_local_file__a_file_is_itself(tmp_path):
    (tmp_path / "x").touch()
    with read_once():
        assert local_file(tmp_path / "x") == tmp_path / "x"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent", "does not exist"),
        ("folder", "is a directory"),
        ("file/below", "cannot be opened: Not a directory"),
        ("n" * 300, "cannot be opened: File name too long"),
        ("loop", "cannot be opened: Too many levels"),
    ],
)
def test_require_file__says_what_is_wrong(tmp_path, name, message):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError, match=message):
        require_file(tmp_path / name)


def test_require_file__a_device_without_end_is_refused_and_the_null_device_is_empty():
    with pytest.raises(UsageError, match="is a device or a socket"):
        require_file(Path("/dev/zero"))
    assert read(Path(os.devnull)) == b""


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1 << 17])
@pytest.mark.parametrize(
    "content", [b"", b"\n \r\n", b"\n\n@a\nAC\n+\nII\n\n\n", b"@a\n\nAC", b"@a\nAC\r\n\r\n"]
)
def test_ascii_text__leaves_out_blank_lines_around_and_nothing_else(content, size):
    class Dribble(io.BytesIO):
        def read(self, _n=-1):
            return super().read(size)

    found = ascii_text(Dribble(content)).read()
    body = content.strip()
    assert found == (body + b"\n" if body and content != content.rstrip() else body)


def test_read_sequences__a_line_longer_than_any_chromosome_is_refused(tmp_path, monkeypatch):
    from dmiso.errors import InputError
    from dmiso.io import ascii_text, read_sequences
    from dmiso.records import Counts

    monkeypatch.setattr("dmiso.io.ascii_text.LONGEST_RECORD_LINE", 1000)
    path = tmp_path / "a.fa"
    path.write_text(">a\n" + "ACGU" * 200 + "\n>b\n" + "ACGU" * 300)
    with pytest.raises(InputError, match=r"a\.fa: a line is longer than 1,000 nucleotides"):
        list(read_sequences(path, Counts()))
    del ascii_text


@pytest.mark.parametrize("kind", PACK)
def test_following__tells_the_bytes_on_the_disk_as_they_are_read(tmp_path, kind):
    path = tmp_path / "x.fa"
    path.write_bytes(PACK[kind](os.urandom(1_500_000).hex().encode()))
    told = []
    with following(told.append):
        read(path)
    assert sum(told) == input_size(path) == path.stat().st_size
    assert max(told) < input_size(path) / 2
    read(path)
    assert sum(told) == input_size(path)


def test_following__of_a_pipe_that_is_streamed_nothing_is_told(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(CONTENT,))
    writer.start()
    told = []
    with following(told.append):
        assert read(pipe) == CONTENT
    writer.join()
    assert (told, input_size(pipe)) == ([], None)
