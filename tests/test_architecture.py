"""The house rules that a machine can check: the import ladder, ``__all__``, quick start-up, help pages."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import dmiso
from dmiso.cli.main import COMMANDS

SOURCE = Path(dmiso.__file__).parent
LADDER = (
    ("errors", "alphabet", "records", "columns", "compiling", "garbage", "verbs"),
    ("extras", "pages", "settings", "compiled"),
    ("io", "workers", "losses", "shown", "significance", "kmers"),
    ("provenance",),
    ("isomir", "examples", "trimming"),
    ("encode", "seeds", "energies", "references", "samples"),
    ("confounders",),
    ("dataset", "chimera"),
    ("networks",),
    ("engine",),
    ("models",),
    ("predict", "repression"),
    ("confidence",),
    ("scan",),
    ("evaluate", "compare"),
    ("explain", "ask"),
    ("plot",),
    ("train",),
    ("studies",),
    ("report", "mqc"),
    ("api",),
    ("web", "doctor"),
    ("cli",),
)
"""Rooms from bottom to top, as in docs/architecture.md; a room imports only from rooms below its own level."""
LEVELS = {room: level for level, rooms in enumerate(LADDER) for room in rooms}
TORCH_ROOMS = {"networks", "train", "explain"}
TORCH_ENGINE = {"torch_forward.py", "torch_scan.py"}
"""Named by a network's entry, and imported when the engine is asked for."""
MODULES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*.py"))


def room(parts: tuple[str, ...]) -> str:
    """Name the room of a module path below the package."""
    return parts[0].removesuffix(".py")


def imported_rooms(tree: ast.AST) -> set[str]:
    """Return the rooms of dmiso that a module imports, anywhere in it."""
    rooms = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dmiso."):
            rooms.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            rooms |= {a.name.split(".")[1] for a in node.names if a.name.startswith("dmiso.")}
    return rooms


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_ladder__a_module_imports_only_from_lower_levels_or_its_own_room(module):
    here = room(module.parts)
    if here in {"__init__", "__main__"}:
        return  # the package's faces: they name its public functions and its program
    assert here in LEVELS, f"{here} is not on the ladder: put it there, and in docs/architecture.md"
    for other in imported_rooms(ast.parse((SOURCE / module).read_text(encoding="utf-8"))):
        lower = other == here or LEVELS[other] < LEVELS[here]
        assert lower, f"{module} (level {LEVELS[here]}) imports {other} (level {LEVELS[other]})"


def test_ladder__is_drawn_in_the_architecture_page():
    page = (SOURCE.parent.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    for level, rooms in enumerate(LADDER):
        row = next(line for line in page.splitlines() if line.startswith(f"| {level} |"))
        for name in rooms:
            assert f"`{name}`" in row, f"{name} is missing on level {level} of docs/architecture.md"


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_torch__is_imported_at_module_level_only_where_networks_are_trained(module):
    tree = ast.parse((SOURCE / module).read_text(encoding="utf-8"))
    names = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    assert "torch" not in names or room(module.parts) in TORCH_ROOMS or module.name in TORCH_ENGINE


@pytest.mark.parametrize(
    "module", [m for m in MODULES if m.name != "__init__.py" or len(m.parts) > 1], ids=str
)
def test_all__names_what_exists(module):
    tree = ast.parse((SOURCE / module).read_text(encoding="utf-8"))
    if ast.get_docstring(tree) is None:
        pytest.fail(f"{module} has no docstring that tells what it is for")
    declared = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets)
    ]
    public = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    if public:
        assert declared, f"{module} has no __all__"
        assert len(declared[0]) == len(set(declared[0]))


def run_python(code: str, folder: Path | None = None, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        cwd=folder,
    )


def test_help__loads_nothing_heavy():
    code = (
        "import sys, dmiso.cli.main as m\n"
        "m._run(['--help'])\n"
        "print(sorted({'torch', 'numba', 'polars', 'numpy', 'h5py', 'scipy', 'jinja2'} & set(sys.modules)))"
    )
    assert run_python(code).stdout.strip().endswith("[]")


def test_package__loads_nothing_heavy():
    heavy = "{'torch', 'numba', 'polars', 'numpy', 'h5py', 'scipy', 'jinja2', 'msgspec', 'click', 'rich'}"
    code = f"import sys, dmiso\ndmiso.load_model\nprint(sorted({heavy} & set(sys.modules)))"
    assert run_python(code).stdout.strip() == "[]"


