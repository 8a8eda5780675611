"""How many miRNA names of published interaction files one release of miRBase still knows.

    python benchmarks/mirna_names.py SHARED_DATA

writes benchmarks/results/mirna_names-v<version>.json.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import dmiso
from dmiso.io import read_sequences, write_text
from dmiso.isomir.names.aliases import NameIndex
from dmiso.isomir.names.table import names_of_table
from dmiso.provenance import to_json
from dmiso.records import Counts

RESULT = Path(__file__).parent / "results" / f"mirna_names-v{dmiso.__version__}.json"


class Source(NamedTuple):
    """A file with names: its columns, its species, and what else than miRNAs its names may be."""

    file: str
    name_column: str
    sequence_column: str | None
    species: str


SOURCES = (
    Source("helwak2013_clash.csv.gz", "mirna_name", "mirna_sequence", "hsa"),
    Source("grosswendt2014_clip_chimeras_with_reads.csv.gz", "miRNA ID", "miRNA sequence", "hsa"),
    Source("hejret2023_clash_isomirs.tsv.gz", "ref_mirna_name", "ref_mirna_seq", "hsa"),
    Source("hybridetector_eclip_chimeras.tsv.gz", "noncodingRNA", None, "hsa"),
    Source("moore2015_mouse_clearclip.tsv.gz", "mirna", None, "mmu"),
)


def measure(source: Source, folder: Path, index: NameIndex) -> dict[str, Any]:
    """Look up the distinct names of a file, with and without their nucleotides."""
    rows = names_of_table(
        folder / source.file, name_column=source.name_column, sequence_column=source.sequence_column
    )
    bases: dict[str, str | None] = {}
    for name, sequence in rows:
        bases[name] = bases.get(name) or sequence
    # the eCLIP file names every non-coding RNA
    kept = [name for name in bases if "mir" in name.lower() or "let" in name.lower()]
    alone = [index.resolve(name) for name in kept]
    both = [index.resolve(name, sequence=bases[name]) for name in kept]
    return {
        "names": len(kept),
        "not miRNAs": len(bases) - len(kept),
        "by name": dict(sorted(Counter(r.status for r in alone).items())),
        "by name and nucleotides": dict(sorted(Counter(r.status for r in both).items()))
        if source.sequence_column
        else None,
        "none": sorted(r.name for r in both if r.status == "none"),
        "nucleotides of another miRNA": sorted(r.name for r in both if r.bases_differ),
        "several by name and nucleotides": sorted(r.name for r in both if r.status == "several")
        if source.sequence_column
        else None,
    }


def main() -> None:
    """Measure all files and write the result."""
    shared = Path(sys.argv[1])
    records = list(read_sequences(shared / "references" / "mirbase22" / "mature.fa.gz", Counts()))
    results = {}
    for source in SOURCES:
        own = (record for record in records if record.id.startswith(f"{source.species}-"))
        index = NameIndex(own, species=source.species)
        results[source.file] = measure(source, shared / "chimeras", index)
        print(source.file, results[source.file], flush=True)
    write_text(RESULT, to_json({"reference": "miRBase 22 matures of the species", "files": results}))


if __name__ == "__main__":
    main()
