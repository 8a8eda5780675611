"""Try the wheel as a user gets it: alone, in an empty environment, without the source tree.

Builds the source archive and from it the wheel, looks at what is in both, and for each Python installs the wheel into a
new environment with nothing but the core's packages. There it runs ``dmiso doctor``, checks every bundled model, asks
the shipped reference, and runs the commands that need no extra; commands that need one must say which. Run as

    python scripts/try_wheel.py [--python python3.12 ...] [--wheel FILE]

The programs that build and check (``build``, ``twine``) get an environment of their own. The exit code is 1 if anything
is not as it should be.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
LARGEST_WHEEL = 8e6
"""Bytes: an index's page and a container layer hold it easily; models are 2.4 MB of it."""
UNWANTED = re.compile(
    r"__pycache__|\.(pyc|nbi|nbc)$|(^|/)(tests?|benchmarks|\.git|\.venv)/|\.ipynb_checkpoints"
)
TOOLS = ("build==1.6.1", "twine==7.0.0")
LET7, SITE = "UGAGGUAGUAGGUUGUAUAGUU", "GGACUAUACAACCUACUACCUCAUU"
WORKS = (
    ("doctor", "doctor"),
    ("examples", "examples"),
    ("models list", "models list"),
    ("ask", "ask hsa-miR-101-3p EZH2-like"),
    ("ask an isomiR", "ask GUACAGUACUGUGAUAACUGAA EZH2-like --against canonical --no-pictures -o asked"),
    (
        "predict",
        "predict --mirnas dmiso-examples/isomirs.fa --targets dmiso-examples/transcripts.fa -o sites.tsv",
    ),
    (
        "scan",
        "scan --mirnas dmiso-examples/isomirs.fa --reference tiny-hsa --also bed --also gff3 -o scanned",
    ),
    ("isomirs", "isomirs dmiso-examples/isomirs.fa --reference tiny-hsa -o calls.gff3"),
    ("columns", "columns"),
    ("reference show", "reference show tiny-hsa"),
    ("evaluate", "evaluate dmiso-examples/test.tsv --no-pictures --replicates 2 -o judged"),
)
"""Commands of the core, in this order in one folder."""
NEEDS = {
    "train dmiso-examples/labelled.tsv -o trained": "train",
    "scan query scanned --mirna hsa-let-7a-5p": "query",
    "serve": "web",
    "isomirs summary calls.gff3 --reference tiny-hsa -o summary": "stats",
    "predict --pairs dmiso-examples/pairs.tsv -o sites.xlsx": "excel",
    "explain pair UGAGGUAGUAGGUUGUAUAGUU GGACUAUACAACCUACUACCUCAUU --pictures -o explained": "report",
}
"""Commands that must name the extra they need."""