def test_first_prediction__of_kept_code_does_without_the_compiler_and_what_it_brings(tmp_path):
    code = (
        "import sys, dmiso\n"
        "t = dmiso.load_model().predict(mirnas={'a': 'UGAGGUAGUAGGUUGUAUAGUU'}, targets={'b': 'CUACCUCA' * 9})\n"
        "assert 'numba' in sys.modules\n"  # a target longer than a window
        "compiler = {'scipy.linalg', 'numba.np.arraymath', 'numba.np.npyimpl'}\n"
        "print(sorted((compiler | {'jinja2', 'torch'}) & set(sys.modules)))"
    )
    run_python(code)  # keeps what it compiles
    assert run_python(code).stdout.strip() == "[]"


def test_first_prediction__of_a_site_loads_no_numba_and_gives_the_bits_that_its_loops_give():
    code = (
        "import sys, dmiso\n"
        "if sys.argv[1] == 'loops': import numba\n"
        "t = dmiso.load_model().predict(mirnas={'a': 'UGAGGUAGUAGGUUGUAUAGUU', 'b': 'UAAAGUGCUUAUAGUGCAG'}, "
        "targets={'c': 'GGACUAUACAACCUACUACCUCAUU', 'd': 'ACGUNGCACUUUACUAUACAACCAUACCUCANGUGGCACUUUAGC'})\n"
        "print(sorted({'numba', 'llvmlite', 'scipy', 'torch', 'h5py', 'jinja2', 'duckdb'} & set(sys.modules)))\n"
        "print([x.hex() for x in t['logit']], t['start'].to_list())"
    )
    loaded, *rows = run_python(code, None, "rows").stdout.splitlines()
    assert loaded == "[]"
    _, *loops = run_python(code, None, "loops").stdout.splitlines()
    assert rows == loops


@pytest.mark.parametrize(
    "words",
    [
        "predict --mirnas dmiso-examples/isomirs.fa --targets dmiso-examples/transcripts.fa -o s.tsv",
        "scan --mirnas dmiso-examples/isomirs.fa --transcripts dmiso-examples/transcripts.fa -o scanned",
        "isomirs dmiso-examples/isomirs.fa --mature dmiso-examples/mature.fa -o i.tsv",
        "ask UGAGGUAGUAGGUUGUAUAGUU GGACUAUACAACCUACUACCUCAUU",
    ],
    ids=lambda words: words.split()[0],
)
def test_command__whose_code_is_kept_does_without_the_compiler_and_what_it_brings(words, tmp_path):
    code = (
        "import sys\n"
        "from dmiso.cli.main import _run\n"
        "assert _run([*sys.argv[1:], '-q']) == 0\n"
        "compiler = {'scipy.linalg', 'numba.np.arraymath', 'numba.np.npyimpl'}\n"
        "print(sorted((compiler | {'torch', 'matplotlib', 'duckdb', 'pandas'}) & set(sys.modules)))"
    )
    for folder in (tmp_path / "first", tmp_path / "again"):  # the first run keeps what it compiles
        folder.mkdir()
        run_python("from dmiso.cli.main import _run; _run(['examples'])", folder)
        loaded = run_python(code, folder, *words.split()).stdout.splitlines()[-1]
    assert loaded == "[]"


def test_program__leaves_no_object_to_look_through_when_it_ends():
    code = (
        "import gc, sys; sys.argv[1:] = ['--version']\n"
        "from dmiso.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as end: print(end.code, len(gc.get_objects()) < gc.get_freeze_count() / 100)"
    )
    assert run_python(code).stdout.splitlines()[-1] == "0 True"


def test_predict_and_scan__work_without_torch_and_scipy(tmp_path):
    code = (
        "import sys; sys.modules['torch'] = sys.modules['scipy'] = None\n"
        "import dmiso\n"
        "t = dmiso.load_model().predict(mirnas={'a': 'UGAGGUAGUAGGUUGUAUAGUU'}, targets={'b': 'CUACCUCA' * 9})\n"
        "print(t.height)\n"
        "from dmiso.cli.main import _run\n"
        "_run(['examples'])\n"
        "sys.exit(_run(['scan', '--mirnas', 'dmiso-examples/isomirs.fa', '--transcripts', "
        "'dmiso-examples/transcripts.fa', '--decoys', '1', '-o', 'scan']))"
    )
    assert run_python(code, tmp_path).stdout.split()[0] == "1"
    assert (tmp_path / "scan" / "sites.parquet").is_file()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_subcommand__answers_help_with_two_examples(name):
    result = subprocess.run(
        [sys.executable, "-m", "dmiso", name, "--help"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert result.stdout.startswith(f"Usage: dmiso {name}")
    assert result.stdout.count(f"  dmiso {name}") >= 2


def test_every_option__has_a_sentence():
    import importlib

    import click

    for name in COMMANDS:
        command = importlib.import_module(f"dmiso.cli.{name}").command
        for sub in command.commands.values() if isinstance(command, click.Group) else [command]:
            for parameter in sub.params:
                assert not isinstance(parameter, click.Option) or parameter.help, f"{name} {parameter.name}"
