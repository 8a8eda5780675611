"""The bundled models and the references at hand, compared with their hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.doctor.checks import Check
from dmiso.errors import DmisoError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["check_models", "check_references"]

_AGAIN: Final = "Install dmiso again: pip install --force-reinstall dmiso"


def check_models(bundled: Path | None = None) -> Iterator[Check]:
    """Yield a check of all bundled models that are whole, and one of each that is not.

    Parameters
    ----------
    bundled
        Directory of bundled models; None means the package's own.
    """
    from dmiso.models.registry import BUNDLED, check_sums, read_registry
    from dmiso.repression.store import REPRESSION_FILES

    folder = bundled or BUNDLED
    try:
        registry = read_registry(folder)
    except DmisoError as error:
        yield Check("models", "broken", str(error).rstrip("."), _AGAIN)
        return
    whole = []
    for name, sums in {**registry.models, **registry.repression}.items():
        files = {"files": REPRESSION_FILES} if name in registry.repression else {}
        try:
            wrong = check_sums(folder / name, sums, **files)
        except DmisoError as error:
            wrong = [str(error)]
        if wrong:
            yield Check(f"model {name}", "broken", wrong[0].rstrip("."), _AGAIN)
        else:
            whole.append(name)
    defaults = ", ".join(filter(None, (registry.default, registry.default_repression)))
    said = f"{len(whole)} bundled, hashes as registered; defaults {defaults}"
    yield Check("models", "ok", said, facts={"whole": whole, "default": registry.default})


def check_references() -> Iterator[Check]:
    """Yield a check per reference: those of the package, and the user's own.

    One of the user's is broken for the core only if it is the one in use: then every command would fail.
    """
    from dmiso.references import open_reference
    from dmiso.references.homes import (
        own_names,
        reference_in_use,
        reference_names,
        references_folder,
        unfinished_names,
    )
    from dmiso.references.stored import FILES

    in_use, own = reference_in_use(), set(own_names())
    for name in reference_names():
        subject = f"reference {name}"
        try:
            reference = open_reference(name)
            for kind in FILES:
                reference.path(kind)
        except DmisoError as error:
            needed = name == in_use or name not in own
            advice = "Make it again with dmiso reference add, or: dmiso reference remove " + name
            said = str(error).partition(". ")[0].rstrip(".")
            yield Check(subject, "broken" if needed else "note", said, advice if name in own else _AGAIN)
            continue
        said = f"{reference.sentence}, hashes as recorded" + (", in use" if name == in_use else "")
        yield Check(subject, "ok", said, facts={"folder": str(reference.folder)})
    for name in unfinished_names():
        advice = f"Run dmiso reference add again, or: dmiso reference remove {name}"
        yield Check(f"reference {name}", "note", "not whole: its making was stopped", advice)
    if in_use is not None and in_use not in reference_names():
        said = f"{in_use} is in use and is not in {references_folder()}"
        yield Check(
            "reference in use", "broken", said, "dmiso reference use NAME, or: dmiso reference use --none"
        )
