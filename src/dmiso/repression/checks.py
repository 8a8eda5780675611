"""Whether a model of repression is whole and works: files, sums, shapes, a prediction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.errors import ModelError
from dmiso.io.transcripts import Transcript
from dmiso.models.registry import BUNDLED, Finding, check_sums, read_registry
from dmiso.records import Counts, SequenceRecord
from dmiso.repression.predict import predict_repression
from dmiso.repression.sites import ALL_UTR3
from dmiso.repression.store import REPRESSION_FILES, read_repression, repression_names

if TYPE_CHECKING:
    from os import PathLike

    from dmiso.repression.store import StoredRepression

__all__ = ["check_repression"]

_PROBE: Final = ("UGAGGUAGUAGGUUGUAUAGUU", "GCAGCAUUGCAACUAUACAACCUACUACCUCAUUGCAGCAAGC" * 4)
"""let-7a, and a made-up 3'UTR with four sites for it."""


def check_repression(model: str | PathLike[str], *, bundled: Path | None = None) -> list[Finding]:
    """Look at everything that can be wrong with a model of repression.

    Parameters
    ----------
    model
        A bundled name or a directory.
    bundled
        Directory of bundled models; None means the package's own.

    Returns
    -------
    list of Finding
        In the order looked at; it ends at the first that makes the next impossible.

    Examples
    --------
    >>> [finding.check for finding in check_repression("no-such-model")]
    ['files']
    """
    name = str(model)
    is_bundled = name in repression_names(bundled)
    directory = (bundled or BUNDLED) / name if is_bundled else Path(name)
    missing = [file for file in REPRESSION_FILES if not (directory / file).is_file()]
    if missing:
        return [Finding("files", False, f"{directory} lacks {', '.join(missing)}")]
    findings = [Finding("files", True, ", ".join(REPRESSION_FILES))]
    if is_bundled:
        wrong = check_sums(directory, read_registry(bundled).repression[name], files=REPRESSION_FILES)
        findings.append(Finding("sums", not wrong, "; ".join(wrong) or "as registered"))
    else:
        findings.append(Finding("sums", True, "not registered"))
    try:
        stored = read_repression(directory)
    except ModelError as error:
        return [*findings, Finding("shapes", False, str(error))]
    sets = ", ".join(
        f"{key} of {len(features.sites) + len(features.transcripts)}"
        for key, features in stored.config.weight_sets.items()
    )
    return [*findings, Finding("shapes", True, f"weight sets: {sets} features"), _check_probe(stored)]


def _check_probe(stored: StoredRepression) -> Finding:
    """Predict a made-up pair."""
    mirna, utr3 = _PROBE
    found = predict_repression(
        stored, [SequenceRecord("probe", mirna)], [Transcript("probe", utr3, ALL_UTR3)], Counts()
    )
    fold = float(found.gene_table()["repression"][0])
    return Finding("prediction", bool(np.isfinite(fold)), f"probe repression {fold:.4f} log2")
