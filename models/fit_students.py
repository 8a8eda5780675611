"""Fit the students that ship with the bundled duplex models: ``python models/fit_students.py [MODEL ...]``.

Each is fitted to its model's logits on made-up sequences, with fixed seeds and no data, at the cut of the default
``--min-percentile``; it takes about half a CPU-minute. A student is written to ``src/dmiso/scan/gate/students``.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

import dmiso.scan.gate
from dmiso.models import model_names, resolve
from dmiso.networks import network_entry
from dmiso.scan.gate.gate import new_student
from dmiso.scan.gate.kept_students import student_as_json, student_name
from dmiso.scan.positions import PositionNetwork
from dmiso.scan.sites import lowest_logit
from dmiso.settings.scan import ScanSettings

STEPS = 5_000
FOLDER = Path(dmiso.scan.gate.__path__[0]) / "students"


def rounded(value: object) -> object:
    """Return numbers to six digits: a tenth of what fixed point rounds off."""
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("models", nargs="*", help="bundled models; all with positions if none is given")
    given = parser.parse_args()
    settings = ScanSettings()
    FOLDER.mkdir(exist_ok=True)
    for name in given.models or model_names():
        model = resolve(name)
        if network_entry(model.config.network).gate is None:
            continue
        start = time.process_time()
        lowest = lowest_logit(model.calibration, min_percentile=settings.min_percentile)
        assert np.isfinite(lowest), f"{name} has no background quantiles"
        network = PositionNetwork(model)
        student = new_student(network, lowest=lowest, distance=settings.distance, steps=STEPS)
        said = {
            "model": name,
            "weights_sha256": model.weights_sha256,
            "student": {key: rounded(value) for key, value in student_as_json(student).items()},
        }
        path = FOLDER / student_name(model.weights_sha256)
        path.write_text(json.dumps(said, separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"{name}: {path.name}, {time.process_time() - start:.0f} CPU-seconds")


if __name__ == "__main__":
    main()
