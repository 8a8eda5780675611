"""How fast the engine in torch scans a transcriptome, whole: on a GPU, or a small part of it on a CPU.

Transcripts are joined, with runs of N between them that nothing sees across, into pieces of ``--piece`` nucleotides;
miRNAs are taken in blocks. Of each piece and block the sites are found on the device and counted, and some of them are
compared with the engine in numba. What is done is kept in ``--state`` after each piece: a run that is cut off goes on
where it was. ``--seconds`` ends it in time. Nothing but the package, numpy and torch is needed.

    python benchmarks/scan_gpu.py --transcripts 3utrs.fa.gz --mirnas mature.fa.gz --species hsa --device cuda \
        --precision float16 --state /tmp/scan_gpu.json --seconds 400

Prints a line of JSON, and writes ``benchmarks/results/scan_gpu-<device>-v<version>.json`` when all is done.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch

import dmiso
from dmiso.encode import encode
from dmiso.engine.duplex.scan import DuplexScanner
from dmiso.engine.duplex.torch_scan import TorchScanner
from dmiso.io import read_sequences
from dmiso.models import resolve
from dmiso.records import Counts
from dmiso.scan.positions import PositionNetwork
from dmiso.scan.sites import find_sites, lowest_logit

RESULTS = Path(__file__).resolve().parent / "results"
DISTANCE = 15
GAP = "N" * 64
"""Between transcripts: longer than a miRNA and all that a convolution or a site sees."""


def joined(transcripts: list[str], piece: int) -> list[str]:
    """Return transcripts end to end, about ``piece`` nucleotides each."""
    pieces: list[list[str]] = [[]]
    size = 0
    for transcript in transcripts:
        if size > piece:
            pieces.append([])
            size = 0
        pieces[-1].append(transcript)
        size += len(transcript)
    return [GAP.join(parts) for parts in pieces if parts]


def read(given: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Return miRNAs, distinct, and transcripts, as many of both as are asked for."""
    mirnas = dict.fromkeys(
        record.sequence
        for record in read_sequences(given.mirnas, Counts(), kind="miRNA")
        if not given.species or record.id.startswith(given.species)
    )
    transcripts = []
    total = 0
    for record in read_sequences(given.transcripts, Counts(), kind="transcript"):
        transcripts.append(record.sequence[: given.nt - total] if given.nt else record.sequence)
        total += len(transcripts[-1])
        if given.nt and total >= given.nt:
            break
    return list(mirnas)[: given.n_mirnas or None], transcripts


def same_as_numba(model: object, scanner: TorchScanner, piece: str, mirnas: list[str], lowest: float) -> dict:
    """Compare logits and sites of a short part with those of the engine in numba."""
    part, few = piece[:20_000], mirnas[:8]
    network = PositionNetwork(model)  # type: ignore[arg-type]
    codes, mirna_codes = network.encode_target(part), network.encode_mirnas(few)
    expected = find_sites(network, few, part, distance=DISTANCE, lowest=lowest)
    found = scanner.sites(mirna_codes, codes, distance=DISTANCE, lowest=lowest)
    n = len(codes) + network.mirna_length - 1
    exact = DuplexScanner(model.weights).scan(mirna_codes, codes, 0, n)  # type: ignore[attr-defined]
    return {
        "largest_logit_difference": float(np.abs(scanner.scan(mirna_codes, codes, 0, n) - exact).max()),
        "sites_numba": len(expected.mirna),
        "sites_torch": len(found.mirna),
        "sites_in_both": len(
            set(zip(expected.mirna.tolist(), expected.offset.tolist(), strict=True))
            & set(zip(found.mirna.tolist(), found.offset.tolist(), strict=True))
        ),
    }


def main() -> None:
    """Scan, keep what is done, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--transcripts", type=Path, required=True)
    parser.add_argument("--mirnas", type=Path, required=True)
    parser.add_argument("--species", default="")
    parser.add_argument("--n-mirnas", type=int, default=0, help="Only the first; 0 takes all.")
    parser.add_argument("--nt", type=int, default=0, help="Only so many nucleotides; 0 takes all.")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cuda")
    parser.add_argument("--precision", choices=["float32", "float16"], default="float16")
    parser.add_argument("--piece", type=int, default=1_000_000)
    parser.add_argument("--block", type=int, default=512, help="miRNAs at a time.")
    parser.add_argument(
        "--memory", type=int, default=0, help="GiB of the device for tiles; 0 is the default."
    )
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=400)
    given = parser.parse_args()
    begin = time.perf_counter()
    model = resolve(None)
    mirnas, transcripts = read(given)
    pieces = joined(transcripts, given.piece)
    lowest = lowest_logit(model.calibration, min_percentile=99)
    memory = given.memory << 30 or None
    scanner = TorchScanner(
        model.weights, threads=1, device=given.device, precision=given.precision, memory=memory
    )
    state = {"done": 0, "sites": 0, "nt_mirnas": 0, "seconds": 0.0}
    if given.state.exists():
        state = json.loads(given.state.read_text(encoding="utf-8"))
    check = same_as_numba(model, scanner, pieces[0], mirnas, lowest)
    blocks = [
        encode(mirnas[b : b + given.block], scanner.mirna_length) for b in range(0, len(mirnas), given.block)
    ]
    if state["done"] < len(pieces):  # what compiles or is measured by the libraries first
        scanner.sites(blocks[0], encode([pieces[0][:20_000]], 20_000)[0], distance=DISTANCE, lowest=lowest)
    for number in range(state["done"], len(pieces)):
        if time.perf_counter() - begin > given.seconds:
            break
        codes = encode([pieces[number]], len(pieces[number]))[0]
        start = time.perf_counter()
        for block in blocks:
            state["sites"] += len(scanner.sites(block, codes, distance=DISTANCE, lowest=lowest).mirna)
        state["seconds"] += time.perf_counter() - start
        state["nt_mirnas"] += (len(codes) - pieces[number].count(GAP) * len(GAP)) * len(mirnas)
        state["done"] = number + 1
        given.state.write_text(json.dumps(state), encoding="utf-8")
    result = {
        "version": dmiso.__version__,
        "device": torch.cuda.get_device_name() if given.device == "cuda" else "one CPU thread",
        "torch": torch.__version__,
        "precision": given.precision,
        "mirnas": len(mirnas),
        "nt": sum(map(len, transcripts)),
        **state,
        "pieces": len(pieces),
        "whole": state["done"] == len(pieces),
        "nt_mirnas_per_second": round(state["nt_mirnas"] / max(state["seconds"], 1e-9)),
        "peak_mib": torch.cuda.max_memory_allocated() >> 20 if given.device == "cuda" else None,
        "against_numba": check,
    }
    print(json.dumps(result))
    if result["whole"]:
        path = RESULTS / f"scan_gpu-{given.device}-v{dmiso.__version__}.json"
        path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
