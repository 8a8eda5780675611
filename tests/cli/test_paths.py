"""The rules of paths hold for every command: walked from the program itself, so that a new option cannot miss them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import polars as pl
import pytest
from tests.cli.leaves import leaves

from dmiso.cli.main import COMMANDS, _run
from dmiso.cli.paths import (
    CheckedCommand,
    InputFile,
    InputFolder,
    OutputAny,
    OutputCalls,
    OutputFile,
    OutputFolder,
)
from dmiso.examples import write_examples

_OURS = (InputFile, InputFolder, OutputAny, OutputFile, OutputFolder)
_PATH_WORDS = {"NAME|DIR"}


LEAVES = {tuple(words.split()): command for words, command in leaves()}


def test_leaves__are_of_every_subcommand():
    assert {words[0] for words in LEAVES} == set(COMMANDS)


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_command__checks_its_paths(words):
    command = LEAVES[words]
    assert isinstance(command, CheckedCommand)
    for parameter in command.params:
        assert not isinstance(parameter.type, click.Path | click.File), (
            f"{parameter.name}: use a type of cli/paths.py"
        )
        if isinstance(parameter, click.Option) and "--output" in parameter.opts:
            assert isinstance(parameter.type, OutputFile | OutputFolder | OutputAny)
            folder = isinstance(parameter.type, OutputFolder | OutputCalls)
            has_force = any("--force" in p.opts for p in command.params)
            # the folder of a model or a reference is never shared with other files
            assert has_force == (folder and words[0] not in {"models", "reference"})


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with the examples in ``e`` and a folder ``mine`` of a user's files, some called as ours are."""
    write_examples(tmp_path / "e")
    (tmp_path / "mine").mkdir()
    shutil.copy(tmp_path / "e" / "labelled.tsv", tmp_path / "mine")
    for name in ("thesis.txt", "data.parquet", "metrics.tsv", "sites.parquet", "config.json", "isomirs.fa"):
        (tmp_path / "mine" / name).write_text(f"my {name}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


_SCAN = "--mirnas e/isomirs.fa --transcripts e/transcripts.fa --decoys 0"
_PAIR = "UGAGGUAGUAGGUUGUAUAGUU CUAUACAACCUACUACCUCA"
FOLDER_COMMANDS = {
    "dataset": "dataset mine/labelled.tsv --site-rule as-given",
    "dataset, other input": "dataset e/labelled.tsv --site-rule as-given",
    "evaluate": "evaluate e/labelled.tsv --baseline mirna_gc --replicates 2",
    "evaluate genes": "evaluate genes e/gene_responses.tsv --replicates 2",
    "explain pair": f"explain pair {_PAIR}",
    "explain data": "explain data e/labelled.tsv --controls 0",
    "explain model": "explain model --made-up-targets 1",
    "explain variants": "explain variants example_gene_1:n.430C>G --mirnas e/mature.fa --transcripts e/transcripts.fa",
    "isomirs": "isomirs e/labelled.tsv --mature e/mature.fa",
    "isomirs simulate": "isomirs simulate --mature e/mature.fa --reads 10 --samples 1",
    "isomirs summary": "isomirs summary e/isomirs.fa",
    "isomirs compare": "isomirs compare e/isomirs.fa --mature e/mature.fa --transcripts e/transcripts.fa",
    "chimeras": "chimeras e/labelled.tsv --mature e/mature.fa --transcripts e/transcripts.fa",
    "chimeras simulate": "chimeras simulate --mature e/mature.fa --transcripts e/transcripts.fa --reads 10",
    "scan": f"scan {_SCAN}",
    "train": "train e/labelled.tsv --network dmiso --epochs 1",
    "crossval": "crossval e/labelled.tsv --folds 2 --epochs 1",
    "ask": "ask UGAGGUAGUAGGUUGUAUAGUU e/transcripts.fa",
    "reference add": "reference add made --mirnas e/mature.fa --transcripts e/transcripts.fa",
    "study paper": "study paper --interactions e/labelled.tsv --transcripts e/transcripts.fa --cds e/pairs.tsv",
    "models export": "models export dmiso-chimeras@v0.1.0",
    "examples": "examples",
}


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_folder_commands__are_all_that_write_folders():
    write = {
        " ".join(words)
        for words, command in LEAVES.items()
        if any(isinstance(p.type, OutputFolder | OutputAny) for p in command.params)
    }
    covered = {name.partition(",")[0] for name in FOLDER_COMMANDS}
    write = {name.removesuffix(" run").removesuffix(" call") for name in write}  # the default of its group
    # two write model folders through the same function as export; serve adds a folder per question to its own
    assert write - covered == {"models ensemble", "models import-keras", "serve"}


@pytest.mark.parametrize("output", ["mine", ".", "..", "e"])
@pytest.mark.parametrize("name", FOLDER_COMMANDS)
def test_folder_commands__leave_a_folder_of_others_alone(here, capsys, name, output):
    if (name, output) == ("examples", "e"):
        return  # that one is its own
    (here / "deeper").mkdir()
    os.chdir(here / "deeper")
    words = FOLDER_COMMANDS[name].replace("mine/", "../mine/").replace(" e/", " ../e/").split()
    target = {"mine": "../mine", ".": "..", "..": "../..", "e": "../e"}[output]
    if output == "..":
        # a parent with one of a user's files; the folder above tmp_path may hold anything
        (here / "deeper" / "child").mkdir()
        os.chdir(here / "deeper" / "child")
        (here / "deeper" / "precious.txt").write_text("mine")
        words = FOLDER_COMMANDS[name].replace("mine/", "../../mine/").replace(" e/", " ../../e/").split()
        target = ".."
    before = contents(here)
    assert _run([*words, "-o", target]) in {1, 2}
    error = capsys.readouterr().err
    assert error.startswith("dmiso: "), error
    assert any(
        told in error
        for told in ("did not make", "contains the input", "is left as it is", "a name of its own")
    ), error
    assert contents(here) == before


FILE_COMMANDS = {
    "predict": ("predict --pairs e/pairs.tsv", "e/pairs.tsv"),
    "predict, targets": ("predict --mirnas e/isomirs.fa --targets e/transcripts.fa", "e/isomirs.fa"),
    "isomirs": ("isomirs e/isomirs.fa --mature e/mature.fa", "e/isomirs.fa"),
    "audit": ("audit e/labelled.tsv", "e/labelled.tsv"),
    "evaluate fair": ("evaluate fair e/labelled.tsv", "e/labelled.tsv"),
    "isomirs export": ("isomirs export e/isomirs.fa --mature e/mature.fa", "e/mature.fa"),
    "isomirs names": ("isomirs names let-7a --mature e/mature.fa", "e/mature.fa"),
    "chimeras statistics": ("chimeras statistics e/labelled.tsv", "e/labelled.tsv"),
}


@pytest.mark.parametrize("way", ["same", "link", "other spelling"])
@pytest.mark.parametrize("name", FILE_COMMANDS)
def test_file_commands__refuse_an_output_that_is_an_input(here, capsys, name, way):
    words, given = FILE_COMMANDS[name]
    # the ending must be one that the command writes, or that is refused first
    source = here / "in.json" if name == "audit" else here / "in.tsv"
    shutil.copy(here / given, source)
    output = Path(source.name)
    if way == "link":
        output = Path("link" + source.suffix)
        output.symlink_to(source)
    elif way == "other spelling":
        output = Path("e") / ".." / source.name
    before = contents(here)
    assert _run([*words.replace(given, source.name).split(), "-o", str(output)]) == 2
    assert "--output" in (error := capsys.readouterr().err)
    assert "would replace the input of" in error
    assert contents(here) == before


def test_audit__does_not_write_its_text_over_the_table_it_reads(here, capsys):
    shutil.copy(here / "e" / "labelled.tsv", here / "table.txt")
    before = contents(here)
    assert _run(["audit", "table.txt", "-o", "table.json"]) == 2
    assert "table.txt would be written beside table.json" in capsys.readouterr().err
    assert contents(here) == before


def test_two_outputs_in_one_position__are_refused(here, capsys):
    words = ["isomirs", "e/isomirs.fa", "--mature", "e/mature.fa", "--unassigned", "x.txt", "-o", "x.txt"]
    assert _run(words) == 2
    assert "both write x.txt" in capsys.readouterr().err
    assert not (here / "x.txt").exists()


@pytest.mark.parametrize("output", ["calls.bed", "calls.json", "calls.html", ".", "e"])
def test_isomirs__refuses_an_output_it_cannot_be(here, capsys, output):
    assert _run(["isomirs", "e/isomirs.fa", "--mature", "e/mature.fa", "-o", output]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert not (here / output).is_file()


@pytest.mark.parametrize("ending", ["tsv", "TSV.GZ", "csv.bz2", "tsv.xz", "tsv.zst", "parquet", "xlsx"])
def test_predict__writes_what_the_ending_says_and_reads_it_again(here, ending, toy_model):
    words = ["predict", "--model", str(toy_model), "-q"]
    assert _run([*words, "--pairs", "e/pairs.tsv", "-o", f"first.{ending}"]) == 0
    assert _run([*words, "--pairs", f"first.{ending}", "-o", "second.tsv"]) == 0
    from dmiso.io import read_table

    first, second = read_table(here / f"first.{ending}"), read_table(here / "second.tsv")
    assert first["mirna_id"].to_list() == second["mirna_id"].to_list()


INPUT_OPTIONS = {
    "predict --pairs": ("predict --pairs IN -q -o o.tsv", "e/pairs.tsv"),
    "predict --mirnas": ("predict --mirnas IN --targets e/transcripts.fa -q -o o.tsv", "e/isomirs.fa"),
    "predict --targets": ("predict --mirnas e/isomirs.fa --targets IN -q -o o.tsv", "e/transcripts.fa"),
    "isomirs READS": ("isomirs IN --mature e/mature.fa -q -o o.tsv", "e/isomirs.fa"),
    "isomirs --mature": ("isomirs e/isomirs.fa --mature IN -q -o o.tsv", "e/mature.fa"),
    "isomirs --hairpin": (
        "isomirs e/isomirs.fa --mature e/mature.fa --hairpin IN -q -o o.tsv",
        "e/hairpin.fa",
    ),
    "isomirs names --mature": ("isomirs names let-7a --mature IN -o o.tsv", "e/mature.fa"),
    "dataset": ("dataset IN --site-rule as-given -q -o o", "e/labelled.tsv"),
    "audit": ("audit IN -q -o o.json", "e/labelled.tsv"),
    "evaluate fair": ("evaluate fair IN -q -o o.tsv", "e/labelled.tsv"),
    "evaluate fair --positives": (
        "evaluate fair e/test.tsv --positives IN -q -o o.tsv",
        "e/labelled.tsv",
    ),
    "evaluate": ("evaluate IN --baseline mirna_gc --replicates 2 --no-pictures -q -o o", "e/labelled.tsv"),
    "evaluate genes": (
        "evaluate genes IN --best 8 --replicates 2 --no-pictures -q -o o",
        "e/gene_responses.tsv",
    ),
    "evaluate genes --utrs": (
        "evaluate genes e/gene_responses.tsv --utrs IN --best 8 --energy-genes 1 --replicates 2 --no-pictures -q -o o",
        "e/gene_utrs.fa",
    ),
    "scan --mirnas": (f"scan {_SCAN} -q -o o".replace("e/isomirs.fa", "IN"), "e/isomirs.fa"),
    "scan --transcripts": (f"scan {_SCAN} -q -o o".replace("e/transcripts.fa", "IN"), "e/transcripts.fa"),
    "scan --workers 2": (
        f"scan {_SCAN} --workers 2 --transcripts-per-shard 2 -q -o o".replace("e/transcripts.fa", "IN"),
        "e/transcripts.fa",
    ),
    "explain data": ("explain data IN --controls 0 --no-pictures -q -o o", "e/labelled.tsv"),
}


def results(folder):
    """Return what a run made, its manifests aside: they name their inputs, as ``source`` of a data set does."""
    made = [*folder.glob("o.*"), *(folder / "o").rglob("*")]
    if (folder / "o" / "data.parquet").exists():
        return (
            pl.read_parquet(folder / "o" / "data.parquet")
            .drop("source", "target_id")
            .to_dict(as_series=False)
        )
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in made
        if path.is_file()
        and "manifest" not in path.name
        and path.name not in {"plan.json", "summary.md", "o.html"}
    }


@pytest.mark.parametrize("name", INPUT_OPTIONS)
def test_inputs__a_pipe_gives_what_the_file_gives(here, name):
    """Process substitution as bash does it: a pipe under /dev/fd; and standard input, compressed."""
    words, given = INPUT_OPTIONS[name]
    if "--transcripts-per-shard" in words and "--transcripts-per-shard" not in option_names("scan"):
        words = words.replace("--transcripts-per-shard", "--transcripts-per-shard")
    program_words = f"{sys.executable} -m dmiso {words}"
    found = []
    for how in (program_words.replace("IN", given), program_words.replace("IN", f"<(cat {given})")):
        done = subprocess.run(["bash", "-c", how], capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode in {0, 1 if name == "audit" else 0}, done.stderr
        found.append(results(here))
        for path in [*here.glob("o.*"), here / "o"]:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    assert found[0], "the run made something"
    drop = {"o.json", "o.txt"} if name == "audit" else set()  # the report names its table
    assert {k: v for k, v in found[0].items() if k not in drop} == {
        k: v for k, v in found[1].items() if k not in drop
    }


def option_names(*words):
    return (
        {option for parameter in LEAVES[tuple(words)].params for option in parameter.opts}
        if words in LEAVES
        else set()
    )
