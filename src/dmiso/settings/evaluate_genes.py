"""How gene scores are judged: the settings of ``dmiso evaluate genes``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from dmiso.settings.ranges import RECORDS, REPLICATES, SEED, SHARE, Range
from dmiso.settings.setting import Setting, check_settings

__all__ = ["EvaluateGenesSettings"]

_FOLD_CHANGE: Final = Range(0, 100)
_EXPRESSION: Final = Range(-100, 1000)


@dataclass(frozen=True, slots=True)
class EvaluateGenesSettings:
    """How gene scores are judged against responses.

    Parameters
    ----------
    best
        Genes with the highest scores whose mean response is given; ties at the last of them share it.
    min_responders
        Responders, and other genes, that an experiment needs for its AUROC and average precision to count in means.
    max_fdr, min_fold_change
        A gene of a table of fold changes responds with at most this false discovery rate and at least this response
        (log2); responses that say themselves who responds are left as they are. Without false discovery rates the fold
        change alone decides.
    min_expression
        Genes of a table of fold changes below this mean expression (edgeR's logCPM, limma's AveExpr, log2 of DESeq2's
        baseMean) are left out; None keeps all.
    lower_is_better
        Names of scores of which lower ones mean more repression; layouts of tools that are known need none.
    energy_genes
        Genes per experiment that RNAduplex folds, drawn at random; None is all. It takes longer than all the rest.
    replicates
        Bootstrap replicates; 0 leaves intervals and tests out.
    seed
        For the bootstrap and the sample of genes.
    """

    best: Annotated[int, Setting("Best genes whose mean response is given.", RECORDS)] = 100
    min_responders: Annotated[
        int, Setting("Responders that an experiment needs to count in mean AUROC and AP.", RECORDS)
    ] = 10
    max_fdr: Annotated[float, Setting("A gene responds with at most this false discovery rate,", SHARE)] = (
        0.05
    )
    min_fold_change: Annotated[
        float, Setting("and at least this response, log2 fold change.", _FOLD_CHANGE)
    ] = 0.5
    min_expression: Annotated[
        float | None,
        Setting("Leave genes of lower mean expression (log2) out of tables of fold changes.", _EXPRESSION),
    ] = None
    lower_is_better: Annotated[
        Sequence[str],
        Setting("A score of which lower means more repression; can be repeated.", metavar="SCORE"),
    ] = ()
    energy_genes: Annotated[
        int | None,
        Setting("Genes per experiment that RNAduplex folds, drawn at random; or all.", RECORDS),
    ] = 200
    replicates: Annotated[
        int, Setting("Bootstrap replicates; 0 leaves intervals and tests out.", REPLICATES)
    ] = 1000
    seed: Annotated[int, Setting("For the bootstrap and the sample of genes.", SEED)] = 0

    def __post_init__(self) -> None:
        check_settings(self)
