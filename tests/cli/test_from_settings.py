"""Options are what their settings classes declare, in every command."""

import importlib
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import click
import pytest
from click.testing import CliRunner
from tests.cli.leaves import leaves

from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.main import _run
from dmiso.cli.options import GroupedCommand, quiet_option
from dmiso.settings.ranges import SHARE, Range
from dmiso.settings.setting import Setting, check_settings, declared_settings


@dataclass(frozen=True)
class Rules:
    """Of everything that a field can be."""

    share: Annotated[float, Setting("A share.", SHARE)] = 0.5
    rows: Annotated[int | None, Setting("Rows.", Range(1, 9), unset="all")] = None
    order: Annotated[Literal["up", "down"], Setting("An order.", formerly=("--direction",))] = "up"
    names: Annotated[tuple[str, ...], Setting("Names.", flag="--name")] = ()
    parts: Annotated[tuple[str, ...], Setting("Parts.", separator=",")] = ()
    folds: Annotated[bool, Setting("Fold.")] = False
    joins: Annotated[bool, Setting("Join.", needs=("folds",))] = True
    files: Annotated[tuple[Path, ...], Setting("Files.", flag="--file")] = ()
    inner: int = field(default=3)

    def __post_init__(self) -> None:
        check_settings(self)


@click.command("try", cls=GroupedCommand)
@options_of(Rules, group="Rules")
@quiet_option()
def tried(*, quiet, **given):
    """Print the settings."""
    del quiet
    click.echo(repr(settings_of(Rules, given)))


def ask(*words):
    return CliRunner().invoke(tried, [str(word) for word in words])


def test_without_options__the_defaults_are_the_classes():
    assert ask().output.strip() == repr(Rules())


def test_options__fill_the_class(tmp_path):
    (tmp_path / "a").write_text("x")
    words = ("--share", 1, "--rows", 2, "--order", "down", "--name", "a", "--name", "b", "--parts", "x, y")
    result = ask(*words, "--folds", "--no-joins", "--file", tmp_path / "a")
    files = (tmp_path / "a",)
    assert result.output.strip() == repr(Rules(1.0, 2, "down", ("a", "b"), ("x", "y"), True, False, files))


def test_help__tells_default_range_and_sentence():
    text = " ".join(ask("--help").output.split())
    assert "A share. [default: 0.5; 0<=x<=1]" in text
    assert "Rows. [default: all] [1<=x<=9]" in text
    assert "--order [up|down] An order. [default: up]" in text
    assert "--direction" not in text
    assert "inner" not in text


@pytest.mark.parametrize("words", [("--share", 2), ("--rows", 0), ("--order", "left"), ("--inner", 1)])
def test_values_beyond_the_range__are_refused(words):
    assert ask(*words).exit_code == 2


def test_former_names__work_and_say_the_new_one():
    result = ask("--direction=down")
    assert repr(Rules(order="down")) in result.output
    assert "note: --direction is called --order now; the old name goes with the next version" in result.output
    assert ask("--direction", "down", "-q").output.strip() == repr(Rules(order="down"))


def test_former_and_new_name_together__are_one_option_given_twice():
    result = ask("--direction", "down", "--order", "up")
    assert "--order is given 2 times" in str(result.exception)


LEAVES = dict(leaves())
MIRRORED = {
    "predict": ["predict.PredictSettings"],
    "scan run": ["scan.ScanSettings"],
    "isomirs call": ["isomirs.Limits"],
    "isomirs compare": ["compare.CompareSettings"],
    "chimeras call": [f"chimeras.{name}Settings" for name in ("Trim", "Locate", "Call", "Filter")],
    "chimeras simulate": ["simulation.SimulationSettings"],
    "dataset": ["dataset.BuildSettings", "dataset.SiteRule", "dataset.SplitSettings"],
    "evaluate run": ["evaluate.EvaluateSettings"],
    "evaluate genes": ["evaluate_genes.EvaluateGenesSettings"],
    "train": ["training.TrainSettings"],
    "crossval": ["training.TrainSettings", "training.FoldPlan"],
    "explain data": ["explain.DataSettings"],
    "explain model": ["explain.ModelSettings"],
    "study paper": ["study.StudySettings"],
}


@pytest.mark.parametrize("name", MIRRORED)
def test_commands__have_an_option_for_every_declared_setting(name):
    options = {option.name: option for option in LEAVES[name].params}
    for position in MIRRORED[name]:
        module, _, kind = position.partition(".")
        declared = declared_settings(getattr(importlib.import_module(f"dmiso.settings.{module}"), kind))
        for field_name, one in declared.items():
            option = options[field_name]
            assert option.help.startswith(one.setting.help)
            if one.setting.range is not None and isinstance(option.type, click.IntRange | click.FloatRange):
                assert (option.type.min, option.type.max) == (one.setting.range.least, one.setting.range.most)


