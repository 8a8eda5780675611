"""Recipes of the commands from reads and miRNAs to sites: predict, scan, isomirs, chimeras."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .recipe import HEADS, Recipe, form_recipes, model_recipes

if TYPE_CHECKING:
    from collections.abc import Iterator


def predict() -> Iterator[Recipe]:
    line = HEADS["predict"]
    yield from form_recipes("predict --pairs", "pairs", f"{line} --pairs {{in}}")
    yield Recipe("predict --pairs", "table", "headless.tsv", f"{line} --pairs {{in}}")
    for file, kind in (("mirnas.fa", "fasta"), ("mirnas.fq", "fastq")):
        yield Recipe("predict --mirnas", kind, file, f"{line} --mirnas {{in}} --targets {{good}}/sites.fa")
    for file, kind in (("sites.fa", "fasta"), ("mrna.fa.gz", "gz")):
        yield Recipe("predict --targets", kind, file, f"{line} --mirnas {{good}}/mirnas.fa --targets {{in}}")
    yield from model_recipes("predict --model", f"{HEADS['predict fasta']} --model {{in}}")


def scan() -> Iterator[Recipe]:
    line, own = HEADS["scan"], "--transcripts {good}/mrna.fa"
    for file, kind in (("mirnas.fa", "fasta"), ("calls.tsv", "table"), ("calls.gff3", "gff")):
        yield Recipe("scan run --mirnas", kind, file, f"{line} {own} --mirnas {{in}}")
    yield Recipe("scan run --transcripts", "fasta", "mrna.fa", f"{line} --transcripts {{in}}")
    yield from form_recipes("scan run --cds", "cds", f"{line} {own} --cds {{in}}", "tsv parquet")
    genome = f"{line} --genome {{good}}/genome.fa --annotation {{in}}"
    for ending in ("gtf", "gff3", "bed"):
        yield Recipe("scan run --annotation", "gff", f"models.{ending}", genome)
    yield Recipe("scan run --annotation", "gff", "positions.gtf", f"{line} {own} --annotation {{in}}")
    yield Recipe(
        "scan run --genome", "fasta", "genome.fa", f"{line} --genome {{in}} --annotation {{good}}/models.gtf"
    )
    yield Recipe("scan run --known", "fasta", "matures.fa", f"{line} {own} --decoys 1 --known {{in}}")
    yield from form_recipes("scan run --genes", "genes", f"{line} {own} --genes {{in}}", "tsv parquet")
    yield from model_recipes("scan run --model", f"{line} {own} --model {{in}}")
    for name in ("sites", "genes", "genes_total"):
        asked = f"scan query --sql FROM\t{name} {{in}}"
        yield Recipe("scan query scan", "parquet", f"scan/{name}.parquet", asked)


def report() -> Iterator[Recipe]:
    line = "report -o {out}.html"
    for name in ("sites", "genes", "genes_total"):
        yield Recipe("report run", "parquet", f"scan/{name}.parquet", f"{line} {{in}}")
    own = f"{line} {{good}}/scan --transcripts"
    yield Recipe("report --transcripts", "fasta", "mrna.fa", f"{own} {{in}}")
    yield from form_recipes("report --cds", "cds", f"{own} {{good}}/mrna.fa --cds {{in}}", "tsv parquet")


def isomirs() -> Iterator[Recipe]:
    line, mature = HEADS["isomirs"], "--mature {good}/matures.fa"
    hairpin = "--hairpin {good}/hairpin.fa"
    for file, kind in (("collapsed.fa", "fasta"), ("reads.fq", "fastq"), ("counted.tsv", "table")):
        yield Recipe("isomirs call reads", kind, file, f"{line} {mature} {{in}}")
    yield Recipe("isomirs call reads", "table", "samples.csv", f"{line} {mature} {{in}}")
    yield Recipe("isomirs call reads", "parquet", "samples.parquet", f"{line} {mature} {{in}}")
    yield Recipe("isomirs call reads", "gff", "calls.gff3", f"{line} {mature} {{in}}")
    reads = f"{line} {{good}}/collapsed.fa"
    yield Recipe("isomirs call --mature", "fasta", "matures.fa", f"{reads} --mature {{in}}")
    yield Recipe("isomirs call --hairpin", "fasta", "hairpin.fa", f"{reads} {mature} --hairpin {{in}}")
    gff3 = f"{reads} --mature {{good}}/mature.fa {hairpin} --gff3 {{in}}"
    yield Recipe("isomirs call --gff3", "gff", "mirbase.gff3", gff3)
    counted = "isomirs call -o {out} --mature {good}/matures.fa"
    yield Recipe("isomirs call reads", "fastq", "sample.fq", f"{counted} {{good}}/collapsed.fa {{in}}")
    yield Recipe("isomirs call --sheet", "table", "sheet.tsv", f"{counted} --sheet {{in}}")
    made = "isomirs simulate --samples 1 --reads 50 -o {out}"
    yield Recipe("isomirs simulate --mature", "fasta", "matures.fa", f"{made} --mature {{in}}")
    yield Recipe("isomirs simulate --hairpin", "fasta", "hairpin.fa", f"{made} {mature} --hairpin {{in}}")
    annotated = f"{made} --mature {{good}}/mature.fa {hairpin} --gff3 {{in}}"
    yield Recipe("isomirs simulate --gff3", "gff", "mirbase.gff3", annotated)
    yield from compare()
    export = "isomirs export {good}/calls.gff3 -o {out}.tsv"
    yield Recipe(
        "isomirs export calls", "gff", "calls.gff3", f"isomirs export {{in}} {mature} -o {{out}}.tsv"
    )
    yield Recipe("isomirs export --mature", "fasta", "matures.fa", f"{export} --mature {{in}}")
    names = "isomirs names let-7a --mature {good}/matures.fa -o {out}.tsv"
    yield Recipe("isomirs names --mature", "fasta", "matures.fa", f"{names} --mature {{in}}")
    yield Recipe("isomirs names --mirgenedb", "fasta", "mirgenedb.fa", f"{names} --mirgenedb {{in}}")
    yield from form_recipes("isomirs names --table", "names", f"{names} --table {{in}}")
    summary = HEADS["summary"]
    for file, kind in (("calls.tsv", "table"), ("calls.parquet", "parquet"), ("calls.gff3", "gff")):
        yield Recipe("isomirs summary calls", kind, file, f"{summary} {{in}}")
    calls = f"{summary} {{good}}/calls.tsv"
    yield Recipe("isomirs summary --mature", "fasta", "matures.fa", f"{calls} --mature {{in}}")
    yield Recipe("isomirs summary --hairpin", "fasta", "hairpin.fa", f"{calls} {mature} --hairpin {{in}}")
    yield Recipe(
        "isomirs summary --mirgenedb", "fasta", "mirgenedb.fa", f"{calls} {mature} --mirgenedb {{in}}"
    )
    gff3 = f"{calls} {mature} --mirgenedb {{good}}/mirgenedb.fa --mirgenedb-gff3 {{in}}"
    yield Recipe("isomirs summary --mirgenedb-gff3", "gff", "mirgenedb.gff3", gff3)


def compare() -> Iterator[Recipe]:
    line = HEADS["compare"]
    one = f"{line} {'UGAGGUAGUAGGUUGUAUAGU'}"
    yield Recipe("isomirs compare isomirs", "fasta", "collapsed.fa", f"{line} --top 1 {{in}}")
    yield Recipe("isomirs compare --mature", "fasta", "matures.fa", f"{one} --mature {{in}}")
    yield Recipe("isomirs compare --hairpin", "fasta", "hairpin.fa", f"{one} --hairpin {{in}}")
    yield Recipe("isomirs compare --transcripts", "fasta", "mrna.fa", f"{one} --transcripts {{in}}")
    yield Recipe("isomirs compare --cds", "table", "cds.tsv", f"{one} --cds {{in}}")
    yield Recipe("isomirs compare --genes", "table", "genes.tsv", f"{one} --genes {{in}}")
    yield from model_recipes("isomirs compare --model", f"{one} --model {{in}}", "toy")


def chimeras() -> Iterator[Recipe]:
    line, reads = HEADS["chimeras"], "{good}/chimeric.fq.gz"
    for file, kind in (("chimeric.fq", "fastq"), ("chimeric.fq.gz", "gz")):
        yield Recipe("chimeras call reads", kind, file, f"{line} {{in}}")
    one = f"{line} {reads}"
    yield Recipe("chimeras call --mature", "fasta", "matures.fa", f"{one} --mature {{in}}")
    yield Recipe("chimeras call --hairpin", "fasta", "hairpin.fa", f"{one} --hairpin {{in}}")
    gff3 = f"{one} --mature {{good}}/mature.fa --hairpin {{good}}/hairpin.fa --gff3 {{in}}"
    yield Recipe("chimeras call --gff3", "gff", "mirbase.gff3", gff3)
    yield Recipe("chimeras call --transcripts", "fasta", "mrna.fa", f"{one} --transcripts {{in}}")
    yield from form_recipes("chimeras call --cds", "cds", f"{one} --cds {{in}}", "tsv parquet")
    yield from form_recipes("chimeras call --barcodes", "barcodes", f"{one} --barcodes {{in}}", "tsv parquet")
    made = "chimeras simulate --reads 50 --isomirs 5 --interactions 10 --transcripts {good}/mrna.fa -o {out}"
    yield Recipe("chimeras simulate --mature", "fasta", "matures.fa", f"{made} --mature {{in}}")
    made += " --mature {good}/matures.fa"
    yield Recipe("chimeras simulate --transcripts", "fasta", "mrna.fa", f"{made} --transcripts {{in}}")
    told = "chimeras statistics --least 1 {good}/chimeras.tsv -o {out}.tsv"
    for file, kind in (("chimeras.tsv", "table"), ("chimeras.parquet", "parquet")):
        own = "chimeras statistics --least 1 {in} -o {out}.tsv"
        yield Recipe("chimeras statistics interactions", kind, file, own)
        yield Recipe("chimeras statistics --other", kind, file, f"{told} --other {{in}}")
    yield Recipe(
        "chimeras statistics --mirgenedb",
        "fasta",
        "mirgenedb.fa",
        f"{told} --mirgenedb {{in}} --mature {{good}}/matures.fa",
    )
    yield Recipe(
        "chimeras statistics --mature",
        "fasta",
        "matures.fa",
        f"{told} --mirgenedb {{good}}/mirgenedb.fa --mature {{in}}",
    )
