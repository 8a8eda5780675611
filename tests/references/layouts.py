"""One made set of transcripts in each layout that databases have, and a reference built of them."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from dmiso.references import ReferenceSources, build_reference
from dmiso.settings.reference import ReferenceSettings

LET7, MIR21 = "UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA"
HAIRPIN = f"GGGA{LET7}UUAGGGUCACACCCACCACUGGGAGAUAACUAUACAAUCUACUGUCUUUCCUA"


class Made(NamedTuple):
    """A transcript: names of Ensembl and RefSeq, gene, symbol, nucleotides (DNA), coding sequence, tag."""

    ensembl: str
    refseq: str
    gene: str
    symbol: str
    bases: str
    cds: tuple[int, int] | None
    tag: str = ""


def _bases(n: int) -> str:
    return "".join(np.random.default_rng(n).choice(list("ACGT"), n))


TRANSCRIPTS = (
    Made("ENST00000000001.3", "NM_000001.3", "ENSG00000000001.5", "AAA1", _bases(400), (20, 110)),
    Made(
        "ENST00000000002.1", "NM_000002.1", "ENSG00000000001.5", "AAA1", _bases(301), (20, 110), "MANE_Select"
    ),
    Made("ENST00000000003.7", "NM_000003.7", "ENSG00000000002.1", "Bb2", _bases(222), (40, 100)),
    Made("ENST00000000004.2", "NR_000004.2", "ENSG00000000003.1", "CCC3", _bases(150), None),
)
CODING = {made.ensembl: made.cds for made in TRANSCRIPTS}


def mirnas(folder: Path) -> Path:
    path = folder / "mature.fa"
    path.write_text(
        f">hsa-let-7a-5p MIMAT0000062 Homo sapiens let-7a-5p\n{LET7}\n"
        f">hsa-miR-21-5p MIMAT0000076 Homo sapiens miR-21-5p\n{MIR21}\n"
        ">hsa-miR-10a-5p MIMAT0000253\nUACCCUGUAGAUCCGAAUUUGUG\n>hsa-miR-10a-3p MIMAT0004555\nCAAAUUCGUAUCUAGGGGAAUA\n"
        f">mmu-let-7a-5p MIMAT0000521 Mus musculus let-7a-5p\n{LET7}\n"
    )
    return path


def hairpins(folder: Path) -> Path:
    path = folder / "hairpin.fa"
    path.write_text(f">hsa-let-7a-1 MI0000060\n{HAIRPIN}\n>mmu-let-7a-1 MI0000556\n{HAIRPIN}\n")
    return path


def gencode(folder: Path) -> Path:
    path = folder / "gencode.v45.pc_transcripts.fa"
    records = []
    for made in TRANSCRIPTS:
        part = f"|CDS:{made.cds[0] + 1}-{made.cds[1]}" if made.cds else ""
        head = f"{made.ensembl}|{made.gene}|-|-|{made.symbol}-201|{made.symbol}|{len(made.bases)}{part}|"
        records.append(f">{head}\n{made.bases}\n")
    path.write_text("".join(records))
    return path


def ensembl(folder: Path) -> Path:
    path = folder / "Homo_sapiens.GRCh38.cdna.all.fa"
    path.write_text(
        "".join(
            f">{made.ensembl} cdna chromosome:GRCh38:1:1:9:1 gene:{made.gene} gene_biotype:protein_coding "
            f"gene_symbol:{made.symbol}\n{made.bases}\n"
            for made in TRANSCRIPTS
        )
    )
    return path


def refseq(folder: Path) -> Path:
    path = folder / "human.1.rna.fna"
    path.write_text(
        "".join(f">{m.refseq} Homo sapiens made ({m.symbol}), mRNA\n{m.bases}\n" for m in TRANSCRIPTS)
    )
    return path


def _placed() -> list[tuple[Made, int]]:
    """Return each transcript and where it begins on the chromosome, in two exons with 30 nt between them."""
    starts, at = [], 7
    for made in TRANSCRIPTS:
        starts.append((made, at))
        at += len(made.bases) + 30 + 11
    return starts


def _blocks(made: Made, at: int, bounds: tuple[int, int]) -> list[tuple[int, int]]:
    """Return where a part of a transcript lies on the genome, 0-based half-open: the first exon has 60 nt."""
    parts = [
        (max(bounds[0], a), min(bounds[1], b), shift)
        for a, b, shift in ((0, 60, 0), (60, len(made.bases), 30))
    ]
    return [(at + a + shift, at + b + shift) for a, b, shift in parts if a < b]


def genome(folder: Path) -> Path:
    path = folder / "genome.fa"
    text = ""
    for made, at in _placed():
        text = text.ljust(at, "N") + made.bases[:60] + "C" * 30 + made.bases[60:]
    path.write_text(f">1\n{text}\n")
    return path


def gtf(folder: Path, *, refseq_names: bool = False) -> Path:
    path = folder / ("genomic.gtf" if refseq_names else "Homo_sapiens.GRCh38.111.gtf")
    lines = ["#!genome-build GRCh38.p14"]
    for made, at in _placed():
        name, version = made.ensembl.split(".")
        said = (
            f'gene_id "{made.gene.split(".")[0]}"; transcript_id "{name}"; transcript_version "{version}"; '
        )
        if refseq_names:
            said = f'gene_id "{made.symbol}"; transcript_id "{made.refseq}"; '
        said += f'gene_name "{made.symbol}"; tag "basic"; ' + (f'tag "{made.tag}"; ' if made.tag else "")
        whole = [(at, at + len(made.bases) + 30)]
        kinds = [("transcript", whole), ("exon", _blocks(made, at, (0, len(made.bases))))]
        if made.cds:
            # GTF's stop codon stands apart from the coding sequence
            kinds += [("CDS", _blocks(made, at, (made.cds[0], made.cds[1] - 3)))]
            kinds += [("stop_codon", _blocks(made, at, (made.cds[1] - 3, made.cds[1])))]
        lines += [f"1\tx\t{kind}\t{a + 1}\t{b}\t.\t+\t.\t{said}" for kind, parts in kinds for a, b in parts]
    path.write_text("\n".join(lines) + "\n")
    return path


def gff3(folder: Path) -> Path:
    """Write what NCBI's annotation looks like."""
    path = folder / "GCF_000001405.40_GRCh38.p14_genomic.gff"
    lines = ["##gff-version 3", "#!annotation-source NCBI RefSeq GCF_000001405.40-RS_2023_10"]
    for made, at in _placed():
        name, symbol, end = made.refseq, made.symbol, at + len(made.bases) + 30
        tag = f";tag={made.tag.replace('_', ' ')}" if made.tag else ""
        said = f"ID=rna-{name};Parent=gene-{made.symbol};Name={name};gene={made.symbol};transcript_id={name}"
        lines += [
            f"1\tBestRefSeq\tgene\t{at + 1}\t{end}\t.\t+\t.\tID=gene-{symbol};Name={symbol};gene={symbol}",
            f"1\tBestRefSeq\tmRNA\t{at + 1}\t{end}\t.\t+\t.\t{said}{tag}",
        ]
        parts = [("exon", (0, len(made.bases)))] + ([("CDS", made.cds)] if made.cds else [])
        lines += [
            f"1\tBestRefSeq\t{kind}\t{a + 1}\t{b}\t.\t+\t0\tID={kind}-{name};Parent=rna-{name};gene={made.symbol}"
            for kind, bounds in parts
            for a, b in _blocks(made, at, bounds)
        ]
    path.write_text("\n".join(lines) + "\n")
    return path


