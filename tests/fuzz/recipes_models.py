"""Recipes of the commands around data sets and models: dataset to study, explanation, models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .recipe import HEADS, Recipe, form_recipes, model_recipes

if TYPE_CHECKING:
    from collections.abc import Iterator


def dataset() -> Iterator[Recipe]:
    line, own = HEADS["dataset"], "{good}/interactions-own.tsv"
    for layout in ("own", "helwak", "hejret", "hybridetector", "grosswendt", "mirbench", "mirbind"):
        yield from form_recipes("dataset interactions", f"interactions-{layout}", f"{line} {{in}}", "tsv")
    moore = f"{line} --mature {{good}}/matures.fa {{in}}"
    yield from form_recipes("dataset interactions", "interactions-moore", moore, "csv parquet")
    yield from form_recipes(
        "dataset interactions", "interactions-own", f"{line} {{in}}", "csv parquet tsv.gz"
    )
    yield from form_recipes("dataset interactions", "interactions-helwak", f"{line} {{in}}", "parquet")
    paper = "dataset --site-rule paper -o {out} {good}/study-interactions.tsv"
    yield Recipe(
        "dataset --transcripts",
        "fasta",
        "study.fa",
        f"{paper} --transcripts {{in}} --negatives region-matched --cds {{good}}/study-cds.tsv",
    )
    yield Recipe(
        "dataset --cds",
        "table",
        "study-cds.tsv",
        f"{paper} --transcripts {{good}}/study.fa --negatives region-matched --cds {{in}}",
    )
    for option, file, kind in (
        *(("utrs", "mrna.fa", "fasta"), ("annotation", "models.gtf", "gff")),
        ("genes", "study-genes.tsv", "table"),
    ):
        known = f"{paper} --transcripts {{good}}/study.fa --{option} {{in}}"
        yield Recipe(f"dataset --{option}", kind, file, known)
    moore = f"{line} {{good}}/interactions-moore.tsv --mature {{in}}"
    yield Recipe("dataset --mature", "fasta", "matures.fa", moore)
    yield from form_recipes(
        "dataset --exclude", "study-second", f"{line} {own} --exclude {{in}}", "tsv parquet"
    )


def labelled() -> Iterator[Recipe]:
    audit, evaluate, own = HEADS["audit"], HEADS["evaluate"], "{good}/labelled60.tsv"
    for command, line in (("audit", audit), ("evaluate run", f"{evaluate} --model {{good}}/toy")):
        yield from form_recipes(f"{command} labelled", "labelled60", f"{line} {{in}}")
        for layout in ("mirbench", "mirbind", "miraw"):
            yield Recipe(f"{command} labelled", "table", f"labelled60-{layout}.tsv", f"{line} {{in}}")
        yield from form_recipes(
            f"{command} --train", "train60", f"{line} {own} --train {{in}}", "tsv parquet"
        )
        scored = f"{audit if command == 'audit' else evaluate} {own} --scores {{in}}"
        yield from form_recipes(f"{command} --scores", "scores60", scored)
        yield from model_recipes(
            f"{command} --model", f"{line.partition(' --model')[0]} {own} --model {{in}}", "toy"
        )
    # a gene's 3'UTR is its transcript here
    recall, sites = HEADS["evaluate recall"], "{good}/interactions-mirtarbase.tsv"
    mature, utrs = "--mature {good}/matures.fa", "--utrs {good}/mrna.fa"
    yield from form_recipes(
        "evaluate run labelled", "interactions-mirtarbase", f"{recall} {{in}} {mature} {utrs}"
    )
    yield Recipe("evaluate run --mature", "fasta", "matures.fa", f"{recall} {sites} --mature {{in}} {utrs}")
    yield Recipe("evaluate run --utrs", "fasta", "mrna.fa", f"{recall} {sites} {mature} --utrs {{in}}")
    for tool, file, kind in (
        *(("rna22", "rna22.txt", "table"), ("miraw", "miraw.csv", "table"), ("mitar", "mitar.fa", "table")),
        *(("mirbind2", "mirbind2.tsv", "table"), ("mirbind2", "mirbind2.parquet", "parquet")),
        *(("miranda", "miranda.txt", "table"), ("targetscan", "targetscan.txt", "table")),
        *(("mitar", "mitar-pairs.tsv", "table"), ("mitar", "mitar-pairs.parquet", "parquet")),
    ):
        yield Recipe(
            "evaluate run --tool-output", kind, file, f"{evaluate} {own} --tool-output {tool}={{in}}"
        )
    yield Recipe("train data", "table", "labelled60.tsv", f"{HEADS['train']} {{in}}", slow=True)
    yield Recipe("train data", "parquet", "labelled60.parquet", f"{HEADS['train']} {{in}}", slow=True)
    yield from model_recipes(
        "train --start-from", f"{HEADS['train']} {own} --start-from {{in}}", "toy", slow=True
    )
    line = "crossval --folds 2 --epochs 1 --validation-share 0.3 --network dmiso -o {out}"
    yield Recipe("crossval data", "table", "labelled60.csv", f"{line} {{in}}", slow=True)
    yield Recipe("crossval data", "parquet", "labelled60.parquet", f"{line} {{in}}", slow=True)


def fair() -> Iterator[Recipe]:
    # of these tables no negative's true partner is known, so only positives stay, unmatched
    line, own = f"{HEADS['fair']} --no-matched", "{good}/labelled60.tsv"
    yield from form_recipes("evaluate fair labelled", "labelled60", f"{line} {{in}}")
    for layout in ("mirbench", "mirbind"):
        file = f"labelled60-{layout}.tsv"
        yield Recipe("evaluate fair labelled", "table", file, f"{line} {{in}}")
    for layout in ("own", "hejret"):
        file = f"interactions-{layout}.tsv"
        yield Recipe("evaluate fair --positives", "table", file, f"{line} {own} --positives {{in}}")
    seen = f"{line} {own} --positives {{good}}/interactions-moore.tsv --mature {{in}}"
    yield Recipe("evaluate fair --mature", "fasta", "matures.fa", seen)


def genes() -> Iterator[Recipe]:
    line, own = HEADS["genes"], "{good}/gene_responses.tsv"
    yield from form_recipes("evaluate genes responses", "responses", f"{line} {{in}}")
    for name in ("edger.tsv", "deseq2.csv", "limma.tsv"):
        change = f"{line} {{in}} --experiments {{good}}/experiment.tsv --utrs {{good}}/gene_utrs.fa"
        yield Recipe("evaluate genes responses", "table", name, change)
    change = f"{line} {{good}}/edger.tsv --utrs {{good}}/gene_utrs.fa --experiments {{in}}"
    yield Recipe("evaluate genes --experiments", "table", "experiments.tsv", change)
    yield from form_recipes(
        "evaluate genes --mirnas", "gene-mirnas", f"{line} {own} --mirnas {{in}}", "tsv parquet"
    )
    yield Recipe("evaluate genes --mirnas", "fasta", "mature.fa", f"{line} {own} --mirnas {{in}}")
    yield Recipe("evaluate genes --gene-map", "table", "gene-map.tsv", f"{line} {own} --gene-map {{in}}")
    yield Recipe("evaluate genes --utrs", "fasta", "gene_utrs.fa", f"{line} {own} --utrs {{in}}")
    mrna = f"{line} {own} --gene-map {{good}}/gene-map.tsv"
    yield Recipe(
        "evaluate genes --transcripts",
        "fasta",
        "mrna.fa",
        f"{mrna} --cds {{good}}/cds.tsv --transcripts {{in}}",
    )
    yield Recipe(
        "evaluate genes --cds", "table", "cds.tsv", f"{mrna} --transcripts {{good}}/mrna.fa --cds {{in}}"
    )
    scored = f"{mrna} --scores {{in}}"
    yield from form_recipes("evaluate genes --scores", "gene-scores", scored)
    for name in ("mirdb.tsv", "pita-genes.tsv", "context.tsv", "scanmir.tsv"):
        yield Recipe("evaluate genes --scores", "table", name, scored)


def explain() -> Iterator[Recipe]:
    data, model, variants = HEADS["explain data"], HEADS["explain model"], HEADS["variants"]
    toy = "--model {good}/toy"
    yield from form_recipes("explain data pairs", "labelled60", f"{data} {toy} {{in}}", "tsv parquet")
    own = f"{data} {{good}}/labelled60.tsv"
    yield from model_recipes("explain data --model", f"{own} --model {{in}}", "toy")
    yield Recipe(
        "explain data --gene-sets", "lines", "sets.gmt", f"{own} {toy} --clusters 2 --gene-sets {{in}}"
    )
    yield from model_recipes("explain model --model", f"{model} --model {{in}}", "toy")
    yield Recipe("explain model --pairs", "table", "pairs.tsv", f"{model} {toy} --pairs {{in}}")
    yield Recipe(
        "explain model --motifs", "lines", "motifs.meme", f"{model} {toy} --shuffles 2 --motifs {{in}}"
    )
    bases = "UGAGGUAGUAGGUUGUAUAGUU CUUUCCCGACCACAACCUUCUACCUCACUUUCUGUCUGUUAUAAGGAAUA"
    pair = f"explain pair --no-pictures {bases} -o {{out}}"
    yield from model_recipes("explain pair --model", f"{pair} --model {{in}}")
    change = "hsa-let-7a-5p:n.3A>G"
    for name, file in (("mirnas", "mirnas.fa"), ("transcripts", "mrna.fa")):
        yield Recipe(
            f"explain variants --{name}", "fasta", file, f"{variants} {toy} --{name} {{in}} {change}"
        )
    yield Recipe("explain variants --changes", "lines", "changes.txt", f"{variants} {toy} --changes {{in}}")
    vcf = f"{variants} {toy} --annotation {{good}}/models.gtf --vcf {{in}}"
    yield Recipe("explain variants --vcf", "gff", "variants.vcf", vcf)
    for ending in ("gtf", "bed"):
        line = f"{variants} {toy} --vcf {{good}}/variants.vcf --annotation {{in}}"
        yield Recipe("explain variants --annotation", "gff", f"models.{ending}", line)
    yield Recipe("explain variants --cds", "table", "cds.tsv", f"{variants} {toy} --cds {{in}} {change}")
    yield from model_recipes("explain variants --model", f"{variants} {change} --model {{in}}", "toy")


def study() -> Iterator[Recipe]:
    line = HEADS["study"]
    for option, file, kind in (
        *(("interactions", "study-interactions.tsv", "table"), ("transcripts", "study.fa", "fasta")),
        *(("cds", "study-cds.tsv", "table"), ("second", "study-second.tsv", "table")),
        *(("mature", "matures.fa", "fasta"), ("labelled-recall", "study-second.tsv", "table")),
        *(("exclude", "study-second.parquet", "parquet"), ("gene-sets", "sets.gmt", "lines")),
        *(("motifs", "motifs.meme", "lines"), ("funnel", "study-funnel.tsv", "table")),
        *(("annotation", "models.gtf", "gff"), ("genes", "study-genes.tsv", "table")),
    ):
        # --interactions may be given again: the broken file is then the only one
        own = (
            line.replace("--interactions {good}/study-interactions.tsv", "")
            if option == "interactions"
            else line
        )
        yield Recipe(f"study paper --{option}", kind, file, f"{own} --{option} {{in}}", slow=True)
    curated = f"{line} --mature {{good}}/matures.fa --mirgenedb {{in}}"
    yield Recipe("study paper --mirgenedb", "fasta", "matures.fa", curated, slow=True)
    own = f"{line} --mature {{good}}/matures.fa"
    known = f"{own} --utrs {{good}}/mrna.fa --mirtarbase {{in}}"
    yield Recipe("study paper --mirtarbase", "table", "interactions-mirtarbase.tsv", known, slow=True)
    sites = "--mirtarbase {good}/interactions-mirtarbase.tsv"
    yield Recipe("study paper --utrs", "fasta", "mrna.fa", f"{own} {sites} --utrs {{in}}", slow=True)
    mouse = f"{line} --mature {{good}}/matures.fa --mouse {{in}}"
    tool = f"{line} --tool-output mitar={{in}}"
    yield Recipe("study paper --tool-output", "table", "mitar.fa", tool, slow=True)
    yield Recipe("study paper --mouse", "table", "interactions-moore.tsv", mouse, slow=True)
    yield from model_recipes("study paper --model", f"{line} --model {{in}}", "toy", slow=True)


def models() -> Iterator[Recipe]:
    yield from model_recipes("models check model", "models check {in}")
    yield from model_recipes("models show model", "models show {in}")
    yield from model_recipes("models export model", "models export {in} -o {out}.npz")
    yield from model_recipes("models ensemble models", "models ensemble {good}/toy-2 {in} -o {out}", "toy")
    joined = "models ensemble {good}/toy {good}/toy-2 -o {out}"
    yield Recipe("models ensemble --pairs", "table", "labelled60.tsv", f"{joined} --pairs {{in}}")
    yield Recipe(
        "models ensemble --transcripts",
        "fasta",
        "mrna.fa",
        f"{joined} --pairs {{good}}/labelled60.tsv --transcripts {{in}}",
        slow=True,
    )
    keras = "models import-keras -o {out}"
    yield Recipe(
        "models import-keras architecture", "json", "keras.json", f"{keras} {{in}} {{good}}/keras.h5"
    )
    yield Recipe("models import-keras weights", "h5", "keras.h5", f"{keras} {{good}}/keras.json {{in}}")


def references() -> Iterator[Recipe]:
    head = "reference add made -o {out}"
    small = "--mirnas {good}/mature.fa"
    own = f"{head} --transcripts {{good}}/mrna.fa"
    yield Recipe("reference add --mirnas", "fasta", "mature.fa", f"{head} --mirnas {{in}}")
    yield Recipe("reference add --hairpins", "fasta", "hairpin.fa", f"{head} {small} --hairpins {{in}}")
    hairpins = f"{head} {small} --hairpins {{good}}/hairpin.fa --gff3 {{in}}"
    yield Recipe("reference add --gff3", "gff", "mirbase.gff3", hairpins)
    for file, kind in (("mrna.fa", "fasta"), ("mrna.fa.gz", "gz")):
        line = f"{head} --cds {{good}}/cds.tsv --transcripts {{in}}"
        yield Recipe("reference add --transcripts", kind, file, line)
    yield Recipe("reference add --transcripts", "gff", "mrna.gbff", f"{head} --transcripts {{in}}")
    genome = f"{head} --genome {{good}}/genome.fa --annotation {{in}}"
    for ending in ("gtf", "gff3", "bed"):
        yield Recipe("reference add --annotation", "gff", f"models.{ending}", genome)
    yield Recipe("reference add --annotation", "gff", "mrna.gbff", f"{own} --annotation {{in}}")
    yield Recipe("reference add --cds", "table", "cds.tsv", f"{own} --cds {{in}}")
    with_genes = f"{own} --cds {{good}}/cds.tsv --genes {{in}}"
    yield Recipe("reference add --genes", "table", "genes.tsv", with_genes)
    from_genome = f"{head} --annotation {{good}}/models.gtf --genome {{in}}"
    yield Recipe("reference add --genome", "fasta", "genome.fa", from_genome)
    yield Recipe("reference add --utrs", "fasta", "mrna.fa", f"{head} --utrs {{in}}")
