"""Run the steps of ``packaging/Dockerfile`` and ``packaging/dmiso.def`` without a builder of containers.

Each image is a folder and a virtual environment: files are copied as ``COPY`` and ``%files`` say, and ``RUN`` and
``%post`` run in a shell whose ``python`` is the environment's, with ``/opt/dmiso`` in the folder. Steps that use
apt-get are not run, but the packages they name must be known to it. This shows that the steps are right; that the base
image has what they need, it does not. Run as

    python scripts/try_container.py [--python python3.13] [--only docker|apptainer]
"""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
INSIDE = "/opt/dmiso"
"""All that the images make lies here."""


class Step(NamedTuple):
    """An instruction of a Dockerfile: its word, and the rest of its lines as one."""

    word: str
    rest: str


def docker_steps(text: str) -> list[Step]:
    """Return the instructions of a Dockerfile, comments left out and continued lines joined."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [Step(*line.split(None, 1)) for line in joined.splitlines()]


def sections(text: str) -> dict[str, str]:
    """Return the sections of an Apptainer definition, what stands before them under an empty name."""
    parts = re.split(r"^%(\w+)[ \t]*\n", text, flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def ignored(path: Path, rules: list[str]) -> bool:
    """Say whether a file of the repository is left out by the rules of a .dockerignore; the last that fits decides."""
    name, out = path.relative_to(ROOT).as_posix(), False
    for rule in rules:
        pattern = rule.removeprefix("!").removeprefix("**/")
        parts = name.split("/")
        fits = fnmatch(parts[0], pattern) or (
            rule.startswith("**/") and any(fnmatch(p, pattern) for p in parts)
        )
        out = not rule.startswith("!") if fits else out
    return out


class Image:
    """A folder and an environment that stand for an image.

    Parameters
    ----------
    folder
        Of its files.
    python
        Interpreter of the environment.
    """

    def __init__(self, folder: Path, python: str) -> None:
        self.folder, self.work, self.variables = folder, folder / "work", dict[str, str]()
        self.work.mkdir(parents=True)
        subprocess.run([python, "-m", "venv", str(folder / "environment")], check=True)

    def path(self, name: str) -> Path:
        """Return where a path inside is."""
        return self.folder / name.lstrip("/") if name.startswith("/") else self.work / name

    def run(self, script: str) -> None:
        """Run a step in a shell that stops at the first fault; apt-get is only asked what it knows."""
        kept = []
        for part in re.split(r"\s*&&\s*|\n", script):
            if "apt-get install" in part:
                names = [w for w in shlex.split(part)[2:] if not w.startswith("-")]
                subprocess.run(
                    ["apt-cache", "show", "--no-all-versions", *names], check=True, capture_output=True
                )
            elif not part.strip().startswith(("apt-get", "rm -rf /var/lib/apt", "cd /\n")):
                kept.append(part.replace(INSIDE, f"{self.folder}{INSIDE}"))
        bin_folder = self.folder / "environment" / "bin"
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        environment = {"PATH": f"{bin_folder}:/usr/bin:/bin", "HOME": str(home), **self.variables}
        words = ["bash", "-euc", "\n".join(kept)]
        print(f"$ {' && '.join(part.strip() for part in kept if part.strip())}", flush=True)
        subprocess.run(words, cwd=self.work, env=environment, check=True)


def try_docker(folder: Path, python: str) -> None:
    """Run every stage of the Dockerfile."""
    text = (ROOT / "packaging" / "Dockerfile").read_text(encoding="utf-8")
    rules = (ROOT / "packaging" / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [rule for rule in rules if rule and not rule.startswith("#")]
    stages: dict[str, Image] = {}
    image: Image | None = None
    for step in docker_steps(text):
        if step.word == "FROM":
            name = step.rest.partition(" AS ")[2] or "last"
            image = stages[name] = Image(folder / name, python)
            continue
        assert image is not None, "a Dockerfile begins with FROM"
        if step.word == "WORKDIR":
            image.work = image.path(step.rest)
            image.work.mkdir(parents=True, exist_ok=True)
        elif step.word in {"ARG", "ENV"}:
            image.variables.update([step.rest.split("=", 1)])
        elif step.word == "COPY":
            copy(step.rest.split(), image, stages, rules)
        elif step.word == "RUN":
            image.run(step.rest)
        elif step.word != "CMD":
            raise SystemExit(f"no way to try {step.word}")


def copy(words: list[str], image: Image, stages: dict[str, Image], rules: list[str]) -> None:
    """Copy as COPY does: from another stage, or what the context holds."""
    if words[0].startswith("--from="):
        stage = stages[words[0].partition("=")[2]]
        shutil.copytree(stage.path(words[1]), image.path(words[2]))
        return
    source, target = ROOT / words[0], image.path(words[1])
    for path in [source] if source.is_file() else sorted(source.rglob("*")):
        if path.is_file() and ".git" not in path.parts and not ignored(path, rules):
            inner = target / (path.name if source.is_file() else path.relative_to(source))
            inner.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, inner)


def try_apptainer(folder: Path, python: str) -> None:
    """Run %files, %post, %test and %runscript of the definition."""
    parts = sections((ROOT / "packaging" / "dmiso.def").read_text(encoding="utf-8"))
    image = Image(folder / "apptainer", python)
    for line in parts["files"].split("\n"):
        if line.strip():
            source, target = line.split()
            inner = image.path(target)
            inner.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, inner, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(ROOT / source, inner)
    image.run(parts["post"])
    image.run(parts["environment"] + parts["test"])
    image.run(parts["environment"] + "set -- --version\n" + parts["runscript"])


def main() -> int:
    """Try both; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", default=sys.executable, help="Stands for the image's interpreter.")
    parser.add_argument("--only", choices=["docker", "apptainer"], help="One of them.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dmiso-container-") as name:
        for kind, trial in {"docker": try_docker, "apptainer": try_apptainer}.items():
            if arguments.only in {None, kind}:
                trial(Path(name), arguments.python)
                print(f"{kind}: every step ends well", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
