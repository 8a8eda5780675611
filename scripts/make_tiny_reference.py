"""Make the reference ``tiny-hsa`` of the package: real human miRNAs, invented transcripts with planted sites.

    python scripts/make_tiny_reference.py [OUTPUT_FOLDER]

``tiny_reference/mature.fa`` and ``hairpin.fa`` are miRBase 22 entries. Transcripts are random nucleotides with an open
reading frame; their 3'UTRs have the sites that ``GENES`` lists, and no other match of six nucleotides with the seeds of
the miRNAs that examples ask about. Genes are called after known targets, with ``-like`` behind: nothing else of them is
real. The same seed gives the same bytes.
"""

import shutil
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np

from dmiso.io import write_text
from dmiso.references import ReferenceSources, build_reference
from dmiso.settings.reference import ReferenceSettings
from make_examples import BASES, COMPLEMENT, MIRNAS, SHARES, site

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent / "src" / "dmiso" / "references" / "bundled" / "tiny-hsa"
SEED = 103
STOPS = ("UAA", "UAG", "UGA")
CODON_SHARES = (0.26, 0.22, 0.26, 0.26)
SUPPLEMENTED = ((2, 8), (13, 17))
SHIFTED = "hsa-miR-101-3p.iso_5p:-1"
GENES = {
    # gene: transcripts, each with the lengths of its 5'UTR, coding sequence and 3'UTR, and where which sites begin in
    # the last, with the positions of the miRNA that pair
    "LIN28B-like": (
        (
            (142, 750, 1490),
            (
                (118, "hsa-let-7a-5p", SUPPLEMENTED),
                (402, "hsa-let-7a-5p", ((2, 8),)),
                (1190, "hsa-let-7a-5p", SUPPLEMENTED),
            ),
        ),
        ((142, 750, 610), ((118, "hsa-let-7a-5p", SUPPLEMENTED), (402, "hsa-let-7a-5p", ((2, 8),)))),
    ),
    "EZH2-like": (
        ((128, 930, 840), ((66, "hsa-miR-101-3p", SUPPLEMENTED), (301, "hsa-miR-101-3p", ((2, 8),)))),
    ),
    # the isomiR pairs here with positions 2-7, and miR-101-3p itself with one position less
    "SHIFT101-like": (
        ((97, 684, 905), ((133, SHIFTED, ((2, 7), (13, 18))), (560, SHIFTED, ((2, 7), (13, 17))))),
    ),
    "PDCD4-like": (((88, 816, 733), ((244, "hsa-miR-21-5p", SUPPLEMENTED),)),),
    "MYC-like": (
        ((151, 699, 512), ((170, "hsa-miR-34a-5p", SUPPLEMENTED), (333, "hsa-miR-34a-5p", ((2, 7),)))),
    ),
    "NOSITE-like": (((110, 771, 1020), ()),),
}
SHUFFLED = "LIN28B-shuffled"
"""The first transcript of LIN28B-like with its 3'UTR in another order: as long, as rich in each base, without sites."""


def random_bases(rng: np.random.Generator, n: int) -> str:
    """Return random nucleotides of 3'UTR-like composition."""
    return "".join(rng.choice(BASES, n, p=SHARES))


def coding(rng: np.random.Generator, n: int) -> str:
    """Return an open reading frame of ``n`` nucleotides: a start codon, no stop codon but the last."""
    codons = ["AUG"]
    while len(codons) < n // 3 - 1:
        codon = "".join(rng.choice(BASES, 3, p=CODON_SHARES))
        if codon not in STOPS:
            codons.append(codon)
    return "".join([*codons, STOPS[int(rng.integers(3))]])


def seed_matches() -> list[str]:
    """Return the targets of positions 2-7 of the miRNAs that examples ask about."""
    return sorted({mirna[1:7].translate(COMPLEMENT)[::-1] for mirna, _ in MIRNAS.values()})


