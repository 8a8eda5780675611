"""nf-core's own linter on the modules, and their scripts run as bash. Nextflow itself cannot be had here."""

import os
import re
import subprocess

import pytest
import yaml
from tests.workflows.conftest import WORKFLOWS, program
from tests.workflows.rendered import inputs_of, outputs_of, script_of

ROOT = WORKFLOWS / "nextflow"
MODULES = sorted(path.parent for path in ROOT.rglob("main.nf"))
NAMES = [path.name for path in MODULES]

_UNKNOWN = {"docker_tag", "singularity_tag", "test_snapshot_exists"}
"""What nf-core's linter asks Nextflow and nf-test for: images, and a snapshot of a run."""
_NOT_YET = {"bioconda_version"}
"""What it warns of while there is no package."""

_STAND_IN = """#!/bin/sh
# the linter asks for the configuration of a pipeline, which a repository of modules does not have, and the version
case "$*" in *config*) echo '{}' ;; -v) echo 'nextflow version 20.01.0.5000' ;; *) exit 1 ;; esac
"""


@pytest.fixture(scope="module")
def lint(environment, tmp_path_factory):
    """Return what lints a module; nf-core's own modules, which it wants to look at, are an empty repository."""
    named = program("nf-core", "DMISO_NFCORE")
    folder = tmp_path_factory.mktemp("nf-core")
    remote, binaries = folder / "remote", folder / "bin"
    (remote / "modules" / "nf-core" / "none").mkdir(parents=True)
    (remote / "modules" / "nf-core" / "none" / "main.nf").write_text("\n")
    (remote / ".nf-core.yml").write_text("repository_type: modules\norg_path: nf-core\n")
    for schema in ("environment", "meta"):
        (remote / "modules" / f"{schema}-schema.json").write_text('{"type": "object"}')
    who = ("-c", "user.email=none@example.org", "-c", "user.name=none")
    for words in (("init", "-q", "-b", "master"), ("add", "-A"), (*who, "commit", "-qm", "none")):
        subprocess.run(["git", *words], cwd=remote, check=True, capture_output=True)
    binaries.mkdir()
    (binaries / "nextflow").write_text(_STAND_IN)
    (binaries / "nextflow").chmod(0o755)
    settings = {
        **environment,
        "PATH": f"{binaries}{os.pathsep}{environment['PATH']}",
        "COLUMNS": "200",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{remote.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://github.com/nf-core/modules.git",
    }

    def run(name):
        command = [named, "modules", "lint", f"dmiso/{name}", "--plain-text", "--passed"]
        return subprocess.run(
            command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False, timeout=300
        )

    return run


@pytest.mark.parametrize("name", NAMES)
def test_lint__finds_nothing_but_what_nextflow_is_needed_for(lint, name):
    said = lint(name).stdout
    parts = re.split(r"\n\[.\] *\d+ Module Tests? (Passed|Warnings?|Failed)\n", said)
    found = {kind[:4]: set(re.findall(rf"^dmiso/{name} (\w+)$", text, re.MULTILINE))
             for kind, text in zip(parts[1::2], parts[2::2], strict=True)}  # fmt: skip
    assert found["Fail"] == _UNKNOWN, said
    assert found["Warn"] == _NOT_YET, said
    passed = {
        "main_nf_script_outputs",
        "meta_output",
        "meta_name",
        "process_capitals",
        "process_standard_label",
    }
    assert passed - found["Pass"] <= {"main_nf_script_outputs"}, said
    assert len(found["Pass"]) > 20


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_meta__describes_the_inputs_and_outputs_of_the_module(module):
    meta = yaml.safe_load((module / "meta.yml").read_text(encoding="utf-8"))
    main = module / "main.nf"
    named = [key for channel in meta["input"] for one in channel for key in one]
    assert [name for name in named if not name.startswith("meta")] == inputs_of(main)
    files = [
        key for channel in meta["output"].values() for one in channel[0] for key in one if "prefix" in key
    ]
    assert [pattern.replace("${prefix}", "x") for pattern in files] == outputs_of(main, "x")


def _inputs(data, name):
    """Return files for a module's inputs, and options as its nf-test gives them."""
    small = data / "test-data"
    files = {
        "isomirs": {
            "reads": ["control.fastq.gz", "treated.fastq.gz"],
            "mature": "mature.fa",
            "hairpin": "hairpin.fa",
        },
        "chimeras": {"reads": ["chimeric.fastq.gz"], "mature": "isomirs.fa", "transcripts": "transcripts.fa"},
        "dataset": {"interactions": "interactions.tsv", "transcripts": "transcripts.fa"},
        "train": {"data": "few.tsv"},
        "evaluate": {"pairs": "test.tsv", "model": ""},
        "scan": {"mirnas": "isomirs.fa", "transcripts": "transcripts.fa", "cds": ""},
        "predict": {"mirnas": "isomirs.fa", "targets": "transcripts.fa"},
    }[name]
    return small, files


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_script__run_as_bash_makes_every_file_that_the_module_promises(module, environment, tmp_path):
    small, files = _inputs(WORKFLOWS / "galaxy", module.name)
    assert set(files) == set(inputs_of(module / "main.nf"))
    for given in files.values():
        for file in [given] if isinstance(given, str) else given:
            if file:
                (tmp_path / file).symlink_to(small / file)
    config = (module / "tests" / "nextflow.config").read_text(encoding="utf-8")
    args = re.search(r"ext\.args = '([^']*)'", config)[1]
    script = script_of(module / "main.nf", files, name="sample", args=args)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True,
        check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, script + done.stderr
    for pattern in outputs_of(module / "main.nf", "sample"):
        assert list(tmp_path.glob(pattern)), f"{pattern} was not made by {script}"
