"""A trial of what people use most, with answers that are known; run in a child interpreter.

The child writes a JSON line when it begins a part, and one with what it found when it has
ended it: if the interpreter dies in between, the parent knows where. The answers are those of the release; a test
compares them with the models that are bundled.
"""

from __future__ import annotations

import importlib
import json
import math
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["CORE_MODULES", "KNOWN_LOGITS", "KNOWN_REPRESSION", "main", "parts"]

CORE_MODULES: Final = (
    *(
        "backports.zstd",
        "click",
        "dnaio",
        "h5py",
        "jinja2",
        "llvmlite",
        "msgspec",
        "numpy",
        "numba",
        "polars",
    ),
    *("rich", "safetensors", "threadpoolctl"),
)
"""Packages of the core by the names they are imported by."""
_LET7: Final = "UGAGGUAGUAGGUUGUAUAGUU"
_OTHERS: Final = ("UACAGUACUGUGAUAACUGAA", "GUACAGUACUGUGAUAACUGAA")
_SITE: Final = "GCAGCAGCAUUGCAACUAUACAACCUACUACCUCAUUGCAGCAAGC"
"""A made-up 3'UTR with a site for let-7a."""
_TOLERANCE: Final = 1e-4

KNOWN_LOGITS: Final[Mapping[str, tuple[float, float, float]]] = {
    "duplex-chimeras@v0.3.0": (13.354411, -1.274543, -0.744697),
    "dmiso-chimeras@v0.1.0": (3.512694, -0.865465, -1.157710),
}
"""Model to its logits of let-7a, miR-101 and an isomiR of that on the 3'UTR: the default, another network."""
KNOWN_REPRESSION: Final[Mapping[str, float]] = {"repression@v0.1.0": -0.705946}
"""Model to the log2 fold change that it predicts of let-7a on that 3'UTR."""


def _imports() -> str:
    """Import the core's packages."""
    for name in CORE_MODULES:
        _say({"begin": f"importing {name}"})
        importlib.import_module(name)
    return f"{len(CORE_MODULES)} packages"


def _known_scores() -> str:
    """Score known pairs."""
    import dmiso

    pairs = {"mirna_sequence": [_LET7, *_OTHERS], "target_sequence": [_SITE] * 3}
    worst = 0.0
    for model, known in KNOWN_LOGITS.items():
        found = dmiso.predict(pairs, model=model)["logit"].to_list()
        worst = max(worst, *(_difference(a, b, model) for a, b in zip(found, known, strict=True)))
    return f"{3 * len(KNOWN_LOGITS)} known logits of {len(KNOWN_LOGITS)} models met to {worst:.0e}"


def _known_repression() -> str:
    """Predict a known fold change."""
    import dmiso

    for model, known in KNOWN_REPRESSION.items():
        found = dmiso.repression(_LET7, utrs={"made-up": _SITE}, model=model).genes["repression"][0]
        _difference(found, known, model)
    return f"{len(KNOWN_REPRESSION)} known fold change met"


def _scan() -> str:
    """Scan a transcript for its one site."""
    import dmiso

    found = dmiso.scan({"let-7a": _LET7}, {"made-up": _SITE}, decoys=0)
    site = found.sites.select("start", "end", "seed_class").rows()
    _expect(site, [(13, 35, "8mer")])
    return "the site found where it is"


def _isomirs() -> str:
    """Name an isomiR."""
    import dmiso

    hairpin = {"let-7a-1": "UGGGAUGAGGUAGUAGGUUGUAUAGUUUUAGGGUCACACC"}
    found = dmiso.isomirs("AUGAGGUAGUAGGUUGUAUAGUUUU", mature={"let-7a": _LET7}, hairpin=hairpin)
    _expect(found.select("mirna_id", "variant").rows(), [("let-7a", "iso_5p:-1,iso_3p:+2")])
    return "an isomiR named as it should be"


def _difference(found: float, known: float, model: str) -> float:
    difference = abs(found - known)
    if not difference <= _TOLERANCE or math.isnan(difference):
        raise WrongAnswerError(f"{model} says {found:.6f}, known is {known:.6f}")
    return difference


def _expect(found: object, known: object) -> None:
    if found != known:
        raise WrongAnswerError(f"found {found}, known is {known}")


class WrongAnswerError(Exception):
    """Something ran and gave another answer than the release does."""


def parts() -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield the parts of the trial: a name, and what gives a sentence or raises an error."""
    yield "imports", _imports
    yield "known scores", _known_scores
    yield "known repression", _known_repression
    yield "small scan", _scan
    yield "isomiR names", _isomirs


def _say(message: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Try every part and say what became of it; a part that fails does not end the others. Return the exit code."""
    import logging

    from dmiso.errors import DmisoError

    logging.disable()  # what the verbs say of made-up input is not news
    for name, trial in parts():
        _say({"begin": name})
        try:
            _say({"end": name, "found": trial()})
        except (DmisoError, WrongAnswerError, OSError, MemoryError) as error:
            _say({"end": name, "fault": str(error)})
    from dmiso.compiled import cache_fault, cache_use

    _say({"cache": {**cache_use()._asdict(), "fault": cache_fault()}})
    return 0