MEANINGS = {
    "processes of a run": ("--workers", {"workers"}),
    "processor cores of one process": ("--threads", {"threads"}),
    "everything that may be drawn": ("--seed", {"seed"}),
    "mRNAs": ("--transcripts", {"transcripts"}),
    "their coding sequences": ("--cds", {"cds"}),
    "mature miRNAs of the reference": ("--mature", {"mature", "matures"}),
    "their precursors": ("--hairpin", {"hairpin"}),
    "miRNAs that are asked about": ("--mirnas", {"mirnas"}),
    "rows printed": ("--show", {"show"}),
    "the page printed": ("--show-page", {"show_page"}),
    "miRNAs of a shard": ("--mirnas-per-shard", {"mirnas_per_shard"}),
    "transcripts of a shard": ("--transcripts-per-shard", {"transcripts_per_shard"}),
    "what parts of a data set do not share": ("--split", {"split", "by"}),
    "share of pairs for validation": ("--validation-share", {"validation_share", "validation_fraction"}),
    "share of pairs for testing": ("--test-share", {"test_share", "test_fraction"}),
    "bootstrap replicates": ("--replicates", {"replicates", "n_replicates"}),
    "column of miRNA sequences": ("--mirna-column", {"mirna_column"}),
    "column of target sequences": ("--target-column", {"target_column"}),
    "column of names of targets": ("--target-id-column", {"target_id_column", "target_name"}),
    "isomiRs compared": ("--max-isomirs", {"max_isomirs"}),
    "targets made up": ("--made-up-targets", {"made_up_targets", "n_targets"}),
    "where the result goes": ("--output", {"output"}),
    "files of others in the way": ("--force", {"force"}),
    "no talk": ("--quiet", {"quiet"}),
}
"""Meaning, its option in every command, and the parameters that have this meaning."""
KINDS = {
    "--show": click.IntRange,
    "--targets": click.ParamType,
    "--top": click.IntRange,
    "--workers": click.IntRange,
    "--threads": click.IntRange,
    "--seed": click.IntRange,
}


def test_one_meaning__has_one_name_in_all_commands():
    used = set()
    for name, command in LEAVES.items():
        for option in command.params:
            if not isinstance(option, click.Option):
                continue
            for flag, parameters in MEANINGS.values():
                if option.name in parameters or flag in option.opts:
                    assert flag in option.opts, f"{name}: {option.opts} means {flag}"
                    assert option.name in parameters, f"{name}: {flag} is no {option.name}"
                    used.add(flag)
    assert used == {flag for flag, _ in MEANINGS.values()}


def test_one_name__takes_one_kind_of_value_in_all_commands():
    for flag in {flag for command in LEAVES.values() for o in command.params for flag in o.opts}:
        options = [o for command in LEAVES.values() for o in command.params if flag in o.opts]
        if flag in KINDS:
            assert all(isinstance(o.type, KINDS[flag]) and not o.is_flag for o in options), flag
        if isinstance(options[0], click.Option):
            assert len({o.is_flag for o in options}) == 1, flag


def test_former_names__are_no_options_of_the_same_command():
    for name, command in LEAVES.items():
        shown = {flag for o in command.params for flag in o.opts}
        former = {flag for o in command.params for flag in getattr(o, "formerly", ())}
        assert not shown & former, name


def test_former_names__stand_in_the_changelog():
    text = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    for name, command in LEAVES.items():
        for option in command.params:
            for former in getattr(option, "formerly", ()):
                assert f"`{former}`" in text, f"{name} {former}"
                assert f"`{option.opts[0]}`" in text, f"{name} {option.opts[0]}"


def test_a_former_name__is_said_by_a_command(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert _run(["explain", "model", "--model", "nothing", "--targets", "2", "-o", "out"]) != 0
    assert "note: --targets is called --made-up-targets now" in capsys.readouterr().err


def test_options__are_made_without_loading_anything_heavy():
    code = (
        "import importlib, sys\n"
        "from dmiso.cli.main import COMMANDS\n"
        "for name in COMMANDS: importlib.import_module(f'dmiso.cli.{name}')\n"
        "print(sorted({'torch', 'numba', 'polars', 'scipy', 'msgspec', 'h5py'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert ran.stdout.strip() == "[]"
