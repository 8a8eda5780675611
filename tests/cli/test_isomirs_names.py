"""``dmiso isomirs names`` in process."""

import shlex

import pytest

from dmiso.cli.isomirs_names import command
from dmiso.errors import UsageError
from dmiso.io import read_table


@pytest.fixture
def mature(tmp_path):
    path = tmp_path / "mature.fa"
    path.write_text(
        ">hsa-miR-10a-5p MIMAT0000253\nUACCCUGUAGAUCCGAAUUUGUG\n>hsa-miR-10a-3p MIMAT0004555\nCAAAUUCGUAUCUAGGGGAAUA\n"
    )
    return path


def run(line):
    command.main(shlex.split(line), prog_name="dmiso isomirs names", standalone_mode=False)


def test_names__are_shown_with_every_candidate(mature, capsys):
    run(f"'miR-10a*' miR-11 --mature {mature}")
    said = capsys.readouterr().err
    for text in (
        "hsa-miR-10a-5p",
        "hsa-miR-10a-3p",
        "2 names; candidates: 0 one, 1 several, 1 none",
        "near: ",
    ):
        assert text in said


def test_table__is_written_and_not_shown(mature, tmp_path, capsys):
    (tmp_path / "t.tsv").write_text("mirna_id\tnucleotides\nmiR-10a*\tCAAATTCGTATCTAGGGGAATA\n")
    out = tmp_path / "out.tsv"
    run(f"--table {tmp_path / 't.tsv'} --sequence-column nucleotides --mature {mature} -o {out}")
    assert capsys.readouterr().err == "1 names; candidates: 1 one, 0 several, 0 none\n"
    assert read_table(out).select("mirna_id", "rules", "agrees").rows() == [
        ("hsa-miR-10a-5p", "arm", "false"),
        ("hsa-miR-10a-3p", "arm,sequence", "true"),
    ]


def test_quiet__says_nothing(mature, capsys):
    run(f"miR-10a -q --mature {mature}")
    assert capsys.readouterr().err == ""


def test_nothing_to_look_up__is_a_wrong_use(mature):
    with pytest.raises(UsageError, match="Give names"):
        run(f"--mature {mature}")
