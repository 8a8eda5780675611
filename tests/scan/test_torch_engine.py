"""A scan with the engine in torch finds what the one in numba finds."""

import numpy as np
import pytest

from dmiso.errors import UsageError
from dmiso.scan.scanner import scan_sites
from dmiso.settings.scan import ScanSettings

pytest.importorskip("torch")

MIRNAS = {"let-7a": "UGAGGUAGUAGGUUGUAUAGUU", "miR-124": "UAAGGCACGCGGUGAAUGCC"}


@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_scan__with_torch_finds_the_same_sites(precision, rng, random_rna):
    targets = {f"t{n}": random_rna(rng, n) for n in (0, 40, 90, 900, 2_500)}
    numba = scan_sites(MIRNAS, targets, settings=ScanSettings(min_percentile=90, decoys=1))
    settings = ScanSettings(min_percentile=90, decoys=1, engine="torch", precision=precision)
    torch = scan_sites(MIRNAS, targets, settings=settings)
    assert numba.height > 5
    assert torch.drop("logit", "score", "percentile").equals(numba.drop("logit", "score", "percentile"))
    np.testing.assert_allclose(torch["logit"], numba["logit"], atol=1e-4)


def test_scan__with_torch_looks_only_where_it_is_asked_to(rng, random_rna):
    from dmiso.io.transcripts import Transcript

    target = Transcript("t", random_rna(rng, 1_500), cds=(300, 900))
    found = [
        scan_sites(
            MIRNAS,
            {"t": target},
            settings=ScanSettings(min_percentile=80, decoys=0, regions=("cds",), engine=engine),
        )
        for engine in ("numba", "torch")
    ]
    assert found[0].height
    assert set(found[1]["region"]) == {"CDS"}
    assert found[1].select("mirna_id", "start", "end").equals(found[0].select("mirna_id", "start", "end"))


def test_scan__refuses_what_torch_cannot():
    with pytest.raises(UsageError, match="recall below 1 is of the engine in numba"):
        ScanSettings(recall=0.9, engine="torch")
    settings = ScanSettings(engine="torch", decoys=0)
    with pytest.raises(UsageError, match="network dmiso has no logit for each position"):
        scan_sites(MIRNAS, {"t": "ACGU" * 20}, "dmiso-chimeras@v0.1.0", settings)
