"""Measure the source: what one call enters, value types, things written more than once, lines of options, words.

    python benchmarks/source_measures.py [--source src] [-o measures.json]

A call is run twice in one process and traced the second time, so that imports and compilation do not count; code that
numba has compiled is not entered. Two checkouts compare with ``--source`` and the same interpreter.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

CALLS = {
    "predict": "predict --mirnas ex/isomirs.fa --targets ex/transcripts.fa -q -o {}.tsv",
    "scan": "scan --mirnas ex/isomirs.fa --transcripts ex/transcripts.fa -q -o {}",
    "isomirs": "isomirs ex/isomirs.fa --mature ex/mature.fa --hairpin ex/hairpin.fa -q -o {}.tsv",
    "chimeras": "chimeras sim/reads.fastq.gz --mature ex/isomirs.fa --transcripts ex/transcripts.fa --umi5 8 -q -o {}",
}
PREPARE = (
    "examples -o ex",
    "chimeras simulate --mature ex/isomirs.fa --transcripts ex/transcripts.fa --reads 1500 --isomirs 8 -q -o sim",
)
VALUE_BASES = {"NamedTuple", "Struct", "Protocol", "TypedDict", "Enum", "StrEnum"}
WORDS = {
    "letters": r"\bletters?\b",
    "place": r"\bplaces?\b",
    "mend=": r"\bmends?\b",
    "a row a": r"\ba row an? \w",
}


def entered(words: str) -> dict[str, int]:
    """Count the files and lines of the package that a command enters; run in the current folder."""
    from dmiso.cli.main import _run  # noqa: PLC0415 - of the source that PYTHONPATH names, in the child only

    root = str(Path(sys.modules["dmiso.cli.main"].__file__).parent.parent)
    lines: set[tuple[str, int]] = set()

    def trace(frame, event, _argument):  # noqa: ANN001, ANN202 - the interpreter's own protocol
        if not frame.f_code.co_filename.startswith(root):
            return None
        if event == "line":
            lines.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    _run(words.format("warm").split())
    sys.settrace(trace)
    _run(words.format("traced").split())
    sys.settrace(None)
    return {"files": len({name for name, _ in lines}), "lines": len(lines)}


def entered_in_child(name: str, source: Path) -> dict[str, int]:
    """Measure one call in a fresh interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPATH": str(source.resolve())}
        for words in PREPARE:
            subprocess.run(
                [sys.executable, "-P", "-m", "dmiso", *words.split()],
                cwd=folder, env=environment, check=True, capture_output=True,
            )  # fmt: skip
        done = subprocess.run(
            [sys.executable, str(Path(__file__).resolve()), "--traced", name],
            cwd=folder, env=environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def value_types(tree: ast.Module, text: str) -> Counter[str]:
    """Count classes that hold values, and among them those with at most two fields and no method."""
    counts: Counter[str] = Counter()
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        counts["classes"] += 1
        bases = {ast.unparse(base).split(".")[-1] for base in node.bases}
        decorated = any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)
        if not (bases & VALUE_BASES or decorated):
            continue
        counts["value_types"] += 1
        fields = sum(isinstance(item, ast.AnnAssign) for item in node.body)
        methods = sum(isinstance(item, ast.FunctionDef) for item in node.body)
        uses = len(re.findall(rf"\b{node.name}\b", text)) - 1
        counts["value_types_two_fields_no_method"] += fields <= 2 and methods == 0 and fields > 0
        counts["value_types_two_fields_no_method_used_once"] += fields <= 2 and methods == 0 and uses <= 1
    return counts


def repetitions(tree: ast.Module, path: Path) -> Counter[str]:
    """Count things that should stand once: alphabets, complements, ViennaRNA, probes for extras, options."""
    counts: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            value = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
            counts["alphabets"] += bool(re.fullmatch(r"[ACGTUN]{4,6}", value)) and len(set(value)) == len(
                value
            )
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            counts["find_spec"] += name.endswith("find_spec")
            counts["translation_tables"] += name.endswith("maketrans")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = (
                [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            )
            counts["vienna_imports"] += any(name == "RNA" or name.startswith("RNA.") for name in names)
        elif isinstance(node, ast.FunctionDef) and "cli" in path.parts:
            counts["cli_decorators"] += len(node.decorator_list)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            values = [value for value in node.value.values if isinstance(value, ast.Attribute)]
            types = sum(ast.unparse(value).startswith("pl.") for value in values)
            counts["constants_that_retype_columns"] += types >= 2
            counts["names_retyped"] += types if types >= 2 else 0
    return counts


def source_measures(source: Path) -> dict[str, float]:
    """Measure everything that reading the source shows."""
    counts: Counter[str] = Counter()
    texts = {path: path.read_text(encoding="utf-8") for path in sorted((source / "dmiso").rglob("*.py"))}
    whole = "\n".join(texts.values())
    for path, text in texts.items():
        tree = ast.parse(text)
        n_lines = text.count("\n")
        counts["files"] += 1
        counts["lines"] += n_lines
        counts["files_over_400_lines"] += n_lines > 400
        counts["comment_lines"] += len(re.findall(r"^\s*#", text, re.MULTILINE))
        counts["cli_lines"] += n_lines if "cli" in path.parts else 0
        counts += value_types(tree, whole) + repetitions(tree, path)
    for word, pattern in WORDS.items():
        counts[f"word {word}"] = len(re.findall(pattern, whole))
    return {**counts, "letters per 1,000 lines": round(1000 * counts["word letters"] / counts["lines"], 2)}


def main() -> None:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--source", type=Path, default=Path(__file__).resolve().parent.parent / "src")
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--traced", choices=CALLS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.traced:
        sys.stdout.write(json.dumps(entered(CALLS[options.traced])) + "\n")
        return
    measures = {
        "entered": {name: entered_in_child(name, options.source) for name in CALLS},
        **source_measures(options.source),
    }
    text = json.dumps(measures, indent=1) + "\n"
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
