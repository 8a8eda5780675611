"""The answers of docs/ask.md and of README.md are those that the program gives."""

import json
import re
import shlex
from pathlib import Path

import pytest

from dmiso.cli.main import _run

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = re.compile(r"^    \$ dmiso (ask .+)\n((?:    .*\n)+)", re.MULTILINE)


def answers(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    return [(words, shown.replace("\n    ", "\n")[4:]) for words, shown in COMMAND.findall(text)]


@pytest.mark.parametrize(("words", "shown"), [*answers("README.md"), *answers("docs/ask.md")])
def test_docs__answer_is_the_one_given(words, shown, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("DMISO_REFERENCES", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert _run([*shlex.split(words), *([] if " -q" in words else ["-q"])]) == 0
    assert capsys.readouterr().out == shown


def test_docs__numbers_of_confidence_are_those_measured():
    text = (ROOT / "docs" / "ask.md").read_text(encoding="utf-8")
    path = ROOT / "benchmarks" / "results" / "confidence-v0.1.0.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    rows = {
        "shuffled 3'UTRs, binding": found["shuffled targets"]["binding"],
        "shuffled 3'UTRs, repression": found["shuffled targets"]["repression"],
        "shuffled miRNAs, binding": found["shuffled miRNAs"],
    }
    for name, row in rows.items():
        shares = " | ".join(f"{100 * row[f'p <= {level:g}']:.1f} %" for level in (0.01, 0.05, 0.2))
        assert f"| {name} | {row['n']} | {shares} |" in text
        assert row["p <= 0.05"] <= 0.05 + 2.6 * (0.05 * 0.95 / row["n"]) ** 0.5
    for row in found["TET2, 3'UTR"]:
        p_values = f"{row['p_shuffled_mirna']:.3f} | {row['p_shuffled_target']:.3f}"
        assert f"| {row['mirna']} | {row['best_score']:.3f} | {p_values} | {row['binding']} |" in text
    for row in found["costs"]:
        assert f"| {row['nt']:,} | {row['cpu_seconds']:.2f} |" in text
    assert found["one pair"]["equal"]
