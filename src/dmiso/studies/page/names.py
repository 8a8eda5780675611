"""What the page calls subjects, metrics and data."""

from __future__ import annotations

from typing import Final

__all__ = ["METRICS", "shown_data", "shown_metric", "shown_subject"]

METRICS: Final = {
    "auroc": "AUROC",
    "average_precision": "AUPR",
    "f1": "F1",
    "precision": "Precision",
    "recall": "Recall",
    "specificity": "Specificity",
    "within_mirna_auroc": "AUROC within a miRNA",
    "call_auroc": "AUROC of calls",
}
"""The paper's six metrics first, by its names."""

_SUBJECTS: Final = {
    "network": "network trained here",
    "rnacofold": "RNAcofold energy alone",
    "rnaduplex": "RNAduplex energy alone",
    "rnahybrid": "RNAhybrid",
    "miranda": "miRanda",
    "targetscan": "TargetScan",
    "rna22": "RNA22",
    "miraw": "miRAW",
    "mitar": "miTAR",
    "target_gc": "GC of the site alone",
    "target_kmers": "k-mers of the site alone",
    "target_length": "length of the site alone",
    "mirna_identity": "miRNA alone",
    "mirna_identity_inverted": "miRNA alone, inverted",
    "seed_class": "seed match alone",
}

_DATA: Final = {
    "test": "held-out 20 %",
    "second": "second data",
    "training data": "training data, tenfold",
    "primary": "interactions trained on",
}


def shown_subject(name: str) -> str:
    """Return what the page calls a subject.

    Examples
    --------
    >>> shown_subject("rnacofold"), shown_subject("network, L1 0.0001"), shown_subject("mitar, miRNA only")
    ('RNAcofold energy alone', 'network trained here, L1 0.0001', 'miTAR, miRNA only')
    """
    subject, comma, rest = name.partition(",")
    return _SUBJECTS.get(subject, subject) + comma + rest


def shown_metric(name: str) -> str:
    """Return what the page calls a metric."""
    return METRICS.get(name, name.replace("_", " "))


def shown_data(name: str) -> str:
    """Return what the page calls data."""
    return _DATA.get(name, name)
