"""Small good inputs of every kind the program reads: what the bench then breaks.

Every file here is read without a complaint; ``test_recipes.py`` runs some, the long bench all of them.
"""

from __future__ import annotations

import gzip
import shutil
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from dmiso.examples import write_examples
from dmiso.models import Calibration, ModelConfig, read_model, write_model
from dmiso.models.export import export_model
from dmiso.models.registry import resolve
from dmiso.networks.catalogue import weight_shapes

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["make_good_inputs"]

_LET7, _MIR21, _MIR1 = "UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA", "UGGAAUGUAAAGAAGUAUGUAU"
_MIRNAS = {
    "hsa-let-7a-5p": _LET7,
    "hsa-miR-21-5p": _MIR21,
    "hsa-miR-1-3p": _MIR1,
    "hsa-miR-34a-5p": "UGGCAGUGUCUUAGCUGGUUGU",
    "hsa-miR-101-3p": "UACAGUACUGUGAUAACUGAA",
    "hsa-miR-92a-3p": "UAUUGCACUUGUCCCGGCCUGU",
}
_CODING = (40, 220)
_LENGTH = 400


def make_good_inputs(folder: Path) -> None:
    """Write all good inputs into a folder; the same bytes each time."""
    rng = np.random.default_rng(20261128)
    folder.mkdir(parents=True, exist_ok=True)
    write_examples(folder)
    transcripts = {f"NM_{i}": _bases(rng, _LENGTH) for i in range(1, 9)}
    transcripts["NM_1"] = transcripts["NM_1"][:100] + "CUACCUCA" + transcripts["NM_1"][108:]
    _sequences(folder, transcripts)
    _annotation(folder, transcripts)
    _pairs(folder, rng)
    _interactions(folder, rng, transcripts)
    _labelled(folder, rng)
    _isomirs(folder)
    _tool_outputs(folder)
    _explain(folder, transcripts)
    _study(folder, rng)
    _models(folder)
    _genes(folder, np.random.default_rng(20261129))


def _bases(rng: np.random.Generator, n: int) -> str:
    return "".join(rng.choice(list("ACGU"), n))


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())


def _table(folder: Path, name: str, frame: pl.DataFrame) -> None:
    """Write a table as TSV, CSV, Parquet and gzip."""
    frame.write_csv(folder / f"{name}.tsv", separator="\t")
    frame.write_csv(folder / f"{name}.csv")
    frame.write_parquet(folder / f"{name}.parquet")
    (folder / f"{name}.tsv.gz").write_bytes(gzip.compress((folder / f"{name}.tsv").read_bytes(), mtime=0))


def _fasta(records: dict[str, str]) -> str:
    return "".join(f">{name}\n{sequence}\n" for name, sequence in records.items())


def _sequences(folder: Path, transcripts: dict[str, str]) -> None:
    _write(folder / "mirnas.fa", _fasta(dict(list(_MIRNAS.items())[:2])))
    _write(
        folder / "matures.fa", _fasta({f"{n} MIMAT{i:07d}": s for i, (n, s) in enumerate(_MIRNAS.items())})
    )
    _write(folder / "mirnas.fq", "".join(f"@{n}\n{s}\n+\n{'I' * len(s)}\n" for n, s in _MIRNAS.items()))
    _write(folder / "sites.fa", _fasta({n: s[80:130] for n, s in transcripts.items()}))
    _write(folder / "mrna.fa", _fasta(transcripts))
    (folder / "mrna.fa.gz").write_bytes(gzip.compress(_fasta(transcripts).encode(), mtime=0))
    rows = [(name, *_CODING) for name in transcripts]
    words = [a + b for a in "ACGT" for b in "ACGT"]
    _table(folder, "barcodes", pl.DataFrame({"sample": ["a", "b"] * 8, "barcode": words}))
    _table(folder, "cds", pl.DataFrame(rows, ["transcript_id", "cds_start", "cds_end"], orient="row"))
    _write(folder / "mrna.gbff", "".join(_genbank(*one) for one in transcripts.items()))
    genes = pl.DataFrame([(n, f"G{n[3:]}") for n in transcripts], ["transcript_id", "gene_id"], orient="row")
    _table(folder, "genes", genes)


