"""What recipes share: the recipe itself, beginnings of command lines, and the forms of a file."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["HEADS", "Recipe", "form_recipes", "model_recipes"]


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


HEADS = {
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
    "fair": "evaluate fair -o {out}.tsv",
    "evaluate recall": "evaluate run --replicates 0 --tool targetscan -o {out}",
    "explain data": "explain data --no-pictures --controls 0 --max-pairs 10 -o {out}",
    "explain model": "explain model --no-pictures --made-up-targets 1 -o {out}",
    "variants": "explain variants --no-pictures --mirnas {good}/mirnas.fa --transcripts {good}/mrna.fa -o {out}",
    "study": "study paper --epochs 1 --patience 1 --folds 3 --full-epochs 0 --replicates 0 --random-windows 20 "
    "--interactions {good}/study-interactions.tsv --transcripts {good}/study.fa --cds {good}/study-cds.tsv -o {out}",
}
"""Beginnings that several options share; see :func:`_once`."""


def form_recipes(option: str, table: str, line: str, forms: str = "tsv csv parquet tsv.gz") -> list[Recipe]:
    """Return a recipe for each form of a table."""
    kinds = {"tsv": "table", "csv": "table", "parquet": "parquet", "tsv.gz": "gz"}
    return [Recipe(option, kinds[form], f"{table}.{form}", line) for form in forms.split()]


def model_recipes(option: str, line: str, folders: str = "toy duplex", *, slow: bool = False) -> list[Recipe]:
    """Return a recipe for each file of a model directory."""
    members = {"config.json": "json", "calibration.json": "json", "weights.safetensors": "safetensors"}
    found = []
    for folder in folders.split():
        more = {"domain.json": "json"} if folder == "duplex" else {"card.md": "words"}
        for member, kind in (members | more).items():
            found.append(Recipe(option, kind, f"{folder}/{member}", line, slow))
    return found
