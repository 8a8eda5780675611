"""Make the example files in ``src/dmiso/examples``: real miRNAs and isomiRs, invented transcripts with planted sites.

    python scripts/make_examples.py [OUTPUT_FOLDER]

miRNA and hairpin sequences are miRBase 22 entries; the isomiRs are templated shifts of their hairpins
(hsa-mir-101-1, hsa-mir-21).
Transcripts are random nucleotides; each planted site pairs with one miRNA as its row in ``planted_sites.tsv`` says.
``gene_utrs.fa`` and ``gene_responses.tsv`` are invented too. The same seed gives the same bytes.
"""

import sys
from pathlib import Path

import numpy as np

from dmiso.io import write_text

SEED = 101
MIRNAS = {
    "hsa-let-7a-5p": ("UGAGGUAGUAGGUUGUAUAGUU", "MIMAT0000062 canonical"),
    "hsa-miR-21-5p": ("UAGCUUAUCAGACUGAUGUUGA", "MIMAT0000076 canonical"),
    "hsa-miR-21-5p.iso_3p:+1": ("UAGCUUAUCAGACUGAUGUUGAC", "MIMAT0000076 3' addition, templated"),
    "hsa-miR-101-3p": ("UACAGUACUGUGAUAACUGAA", "MIMAT0000099 canonical"),
    "hsa-miR-101-3p.iso_5p:-1": (
        "GUACAGUACUGUGAUAACUGAA",
        "MIMAT0000099 5' addition, templated: another seed",
    ),
    "hsa-miR-34a-5p": ("UGGCAGUGUCUUAGCUGGUUGU", "MIMAT0000255 canonical"),
}
HAIRPINS = {
    "hsa-let-7a-1": (
        "UGGGAUGAGGUAGUAGGUUGUAUAGUUUUAGGGUCACACCCACCACUGGGAGAUAACUAUACAAUCUACUGUCUUUCCUA",
        "MI0000060",
    ),
    "hsa-let-7a-2": ("AGGUUGAGGUAGUAGGUUGUAUAGUUUAGAAUUACAUCAAGGGAGAUAACUGUACAGCCUCCUAGCUUUCCU", "MI0000061"),
    "hsa-let-7a-3": (
        "GGGUGAGGUAGUAGGUUGUAUAGUUUGGGGCUCUGCCCUGCUAUGGGAUAACUAUACAAUCUACUGUCUUUCCU",
        "MI0000062",
    ),
    "hsa-mir-21": ("UGUCGGGUAGCUUAUCAGACUGAUGUUGACUGUUGAAUCUCAUGGCAACACCAGUCGAUGGGCUGUCUGACA", "MI0000077"),
    "hsa-mir-101-1": (
        "UGCCCUGGCUCAGUUAUCACAGUGCUGAUGCUGUCUAUUCUAAAGGUACAGUACUGUGAUAACUGAAGGAUGGCA",
        "MI0000103",
    ),
    "hsa-mir-101-2": (
        "ACUGUCCUUUUUCGGUUAUCAUGGUACCGAUGCUGUAUAUCUGAAAGGUACAGUACUGUGAUAACUGAAGAAUGGUGGU",
        "MI0000739",
    ),
    "hsa-mir-34a": (
        "GGCCAGCUGUGAGUGUUUCUUUGGCAGUGUCUUAGCUGGUUGUUGUGAGCAAUAGUAAGGAAGCAAUCAGCAAGUAUACUGCCCUAGAAGUGCUGCACGUUGUGGGGCCC",
        "MI0000268",
    ),
}
MORE_MIRNAS = {
    "hsa-miR-1-3p": "UGGAAUGUAAAGAAGUAUGUAU",
    "hsa-miR-9-5p": "UCUUUGGUUAUCUAGCUGUAUGA",
    "hsa-miR-16-5p": "UAGCAGCACGUAAAUAUUGGCG",
    "hsa-miR-17-5p": "CAAAGUGCUUACAGUGCAGGUAG",
    "hsa-miR-122-5p": "UGGAGUGUGACAAUGGUGUUUG",
    "hsa-miR-124-3p": "UAAGGCACGCGGUGAAUGCCAA",
    "hsa-miR-155-5p": "UUAAUGCUAAUCGUGAUAGGGGUU",
    "hsa-miR-200b-3p": "UAAUACUGCCUGGUAAUGAUGA",
}
PLANTED = (
    # transcript, start, miRNA, miRNA positions paired (from 1, inclusive), name of the site
    ("example_gene_1", 412, "hsa-let-7a-5p", ((2, 8), (13, 19)), "8mer + 3' supplementary"),
    ("example_gene_1", 903, "hsa-miR-34a-5p", ((2, 8),), "8mer"),
    ("example_gene_2", 250, "hsa-miR-21-5p", ((2, 8), (12, 17)), "8mer + 3' supplementary"),
    ("example_gene_3", 611, "hsa-miR-101-3p", ((2, 8), (13, 18)), "8mer + 3' supplementary"),
    ("example_gene_4", 133, "hsa-miR-101-3p.iso_5p:-1", ((2, 8), (14, 19)), "8mer + 3' supplementary"),
    ("example_gene_5", 520, "hsa-let-7a-5p", ((2, 22),), "full complement"),
)
LENGTHS = {
    "example_gene_1": 1400,
    "example_gene_2": 760,
    "example_gene_3": 1105,
    "example_gene_4": 683,
    "example_gene_5": 950,
    "example_gene_6": 1210,
}
COMPLEMENT = str.maketrans("AUCG", "UAGC")
BASES = np.array(list("AUCG"))
SHARES = (0.28, 0.30, 0.21, 0.21)  # near the composition of human 3' UTRs
N_LABELLED = 600
GENE_SEED = 102
N_GENES = 60
RESPONDING = 8  # genes with an 8mer for each miRNA; as many more have a 7mer


