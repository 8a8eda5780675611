"""What the doctor looks at, each with what can be wrong with it."""

import os
import shutil
import sys
import tempfile
from importlib.metadata import requires

import pytest

from dmiso.doctor.installed import check_extras, declared
from dmiso.doctor.machine import check_machine, usable_cores, usable_memory
from dmiso.doctor.programs import PROGRAMS, check_programs
from dmiso.doctor.stock import check_models, check_references
from dmiso.examples import write_examples
from dmiso.models.registry import BUNDLED
from dmiso.references import ReferenceSources, build_reference
from dmiso.references.homes import references_folder, use_reference
from dmiso.settings.reference import ReferenceSettings


def by_subject(checks):
    return {check.subject: check for check in checks}


def test_requirements__are_all_understood():
    assert len(list(declared())) == len([line for line in requires("dmiso") if "dmiso[" not in line])


def test_extra__that_is_missing_says_what_for_and_the_line_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "RNA", None)
    found = by_subject(check_extras())["extra energy"]
    assert found.status == "absent"
    assert found.found == "ViennaRNA not installed, for folding duplexes"
    assert found.advice == "pip install 'dmiso[energy]'"


def test_extra__that_is_there_in_part_names_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    found = by_subject(check_extras())["extra excel"]
    assert found.status == "note"
    assert "fastexcel is not installed" in found.found
    assert "xlsxwriter" in found.facts


@pytest.fixture
def groups(tmp_path):
    """Control groups of version 2: a job's below a node's; gives both paths the readers take."""
    inner = tmp_path / "groups" / "slurm" / "job7"
    inner.mkdir(parents=True)
    (inner / "cpu.max").write_text("max 100000\n")
    (inner.parent / "cpu.max").write_text("50000 100000\n")
    (inner / "memory.max").write_text("3000000000\n")
    (inner.parent / "memory.max").write_text("9000000000\n")
    (tmp_path / "own").write_text("0::/slurm/job7\n")
    return tmp_path / "groups", tmp_path / "own"


def test_cores__are_those_of_the_tightest_group(groups):
    assert usable_cores(*groups) == (0.5, "the control group")


def test_memory__is_that_of_the_tightest_group(groups):
    assert usable_memory(*groups) == (3e9, "the control group")


def test_limits__of_version_1_are_read_and_unlimited_is_no_limit(tmp_path):
    (tmp_path / "own").write_text("4:cpu,cpuacct:/docker/ab\n2:memory:/docker/ab\n1:name=systemd:/x\n")
    folder = tmp_path / "groups" / "cpu" / "docker" / "ab"
    folder.mkdir(parents=True)
    (folder / "cpu.cfs_quota_us").write_text("25000\n")
    (folder / "cpu.cfs_period_us").write_text("100000\n")
    memory = tmp_path / "groups" / "memory"
    memory.mkdir()
    (memory / "memory.limit_in_bytes").write_text("1000000000\n")  # a container sees its own as the outermost
    assert usable_cores(tmp_path / "groups", tmp_path / "own") == (0.25, "the control group")
    assert usable_memory(tmp_path / "groups", tmp_path / "own") == (1e9, "the control group")
    (folder / "cpu.cfs_quota_us").write_text("-1\n")
    assert usable_cores(tmp_path / "groups", tmp_path / "own")[0] == len(os.sched_getaffinity(0))


def test_cores__without_groups_are_those_of_the_affinity(tmp_path):
    assert usable_cores(tmp_path, tmp_path / "none")[0] == len(os.sched_getaffinity(0))


def test_temporary_folder__that_cannot_be_written_is_broken(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    found = by_subject(check_machine())["temporary folder"]
    assert found.status == "broken"
    assert "TMPDIR" in found.advice


def test_programs__that_are_absent_or_cannot_run_are_no_fault(monkeypatch, tmp_path):
    for name, text in {
        "blastn": "#!/no/such/interpreter\n",
        "miranda": "#!/bin/sh\necho miranda v3.3a\n",
    }.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = by_subject(check_programs())
    assert found["program blastn"].status == "note"
    assert "cannot be run" in found["program blastn"].found
    assert found["program miranda"].facts["version"] == "3.3a"
    assert {found[f"program {p.name}"].status for p in PROGRAMS[2:3]} == {"absent"}


def test_models__that_lack_a_file_or_a_registry_are_broken(tmp_path):
    folder = tmp_path / "bundled"
    shutil.copytree(BUNDLED, folder)
    assert {check.status for check in check_models(folder)} == {"ok"}
    (folder / "repression@v0.1.0" / "weights.safetensors").unlink()
    found = by_subject(check_models(folder))
    assert found["model repression@v0.1.0"].status == "broken"
    (folder / "registry.json").write_text("{")
    assert [check.status for check in check_models(folder)] == ["broken"]


@pytest.fixture
def reference(tmp_path):
    """A reference of the user's, by name ``mine``."""
    write_examples(tmp_path / "e")
    names = ("mirnas", "hairpins", "gff3", "transcripts", "annotation", "cds", "genes", "genome", "utrs")
    sources = ReferenceSources(
        **{
            **dict.fromkeys(names),
            "mirnas": (tmp_path / "e" / "mature.fa",),
            "transcripts": (),
            "annotation": (),
        }
    )
    build_reference("mine", sources, ReferenceSettings(), folder=None, command=("test",))
    return references_folder() / "mine"


def test_reference__that_was_changed_is_a_fault_only_where_it_is_in_use(reference):
    assert by_subject(check_references())["reference mine"].status == "ok"
    path = reference / "mirnas.fa"
    path.write_bytes(path.read_bytes().replace(b"U", b"A", 1))  # as many bytes as before
    found = by_subject(check_references())["reference mine"]
    assert found.status == "note"
    assert "not what it was" in found.found
    assert "dmiso reference add" in found.advice
    use_reference("mine")
    assert by_subject(check_references())["reference mine"].status == "broken"


def test_reference__in_use_that_is_gone_is_a_fault(reference):
    use_reference("mine")
    shutil.rmtree(reference)
    found = by_subject(check_references())["reference in use"]
    assert found.status == "broken"
    assert "dmiso reference use --none" in found.advice


def test_reference__that_is_not_whole_is_noted(reference):
    (reference / "reference.json").unlink()
    assert by_subject(check_references())["reference mine"].status == "note"
