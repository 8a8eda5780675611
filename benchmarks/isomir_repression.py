"""How far the predicted genes of isomiRs are from those of their miRNAs: 5' shifts, edited seeds, 3' ends.

    python benchmarks/isomir_repression.py --data FOLDER [--most 20]

``FOLDER`` as for ``isomir_compare_cases.py``, whose three cases come first; then the isomiRs of the sample with the
most reads, up to ``--most`` of each kind, that differ from one miRNA in this way only, and every A-to-I edited seed
position of the miRNAs with the most reads. Repression is predicted on 4,000 RefSeq mRNAs from all seed sites of each.
Writes ``benchmarks/results/isomir_repression-v<version>.json`` and the section of the page
``docs/isomir_compare.md``. Seconds.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

import dmiso
from dmiso.compare import Pair, Targets, pairs_from_calls
from dmiso.compare.repressed import RepressedGenes, repression_change
from dmiso.io.transcripts import read_transcripts
from dmiso.isomir import read_counted, read_reference
from dmiso.records import Counts, SequenceRecord
from dmiso.repression.store import resolve_repression
from dmiso.settings.compare import CompareSettings
from isomir_compare_cases import choose_pairs

RESULTS = Path(__file__).resolve().parent / "results"
PAGE = Path(__file__).resolve().parent.parent / "docs" / "isomir_compare.md"
MARKS = ("<!-- begin: written by benchmarks/isomir_repression.py -->", "<!-- end of repression -->")
KINDS = {
    "5' shift by one": "iso_5p:",
    "3' end longer or shorter": "iso_3p:",
    "3' tail not of the genome": "iso_add3p:",
}
SEED = range(1, 8)
BEST = 100


def many_pairs(data: Path, most: int) -> dict[str, list[Pair]]:
    """Return isomiRs of each kind, those with the most reads first."""
    folder = data / "references" / "mirbase22"
    reference = read_reference(folder / "hsa_matures.fa.gz", folder / "hsa_hairpins.fa.gz", Counts())
    sample = read_counted(data / "reads" / "smallrna_human_lcl_10k.fastq.gz", Counts())
    pairs = [p for p in pairs_from_calls(sample.sequences, reference, Counts()) if p.n_parents == 1]
    found = {
        kind: [p for p in pairs if p.variant.startswith(start) and "," not in p.variant]
        for kind, start in KINDS.items()
    }
    found["5' shift by one"] = [
        p for p in found["5' shift by one"] if p.variant in {"iso_5p:+1", "iso_5p:-1"}
    ]
    found = {kind: own[:most] for kind, own in found.items()}
    mirnas = list(dict.fromkeys(p.canonical for p in pairs))
    edited = [
        Pair(SequenceRecord(f"{m.id} edited {i + 1}", m.sequence[:i] + "G" + m.sequence[i + 1 :]), m)
        for m in mirnas
        for i in SEED
        if m.sequence[i] == "A"
    ]
    found["A-to-I edited seed"] = edited[:most]
    return found


def measured(repressed: RepressedGenes, pair: Pair, least: float) -> dict[str, object]:
    """Return what an isomiR does to a miRNA's genes."""
    table = repressed.of_pair(pair)
    own, other = (table[f"{who}_repression"].to_numpy() for who in ("isomir", "canonical"))
    changes = [repression_change(a, b, least) for a, b in zip(own, other, strict=True)]
    best = [set(table["gene_id"].to_numpy()[np.argsort(x, kind="stable")[:BEST]]) for x in (own, other)]
    return {
        "isomir_sequence": pair.isomir.sequence,
        "canonical_id": pair.canonical.id,
        "seeds": list(pair.seeds),
        **{change: changes.count(change) for change in ("gained", "lost", "kept")},
        "best_shared": len(best[0] & best[1]),
        "spearman": round(float(spearmanr(own, other).statistic), 3),
        "largest_difference": round(float(np.abs(own - other).max()), 3),
    }


def page_section(record: dict) -> str:
    """Return the section of the page, in Markdown."""
    lines = [
        f"Repression on {record['transcripts']:,} RefSeq mRNAs by `{record['model']}`; a gene counts from a predicted",
        f"{-record['min_repression']:g} log2 on, gained and lost from a difference of as much.",
        "",
        (
            f"| case | genes gained | lost | kept | of the best {BEST} shared | Spearman of both "
            "| largest difference, log2 |"
        ),
        "|---|---|---|---|---|---|---|",
    ]
    shown = ("gained", "lost", "kept", "best_shared", "spearman", "largest_difference")
    lines += [
        f"| {case} | " + " | ".join(f"{told[name]:,}" for name in shown) + " |"
        for case, told in record["cases"].items()
    ]
    lines += [
        *("", "Medians over isomiRs of a kind (lowest to highest):", ""),
        f"| kind | isomiRs | of the best {BEST} shared | Spearman | largest difference, log2 |",
        "|---|---|---|---|---|",
    ]
    for kind, all_told in record["kinds"].items():
        spans = []
        for name in ("best_shared", "spearman", "largest_difference"):
            values = [told[name] for told in all_told]
            spans.append(f"{np.median(values):.3g} ({min(values):.3g} to {max(values):.3g})")
        lines.append(f"| {kind} | {len(all_told)} | " + " | ".join(spans) + " |")
    return "\n".join(lines)


def write_page(record: dict) -> None:
    """Put the section into the page."""
    begin, end = MARKS
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    PAGE.write_text(f"{before}{begin}\n{page_section(record)}\n{end}{after}", encoding="utf-8")


def main() -> None:
    """Predict, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--most", type=int, default=20)
    options = parser.parse_args()
    names = [options.data / "transcripts" / f"refseq4000_{name}" for name in ("mrna.fa.gz", "cds.tsv.gz")]
    transcripts = list(read_transcripts(names[0], Counts(), cds=names[1]).values())
    cases, kinds = choose_pairs(options.data), many_pairs(options.data, options.most)
    pairs = [*cases.values(), *(pair for own in kinds.values() for pair in own)]
    bases = list(dict.fromkeys(s for p in pairs for s in (p.isomir.sequence, p.canonical.sequence)))
    repressed = RepressedGenes(bases, Targets(transcripts, {}), (), Counts())
    least = CompareSettings().min_repression
    record = {
        "version": dmiso.__version__,
        "model": resolve_repression().config.name,
        "weights_sha256": resolve_repression().weights_sha256,
        "transcripts": len(transcripts),
        "min_repression": least,
        "cases": {case: measured(repressed, pair, least) for case, pair in cases.items()},
        "kinds": {kind: [measured(repressed, p, least) for p in own] for kind, own in kinds.items()},
    }
    path = RESULTS / f"isomir_repression-v{dmiso.__version__}.json"
    path.write_text(json.dumps(record, indent=2) + "\n")
    write_page(record)


if __name__ == "__main__":
    main()
