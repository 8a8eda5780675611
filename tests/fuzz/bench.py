"""The fuzz bench: every option that reads a file, with that file broken in every way, and four promises.

1. The run ends by itself with exit code 0, 1 or 2.
2. An error is one message of few lines that names the file; no traceback.
3. After an error nothing stands under the final name, and no part is left.
4. It takes less than 30 s of CPU and 1 GiB of memory.

Run ``python -m tests.fuzz.bench --seconds 600 --seed 1 -o results.tsv`` from the root of the repository;
``--option "predict --pairs"`` takes some options alone, ``--case ID`` makes one case again and keeps its folder.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import sys
import tempfile
import time
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import polars as pl

from .child import Program
from .good_inputs import make_good_inputs
from .judge import broken_promises
from .mutations import MUTATIONS, Mutation, mutations_of
from .paths import ODD_NAMES, position_odd
from .recipes import RECIPES, Recipe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .child import Outcome

__all__ = ["Case", "Verdict", "all_cases", "make_ready", "run_case"]

_SHARE = 8
"""One in so many costly cases is made."""
_MATURE = "--mature {good}/matures.fa"
_MRNA = "--transcripts {good}/mrna.fa"
_TRIMMED = "--umi5 8 --adapter TGGAATTCTCGGGTGCCAAGG"
_MADE_BY_THE_PROGRAM = (
    f"isomirs call {{good}}/collapsed.fa --counts-from-names {_MATURE} -o {{good}}/calls.tsv",
    f"isomirs call {{good}}/collapsed.fa {_MATURE} -o {{good}}/calls.parquet",
    f"isomirs call {{good}}/collapsed.fa {_MATURE} -o {{good}}/calls.gff3",
    f"scan run --decoys 0 --min-percentile 90 --mirnas {{good}}/mirnas.fa {_MRNA} -o {{good}}/scan",
    f"chimeras simulate {_MATURE} {_MRNA} --reads 400 --isomirs 8 --interactions 30 -o {{good}}/simulated",
    f"chimeras call {_TRIMMED} {{good}}/simulated/reads.fastq.gz {_MATURE} {_MRNA} --min-reads 1 -o {{good}}/called",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One broken input.

    Parameters
    ----------
    recipe, mutation
        What is run on what.
    number
        Which of the mutation's cases; its randomness.
    """

    recipe: Recipe
    mutation: Mutation
    number: int

    @property
    def expected(self) -> str:
        """What must come of it; a model may lack its domain."""
        optional = self.mutation.name == "missing" and self.recipe.file.endswith("/domain.json")
        return "" if optional else self.mutation.expected

    @property
    def id(self) -> str:
        """Says how to make the case again."""
        return f"{self.recipe.id}#{self.mutation.name}#{self.number}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a case: the promises it broke, none for a good run."""

    case: Case
    outcome: Outcome
    broken: tuple[str, ...]


def all_cases(seed: int) -> list[Case]:
    """Return every case of a seed, in the order of recipes."""
    cases = []
    for recipe in RECIPES:
        for mutation in mutations_of(recipe.kind):
            times = 1 if recipe.slow else mutation.times
            if mutation.name == "name-odd":
                times = 1 if recipe.slow else len(ODD_NAMES)
            cases += [Case(recipe, mutation, seed * 1000 + k) for k in range(times)]
    # a study takes a hundred times as long as most, and a bomb too: a share of such cases is enough
    return [
        c for c in cases if not (c.recipe.slow or c.mutation.heavy) or zlib.crc32(c.id.encode()) % _SHARE == 0
    ]


def make_ready(folder: Path, program: Program) -> Path:
    """Write the good inputs, those that the program itself makes too, and return their folder."""
    good = folder / "good"
    make_good_inputs(good)
    for line in _MADE_BY_THE_PROGRAM:
        outcome = program.run(_words(line, good, "", ""), folder)
        if outcome.code:
            raise RuntimeError(f"{line}\nended with {outcome.code}: {outcome.stderr}")
    reads = (good / "simulated" / "reads.fastq.gz").read_bytes()
    (good / "chimeric.fq.gz").write_bytes(reads)
    (good / "chimeric.fq").write_bytes(gzip.decompress(reads))
    table = next(
        path for path in sorted((good / "called").glob("interactions.*")) if "manifest" not in path.name
    )
    frame = pl.read_parquet(table) if table.suffix == ".parquet" else pl.read_csv(table, separator="\t")
    frame.write_csv(good / "chimeras.tsv", separator="\t")
    frame.write_parquet(good / "chimeras.parquet")
    return good


def _words(line: str, good: Path, broken: str, out: str) -> list[str]:
    return [
        word.replace("{good}", str(good)).replace("{in}", broken).replace("{out}", out)
        for word in line.split(" ")
    ]


