"""Confidence of pairs: are shuffles called as seldom as stated, what of real genes, what does it cost.

    python benchmarks/confidence.py --data FOLDER [--targets 50]

``FOLDER`` holds ``transcripts/refseq4000_*`` and ``transcripts/human_3utr_firm_entrez.fa.gz`` (see ``docs/ask.md``).
Shuffles of real 3'UTRs (their dinucleotides kept) are put in the place of targets, and shuffles of real miRNAs in the
place of miRNAs: at most the stated share of them may reach a p-value. Then TET2, whose score is high and which shuffles
equal; the gene that a 5'-shifted miR-101 gains most, alone and beside 4,000 mRNAs; and CPU seconds per pair by length.
Writes ``benchmarks/results/confidence-v<version>.json``. A few CPU minutes.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import polars as pl

import dmiso
from dmiso.confidence import Confidence, call_binding, call_repression
from dmiso.confidence.best import BestSites
from dmiso.confidence.pair import empirical_p
from dmiso.confidence.shuffles import shuffled_mirnas, shuffled_targets
from dmiso.dataset.shuffle import dinucleotide_shuffle
from dmiso.io.transcripts import Transcript, read_transcripts
from dmiso.io.utrs import read_utrs
from dmiso.models import resolve
from dmiso.records import Counts, SequenceRecord
from dmiso.repression import predict_repression, resolve_repression
from dmiso.repression.blocks import pair_units
from dmiso.settings.confidence import VerdictSettings

RESULTS = Path(__file__).resolve().parent / "results"
MIRNAS = {
    "hsa-let-7a-5p": "UGAGGUAGUAGGUUGUAUAGUU",
    "hsa-miR-101-3p": "UACAGUACUGUGAUAACUGAA",
    "hsa-miR-29b-3p": "UAGCACCAUUUGAAAUCAGUGUU",
}
SHIFTED = "GUACAGUACUGUGAUAACUGAA"
LEVELS = (0.01, 0.05, 0.2)
LONGEST = 1_500
SEED = 7


def shares(p_values: list[float]) -> dict[str, float]:
    """Return the share of p-values at most each level, and their number."""
    values = np.array(p_values)
    return {"n": len(values), **{f"p <= {level:g}": float((values <= level).mean()) for level in LEVELS}}


def of_shuffled_targets(transcripts: list[Transcript], n: int) -> dict[str, object]:
    """Return how often shuffles of real 3'UTRs reach a p-value, of binding and of repression."""
    best, model = BestSites(resolve()), resolve_repression()
    mirnas = list(MIRNAS.values())
    records = [SequenceRecord(bases, bases) for bases in mirnas]
    binding, repression = [], []
    for number, one in enumerate(transcripts[:n]):
        start, end = one.part("3'UTR")
        shuffle = dinucleotide_shuffle([one.sequence[start:end]], seed=SEED + number)[0]
        target = Transcript("t", shuffle, (0, 0))
        every = [target, *shuffled_targets(target)]
        logits = best.logits(mirnas, [t.sequence for t in every])
        folds = predict_repression(
            model, records, every, Counts(), background={t.id: 0.0 for t in every}
        ).fold_changes()
        binding += [empirical_p(row[0], row[1:]) for row in logits]
        repression += [empirical_p(-row[0], -row[1:]) for row in folds]
    return {"binding": shares(binding), "repression": shares(repression)}


def of_shuffled_mirnas(transcripts: list[Transcript], n: int) -> dict[str, float]:
    """Return how often shuffles of real miRNAs reach a p-value on real 3'UTRs."""
    best, p_values = BestSites(resolve()), []
    for number, one in enumerate(transcripts[:n]):
        start, end = one.part("3'UTR")
        for bases in MIRNAS.values():
            shuffle = shuffled_mirnas(bases)[number % 199]
            logits = best.logits([shuffle, *shuffled_mirnas(shuffle)], [one.sequence[start:end]])[:, 0]
            p_values.append(empirical_p(logits[0], logits[1:]))
    return shares(p_values)


