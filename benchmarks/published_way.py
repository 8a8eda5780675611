"""Scores pairs as the published program does, in an environment that has TensorFlow; run by ``all_against_all.py``.

The model comes from Keras JSON and HDF5 files. Each pair is turned into one-hot rows by Python code, pair by pair, and
``model.predict`` gets all of them with its default batch of 32. Requests are JSON lines ``[[miRNA, target], ...]`` on
standard input; answers are JSON lines with CPU and wall seconds and the scores.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import tensorflow as tf

_ROWS = {"A": [1, 0, 0, 0], "U": [0, 1, 0, 0], "C": [0, 0, 1, 0], "G": [0, 0, 0, 1], "N": [0.25] * 4}


def _one_hot(sequence: str, length: int) -> list[list[float]]:
    return [_ROWS[base] for base in sequence[:length].ljust(length, "N")]


def _answer(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Load the model named by the two arguments, then answer requests until the input ends."""
    begin = time.perf_counter()
    architecture, weights = sys.argv[1:]
    model = tf.keras.models.model_from_json(Path(architecture).read_text(encoding="utf-8"))
    model.load_weights(weights)
    _answer(json.dumps({"tensorflow": tf.__version__, "load_wall": time.perf_counter() - begin}))
    for line in sys.stdin:
        pairs = json.loads(line)
        cpu, wall = time.process_time(), time.perf_counter()
        mirnas = np.array([_one_hot(mirna, 30) for mirna, _ in pairs], dtype=np.float32)
        targets = np.array([_one_hot(target, 60) for _, target in pairs], dtype=np.float32)
        scores = model.predict([mirnas, targets], verbose=0)[:, 0]
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        _answer(json.dumps({"cpu": cpu, "wall": wall, "scores": scores.tolist()}))


if __name__ == "__main__":
    main()