def run_case(case: Case, good: Path, program: Program, folder: Path) -> Verdict:
    """Break the file, run the program on it in an empty folder, and see which promises hold."""
    folder.mkdir()
    rng = Random(zlib.crc32(case.id.encode()))
    base, _, member = case.recipe.file.partition("/")
    name = ODD_NAMES[case.number % 1000](base) if case.mutation.name == "name-odd" else base
    inputs = folder / "in"
    inputs.mkdir()
    if member:
        shutil.copytree(good / base, inputs / name)
    target = inputs / name / member if member else inputs / name
    data = (good / case.recipe.file).read_bytes()
    with position_odd(case.mutation, data, target, rng):
        words = _words(case.recipe.line, good, f"in/{name}", "out/result")
        (folder / "out").mkdir()
        outcome = program.run(words, folder)
    broken = broken_promises(
        outcome,
        case.expected,
        name,
        folder / "out",
        command=case.recipe.command,
        option=case.recipe.option.split()[-1],
    )
    return Verdict(case, outcome, broken)


def run_all(cases: Iterable[Case], seconds: float, *, show: bool) -> list[Verdict]:
    """Run cases until the time is over."""
    end = time.monotonic() + seconds
    verdicts: list[Verdict] = []
    with tempfile.TemporaryDirectory(prefix="dmiso-fuzz-") as text:
        folder = Path(text)
        with Program(folder) as program:
            good = make_ready(folder, program)
            for number, case in enumerate(cases):
                if time.monotonic() > end:
                    break
                scratch = folder / f"case-{number}"
                verdicts.append(run_case(case, good, program, scratch))
                shutil.rmtree(os.fsencode(scratch))
                if show and verdicts[-1].broken:
                    _show(verdicts[-1])
    return verdicts


def _show(verdict: Verdict) -> None:
    text = verdict.outcome.stderr.strip().encode("utf-8", "backslashreplace").decode()
    print(f"{verdict.case.id}\n  {', '.join(verdict.broken)}\n  {text[-600:]}", flush=True)


def totals(verdicts: Sequence[Verdict]) -> str:
    """Return a table: inputs, failures and which promise they broke, by subcommand."""
    numbers: dict[str, Counter[str]] = {}
    names = ("exit", "message", "left", "limits", "refused", "accepted")
    for verdict in verdicts:
        for row in (verdict.case.recipe.command, "all"):
            count = numbers.setdefault(row, Counter())
            count["inputs"] += 1
            count["failures"] += bool(verdict.broken)
            for name in {promise.partition(":")[0] for promise in verdict.broken}:
                count[name] += 1
    rows = [["subcommand", "inputs", "failures", *names]]
    everything = numbers.pop("all", Counter())
    rows += [[row, *(str(c[n]) for n in rows[0][1:])] for row, c in [*numbers.items(), ("all", everything)]]
    return "".join(
        "| " + " | ".join(row) + " |\n" + ("|---|" + "---:|" * (len(row) - 1) + "\n" if not i else "")
        for i, row in enumerate(rows)
    )


def _table(verdicts: Sequence[Verdict]) -> str:
    lines = ["case\tcommand\texit_code\tbroken\tcpu_seconds\tpeak_mib\tmessage\n"]
    for v in verdicts:
        message = (
            " ".join(v.outcome.stderr.strip().split())[-200:].encode("utf-8", "backslashreplace").decode()
        )
        shown = [v.case.id, v.case.recipe.command, v.outcome.code, "; ".join(v.broken), v.outcome.seconds]
        lines.append("\t".join(map(str, [*shown, v.outcome.peak >> 20, message])) + "\n")
    return "".join(lines)


def _one(case_id: str) -> None:
    recipe_id, name, number = case_id.rsplit("#", 2)
    mutation = next(m for m in MUTATIONS if m.name == name)
    case = Case(next(r for r in RECIPES if r.id == recipe_id), mutation, int(number))
    folder = Path(tempfile.mkdtemp(prefix="dmiso-fuzz-"))
    with Program(folder) as program:
        verdict = run_case(case, make_ready(folder, program), program, folder / "case")
    print(f"in {folder / 'case'}: dmiso {case.recipe.line}\nexit {verdict.outcome}")
    _show(verdict)


def main() -> None:
    """Run the bench by the words of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--option", action="append", default=[], help="begins with this; can be repeated")
    parser.add_argument("--mutation", action="append", default=[], help="only these; can be repeated")
    parser.add_argument("--every", type=int, default=1, help="one case in N")
    parser.add_argument("--case", help="id of one case")
    parser.add_argument("-o", "--output", type=Path, help="every case, TSV")
    given = parser.parse_args()
    if given.case:
        _one(given.case)
        return
    cases = [
        c for c in all_cases(given.seed) if not given.option or c.recipe.id.startswith(tuple(given.option))
    ]
    cases = [c for c in cases if not given.mutation or c.mutation.name in given.mutation]
    Random(given.seed).shuffle(cases)
    verdicts = run_all(cases[:: given.every], given.seconds, show=True)
    if given.output:
        given.output.write_text(_table(sorted(verdicts, key=lambda v: v.case.id)), encoding="utf-8")
    print(totals(sorted(verdicts, key=lambda v: RECIPES.index(v.case.recipe))))
    sys.exit(any(v.broken for v in verdicts))


if __name__ == "__main__":
    main()
