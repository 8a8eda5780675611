"""A working command line for every option that reads a file; the bench breaks the file that it names.

``{in}`` is the file that is broken, ``{good}`` the folder of good inputs, ``{out}`` a name in an empty folder.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from dmiso.cli.main import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RECIPES", "WORDS", "Recipe", "options_that_may_read"]

WORDS = frozenset(
    {
        *("predict --mirna-column", "predict --target-column", "scan run --regions", "scan run --shard"),
        *("scan query --mirna", "scan query --gene", "scan query --compare", "scan query --sql"),
        *("isomirs call --species", "isomirs call --database", "isomirs compare --species"),
        *("isomirs compare --canonical", "isomirs compare --regions", "isomirs compare --transcript"),
        *("isomirs names names", "isomirs names --species", "isomirs names --name-column"),
        *("isomirs names --sequence-column", "isomirs summary --species"),
        *("chimeras call --species", "chimeras call --sample", "chimeras call --preset"),
        *("chimeras call --adapter", "chimeras call --front-adapter"),
        *("chimeras simulate --species", "chimeras simulate --adapter"),
        *("columns names", "dataset --layout", "dataset --exclude-chromosome", "dataset --negatives"),
        *("dataset --test-chromosome", "audit --score-column", "audit --mirna-column"),
        *("audit --target-column", "audit --label-column", "train --name", "train --network", "train --size"),
        *("crossval --network", "crossval --size", "evaluate run --score-column", "evaluate run --threshold"),
        *("evaluate run --mirna-column", "evaluate run --target-column", "evaluate run --label-column"),
        *(
            "evaluate run --baseline",
            "evaluate run --prior",
            "evaluate run --energy-rows",
            "explain data --mirna-column",
        ),
        *("explain data --target-column", "explain data --label-column", "explain data --target-id-column"),
        *("explain model --mirna-column", "explain model --target-column", "explain pair mirna"),
        *("explain pair target", "explain variants changes", "study paper --exclude-chromosome"),
        *(
            "evaluate genes --score-column",
            "evaluate genes --lower-is-better",
            "evaluate genes --energy-genes",
        ),
        *("models ensemble --name", "models import-keras --name"),
    }
)
"""Options whose value is a word, a name or characters, and never a file."""
_PLAIN = (click.Choice, click.IntRange, click.FloatRange, click.types.BoolParamType)
_NUMBERS = (click.types.IntParamType, click.types.FloatParamType)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one option is given a file.

    Parameters
    ----------
    option
        Subcommand and option, as ``scan run --mirnas``; arguments by their name.
    kind
        Of the file: which mutations fit.
    file
        In the folder of good inputs; ``folder/member`` breaks a member and gives the folder.
    line
        The command line.
    slow
        Takes seconds: fewer cases are made.
    """

    option: str
    kind: str
    file: str
    line: str
    slow: bool = False

    @property
    def command(self) -> str:
        """The subcommand alone."""
        return " ".join(word for word in self.option.split()[:-1])

    @property
    def id(self) -> str:
        """What a case's id begins with."""
        return f"{self.option}@{self.file}"


def options_that_may_read() -> Iterator[str]:
    """Yield every option and argument of every subcommand whose value could name an input file."""
    for name in COMMANDS:
        command = importlib.import_module(f"dmiso.cli.{name}").command
        for words, inner in _commands(command, (name,)):
            for parameter in inner.params:
                if _may_read(parameter):
                    word = parameter.opts[-1] if isinstance(parameter, click.Option) else str(parameter.name)
                    yield " ".join((*words, word))


