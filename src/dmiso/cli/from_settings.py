"""Options made from settings classes, and settings objects made from options.

What is said of a field (:class:`dmiso.settings.setting.Setting`) is all that an option has: type, range, choices,
default and sentence. A command says only under which heading the options stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from dmiso.cli.numbers import Real, Whole
from dmiso.cli.options import GroupedOption
from dmiso.cli.paths import INPUT
from dmiso.settings.setting import DeclaredSetting, declared_settings

__all__ = ["options_of", "settings_of"]

_Command = TypeVar("_Command", bound="Callable[..., Any]")
_Settings = TypeVar("_Settings")
_OWN: Final[Mapping[str, object]] = {}


class _Words(click.ParamType[tuple[str, ...]]):
    """Several words in one, such as ``3utr,cds``."""

    name = "text"

    def __init__(self, separator: str) -> None:
        self._separator = separator

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Return the words."""
        del param, ctx
        if isinstance(value, tuple):
            return value
        return tuple(word.strip() for word in str(value).split(self._separator)) if value else ()


def options_of(
    settings: type,
    *names: str,
    group: str,
    types: Mapping[str, click.ParamType[Any]] | None = None,
    defaults: Mapping[str, object] = _OWN,
    told: Mapping[str, object] = _OWN,
) -> Callable[[_Command], _Command]:
    """Return what adds an option for each declared field of a settings class.

    Parameters
    ----------
    settings
        A dataclass whose fields hold :class:`~dmiso.settings.setting.Setting`.
    *names
        Fields to take, in this order; none takes all.
    group
        The heading that they stand under.
    types
        Click's type by field, for values that their annotations cannot say.
    defaults
        Default by field, where the command's is not the class's.
    told
        Settings by name where the default depends on a name that is given elsewhere (a preset, a network): nothing is
        the default then, and the help shows each.
    """
    declared = declared_settings(settings)
    own = {field.name: _default(field) for field in fields(settings)} | dict(defaults)
    chosen = names or tuple(declared)

    def add(command: _Command) -> _Command:
        for name in reversed(chosen):
            option = _option(name, declared[name], own[name], (types or {}).get(name), told)
            command = click.option(*option.pop("words"), cls=GroupedOption, group=group, **option)(command)
        return command

    return add


def settings_of(settings: type[_Settings], given: Mapping[str, Any], **more: Any) -> _Settings:
    """Return a settings object filled with a command's parameters.

    Parameters
    ----------
    settings
        The dataclass that :func:`options_of` took.
    given
        Parameters by name; those of other classes are left aside. None is a value where the field takes it, and
        otherwise leaves the class's default.
    **more
        Fields that have no option, or a value made of theirs.

    Raises
    ------
    UsageError
        If the class refuses them.
    """
    own = {
        name: given[name]
        for name, declared in declared_settings(settings).items()
        if name in given and (declared.is_optional or given[name] is not None)
    }
    return settings(**own | more)


def _default(field: Field[Any]) -> object:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _option(
    name: str,
    declared: DeclaredSetting,
    default: object,
    own_type: click.ParamType[Any] | None,
    told: Mapping[str, object],
) -> dict[str, Any]:
    """Return what :func:`click.option` takes for a field: its words, and the rest by name."""
    setting = declared.setting
    flag = setting.flag or "--" + name.replace("_", "-")
    unset = _said(name, told) if told else setting.unset
    default = None if told or default in _EMPTY else default
    option: dict[str, Any] = {
        "default": default,
        "show_default": True,
        "help": setting.help + (f"  [default: {unset}]" if unset and default is None else ""),
        "needs": setting.needs,
        "formerly": setting.formerly,
        "metavar": setting.metavar or None,
    }
    if declared.kind is not bool:
        many = not setting.separator if declared.is_many else declared.kind is Mapping
        option |= {"multiple": many, "type": own_type or _type(declared)}
    elif default is not False and "/" not in flag:
        flag = f"{flag}/--no-{flag.removeprefix('--')}"
    elif "/" not in flag:
        option["is_flag"] = True
    return option | {"words": (flag, name)}


_EMPTY: Final[tuple[object, ...]] = (None, (), {})


def _type(declared: DeclaredSetting) -> click.ParamType[Any]:
    """Return click's type of one value."""
    setting = declared.setting
    if declared.choices and setting.range is None:
        return click.Choice(declared.choices)
    if setting.separator:
        return _Words(setting.separator)
    if declared.kind is int and setting.range is not None:
        return Whole(setting.range)
    if declared.kind is float and setting.range is not None:
        return Real(setting.range)
    return INPUT if declared.kind is Path else click.STRING


def _said(name: str, told: Mapping[str, object]) -> str:
    """Return the defaults of all names, or the one that they share."""
    values = {title: _shown(getattr(settings, name)) for title, settings in told.items()}
    if len(set(values.values())) == 1:
        return next(iter(values.values()))
    return ", ".join(f"{title} {value}" for title, value in values.items())


def _shown(value: object) -> str:
    if value is None:
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
