"""Scores of genes by any tool against what miRNAs do to genes: over-expressions and knock-outs, baselines beside."""

from dmiso.evaluate.genes.run import (
    EVALUATE_GENES_FOLDER,
    EvaluateGenesInputs,
    GeneEvaluation,
    evaluate_genes_files,
)

__all__ = ["EVALUATE_GENES_FOLDER", "EvaluateGenesInputs", "GeneEvaluation", "evaluate_genes_files"]