def _commands(
    command: click.Command, words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _commands(inner, (*words, name))
    else:
        yield words, command


def _may_read(parameter: click.Parameter) -> bool:
    if isinstance(parameter.type, (*_PLAIN, *_NUMBERS)) or getattr(parameter, "is_flag", False):
        return False
    return not type(parameter.type).__name__.startswith("Output")


_HEADS = {
    "predict": "predict -o {out}.tsv",
    "predict fasta": "predict --mirnas {good}/mirnas.fa --targets {good}/sites.fa -o {out}.tsv",
    "scan": "scan run --decoys 0 --min-percentile 90 --mirnas {good}/mirnas.fa -o {out}",
    "isomirs": "isomirs call -o {out}.tsv",
    "compare": "isomirs compare --decoys 0 --max-q 1 --min-percentile 90 -o {out} "
    "--mature {good}/matures.fa --transcripts {good}/mrna.fa",
    "summary": "isomirs summary --least 1 -o {out}",
    "chimeras": "chimeras call --umi5 8 --adapter TGGAATTCTCGGGTGCCAAGG --min-reads 1 -o {out} "
    "--mature {good}/matures.fa --transcripts {good}/mrna.fa",
    "dataset": "dataset --site-rule as-given --test-share 0.2 -o {out}",
    "audit": "audit -o {out}.json",
    "train": "train --network dmiso --epochs 1 --threads 1 -o {out}",
    "evaluate": "evaluate run --replicates 0 --no-pictures --baseline seed_class -o {out}",
    "genes": "evaluate genes --replicates 2 --no-pictures --best 8 --min-responders 3 --energy-genes 1 -o {out}",
    "evaluate recall": "evaluate run --replicates 0 --tool targetscan -o {out}",
    "explain data": "explain data --no-pictures --controls 0 --max-pairs 10 -o {out}",
    "explain model": "explain model --no-pictures --made-up-targets 1 -o {out}",
    "variants": "explain variants --no-pictures --mirnas {good}/mirnas.fa --transcripts {good}/mrna.fa -o {out}",
    "study": "study paper --epochs 1 --patience 1 --folds 3 --full-epochs 0 --replicates 0 --random-windows 20 "
    "--interactions {good}/study-interactions.tsv --transcripts {good}/study.fa --cds {good}/study-cds.tsv -o {out}",
}
"""Beginnings that several options share; see :func:`_once`."""


def _forms(option: str, table: str, line: str, forms: str = "tsv csv parquet tsv.gz") -> list[Recipe]:
    """Return a recipe for each form of a table."""
    kinds = {"tsv": "table", "csv": "table", "parquet": "parquet", "tsv.gz": "gz"}
    return [Recipe(option, kinds[form], f"{table}.{form}", line) for form in forms.split()]


def _model(option: str, line: str, folders: str = "toy duplex", *, slow: bool = False) -> list[Recipe]:
    """Return a recipe for each file of a model directory."""
    members = {"config.json": "json", "calibration.json": "json", "weights.safetensors": "safetensors"}
    found = []
    for folder in folders.split():
        more = {"domain.json": "json"} if folder == "duplex" else {"card.md": "words"}
        for member, kind in (members | more).items():
            found.append(Recipe(option, kind, f"{folder}/{member}", line, slow))
    return found


def _predict() -> Iterator[Recipe]:
    line = _HEADS["predict"]
    yield from _forms("predict --pairs", "pairs", f"{line} --pairs {{in}}")
    yield Recipe("predict --pairs", "table", "headless.tsv", f"{line} --pairs {{in}}")
    for file, kind in (("mirnas.fa", "fasta"), ("mirnas.fq", "fastq")):
        yield Recipe("predict --mirnas", kind, file, f"{line} --mirnas {{in}} --targets {{good}}/sites.fa")
    for file, kind in (("sites.fa", "fasta"), ("mrna.fa.gz", "gz")):
        yield Recipe("predict --targets", kind, file, f"{line} --mirnas {{good}}/mirnas.fa --targets {{in}}")
    yield from _model("predict --model", f"{_HEADS['predict fasta']} --model {{in}}")


def _scan() -> Iterator[Recipe]:
    line, own = _HEADS["scan"], "--transcripts {good}/mrna.fa"
    for file, kind in (("mirnas.fa", "fasta"), ("calls.tsv", "table"), ("calls.gff3", "gff")):
        yield Recipe("scan run --mirnas", kind, file, f"{line} {own} --mirnas {{in}}")
    yield Recipe("scan run --transcripts", "fasta", "mrna.fa", f"{line} --transcripts {{in}}")
    yield from _forms("scan run --cds", "cds", f"{line} {own} --cds {{in}}", "tsv parquet")
    genome = f"{line} --genome {{good}}/genome.fa --annotation {{in}}"
    for ending in ("gtf", "gff3", "bed"):
        yield Recipe("scan run --annotation", "gff", f"models.{ending}", genome)
    yield Recipe("scan run --annotation", "gff", "positions.gtf", f"{line} {own} --annotation {{in}}")
    yield Recipe(
        "scan run --genome", "fasta", "genome.fa", f"{line} --genome {{in}} --annotation {{good}}/models.gtf"
    )
    yield Recipe("scan run --known", "fasta", "matures.fa", f"{line} {own} --decoys 1 --known {{in}}")
    yield from _forms("scan run --genes", "genes", f"{line} {own} --genes {{in}}", "tsv parquet")
    yield from _model("scan run --model", f"{line} {own} --model {{in}}")
    for name in ("sites", "genes", "genes_total"):
        asked = f"scan query --sql FROM\t{name} {{in}}"
        yield Recipe("scan query scan", "parquet", f"scan/{name}.parquet", asked)


def _isomirs() -> Iterator[Recipe]:
    line, mature = _HEADS["isomirs"], "--mature {good}/matures.fa"
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
    yield from _compare()
    names = "isomirs names let-7a --mature {good}/matures.fa -o {out}.tsv"
    yield Recipe("isomirs names --mature", "fasta", "matures.fa", f"{names} --mature {{in}}")
    yield Recipe("isomirs names --mirgenedb", "fasta", "mirgenedb.fa", f"{names} --mirgenedb {{in}}")
    yield from _forms("isomirs names --table", "names", f"{names} --table {{in}}")
    summary = _HEADS["summary"]
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


def _compare() -> Iterator[Recipe]:
    line = _HEADS["compare"]
    one = f"{line} {'UGAGGUAGUAGGUUGUAUAGU'}"
    yield Recipe("isomirs compare isomirs", "fasta", "collapsed.fa", f"{line} --top 1 {{in}}")
    yield Recipe("isomirs compare --mature", "fasta", "matures.fa", f"{one} --mature {{in}}")
    yield Recipe("isomirs compare --hairpin", "fasta", "hairpin.fa", f"{one} --hairpin {{in}}")
    yield Recipe("isomirs compare --transcripts", "fasta", "mrna.fa", f"{one} --transcripts {{in}}")
    yield Recipe("isomirs compare --cds", "table", "cds.tsv", f"{one} --cds {{in}}")
    yield Recipe("isomirs compare --genes", "table", "genes.tsv", f"{one} --genes {{in}}")
    yield from _model("isomirs compare --model", f"{one} --model {{in}}", "toy")


def _chimeras() -> Iterator[Recipe]:
    line, reads = _HEADS["chimeras"], "{good}/chimeric.fq.gz"
    for file, kind in (("chimeric.fq", "fastq"), ("chimeric.fq.gz", "gz")):
        yield Recipe("chimeras call reads", kind, file, f"{line} {{in}}")
    one = f"{line} {reads}"
    yield Recipe("chimeras call --mature", "fasta", "matures.fa", f"{one} --mature {{in}}")
    yield Recipe("chimeras call --hairpin", "fasta", "hairpin.fa", f"{one} --hairpin {{in}}")
    gff3 = f"{one} --mature {{good}}/mature.fa --hairpin {{good}}/hairpin.fa --gff3 {{in}}"
    yield Recipe("chimeras call --gff3", "gff", "mirbase.gff3", gff3)
    yield Recipe("chimeras call --transcripts", "fasta", "mrna.fa", f"{one} --transcripts {{in}}")
    yield from _forms("chimeras call --cds", "cds", f"{one} --cds {{in}}", "tsv parquet")
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


def _dataset() -> Iterator[Recipe]:
    line, own = _HEADS["dataset"], "{good}/interactions-own.tsv"
    for layout in ("own", "helwak", "hejret", "hybridetector", "grosswendt", "mirbench", "mirbind"):
        yield from _forms("dataset interactions", f"interactions-{layout}", f"{line} {{in}}", "tsv")
    moore = f"{line} --mature {{good}}/matures.fa {{in}}"
    yield from _forms("dataset interactions", "interactions-moore", moore, "csv parquet")
    yield from _forms("dataset interactions", "interactions-own", f"{line} {{in}}", "csv parquet tsv.gz")
    yield from _forms("dataset interactions", "interactions-helwak", f"{line} {{in}}", "parquet")
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
    moore = f"{line} {{good}}/interactions-moore.tsv --mature {{in}}"
    yield Recipe("dataset --mature", "fasta", "matures.fa", moore)
    yield from _forms("dataset --exclude", "study-second", f"{line} {own} --exclude {{in}}", "tsv parquet")


def _labelled() -> Iterator[Recipe]:
    audit, evaluate, own = _HEADS["audit"], _HEADS["evaluate"], "{good}/labelled60.tsv"
    for command, line in (("audit", audit), ("evaluate run", f"{evaluate} --model {{good}}/toy")):
        yield from _forms(f"{command} labelled", "labelled60", f"{line} {{in}}")
        for layout in ("mirbench", "mirbind", "miraw"):
            yield Recipe(f"{command} labelled", "table", f"labelled60-{layout}.tsv", f"{line} {{in}}")
        yield from _forms(f"{command} --train", "train60", f"{line} {own} --train {{in}}", "tsv parquet")
        scored = f"{audit if command == 'audit' else evaluate} {own} --scores {{in}}"
        yield from _forms(f"{command} --scores", "scores60", scored)
        yield from _model(
            f"{command} --model", f"{line.partition(' --model')[0]} {own} --model {{in}}", "toy"
        )
    # a gene's 3'UTR is its transcript here
    recall, sites = _HEADS["evaluate recall"], "{good}/interactions-mirtarbase.tsv"
    mature, utrs = "--mature {good}/matures.fa", "--utrs {good}/mrna.fa"
    yield from _forms("evaluate run labelled", "interactions-mirtarbase", f"{recall} {{in}} {mature} {utrs}")
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
    yield Recipe("train data", "table", "labelled60.tsv", f"{_HEADS['train']} {{in}}", slow=True)
    yield Recipe("train data", "parquet", "labelled60.parquet", f"{_HEADS['train']} {{in}}", slow=True)
    yield from _model("train --start-from", f"{_HEADS['train']} {own} --start-from {{in}}", "toy", slow=True)
    line = "crossval --folds 2 --epochs 1 --validation-share 0.3 --network dmiso -o {out}"
    yield Recipe("crossval data", "table", "labelled60.csv", f"{line} {{in}}", slow=True)
    yield Recipe("crossval data", "parquet", "labelled60.parquet", f"{line} {{in}}", slow=True)


def _genes() -> Iterator[Recipe]:
    line, own = _HEADS["genes"], "{good}/gene_responses.tsv"
    yield from _forms("evaluate genes responses", "responses", f"{line} {{in}}")
    for name in ("edger.tsv", "deseq2.csv", "limma.tsv"):
        change = f"{line} {{in}} --experiments {{good}}/experiment.tsv --utrs {{good}}/gene_utrs.fa"
        yield Recipe("evaluate genes responses", "table", name, change)
    change = f"{line} {{good}}/edger.tsv --utrs {{good}}/gene_utrs.fa --experiments {{in}}"
    yield Recipe("evaluate genes --experiments", "table", "experiments.tsv", change)
    yield from _forms(
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
    yield from _forms("evaluate genes --scores", "gene-scores", scored)
    for name in ("mirdb.tsv", "pita-genes.tsv", "context.tsv", "scanmir.tsv"):
        yield Recipe("evaluate genes --scores", "table", name, scored)


def _explain() -> Iterator[Recipe]:
    data, model, variants = _HEADS["explain data"], _HEADS["explain model"], _HEADS["variants"]
    toy = "--model {good}/toy"
    yield from _forms("explain data pairs", "labelled60", f"{data} {toy} {{in}}", "tsv parquet")
    own = f"{data} {{good}}/labelled60.tsv"
    yield from _model("explain data --model", f"{own} --model {{in}}", "toy")
    yield Recipe(
        "explain data --gene-sets", "lines", "sets.gmt", f"{own} {toy} --clusters 2 --gene-sets {{in}}"
    )
    yield from _model("explain model --model", f"{model} --model {{in}}", "toy")
    yield Recipe("explain model --pairs", "table", "pairs.tsv", f"{model} {toy} --pairs {{in}}")
    yield Recipe(
        "explain model --motifs", "lines", "motifs.meme", f"{model} {toy} --shuffles 2 --motifs {{in}}"
    )
    bases = "UGAGGUAGUAGGUUGUAUAGUU CUUUCCCGACCACAACCUUCUACCUCACUUUCUGUCUGUUAUAAGGAAUA"
    pair = f"explain pair --no-pictures {bases} -o {{out}}"
    yield from _model("explain pair --model", f"{pair} --model {{in}}")
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
    yield from _model("explain variants --model", f"{variants} {change} --model {{in}}", "toy")


def _study() -> Iterator[Recipe]:
    line = _HEADS["study"]
    for option, file, kind in (
        *(("interactions", "study-interactions.tsv", "table"), ("transcripts", "study.fa", "fasta")),
        *(("cds", "study-cds.tsv", "table"), ("second", "study-second.tsv", "table")),
        *(("mature", "matures.fa", "fasta"), ("labelled-recall", "study-second.tsv", "table")),
        *(("exclude", "study-second.parquet", "parquet"), ("gene-sets", "sets.gmt", "lines")),
        *(("motifs", "motifs.meme", "lines"), ("funnel", "study-funnel.tsv", "table")),
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
    yield from _model("study paper --model", f"{line} --model {{in}}", "toy", slow=True)


def _models() -> Iterator[Recipe]:
    yield from _model("models check model", "models check {in}")
    yield from _model("models show model", "models show {in}")
    yield from _model("models export model", "models export {in} -o {out}.npz")
    yield from _model("models ensemble models", "models ensemble {good}/toy-2 {in} -o {out}", "toy")
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


def _once(line: str) -> str:
    """Leave out an option of a shared beginning that the line gives again."""
    words = line.split(" ")
    kept = []
    while words:
        word = words.pop(0)
        if word.startswith("--") and word in words:
            words.pop(0)
        else:
            kept.append(word)
    return " ".join(kept)


RECIPES: tuple[Recipe, ...] = tuple(
    replace(recipe, line=_once(recipe.line))
    for make in (_predict, _scan, _isomirs, _chimeras, _dataset, _labelled, _genes, _explain, _study, _models)
    for recipe in make()
)
"""Every recipe, in the order of the help page."""
