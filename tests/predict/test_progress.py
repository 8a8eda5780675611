"""Predictions tell how far they are while one batch is scored."""

import pytest

from dmiso.predict import load_model
from dmiso.workers import listening


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("model", ["duplex-chimeras@v0.2.0", "dmiso-chimeras@v0.1.0"])
def test_predict__counts_windows_within_a_batch(model, threads, rng, random_rna):
    predictor = load_model(model, threads=threads)
    mirnas = {f"m{i}": random_rna(rng, 22) for i in range(3)}
    targets = {f"t{i}": random_rna(rng, 50) for i in range(400)}
    told = []
    with listening(lambda *work: told.append(work)):
        predictor.predict(mirnas=mirnas, targets=targets)
    assert {(what, total) for what, _, total in told} == {("windows scored", None)}
    done = [n for _, n, _ in told]
    assert done[0] == 0
    assert done == sorted(done)
    assert done[-1] == 3 * 400
    assert len(done) > 2
