"""``dmiso doctor`` on healthy and on damaged installations: what it finds, what it advises, how it ends."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dmiso
from dmiso.doctor.self_test import CORE_MODULES, KNOWN_LOGITS, KNOWN_REPRESSION
from dmiso.models import model_names, resolve
from dmiso.models.registry import default_model_name
from dmiso.repression.store import default_repression_name

SOURCE = Path(dmiso.__file__).parents[1]


def run(*words, path=(), **environment):
    """Run ``dmiso doctor`` in a process of its own; ``path`` is what its imports meet first."""
    paths = [*map(str, path), str(SOURCE)]
    return subprocess.run(
        [sys.executable, "-m", "dmiso", "doctor", *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def checks_of(done):
    """The checks of ``--json`` by subject."""
    return {check["subject"]: check for check in json.loads(done.stdout)["checks"]}


@pytest.fixture(scope="module")
def healthy():
    return run("--json")


def test_doctor__of_a_healthy_installation_ends_with_0(healthy):
    assert healthy.returncode == 0, healthy.stdout
    assert json.loads(healthy.stdout)["healthy"] is True
    found = checks_of(healthy)
    assert found["dmiso"]["facts"]["dmiso"] == dmiso.__version__
    trials = [subject for subject in found if subject.startswith("self-test, ")]
    assert len(trials) == 5
    assert all(found[subject]["status"] == "ok" for subject in trials)
    cache = found["numba cache"]["facts"]
    assert cache["loaded"] + cache["compiled"] > 10
    assert found["reference tiny-hsa"]["status"] == "ok"


def test_doctor__says_the_same_as_text_with_advice_below():
    done = run(COLUMNS="100")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[-1].startswith("healthy")
    assert lines[0].startswith(f"ok   dmiso: {dmiso.__version__} on CPython")
    assert max(map(len, lines)) <= 100


def test_doctor__from_python_is_a_diagnosis():
    found = dmiso.doctor()
    assert found.healthy
    assert found.of("models").facts["default"] == default_model_name()
    with pytest.raises(KeyError):
        found.of("no such thing")


def test_self_test__knows_the_default_models_and_every_network():
    assert default_model_name() in KNOWN_LOGITS
    assert default_repression_name() in KNOWN_REPRESSION
    networks = {resolve(name).config.network for name in KNOWN_LOGITS}
    assert networks == {resolve(name).config.network for name in model_names()}


def test_self_test__imports_all_that_the_package_declares():
    import tomllib

    declared = tomllib.loads((SOURCE.parent / "pyproject.toml").read_text())["project"]["dependencies"]
    assert {line.partition(">=")[0] for line in declared} == set(CORE_MODULES)


@pytest.fixture
def copied(tmp_path):
    """A copy of the package, its compiled code included, to damage."""
    shutil.copytree(SOURCE / "dmiso", tmp_path / "copy" / "dmiso")
    return tmp_path / "copy"


def test_model__that_was_changed_is_found_and_what_rests_on_it_fails(copied):
    weights = copied / "dmiso" / "models" / "bundled" / default_model_name() / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    done = run("--json", path=[copied])
    assert done.returncode == 1
    found = checks_of(done)
    assert found[f"model {default_model_name()}"]["status"] == "broken"
    assert "SHA-256" in found[f"model {default_model_name()}"]["found"]
    assert "pip install --force-reinstall" in found[f"model {default_model_name()}"]["advice"]
    assert found["self-test, known scores"]["status"] == "broken"
    assert found["self-test, known repression"]["status"] == "ok"  # the others were tried all the same
    assert len(found["models"]["facts"]["whole"]) == len(model_names())  # all but one, and that of repression


def test_weights__that_were_changed_with_their_registered_hash_fail_by_the_known_scores(copied):
    # a registry that fits the damaged files: only the known answers tell
    bundled = copied / "dmiso" / "models" / "bundled"
    other = bundled / "dmiso-chimeras@v0.1.0"
    code = (
        "from dmiso.models.registry import read_registry, registry_entry, BUNDLED; import msgspec\n"
        "r = read_registry(); n = 'dmiso-chimeras@v0.1.0'\n"
        "r.models[n] = registry_entry(BUNDLED / n)\n"
        "(BUNDLED / 'registry.json').write_bytes(msgspec.json.encode(r))\n"
    )
    content = bytearray((other / "weights.safetensors").read_bytes())
    content[-2] ^= 64  # an exponent's bit of the last float
    (other / "weights.safetensors").write_bytes(content)
    env = {**os.environ, "PYTHONPATH": str(copied)}
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
    done = run("--json", path=[copied])
    assert done.returncode == 1
    found = checks_of(done)
    assert found["models"]["status"] == "ok"
    assert "known is" in found["self-test, known scores"]["found"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise ImportError('Numba needs NumPy 1.26 or less')", "Numba needs NumPy 1.26 or less"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "ended by signal 4"),
        ("import sys; sys.exit(3)", "ended with code 3"),
    ],
)
def test_package__that_cannot_be_imported_is_named_and_the_doctor_survives(tmp_path, code, said):
    (tmp_path / "numba").mkdir()
    (tmp_path / "numba" / "__init__.py").write_text(code)
    done = run("--json", path=[tmp_path])
    assert done.returncode == 1, done.stderr
    found = checks_of(done)
    assert found["self-test, importing numba"]["status"] == "broken"
    assert said in found["self-test, importing numba"]["found"]
    assert found["models and references"]["status"] == "note"


def test_package__that_is_too_old_is_named_with_the_line_that_renews_it(tmp_path):
    (tmp_path / "click-0.1.dist-info").mkdir()
    (tmp_path / "click-0.1.dist-info" / "METADATA").write_text("Name: click\nVersion: 0.1\n")
    done = run("--json", path=[tmp_path])
    assert done.returncode == 1
    packages = checks_of(done)["packages"]
    assert packages["found"] == "click 0.1 is older than 8.2"
    assert packages["advice"] == "pip install --upgrade --force-reinstall 'click>=8.2'"


def test_cache__that_can_be_written_nowhere_is_noted_and_no_fault(copied, tmp_path):
    for folder in [copied / "dmiso", *(path for path in copied.rglob("*") if path.is_dir())]:
        if folder.name != "__pycache__":
            shutil.rmtree(folder / "__pycache__", ignore_errors=True)
            (folder / "__pycache__").write_text("in the way, also of root")
    nowhere = str(tmp_path / "copy" / "dmiso" / "py.typed" / "below")
    done = run("--json", path=[copied], HOME=nowhere, XDG_CACHE_HOME=nowhere, NUMBA_CACHE_DIR=nowhere)
    assert done.returncode == 0, done.stdout
    cache = checks_of(done)["numba cache"]
    assert cache["status"] == "note"
    assert "cannot be kept" in cache["found"]
    assert "NUMBA_CACHE_DIR" in cache["advice"]


def test_terminal__of_another_encoding_is_noted_and_the_text_is_plain():
    done = run(PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "encoding ascii" in done.stdout
    assert "PYTHONUTF8=1" in done.stdout
