"""Looks at everything, in the order in which it matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmiso.doctor.checks import Check, Diagnosis
from dmiso.doctor.installed import check_extras, check_packages, check_versions
from dmiso.doctor.machine import check_machine
from dmiso.doctor.programs import check_programs
from dmiso.doctor.trial import check_trial

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["doctor"]


def doctor() -> Diagnosis:
    """Look whether this installation works: what ``dmiso doctor`` does.

    Versions, packages and extras; cores, memory, temporary space and terminal; programs of others; a self-test with
    known answers in a child interpreter; bundled models and references. It takes a few seconds; until numba has
    compiled, up to a minute more.

    Returns
    -------
    Diagnosis
        Printed, it is the command's text; ``healthy`` says whether nothing that the core needs is broken.

    Examples
    --------
    >>> import dmiso
    >>> found = dmiso.doctor()
    >>> found.healthy, found.of("self-test, small scan").found
    (True, 'the site found where it is')
    """
    checks = [*check_versions(), *check_packages(), *check_machine()]
    checks += check_trial()
    checks += _stock(checks)
    return Diagnosis((*checks, *check_extras(), *check_programs()))


def _stock(checks: list[Check]) -> Iterator[Check]:
    """Yield models and references; their readers need the packages that the trial imported."""
    if not any(check.subject == "self-test, imports" and check.status == "ok" for check in checks):
        yield Check("models and references", "note", "not looked at, as packages cannot be imported")
        return
    from dmiso.doctor.stock import check_models, check_references

    yield from check_models()
    yield from check_references()
