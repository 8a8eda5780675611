"""Where the time of an exact scan goes, step by step, beside what the processor can do at best.

Each step of the network on long targets is timed alone, in CPU time, on a tile's own arrays and in turns with the
others (least of several rounds); ``rest`` is what a whole tile takes beyond its steps. Beside them stand the
multiply-adds and the bytes that a step reads and writes at least, and the rates of matrix products of the scan's shape
on this machine: numpy, and torch in float32, bfloat16 and int8 where it is installed.

    python benchmarks/where_time_goes.py [--model NAME] [--rounds 9]

Writes ``benchmarks/results/where_time_goes-v<version>.json`` and prints tables.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

import dmiso
from dmiso.encode import encode
from dmiso.engine.duplex.columns import ColumnNetwork, bases_under
from dmiso.engine.duplex.phase_kernels import by_phase, from_points, last_by_phase, to_points
from dmiso.engine.duplex.phases import taps_at_points
from dmiso.engine.duplex.scan import TILE, DuplexScanner
from dmiso.engine.duplex.scan_kernels import best_helices, last_layer
from dmiso.engine.ensemble import member_weights
from dmiso.engine.peaks import find_peaks
from dmiso.extras import is_installed
from dmiso.models import resolve
from dmiso.networks.duplex_shapes import CONTEXT, KERNEL

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS = Path(__file__).resolve().parent / "results"
LENGTH, MIRNAS = 22, 20
FLOAT = 4


class Step(NamedTuple):
    """A step: how to do it, its multiply-adds, the bytes that it must read and write, and how often a tile needs it."""

    way: Callable[[], object]
    multiply_adds: int
    bytes: int
    times: float = 1


def least_seconds(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the least CPU time of one call of each, all in turns; a round repeats a call for 20 ms."""
    repeats = {}
    for name, way in ways.items():
        way()
        start = time.process_time()
        way()
        repeats[name] = max(1, int(0.02 / max(time.process_time() - start, 1e-6)))
    found = dict.fromkeys(ways, np.inf)
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.process_time()
            for _ in range(repeats[name]):
                way()
            found[name] = min(found[name], (time.process_time() - start) / repeats[name])
    return found


