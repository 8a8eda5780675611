"""Command lines of ``dmiso ask``, whose words may be files too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .recipe import Recipe, model_recipes

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ask"]

_MIRNA = "UGAGGUAGUAGGUUGUAUAGUU"
_TARGET = "CUUUCCCGACCACAACCUUCUACCUCACUUUCUGUCUGUUAUAAGGAAUA"


def ask() -> Iterator[Recipe]:
    """Yield a line for each file that a question may name."""
    yield Recipe("ask mirna", "fasta", "mirnas.fa", f"ask {{in}} {_TARGET}")
    yield Recipe("ask gene", "fasta", "sites.fa", f"ask {_MIRNA} {{in}}")
    yield Recipe("ask --against", "fasta", "mirnas.fa", f"ask {_MIRNA}A {_TARGET} --against {{in}}")
    yield Recipe("ask --mature", "fasta", "matures.fa", f"ask {_MIRNA} {_TARGET} --mature {{in}}")
    against = f"ask {_MIRNA[1:]} {_TARGET} --against canonical --mature {{good}}/mature.fa"
    yield Recipe("ask --hairpin", "fasta", "hairpin.fa", f"{against} --hairpin {{in}}")
    yield Recipe("ask --transcripts", "fasta", "mrna.fa", f"ask {_MIRNA} NM_1 --transcripts {{in}}")
    by_gene = f"ask {_MIRNA} G1 --transcripts {{good}}/study.fa"
    yield Recipe("ask --genes", "table", "study-genes.tsv", f"{by_gene} --genes {{in}}")
    yield Recipe("ask --cds", "table", "cds.tsv", f"ask {_MIRNA} {{good}}/mrna.fa --cds {{in}}")
    yield from model_recipes("ask --model", f"ask {_MIRNA} {_TARGET} --model {{in}}", "toy")
