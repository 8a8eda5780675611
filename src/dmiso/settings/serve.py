"""What the local page takes at most, and how long it waits: settings that check themselves once."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from dmiso.settings.ranges import SECONDS, Range
from dmiso.settings.setting import Setting, check_settings

__all__ = ["ServeSettings"]

_JOBS = Range(1, 64)
_MANY = Range(1, 50)
"""What ``dmiso ask`` takes."""


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """Limits of the local page. Each is said on the page where it is passed.

    Parameters
    ----------
    max_running, max_waiting
        Questions answered at once, and those that may wait for their turn.
    max_mirnas, max_targets
        Sequences or names in a question; of more, that is a job for ``dmiso scan``.
    max_nucleotides
        Of all sequences of a question together.
    max_seconds
        A question that takes longer is ended.
    away_seconds
        A question is cancelled when no page has shown it for so long: time to reload, not to forget it.

    Raises
    ------
    UsageError
        If a setting is out of its range.
    """

    max_running: Annotated[int, Setting("Questions answered at once.", _JOBS)] = 1
    max_waiting: Annotated[int, Setting("Questions that may wait for their turn.", _JOBS)] = 4
    max_mirnas: Annotated[int, Setting("miRNAs in one question.", _MANY)] = 20
    max_targets: Annotated[int, Setting("Target sequences in one question.", _MANY)] = 20
    max_nucleotides: Annotated[
        int, Setting("Nucleotides of all sequences of a question.", Range(100, 100_000_000))
    ] = 500_000
    max_seconds: Annotated[int, Setting("Seconds after which a question is ended.", SECONDS)] = 900
    away_seconds: Annotated[
        int, Setting("Seconds after which a question is cancelled that no page shows.", SECONDS)
    ] = 10

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def max_bytes(self) -> int:
        """Bytes of a request: its sequences, with room for names and line breaks."""
        return 65_536 + 2 * self.max_nucleotides

    def as_dict(self) -> dict[str, Any]:
        """Return the limits by name, for the page."""
        return {**asdict(self), "max_bytes": self.max_bytes}
