"""Fit the students that ship with the bundled duplex models: ``python models/fit_students.py [MODEL ...]``.

Each is fitted to its model's logits on made-up sequences (:mod:`dmiso.scan.gate.hard_examples`), with fixed seeds and
no data, at the cut of the default ``--min-percentile``. Of some seeds the student is kept whose first look lets the
fewest random offsets pass, judged on made-up sequences of its own: neither those it learnt from nor those that its
threshold is judged on. A model takes some three CPU-minutes. A student is written to ``src/dmiso/scan/gate/students``,
with its gates at that cut (``--gates`` judges these alone).
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

import dmiso.scan.gate
from dmiso.engine.duplex.look import Looker
from dmiso.models import model_names, resolve
from dmiso.networks import network_entry
from dmiso.scan.gate.gate import judge_gate
from dmiso.scan.gate.hard_examples import hard_examples
from dmiso.scan.gate.kept_students import limits_as_json, student_as_json, student_name
from dmiso.scan.gate.lessons import DISTANCE, SLACK, lessons_of
from dmiso.scan.gate.new_student import LEARN, LEARN_SEED, PEAKS_SEED
from dmiso.scan.gate.scanned import scan_example
from dmiso.scan.gate.training import Plan, train_student
from dmiso.scan.positions import PositionNetwork
from dmiso.scan.sites import lowest_logit
from dmiso.settings.scan import ScanSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.engine.duplex.look import Student
    from dmiso.scan.gate.scanned import Scanned

FOLDER: Final = Path(dmiso.scan.gate.__path__[0]) / "students"
CHOOSE: Final = (500, 6_000, 700)
CHOOSE_SEED: Final = 31_777
DROP, BEYOND = 3.0, 1.5
"""As in a scan (:mod:`dmiso.scan.gate.gate`): how far an offset may be below
the highest, and how much further below the cut than the worst site a threshold is."""
RECALLS: Final = (1.0, 0.99, 0.98, 0.95, 0.9)
"""Whose gates are kept with a student."""
AT_CUT: Final = 0.5
"""Sites at most this above the cut say how much a student says too much or too little of them."""


class Judged(NamedTuple):
    """What a student's first look would be like."""

    promising: float
    """Share of random offsets that it lets pass."""
    under: tuple[float, ...]
    """How far below the cut the worst site is said to be, the second, third, sixth, eleventh and twenty-first."""
    too_much: float
    """What it says too much of sites at the cut, their median."""


def judged(network: PositionNetwork, student: Student, examples: Sequence[Scanned], cut: float) -> Judged:
    """Judge a student on examples."""
    scanner = network._gated[0].scanner  # noqa: SLF001 - a student is judged before a gate is made of it
    looker = Looker(scanner.weights, student)
    reached, everywhere = [], []
    for one in examples:
        target = network.encode_target(one.example.bases)
        mirnas = scanner.mirnas(network.encode_mirnas([one.example.mirna]))
        pooled = pooled_at_peaks(looker.logits(*mirnas, target, 0, network.n_offsets(target))[0], network)
        around = np.pad(pooled, SLACK, constant_values=-np.inf)[one.peaks[:, None] + np.arange(2 * SLACK + 1)]
        reached.append(around.max(axis=1))
        if not one.example.planted:
            everywhere.append(pooled)
    sites, wanted = np.concatenate(reached), np.concatenate([one.logits for one in examples])
    too_much = float(np.median((sites - wanted)[wanted < cut + AT_CUT]))
    under = cut + too_much - np.sort(sites)
    threshold = cut + too_much - BEYOND * max(under[0], 0.0)
    share = float(np.mean(np.concatenate(everywhere) >= threshold))
    return Judged(share, tuple(round(float(x), 2) for x in under[[0, 1, 2, 5, 10, 20]]), too_much)


def pooled_at_peaks(said: NDArray[np.float32], network: PositionNetwork) -> NDArray[np.float64]:
    """Return the soft maximum around each offset; minus infinity where the offset is far below the highest."""
    padded = np.pad(said.astype(np.float64), DISTANCE, constant_values=-np.inf)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * DISTANCE + 1)
    top = around.max(axis=1)
    pooled = top + network.softness * np.log(np.exp((around - top[:, None]) / network.softness).sum(axis=1))
    return np.where(said >= top - DROP, pooled, -np.inf)


