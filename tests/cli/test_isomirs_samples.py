"""``dmiso isomirs READS... -o FOLDER``: what is said, and what is refused."""

import gzip

import pytest

from dmiso.cli.main import _run
from dmiso.examples import write_examples

LET7 = "TGAGGTAGTAGGTTGTATAGTT"


@pytest.fixture
def here(tmp_path, monkeypatch):
    write_examples(tmp_path / "e")
    for name in ("a", "b"):
        read = LET7 + "TGGAATTCTCGGGTGCC"
        text = "".join(f"@r{i}\n{read}\n+\n{'I' * len(read)}\n" for i in range(40))
        (tmp_path / f"{name}.fastq.gz").write_bytes(gzip.compress(text.encode()))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_samples__what_was_found_is_said_once_for_samples_alike(here, capsys):
    assert _run(["isomirs", "a.fastq.gz", "b.fastq.gz", "--mature", "e/mature.fa", "-o", "out"]) == 0
    said = capsys.readouterr().err
    assert "a and 1 more: 3' adapter TGGAATTCTCGGGTGCCAAGG (Illumina small RNA) in 100% of reads" in said
    assert "b: 40 reads, 40 inserts counted, 40 of miRNAs (100.0%)" in said
    assert "out/counts: 1 miRNAs and 1 isomiRs in 2 samples" in said


def test_samples__are_named_as_asked(here):
    words = "isomirs a.fastq.gz b.fastq.gz --sample x --sample x --mature e/mature.fa -q -o out"
    assert _run(words.split()) == 0
    assert (here / "out" / "counts" / "mirnas.tsv").read_text() == "feature\tx\nhsa-let-7a-5p\t80\n"


def test_samples__one_file_into_a_folder_is_one_sample(here):
    assert _run(["isomirs", "a.fastq.gz", "--mature", "e/mature.fa", "-q", "-o", "out"]) == 0
    assert (here / "out" / "counts" / "isomirs.tsv").read_text() == "feature\ta\nhsa-let-7a-5p;exact\t40\n"


def test_one_file_to_a_table__is_not_trimmed(here, capsys):
    assert _run(["isomirs", "a.fastq.gz", "--mature", "e/mature.fa", "-o", "calls.tsv"]) == 1
    assert "Trim adapters first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("isomirs --mature e/mature.fa -o out", "No reads were given"),
        ("isomirs a.fastq.gz b.fastq.gz --mature e/mature.fa -o out.tsv", "give -o FOLDER"),
        ("isomirs a.fastq.gz b.fastq.gz --mature e/mature.fa", "give -o FOLDER"),
        (
            "isomirs a.fastq.gz --mature e/mature.fa --kit qiaseq -o o.tsv",
            "--kit has no effect without -o FOLDER",
        ),
        ("isomirs a.fastq.gz --mature e/mature.fa --workers 2 -o o.gff3", "--workers has no effect without"),
        (
            "isomirs a.fastq.gz --mature e/mature.fa --show 3 -o out",
            "--show has no effect without -o FILE.tsv",
        ),
        ("isomirs a.fastq.gz --mature e/mature.fa --no-trim --kit qiaseq -o out", "no effect with --no-trim"),
        ("isomirs a.fastq.gz --mature e/mature.fa --kit qiasek -o out", "'qiasek' is no kit"),
        ("isomirs a.fastq.gz --mature e/mature.fa --formats tvs -o out", "no format of count matrices"),
        ("isomirs a.fastq.gz a.fastq.gz --mature e/mature.fa -o out", "would be the sample a"),
        ("isomirs a.fastq.gz --mature e/mature.fa -o a.fastq", "cannot be written as"),
    ],
)
def test_samples__what_cannot_be_is_refused_before_any_work(here, capsys, words, said):
    before = sorted(path.name for path in here.iterdir())
    assert _run(words.split()) == 2
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in here.iterdir()) == before


def test_samples__a_kit_that_is_not_theirs_loses_loudly(here, capsys):
    assert (
        _run(["isomirs", "a.fastq.gz", "--mature", "e/mature.fa", "--kit", "nextflex", "-q", "-o", "out"])
        == 1
    )
    said = capsys.readouterr().err
    assert "none of 40 reads was kept after trimming: 40 reads too short after trimming" in said
    assert "a known miRNA in 100% of reads" in said
    assert "cut: 4 nt before the insert, 3' adapter TGGAATTCTCGGGTGCCAAGG, 4 nt behind the insert" in said
    assert "See --kit, --adapter" in said


def test_samples__of_a_format_that_has_samples_already_are_refused(here, capsys):
    (here / "calls.tsv").write_text("sequence\tread_count\nACGU\t3\n")
    assert _run(["isomirs", "calls.tsv", "a.fastq.gz", "--mature", "e/mature.fa", "-o", "out"]) == 1
    assert "calls.tsv, line 1: FASTQ begins with '@'" in capsys.readouterr().err