def steps_of(scanner: DuplexScanner) -> tuple[dict[str, Step], Callable[[], object]]:
    """Return the steps of one tile with one miRNA, and the whole of it."""
    draw = np.random.default_rng(3)
    weights, reach = scanner.weights, scanner.reach
    channels, heads = weights.channels, weights.heads
    codes = draw.integers(0, 4, 4 * TILE).astype(np.uint8)
    mirnas = scanner.mirnas(
        encode(["U" + "".join(draw.choice(list("AUCG"), LENGTH - 1))], weights.mirna_length)
    )
    mirna = mirnas.each[0]
    bases = bases_under(weights, codes, TILE - reach, 2 * TILE + reach)
    stacks = scanner.columns.stacks_on(mirnas.stacks, bases.pairs)
    columns = bases.context.shape[1]
    n, rows, width = -(-columns // 8), LENGTH * heads, columns + 2 * (LENGTH - 1)
    flat = np.zeros((rows, width), np.float32)
    scores, best = flat[:, LENGTH - 1 : LENGTH - 1 + columns], flat.reshape(LENGTH, heads, width)
    natural = np.zeros((channels, columns), np.float32)
    x, y, hidden, product = (np.zeros((channels, 8, n), np.float32) for _ in range(4))
    points, products = (np.zeros((8, channels, 2, n), np.float32) for _ in range(2))
    block, blocks = weights.blocks[0], len(weights.blocks)
    taps, found, logits = taps_at_points(block), np.empty(8 * n, np.float32), np.zeros(columns, np.float32)
    none, skipped = np.empty(0, np.int64), weights.mirna_length - LENGTH
    wide, cells = (8, channels, 2 * n), 8 * n * channels * FLOAT
    steps = {
        "recursion": Step(
            lambda: best_helices(bases.codes, stacks, mirna.steps, mirna.pairs, weights.bulge, best, skipped),
            0,
            2 * flat.nbytes,
        ),
        "product: mixing of helix scores": Step(
            lambda: np.matmul(weights.mix[:, :rows], scores, out=natural),
            channels * rows * columns,
            flat.nbytes + natural.nbytes,
        ),
        "sums: into phases": Step(lambda: by_phase(natural, x), 0, 2 * cells),
        "sums: into points": Step(
            lambda: to_points(x, y, block.before, none, block.dilation, points), 0, 5 * cells, blocks
        ),
        "product: convolution at points": Step(
            lambda: np.matmul(taps, points.reshape(wide), out=products.reshape(wide)),
            16 * n * channels**2,
            4 * cells,
            blocks,
        ),
        "sums: out of points": Step(
            lambda: from_points(products, block.bias, block.dilation, hidden), 0, 3 * cells, blocks
        ),
        "product: mixing of channels": Step(
            lambda: np.matmul(block.mix, hidden.reshape(channels, -1), out=product.reshape(channels, -1)),
            8 * n * channels**2,
            2 * cells,
            blocks,
        ),
        "last layer": Step(
            lambda: (
                last_layer(
                    x.reshape(channels, -1),
                    product.reshape(channels, -1),
                    weights.last,
                    weights.output,
                    weights.output_bias,
                    found,
                ),
                last_by_phase(found.reshape(8, n), logits),
            ),
            channels * columns,
            2 * cells,
        ),
        "peaks": Step(lambda: find_peaks(logits, distance=15, lowest=1.0), 0, logits.nbytes),
        f"nucleotides alone (1 of {MIRNAS} miRNAs' share)": Step(
            lambda: (
                bases_under(weights, codes, TILE - reach, 2 * TILE + reach),
                scanner.columns.stacks_on(mirnas.stacks, bases.pairs),
            ),
            channels * CONTEXT * 4 * columns,
            stacks.nbytes + natural.nbytes,
            1 / MIRNAS,
        ),
    }
    return steps, lambda: scanner.columns.logits(bases, stacks, mirna)


def shifted_copies(scanner: DuplexScanner) -> float:
    """Return how many times longer a tile takes with shifted copies, as until this release; in turns."""
    _, whole = steps_of(scanner)
    plain = DuplexScanner.__new__(DuplexScanner)
    plain.__dict__.update(scanner.__dict__)
    plain.columns = ColumnNetwork(scanner.weights, TILE + 2 * scanner.reach)
    plain.columns._phases = None  # noqa: SLF001 - what is compared
    _, before = steps_of(plain)
    found = least_seconds({"now": whole, "before": before}, 9)
    return found["before"] / found["now"]


def product_rates(channels: int, rows: int) -> dict[str, float]:
    """Return multiply-adds per second of products by library, precision and shape, one thread."""
    ways: dict[str, tuple[Callable[[], object], int]] = {}
    for m, k, n in ((channels, rows, 780), (rows, channels, 4_096), (1_024, 1_024, 1_024)):
        a, b = np.ones((m, k), np.float32), np.ones((k, n), np.float32)
        ways[f"numpy float32, {m} x {k} x {n}"] = (lambda a=a, b=b: a @ b, m * k * n)
        if is_installed("torch"):
            import torch  # noqa: PLC0415 - only where it is installed

            torch.set_num_threads(1)
            for dtype in (torch.float32, torch.bfloat16):
                c, d = torch.from_numpy(a).to(dtype), torch.from_numpy(b).to(dtype)
                name = str(dtype).removeprefix("torch.")
                ways[f"torch {name}, {m} x {k} x {n}"] = (lambda c=c, d=d: c @ d, m * k * n)
            e, f = torch.from_numpy(a).to(torch.int8), torch.from_numpy(b).to(torch.int8)
            ways[f"torch int8, {m} x {k} x {n}"] = (lambda e=e, f=f: torch._int_mm(e, f), m * k * n)  # noqa: SLF001
    seconds = least_seconds({name: way for name, (way, _) in ways.items()}, 5)
    return {name: count / seconds[name] for name, (_, count) in ways.items()}


def writing(n_sites: int = 200_000) -> float:
    """Return the CPU seconds that writing a site to Parquet takes."""
    draw = np.random.default_rng(5)
    frame = pl.DataFrame(
        {
            "mirna_id": [f"miR-{i % 300}" for i in range(n_sites)],
            "start": np.sort(draw.integers(0, 10_000, n_sites)),
            "logit": draw.normal(size=n_sites),
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        return (
            least_seconds({"write": lambda: frame.write_parquet(Path(folder, "s.parquet"))}, 3)["write"]
            / n_sites
        )


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model")
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    model = resolve(given.model)
    scanner = DuplexScanner(member_weights(model.weights, model.config.members)[0])
    weights = scanner.weights
    with threadpool_limits(1), scanner.calm():
        steps, whole = steps_of(scanner)
        seconds = least_seconds(
            {**{name: step.way for name, step in steps.items()}, "whole": whole}, given.rounds
        )
        before = shifted_copies(scanner)
        rates = product_rates(weights.channels, LENGTH * weights.heads)
    table = []
    for name, step in steps.items():
        own = seconds[name] * step.times / TILE * 1e9
        table.append(
            {
                "step": name,
                "ns_per_offset": round(own, 1),
                "multiply_adds_per_offset": round(step.multiply_adds * step.times / TILE),
                "bytes_per_offset": round(step.bytes * step.times / TILE),
            }
        )
    inside = sum(
        row["ns_per_offset"] for row in table if not row["step"].startswith(("peaks", "nucleotides"))
    )
    total = seconds["whole"] / TILE * 1e9
    table.append(
        {
            "step": "rest",
            "ns_per_offset": round(total - inside, 1),
            "multiply_adds_per_offset": 0,
            "bytes_per_offset": 0,
        }
    )
    channels, blocks = weights.channels, len(weights.blocks)
    result = {
        "version": dmiso.__version__,
        "machine": f"{platform.processor() or platform.machine()}, {platform.system()}",
        "model": model.config.name,
        "steps": table,
        "whole_ns_per_offset": round(total, 1),
        "offsets_per_second": round(1e9 / total),
        "with_shifted_copies_times_longer": round(before, 3),
        "multiply_adds_by_shifted_copies": channels
        * (LENGTH * weights.heads + blocks * (KERNEL + 1) * channels + 1),
        "writing_ns_per_site": round(writing() * 1e9, 1),
        "multiply_adds_per_second": {name: round(rate / 1e9, 1) * 1e9 for name, rate in rates.items()},
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"where_time_goes-v{dmiso.__version__}.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(pl.DataFrame(table))
    print({name: value for name, value in result.items() if name != "steps"})


if __name__ == "__main__":
    main()
