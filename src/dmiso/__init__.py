"""dmiso: the mRNA sites that miRNAs and isomiRs bind."""

__version__ = "0.1.0"
