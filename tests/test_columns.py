"""The columns: each name has one meaning."""

import ast
import re
from pathlib import Path

import pytest

import dmiso
from dmiso import columns
from dmiso.columns import COLUMNS, declared

SOURCE = Path(dmiso.__file__).parent
POLARS_TYPE = re.compile(r"pl\.(String|Boolean|List|U?Int\d+|Float\d+|Categorical|Enum)\b")


def test_columns__are_declared_once():
    names = [column.name for column in declared._ALL]  # COLUMNS is a mapping, in which the last one wins
    assert len(names) == len(set(names)) == len(columns.COLUMNS)


def test_columns__say_what_they_mean():
    for column in columns.COLUMNS.values():
        assert column.meaning
        assert not column.meaning.endswith(".")


@pytest.mark.parametrize(
    "module", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE))
)
def test_types__of_declared_columns_are_said_nowhere_else(module):
    """Tables are tuples of names: types given to declared columns anywhere else would be a second truth."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Dict):
            continue
        typed = [
            key.value
            for key, item in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and POLARS_TYPE.match(ast.unparse(item))
        ]
        # columns of the aligner's own table, which no command writes, have names of their own beside two declared ones
        assert len(set(typed) & set(COLUMNS)) < len(typed) or not typed, f"{module.name}: {typed}"
