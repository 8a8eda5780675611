"""What a section holds: the form that MultiQC reads, and nothing that is none."""

import json

import msgspec
import pytest

from dmiso.mqc import Content, bars, decode, lines, statistics
from dmiso.mqc.content import Statistic

pytestmark = pytest.mark.xdist_group("mqc")
"""One process for all: what they look at takes long to make."""

_FORM = {
    "type": "object",
    "required": ["id", "section_name", "description", "plot_type", "pconfig", "data"],
    "plots": {"bargraph": dict, "linegraph": dict, "generalstats": list},
}
"""Of MultiQC's page on custom content: what a JSON file has, and what pconfig is by the type of plot."""


def check_form(text):
    """Hold a file to the form of MultiQC's custom content, with nothing but the standard library."""
    told = json.loads(text)
    assert set(_FORM["required"]) <= set(told), set(_FORM["required"]) - set(told)
    assert isinstance(told["pconfig"], _FORM["plots"][told["plot_type"]])
    assert told["id"].startswith("dmiso_")
    assert told["data"], "MultiQC warns of a section without data"
    for sample, of in told["data"].items():
        assert isinstance(sample, str)
        assert of, f"{sample} has no number"
        assert all(isinstance(key, str) for key in of)
        assert all(type(value) in {int, float} for value in of.values()), of
    if told["plot_type"] == "generalstats":
        named = [name for column in told["pconfig"] for name in column]
        assert len(set(named)) == len(named)
        assert {name for of in told["data"].values() for name in of} <= set(named)
    else:
        assert told["parent_id"] == "dmiso"
        assert {"id", "title", "ylab"} <= set(told["pconfig"])
    return told


def test_sections__of_every_command_have_the_form_that_multiqc_reads(runs):
    found = sorted(runs.folder.rglob("*_mqc.json"))
    assert {path.parent.parent.name for path in found} >= {"chimeras", "pairs", "scanned", "judged"}
    for path in found:
        told = check_form(path.read_text(encoding="utf-8"))
        assert decode(path.read_bytes()).id == told["id"]
        if path.parent.name == "multiqc":
            assert path.name == f"{told['id']}_mqc.json"


def test_bars__leave_out_categories_that_no_sample_has_and_fill_those_that_one_has():
    made = bars("kind", "Kind", "Reads.", {"a": {"x": 1, "y": 0, "z": 0}, "b": {"z": 2}}, unit="reads")
    assert made.data == {"a": {"x": 1, "z": 0}, "b": {"x": 0, "z": 2}}


def test_lines__have_positions_as_text_in_order():
    made = lines("length", "Length", "Reads.", {"a": {22: 5, 9: 1}}, axes=("nucleotides", "reads"))
    assert list(made.data["a"].items()) == [("9", 1), ("22", 5)]


def test_statistics__leave_out_what_a_sample_does_not_have():
    columns = {"dmiso_a_one": Statistic("one", "The first"), "dmiso_a_two": Statistic("two", "The second")}
    made = statistics(
        "a", columns, {"x": {"dmiso_a_one": 1, "dmiso_a_two": None}, "y": {"dmiso_a_one": None}}
    )
    assert made.data == {"x": {"dmiso_a_one": 1}}
    assert made.id == "dmiso_a_statistics"


@pytest.mark.parametrize("change", [{"plot_type": "pie"}, {"surprise": 1}, {"data": {"a": {"b": "many"}}}])
def test_decode__refuses_what_is_none_of_ours(change):
    whole = msgspec.to_builtins(bars("kind", "Kind", "Reads.", {"a": {"x": 1}}, unit="reads"))
    assert isinstance(decode(json.dumps(whole)), Content)
    with pytest.raises(msgspec.ValidationError):
        decode(json.dumps({**whole, **change}))
