"""Molecules to reads: UMI, insert, adapter, PCR copies, wrong nucleotides, qualities; with a table of the truth.

Right nucleotides have qualities 32–41 (one in a hundred 2–31), wrong ones 2–30 (one in ten 32–41), as Illumina's do
roughly.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.alphabet import ALPHABETICAL, to_dna
from dmiso.chimera.naming import mirna_bases
from dmiso.chimera.reference import check_transcripts
from dmiso.chimera.simulate.sample import Interaction, make_interactions, make_isomirs
from dmiso.columns import TRUTH_COLUMNS, schema_of
from dmiso.io.atomic import open_output, write_text
from dmiso.io.folders import FolderKind, check_folder, whole_folder
from dmiso.io.table_writer import TableWriter
from dmiso.io.transcripts import read_transcripts
from dmiso.isomir.reference import read_reference
from dmiso.provenance import manifest, to_json
from dmiso.records import Counts
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.random import Generator

    from dmiso.settings.simulation import SimulationSettings

__all__ = ["TRUTH_COLUMNS", "simulate_files"]

SIMULATION_FOLDER: Final = FolderKind("simulate", ("reads.fastq.gz", "truth.tsv.gz"))


_BATCH: Final = 20_000
_POOL: Final = 2_000
_BASES: Final = to_dna(ALPHABETICAL)
_DNA: Final = np.frombuffer(_BASES.encode(), np.uint8)


class _Molecule(NamedTuple):
    """What a molecule is: kind, insert as DNA, what is known of it."""

    kind: str
    insert: str
    truth: tuple[Any, ...] = (None,) * 7


class _Molecules:
    """Draws molecules."""

    def __init__(
        self,
        interactions: Sequence[Interaction],
        transcripts: Mapping[str, str],
        settings: SimulationSettings,
        draw: Generator,
    ) -> None:
        self.interactions, self.transcripts = interactions, transcripts
        self.settings, self.draw = settings, draw
        self.names = [n for n, s in transcripts.items() if len(s) > 2 * settings.site_length[1]]
        # few interactions are frequent, many rare: a log-normal abundance
        weights = draw.lognormal(0, 1.5, len(interactions))
        self.weights = np.cumsum(weights / weights.sum())

    def batch(self, n: int) -> Iterator[_Molecule]:
        """Give ``n`` molecules."""
        s, draw = self.settings, self.draw
        borders = np.cumsum([s.chimera_share, s.mirna_share, s.dimer_share])
        kinds = np.searchsorted(borders, draw.random(n), side="right")
        chosen = np.minimum(np.searchsorted(self.weights, draw.random(n)), len(self.weights) - 1)
        positions = draw.random((n, 2))
        for kind, number, (where, how_long) in zip(kinds, chosen, positions, strict=True):
            interaction = self.interactions[number]
            if kind == 0:
                yield self._chimera(interaction)
            elif kind == 1:
                known = (interaction.isomir.mirna_id, interaction.isomir.sequence, interaction.isomir.type)
                yield _Molecule("mirna", interaction.isomir.sequence, (*known, None, None, None, None))
            elif kind == 2:
                yield _Molecule("dimer", "")
            else:
                yield self._fragment(int(where * len(self.names)), how_long)

    def _chimera(self, one: Interaction) -> _Molecule:
        site = self.transcripts[one.transcript_id][one.start : one.end]
        parts = (one.isomir.sequence, site) if one.mirna_first else (site, one.isomir.sequence)
        order = "mirna-first" if one.mirna_first else "target-first"
        known = (one.isomir.mirna_id, one.isomir.sequence, one.isomir.type)
        position = (one.transcript_id, one.start, one.end)
        # decided is set by the writer's schema: the last of the truth
        return _Molecule("chimera", "".join(parts), (*known, *position, f"{order}|{one.decided}"))

    def _fragment(self, number: int, how_long: float) -> _Molecule:
        name = self.names[number]
        bases = self.transcripts[name]
        length = self.settings.site_length[0] + int(how_long * (2 * self.settings.site_length[1] - 20))
        length = min(length, len(bases))
        start = int(self.draw.integers(len(bases) - length + 1))
        known = (None, None, None, name, start, start + length, None)
        return _Molecule("transcript", bases[start : start + length], known)


class _Sequencer:
    """Makes reads of molecules."""

    def __init__(self, settings: SimulationSettings, draw: Generator) -> None:
        self.settings, self.draw = settings, draw
        good = draw.integers(32, 42, (_POOL, settings.read_length))
        low = draw.random(good.shape) < 0.01
        good[low] = draw.integers(2, 32, int(low.sum()))
        self.qualities = (good + 33).astype(np.uint8)
        self.filler = "".join(_BASES[i] for i in draw.integers(4, size=settings.read_length))

    def whole(self, molecule: _Molecule) -> str:
        """Return UMI, insert and adapter, as long as the read is."""
        s = self.settings
        umi = "".join(_BASES[i] for i in self.draw.integers(4, size=s.umi5)) if s.umi5 else ""
        bases = umi + to_dna(molecule.insert).replace("N", "A") + s.adapter + self.filler
        return bases[: s.read_length]

    def read(self, bases: str, n_errors: int) -> tuple[str, str]:
        """Return nucleotides with some wrong ones, and qualities."""
        quality = self.qualities[self.draw.integers(_POOL)]
        if n_errors == 0:
            return bases, quality.tobytes().decode("ascii")
        codes, quality = np.frombuffer(bases.encode("ascii"), np.uint8).copy(), quality.copy()
        for position in self.draw.choice(len(codes), n_errors, replace=False):
            wrong = codes[position]
            others = _DNA[wrong != _DNA]
            codes[position] = others[self.draw.integers(3)]
            high = self.draw.random() < 0.1
            quality[position] = 33 + (self.draw.integers(32, 42) if high else self.draw.integers(2, 31))
        return codes.tobytes().decode("ascii"), quality.tobytes().decode("ascii")


def simulate_files(
    mature: Path,
    transcripts: Path,
    output: Path,
    settings: SimulationSettings,
    *,
    species: str | None = None,
    force: bool = False,
    command: Sequence[str] = (),
) -> Counts:
    """Write a simulated sample: ``reads.fastq.gz``, ``truth.tsv.gz`` and ``manifest.json``.

    Parameters
    ----------
    mature, transcripts
        FASTA of miRNAs and mRNAs to make chimeras of.
    output
        Directory.
    settings
        What the sample is like.
    species
        Beginning of the names of miRNAs to take.
    force
        Write into a folder that holds files of others; they stay.
    command
        Words of the command line, for the manifest.

    Returns
    -------
    Counts
        Reads by kind.
    """
    check_folder(output, SIMULATION_FOLDER, force=force)
    counts = Counts()
    reference = read_reference(mature, None, counts, species=species)
    read = read_transcripts(transcripts, counts)
    check_transcripts(read, transcripts)
    bases = {name: transcript.sequence for name, transcript in read.items()}
    draw = np.random.default_rng(settings.seed)
    isomirs = make_isomirs(mirna_bases(reference), settings, draw)
    interactions = make_interactions(isomirs, bases, settings, draw)
    molecules = _Molecules(interactions, bases, settings, draw)
    with whole_folder(output, SIMULATION_FOLDER, force=force) as folder:
        with (
            open_output(folder / "reads.fastq.gz") as fastq,
            TableWriter(folder / "truth.tsv.gz", schema_of(TRUTH_COLUMNS)) as truth,
        ):
            _write(molecules, _Sequencer(settings, draw), fastq, truth, counts)
        counts.keep("isomiRs and miRNAs made", len(isomirs))
        counts.keep("interactions made", len(interactions))
        record = manifest(
            command=command,
            inputs={"mature": mature, "transcripts": transcripts},
            counts=counts,
            seed=settings.seed,
            settings={**settings.as_dict(), "species": species},
        )
        write_text(folder / SIMULATION_FOLDER.manifest, to_json(record))
    return counts


def _write(
    molecules: _Molecules,
    sequencer: _Sequencer,
    fastq: IO[bytes],
    truth: TableWriter,
    counts: Counts,
) -> None:
    """Write reads until there are enough."""
    s, draw = molecules.settings, molecules.draw
    written, number = 0, 0
    work = Work("reads written", s.reads)
    while written < s.reads:
        copies = draw.geometric(1.0 / s.mean_copies, _BATCH)
        lines: list[str] = []
        rows: list[tuple[Any, ...]] = []
        for molecule, n_copies in zip(molecules.batch(_BATCH), copies, strict=True):
            number += 1
            bases = sequencer.whole(molecule)
            for copy in range(1, min(int(n_copies), s.reads - written) + 1):
                n_errors = int(draw.binomial(s.read_length, s.error_rate)) if s.error_rate else 0
                sequence, quality = sequencer.read(bases, n_errors)
                name = f"sim.{written + 1}"
                lines.append(f"@{name}\n{sequence}\n+\n{quality}\n")
                rows.append(_truth_row(name, molecule, number, copy, n_errors))
                counts.keep(f"reads of kind {molecule.kind}")
                written += 1
            if written == s.reads:
                break
        fastq.write("".join(lines).encode("ascii"))
        work.advance(len(rows))
        truth.write(pl.DataFrame(rows, schema=schema_of(TRUTH_COLUMNS), orient="row"))


def _truth_row(name: str, molecule: _Molecule, number: int, copy: int, n_errors: int) -> tuple[Any, ...]:
    """Return a read's row of the truth."""
    order, _, decided = (molecule.truth[6] or "").partition("|")
    known = (*molecule.truth[:6], order or None, decided == "True" if decided else None)
    return (name, molecule.kind, number, copy, n_errors, *known)
