"""A section of MultiQC's page: its id, its words, and numbers by sample.

MultiQC puts sections of one id together, sample by sample, whatever runs they are of; so an id stands for a kind of
plot, never for a run, and data are always ``sample → category → number``. MultiQC's page on custom content
(docs.seqera.io/multiqc/custom_content) describes the form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PARENT", "Content", "Statistic", "bars", "decode", "lines", "statistics"]

PARENT: Final = "dmiso"
"""Id of the part of MultiQC's page that holds all our sections."""
_PARENT_SAYS: Final = "finds the mRNA sites that miRNAs and isomiRs bind."

_WHOLE: Final = {"cpswitch_counts_label": "Number", "cpswitch_percent_label": "Percent"}
_COMPARED: Final = {"stacking": "group", "cpswitch": False}

Number = int | float


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A section as it lies on the disk.

    Parameters
    ----------
    id
        Of the section: the same in every run that shows the same.
    section_name, description
        Its heading, and the sentence below it.
    plot_type
        One of MultiQC's.
    data
        Sample → category (or position on the x-axis, as text) → number.
    pconfig
        How MultiQC draws it; of ``generalstats`` the columns, in order, a mapping of one name each.
    helptext
        How to read it: what the button Help of the section shows.
    parent_id, parent_name, parent_description
        The part of the page that it belongs to; the general statistics, which stand above all parts, have none.
    """

    id: str
    section_name: str
    description: str
    plot_type: Literal["bargraph", "linegraph", "generalstats"]
    data: dict[str, dict[str, Number]]
    pconfig: dict[str, Any] | list[dict[str, dict[str, Any]]]
    helptext: str = ""
    parent_id: str = ""
    parent_name: str = ""
    parent_description: str = ""


class Statistic(msgspec.Struct, frozen=True):
    """A column of MultiQC's table of general statistics.

    Parameters
    ----------
    title, description
        Its heading, and what a pointer over it shows.
    suffix
        Unit behind a number.
    digits
        Of the fraction.
    scale
        A colour scale of MultiQC.
    most
        The largest value that there can be; None takes the largest there is.
    hidden
        Not shown until one asks for it: a page has many columns of many tools.
    """

    title: str
    description: str
    suffix: str = ""
    digits: int = 0
    scale: str = "Blues"
    most: float | None = None
    hidden: bool = False

    def as_header(self) -> dict[str, Any]:
        """Return the column as MultiQC reads it."""
        ends = {} if self.most is None else {"max": self.most}
        return {
            "title": self.title,
            "description": self.description,
            "suffix": self.suffix,
            "format": f"{{:,.{self.digits}f}}",
            "scale": self.scale,
            "min": 0,
            **ends,
            **({"hidden": True} if self.hidden else {}),
        }


def bars(
    name: str,
    heading: str,
    description: str,
    data: Mapping[str, Mapping[str, Number]],
    *,
    unit: str,
    helptext: str = "",
    stacked: bool = True,
) -> Content:
    """Return bars, a bar per sample, its categories one behind the other or below each other.

    Parameters
    ----------
    name
        Of the section, after ``dmiso_``.
    heading, description, helptext
        See :class:`Content`.
    data
        Sample → category → number; the categories of a sample make up all that it has. Those that are 0 in every
        sample are left out.
    unit
        What is counted, in the plural.
    stacked
        Categories make up a whole; without it they are numbers to be compared, each with a bar of its own.

    Examples
    --------
    >>> bars("types", "Types", "of reads", {"a": {"exact": 3, "SNP": 0}}, unit="reads").data
    {'a': {'exact': 3}}
    """
    used = [category for category in _categories(data) if any(one.get(category) for one in data.values())]
    kept = {sample: {name: one.get(name, 0) for name in used} for sample, one in data.items()}
    return _in_parent(
        name,
        "bargraph",
        (heading, description, helptext),
        kept,
        {"ylab": unit, **(_WHOLE if stacked else _COMPARED)},
    )


def lines(
    name: str,
    heading: str,
    description: str,
    data: Mapping[str, Mapping[int, Number]],
    *,
    axes: tuple[str, str],
    helptext: str = "",
) -> Content:
    """Return lines, a line per sample.

    Parameters
    ----------
    name, heading, description, helptext
        As for :func:`bars`.
    data
        Sample → whole number on the x-axis → number.
    axes
        What stands at the x-axis and at the y-axis.
    """
    texts = {sample: {str(x): y for x, y in sorted(one.items())} for sample, one in data.items()}
    drawn = {"xlab": axes[0], "ylab": axes[1], "ymin": 0}
    return _in_parent(name, "linegraph", (heading, description, helptext), texts, drawn)


def statistics(
    command: str, columns: Mapping[str, Statistic], data: Mapping[str, Mapping[str, Number | None]]
) -> Content:
    """Return columns of the table at the head of MultiQC's page.

    Parameters
    ----------
    command
        Whose numbers they are.
    columns
        Name → column. Names begin with the command, as other tools' columns stand beside.
    data
        Sample → name → number; what a sample does not have is left out.
    """
    told = {
        sample: {key: value for key, value in one.items() if value is not None}
        for sample, one in data.items()
    }
    return Content(
        f"{PARENT}_{command}_statistics",
        "dmiso",
        _PARENT_SAYS,
        "generalstats",
        {sample: one for sample, one in told.items() if one},
        [{key: {**column.as_header(), "namespace": f"dmiso {command}"}} for key, column in columns.items()],
    )


def _in_parent(
    name: str,
    plot_type: Literal["bargraph", "linegraph"],
    words: tuple[str, str, str],
    data: dict[str, dict[str, Number]],
    drawn: dict[str, Any],
) -> Content:
    """Return a section of our part of the page."""
    heading, description, helptext = words
    plot = {"id": f"{PARENT}_{name}_plot", "title": f"dmiso: {heading}", **drawn}
    return Content(
        f"{PARENT}_{name}",
        heading,
        description,
        plot_type,
        data,
        plot,
        helptext,
        PARENT,
        "dmiso",
        _PARENT_SAYS,
    )


def _categories(data: Mapping[str, Mapping[str, Number]]) -> list[str]:
    """Return the categories of all samples, in the order in which they first come."""
    return list(dict.fromkeys(category for one in data.values() for category in one))


def decode(text: bytes | str) -> Content:
    """Return a section from its file's text.

    Raises
    ------
    msgspec.ValidationError
        If it is none of ours.
    """
    return msgspec.json.decode(text, type=Content)