def _genbank(name: str, sequence: str) -> str:
    """Return a record as RefSeq's flat files have them."""
    blank, gene = " " * 21, f'{" " * 21}/gene="ABC{name[3:]}"'
    lines = [
        f"LOCUS       {name} {len(sequence)} bp    mRNA    linear   PRI 01-JAN-2024",
        f"DEFINITION  made {name}, mRNA.",
        f"VERSION     {name}",
        "KEYWORDS    RefSeq; MANE Select.",
        "FEATURES             Location/Qualifiers",
        f"     source          1..{len(sequence)}",
        f"     gene            1..{len(sequence)}",
        gene,
        f'{blank}/db_xref="GeneID:7"',
        f"     CDS             {_CODING[0] + 1}..{_CODING[1]}",
        gene,
        "ORIGIN      ",
    ]
    for start in range(0, len(sequence), 60):
        part = sequence[start : start + 60].lower().replace("u", "t")
        lines.append(f"{start + 1:9d} " + " ".join(part[i : i + 10] for i in range(0, len(part), 10)))
    return "\n".join([*lines, "//"]) + "\n"


def _annotation(folder: Path, transcripts: dict[str, str]) -> None:
    """Write a genome whose one chromosome holds each transcript in two exons, and its annotation in three forms."""
    genome, gtf, gff3, bed = "", [], ["##gff-version 3"], []
    for name, sequence in transcripts.items():
        start = len(genome) + 10
        genome += "N" * 10 + sequence[:200] + "N" * 50 + sequence[200:]
        exons = [(start, start + 200), (start + 250, start + 450)]
        coding = [(start + _CODING[0], start + 200), (start + 250, start + 270)]
        tail = f'gene_id "G{name[3:]}"; transcript_id "{name}"; gene_name "ABC{name[3:]}";'
        for kind, parts in (("exon", exons), ("CDS", coding)):
            gtf += [f"chr1\tx\t{kind}\t{a + 1}\t{b}\t.\t+\t.\t{tail}" for a, b in parts]
        gff3 += [
            f"chr1\tx\tgene\t{start + 1}\t{start + 450}\t.\t+\t.\tID=gene:G{name[3:]};Name=ABC{name[3:]}",
            f"chr1\tx\tmRNA\t{start + 1}\t{start + 450}\t.\t+\t.\tID={name};Parent=gene:G{name[3:]}",
        ]
        for kind, parts in (("exon", exons), ("CDS", coding)):
            gff3 += [f"chr1\tx\t{kind}\t{a + 1}\t{b}\t.\t+\t.\tParent={name}" for a, b in parts]
        bed += [
            f"chr1\t{start}\t{start + 450}\t{name}\t0\t+\t{start + 40}\t{start + 270}\t0\t2\t200,200,\t0,250,"
        ]
    _write(folder / "genome.fa", f">chr1\n{genome.replace('U', 'T')}\n")
    for form in ("models", "positions"):
        _write(folder / f"{form}.gtf", "\n".join(gtf) + "\n")
    _write(folder / "models.gff3", "\n".join(gff3) + "\n")
    _write(folder / "models.bed", "\n".join(bed) + "\n")


def _pairs(folder: Path, rng: np.random.Generator) -> None:
    rows = [(n, f"t{i}", s, _bases(rng, 50)) for i, (n, s) in enumerate(_MIRNAS.items())]
    names = ["mirna_id", "target_id", "mirna_sequence", "target_sequence"]
    frame = pl.DataFrame(rows, names, orient="row")
    _table(folder, "pairs", frame)
    _write(folder / "headless.tsv", "".join("\t".join(row) + "\n" for row in rows))


def _site(sequence: str, i: int) -> tuple[int, str]:
    start = 60 + 7 * (i % 12)
    return start, sequence[start : start + 50]


