"""Extras: one table, in step with the package's own declaration, and asked in one position only."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dmiso
from dmiso.errors import MissingExtraError
from dmiso.extras import EXTRAS, is_installed, require_extra

SOURCE = Path(dmiso.__file__).parent
ASKERS = {
    "extras.py",
    "__init__.py",  # which of the package's own rooms has the name of a verb
    "compiled.py",  # what unpickling damaged numba code raises
    "cli/faults.py",  # the boundary where every exception ends
}


def declared():
    text = (SOURCE.parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["project"]["optional-dependencies"]


@pytest.mark.parametrize("module", EXTRAS)
def test_extras__install_what_the_table_says(module):
    known = EXTRAS[module]
    names = [re.split(r"[\[>=<]", requirement)[0].lower() for requirement in declared()[known.extra]]
    assert known.package.lower() in names


def test_extras__are_all_in_the_table_and_in_all():
    extras = {known.extra for known in EXTRAS.values()}
    assert extras == set(declared()) - {"all", "dev", "docs", "chimera"}  # the former name of reads
    assert extras == set(re.findall(r"\w+", declared()["all"][0])) - {"dmiso"}


@pytest.mark.parametrize("module", [m.relative_to(SOURCE).as_posix() for m in sorted(SOURCE.rglob("*.py"))])
def test_extras__are_asked_for_in_one_position(module):
    if module in ASKERS:
        return
    nodes = list(ast.walk(ast.parse((SOURCE / module).read_text(encoding="utf-8"))))
    names = {
        n.id if isinstance(n, ast.Name) else n.attr for n in nodes if isinstance(n, ast.Name | ast.Attribute)
    }
    made = {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    asked = names & {"find_spec", "ImportError", "ModuleNotFoundError"} | made & {"MissingExtraError"}
    assert not asked, f"{module} has {asked}: use dmiso.extras"


@pytest.mark.parametrize("module", EXTRAS)
def test_missing_package__is_named_with_its_extra(module, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    known = EXTRAS[module]
    with pytest.raises(MissingExtraError) as caught:
        require_extra(module)
    assert str(caught.value) == (
        f"{known.purpose} needs {known.package}, which is not installed. "
        f"Install it with: pip install 'dmiso[{known.extra}]'"
    )


def test_installed__loads_nothing():
    code = (
        "import sys; from dmiso.extras import EXTRAS, is_installed\n"
        "found = [is_installed(module) for module in EXTRAS]\n"
        "print(sorted(set(EXTRAS) & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_installed__a_part_of_a_missing_package_is_missing():
    assert is_installed("dmiso.extras")
    assert not is_installed("no_such_package.part.of_it")
