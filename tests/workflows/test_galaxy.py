"""Galaxy's wrappers: planemo's linter, and each test's command rendered by Cheetah and run, without Galaxy."""

import gzip
import json
import subprocess
from pathlib import Path

import pytest
from tests.workflows.conftest import WORKFLOWS, program
from tests.workflows.rendered import Wrapper

FOLDER = WORKFLOWS / "galaxy"
WRAPPERS = sorted(FOLDER.glob("dmiso_*.xml"))
NAMES = [path.stem for path in WRAPPERS]
TESTS = [(path, number) for path in WRAPPERS for number, _ in enumerate(Wrapper(path).root.iter("test"))]

_RENDER = """
import json, sys
from Cheetah.Template import Template

class Dataset(str):
    def __new__(cls, file):
        self = super().__new__(cls, file["path"])
        self.element_identifier, self.ext = file["name"], file["ext"]
        return self

class Conditional(dict):
    __getattr__ = dict.__getitem__

def value(given):
    if isinstance(given, dict) and "path" in given:
        return Dataset(given)
    if isinstance(given, dict):
        return Conditional({key: value(one) for key, one in given.items()})
    if isinstance(given, list):
        return [value(one) for one in given]
    return given

told = json.load(sys.stdin)
names = {key: value(one) for key, one in told["values"].items()}
print(Template(source=told["command"], searchList=[names]))
"""
"""Run by the Python of planemo's environment, which has Galaxy's Cheetah."""


@pytest.fixture(scope="module")
def planemo():
    return program("planemo", "DMISO_PLANEMO")


def test_lint__finds_nothing(planemo, environment):
    done = subprocess.run(
        [planemo, "lint", "--fail_level", "warn", *map(str, WRAPPERS)],
        cwd=FOLDER, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert said.count("Linting tool") == len(WRAPPERS)
    assert "WARNING" not in said
    assert "ERROR" not in said


def _given(param, text):
    """Return a value as Galaxy hands it to the template: files as data sets, everything else as text."""
    if param.get("type") != "data":
        return text
    files = [
        {"path": str(FOLDER / "test-data" / name), "name": name.split(".")[0], "ext": _datatype(param, name)}
        for name in text.split(",")
        if name
    ]
    return files if param.get("multiple") == "true" else (files or [""])[0]


def _datatype(param, name):
    allowed = param.get("format").split(",")
    return next((one for one in allowed if one.endswith(".gz") == name.endswith(".gz")), allowed[0])


def _default(param):
    if param.get("type") == "select":
        options = param.findall("option")
        chosen = [one.get("value") for one in options if one.get("selected") == "true"]
        return (
            ",".join(chosen) if param.get("multiple") == "true" else (chosen or [options[0].get("value")])[0]
        )
    return param.get("value") or ""


def _name(param):
    return param.get("name") or param.get("argument").lstrip("-").replace("-", "_")


def _values(inputs, test):
    """Return the values of a test, defaults where it is silent."""
    given = {param.get("name"): param.get("value") for param in test.findall("param")}
    values = {
        _name(param): _given(param, given.pop(_name(param), _default(param)))
        for param in inputs.findall("param")
    }
    assert not given, f"no such inputs: {sorted(given)}"
    for conditional in inputs.findall("conditional"):
        name = conditional.get("name")
        told = next((one for one in test.findall("conditional") if one.get("name") == name), None)
        chosen = {} if told is None else {one.get("name"): one.get("value") for one in told.findall("param")}
        select = conditional.find("param")
        choice = chosen.pop(_name(select), _default(select))
        when = next(one for one in conditional.findall("when") if one.get("value") == choice)
        parts = {_name(p): _given(p, chosen.pop(_name(p), _default(p))) for p in when.findall("param")}
        assert not chosen, f"no such inputs: {sorted(chosen)}"
        values[name] = {_name(select): choice, **parts}
    return values


@pytest.mark.parametrize(("path", "number"), TESTS, ids=[f"{path.stem}-{number}" for path, number in TESTS])
def test_command__of_a_test_run_for_real_makes_what_the_test_asks_for(
    path, number, planemo, environment, tmp_path
):
    wrapper = Wrapper(path)
    test = list(wrapper.root.iter("test"))[number]
    told = {"command": wrapper.command, "values": _values(wrapper.root.find("inputs"), test)}
    python = Path(planemo).parent / "python"
    rendered = subprocess.run(
        [python, "-c", _RENDER], input=json.dumps(told), capture_output=True, text=True, check=False
    )
    assert rendered.returncode == 0, rendered.stderr
    # Galaxy puts a command on one line
    command = " ".join(line.strip() for line in rendered.stdout.splitlines() if line.strip())
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, command + done.stderr
    outputs = {one.get("name"): one for one in wrapper.root.find("outputs")}
    assert int(test.get("expect_num_outputs")) == len(outputs)
    for name, output in outputs.items():
        if output.tag == "data":
            made = tmp_path / output.get("from_work_dir").replace("@FOLDER@", "results")
            assert made.is_file(), name
    assert list(tmp_path.rglob("*_mqc.json"))
    for output in test.findall("output"):
        made = tmp_path / outputs[output.get("name")].get("from_work_dir").replace("@FOLDER@", "results")
        text = made.read_text(encoding="utf-8")
        for asked in output.iter("has_text"):
            assert asked.get("text") in text, f"{asked.get('text')} is not in {made.name}"


def test_test_data__is_what_its_script_makes(environment, tmp_path):
    script = FOLDER / "make_test_data.sh"
    subprocess.run(["bash", str(script), str(tmp_path)], env=environment, check=True, capture_output=True)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in (FOLDER / "test-data").iterdir())
    for name in made:
        ours, theirs = (_content(folder / name) for folder in (tmp_path, FOLDER / "test-data"))
        assert ours == theirs, name


def _content(path):
    """Return a file's bytes, not as they are packed: that differs between versions of zlib."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