def _interactions(folder: Path, rng: np.random.Generator, transcripts: dict[str, str]) -> None:
    """Write interactions in each layout that ``dmiso dataset`` knows."""
    layouts: dict[str, list[dict[str, object]]] = {
        n: []
        for n in (
            *("own", "helwak", "hejret", "hybridetector", "grosswendt", "moore", "mirbench", "mirbind"),
            "mirtarbase",
        )
    }
    for i in range(36):
        name, mirna = list(_MIRNAS.items())[i % len(_MIRNAS)]
        transcript = list(transcripts)[i % len(transcripts)]
        start, site = _site(transcripts[transcript], i)
        position = {"chr": str(1 + i % 3), "start": 1000 * i + 1, "end": 1000 * i + 50, "strand": "+"}
        offsets = {"iso5_offset": 0, "iso3_offset": 0}
        layouts["own"].append(
            {"mirna_id": name, "mirna_sequence": mirna, "target_sequence": site, "transcript_id": transcript}
            | {"start": start, "end": start + 50, "read_count": 1 + i % 4}
        )
        layouts["helwak"].append(
            {"id": f"x{i}", "mirna_sequence": mirna, "true_start": start + 1, "true_end": start + 50}
            | {"mrna_sequence": site, "mirna_name": name, "ensg": "G", "enst": transcript, "gene_name": "A"}
        )
        layouts["hejret"].append(
            {"isomir_seq": mirna, "ref_mirna_name": name, "fam": name[4:], **offsets, "target_seq": site}
            | {"feature": "three_prime_utr", **position}
        )
        layouts["hybridetector"].append(
            {
                "chr.g": position["chr"],
                "start.g": position["start"],
                "end.g": position["end"],
                "strand.g": "+",
            }
            | {"gene_name": f"G{i}", "feature": "exon", "seq.g": site, "noncodingRNA_real_seq": mirna}
            | {"noncodingRNA": name, "noncodingRNA_type": "miRNA", "noncodingRNA_fam": name[4:], "Ndups": 3}
            | {"Nunique": 2, "noncodingRNA_seq": mirna}
        )
        layouts["grosswendt"].append(
            {"interaction ID": f"i{i}", "miRNA ID": name, "miRNA sequence": mirna, "target sequence": site}
            | {"chromosome": "chr1", "start": position["start"], "end": position["end"], "strand": "+"}
            | {"number of unique reads": 2}
        )
        layouts["moore"].append(
            {"dataset": "d", "read_id": f"r{i}", "mirna": name, "chrom": "chr1", "start1": position["start"]}
            | {"strand": "+", "cigar": "5S45M", "iso5p": 0, "iso3p": 0, "read_count": 1}
            | {"n_mirna_for_read": 1, "target_read_seq": site.replace("U", "T")}
        )
        layouts["mirbench"].append(
            {"gene": site, "noncodingRNA": mirna, "noncodingRNA_name": name, "noncodingRNA_fam": name[4:]}
            | {"feature": "exon", **position, "label": 1 if i % 3 else 0}
        )
        layouts["mirtarbase"].append(
            {"miRTarBase ID": f"MIRT{i}", "miRNA": name, "Target Gene": transcript}
            | {"Target Gene (Entrez ID)": "", "Target Site": site[:22]}
            | {"Support Type": "Functional MTI" if i % 3 else "Non-Functional MTI"}
        )
        layouts["mirbind"].append({"miRNA": mirna[:20], "gene": site, "label": 1 if i % 3 else 0})
    del rng
    for name, rows in layouts.items():
        _table(folder, f"interactions-{name}", pl.DataFrame(rows))