def bed12(folder: Path) -> Path:
    path = folder / "ncbiRefSeq.bed"
    lines = []
    for made, at in _placed():
        thick = (
            (_blocks(made, at, made.cds)[0][0], _blocks(made, at, made.cds)[-1][1]) if made.cds else (at, at)
        )
        end = at + len(made.bases) + 30
        sizes, begins = f"60,{len(made.bases) - 60},", "0,90,"
        lines.append(f"1\t{at}\t{end}\t{made.refseq}\t0\t+\t{thick[0]}\t{thick[1]}\t0\t2\t{sizes}\t{begins}")
    path.write_text("\n".join(lines) + "\n")
    return path


def genbank(folder: Path, *, name: str = "human.1.rna.gbff") -> Path:
    path = folder / name
    path.write_text("".join(genbank_record(made) for made in TRANSCRIPTS))
    return path


def genbank_record(made: Made) -> str:
    blank = " " * 21
    lines = [
        f"LOCUS       {made.refseq.split('.')[0]}          {len(made.bases)} bp    mRNA    linear   PRI 01-JAN-2024",
        "DEFINITION  Homo sapiens made gene, transcript",
        "            variant 1, mRNA.",
        f"ACCESSION   {made.refseq.split('.')[0]}",
        f"VERSION     {made.refseq}",
        "KEYWORDS    RefSeq" + (f"; {made.tag.replace('_', ' ')}." if made.tag else "."),
        "SOURCE      Homo sapiens (human)",
        "COMMENT     REVIEWED REFSEQ.",
        "FEATURES             Location/Qualifiers",
        f"     source          1..{len(made.bases)}",
        f'{blank}/organism="Homo sapiens"',
        f"     gene            1..{len(made.bases)}",
        f'{blank}/gene="{made.symbol}"',
        f'{blank}/db_xref="GeneID:{len(made.bases)}"',
        "     exon            1..60",
        f'{blank}/gene="{made.symbol}"',
    ]
    if made.cds:
        lines += [f"     CDS             {made.cds[0] + 1}..{made.cds[1]}", f'{blank}/gene="{made.symbol}"']
    lines += ["ORIGIN      "]
    for start in range(0, len(made.bases), 60):
        part = made.bases[start : start + 60].lower()
        lines.append(f"{start + 1:9d} " + " ".join(part[i : i + 10] for i in range(0, len(part), 10)))
    return "\n".join([*lines, "//", ""])


def tables(folder: Path) -> tuple[Path, Path]:
    """Write tables of coding sequences and genes, as a user's own or those of other tools."""
    cds, genes = folder / "cds.tsv", folder / "genes.tsv"
    rows = [f"{m.refseq.split('.')[0]}\t{m.cds[0]}\t{m.cds[1]}" for m in TRANSCRIPTS if m.cds]
    cds.write_text("\n".join(["refseq\tcds_start0\tcds_end", *rows]) + "\n")
    rows = [f"{m.refseq.split('.')[0]}\t{m.ensembl}\t{m.gene}\t{m.symbol}" for m in TRANSCRIPTS]
    genes.write_text("\n".join(["refseq\tenst\tensg\tsymbol", *rows]) + "\n")
    return cds, genes


def build(folder: Path, name: str = "made", **files):
    """Build a reference of GENCODE's transcripts and miRBase's miRNAs, or of other files."""
    settings = {key: files.pop(key) for key in ("species", "release", "note", "without_cds") if key in files}
    if not files:
        files = {"mirnas": (mirnas(folder),), "hairpins": hairpins(folder), "transcripts": (gencode(folder),)}
        settings.setdefault("species", "hsa")
    return build_reference(name, ReferenceSources(**files), ReferenceSettings(**settings))