def judged(confidence: Confidence, mirnas: dict[str, str], target: Transcript) -> list[dict[str, object]]:
    """Return what is said of miRNAs on a target."""
    limits = VerdictSettings()
    return [
        {
            "mirna": name,
            "target": target.id,
            "nt": len(target.sequence),
            "binding": call_binding(pair, limits),
            "repression_call": call_repression(pair, limits),
            **pair._asdict(),
        }
        for name, pair in zip(mirnas, confidence.of(list(mirnas.values()), target), strict=True)
    ]


def repressed_most(transcripts: list[Transcript]) -> tuple[Transcript, Transcript]:
    """Return the transcript whose predicted repression a shifted miR-101 gains most, and the one it represses most."""
    records = [SequenceRecord("iso", SHIFTED), SequenceRecord("miR", MIRNAS["hsa-miR-101-3p"])]
    units = pair_units(resolve_repression(), records, transcripts)
    own, other = (units.fold_changes(weights) for weights in ((1, 0), (0, 1)))
    return transcripts[int(np.nanargmin(own - other))], transcripts[int(np.nanargmin(own))]


def beside_all(data: Path, target: Transcript) -> dict[str, object]:
    """Return the p-values of a pair alone, and those that a scan of all transcripts gives it."""
    files = data / "transcripts"
    table = dmiso.scan(
        {"isomiR": SHIFTED},
        files / "refseq4000_mrna.fa.gz",
        cds=files / "refseq4000_cds.tsv.gz",
        decoys=0,
        confidence=1,
    ).genes
    names = list(Confidence(resolve()).of([SHIFTED], target)[0].columns())
    row = table.filter(pl.col("transcript_id") == target.id).select(names).row(0)
    alone = Confidence(resolve(), resolve_repression()).of([SHIFTED], target)[0].columns()
    return {
        "alone": alone,
        "beside 4,000": dict(zip(names, row, strict=True)),
        "equal": tuple(alone.values()) == row,
    }


def costs(transcripts: list[Transcript]) -> list[dict[str, float]]:
    """Return CPU seconds of a pair, by length of the target."""
    confidence = Confidence(resolve(), resolve_repression())
    confidence.of([MIRNAS["hsa-let-7a-5p"]], transcripts[0])  # what is compiled and kept is not counted
    made = []
    for length in (1_000, 3_000, 9_000):
        one = min(transcripts, key=lambda t: abs(len(t.sequence) - length))
        began = time.process_time()
        confidence.of(["UAGCUUAUCAGACUGAUGUUGA"], one)
        made.append({"nt": len(one.sequence), "cpu_seconds": round(time.process_time() - began, 2)})
        shuffled_mirnas.cache_clear()
    return made


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--targets", type=int, default=50)
    given = parser.parse_args()
    files = given.data / "transcripts"
    every = list(
        read_transcripts(
            files / "refseq4000_mrna.fa.gz", Counts(), cds=files / "refseq4000_cds.tsv.gz"
        ).values()
    )
    known = [one for one in every if one.cds is not None]
    utrs = [one for one in known if 100 <= np.diff(one.part("3'UTR"))[0] <= LONGEST]
    chosen = [utrs[i] for i in np.random.default_rng(SEED).permutation(len(utrs))]
    confidence = Confidence(resolve(), resolve_repression())
    tet2 = next(
        one
        for one in read_utrs(files / "human_3utr_firm_entrez.fa.gz", Counts()).values()
        if "TET2" in one.gene_names or one.gene_id == "TET2"
    )
    gained, most = repressed_most(known)
    both = {"isomiR iso_5p:-1": SHIFTED, "hsa-miR-101-3p": MIRNAS["hsa-miR-101-3p"]}
    steps = {
        "TET2, 3'UTR": lambda: judged(confidence, {**MIRNAS, "isomiR of hsa-miR-101-3p": SHIFTED}, tet2),
        "one pair": lambda: beside_all(given.data, most),
        "gained most by the shifted miR-101": lambda: judged(confidence, both, gained),
        "costs": lambda: costs(known),
        "shuffled targets": lambda: of_shuffled_targets(chosen, given.targets),
        "shuffled miRNAs": lambda: of_shuffled_mirnas(chosen, given.targets),
    }
    path = RESULTS / f"confidence-v{dmiso.__version__}.json"
    results: dict[str, object] = {"version": dmiso.__version__}
    for name, step in steps.items():
        results[name] = step()
        path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        print(name, json.dumps(results[name]), flush=True)


if __name__ == "__main__":
    main()
