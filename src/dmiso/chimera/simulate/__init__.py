"""Samples of chimeric reads whose truth is known, and how near a run comes to it."""
