"""The end of every report: what was run, on what, with which model, and what its numbers do not say."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Any, Final

from dmiso.compare.sentences import CAVEATS
from dmiso.errors import DmisoError
from dmiso.models import resolve
from dmiso.pages import KeyValues, Note, Paragraph, Preformatted, Section
from dmiso.report.tables import plain_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmiso.models import StoredModel
    from dmiso.pages import Part
    from dmiso.report.runs import Run

__all__ = ["REPRESSION_LIMIT", "SCORE_LIMITS", "limits", "models_section", "origin", "shipped_model"]

REPRESSION_LIMIT, *_of_scores = CAVEATS
SCORE_LIMITS: Final = tuple(_of_scores)
"""What a score and a q-value do and do not say."""

_BINDING: Final = (
    "A score is a binding model's: it says where AGO may sit. How much a gene is repressed is another model's answer, "
    "from its seed sites; the two can differ."
)
_ABOUT: Final = re.compile(r"^## What it is for[^\n]*\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_PLAIN: Final = re.compile(r"[`*]")


def limits(sentences: Sequence[str]) -> Section:
    """Return the section that says what the numbers mean."""
    return Section("What the numbers mean, and what not", tuple(Paragraph(text) for text in sentences))


def origin(run: Run) -> tuple[Section, ...]:
    """Return the sections on the run: models, then command, files, settings and counts."""
    return (*models_section(run.manifest.get("model")), Section("What was run", tuple(_run_parts(run))))


def models_section(told: object) -> tuple[Section, ...]:
    """Return the section on the models of a manifest; none if it names none.

    Parameters
    ----------
    told
        The manifest's ``model``: name and hash of one, or hashes by name.
    """
    named = list(_named(told))
    if not named:
        return ()
    parts: list[Part] = [Note(_BINDING)]
    for name, digest in named:
        parts += _model_parts(name, digest)
    return (Section("Which model" if len(named) == 1 else "Which models", tuple(parts)),)


def shipped_model(told: object) -> StoredModel | None:
    """Return the binding model of a manifest, if this installation holds the same one."""
    for name, digest in list(_named(told))[:1]:
        stored = _bundled(name)
        if stored is not None and stored.weights_sha256 == digest:
            return stored
    return None


def _named(told: object) -> Iterator[tuple[str, str]]:
    """Yield names and hashes, however the manifest holds them."""
    if not isinstance(told, dict):
        return
    if isinstance(told.get("name"), str):
        yield told["name"], str(told.get("weights_sha256") or "")
        return
    for name, value in told.items():
        if isinstance(value, dict):
            yield str(value.get("name") or name), str(value.get("weights_sha256") or "")


def _model_parts(name: str, digest: str) -> Iterator[Part]:
    yield KeyValues((("model", name), ("weights, SHA-256", digest or "not recorded")))
    stored = _bundled(name)
    if stored is None:
        yield Paragraph(
            f"The card of {name} is in the folder of the model; this installation holds none of that name."
        )
    elif digest and stored.weights_sha256 != digest:
        yield Note(
            f"This installation's {name} has other weights than the run's: its card is not shown.", "unsure"
        )
    else:
        for text in _card_summary(stored.card):
            yield Paragraph(text)
        yield Paragraph(f"The whole card: dmiso models show {shlex.quote(name)}")


def _bundled(name: str) -> StoredModel | None:
    """Return a model that ships with dmiso; names with a slash are folders of the user, which may have changed."""
    try:
        return None if "/" in name else resolve(name)
    except DmisoError:
        return None


def _card_summary(card: str) -> list[str]:
    """Return the paragraphs of a card that say what a model is for and what it is not."""
    found = _ABOUT.search(card)
    text = found.group(1) if found else ""
    blocks = (" ".join(_PLAIN.sub("", block).split()) for block in text.split("\n\n"))
    return [block for block in blocks if block and not block.startswith("|")]


def _run_parts(run: Run) -> Iterator[Part]:
    """Yield what a manifest says."""
    manifest = run.manifest
    words = [str(word) for word in manifest.get("command", ())]
    yield Preformatted(shlex.join(words), "Command")
    facts = [("dmiso", str(manifest.get("version", "version not recorded")))]
    if manifest.get("seed") is not None:
        facts.append(("random seed", str(manifest["seed"])))
    yield KeyValues(tuple(facts))
    inputs = manifest.get("inputs")
    if isinstance(inputs, dict) and inputs:
        files = [(name, *_file(value)) for name, value in inputs.items()]
        yield plain_table("Input files", ("input", "file", "SHA-256 of its bytes"), files)
    if run.settings:
        settings = [(name, _shown(value)) for name, value in run.settings.items()]
        yield plain_table("Settings", ("setting", "value"), settings)
    counts = manifest.get("counts")
    if isinstance(counts, dict):
        yield from _counts(counts)


def _file(value: object) -> tuple[str, str]:
    if isinstance(value, dict):
        return str(value.get("file")), str(value.get("sha256") or "not known: it was a stream")
    return str(value), ""


def _shown(value: object) -> str:
    """Return a setting in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value in ([], {}, ""):
        return "–"
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _counts(counts: dict[str, Any]) -> Iterator[Part]:
    rows = []
    for key, said in (("kept", "kept"), ("dropped", "left out"), ("notes", "noted")):
        told = counts.get(key)
        if isinstance(told, dict):
            rows += [
                (said, str(what), n if isinstance(n, int | float) else _shown(n)) for what, n in told.items()
            ]
    if rows:
        yield plain_table("What was read, kept, left out and noted", ("outcome", "what", "number"), rows)
