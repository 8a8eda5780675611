"""Runs that are killed at random moments, and runs on full and read-only disks: small versions of two benchmarks."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.leaves import leaves

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def benchmark(name):
    path = BENCHMARKS / f"{name}.py"
    if not path.is_file():
        pytest.skip("the benchmarks are not part of this copy")
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["scan-2", "chimeras-2"])
def test_killed_run__is_repeated_to_the_same_bytes(name, tmp_path):
    killing = benchmark("kill_and_resume")
    inputs = tmp_path / "inputs"
    killing.make_inputs(inputs)
    killing.make_reads(inputs)
    _, done = killing.trials(killing.cases(inputs)[name], tmp_path / name, 2, seed=3)
    assert [trial.problems for trial in done] == [[], []]
    assert any(trial.killed for trial in done)


def test_every_command_that_writes__is_tried_on_full_disks():
    tried = " | ".join(benchmark("full_disk").COMMANDS.values())
    default = {"scan run": "scan", "isomirs call": "isomirs", "chimeras call": "chimeras"} | {
        "evaluate run": "evaluate"
    }
    writing = [name for name, one in leaves() if any("--output" in option.opts for option in one.params)]
    missing = [name for name in writing if f"{default.get(name, name)} " not in f"{tried} "]
    assert missing == ["models import-keras"]


@pytest.mark.parametrize("name", ["predict-tsv", "dataset"])
def test_full_and_read_only_disk__loses_nothing_and_leaves_nothing_half_written(name, tmp_path):
    disks = benchmark("full_disk")
    try:
        with disks.small_disk(disks.PAGE):
            pass
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        pytest.skip(f"no file system can be mounted here ({error})")
    disks.run("examples", tmp_path, tmp_path)
    found = disks.trials(disks.COMMANDS[name], tmp_path)
    assert {trial: problems for trial, (_, _, problems) in found.items() if problems} == {}
    assert all(code in {1, 2} for code, _, _ in found.values())
