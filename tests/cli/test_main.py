"""What the program makes of errors that are not dmiso's own."""

import inspect

import click
import pytest

from dmiso.cli import main as program


@pytest.fixture
def failing(monkeypatch):
    """A subcommand ``predict`` that raises a RuntimeError of the given text."""

    def prepare(text):
        @click.command("predict")
        def command():
            raise RuntimeError(text)

        monkeypatch.setattr(program.program, "get_command", lambda _context, _name: command)

    return prepare


def test_no_folder_for_compiled_code__is_said_with_what_to_do(failing, capsys):
    failing("cannot cache function 'helices': no locator available for file 'helices.py'")
    with pytest.raises(SystemExit) as ended:
        program.main(["predict"])
    assert ended.value.code == 1
    message = capsys.readouterr().err
    assert "neither beside the package nor in the home folder" in message
    assert "export NUMBA_CACHE_DIR=FOLDER" in message


def test_no_folder_for_compiled_code__is_told_by_words_that_numba_uses():
    caching = pytest.importorskip("numba.core.caching")
    assert "no locator available" in inspect.getsource(caching)


def test_other_runtime_errors__are_one_line_and_a_traceback_with_debug(failing, capsys):
    failing("something else")
    with pytest.raises(SystemExit) as ended:
        program.main(["predict"])
    assert ended.value.code == 1
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "RuntimeError: something else" in message
    with pytest.raises(RuntimeError, match="something else"):
        program.main(["--debug", "predict"])


def test_message__stays_one_line_of_bounded_length_whatever_a_file_holds():
    from dmiso.cli.faults import describe_fault
    from dmiso.errors import InputError, UsageError

    error = InputError("9" * 10_000 + " is not a number", path="a.tsv", column="c" * 500, hint="Mend it")
    text = describe_fault(error)
    assert text.startswith("a.tsv, column ccc")
    assert text.endswith("is not a number. Mend it.")
    assert len(text) < 1000
    assert describe_fault(UsageError("a\x1b[31m\0b")) == r"a\x1b[31m\x00b."
    assert len(describe_fault(UsageError("x" * 10**6))) <= 2001
