"""dmiso: the mRNA sites that miRNAs and isomiRs bind.

``dmiso.load_model(...)`` gives a predictor; its ``predict`` takes what ``dmiso predict`` takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from dmiso.predict import Predictor

__all__ = ["__version__", "load_model"]

__version__ = "0.1.0"


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
    from dmiso.predict import load_model as load  # numpy and polars load only when a model is asked for

    return load(model, threads=threads)
