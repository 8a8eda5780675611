"""Transcripts for the pictures of a report: as they were read for the run, or as far as its tables show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.energies import draw_ascii, fold_duplex, fold_sites
from dmiso.extras import is_installed, missing_extra
from dmiso.io.transcripts import Transcript, read_transcripts
from dmiso.pages import Note, Preformatted
from dmiso.records import Counts
from dmiso.report.figures import drawn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from dmiso.pages import Part

__all__ = ["Targets", "duplexes", "site_track"]

_DUPLEX: Final = (
    "Duplexes of least energy: | Watson-Crick pair, : wobble (ViennaRNA; the score does not use them)"
)
_ROOM: Final = 50
"""Nucleotides drawn behind the last site of a transcript whose length is not known."""


@dataclass(frozen=True, slots=True)
class Targets:
    """Where the transcripts of a run can be read; None where the run's own tables are all there is."""

    transcripts: Path | None = None
    cds: Path | None = None

    def read(self) -> dict[str, Transcript]:
        """Return the transcripts by name; none if no file is given."""
        if self.transcripts is None:
            return {}
        return read_transcripts(self.transcripts, Counts(), cds=self.cds)


def site_track(sites: pl.DataFrame, name: str, known: dict[str, Transcript], *, file: str) -> Iterator[Part]:
    """Yield the picture of a transcript's sites.

    Parameters
    ----------
    sites
        ``mirna_id``, ``transcript_id``, ``start``, ``end``, ``logit`` and ``seed_class``.
    name
        Of the transcript.
    known
        Transcripts by name.
    file
        Name of the picture's files.
    """
    from dmiso.plot.site_track import plot_site_track

    own = sites.filter(pl.col("transcript_id") == name)
    if own.is_empty():
        return
    transcript = known.get(name)
    if transcript is None:
        last = own["end"].max()
        assert isinstance(last, int)
        transcript = Transcript(name, "N" * (last + _ROOM))
        yield Note(
            f"{name} is drawn to its last site: the run does not hold its length. dmiso report with --transcripts "
            "draws it whole."
        )
    found = transcript
    yield from drawn(lambda: {file: plot_site_track(found, own)}, what=f"The sites on {name}")


def duplexes(
    mirnas: Sequence[tuple[str, str]], site: Mapping[str, Any], known: Mapping[str, Transcript]
) -> Iterator[Part]:
    """Yield the duplex of each miRNA with a site, or why there is none.

    Parameters
    ----------
    mirnas
        Names and nucleotides.
    site
        ``transcript_id``, ``start``, ``end`` and, where the transcript is not known, ``site_sequence``.
    known
        Transcripts by name: with one, five nucleotides on either side of the site may pair too.
    """
    if not is_installed("RNA"):
        yield Note(f"Duplexes are not drawn: {missing_extra('RNA')}.", "unsure")
        return
    name, start, end = str(site["transcript_id"]), int(site["start"]), int(site["end"])
    lines = [f"{name}, nucleotides {start + 1:,} to {end:,}"]
    for mirna, sequence in mirnas:
        if name in known:
            duplex = fold_sites([sequence], [known[name].sequence], [(start, end)])[0]
        else:
            duplex = fold_duplex(sequence, str(site["site_sequence"]))
        lines += ["", f"{mirna}: {duplex.energy:.1f} kcal/mol", draw_ascii(duplex, flank=None)]
    yield Preformatted("\n".join(lines), _DUPLEX)
