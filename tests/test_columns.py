"""The columns: each name has one meaning."""

from dmiso import columns
from dmiso.columns import declared


def test_columns__are_declared_once():
    names = [column.name for column in declared._ALL]  # COLUMNS is a mapping, in which the last one wins
    assert len(names) == len(set(names)) == len(columns.COLUMNS)


def test_columns__say_what_they_mean():
    for column in columns.COLUMNS.values():
        assert column.meaning
        assert not column.meaning.endswith(".")
