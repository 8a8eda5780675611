"""The numbers of docs/isomirs.md are those measured."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "isomirs.md").read_text(encoding="utf-8")
RESULTS = ROOT / "benchmarks" / "results"
KINDS = ("exact", "templated ends", "tails", "one substitution", "two substitutions")


def rows_below(heading, n_columns):
    """Return the rows of tables with so many columns below a heading, cells without back-quotes."""
    below = TEXT[TEXT.index(heading) :].splitlines()
    lines = [line for line in below if line.startswith("|") and line.count("|") == n_columns + 1]
    cells = [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if set("".join(row)) != {"-"}]


def measured(name):
    return json.loads((RESULTS / f"{name}-v0.1.0.json").read_text(encoding="utf-8"))


def as_made(verdicts):
    return sum(n for what, n in verdicts.items() if what.startswith("as made"))


def shown(numbers):
    every, *parts = numbers
    return [f"{every:,}", *(f"{part:,} ({100 * part / every:.2f} %)" for part in parts)]


def test_accuracy__is_as_measured():
    truth = measured("isomir_peers")["made: truth"]
    rows = {row[0]: row[1:] for row in rows_below("**IsomiRs made from all human hairpins**", 6)}
    totals = [0, 0, 0, 0, 0]
    for kind in KINDS:
        ours, theirs, own_way = (truth[tool][kind] for tool in ("dmiso", "mirtop", "mirtop, its own way"))
        named = as_made(ours) + ours.get("another is cheaper, as made is named", 0)
        numbers = [ours["all"], as_made(ours), named, as_made(theirs), as_made(own_way)]
        totals = [total + n for total, n in zip(totals, numbers, strict=True)]
        assert rows[kind] == shown(numbers), kind
    assert rows["all"] == shown(totals)
    assert totals[2] / totals[0] > 0.995


def test_peer__numbers_are_as_measured():
    peers = measured("isomir_peers")
    assert f"**Beside mirtop** {peers['mirtop'].removeprefix('mirtop ')}" in TEXT
    lost = sum(peers["made: truth"]["mirtop"][kind].get("not called", 0) for kind in KINDS)
    assert f"{lost:,} of those made" in TEXT
    seconds = {tool: took["cpu_s"] for tool, took in peers["seconds"]["made"].items()}
    theirs = seconds["bowtie"] + seconds["mirtop"]
    assert (
        f"dmiso took {seconds['dmiso']:.1f} CPU seconds, start included, bowtie and mirtop {theirs:.1f}"
        in TEXT
    )


def test_synthetic_set__numbers_are_as_measured():
    peers = measured("isomir_peers")
    optimir = peers["synthetic: dmiso and OptimiR"]
    mirtop = peers["synthetic: dmiso and mirtop"]
    assert optimir == {"same miRNA and variant": 5045, "same miRNA, the other's variant named as equal": 1053}
    assert peers["synthetic: reads that OptimiR's file lacks"] == 534
    assert mirtop == {"same miRNA and variant": 5063, "same miRNA": 1112, "only dmiso": 457}
    listed = [row for row in rows_below("| reads | sequence | dmiso | OptimiR |", 4) if row[0].isdigit()]
    assert sum(int(row[0]) for row in listed) == 1053


def test_speed_and_chance__are_as_measured():
    rate = measured("isomir_rate")
    rows = {row[0]: row[1:] for row in rows_below("| output | sequences per minute", 6)}
    for ending, run in rate["runs"].items():
        names = ("sequences_per_minute", "sequences_per_cpu_minute", "cpu_s", "wall_s", "peak_mib")
        numbers = [run[name] for name in names]
        assert rows[ending] == [f"{n:,.0f}" for n in numbers]
        assert run["sequences_per_cpu_minute"] > 200_000
    shares = {row[0]: row[1] for row in rows_below("| length | called |", 2)}
    for length, share in rate["share_of_random_sequences_called"].items():
        assert shares[length] == f"{100 * share:.2f} %"
