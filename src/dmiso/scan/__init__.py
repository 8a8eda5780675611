"""Whole transcriptomes: miRNAs/isomiRs × transcripts → sites with an error rate → genes."""

from dmiso.scan.genes import add_occupancy, gene_scores
from dmiso.scan.scanner import Scanner, scan_sites
from dmiso.settings.scan import ScanSettings
from dmiso.verbs import callable_room

__all__ = ["ScanSettings", "Scanner", "add_occupancy", "gene_scores", "scan_sites"]

callable_room(__name__)
