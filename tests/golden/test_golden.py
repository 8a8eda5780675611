"""Outputs of the main commands on the shipped examples are those kept: a change of a score or call is seen, and chosen.

``python -m tests.golden.write`` writes them anew. Numbers with a decimal point may differ by 1e-5, as processors round
products differently; ``DMISO_GOLDEN=exact`` asks for every byte, on the machine that wrote them.
"""

import os

import pytest
from tests.golden.commands import OUTPUTS, comparable, kept_name


def as_number(field):
    try:
        return float(field) if "." in field or "e" in field else None
    except ValueError:
        return None


def differences(text, kept):
    """Yield what differs, line by line and field by field."""
    lines, expected = text.splitlines(), kept.splitlines()
    if len(lines) != len(expected):
        yield f"{len(lines)} lines, {len(expected)} kept"
    for i, (line, other) in enumerate(zip(lines, expected, strict=False), start=1):
        fields, kept_fields = line.split("\t"), other.split("\t")
        if len(fields) != len(kept_fields):
            yield f"line {i}: {len(fields)} fields, {len(kept_fields)} kept"
            continue
        for field, kept_field in zip(fields, kept_fields, strict=True):
            number, kept_number = as_number(field), as_number(kept_field)
            if number is not None and kept_number is not None:
                if abs(number - kept_number) > 1e-5 * max(1, abs(kept_number)):
                    yield f"line {i}: {field}, kept {kept_field}"
            elif field != kept_field:
                yield f"line {i}: {field!r}, kept {kept_field!r}"


@pytest.mark.parametrize("output", OUTPUTS)
def test_output__is_the_kept_one(output, outputs):
    text, kept = comparable(outputs / output), kept_name(output).read_bytes().decode("utf-8")
    if os.environ.get("DMISO_GOLDEN") == "exact":
        assert text == kept
    assert list(differences(text, kept)) == []


def test_differences__are_found_in_numbers_words_and_counts():
    assert list(differences("a\t0.123456\n", "a\t0.123457\n")) == []
    assert len(list(differences("a\t0.1234\n", "a\t0.1235\n"))) == 1
    assert len(list(differences("b\t1\n", "a\t2\n"))) == 2
    assert len(list(differences("a\n", "a\nb\n"))) == 1
