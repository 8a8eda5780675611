"""The files of docs/cluster run as they stand, and give the bytes of a scan that was not shared."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "docs" / "cluster"
SLURM, SNAKEFILE, DASK = FOLDER / "slurm_scan.sh", FOLDER / "Snakefile", FOLDER / "dask_slurm.py"
RESULTS = ("sites.parquet", "genes.parquet", "genes_total.parquet")
TASKS = 3


@pytest.fixture(scope="module")
def options(tmp_path_factory, pairing_model):
    """Words of a scan of 8 shards, for a command line; one path has a space."""
    draw = np.random.default_rng(9)
    folder = tmp_path_factory.mktemp("a scan")
    bases = ["".join(draw.choice(list("ACGU"), 300 + 10 * i)) for i in range(4)]
    (folder / "m.fa").write_text(">a\nUGAGGUAGUAGGUUGUAUAGUU\n>b\nUGGAAUGUAAAGAAGUAUGUAU\n")
    (folder / "t.fa").write_text("".join(f">t{i}\n{x}\n" for i, x in enumerate(bases)))
    files = {"mirnas": folder / "m.fa", "transcripts": folder / "t.fa", "known": folder / "m.fa"}
    words = {"model": pairing_model, "min-percentile": 30, "mirnas-per-shard": 1, "transcripts-per-shard": 1}
    return files, [part for name, value in words.items() for part in (f"--{name}", str(value))]


@pytest.fixture(scope="module")
def words(options):
    """All words but the output's."""
    files, others = options
    return [part for name, path in files.items() for part in (f"--{name}", str(path))] + others


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """This interpreter's ``dmiso`` first on the PATH."""
    folder = tmp_path_factory.mktemp("bin")
    program = folder / "dmiso"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m dmiso "$@"\n')
    program.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLURM", "SBATCH"))}
    return {**kept, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture(scope="module")
def whole(words, environment, tmp_path_factory):
    """The tables of a scan that was not shared."""
    output = tmp_path_factory.mktemp("whole") / "scan"
    subprocess.run(["dmiso", "scan", "-q", *words, "-o", output], env=environment, check=True)
    return tables(output)


def tables(folder):
    return [(folder / name).read_bytes() for name in RESULTS]


def run(command, environment, folder, **more):
    return subprocess.run(
        command, env={**environment, **more}, cwd=folder, check=False, capture_output=True, text=True
    )


def test_slurm_script__its_tasks_and_merge_give_the_bytes_of_one_scan(words, environment, whole, tmp_path):
    for task in (2, 3, 1):
        command = ["bash", SLURM, "task", str(TASKS), *words, "-o", "scan"]
        done = run(command, environment, tmp_path, SLURM_ARRAY_TASK_ID=str(task))
        assert done.returncode == 0, done.stderr
        assert not (tmp_path / "scan" / "sites.parquet").exists()
    # the shards of three tasks are all there is: the merge makes none
    assert len(list((tmp_path / "scan" / "shards").iterdir())) == 8
    done = run(["bash", SLURM, "merge", *words, "-o", "scan"], environment, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "(0 shards made, 8 were there)" in done.stderr
    assert tables(tmp_path / "scan") == whole


def test_slurm_script__submits_the_same_words_to_tasks_and_merge(words, environment, tmp_path):
    (tmp_path / "bin").mkdir()
    stub = tmp_path / "bin" / "sbatch"
    stub.write_text('#!/bin/bash\nprintf "%q " "$@" >> sbatch.txt; echo >> sbatch.txt; echo "7;cluster"\n')
    stub.chmod(0o755)
    path = f"{tmp_path / 'bin'}{os.pathsep}{environment['PATH']}"
    done = run(["bash", SLURM, *words, "-o", "a scan"], environment, tmp_path, PATH=path, TASKS="5")
    assert done.returncode == 0, done.stderr
    array, merge = (shlex.split(line) for line in (tmp_path / "sbatch.txt").read_text().splitlines())
    script = array.index(str(SLURM))
    assert "--array=1-5" in array[:script]
    assert array[script + 1 :] == ["task", "5", *words, "-o", "a scan"]
    script = merge.index(str(SLURM))
    assert "--dependency=afterok:7" in merge[:script]
    assert merge[script + 1 :] == ["merge", *words, "-o", "a scan"]


def test_slurm_script__a_failed_task_is_a_failed_job(words, environment, tmp_path):
    command = ["bash", SLURM, "task", "3", *words, "--transcripts", "none.fa", "-o", "scan"]
    assert run(command, environment, tmp_path, SLURM_ARRAY_TASK_ID="1").returncode != 0


def test_slurm_script__without_options_says_how(environment, tmp_path):
    done = run(["bash", SLURM], environment, tmp_path)
    assert done.returncode == 2
    assert "Give the options of dmiso scan" in done.stderr


def test_slurm_script__runs_on_slurm(words, environment, whole, tmp_path):
    if shutil.which("sbatch") is None or run(["squeue"], environment, tmp_path).returncode != 0:
        pytest.skip("no SLURM runs here: sbatch and squeue do not answer")
    sizes = {"TASKS": str(TASKS), "MEMORY": "500M", "MERGE_MEMORY": "500M"}
    done = run(["bash", SLURM, *words, "-o", "scan"], environment, tmp_path, **sizes)
    assert done.returncode == 0, done.stderr
    jobs = ",".join(re.findall(r"\d+", done.stderr))
    for _ in range(240):
        if not run(["squeue", "--noheader", f"--jobs={jobs}"], environment, tmp_path).stdout.strip():
            break
        time.sleep(1)
    assert tables(tmp_path / "scan") == whole


def test_snakefile__after_a_killed_part_the_same_line_goes_on_to_the_bytes_of_one_scan(
    options, environment, whole, tmp_path
):
    snakemake = shutil.which("snakemake")
    if snakemake is None:
        pytest.skip("snakemake is not installed")
    files, others = options
    settings = {**files, "options": shlex.join(others), "output": "scan", "tasks": TASKS}
    command = [snakemake, "-s", SNAKEFILE, "--cores", "2", "--config"]
    command += [f"{name}={value}" for name, value in settings.items()]
    path = f"{mortal_dmiso(tmp_path)}{os.pathsep}{environment['PATH']}"
    done = run(command, environment, tmp_path, PATH=path)
    assert done.returncode != 0
    assert (tmp_path / "killed").exists(), done.stderr
    assert not (tmp_path / "scan" / "sites.parquet").exists()
    done = run(command, environment, tmp_path, PATH=path)
    assert done.returncode == 0, done.stderr
    assert tables(tmp_path / "scan") == whole


def mortal_dmiso(folder):
    """Return a folder with a ``dmiso`` that dies by SIGKILL once, when it is asked for part 2."""
    killed = shlex.quote(str(folder / "killed"))
    (folder / "bin").mkdir()
    program = folder / "bin" / "dmiso"
    program.write_text(
        "#!/bin/bash\n"
        f'if [[ "$*" == *"--shard 2/{TASKS}" && ! -e {killed} ]]; then touch {killed}; kill -9 $$; fi\n'
        f'exec {shlex.quote(sys.executable)} -m dmiso "$@"\n'
    )
    program.chmod(0o755)
    return program.parent


@pytest.mark.skipif(sys.platform != "linux", reason="the loopback interface is named lo on Linux")
def test_dask_script__gives_the_bytes_of_one_scan(words, environment, whole, tmp_path):
    pytest.importorskip("dask_jobqueue", reason="the extra [cluster] is not installed")
    (tmp_path / "bin").mkdir()
    # dask-jobqueue removes its job script at once; a job is a process group, its number the job's
    stubs = {
        "sbatch": 'cp "$1" "job.$$"; setsid bash "job.$$" >/dev/null 2>&1 & echo "Submitted batch job $!"',
        "scancel": 'kill -- "-$1"',
    }
    for name, text in stubs.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/bash\n{text}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    path = f"{tmp_path / 'bin'}{os.pathsep}{environment['PATH']}"
    command = [
        sys.executable,
        DASK,
        *words,
        "--jobs",
        "1",
        "--memory",
        "1GB",
        "--interface",
        "lo",
        "-o",
        "scan",
    ]
    done = run(command, environment, tmp_path, PATH=path)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("job.*")), "no job was submitted"
    assert tables(tmp_path / "scan") == whole
