"""The gate of ``--recall``: which offsets of a transcript need not be scored in full."""
