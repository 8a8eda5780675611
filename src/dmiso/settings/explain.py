"""How data sets and models are explained: the settings of ``dmiso explain data`` and ``dmiso explain model``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from dmiso.settings.ranges import PROCESSES, RECORDS, SEED, Range
from dmiso.settings.setting import Setting, check_settings

__all__ = ["DataSettings", "ModelSettings"]


@dataclass(frozen=True, slots=True)
class DataSettings:
    """How a data set is explained.

    Parameters
    ----------
    width
        Nucleotides of a mask; the paper's 4.
    controls
        Networks with shuffled weights, each with its own shuffle.
    control_pairs
        Pairs scored for a control, at most.
    clusters
        Clusters of miRNAs; 0 makes none.
    target_id_column
        Column that names a pair's target for the targets that miRNAs share: a gene, a transcript.
    gene_sets
        GMT file; None leaves over-representation out.
    seed
        Of draws, shuffles and random clusters.
    threads
        CPU cores to use.
    """

    width: Annotated[int, Setting("Nucleotides of a mask; the paper's 4.", Range(1, 20))] = 4
    controls: Annotated[int, Setting("Networks with shuffled weights on the same axes.", Range(0, 1000))] = 3
    control_pairs: Annotated[
        int, Setting("Pairs scored for a control, at most.", RECORDS, needs=("controls",))
    ] = 1000
    clusters: Annotated[
        int, Setting("Clusters of miRNAs by their profile; 0 makes none.", Range(0, 10_000))
    ] = 0
    target_id_column: Annotated[
        str,
        Setting(
            "Column that names the target (a gene) of a pair.",
            needs=("clusters",),
            formerly=("--target-name",),
        ),
    ] = "target_id"
    gene_sets: Annotated[
        Path | None,
        Setting("GMT file: over-representation of a cluster's targets.", needs=("clusters",)),
    ] = None
    seed: Annotated[int, Setting("For draws, shuffles and random clusters.", SEED)] = 0
    threads: Annotated[int, Setting("CPU cores.", PROCESSES)] = 1

    def __post_init__(self) -> None:
        check_settings(self)


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """How a model is explained.

    Parameters
    ----------
    motifs
        Collections in MEME format to match kernels with; none leaves matching out.
    shuffles
        Shuffles of each kernel for the permutation q-values.
    made_up_targets
        Made-up targets for each miRNA and kind of site.
    seed
        Of shuffles and made-up targets.
    """

    motifs: Annotated[
        tuple[Path, ...],
        Setting(
            "Motif collection in MEME format, e.g. of JASPAR or ATtRACT; can be repeated. Needs memelite "
            "(pip install 'dmiso[motif]'), whose first call compiles for minutes."
        ),
    ] = ()
    shuffles: Annotated[
        int,
        Setting(
            "Shuffles of each kernel for the permutation q-values.", Range(1, 100_000), needs=("motifs",)
        ),
    ] = 300
    made_up_targets: Annotated[
        int,
        Setting(
            "Made-up targets for each miRNA and kind of site.", Range(1, 10_000), formerly=("--targets",)
        ),
    ] = 10
    seed: Annotated[int, Setting("For shuffles and made-up targets.", SEED)] = 0

    def __post_init__(self) -> None:
        check_settings(self)