def bases(rng: np.random.Generator, n: int) -> str:
    """Return random nucleotides of 3' UTR-like composition."""
    return "".join(rng.choice(BASES, n, p=SHARES))


def site(rng: np.random.Generator, mirna: str, paired: tuple[tuple[int, int], ...]) -> str:
    """Return a target site: the complement of the miRNA where it pairs, other bases elsewhere, A at its 3' end."""
    opposite = [str(rng.choice([x for x in "AUCG" if x != base.translate(COMPLEMENT)])) for base in mirna]
    for first, last in paired:
        opposite[first - 1 : last] = mirna[first - 1 : last].translate(COMPLEMENT)
    opposite[0] = "A"
    return "".join(reversed(opposite))


def transcripts(rng: np.random.Generator) -> tuple[dict[str, str], list[str]]:
    """Return transcripts by name, and the rows of the table of planted sites."""
    made = {name: bases(rng, n) for name, n in LENGTHS.items()}
    rows = ["target_id\tstart\tend\tmirna_id\tsite"]
    for name, start, mirna_id, paired, title in PLANTED:
        planted = site(rng, MIRNAS[mirna_id][0], paired)
        end = start + len(planted)
        made[name] = made[name][:start] + planted + made[name][end:]
        rows.append(f"{name}\t{start}\t{end}\t{mirna_id}\t{title}")
    return made, rows


def pairs(made: dict[str, str], rows: list[str]) -> list[str]:
    """Return a pairs table: each planted site with its miRNA, and with the miRNA of the next site."""
    table = ["mirna_id\ttarget_id\tmirna_sequence\ttarget_sequence\tplanted"]
    positions = [row.split("\t") for row in rows[1:]]
    for i, (name, start, end, mirna_id, _) in enumerate(positions):
        middle = (int(start) + int(end)) // 2
        window = made[name][middle - 30 : middle + 30]
        for other, planted in ((mirna_id, 1), (positions[(i + 2) % len(positions)][3], 0)):
            table.append(f"{other}\t{name}:{middle - 30}\t{MIRNAS[other][0]}\t{window}\t{planted}")
    return table


def labelled(rng: np.random.Generator) -> list[tuple[str, str, str, int, str, int]]:
    """Return labelled pairs (id, miRNA, target, label, split, cluster): planted 50-nt sites, and site swap.

    Half of the sites have a seed match; the others pair elsewhere only, as many ligated sites do. Each site is
    shown once with its own miRNA and once with another, so that miRNAs and sites are balanced in each split.
    """
    known = {name: sequence for name, (sequence, _) in MIRNAS.items() if "iso" not in name} | MORE_MIRNAS
    names = list(known)
    rows = []
    for i in range(N_LABELLED):
        k = i % len(names)
        turn = i // len(names)
        first = int(rng.integers(9, 15))
        paired = [(first, first + int(rng.integers(4, 7)))]
        if rng.random() < 0.5:
            paired.append((2, int(rng.integers(7, 9))))
        planted = site(rng, known[names[k]], tuple(paired))
        target = (bases(rng, int(rng.integers(5, 22))) + planted + bases(rng, 50))[:50]
        split = ("validation", "test", "train", "train", "train")[turn % 5]
        other = names[(k + 1 + turn % (len(names) - 1)) % len(names)]
        rows += [(name, known[name], target, label, split, i) for name, label in ((names[k], 1), (other, 0))]
    return rows


