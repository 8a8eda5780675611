"""Every command of the program that runs, for the tests that walk over all of them."""

import click

from dmiso.cli.main import program


def leaves(group=program, words=()):
    """Yield the words of every command that runs, and the command."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from leaves(command, (*words, name))
        else:
            yield " ".join((*words, name)), command
