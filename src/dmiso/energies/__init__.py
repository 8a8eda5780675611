"""Duplexes of miRNAs and sites by ViennaRNA (``[energy]`` extra): the one package that folds.

``many`` gives energies of many pairs, spread over processes; ``duplex`` the pairs of a duplex; ``drawing`` shows it as
text; ``unpaired`` how likely stretches of a transcript are to be open.
"""

from dmiso.energies.drawing import draw_ascii, duplex_columns
from dmiso.energies.duplex import Duplex, fold_duplex, fold_sites, pair_class
from dmiso.energies.many import (
    PROGRAMS,
    Program,
    cofold_below,
    duplex_energies,
    duplex_structures,
    usable_cores,
)
from dmiso.energies.unpaired import unpaired_log10

__all__ = [
    "PROGRAMS",
    "Duplex",
    "Program",
    "cofold_below",
    "draw_ascii",
    "duplex_columns",
    "duplex_energies",
    "duplex_structures",
    "fold_duplex",
    "fold_sites",
    "pair_class",
    "unpaired_log10",
    "usable_cores",
]