def best_student(network: PositionNetwork, cut: float, n_mirnas: int, plans: Sequence[Plan]) -> Student:
    """Return the best student of several plans."""
    made = list(hard_examples(n_mirnas, *LEARN, seed=LEARN_SEED))
    lessons = lessons_of(network, made, cut, seed=PEAKS_SEED)
    print(f"  {len(lessons.logits):,} windows, {int((lessons.logits >= 0).sum()):,} around sites", flush=True)
    made = hard_examples(*CHOOSE, seed=CHOOSE_SEED)
    examples, found = [scan_example(network, one, distance=DISTANCE, lowest=cut) for one in made], []
    for plan in plans:
        student = train_student(lessons, network.mirna_length, network.softness, plan)
        student = rounded(student._replace(output_bias=student.output_bias + cut))
        said = judged(network, student, examples, cut)
        print(f"  {plan}: {said}", flush=True)
        # right in the middle for sites at the cut, so that the threshold's margin means the same for every student
        found.append((said, student._replace(output_bias=student.output_bias - said.too_much)))
    return rounded(min(found, key=lambda one: one[0].promising)[1])


def rounded(student: Student) -> Student:
    """Return a student with numbers of four digits: a hundredth of what bytes round off."""
    return type(student)(
        *(
            np.array([float(f"{x:.4g}") for x in value.reshape(-1)], np.float32).reshape(value.shape)
            if isinstance(value, np.ndarray)
            else float(f"{value:.4g}")
            for value in student
        )
    )


def plain(value: object) -> object:
    """Return numbers as they are written: four digits."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def gates_of(network: PositionNetwork, cut: float) -> list[dict[str, object]]:
    """Return the gates of a network's student at a cut, of the recalls that are asked for most."""
    return [
        {"lowest": cut, "recall": recall, "distance": DISTANCE}
        | limits_as_json(judge_gate(network, lowest=cut, recall=recall, distance=DISTANCE))
        for recall in RECALLS
    ]


def write(path: Path, said: dict[str, object]) -> None:
    """Write a student's file."""
    path.write_text(json.dumps(said, separators=(",", ":")) + "\n", encoding="utf-8")


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("models", nargs="*", help="bundled models; all with positions if none is given")
    parser.add_argument("--mirnas", type=int, default=5_000, help="to learn from")
    parser.add_argument("--units", type=int, default=Plan().units)
    parser.add_argument("--steps", type=int, default=8_000)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--gates", action="store_true", help="keep the students, and judge their gates anew")
    given = parser.parse_args()
    plans = [Plan(units=given.units, steps=given.steps, seed=seed) for seed in range(given.seeds)]
    settings = ScanSettings()
    FOLDER.mkdir(exist_ok=True)
    for name in given.models or model_names():
        model = resolve(name)
        if network_entry(model.config.network).gate is None:
            continue
        start = time.process_time()
        cut = lowest_logit(model.calibration, min_percentile=settings.min_percentile)
        assert np.isfinite(cut), f"{name} has no background quantiles"
        network, path = PositionNetwork(model), FOLDER / student_name(model.weights_sha256)
        if given.gates:
            if not path.exists():
                continue
            write(path, json.loads(path.read_text(encoding="utf-8")) | {"gates": gates_of(network, cut)})
            continue
        with threadpool_limits(1):
            student = best_student(network, cut, given.mirnas, plans)
        said = {
            "model": name,
            "weights_sha256": model.weights_sha256,
            "student": {key: plain(value) for key, value in student_as_json(student).items()},
            "gates": [],
        }
        write(path, said)
        # judged by the student as it is on the disk, as a scan would
        write(path, said | {"gates": gates_of(network, cut)})
        print(f"{name}: {path.name}, {time.process_time() - start:.0f} CPU-seconds", flush=True)


if __name__ == "__main__":
    main()
