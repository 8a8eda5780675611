"""--pictures and --formats, the same for every command that draws."""

import click
import pytest

from dmiso.cli.pictures import chosen_formats, picture_options
from dmiso.errors import MissingExtraError, UsageError


@click.command()
@picture_options("all of it", by_default=True)
def program(*, pictures, formats):
    click.echo(chosen_formats(pictures, formats, purpose="drawing it"))


def run(*words):
    from click.testing import CliRunner

    return CliRunner().invoke(program, words)


@pytest.mark.parametrize(
    ("words", "formats"),
    [
        ((), ("svg", "png")),
        (("--pictures",), ("svg", "png")),
        (("--no-pictures",), ()),
        (("--formats", "pdf, SVG,pdf"), ("svg", "pdf")),
        (("--formats", "png", "--pictures"), ("png",)),
    ],
)
def test_formats__are_those_asked_for_each_once(words, formats):
    assert run(*words).output.strip() == str(formats)


def test_unknown_format__lists_the_known_ones():
    found = run("--formats", "svg,jpeg")
    assert found.exit_code == 2
    assert "'jpeg' is not one of svg, png, pdf" in found.output
    assert run("--formats", "").exit_code == 2


def test_formats_without_pictures__are_refused():
    with pytest.raises(UsageError, match="--formats has no effect with --no-pictures"):
        chosen_formats(False, ("svg",), purpose="drawing it")


def test_default__draws_nothing_where_a_command_says_so():
    assert chosen_formats(None, None, purpose="drawing it", by_default=False) == ()
    assert chosen_formats(None, ("pdf",), purpose="drawing it", by_default=False) == ("pdf",)


def test_without_matplotlib__only_who_asks_is_stopped(monkeypatch, capsys):
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr("dmiso.extras.is_installed", lambda _module: False)
    assert chosen_formats(None, None, purpose="drawing it") == ()
    assert "No pictures: matplotlib is not installed" in capsys.readouterr().err
    assert chosen_formats(None, None, purpose="drawing it", by_default=False) == ()
    with pytest.raises(MissingExtraError, match="drawing it needs matplotlib"):
        chosen_formats(None, ("svg",), purpose="drawing it", by_default=False)
