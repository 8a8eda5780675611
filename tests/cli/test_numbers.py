"""Every number that an option takes is finite and bounded; walked from the program itself."""

import click
import pytest
from tests.cli.leaves import leaves

from dmiso.cli.main import _run
from dmiso.cli.numbers import Real, Whole

NUMBERS = [
    pytest.param(option, id=f"{name} {option.opts[-1]}")
    for name, command in leaves()
    for option in command.params
    if isinstance(option, click.Option)
    and not option.is_flag
    and isinstance(option.type, click.types.IntParamType | click.types.FloatParamType)
]


@pytest.mark.parametrize("option", NUMBERS)
def test_every_number__is_bounded_and_finite(option):
    assert isinstance(option.type, Whole | Real), "use a type of cli/numbers.py"
    assert option.type.min is not None
    assert option.type.max is not None
    for text in ("nan", "inf", "-inf", "1e999", "9" * 40):
        with pytest.raises(click.BadParameter):
            option.type.convert(text, option, None)


def test_every_number__takes_its_default():
    for option in (parameter.values[0] for parameter in NUMBERS):
        if isinstance(option.default, int | float):
            assert option.type.convert(str(option.default), option, None) == option.default


@pytest.mark.parametrize(
    "words", ["train x.tsv -o m --size channels=999999", "evaluate x.tsv -o m --threshold a=nan"]
)
def test_numbers_in_words__are_bounded_too(words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.tsv").write_text("mirna_sequence\ttarget_sequence\tlabel\n")
    assert _run(words.split()) == 2
    assert "at most 5 digits" in (err := capsys.readouterr().err) or "is not a finite number" in err
