"""Whether published chimeras (Grosswendt et al. 2014, human AGO CLIP) are called again, by both engines.

    python benchmarks/chimera_grosswendt.py SHARED_DATA -o benchmarks/results/chimera_grosswendt-v0.1.0.json

Reads are the table's 14,461 full reads (qualities are not published: all are 40). Transcripts are 4,000 RefSeq mRNAs;
a published target that lies on none of them becomes a reference of its own, with 60 random nucleotides on either side.
A call agrees if its miRNA has the published bases (all names of equal bases are one) and its target overlaps
the published target by more than half of either.
"""

import argparse
import csv
import gzip
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from dmiso.alphabet import pack
from dmiso.chimera.filters import best_only
from dmiso.chimera.inputs import ChimeraInputs
from dmiso.chimera.reference import Reference, make_reference
from dmiso.chimera.run import chimeras_files
from dmiso.io.transcripts import Transcript, read_transcripts
from dmiso.isomir.reference import read_reference
from dmiso.records import Counts
from dmiso.settings.chimeras import preset

FLANK = 60
Position = tuple[str, int, int]
WORD = 12


def published(path: Path) -> list[dict[str, str]]:
    """Return the rows of the published table."""
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def exact_positions(bases: str, index: Reference) -> list[Position]:
    """Return every position on the transcripts that has just these nucleotides."""
    codes = pack([bases])[0]
    if len(codes) < WORD or codes.max() > 3:
        return []
    word = 0
    for code in codes[:WORD]:
        word = 4 * word + int(code)
    found = []
    for at in index.positions[index.starts[word] : index.starts[word + 1]].astype(np.int64):
        if np.array_equal(index.text[at : at + len(codes)], codes):
            k = index.subject_at(int(at))
            start = int(at - index.begins[k])
            found.append((index.names[k], start, start + len(codes)))
    return found


def write_inputs(
    rows: list[dict[str, str]], transcripts: dict[str, Transcript], folder: Path
) -> tuple[dict[int, list[Position]], set[int]]:
    """Write reads and references; return the position of each row's target, and which rows lie on transcripts."""
    draw = np.random.default_rng(0)
    positions, on_transcripts = {}, set()
    index = make_reference({name: t.sequence for name, t in transcripts.items()}, WORD)
    with (folder / "transcripts.fa").open("w") as fasta, gzip.open(folder / "reads.fastq.gz", "wt") as fastq:
        fasta.writelines(f">{name}\n{t.sequence}\n" for name, t in transcripts.items())
        written = set()
        for number, row in enumerate(rows):
            target = row["target sequence"].upper().replace("T", "U")
            found = exact_positions(target, index)
            if found:
                on_transcripts.add(number)
            else:
                left, right = ("".join("ACGU"[i] for i in draw.integers(4, size=FLANK)) for _ in range(2))
                fasta.write(f">target_{number}\n{left}{target}{right}\n")
                found = [(f"target_{number}", FLANK, FLANK + len(target))]
            positions[number] = found
            for read in row["read sequences"].split(","):
                if read not in written:
                    written.add(read)
                    fastq.write(f"@read_{len(written)}\n{read}\n+\n{'I' * len(read)}\n")
    return positions, on_transcripts


def overlaps(a: int, b: int, c: int, d: int) -> bool:
    """Return whether two positions share more than half of either."""
    shared = min(b, d) - max(a, c)
    return 2 * shared > (b - a) or 2 * shared > (d - c)


def same_mirna(call: dict[str, Any], row: dict[str, str], bases: dict[str, str]) -> bool:
    """Return whether the miRNA called has the published nucleotides, as far as those are given."""
    told = row["miRNA sequence"].upper().replace("T", "U").removesuffix("XXX")
    names = call["located_mirna"].split(",")
    return any(bases[name].startswith(told[:18]) or told.startswith(bases[name][:18]) for name in names)


def same_target(call: dict[str, Any], positions: list[Position], *, by_bases: bool) -> bool:
    """Return whether the target called, or one that explains the read as well, is the published position."""
    length = call["end"] - call["start"]
    found = [(call["transcript_id"], call["start"])]
    for other in filter(None, (call["other_targets"] or "").split(",")):
        name, _, start = other.rpartition(":")
        found.append((name, int(start)))
    for name, start in found:
        for position, first, last in positions:
            if name == position and overlaps(start, start + length, first, last):
                return True
    return by_bases