def _labelled(folder: Path, rng: np.random.Generator) -> None:
    """Write labelled tables in each layout, scores for their rows, and a training table."""
    rows = []
    for i in range(60):
        name, mirna = list(_MIRNAS.items())[(i // 2) % len(_MIRNAS)]
        rows.append((name, mirna, f"t{i}", f"G{i % 9}", _bases(rng, 50), i % 2))
    names = ["mirna_id", "mirna_sequence", "target_id", "gene_id", "target_sequence", "label"]
    frame = pl.DataFrame(rows, names, orient="row")
    _table(folder, "labelled60", frame)
    _table(folder, "train60", frame.with_columns(target_sequence=pl.Series([_bases(rng, 50) for _ in rows])))
    other = frame.select(noncodingRNA="mirna_sequence", gene="target_sequence", label="label")
    _table(folder, "labelled60-mirbench", other)
    _table(folder, "labelled60-mirbind", other.rename({"noncodingRNA": "miRNA"}))
    lines = [f">{m[::-1]}\t>{t}\t{label}\n" for _, m, _, _, t, label in rows]
    _write(folder / "labelled60-miraw.tsv", "".join(lines))
    scores = pl.DataFrame({"a": rng.random(60).round(4), "b": rng.random(60).round(4)})
    _table(folder, "scores60", scores)
    _table(folder, "mirbind2", scores.rename({"a": "prediction_score"}))
    _table(folder, "mitar-pairs", other.drop("label").with_columns(mitar=scores["a"]))


_GFF3 = """##gff-version 3
chr9\t.\tmiRNA_primary_transcript\t101\t180\t.\t+\t.\tID=MI0000060;Alias=MI0000060;Name=hsa-let-7a-1
chr9\t.\tmiRNA\t106\t127\t.\t+\t.\tID=MIMAT0000062;Alias=MIMAT0000062;Name=hsa-let-7a-5p;Derives_from=MI0000060
chr17\t.\tmiRNA_primary_transcript\t201\t272\t.\t+\t.\tID=MI0000077;Alias=MI0000077;Name=hsa-mir-21
chr17\t.\tmiRNA\t208\t229\t.\t+\t.\tID=MIMAT0000076;Alias=MIMAT0000076;Name=hsa-miR-21-5p;Derives_from=MI0000077
"""


def _isomirs(folder: Path) -> None:
    reads = [_LET7, _LET7[:-1], _LET7 + "A", _MIR21, _MIR21[1:], _MIR21 + "U", _LET7]
    _write(folder / "collapsed.fa", "".join(f">seq_{i}_x{10 + i}\n{s}\n" for i, s in enumerate(reads[:6])))
    fastq = "".join(f"@r{i}\n{s}\n+\n{'I' * len(s)}\n" for i, s in enumerate(reads * 3))
    for name in ("reads.fq", "sample.fq"):
        _write(folder / name, fastq)
    _write(folder / "sheet.tsv", f"sample\tfile\tgroup\nx\t{folder / 'reads.fq'}\ta\n")
    counted = pl.DataFrame(
        {"sequence_id": [f"s{i}" for i in range(6)], "sequence": reads[:6], "read_count": range(1, 7)}
    )
    _table(folder, "counted", counted)
    samples = pl.DataFrame({"sequence": reads[:6], "A": range(1, 7), "B": range(2, 8)})
    _table(folder, "samples", samples)
    _write(folder / "mirbase.gff3", _GFF3)
    _write(folder / "mirgenedb.fa", _fasta({"Hsa-Let-7-P1a_5p": _LET7, "Hsa-Mir-21_5p": _MIR21}))
    _write(
        folder / "mirgenedb.gff3",
        "chr9\tmirgenedb\tpre_miRNA\t101\t180\t.\t+\t.\tID=Hsa-Let-7-P1a_pre;Alias=MI0000060\n"
        "chr9\tmirgenedb\tmiRNA\t106\t127\t.\t+\t.\tID=Hsa-Let-7-P1a_5p;Alias=MIMAT0000062\n",
    )
    names = {"mirna_id": ["hsa-let-7a", "hsa-miR-21", "hsa-miR-1"], "mirna_sequence": [_LET7, _MIR21, _MIR1]}
    _table(folder, "names", pl.DataFrame(names))


def _tool_outputs(folder: Path) -> None:
    """Write what other programs write on the labelled table."""
    rna22 = [f"{m}\tt{i}\t{5 + i}\t-12.5\tACGU&ACGU\t0.0{i + 1}" for i, m in enumerate(list(_MIRNAS) * 2)]
    _write(folder / "rna22.txt", "\n".join(rna22) + "\n")
    miraw = [f"G{i},{m},{'0.75' if i % 2 else '0.2'}" for i, m in enumerate(list(_MIRNAS) * 2)]
    _write(folder / "miraw.csv", "GeneName,miRNA,Prediction\n" + "\n".join(miraw) + "\n")
    mitar = [f">{m}|t{i}|1|5|0.{i + 10}\nACGU" for i, m in enumerate(list(_MIRNAS) * 2)]
    _write(folder / "mitar.fa", "\n".join(mitar) + "\n")
    pairs = [(m, f"t{i}") for i, m in enumerate(list(_MIRNAS) * 2)]
    miranda = [f">{m}\t{t}\t15{len(t)}.00\t-20.10\t2 20\t3 24\t19\t80.00%\t90.00%" for m, t in pairs]
    _write(folder / "miranda.txt", "miranda v3.3a\n" + "\n".join(miranda) + "\n")
    sites = [f"{t}\t{m}\t9606\t3\t9\t{i}\t7mer-m8" for i, (m, t) in enumerate(pairs)]
    head = "a_Gene_ID\tmiRNA_family_ID\tspecies_ID\tUTR_start\tUTR_end\tGroup_num\tSite_type\n"
    _write(folder / "targetscan.txt", head + "\n".join(sites) + "\n")


def _explain(folder: Path, transcripts: dict[str, str]) -> None:
    first = transcripts["NM_1"]
    base = first[119]
    other = "A" if base != "A" else "G"
    _write(folder / "changes.txt", f"NM_1:n.120{base}>{other}\nhsa-let-7a-5p:n.3A>G\n")
    vcf = f"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\nchr1\t130\trs1\t{base.replace('U', 'T')}\t{other}\n"
    _write(folder / "variants.vcf", vcf)
    _write(folder / "sets.gmt", "set1\tfirst\tt1\tt2\tt3\tt4\nset2\tsecond\tt5\tt6\tt7\tt8\n")
    motif = "MOTIF M{0} one\nletter-probability matrix: alength= 4 w= 3 nsites= 9\n"
    motif += " 0.25 0.25 0.25 0.25\n 0.7 0.1 0.1 0.1\n 0.1 0.{1} 0.1 0.{2}\n\n"
    motifs = "".join(motif.format(i, 11 + i, 69 - i) for i in range(26))
    _write(folder / "motifs.meme", f"MEME version 4\n\nALPHABET= ACGU\n\n{motifs}")


def _genes(folder: Path, rng: np.random.Generator) -> None:
    """Write what evaluations of gene scores read: responses in each layout, and scores of each tool."""
    genes = [f"gene_{i}" for i in range(1, 61)]
    responses = pl.read_csv(folder / "gene_responses.tsv", separator="\t")
    _table(folder, "responses", responses)
    change, rate = rng.normal(size=60).round(3).tolist(), rng.random(60).round(3).tolist()
    columns = {
        "edger.tsv": ("logFC\tlogCPM\tF\tPValue\tFDR", "{gene}\t{change}\t5\t3\t{rate}\t{rate}"),
        "deseq2.csv": (
            '"","baseMean","log2FoldChange","lfcSE","stat","pvalue","padj"',
            '"{gene}",30,{change},0.1,3,{rate},{rate}',
        ),
        "limma.tsv": (
            "ID\tlogFC\tAveExpr\tt\tP.Value\tadj.P.Val\tB",
            "{gene}\t{change}\t5\t3\t{rate}\t{rate}\t1",
        ),
    }
    for name, (header, row) in columns.items():
        cells = zip(genes, change, rate, strict=True)
        lines = [row.format(gene=gene, change=one, rate=other) for gene, one, other in cells]
        _write(folder / name, "\n".join([header, *lines]) + "\n")
    kinds = "".join(f"{name}\t{name}\thsa-let-7a-5p\tUGAGGUAGUAGGUUGUAUAGUU\toe\n" for name in columns)
    _write(folder / "experiments.tsv", "file\texperiment\tmirna_id\tmirna_sequence\tkind\n" + kinds)
    _write(folder / "experiment.tsv", "mirna_id\tmirna_sequence\tkind\nlet-7a\tUGAGGUAGUAGGUUGUAUAGUU\toe\n")
    names = "".join(f"{gene}\tNM_{i}\t{i}\n" for i, gene in enumerate(genes, start=1))
    _write(folder / "gene-map.tsv", "symbol\trefseq\tentrez\n" + names)
    known = responses.select("mirna_id", "mirna_sequence").unique(maintain_order=True)
    _table(folder, "gene-mirnas", known)
    _table(folder, "gene-scores", responses.select("mirna_id", "gene_id", pl.col("tool").alias("score")))
    _write(folder / "mirdb.tsv", "".join(f"hsa-let-7a-5p\tNM_{i}\t{50 + i}\n" for i in range(1, 40)))
    pita = "".join(f"NM_{i}\tgene_{i}\thsa-let-7a-5p\t1\t-{i}\n" for i in range(1, 40))
    _write(folder / "pita-genes.tsv", "RefSeq\tName\tmicroRNA\tSites\tScore\n" + pita)
    families = "".join(f"NM_{i}\tgene_{i}\tGAGGUAG\thsa-let-7a-5p\t-0.{i}\n" for i in range(1, 40))
    head = "Transcript ID\tGene Symbol\tmiRNA family\tRepresentative miRNA\tTotal context++ score\n"
    _write(folder / "context.tsv", head + families)
    sites = "".join(f"NM_{i}\thsa-let-7a-5p\t-{i * 100}\n" for i in range(1, 40))
    _write(folder / "scanmir.tsv", "transcript\tmiRNA\tlog_kd\n" + sites)


def _study(folder: Path, rng: np.random.Generator) -> None:
    """Write the small world of a study: sites in coding sequences of forty transcripts."""
    mrnas = {f"s{i}": _bases(rng, 600) for i in range(40)}
    _write(folder / "study.fa", _fasta(mrnas))
    rows = [(name, 40, 400) for name in mrnas]
    _table(folder, "study-cds", pl.DataFrame(rows, ["transcript_id", "cds_start", "cds_end"], orient="row"))
    genes = [(name, f"G{number}", f"GENE{number}") for number, name in enumerate(mrnas)]
    _table(
        folder, "study-genes", pl.DataFrame(genes, ["transcript_id", "gene_id", "gene_name"], orient="row")
    )

    def sites(n: int) -> pl.DataFrame:
        found = []
        for i in range(n):
            name, mirna = list(_MIRNAS.items())[i % len(_MIRNAS)]
            mrna = mrnas[f"s{int(rng.integers(40))}"]
            start = 60 + int(rng.integers(300))
            found.append((name, mirna, mrna[start : start + 35], 0, 0, 1 + i % 3))
        names = ["mirna_id", "mirna_sequence", "target_sequence", "iso5_offset", "iso3_offset", "read_count"]
        return pl.DataFrame(found, names, orient="row")

    _table(folder, "study-interactions", sites(120))
    _table(folder, "study-second", sites(40))
    rows = [("a", "read", "kept", "reads", 900), ("a", "trim", "dropped", "reads too short", 300)]
    _table(
        folder, "study-funnel", pl.DataFrame(rows, ["sample", "step", "outcome", "what", "n"], orient="row")
    )


def _models(folder: Path) -> None:
    """Write two small random models, a copy of the bundled duplex model, and a Keras export."""
    for seed, name in ((7, "toy"), (8, "toy-2")):
        _random_model(folder / name, name, np.random.default_rng(seed))
    export_model(read_model(folder / "toy"), folder / "keras.h5")
    shutil.copytree(resolve(None).path, folder / "duplex")


def _random_model(folder: Path, name: str, draw: np.random.Generator) -> None:
    config = ModelConfig(name=name, network="dmiso", settings={"l1": 0.01})
    weights = {
        name: np.abs(draw.normal(1, 0.1, shape))
        if name.endswith("running_var")
        else draw.normal(0, 0.4, shape)
        for name, shape in weight_shapes(config).items()
    }
    for suffix in ("", "_reverse"):  # as the network leaves them
        weights[f"recurrent.bias_hh_l0{suffix}"][:] = 0
    percentile = tuple(np.linspace(-40, 40, 101).tolist())
    write_model(
        folder,
        config=config,
        weights={name: np.asarray(w, np.float32) for name, w in weights.items()},
        calibration=Calibration(kind="platt", slope=0.1, intercept=-0.2, percentile=percentile),
        card="# toy\n",
    )
