"""Which files are which sample, and what is refused."""

import pytest

from dmiso.errors import InputError, UsageError
from dmiso.samples.inputs import SampleInputs, samples_of


@pytest.fixture
def files(tmp_path):
    (tmp_path / "lane2").mkdir()
    paths = [tmp_path / "a.fastq.gz", tmp_path / "b.fq", tmp_path / "lane2" / "a.fastq.gz"]
    for path in paths:
        path.write_text("")
    return paths


def sheet(tmp_path, text):
    path = tmp_path / "sheet.tsv"
    path.write_text(text)
    return SampleInputs(sheet=path)


def test_samples__are_named_after_their_files(files):
    assert [one.name for one in samples_of(SampleInputs(tuple(files[:2])))] == ["a", "b"]


def test_samples__of_one_name_given_are_one_sample(files):
    [one, other] = samples_of(SampleInputs(tuple(files), ("x", "y", "x")))
    assert (one.name, one.files, other.name) == ("x", (files[0], files[2]), "y")


def test_samples__two_files_called_alike_need_names(files):
    with pytest.raises(UsageError, match=r"two files of reads would be the sample a .*--sample"):
        samples_of(SampleInputs(tuple(files)))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("x",), "1 --sample were given for 2 files"),
        (("x", "y/z"), "'y/z' cannot name a sample"),
        (("x", "feature"), "'feature' cannot name a sample: tables of counts have that column"),
        (("x", "a|b"), "cannot name a sample"),
    ],
)
def test_samples__names_that_cannot_be_are_refused(files, names, said):
    with pytest.raises(UsageError) as caught:
        samples_of(SampleInputs(tuple(files[:2]), names))
    assert said in str(caught.value)


def test_samples__a_file_given_twice_is_refused(files):
    with pytest.raises(UsageError, match="is given twice: its reads would count twice"):
        samples_of(SampleInputs((files[0], files[0]), ("x", "y")))


def test_sheet__has_files_beside_it_groups_and_lanes(files, tmp_path):
    text = "sample\tfile\tgroup\tage\nx\ta.fastq.gz\tcase\t3\ny\tb.fq\tcontrol\t4\nx\tlane2/a.fastq.gz\tcase\t3\n"
    one, other = samples_of(sheet(tmp_path, text))
    assert (one.name, one.group, one.files) == ("x", "case", (files[0], files[2]))
    assert (other.name, other.group) == ("y", "control")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sample\tpath\nx\ta.fastq.gz\n", "sheet.tsv, line 1: column file is missing; found sample, path"),
        ("sample\tfile\nx\tnone.fq\n", "line 2, column file: the file 'none.fq' does not exist"),
        ("sample\tfile\nx\ta.fastq.gz\ny\ta.fastq.gz\n", "line 3, column file: a.fastq.gz is given twice"),
        (
            "sample\tfile\tgroup\nx\ta.fastq.gz\tp\nx\tb.fq\tq\n",
            "line 3: sample x is of group 'q' here, and of 'p'",
        ),
        ("sample\tfile\nx y\ta.fastq.gz\n", "line 2: 'x y' cannot name a sample"),
    ],
)
def test_sheet__faults_are_named_by_line(files, tmp_path, text, said):
    with pytest.raises(InputError) as caught:
        samples_of(sheet(tmp_path, text))
    assert said in str(caught.value)


def test_sheet__beside_reads_is_refused(files, tmp_path):
    with pytest.raises(UsageError, match="leave out READS and --sample"):
        samples_of(SampleInputs((files[0],), sheet=tmp_path / "sheet.tsv"))
