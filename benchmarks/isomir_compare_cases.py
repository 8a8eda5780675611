"""What three isomiRs change on human 3'UTRs: a 5'-shifted, a 3'-tailed and a seed-SNP one.

    python benchmarks/isomir_compare_cases.py --data FOLDER [--every 1] [--model NAME|DIR]

``FOLDER`` has ``references/mirbase22``, ``reads/smallrna_human_lcl_10k.fastq.gz`` and ``transcripts/refseq4000_*``. The
5'-shifted and the 3'-tailed isomiR are those with the most reads in the sample among isomiRs of one miRNA that differ
so and in nothing else; the seed SNP is miR-376a-5p with G for the A at position 3, its well-known A-to-I edited form
(Kawahara et al. 2007), as seed SNPs of the sample have one or two reads and may be sequencing errors. ``--every n``
takes every n-th transcript. Each case is judged twice in one scan: by q-values, and by the background's percentile.
Writes ``benchmarks/results/isomir_compare_cases-v<version>.json`` and the section of the page
``docs/isomir_compare.md``; ``--page-only`` writes the page from the results that are there.
"""

import argparse
import json
import time
from pathlib import Path

import polars as pl

import dmiso
from dmiso.compare import CompareSettings, Pair, Targets, judge, pairs_from_calls, scan_pairs
from dmiso.compare.sentences import change_sentence, seed_sentences
from dmiso.io.transcripts import read_transcripts
from dmiso.isomir import CountedSequence, read_counted, read_reference
from dmiso.models import resolve
from dmiso.records import Counts

RESULTS = Path(__file__).resolve().parent / "results"
PAGE = Path(__file__).resolve().parent.parent / "docs" / "isomir_compare.md"
MARKS = ("<!-- begin: written by benchmarks/isomir_compare_cases.py -->", "<!-- end -->")
EDITED = ("hsa-miR-376a-5p edited", "GUGGAUUCUCCUUCUAUGAGUA")
RULES = {
    "q-value at most 0.1": CompareSettings(regions=("3utr",)),
    "above 99.5 % of background": CompareSettings(regions=("3utr",), max_q=1, min_percentile=99.5),
}


def choose_pairs(data: Path) -> dict[str, Pair]:
    """Return the three cases."""
    folder = data / "references" / "mirbase22"
    reference = read_reference(folder / "hsa_matures.fa.gz", folder / "hsa_hairpins.fa.gz", Counts())
    sample = read_counted(data / "reads" / "smallrna_human_lcl_10k.fastq.gz", Counts())
    pairs = [p for p in pairs_from_calls(sample.sequences, reference, Counts()) if p.n_parents == 1]

    def most(kind: str) -> Pair:
        return next(p for p in pairs if p.variant.startswith(kind) and "," not in p.variant)

    edited = CountedSequence(*EDITED, (1,))
    return {
        "5'-shifted": most("iso_5p:"),
        "3'-tailed": most("iso_add3p:"),
        "seed SNP": pairs_from_calls([edited], reference, Counts(), counted=False)[0],
    }


def gene_changes(genes: pl.DataFrame) -> list[dict[str, object]]:
    """Return the genes that the mixture changes most; of a case without counts, the isomiR alone."""
    column = (
        "mixture_binding_difference"
        if genes["mixture_binding_difference"].null_count() == 0
        else "binding_difference"
    )
    best = genes.sort(pl.col(column).abs(), "gene_id", descending=[True, False]).head(3)
    return best.select("gene_id", "gene_change", "isomir_binding", "canonical_binding", column).to_dicts()


def page_section(record: dict) -> str:
    """Return the section of the page, in Markdown."""
    cases, share = record["cases"], record["transcripts"]
    lines = [
        f"Human 3'UTRs of {share:,} RefSeq mRNAs ({record['bases']:,} nt), {record['decoys']} decoys per miRNA, model",
        f"`{record['model']}`; the scan of all six took {record['scan_seconds']:.0f} s.",
        "",
        "| case | isomiR | reads | miRNA | reads | variant | seeds |",
        "|---|---|---|---|---|---|---|",
    ]
    for case in cases[:: len(RULES)]:
        reads = [
            f"{case[name]:,}" if case[name] is not None else ""
            for name in ("isomir_reads", "canonical_reads")
        ]
        seeds = f"`{case['canonical_seed']}` → `{case['isomir_seed']}`" if case["seed_shifted"] else "equal"
        lines.append(
            f"| {case['case']} | `{case['isomir_sequence']}` | {reads[0]} | {case['canonical_id']} | {reads[1]} "
            f"| `{case['variant']}` | {seeds} |"
        )
    lines += [
        "",
        "| case | passing | gained | lost | kept | changed | borderline | genes gained | genes lost |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for case in cases:
        numbers = [case["sites"][k] for k in ("gained", "lost", "kept", "changed", "borderline")]
        numbers += [case["genes"][k] for k in ("gained", "lost")]
        lines.append(f"| {case['case']} | {case['rule']} | " + " | ".join(f"{n:,}" for n in numbers) + " |")
    lines += ["", "What the page says of each:", ""]
    lines += [f"- **{case['case']}, {case['rule']}.** {case['sentence']}" for case in cases]
    return "\n".join(lines)


def write_page(record: dict) -> None:
    """Put the section into the page."""
    begin, end = MARKS
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    PAGE.write_text(f"{before}{begin}\n{page_section(record)}\n{end}{after}", encoding="utf-8")


def main() -> None:
    """Scan, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--model")
    parser.add_argument("--page-only", action="store_true", help="write the page anew from the results")
    options = parser.parse_args()
    path = RESULTS / f"isomir_compare_cases-v{dmiso.__version__}.json"
    if options.page_only:
        write_page(json.loads(path.read_text()))
        return
    counts, pairs = Counts(), choose_pairs(options.data)
    names = [options.data / "transcripts" / f"refseq4000_{name}" for name in ("mrna.fa.gz", "cds.tsv.gz")]
    transcripts = list(read_transcripts(names[0], counts, cds=names[1]).values())[:: options.every]
    known = read_reference(options.data / "references" / "mirbase22" / "hsa_matures.fa.gz", None, Counts())
    targets = Targets(transcripts, {}, known=[m.sequence for m in known.matures])
    model, first = resolve(options.model), next(iter(RULES.values()))
    began = time.perf_counter()
    scanned = scan_pairs(list(pairs.values()), targets, model, first, counts=counts)
    seconds = time.perf_counter() - began
    cases = []
    for case, pair in pairs.items():
        for rule, settings in RULES.items():
            found = judge(scanned, pair, settings)
            text = " ".join([change_sentence(found), *seed_sentences(found)])
            told = {"case": case, "rule": rule, "sentence": text, **found.as_dict()}
            cases.append({**told, "largest_gene_changes": gene_changes(found.genes)})
    record = {
        "version": dmiso.__version__,
        "model": model.config.name,
        "weights_sha256": model.weights_sha256,
        "transcripts": len(transcripts),
        "bases": targets.n_bases(first.regions),
        "decoys": scanned.n_decoys,
        "scan_seconds": round(seconds, 1),
        "cases": cases,
    }
    path.write_text(json.dumps(record, indent=2) + "\n")
    write_page(record)


if __name__ == "__main__":
    main()
