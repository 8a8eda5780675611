"""What a settings class says of a field, and the one check of all fields.

A field is declared as ``max_gap: Annotated[int, Setting("Nucleotides between the parts.", LENGTH_OR_NONE)] = 4``:
type and default as in any dataclass, the rest in its :class:`Setting`. Modules of settings do not import
``annotations`` from ``__future__``: their annotations are read when they run.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from dmiso.errors import UsageError
from dmiso.settings.ranges import Range

__all__ = ["DeclaredSetting", "Setting", "check_settings", "declared_settings"]


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a field besides its type and default.

    Parameters
    ----------
    help
        The sentence of its help.
    range
        Of a number; None for what is not a number.
    needs
        Conditions without which it has no effect, as :func:`dmiso.cli.needs.check_needs` reads them.
    unset
        What happens where it is None or empty, as the help shows for the default; nothing is shown where it is empty.
    metavar
        How the help shows a value; empty takes the type's.
    flag
        The option, where it is not the field's name with hyphens; ``--yes/--no`` for a switch.
    formerly
        Spellings of the option that still work and name the new one.
    separator
        What parts the values of a tuple in one word; without one the option is given once per value.
    """

    help: str
    range: Range | None = None
    needs: tuple[str, ...] = ()
    unset: str = ""
    metavar: str = ""
    flag: str = ""
    formerly: tuple[str, ...] = ()
    separator: str = ""


class DeclaredSetting(NamedTuple):
    """A declared field: its setting, and what its annotation says.

    ``kind`` is the type of one value; ``choices`` are those of a ``Literal``, besides a number perhaps; ``is_optional``
    allows None; ``is_many`` is a tuple of values.
    """

    setting: Setting
    kind: type
    choices: tuple[str, ...]
    is_optional: bool
    is_many: bool

    def problem(self, value: object) -> str:
        """Say what is wrong with a value; nothing if it can be used."""
        if value is None:
            return "" if self.is_optional else "a value is needed"
        if value in self.choices:
            return ""
        if self.setting.range is None:
            return f"it must be one of {', '.join(self.choices)}" if self.choices else ""
        if isinstance(value, bool) or not isinstance(value, Integral if self.kind is int else Real):
            return f"it must be a {'whole number' if self.kind is int else 'number'}"
        if not (math.isfinite(value) and float(value) in self.setting.range):
            return f"it must be {self.setting.range}"
        return ""


def declared_settings(settings: type) -> dict[str, DeclaredSetting]:
    """Return the declared fields of a settings class by name, in its order.

    Parameters
    ----------
    settings
        A dataclass.

    Examples
    --------
    >>> from dmiso.settings.scan import ScanSettings
    >>> declared_settings(ScanSettings)["max_q"].setting.range
    Range(least=0, most=1, above_least=False, below_most=False)
    """
    hints = get_type_hints(settings, include_extras=True)
    found = {}
    for field in fields(settings):
        for note in getattr(hints[field.name], "__metadata__", ()):
            if isinstance(note, Setting):
                found[field.name] = _declared(note, hints[field.name].__origin__)
    return found


def _declared(setting: Setting, annotation: Any) -> DeclaredSetting:
    """Read an annotation: a union of ``T``, ``tuple[T, ...]``, ``Literal[...]`` and None."""
    is_union = get_origin(annotation) in {Union, UnionType}
    kinds = list(get_args(annotation)) if is_union else [annotation]
    is_many = get_origin(kinds[0]) in {tuple, Sequence}
    if is_many:
        kinds[0] = get_args(kinds[0])[0]
    choices = tuple(word for kind in kinds if get_origin(kind) is Literal for word in get_args(kind))
    plain = [kind for kind in kinds if get_origin(kind) is not Literal and kind is not NoneType]
    kind = (get_origin(plain[0]) or plain[0]) if plain else str
    return DeclaredSetting(setting, kind, choices, NoneType in kinds, is_many)


def check_settings(settings: Any) -> None:
    """Refuse values beyond what a settings class declares; said in its ``__post_init__``.

    Parameters
    ----------
    settings
        An instance of a dataclass with declared fields.

    Raises
    ------
    UsageError
        Naming the field, the value and what it must be.

    Examples
    --------
    >>> from dmiso.settings.scan import ScanSettings
    >>> ScanSettings(max_q=2)
    Traceback (most recent call last):
    dmiso.errors.UsageError: max_q is 2; it must be between 0 and 1.
    """
    for name, declared in declared_settings(type(settings)).items():
        value = getattr(settings, name)
        for one in value or () if declared.is_many else (value,):
            if problem := declared.problem(one):
                raise UsageError(f"{name} is {one!r}; {problem}.")
