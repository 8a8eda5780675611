"""The paper's engine: ``blastn`` of BLAST+, run as a program on files.

Scores are those of ``blastn-short`` (+1/-3, gaps 5/2) for both parts, without masking of simple sequence. Both
strands are searched, since a read on the other strand is recognised and left out; alignments with loops (gap openings)
likewise.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.alphabet import to_dna
from dmiso.chimera.alignments import HIT_SCHEMA
from dmiso.chimera.embedded import Hits
from dmiso.errors import DmisoError
from dmiso.workers.programs import find_program

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["make_database", "search_blast"]

_FIELDS: Final = ("read", "subject", "qstart", "qend", "sstart", "send", "bits", "evalue", "gapopen")
_COLUMNS: Final = {name: pl.Float64 if name in {"bits", "evalue"} else pl.Int64 for name in _FIELDS}
_OUTFMT: Final = "6 qseqid sseqid qstart qend sstart send bitscore evalue gapopen"
_SMALLEST: Final = 1e-180
"""BLAST+ prints smaller e-values as 0.0."""


def _program(name: str) -> str:
    """Return where a program of BLAST+ lies."""
    found = find_program(name)
    if found is None:
        raise DmisoError(
            f"{name} of BLAST+ was not found. Install it (apt install ncbi-blast+, or conda install -c bioconda "
            "blast), or use --engine embedded, which needs nothing."
        )
    return found


def _run(command: Sequence[str]) -> None:
    """Run a program; its own message becomes ours."""
    done = subprocess.run(  # noqa: S603 - the program is BLAST+'s, its arguments are ours
        list(command), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        raise DmisoError(
            f"{command[0].rpartition('/')[2]} ended with code {done.returncode}: {lines[-1]}. "
            "Check that BLAST+ is whole, and the space left on the disk."
        )


def make_database(sequences: Mapping[str, str], path: Path) -> Path:
    """Write sequences as a BLAST+ database; subjects are named by their number.

    Parameters
    ----------
    sequences
        Name → nucleotides, in the order of the reference.
    path
        The database's path without ending.
    """
    makeblastdb = _program("makeblastdb")
    path.parent.mkdir(parents=True, exist_ok=True)
    fasta = path.with_suffix(".fa")
    lines = (f">{i}\n{to_dna(s)}\n" for i, s in enumerate(sequences.values()))
    fasta.write_text("".join(lines), encoding="ascii")
    _run([makeblastdb, "-in", str(fasta), "-dbtype", "nucl", "-out", str(path)])
    return path


def search_blast(
    sequences: Sequence[str],
    database: Path,
    work: Path,
    *,
    word: int,
    max_evalue: float,
    max_hits: int,
    max_alignment_gaps: int,
) -> Hits:
    """Align reads with a database, and leave out what the paper leaves out.

    Parameters
    ----------
    sequences
        RNA nucleotides of the reads.
    database
        Of :func:`make_database`.
    work
        Beginning of the names of files that are written on the way, and removed.
    word
        Nucleotides in a row that must agree.
    max_evalue
        Largest e-value.
    max_hits
        Subjects kept of a read.
    max_alignment_gaps
        Gap openings allowed in an alignment.

    Returns
    -------
    Hits
        Sense alignments; how many alignments had loops, and which reads had antisense alignments only.
    """
    blastn = _program("blastn")
    query, output = work.with_name(f"{work.name}.query.fa"), work.with_name(f"{work.name}.hits.tsv")
    lines = (f">{i}\n{to_dna(s)}\n" for i, s in enumerate(sequences))
    query.write_text("".join(lines), encoding="ascii")
    # BLAST+ advises more target sequences than wanted: the limit is applied before the final scores are known
    options = {
        "-task": "blastn-short",
        "-word_size": str(word),
        "-evalue": str(max_evalue),
        "-strand": "both",
        "-dust": "no",
        "-soft_masking": "false",
        "-max_target_seqs": str(max(5 * max_hits, 500)),
        "-outfmt": _OUTFMT,
    }
    flat = [word for pair in options.items() for word in pair]
    _run([blastn, "-query", str(query), "-db", str(database), "-out", str(output), *flat])
    query.unlink()
    if output.stat().st_size == 0:
        output.unlink()
        return Hits(pl.DataFrame(schema=HIT_SCHEMA))
    table = _read_hits(output, len(sequences))
    output.unlink()
    return _sense(table, max_hits=max_hits, max_alignment_gaps=max_alignment_gaps)


def _read_hits(output: Path, n_reads: int) -> pl.DataFrame:
    """Read what blastn wrote, and check that its numbers can be meant."""
    try:
        # its bytes, not its name: in a name polars takes * and [ for wildcards
        table = pl.read_csv(
            output.read_bytes(), separator="\t", has_header=False, schema=_COLUMNS, quote_char=None
        )
    except pl.exceptions.PolarsError as error:
        raise DmisoError(
            f"blastn wrote what is not its table of hits ({str(error).splitlines()[0]})."
        ) from error
    whole = pl.all_horizontal(pl.col(name).is_not_null() for name in _FIELDS)
    meant = (
        pl.col("read").is_between(0, n_reads - 1) & pl.col("evalue").is_finite() & pl.col("bits").is_finite()
    )
    if not table.select((whole & meant).all()).item():
        raise DmisoError(
            "blastn wrote a hit with a field missing, or of a read that it was not given. Is it whole?"
        )
    return table


def _sense(table: pl.DataFrame, *, max_hits: int, max_alignment_gaps: int) -> Hits:
    """Keep sense alignments without loops, the best of each read."""
    sense = table.filter(pl.col("sstart") <= pl.col("send"))
    straight = sense.filter(pl.col("gapopen") <= max_alignment_gaps)
    antisense = sorted(set(table["read"].to_list()) - set(sense["read"].to_list()))
    frame = straight.select(
        read="read",
        subject="subject",
        read_start=pl.col("qstart") - 1,
        read_end="qend",
        start=pl.col("sstart") - 1,
        end="send",
        bit_score="bits",
        log10_evalue=pl.col("evalue").cast(pl.Float64).clip(lower_bound=_SMALLEST).log(10),
    ).select(pl.col(name).cast(dtype) for name, dtype in HIT_SCHEMA.items())
    frame = frame.sort("read", "log10_evalue", "subject", "start", "read_start")
    rank = pl.int_range(pl.len()).over("read")
    kept = frame.filter(rank < max_hits)
    crowded = frame.filter(rank >= max_hits)["read"].n_unique()
    loops = sense.height - straight.height
    return Hits(kept, crowded=crowded, antisense=tuple(antisense), loops=loops)
