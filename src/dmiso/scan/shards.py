"""Shards: the part of a scan that one worker computes at a time, a block of miRNAs on a block of transcripts.

A shard is one Parquet file under ``shards/``, written whole or not at all, and never computed twice. Its name
is its number, so any number of workers, on one machine or on many that share a folder, fill the same folder. The
plan beside the shards says what they are of: another model, file or setting is refused. A shard carries the key of its
plan and gate: what is damaged, or of another plan, is made again and never merged.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

import dmiso
from dmiso.errors import InputError, UsageError
from dmiso.io.kept import Lost, create_json, keep_table, kept_json, kept_table, lost_table
from dmiso.io.streams import local_file
from dmiso.losses import require_kept
from dmiso.models import resolve
from dmiso.provenance import sha256_bytes, sha256_file, to_json
from dmiso.records import Counts
from dmiso.scan.decoys import make_decoys
from dmiso.scan.gate.gate import keep_gate, read_gate
from dmiso.scan.inputs import Loaded, ScanInputs
from dmiso.scan.plans import plan_differences, plan_of
from dmiso.scan.scanner import NO_CODING_SEQUENCE, Found, Scanner
from dmiso.settings.scan import REGION_NAMES, ScanSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmiso.engine.duplex.gate import Gate
    from dmiso.models import StoredModel

__all__ = ["OpenJob", "ScanJob", "shard_path", "share_of"]

_PLAN: Final = "plan.json"
_GATE: Final = "gate.json"
_OF_GATE: Final = ("min_percentile", "min_score", "distance", "recall")
"""Settings that the gate is fitted to."""


@dataclass(frozen=True, slots=True)
class ScanJob:
    """All that a worker needs to know, as text it can be sent.

    Parameters
    ----------
    inputs, settings
        What is scanned and how.
    output
        Folder of the results and shards.
    model
        A bundled name or directory; None is the default model.
    """

    inputs: ScanInputs
    settings: ScanSettings
    output: Path
    model: str | None = None

    def to_text(self) -> str:
        """Return the job as JSON."""
        files = {name: str(local_file(path)) for name, path in self.inputs.files().items()}
        return json.dumps(
            {
                "inputs": files,
                "settings": asdict(self.settings),
                "output": str(self.output),
                "model": self.model,
            }
        )

    @classmethod
    def from_text(cls, text: str) -> ScanJob:
        """Return the job that :meth:`to_text` wrote."""
        said: dict[str, Any] = json.loads(text)
        settings = {**said["settings"], "regions": tuple(said["settings"]["regions"])}
        return cls(
            ScanInputs(**{name: Path(path) for name, path in said["inputs"].items()}),
            ScanSettings(**settings),
            Path(said["output"]),
            said["model"],
        )


def shard_path(output: Path, number: int) -> Path:
    """Return where a shard lies.

    Examples
    --------
    >>> shard_path(Path("out"), 7).as_posix()
    'out/shards/000007.parquet'
    """
    return output / "shards" / f"{number:06d}.parquet"


def share_of(n_shards: int, part: int, parts: int) -> list[int]:
    """Return the shards of one of several workers.

    Parameters
    ----------
    n_shards
        Shards of the scan.
    part, parts
        Which worker of how many, from 1.

    Raises
    ------
    UsageError
        If ``part`` is not one of ``parts``.

    Examples
    --------
    >>> share_of(5, 1, 2), share_of(5, 2, 2)
    ([0, 2, 4], [1, 3])
    """
    if not 1 <= part <= parts:
        raise UsageError(f"shard {part}/{parts} does not exist: give I/N with I from 1 to N.")
    return list(range(part - 1, n_shards, parts))


class OpenJob:
    """A job with its files read and its model loaded.

    Parameters
    ----------
    job
        What to do.
    """

    def __init__(self, job: ScanJob) -> None:
        self.job = job
        self.counts = Counts()
        self.loaded: Loaded = job.inputs.load(self.counts, as_utrs=job.settings.as_utrs)
        self.model: StoredModel = resolve(job.model)
        self.mirnas = make_decoys(self.loaded.mirnas, job.settings, self.counts, known=self.loaded.known)
        self.searched = list(range(len(self.loaded.transcripts)))
        self._note_long_mirnas()
        self._require_regions()

    def _require_regions(self) -> None:
        """Find the transcripts that have a region asked for, count the others, and stop if there is none."""
        transcripts, wanted = self.loaded.transcripts, self.job.settings.regions
        if not wanted:
            return
        self.searched = []
        for number, one in enumerate(transcripts):
            if one.cds is None:
                self.counts.drop(NO_CODING_SEQUENCE, example=one.id)
            elif any(start < end for start, end in (one.part(REGION_NAMES[name]) for name in wanted)):
                self.searched.append(number)
            else:
                self.counts.drop(
                    "transcripts left out: they have none of the regions asked for", example=one.id
                )
        self.counts.flow(
            "transcripts",
            len(transcripts),
            len(self.searched),
            outcome="found to have one of --regions " + ",".join(wanted),
            hint="Give coding sequences with --cds or --annotation, of the same release as the transcripts",
        )
        require_kept(self.counts, path=self.job.inputs.where)

    def _note_long_mirnas(self) -> None:
        longest = self.model.config.mirna_length
        if longer := [m.id for m in self.loaded.mirnas if len(m.sequence) > longest]:
            self.counts.note(
                f"miRNAs longer than {longest} nt: only their first {longest} nt are scored",
                len(longer),
                example=longer[0],
            )

    @cached_property
    def scanner(self) -> Scanner:
        """The scanner, with the gate that lies beside the plan if one is needed."""
        path = self.job.output / _GATE
        kept = read_gate(path, self.gate_key) if self.job.settings.looks_first and path.exists() else None
        return Scanner.of(self.model, self.job.settings, gate=kept)

    @cached_property
    def plan(self) -> dict[str, Any]:
        """What the shards depend on, as JSON has it."""
        return plan_of(self.job, self.model, self.n_shards)

    @cached_property
    def plan_key(self) -> str:
        """What stands for the plan."""
        return sha256_bytes(to_json(self.plan).encode())

    @cached_property
    def gate_key(self) -> str:
        """What stands for all that the gate is fitted to."""
        settings = [self.plan["settings"][name] for name in _OF_GATE]
        return sha256_bytes(to_json([dmiso.__version__, self.plan["model"], settings]).encode())

    def shard_key(self, number: int) -> str:
        """Return what a shard contains: plan, gate and its number. Only to be asked when the gate is there."""
        return f"{self._common_key} {number}"

    @cached_property
    def _common_key(self) -> str:
        gate = self.job.output / _GATE
        own = sha256_file(gate) if self.job.settings.looks_first else "none"
        return sha256_bytes(f"{self.plan_key} {own}".encode())

    @cached_property
    def mirna_blocks(self) -> list[range]:
        """Blocks of miRNAs, by number."""
        return _blocks(len(self.mirnas), self.job.settings.mirnas_per_shard)

    @cached_property
    def transcript_blocks(self) -> list[range]:
        """Blocks of transcripts, by number."""
        return _blocks(len(self.loaded.transcripts), self.job.settings.transcripts_per_shard)

    @property
    def n_shards(self) -> int:
        """Shards of the whole scan, miRNA block by miRNA block."""
        return len(self.mirna_blocks) * len(self.transcript_blocks)

    def work_of(self, number: int) -> int:
        """Return the nt × miRNAs of a shard, decoys included."""
        block, part = self._parts(number)
        bases = sum(len(self.loaded.transcripts[t].sequence) for t in part)
        return bases * sum(1 + len(self.mirnas[m].decoys) for m in block)

    def _parts(self, number: int) -> tuple[range, range]:
        m, t = divmod(number, len(self.transcript_blocks))
        return self.mirna_blocks[m], self.transcript_blocks[t]

    def begin(self, *, go_on: bool) -> None:
        """Write the plan, or check that the one there is the same; then the gate, if one is needed.

        Parameters
        ----------
        go_on
            Shards of an earlier run are used; else they are an error.

        Raises
        ------
        UsageError
            If the folder holds another scan, or shards where none are expected.
        """
        path = self.job.output / _PLAN
        found, gate = kept_json(path), None
        if found is Lost.ABSENT:
            gate = self._fitted_gate()  # first: what it refuses leaves no plan behind
            if not create_json(path, self.plan, self.plan_key):
                found = kept_json(path)  # of a run that began at the same time
        if found is not Lost.ABSENT:
            self._compare(path, found)
        if not go_on and any(shard_path(self.job.output, k).exists() for k in range(self.n_shards)):
            raise UsageError(
                f"{self.job.output} holds shards of this scan: --resume goes on with them; "
                "or choose another folder."
            )
        self._keep_gate(gate)

    def _compare(self, path: Path, found: dict[str, Any] | Lost) -> None:
        """Raise an error if the plan there is damaged or another."""
        if found is Lost.DAMAGED:
            raise UsageError(
                f"{path} is damaged. Remove it and give --resume: shards of the same scan are used, others made again."
            )
        if isinstance(found, Lost):
            raise UsageError(
                f"{path} is of an earlier version of dmiso. Choose another folder, or remove this one."
            )
        if found != self.plan:
            raise UsageError(
                f"{self.job.output} holds a scan with different {', '.join(plan_differences(found, self.plan))}. "
                "Give the same, or choose another folder."
            )

    def _fitted_gate(self) -> Gate | None:
        """Return the gate of model and settings; None if all offsets are computed."""
        return Scanner.of(self.model, self.job.settings).gate if self.job.settings.looks_first else None

    def _keep_gate(self, fitted: Gate | None) -> None:
        """Write a gate beside the plan, for all workers; the one that is there stays."""
        if not self.job.settings.looks_first:
            return
        path = self.job.output / _GATE
        if not path.exists():
            gate = fitted or self._fitted_gate()
            assert gate is not None
            keep_gate(path, gate, self.gate_key)
        if read_gate(path, self.gate_key).is_open:
            self.counts.note(
                f"scan without a first look: at recall {self.job.settings.recall:g} it would let so many offsets pass "
                "that computing all takes no longer"
            )

    def run_shard(self, number: int, on_work: Callable[[int], None] | None = None) -> bool:
        """Scan one shard and write it; return False if it was there.

        Parameters
        ----------
        number
            Of the shard.
        on_work
            Called with the nt × miRNAs done since the last call; they add up to :meth:`work_of`.
        """
        path = shard_path(self.job.output, number)
        if lost_table(path, self.shard_key(number)) is None:
            return False
        block, part = self._parts(number)
        found = self.scanner.scan(
            [self.mirnas[m] for m in block],
            [self.loaded.transcripts[t] for t in part],
            Counts(),
            on_work=on_work,
        )
        _write_shard(path, found, block.start, part.start, self.shard_key(number))
        return True

    def missing(self, *, note: bool = False) -> list[int]:
        """Return the shards that are not there, damaged, or of another plan.

        Parameters
        ----------
        note
            Count those that are there, and why they cannot be used.
        """
        found = []
        for number in range(self.n_shards):
            path = shard_path(self.job.output, number)
            lost = lost_table(path, self.shard_key(number))
            if lost is None:
                continue
            found.append(number)
            if note:
                lost.note(self.counts, "shards of an earlier run", path)
        return found

    def read_shard(self, number: int) -> pl.DataFrame:
        """Return a shard's sites and decoy sites.

        Raises
        ------
        InputError
            If it is not there, damaged, or of another plan.
        """
        path = shard_path(self.job.output, number)
        found = kept_table(path, self.shard_key(number))
        if isinstance(found, Lost):
            reason = {Lost.ABSENT: "is missing", Lost.DAMAGED: "is damaged", Lost.OTHER: "is of another scan"}
            hint = "Run the scan again with --resume, which makes this shard again"
            raise InputError(f"this shard {reason[found]}", path=path, hint=hint)
        return found.frame


def _blocks(n: int, size: int) -> list[range]:
    return [range(start, min(start + size, n)) for start in range(0, n, size)]


def _write_shard(path: Path, found: Found, first_mirna: int, first_transcript: int, key: str) -> None:
    """Write sites and decoy sites as one file; numbers count from the first miRNA and transcript of the scan."""
    sites = found.sites.drop("mirna_id", "mirna_sequence", "transcript_id").with_columns(
        pl.col("mirna") + first_mirna,
        pl.col("transcript") + first_transcript,
        decoy=pl.lit(value=False),
    )
    chance = found.decoys.with_columns(pl.col("mirna") + first_mirna, decoy=pl.lit(value=True))
    keep_table(path, pl.concat([sites, chance], how="diagonal"), key)
