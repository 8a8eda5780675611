"""Funnels and seed enrichment of two real sets of reads.

    python benchmarks/chimera_real.py SHARED_DATA -o benchmarks/results/chimera_real-v0.1.0.json

The human reads are searched on 4,000 RefSeq mRNAs, about a fifth of all; the mouse reads on the same human mRNAs, as
no mouse transcripts are at hand: few targets can be found. So seeds are looked at a second time without transcripts: on
what follows the miRNA in every read that begins with one (18 nucleotides or more agree; 18 or more follow).
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from dmiso.chimera.collapse import CollapsedRead, collapse_part, deal_reads
from dmiso.chimera.embedded import search_embedded
from dmiso.chimera.inputs import ChimeraInputs
from dmiso.chimera.naming import mirna_bases
from dmiso.chimera.qc import seed_enrichment
from dmiso.chimera.reference import Reference, make_reference
from dmiso.chimera.run import chimeras_files
from dmiso.isomir.reference import read_reference
from dmiso.records import Counts
from dmiso.settings.chimeras import ChimeraSettings, preset

LEAST = 18
SETS = {
    "ago_clip_human_10k": (
        "hsa",
        {"adapter": "GTGTCAGTCACTTCCAGCGG", "barcode5": 5, "outer": "cut", "min_reads": 1},
    ),
    "mireclip_mouse_ip10_1000reads": (
        "mmu",
        {
            "adapter": "AGATCGGAAGAGCACACGTCTGAACTCCAGTCA",
            "umi5": 10,
            "duplicates": "umi",
            "outer": "cut",
            "min_reads": 1,
        },
    ),
}


def rests(
    reads: list[CollapsedRead], reference: Reference, settings: ChimeraSettings
) -> tuple[list[str], list[str]]:
    """Return miRNA parts and what follows them, of reads that begin with a miRNA."""
    rules = settings.locate
    hits = search_embedded(
        [read.sequence for read in reads],
        reference,
        max_evalue=rules.max_evalue,
        max_repeats=1 << 30,
        max_hits=20,
    ).frame
    best = hits.unique("read", keep="first", maintain_order=True)
    mirnas, sites = [], []
    for row in best.iter_rows(named=True):
        rest = reads[row["read"]].sequence[row["read_end"] :]
        long_enough = row["read_end"] - row["read_start"] >= LEAST and len(rest) >= LEAST
        if long_enough and row["read_start"] <= rules.max_end_distance:
            mirnas.append(reference.bases(row["subject"], 0, 30))
            sites.append(rest)
    return mirnas, sites


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    data = arguments.data
    mature = data / "references" / "mirbase22" / "mature.fa.gz"
    transcripts = data / "transcripts" / "refseq4000_mrna.fa.gz"
    cds = data / "transcripts" / "refseq4000_cds.tsv.gz"
    record = {}
    for name, (species, options) in SETS.items():
        settings = preset("modern").with_options({**options, "keep_repeats": True})  # see sense_calls.py
        reads = data / "reads" / f"{name}.fastq.gz"
        with tempfile.TemporaryDirectory() as folder:
            inputs = ChimeraInputs((reads,), mature, transcripts, species=species, cds=cds)
            result = chimeras_files(inputs, Path(folder) / "out", settings)
            parts = deal_reads([reads], Path(folder) / "parts", settings.trim, Counts())
            distinct = [read for part in parts for read in collapse_part(part, settings.trim.duplicates)]
        bases = mirna_bases(read_reference(mature, None, Counts(), species=species))
        found = seed_enrichment(*rests(distinct, make_reference(bases, 7), settings))
        record[name] = {
            "options": options,
            "funnel": [list(row) for row in result.funnel.select("outcome", "what", "n").iter_rows()],
            "interactions": result.interactions.height,
            "order": result.interactions["order"].value_counts(sort=True).to_dicts(),
            "region": result.interactions["region"].value_counts(sort=True).to_dicts(),
            "seeds of interactions": {
                key: {**value._asdict(), "enrichment": value.enrichment}
                for key, value in result.seeds.items()
            },
            "seeds of what follows the miRNA": {**found._asdict(), "enrichment": found.enrichment},
        }
    arguments.output.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
