"""Calling isomiRs tells how far it is, of how many sequences, from every kind of file."""

import gzip

import pytest

from dmiso.io.mirgff3 import open_mirgff3
from dmiso.isomir import IsomirInputs, isomirs_files
from dmiso.isomir import calls as calling
from dmiso.records import Counts
from dmiso.workers import listening

from .conftest import LET7A


@pytest.fixture
def reads():
    """Fifty distinct sequences, near enough to let-7a."""
    return [LET7A[: 16 + i % 6] + tail for tail in ("A", "UA", "AU", "UU", "AA") for i in range(10)]


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Call a file, eight sequences at a time; return what is told."""
    monkeypatch.setattr(calling, "_BATCH", 8)
    (tmp_path / "mature.fa").write_text(f">hsa-let-7a-5p\n{LET7A}\n")

    def call(path, **options):
        heard = []
        with listening(lambda *work: heard.append(work)):
            isomirs_files(IsomirInputs(path, tmp_path / "mature.fa", **options), tmp_path / "calls.gff3")
        return heard

    return call


def sequences_of(told):
    return [(done, total) for what, done, total in told if what == "sequences"]


def test_isomirs__of_fastq_tells_the_bytes_read_and_then_the_distinct_sequences(tmp_path, told, reads):
    path = tmp_path / "r.fastq.gz"
    text = "".join(f"@r{i}\n{read}\n+\n{'I' * len(read)}\n" for i, read in enumerate(2 * reads))
    path.write_bytes(gzip.compress(text.encode()))
    heard = told(path)
    size, n = path.stat().st_size, len(set(reads))
    assert [(done, total) for what, done, total in heard if what == "bytes of reads"][-1] == (size, size)
    assert sequences_of(heard) == [(done, n) for done in [*range(0, n, 8), n]]


def test_isomirs__of_other_files_knows_the_records(tmp_path, told, reads):
    (tmp_path / "r.fa").write_text("".join(f">r{i}\n{read}\n" for i, read in enumerate(reads)))
    (tmp_path / "r.fq").write_text("".join(f"@{r}\n{r}\n+\n{'I' * len(r)}\n" for r in reads))
    (tmp_path / "r.tsv").write_text("sequence\tread_count\n" + "".join(f"{read}\t2\n" for read in reads))
    expected = [(done, 50) for done in [*range(0, 50, 8), 50]]
    assert sequences_of(told(tmp_path / "r.fa")) == expected
    assert sequences_of(told(tmp_path / "r.fq", collapse=False)) == expected
    assert sequences_of(told(tmp_path / "r.tsv")) == expected


def test_isomirs__of_mirgff3_knows_its_lines(tmp_path, told, reads):
    (tmp_path / "r.fa").write_text("".join(f">r{i}\n{read}\n" for i, read in enumerate(set(reads))))
    told(tmp_path / "r.fa")
    (tmp_path / "calls.gff3").rename(tmp_path / "again.gff3")
    with open_mirgff3(tmp_path / "again.gff3", Counts()) as records:
        n = len(list(records))
    heard = sequences_of(told(tmp_path / "again.gff3"))
    assert heard[-1] == (n, n)
