"""Options that take NAME=VALUE and can be repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["named_values"]


def named_values(values: Iterable[str], option: str) -> dict[str, str]:
    """Return NAME=VALUE as pairs, in the order given.

    Parameters
    ----------
    values
        As given.
    option
        Its name, for messages.

    Raises
    ------
    click.BadParameter
        If one is not NAME=VALUE, or a name is given twice.

    Examples
    --------
    >>> named_values(["rna22=a.txt", "mitar=b=c.fa"], "--tool-output")
    {'rna22': 'a.txt', 'mitar': 'b=c.fa'}
    """
    pairs = [value.partition("=") for value in values]
    names = [name for name, _, _ in pairs]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise click.BadParameter(f"{twice} is given twice: one of them would be forgotten", param_hint=option)
    for name, sign, value in pairs:
        if not (name and sign and value):
            raise click.BadParameter(f"{name!r} is not NAME=VALUE", param_hint=option)
    return {name: value for name, _, value in pairs}
