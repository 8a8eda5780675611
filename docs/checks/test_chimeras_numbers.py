"""The numbers of docs/chimeras.md are those measured."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "chimeras.md").read_text(encoding="utf-8")


def results(name):
    path = ROOT / "benchmarks" / "results" / f"chimera_{name}-v0.1.0.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_docs__simulator_table_is_the_measured_one():
    for row in results("simulator")["rows"]:
        pairs, reads = row["pairs"], row["reads"]
        shares = [pairs[k] for k in ("recall", "precision", "type_accuracy_decided", "type_accuracy")]
        shares += [reads["recall"], reads["precision"]]
        cells = " | ".join(f"{100 * share:.1f}" for share in shares)
        line = f"| {100 * row['error_rate']:g} % | {row['engine']} | `{row['preset']}` | {cells} |"
        assert line in PAGE


def test_docs__simulator_goals_are_reached():
    for row in results("simulator")["rows"]:
        recall, precision = (0.97, 0.99) if row["error_rate"] == 0 else (0.93, 0.98)
        assert row["pairs"]["recall"] >= recall
        assert row["pairs"]["precision"] >= precision
        assert row["pairs"]["type_accuracy_decided"] >= 0.98


def test_docs__published_chimeras_table_is_the_measured_one():
    found = results("grosswendt")
    for name, numbers in found["engines"].items():
        engine, preset = name.split(", ")
        for what in ("all rows", "rows on the transcripts"):
            n = numbers[what]
            line = (
                f"| {engine} | `{preset}` | {what} | {n['reads']:,} | {n['called']:,} | "
                f"{n['miRNA agrees'] / n['called']:.1%} | {n['target agrees'] / n['called']:.1%} | "
                f"{n['both agree'] / n['called']:.1%} |"
            )
            assert line in PAGE
    engines = found["embedded and blast"]
    assert f"{engines['same miRNA and target']:,} with the same miRNA and target" in PAGE
    assert engines["same miRNA and target"] / engines["called_by_embedded"] > 0.95


def test_docs__real_reads_table_is_the_measured_one():
    for name, found in results("real").items():
        numbers = {what: n for _, what, n in found["funnel"]}
        rest = found["seeds of what follows the miRNA"]
        cells = [f"`{name}`", f"{numbers['reads']:,}", f"{numbers['reads without copies']:,}"]
        cells += [f"{numbers['chimeric reads']:,}", f"{found['interactions']:,}"]
        cells += [f"{rest['true_share']:.1%} of {rest['n']:,}", f"{rest['shuffled_share']:.1%}"]
        assert "| " + " | ".join(cells) + f" | {rest['enrichment']:.0f} |" in PAGE
        assert rest["enrichment"] >= 5


def test_docs__speed_is_the_measured_one():
    speed, size = results("speed"), results("size")
    assert f"{speed['reads_per_cpu_second']:,} reads per CPU-second" in PAGE
    assert f"{size['reads_per_cpu_second']:,} reads per CPU-second" in PAGE
    assert f"{size['largest_process_gib']} GiB" in PAGE
    assert speed["same bytes with two workers"]
    assert speed["same bytes after the kill"]
