"""Many samples of raw small-RNA reads to one mirGFF3 and count matrices.

In the order of things: ``inputs`` (which files are which sample) → ``inserts`` (reads of a sample to distinct inserts)
→ ``features`` (what a row is, and its name) → ``matrices`` (counts, wide and long) → ``outputs`` (files) → ``run``.
"""