def without_matches(rng: np.random.Generator, text: str, kept: list[tuple[int, int]]) -> str:
    """Change bases until no seed match is left outside of the parts to keep."""
    bases = list(text)
    while True:
        now = "".join(bases)
        found = [
            i
            for match in seed_matches()
            for i in range(len(now) - len(match) + 1)
            if now.startswith(match, i) and not any(a <= i and i + len(match) <= b for a, b in kept)
        ]
        if not found:
            return now
        for i in found:
            free = [j for j in range(i, i + 6) if not any(a <= j < b for a, b in kept)]
            bases[int(rng.choice(free))] = str(rng.choice(BASES, p=SHARES))


def utr(
    rng: np.random.Generator, n: int, planted: tuple[tuple[int, str, tuple[tuple[int, int], ...]], ...]
) -> str:
    """Return a 3'UTR of ``n`` nucleotides with its sites."""
    text, kept = random_bases(rng, n), []
    for start, name, paired in planted:
        bases = site(rng, MIRNAS[name][0], paired)
        text = text[:start] + bases + text[start + len(bases) :]
        kept.append((start, start + len(bases)))
    assert all(first[1] < second[0] for first, second in pairwise(kept))
    return without_matches(rng, text, kept)


def transcripts() -> list[tuple[str, str, str, int, int]]:
    """Return name, gene, nucleotides, and bounds of the coding sequence of each transcript."""
    rng = np.random.default_rng(SEED)
    rows = []
    for number, (gene, made) in enumerate(GENES.items(), start=1):
        first = ""
        for copy, ((n_before, n_coding, n_after), planted) in enumerate(made, start=1):
            start, end = n_before, n_before + n_coding
            if copy == 1:
                first = random_bases(rng, n_before) + coding(rng, n_coding) + utr(rng, n_after, planted)
            # a shorter form ends earlier: polyadenylation at another site
            rows.append((f"MADET{number:05d}{copy}", gene, first[: end + n_after], start, end))
    _, _, whole, start, end = rows[0]
    shuffled = "".join(rng.permutation(list(whole[end:])))
    rows.append(
        (
            f"MADET{len(GENES) + 1:05d}1",
            SHUFFLED,
            whole[:end] + without_matches(rng, shuffled, []),
            start,
            end,
        )
    )
    return rows


def main() -> None:
    """Write the reference."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    rows = transcripts()
    genes = {
        gene: f"MADEG{number:05d}"
        for number, gene in enumerate(dict.fromkeys(row[1] for row in rows), start=1)
    }
    with tempfile.TemporaryDirectory() as made:
        fasta, cds, table = (Path(made, name) for name in ("tiny_mrna.fa", "tiny_cds.tsv", "tiny_genes.tsv"))
        write_text(fasta, "".join(f">{name}\n{bases}\n" for name, _, bases, _, _ in rows))
        lines = ["transcript_id\tcds_start\tcds_end", *(f"{name}\t{a}\t{b}" for name, _, _, a, b in rows)]
        write_text(cds, "\n".join(lines) + "\n")
        lines = [
            "transcript_id\tgene_id\tgene_name",
            *(f"{name}\t{genes[gene]}\t{gene}" for name, gene, *_ in rows),
        ]
        write_text(table, "\n".join(lines) + "\n")
        sources = ReferenceSources(
            mirnas=(HERE / "tiny_reference" / "mature.fa",),
            hairpins=HERE / "tiny_reference" / "hairpin.fa",
            transcripts=(fasta,),
            cds=cds,
            genes=table,
        )
        settings = ReferenceSettings(
            species="hsa",
            release="24 miRNAs of miRBase 22, invented transcripts",
            note=(
                "miRNAs and hairpins are entries of miRBase 22, which is in the public domain.",
                "Transcripts and genes are invented, to try commands on: no result on them says anything of a gene.",
            ),
        )
        if folder == FOLDER:
            shutil.rmtree(folder, ignore_errors=True)
        build_reference("tiny-hsa", sources, settings, folder=folder)


if __name__ == "__main__":
    main()
