"""Recipes, Dockerfile and Apptainer definition say what pyproject.toml says, and are what their tools take."""

import importlib.util
import os
import re
import subprocess
import tomllib
from pathlib import Path

import jinja2
import pytest
import yaml

import dmiso

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "packaging"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = {
    name: lines
    for name, lines in PROJECT["optional-dependencies"].items()
    if name not in {"all", "dev", "docs"}
}
CONDA_NAMES = {
    "torch": "pytorch",
    "matplotlib": "matplotlib-base",
    "duckdb": "python-duckdb",
    "fastexcel": "python-fastexcel",
    "dask": "distributed",
}
"""Packages that conda has under another name."""
NOT_IN_CONDA = {"memelite"}


def conda(requirement):
    """A requirement of pip as conda writes it: ``numpy >=2.0``."""
    name, least = re.sub(r"\[\w+\]", "", requirement).split(">=")
    return f"{CONDA_NAMES.get(name, name.lower())} >={least}"


def meta():
    """The recipe for conda-build, rendered as conda-build does: two passes of Jinja, then YAML."""
    text = (FOLDER / "conda" / "meta.yaml").read_text(encoding="utf-8")
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    return yaml.safe_load(environment.from_string(text).render(PYTHON="python"))


def recipe():
    return yaml.safe_load((FOLDER / "conda" / "recipe.yaml").read_text(encoding="utf-8"))


def test_recipes__have_the_version_and_the_requirements_of_the_package():
    python = f"python {PROJECT['requires-python']}"
    known = [python, *map(conda, PROJECT["dependencies"])]
    assert meta()["requirements"]["run"] == known
    assert recipe()["requirements"]["run"] == known
    assert meta()["package"] == {"name": "dmiso", "version": dmiso.__version__}
    assert recipe()["context"] == {"name": "dmiso", "version": dmiso.__version__}
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    for found in (meta(), recipe()):
        assert set(map(conda, build)) <= set(found["requirements"]["host"])


def test_recipes__bound_what_extras_bring():
    wanted = {line for lines in EXTRAS.values() for line in lines if not line.startswith("dmiso[")}
    known = {conda(line) for line in wanted if line.partition(">=")[0] not in NOT_IN_CONDA}
    assert set(meta()["requirements"]["run_constrained"]) == known
    assert set(recipe()["requirements"]["run_constraints"]) == known


def test_recipes__start_the_same_program_and_try_the_same():
    [(name, target)] = PROJECT["scripts"].items()
    assert meta()["build"]["entry_points"] == [f"{name} = {target}"]
    assert recipe()["build"]["python"]["entry_points"] == [f"{name} = {target}"]
    assert meta()["test"]["commands"] == ["pip check", *recipe()["tests"][1]["script"]]
    for found in (meta(), recipe()):
        assert found["build"]["noarch"] == "python"
        assert found["about"]["license"] == PROJECT["license"]
        assert found["about"]["summary"] == PROJECT["description"]


def tool(variable, what):
    """The program that an environment variable names; skipped where it is absent, an error in the CI."""
    path = os.environ.get(variable)
    if path is None:
        reason = f"{what} is absent: name its program in {variable}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


RENDER = """
import json, sys, rattler_build as rattler
recipe = rattler.Stage0Recipe.from_file(sys.argv[1])
[variant] = recipe.render(rattler.VariantConfig(), rattler.RenderConfig())
print(json.dumps(variant.recipe.to_dict()))
"""


def test_recipe__is_rendered_by_rattler_build():
    import json

    python = tool("DMISO_RATTLER_PYTHON", "rattler-build's library")
    path = str(FOLDER / "conda" / "recipe.yaml")
    done = subprocess.run([python, "-c", RENDER, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["package"] == {"name": "dmiso", "version": dmiso.__version__}
    assert found["requirements"] == recipe()["requirements"]
    assert found["build"]["string"].startswith("py")


def test_dockerfile__pleases_hadolint():
    program = tool("DMISO_HADOLINT", "hadolint")
    words = [program, str(FOLDER / "Dockerfile")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def container_script():
    """The module of scripts/try_container.py, which reads both files."""
    spec = importlib.util.spec_from_file_location("try_container", ROOT / "scripts" / "try_container.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def steps():
    return container_script().docker_steps((FOLDER / "Dockerfile").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sections():
    return container_script().sections((FOLDER / "dmiso.def").read_text(encoding="utf-8"))


def installed(text):
    """Extras and Debian packages that a text installs."""
    extras = re.search(r"EXTRAS=([\w,]+)|\.\[([\w,]+)\]", text)
    debian = re.search(r"apt-get install --yes --no-install-recommends ([^&\n]+)", text)
    return set(next(filter(None, extras.groups())).split(",")), set(debian[1].split())


def test_containers__install_the_same_of_what_there_is(steps, sections):
    of_docker = installed("\n".join(step.rest.replace("\n", " ") for step in steps))
    assert of_docker == installed(sections["post"])
    extras, debian = of_docker
    assert extras <= set(EXTRAS)
    assert extras >= {"energy", "reads", "stats"}
    assert debian == {"ncbi-blast+", "rnahybrid"}


def test_containers__have_what_a_wheel_is_built_from(steps, sections):
    rules = (FOLDER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [rule for rule in rules if rule and not rule.startswith("#")]
    ignored = container_script().ignored
    needed = {"pyproject.toml", "src", PROJECT["readme"], *PROJECT["license-files"], "constraints.txt"}
    for name in needed:
        assert not ignored(ROOT / name, rules), name
    assert ignored(ROOT / "src" / "dmiso" / "__pycache__" / "x.pyc", rules)
    assert ignored(ROOT / "tests" / "conftest.py", rules)
    assert {line.split()[0] for line in sections["files"].splitlines() if line.strip()} == needed
    assert steps[0].rest.split()[0] == re.search(r"^From: (\S+)", sections[""], re.MULTILINE)[1]
    assert "dmiso doctor" in sections["test"]
    assert any(step.word == "RUN" and "dmiso doctor" in step.rest for step in steps)


@pytest.mark.parametrize("name", ["post", "environment", "test", "runscript"])
def test_definition__has_sections_that_a_shell_takes(sections, name):
    subprocess.run(["sh", "-n"], input=sections[name], text=True, check=True)


def test_classifiers__name_the_pythons_that_are_tried():
    said = {line.rpartition(" ")[2] for line in PROJECT["classifiers"] if "Python :: 3." in line}
    assert min(said, key=lambda v: int(v.split(".")[1])) == PROJECT["requires-python"].removeprefix(">=")
