"""``dmiso doctor``: whether this installation works."""

from __future__ import annotations

import json
import sys

import click

from dmiso.cli.paths import CheckedCommand

__all__ = ["command"]

_EPILOG = """\b
Examples:
  dmiso doctor
  dmiso doctor --json
"""


@click.command("doctor", cls=CheckedCommand, epilog=_EPILOG)
@click.option("--json", "as_json", is_flag=True, help="For programs: a JSON object of all checks.")
def command(*, as_json: bool) -> None:
    """Say whether this installation works, and what to do where it does not.

    Versions, packages, extras and programs; cores, memory and temporary space; models and references by their hashes;
    a self-test with known answers, seconds long (with code to compile, up to a minute). The exit code is 1 if something
    that the core needs is broken. FAIL marks that; "note" what costs time or comfort; "-" what only some users need and
    is not there. To report a fault, send this.
    """
    from dmiso.doctor import doctor

    if sys.stderr.isatty():
        click.echo("trying things; the first time code is compiled, which may take a minute ...", err=True)
    found = doctor()
    click.echo(json.dumps(found.as_dict(), indent=1) if as_json else found.text())
    if not found.healthy:
        raise click.exceptions.Exit(1)