def seed_pairs(mirna: str, target: str) -> int:
    """Return the most Watson-Crick pairs of miRNA positions 2-8 with seven target nucleotides in a row."""
    wanted = mirna[1:8].translate(COMPLEMENT)[::-1]
    return max(sum(map(str.__eq__, wanted, target[i : i + 7])) for i in range(len(target) - 6))


def gene_responses(rng: np.random.Generator) -> tuple[str, str]:
    """Return invented 3'UTRs, and responses of their genes to four miRNAs with the scores of an invented tool.

    Genes with an 8mer fall by about 0.8, those with a 7mer-m8 by about 0.3, others vary around 0.
    """
    known = [(name, sequence) for name, (sequence, _) in MIRNAS.items() if "iso" not in name]
    utrs = {f"gene_{i + 1}": bases(rng, int(rng.integers(120, 260))) for i in range(N_GENES)}
    strength = {(name, gene): 0.0 for name, _ in known for gene in utrs}
    for k, (name, sequence) in enumerate(known):
        for j in range(2 * RESPONDING):
            gene = f"gene_{(k * 2 * RESPONDING + j) % N_GENES + 1}"
            match = sequence[1:8].translate(COMPLEMENT)[::-1] + ("A" if j < RESPONDING else "G")
            at = int(rng.integers(10, len(utrs[gene]) - 20))
            utrs[gene] = utrs[gene][:at] + match + utrs[gene][at + len(match) :]
            strength[name, gene] = 0.8 if j < RESPONDING else 0.3
    rows = ["experiment\tmirna_id\tmirna_sequence\tgene_id\tresponse\tresponds\ttool"]
    for name, sequence in known:
        for gene in utrs:
            response = strength[name, gene] + rng.normal(0, 0.25)
            score = strength[name, gene] + rng.normal(0, 0.3)
            row = (
                f"mimic of {name}",
                name,
                sequence,
                gene,
                f"{response:.3f}",
                int(response > 0.5),
                f"{score:.3f}",
            )
            rows.append("\t".join(map(str, row)))
    fasta = "".join(f">{gene}\n{sequence}\n" for gene, sequence in utrs.items())
    return fasta, "\n".join(rows) + "\n"


def main() -> None:
    """Write the files."""
    default = Path(__file__).resolve().parent.parent / "src" / "dmiso" / "examples"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    rng = np.random.default_rng(SEED)
    made, rows = transcripts(rng)
    mirna_text = "".join(f">{name} {about}\n{sequence}\n" for name, (sequence, about) in MIRNAS.items())
    wrapped = {name: "\n".join(s[i : i + 60] for i in range(0, len(s), 60)) for name, s in made.items()}
    write_text(folder / "isomirs.fa", mirna_text)
    mature = {name: value for name, value in MIRNAS.items() if "iso_" not in name}
    for name, records in (("mature.fa", mature), ("hairpin.fa", HAIRPINS)):
        lines = (f">{key} {about.split()[0]}\n{sequence}\n" for key, (sequence, about) in records.items())
        write_text(folder / name, "".join(lines))
    write_text(folder / "transcripts.fa", "".join(f">{name}\n{text}\n" for name, text in wrapped.items()))
    write_text(folder / "planted_sites.tsv", "\n".join(rows) + "\n")
    write_text(folder / "pairs.tsv", "\n".join(pairs(made, rows)) + "\n")
    header = "mirna_id\tmirna_sequence\ttarget_sequence\tlabel\tsplit\tcluster"
    rows_of = labelled(rng)
    for name, splits in (("labelled.tsv", {"train", "validation"}), ("test.tsv", {"test"})):
        lines = ["\t".join(map(str, row)) for row in rows_of if row[4] in splits]
        write_text(folder / name, "\n".join([header, *lines]) + "\n")
    scores = [str(seed_pairs(row[1], row[2])) for row in rows_of if row[4] == "test"]
    write_text(folder / "scores.tsv", "\n".join(["seed_pairs", *scores]) + "\n")
    fasta, responses = gene_responses(np.random.default_rng(GENE_SEED))
    write_text(folder / "gene_utrs.fa", fasta)
    write_text(folder / "gene_responses.tsv", responses)


if __name__ == "__main__":
    main()
