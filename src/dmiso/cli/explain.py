"""``dmiso explain``: what a model looks at, for a pair, a data set, the model itself, and variants."""

from __future__ import annotations

import click

from dmiso.cli import explain_data, explain_model, explain_pair, explain_variants

__all__ = ["command"]

_EPILOG = """\b
Examples (dmiso examples writes the files):
  dmiso explain pair UGAGGUAGUAGGUUGUAUAGUU ACGAUGCAAAGGAUAAUACCUGUAUACAAGUCGCUACCUCAUAGUACU -o pair
  dmiso explain data dmiso-examples/labelled.tsv -o profiles
"""


@click.group("explain", epilog=_EPILOG)
def command() -> None:
    """Show what a model looks at, with controls, in pictures and tables.

    An explanation is about the model: it shows what moves its logit, not what happens in a cell.
    """


command.add_command(explain_pair.command)
command.add_command(explain_data.command)
command.add_command(explain_model.command)
command.add_command(explain_variants.command)
