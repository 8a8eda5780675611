"""What a run of chimeras says of miRNAs, isomiRs and targets, as tables."""
