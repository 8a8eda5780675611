"""What the shards of a scan depend on, and what two plans differ in."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import msgspec

import dmiso
from dmiso.io.streams import local_file
from dmiso.provenance import sha256_bytes, sha256_file, to_json

if TYPE_CHECKING:
    from dmiso.models import StoredModel
    from dmiso.scan.shards import ScanJob

__all__ = ["plan_differences", "plan_of"]

_AFTER: Final = ("max_q", "site_prior", "energies", "confidence")
"""Settings that only matter when shards are put together."""
_UNSAID: Final = {
    "as_utrs": False,
    "first_look": False,
    "engine": "numba",
    "device": "cpu",
    "precision": "float32",
}
"""Settings that plans of earlier scans lack, and their value there: such a plan is still that of the same scan."""


def plan_of(job: ScanJob, model: StoredModel, n_shards: int) -> dict[str, Any]:
    """Return what the shards of a scan depend on, as JSON has it."""
    settings = {
        name: value
        for name, value in asdict(job.settings).items()
        if name not in _AFTER and not (name in _UNSAID and _UNSAID[name] == value)
    }
    judged = msgspec.json.encode([model.config, model.calibration])
    plan = {
        "version": dmiso.__version__,
        "inputs": {name: sha256_file(local_file(path)) for name, path in job.inputs.files().items()},
        "model": {"weights": model.weights_sha256, "configuration": sha256_bytes(judged)},
        "settings": {**settings, "regions": list(job.settings.regions)},
        "shards": n_shards,
    }
    made: dict[str, Any] = json.loads(to_json(plan))
    return made


def plan_differences(found: dict[str, Any], plan: dict[str, Any]) -> list[str]:
    """Return what two plans differ in, by name: ``settings`` (``decoys`` 2, here 3)."""
    names = []
    for key in sorted({*plan, *found}):
        there, here = found.get(key), plan.get(key)
        if there == here:
            continue
        if isinstance(there, dict) and isinstance(here, dict):
            inner = sorted(k for k in {*there, *here} if there.get(k) != here.get(k))
            # hashes of files mean nothing to a reader
            shown = [k if key == "inputs" else f"{k} {there.get(k)}, here {here.get(k)}" for k in inner]
            names.append(f"{key} ({'; '.join(shown)})")
        else:
            names.append(key)
    return names
