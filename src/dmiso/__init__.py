"""dmiso: the mRNA sites that miRNAs and isomiRs bind, and the genes they repress.

The verbs take paths, sequences, lists, dicts, pandas or polars frames, and give frames: :func:`predict`, :func:`scan`,
:func:`isomirs`, :func:`compare`, :func:`chimeras`, :func:`dataset`, :func:`train`, :func:`evaluate`,
:func:`evaluate_fair`, :func:`evaluate_genes`, :func:`audit`, :func:`explain`, :func:`repression`, :func:`ask`,
:func:`doctor`. They do what the commands of the same names do. ``load_model`` gives a predictor for
many calls, :func:`to_pandas` any result as pandas frames.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from os import PathLike

    from dmiso.api.asking import ask
    from dmiso.api.data import chimeras, dataset, isomirs
    from dmiso.api.finding import compare, explain, predict, scan
    from dmiso.api.frames import to_pandas
    from dmiso.api.gene_scores import evaluate_genes
    from dmiso.api.judging import audit, evaluate, evaluate_fair, train
    from dmiso.api.repressing import repression
    from dmiso.doctor.examine import doctor
    from dmiso.predict.predictor import Predictor

__all__ = [
    "__version__",
    "ask",
    "audit",
    "chimeras",
    "compare",
    "dataset",
    "doctor",
    "evaluate",
    "evaluate_fair",
    "evaluate_genes",
    "explain",
    "isomirs",
    "load_model",
    "predict",
    "repression",
    "scan",
    "to_pandas",
    "train",
]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load a verb when it is first asked for: importing the package stays quick."""
    from dmiso.verbs import VERBS, verb

    if name not in VERBS:
        raise AttributeError(f"module 'dmiso' has no attribute {name!r}")
    from importlib import import_module, util

    # a room of the verb's name is the attribute that its own import leaves here, and can be called
    return import_module(f"dmiso.{name}") if util.find_spec(f"dmiso.{name}") else verb(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_model(model: str | PathLike[str] | None = None, *, threads: int = 1) -> Predictor:
    """Load a model for prediction; see :func:`dmiso.predict.load_model`.

    Parameters
    ----------
    model
        Name of a bundled model, or a model directory; None is the default model.
    threads
        CPU cores to use.

    Returns
    -------
    dmiso.predict.Predictor

    Examples
    --------
    >>> table = load_model().predict(mirnas={"let-7a": "UGAGGUAGUAGGUUGUAUAGUU"},
    ...                              targets={"site": "GGACUAUACAACCUACUACCUCAUU"})
    >>> table.columns[-3:]
    ['score', 'percentile', 'domain']
    """
    import gc

    # a tenth of the time goes into looking for garbage among the hundred thousand objects of a first import
    collects = gc.isenabled()
    gc.disable()
    try:
        import numpy.ma  # noqa: F401 - polars does so at its first column of numbers, outside of this block

        from dmiso.predict import load_model as load  # numpy and polars load only when a model is asked for

        return load(model, threads=threads)
    finally:
        if collects:
            gc.enable()
