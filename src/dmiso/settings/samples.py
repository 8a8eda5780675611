"""What ``dmiso isomirs`` does with many samples: how reads are cut, how far isomiRs go, what is written."""

from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, Final

from dmiso.errors import UsageError, did_you_mean
from dmiso.settings.isomirs import Limits
from dmiso.settings.setting import Setting, check_settings
from dmiso.settings.trimming import ReadSettings

__all__ = ["TABLE_FORMATS", "SampleSettings"]

TABLE_FORMATS: Final = ("tsv", "csv", "parquet", "xlsx", "h5ad")
"""Formats of count matrices; h5ad is AnnData."""


@dataclass(frozen=True, slots=True)
class SampleSettings:
    """How samples are counted.

    Parameters
    ----------
    reads
        What is cut off reads, and which inserts are kept.
    limits
        How far a sequence may be from a miRNA.
    formats
        Of the count matrices, from :data:`TABLE_FORMATS`.

    Raises
    ------
    UsageError
        If a format is unknown.
    """

    reads: ReadSettings = field(default_factory=ReadSettings)
    limits: Limits = field(default_factory=Limits)
    formats: Annotated[
        tuple[str, ...],
        Setting(
            f"Formats of the count matrices: {', '.join(TABLE_FORMATS)} (AnnData).",
            separator=",",
            metavar="LIST",
        ),
    ] = ("tsv", "h5ad")

    def __post_init__(self) -> None:
        """Check the formats."""
        check_settings(self)
        for name in self.formats:
            if name not in TABLE_FORMATS:
                raise UsageError(
                    f"{name!r} is no format of count matrices. {did_you_mean(name, TABLE_FORMATS)}."
                )

    def as_dict(self) -> dict[str, Any]:
        """Return every rule for a manifest."""
        return {**asdict(self.reads), **asdict(self.limits), "formats": list(self.formats)}
