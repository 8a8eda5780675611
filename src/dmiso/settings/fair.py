"""How a test set is made fair: the settings of ``dmiso evaluate fair``."""

from dataclasses import dataclass
from typing import Annotated

from dmiso.settings.setting import Setting, check_settings

__all__ = ["FairSettings"]


@dataclass(frozen=True, slots=True)
class FairSettings:
    """Which pairs the fair version of a labelled table keeps.

    Parameters
    ----------
    seedless
        Leave out pairs with a seed match of their own, of both labels: what is left asks what a score knows beyond the
        seed, and its sites are alike in both classes.
    matched
        Keep, per miRNA, equally many pairs of both labels.
    """

    seedless: Annotated[
        bool, Setting("Leave out pairs with a seed match of their own too, of both labels.")
    ] = False
    matched: Annotated[bool, Setting("Keep, per miRNA, equally many pairs of both labels.")] = True

    def __post_init__(self) -> None:
        check_settings(self)
