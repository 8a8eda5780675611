"""How good a score is, and whether the data let one tell: metrics, intervals, baselines, audit, behaviour."""
