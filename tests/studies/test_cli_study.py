"""The command line of a study."""

import pytest
from click.testing import CliRunner

from dmiso.cli.study import command


def test_help__of_group_and_subcommand_end_with_two_examples():
    for words in (["--help"], ["paper", "--help"]):
        result = CliRunner().invoke(command, words, prog_name="dmiso study")
        assert result.exit_code == 0
        assert result.output.startswith("Usage: dmiso study")
        assert result.output.count("  dmiso study paper") == 2


def test_help__shows_the_papers_defaults():
    text = CliRunner().invoke(command, ["paper", "--help"]).output
    assert "[default: 500" in text
    assert "[default: 10" in text


def test_missing_files__end_with_a_usage_error():
    result = CliRunner().invoke(command, ["paper", "-o", "out"])
    assert result.exit_code == 2
    assert "--interactions" in result.output


@pytest.mark.parametrize("quiet", [True, False])
def test_paper__calls_the_study_with_the_options_and_says_what_was_left_out(
    world, tmp_path, monkeypatch, quiet
):
    import dmiso.studies.paper as module
    from dmiso.records import Counts
    from dmiso.studies.measures import rows_frame
    from dmiso.studies.side_by_side import side_by_side

    asked = []

    def study(inputs, output, settings, force, on_step, command):
        del command
        asked.append((inputs, output, settings))
        on_step("main-paper")
        counts = Counts()
        counts.drop("sites shorter than 30 nt", 3)
        return module.Study(side_by_side(rows_frame([])), rows_frame([]), counts, ["main-paper"])

    monkeypatch.setattr(module, "study_paper", study)
    words = ["paper", "--interactions", world["interactions"], "--transcripts", world["transcripts"]]
    words += ["--cds", world["cds"], "--second", world["second"], "--labelled-recall", world["recall"]]
    words += ["--epochs", 7, "--folds", 4, "--workers", 2, "--exclude-chromosome", "hejret:1"]
    words += ["--no-report", "-o", tmp_path / "out", *(["-q"] if quiet else [])]
    result = CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)
    inputs, output, settings = asked[0]
    assert inputs.recall == (world["recall"],)
    assert (settings.epochs, settings.folds, settings.workers) == (7, 4, 2)
    assert settings.exclude_chromosomes == ("hejret:1",)
    assert output == tmp_path / "out"
    assert ("left out: 3 sites shorter than 30 nt" in result.output) != quiet
    assert ("made main-paper" in result.output) != quiet


def test_paper__on_a_terminal_is_stopped_and_goes_on(world, tmp_path, terminal):
    pytest.importorskip("torch")
    files = (
        "--interactions",
        world["interactions"],
        "--transcripts",
        world["transcripts"],
        "--cds",
        world["cds"],
    )
    sizes = ("--epochs", 30, "--folds", 3, "--full-epochs", 0, "--replicates", 0, "--workers", 2)
    words = ("study", "paper", *files, *sizes, "-o", "out")
    run = terminal(*words, columns=40, folder=tmp_path)
    run.read_until("pairs shown in trainings")
    run.press_ctrl_c()
    screen = run.finish()
    assert screen.code == 130, screen.text
    assert "Traceback" not in screen.text
    kept = "dmiso: interrupted; tables and networks that are done are kept in out: the same command goes on"
    assert kept in screen.text.replace("\n", " ").replace("  ", " ")
    assert not [path for path in (tmp_path / "out").rglob("*") if ".part" in path.name]
    # what is there is not made again
    again = terminal(*words, folder=tmp_path)
    again.read_until("pairs shown in trainings")
    assert "made main-paper" not in again.text
    again.press_ctrl_c()
    assert again.finish().code == 130
