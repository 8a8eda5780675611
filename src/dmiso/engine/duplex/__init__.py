"""The duplex network's fast forward pass, for pairs and for whole transcripts, without torch."""
