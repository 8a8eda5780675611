"""What a settings class declares is checked wherever it is filled."""

import dataclasses
import importlib
import pkgutil
from typing import Annotated

import pytest

import dmiso.settings
from dmiso.dataset.splits import SCHEMES
from dmiso.errors import UsageError
from dmiso.settings.dataset import BuildSettings
from dmiso.settings.ranges import SHARE, Range
from dmiso.settings.setting import Setting, check_settings, declared_settings


def classes():
    """Yield every settings class with declared fields."""
    for found in pkgutil.iter_modules(dmiso.settings.__path__, "dmiso.settings."):
        module = importlib.import_module(found.name)
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and value.__module__ == module.__name__
                and dataclasses.is_dataclass(value)
            ) and declared_settings(value):
                yield value


CLASSES = list(classes())
NUMBERS = [
    pytest.param(kind, name, declared, id=f"{kind.__name__}.{name}")
    for kind in CLASSES
    for name, declared in declared_settings(kind).items()
    if declared.setting.range is not None
]


def test_classes__are_found():
    assert {"ScanSettings", "TrimSettings", "TrainSettings", "StudySettings"} <= {k.__name__ for k in CLASSES}


@pytest.mark.parametrize("kind", CLASSES)
def test_defaults__are_allowed(kind):
    kind()


@pytest.mark.parametrize("kind", CLASSES)
def test_numbers__have_a_range(kind):
    for name, declared in declared_settings(kind).items():
        assert declared.setting.help, name
        assert (declared.kind in {int, float}) == (declared.setting.range is not None), name


@pytest.mark.parametrize(("kind", "name", "declared"), NUMBERS)
def test_ranges__are_checked_by_the_class(kind, name, declared):
    bounds = declared.setting.range
    step = 1 if declared.kind is int else 1e-3
    for value in (bounds.least - step, bounds.most + step, float("nan"), "many", True):
        with pytest.raises(UsageError, match=rf"^{name} is .*; it must be"):
            kind(**{name: value})


def test_choices__are_checked_and_listed():
    with pytest.raises(UsageError, match=r"split is 'genes'; it must be one of cluster, random, chromosome"):
        BuildSettings(split="genes")


def test_ways_to_part_rows__are_those_of_the_command():
    assert set(declared_settings(BuildSettings)["split"].choices) == set(SCHEMES)


@dataclasses.dataclass(frozen=True)
class _Several:
    shares: Annotated[tuple[float, ...], Setting("Shares.", SHARE)] = ()
    least: Annotated[int | None, Setting("Least.", Range(2, 3))] = None
    inner: int = -1

    def __post_init__(self) -> None:
        check_settings(self)


def test_each_value_of_several__is_checked():
    _Several((0, 0.5, 1), least=2)
    with pytest.raises(UsageError, match=r"shares is 1\.5; it must be between 0 and 1"):
        _Several((0.5, 1.5))


def test_a_whole_number__is_whole():
    with pytest.raises(UsageError, match=r"least is 2\.5; it must be a whole number"):
        _Several(least=2.5)


def test_a_field_without_a_setting__is_left_to_its_class():
    assert list(declared_settings(_Several)) == ["shares", "least"]
