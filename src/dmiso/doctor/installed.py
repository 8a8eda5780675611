"""dmiso, Python and the packages: their versions, and whether they are those that dmiso asks for."""

from __future__ import annotations

import platform
import re
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING, Final, NamedTuple

import dmiso
from dmiso.doctor.checks import Check
from dmiso.extras import EXTRAS, is_installed

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["check_extras", "check_packages", "check_versions"]

_NAME: Final = "dmiso"
_REQUIREMENT: Final = re.compile(r"([\w.-]+)(?:\[[\w,]+\])?>=([\d.]+)(?:; *extra *== *['\"](\w+)['\"])?$")
"""All that pyproject.toml declares has this form; a test holds it to that."""
_AGAIN: Final = "pip install --upgrade --force-reinstall"


class Requirement(NamedTuple):
    """A package that dmiso asks for: its name, the least version, and the extra that asks (None: the core)."""

    package: str
    least: str
    extra: str | None

    @property
    def found(self) -> str | None:
        """The version that is installed; None where none is."""
        try:
            return version(self.package)
        except PackageNotFoundError:
            return None

    @property
    def fault(self) -> str | None:
        """What is wrong with it; None if nothing is."""
        found = self.found
        if found is None:
            return f"{self.package} is not installed"
        if _numbers(found) < _numbers(self.least):
            return f"{self.package} {found} is older than {self.least}"
        return None


def declared() -> Iterator[Requirement]:
    """Yield what the installed dmiso asks for; nothing where it was not installed but only copied."""
    try:
        lines = requires(_NAME) or []
    except PackageNotFoundError:
        return
    for line in lines:
        if found := _REQUIREMENT.match(line):
            yield Requirement(*found.groups())


def _numbers(text: str) -> tuple[int, ...]:
    r"""Return the numbers that a version begins with.

    Examples
    --------
    >>> _numbers("2.13.0+cpu") < _numbers("2.14"), _numbers("3.0rc1")
    (True, (3, 0))
    """
    found = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(map(int, found.group().split("."))) if found else ()


def check_versions() -> Iterator[Check]:
    """Yield dmiso's own version and what it runs on."""
    facts = {
        "dmiso": dmiso.__version__,
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": platform.platform(),
        "executable": sys.executable,
        "folder": str(dmiso.__path__[0]),
    }
    said = f"{facts['dmiso']} on {facts['implementation']} {facts['python']}, {facts['platform']}"
    yield Check("dmiso", "ok", f"{said}, in {facts['folder']}", facts=facts)


def check_packages() -> Iterator[Check]:
    """Yield one check of all packages of the core."""
    wanted = [one for one in declared() if one.extra is None]
    if not wanted:
        advice = "To be sure of the packages it needs, install it: pip install dmiso"
        yield Check(
            "packages", "note", "dmiso is not installed by pip or conda, but run from a folder", advice
        )
        return
    facts = {one.package: one.found for one in wanted}
    faults = [one for one in wanted if one.fault]
    if faults:
        names = " ".join(f"'{one.package}>={one.least}'" for one in faults)
        said = "; ".join(str(one.fault) for one in faults)
        yield Check("packages", "broken", said, f"{_AGAIN} {names}", facts)
        return
    yield Check("packages", "ok", ", ".join(f"{name} {found}" for name, found in facts.items()), facts=facts)


def check_extras() -> Iterator[Check]:
    """Yield a check per extra: what it is for, what of it is there, the line that installs it."""
    least = {(one.extra, one.package.lower()): one for one in declared()}
    for extra in dict.fromkeys(known.extra for known in EXTRAS.values()):
        modules = {module: known for module, known in EXTRAS.items() if known.extra == extra}
        purpose = ", ".join(dict.fromkeys(known.purpose for known in modules.values()))
        there = [module for module in modules if is_installed(module)]
        facts = {
            modules[m].package: Requirement(modules[m].package, "0", extra).found or "installed"
            for m in there
        }
        old = [
            one.fault
            for m in there
            if (one := least.get((extra, modules[m].package.lower()))) and one.found and one.fault
        ]
        line = f"pip install 'dmiso[{extra}]'"
        said = ", ".join(f"{name} {found}" for name, found in facts.items())
        if not there:
            names = ", ".join(dict.fromkeys(known.package for known in modules.values()))
            yield Check(f"extra {extra}", "absent", f"{names} not installed, for {purpose}", line)
        elif old or len(there) < len(modules):
            gone = [f"{known.package} is not installed" for m, known in modules.items() if m not in there]
            faults = "; ".join(dict.fromkeys([*gone, *map(str, old)]))
            yield Check(f"extra {extra}", "note", f"{faults} (for {purpose})", f"{line} --upgrade", facts)
        else:
            yield Check(f"extra {extra}", "ok", f"{said}, for {purpose}", facts=facts)