def judge(
    rows: list[dict[str, str]],
    positions: dict[int, list[Position]],
    calls: pl.DataFrame,
    bases: dict[str, str],
    chosen: Iterable[int],
) -> dict[str, int]:
    """Count what became of the published reads of some rows."""
    called = {row["read_sequence"]: row for row in calls.iter_rows(named=True)}
    counts = Counter()
    for number in chosen:
        row = rows[number]
        target = row["target sequence"].upper().replace("T", "U")
        for read in row["read sequences"].split(","):
            counts["reads"] += 1
            call = called.get(read.upper().replace("T", "U"))
            if call is None:
                counts["not called"] += 1
                continue
            counts["called"] += 1
            part = call["read_sequence"][call["target_read_start"] : call["target_read_end"]]
            mirna = same_mirna(call, row, bases)
            # a target whose nucleotides hold the published ones, wherever they lie, explains the read as well
            site = same_target(call, positions[number], by_bases=target in part or part in target)
            counts["miRNA agrees"] += mirna
            counts["target agrees"] += site
            counts["both agree"] += mirna and site
    return dict(counts)


def engines_agree(first: pl.DataFrame, second: pl.DataFrame) -> dict[str, Any]:
    """Compare two engines read by read."""
    one = {row["read_sequence"]: row for row in first.iter_rows(named=True)}
    two = {row["read_sequence"]: row for row in second.iter_rows(named=True)}
    counts = Counter(called_by_embedded=len(one), called_by_blast=len(two))
    one_sided, others = [], []
    for read in sorted(set(one) | set(two)):
        a, b = one.get(read), two.get(read)
        if a is None or b is None:
            counts["only blast" if a is None else "only embedded"] += 1
            one_sided.append(max((a or b)["mirna_evalue"], (a or b)["target_evalue"]))
            continue
        counts["called by both"] += 1
        near = overlaps(a["start"], a["end"], b["start"], b["end"])
        site = a["transcript_id"] == b["transcript_id"] and near
        equal = f"{b['transcript_id']}:" in (a["other_targets"] or "")
        counts["same miRNA part"] += a["mirna_sequence"] == b["mirna_sequence"]
        counts["same miRNA"] += a["located_mirna"] == b["located_mirna"]
        counts["same target"] += site or equal
        both = a["located_mirna"] == b["located_mirna"] and (site or equal)
        counts["same miRNA and target"] += both
        if not both:
            names = (
                "located_mirna",
                "n_mirna_alignments",
                "transcript_id",
                "start",
                "mirna_evalue",
                "target_evalue",
            )
            others.append([[row[name] for name in names] for row in (a, b)])
    return {**counts, "larger e-value of one-sided calls": sorted(one_sided), "different calls": others}


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    data = arguments.data
    rows = published(data / "chimeras" / "grosswendt2014_clip_chimeras_with_reads.csv.gz")
    mature = data / "references" / "mirbase22" / "hsa_matures.fa.gz"
    transcripts = read_transcripts(data / "transcripts" / "refseq4000_mrna.fa.gz", Counts())
    bases = {m.id: m.sequence for m in read_reference(mature, None, Counts()).matures}
    record, calls = {"engines": {}}, {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        positions, on_transcripts = write_inputs(rows, transcripts, folder)
        for engine, rules in (
            ("embedded", "paper"),
            ("embedded", "modern"),
            ("blast", "paper"),
        ):
            settings = preset(rules).with_options(
                {"engine": engine, "min_read_length": 20, "keep_repeats": True}
            )
            out = folder / f"{engine}-{rules}"
            inputs = ChimeraInputs((folder / "reads.fastq.gz",), mature, folder / "transcripts.fa")
            result = chimeras_files(inputs, out, settings)
            calls[engine, rules] = best_only(pl.read_parquet(out / "samples" / "reads" / "calls.parquet"))
            funnel = dict(result.funnel.select("what", "n").iter_rows())
            record["engines"][f"{engine}, {rules}"] = {
                "all rows": judge(rows, positions, calls[engine, rules], bases, range(len(rows))),
                "rows on the transcripts": judge(
                    rows, positions, calls[engine, rules], bases, sorted(on_transcripts)
                ),
                "funnel": funnel,
                "seeds": result.seeds["fragments"]._asdict(),
            }
    record["rows"] = {"all": len(rows), "on the transcripts": len(on_transcripts)}
    record["embedded and blast"] = engines_agree(calls["embedded", "paper"], calls["blast", "paper"])
    arguments.output.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
