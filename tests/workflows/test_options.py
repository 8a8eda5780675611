"""Wrappers cannot go stale: every option that one names is an option of the command, and versions are ours."""

import re
from itertools import zip_longest

import click
import pytest
import yaml
from tests.workflows.conftest import WORKFLOWS
from tests.workflows.rendered import Wrapper

import dmiso
from dmiso.cli.main import program as dmiso_program

_COMMAND = re.compile(r"(?<![\w./-])dmiso (?P<words>[a-z][a-z-]*(?: [a-z][a-z-]*)?)")
_OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z0-9-]*")
_OF_CONFIG = {
    ("genes", "isomirs_options"): "isomirs",
    ("genes", "scan_options"): "scan",
    ("chimeras", "options"): "chimeras",
    ("chimeras", "dataset_options"): "dataset",
    ("chimeras", "train_options"): "train",
    ("chimeras", "evaluate_options"): "evaluate",
}
"""Where the Snakemake configuration has options, and of which command."""


def command_named(words):
    """Return a command of dmiso by its words; of a group the subcommand that runs without a word."""
    context = click.Context(dmiso_program)
    command = dmiso_program.get_command(context, words[0])
    assert command is not None, f"dmiso {words[0]} is no command"
    if not isinstance(command, click.Group):
        return command
    if len(words) > 1 and words[1] in command.commands:
        return command.commands[words[1]]
    return command.commands[command._default]


def options_of(words):
    return {
        option
        for parameter in command_named(words).params
        for option in (*parameter.opts, *parameter.secondary_opts)
    } | {"--help"}


def used(text):
    """Yield the words of each command in a text, a line each, and the options that follow them."""
    starts = list(_COMMAND.finditer(text))
    for start, following in zip_longest(starts, starts[1:]):
        part = text[start.end() : following.start() if following else len(text)]
        yield start["words"].split(), _OPTION.findall(re.split(r"&&|\n|[|] sed", part)[0])


def texts():
    for path in sorted(WORKFLOWS.rglob("*.smk")):
        # a rule's shell is several texts, one behind the other
        rules = path.read_text(encoding="utf-8").split('"""', 2)[2]
        yield path, re.sub(r'"\n\s+"', "", rules)
    for path in sorted(WORKFLOWS.rglob("main.nf")):
        script = path.read_text(encoding="utf-8")
        yield path, script[script.index("script:") : script.index("stub:")].replace("\\\\\n", "")
        config = (path.parent / "tests" / "nextflow.config").read_text(encoding="utf-8")
        args = re.search(r"ext.args = '(.*)'", config)[1]
        yield path.parent / "tests", f"dmiso {path.parent.name} {args}"
    for path in sorted(WORKFLOWS.rglob("make_test_data.sh")):
        yield path, path.read_text(encoding="utf-8").replace("\\\n", "")
    for path in sorted(WORKFLOWS.rglob("dmiso_*.xml")):
        yield path, Wrapper(path).command.replace("\n", " ")  # Galaxy puts a command on one line
    for path in sorted(WORKFLOWS.rglob("*.cwl")):
        tool = yaml.safe_load(path.read_text(encoding="utf-8"))
        prefixes = [one["inputBinding"]["prefix"] for one in tool["inputs"].values()]
        yield path, " ".join([*tool["baseCommand"], *prefixes, *tool["arguments"]])
    for path in (WORKFLOWS / "snakemake" / "config" / "config.yaml",):
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
        for (part, key), command in _OF_CONFIG.items():
            yield path, f"dmiso {command} {config[part][key]}"


TEXTS = list(texts())


@pytest.mark.parametrize(
    ("path", "text"), TEXTS, ids=[f"{i}-{path.name}" for i, (path, _) in enumerate(TEXTS)]
)
def test_options__of_a_workflow_are_options_of_the_command(path, text):
    found = list(used(text))
    assert found or path.name == "multiqc.smk", f"{path} runs no command of dmiso"
    for words, options in found:
        unknown = set(options) - options_of(words)
        assert not unknown, f"{path}: dmiso {' '.join(words)} has no option {', '.join(sorted(unknown))}"


def test_used__finds_an_option_that_is_none():
    (words, options), *_ = used("x && dmiso scan --mirnas a --no-such-thing 3 -o b && dmiso train")
    assert words == ["scan"]
    assert set(options) - options_of(words) == {"--no-such-thing"}


@pytest.mark.parametrize("path", sorted(WORKFLOWS.rglob("dmiso_*.xml")), ids=lambda path: path.stem)
def test_galaxy__offers_values_that_the_option_takes(path):
    wrapper = Wrapper(path)
    (words, _), *_ = used(wrapper.command)
    known = {option: parameter for parameter in command_named(words).params for option in parameter.opts}
    for _, param in wrapper.params():
        option = param.get("argument")
        if option is None or param.get("type") == "data":
            continue
        assert option in known, f"{path.name}: dmiso {words[0]} has no option {option}"
        with click.Context(command_named(words)) as context:
            for value in [one.get("value") for one in param.findall("option")] or [param.get("value")]:
                known[option].type.convert(value, known[option], context)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("galaxy/macros.xml", r'name="@TOOL_VERSION@">([^<]+)<'),
        ("snakemake/envs/dmiso.yaml", r"dmiso\[.*\] ==(\S+)"),
        ("snakemake/config/config.yaml", r"docker://dmiso:(\S+)"),
        ("nextflow/**/environment.yml", r"dmiso=(\S+)"),
        ("nextflow/**/main.nf", r"dmiso:([\d.]+)--"),
        ("cwl/*.cwl", r"dockerPull: dmiso:(\S+)"),
        ("cwl/*.cwl", r'version: \["([^"]+)"\]'),
    ],
)
def test_versions__are_of_this_version(pattern, found):
    paths = sorted(WORKFLOWS.glob(pattern))
    assert paths
    for path in paths:
        versions = re.findall(found, path.read_text(encoding="utf-8"))
        assert versions, path
        assert set(versions) == {dmiso.__version__}, path