def main() -> int:
    """Build, look, install, run; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", nargs="+", default=[sys.executable], help="Interpreters to try it with.")
    parser.add_argument("--wheel", type=Path, help="A wheel that is there; none is built then.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dmiso-wheel-") as name:
        folder = Path(name)
        wheel = arguments.wheel.resolve() if arguments.wheel else build(folder / "dist")
        faults = look_into(wheel, versions=[minor_version(python) for python in arguments.python])
        for python in arguments.python:
            faults += tried(python, wheel, folder / f"python-{minor_version(python)}")
    for fault in faults:
        print(f"FAIL {fault}")
    print("the wheel works" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


def build(folder: Path) -> Path:
    """Build source archive and wheel, the wheel from the archive; check both as an index does."""
    tools = folder.parent / "tools"
    run(sys.executable, "-m", "venv", str(tools))
    python = str(tools / "bin" / "python")
    run(python, "-m", "pip", "install", "--quiet", *TOOLS)
    run(python, "-m", "build", "--outdir", str(folder), str(ROOT))
    [wheel] = folder.glob("*.whl")
    [archive] = folder.glob("*.tar.gz")
    with tarfile.open(archive) as held:
        unwanted = [n for n in held.getnames() if re.search(r"__pycache__|\.(pyc|nbi|nbc)$", n)]
    if unwanted:
        raise SystemExit(f"{archive.name} holds {unwanted[0]}")
    run(python, "-m", "twine", "check", "--strict", str(wheel), str(archive))
    print(
        f"{archive.name} {archive.stat().st_size / 1e6:.1f} MB, {wheel.name} {wheel.stat().st_size / 1e6:.1f} MB"
    )
    return wheel


def look_into(wheel: Path, *, versions: list[str]) -> list[str]:
    """Return what is wrong with a wheel's files and metadata.

    Parameters
    ----------
    wheel
        A file.
    versions
        Of the Pythons that it is tried with: ``3.12``.
    """
    with zipfile.ZipFile(wheel) as held:
        names = held.namelist()
        metadata = next(held.read(n).decode() for n in names if n.endswith(".dist-info/METADATA"))
        registry = json.loads(held.read("dmiso/models/bundled/registry.json"))
    faults = [f"{n} has no business in a wheel" for n in names if UNWANTED.search(n)]
    faults += [f"{n} is beside the package" for n in names if not n.startswith(("dmiso/", "dmiso-"))]
    wanted = {"dmiso/py.typed", *(f"dmiso/models/bundled/{m}/card.md" for m in registry["models"])}
    wanted |= {f"dmiso/models/bundled/{m}/{f}" for m, files in registry["models"].items() for f in files}
    wanted |= {f"dmiso/models/bundled/{m}/{f}" for m, files in registry["repression"].items() for f in files}
    wanted |= {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "dmiso").rglob("*")
        if path.is_file() and not UNWANTED.search(path.relative_to(ROOT).as_posix())
    }
    faults += [f"{n} is missing from the wheel" for n in sorted(wanted - set(names))]
    if not any(PurePosixPath(n).name == "LICENSE" for n in names):
        faults.append("the licence is missing from the wheel")
    if wheel.stat().st_size > LARGEST_WHEEL:
        faults.append(f"{wheel.name} has {wheel.stat().st_size:,} bytes, over {LARGEST_WHEEL:,.0f}")
    said = set(
        re.findall(r"^Classifier: Programming Language :: Python :: (3\.\d+)$", metadata, re.MULTILINE)
    )
    faults += [f"tried with Python {v}, which no classifier names" for v in versions if v not in said]
    return faults


def tried(python: str, wheel: Path, folder: Path) -> list[str]:
    """Install a wheel into an empty environment and run it there; return what went wrong."""
    started = time.monotonic()
    run(python, "-m", "venv", str(folder / "environment"))
    bin_folder = folder / "environment" / "bin"
    constraints = ["-c", str(ROOT / "constraints.txt")]
    run(str(bin_folder / "python"), "-m", "pip", "install", "--quiet", *constraints, str(wheel))
    installed = time.monotonic()
    work = folder / "work"
    work.mkdir()
    faults = []
    for name, words in WORKS:
        done = dmiso(bin_folder, work, words)
        if done.returncode:
            faults.append(
                f"{name}: code {done.returncode}: {done.stderr.strip() or done.stdout.strip()[-2000:]}"
            )
        if name == "doctor":
            print(done.stdout)
    faults += models_fault(bin_folder, work)
    for words, extra in NEEDS.items():
        done = dmiso(bin_folder, work, words)
        if done.returncode not in {1, 2} or f"pip install 'dmiso[{extra}]'" not in done.stderr:
            faults.append(f"{words!r} does not name the extra {extra}: code {done.returncode}: {done.stderr}")
        elif "Traceback" in done.stderr:
            faults.append(f"{words!r} shows a traceback")
    took = f"installed in {installed - started:.0f} s, tried in {time.monotonic() - installed:.0f} s"
    print(f"Python {minor_version(python)}: {took}, {len(faults)} faults")
    shutil.rmtree(folder)
    return faults


def models_fault(bin_folder: Path, work: Path) -> list[str]:
    """Return what is wrong with bundled models: each is checked, and scores a pair."""
    listed = dmiso(bin_folder, work, "models list").stdout
    names = [line[2:].partition("\t")[0] for line in listed.splitlines()]
    faults = [] if len(names) > 1 else [f"models list says {listed!r}"]
    for name in names:
        done = dmiso(bin_folder, work, f"models check {name}")
        if done.returncode:
            faults.append(f"{name}: {done.stdout}{done.stderr}")
    binding = [name for name in names if not name.startswith("repression")]
    code = f"import dmiso; [dmiso.predict(mirnas={LET7!r}, targets={SITE!r}, model=name) for name in {binding!r}]"
    done = called([str(bin_folder / "python"), "-c", code], work)
    if done.returncode:
        faults.append(f"scoring from Python: {done.stderr}")
    return faults


def dmiso(bin_folder: Path, work: Path, words: str) -> subprocess.CompletedProcess[str]:
    """Run the program of an environment."""
    return called([str(bin_folder / "dmiso"), *words.split()], work)


def called(words: list[str], work: Path) -> subprocess.CompletedProcess[str]:
    """Run something with an account's environment that has seen nothing of this tree."""
    home = work / "home"
    home.mkdir(exist_ok=True)
    path = os.environ["PATH"]
    environment = {
        "PATH": path,
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHONSAFEPATH": "1",
        "COLUMNS": "100",
    }
    return subprocess.run(words, cwd=work, env=environment, capture_output=True, text=True, check=False)


def minor_version(python: str) -> str:
    """Return ``3.12`` of an interpreter."""
    said = subprocess.run([python, "--version"], capture_output=True, text=True, check=True).stdout
    return ".".join(said.split()[1].split(".")[:2])


def run(*words: str) -> None:
    """Run something that has to work."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: code {done.returncode}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
