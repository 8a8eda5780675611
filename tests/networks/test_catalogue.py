"""What is asked of a network by its name stands in its entry: a third one, added as CONTRIBUTING says, works."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from dmiso.encode import encode, one_hot  # noqa: E402
from dmiso.errors import ModelError, UsageError  # noqa: E402
from dmiso.explain.run_model import ModelSettings, explain_model_files  # noqa: E402
from dmiso.models import read_model, resolve  # noqa: E402
from dmiso.models.export import export_model  # noqa: E402
from dmiso.networks import (  # noqa: E402
    NetworkEntry,
    build_network,
    late,
    load_weights,
    network_entry,
    network_names,
)
from dmiso.networks.catalogue import NETWORKS, training_defaults  # noqa: E402
from dmiso.predict import Predictor  # noqa: E402
from dmiso.scan.scanner import Scanner, scan_sites  # noqa: E402
from dmiso.settings.scan import ScanSettings  # noqa: E402
from dmiso.train import settings_for, train  # noqa: E402

LENGTHS = 24, 40
LET_7A = "UGAGGUAGUAGGUUGUAUAGUU"


# 1. the network, and its tensors without torch


class TinyNetwork(torch.nn.Module):
    """The logit is a weighted sum of how often each nucleotide occurs."""

    def __init__(self, gain: int = 1) -> None:
        super().__init__()
        self.gain = gain
        self.count = torch.nn.Linear(8, 1)

    def forward(self, mirna, target):
        return self.gain * self.count(torch.cat([mirna.sum(1), target.sum(1)], 1))[:, 0]


def tiny_shapes(config):
    if (config.mirna_length, config.target_length) != LENGTHS:
        raise ModelError(f"network tiny takes {LENGTHS[0]} and {LENGTHS[1]} nucleotides")
    if unknown := sorted(set(config.settings) - {"gain"}):
        raise ModelError(f"network tiny has no setting {unknown[0]}. Known: gain")
    return {"count.weight": (1, 8), "count.bias": (1,)}


# 2. its engine


class TinyEngine:
    """The same without torch."""

    def __init__(self, weights, *, threads=1, source=""):
        del threads, source
        self.mirna, self.target = weights["count.weight"][0, :4], weights["count.weight"][0, 4:]
        self.bias = weights["count.bias"][0]

    def logits_pairs(self, mirna_codes, target_codes):
        parts = ((mirna_codes, self.mirna), (target_codes, self.target))
        logits = self.bias + sum(counts(codes) @ weights for codes, weights in parts)
        return logits.astype(np.float32)

    def logits_grid(self, mirna_codes, target_codes):
        mirna, target = counts(mirna_codes) @ self.mirna, counts(target_codes) @ self.target
        return (self.bias + mirna[:, None] + target).astype(np.float32)


def counts(codes):
    return one_hot(codes).sum(1)


# 3. its entry


@pytest.fixture
def tiny(monkeypatch):
    entry = NetworkEntry(
        shapes=tiny_shapes,
        tensors=lambda config: len(tiny_shapes(config)),
        module=f"{__name__}:TinyNetwork",
        engine=f"{__name__}:TinyEngine",
        mirna_length=LENGTHS[0],
        target_length=LENGTHS[1],
        training={"epochs": 1, "learning_rate": 0.1},
    )
    monkeypatch.setitem(NETWORKS, "tiny", entry)


@pytest.fixture
def trained(tiny, tmp_path, rng):
    """A model directory of the third network, trained with its own defaults."""
    del tiny
    path = tmp_path / "pairs.tsv"
    rows = []
    for label in (1, 0) * 60:
        site = "".join(rng.choice(list("AAACU" if label else "CCCAU"), 35))
        rows.append(f"{LET_7A}\t{site}\t{label}\t{len(rows)}\n")
    path.write_text("mirna_sequence\ttarget_sequence\tlabel\tcluster\n" + "".join(rows), encoding="utf-8")
    settings = settings_for("tiny", batch_size=10, validation_share=0.3)
    assert settings.epochs == 1
    train(path, tmp_path / "model", settings)
    return read_model(tmp_path / "model")


def test_third_network__trains_an_epoch_and_predicts_the_logits_of_its_torch_module(trained):
    assert (trained.config.mirna_length, trained.config.target_length) == LENGTHS
    sites = ["A" * 30, "C" * 35]
    table = Predictor(trained).predict(mirnas={"let-7a": LET_7A}, targets=dict(zip("ac", sites, strict=True)))
    logits = table.sort("target_id")["logit"].to_list()
    assert logits[0] > logits[1]
    network = build_network(trained.config)
    load_weights(network, trained.weights)
    mirna, target = (torch.tensor(one_hot(encode(*given))) for given in (([LET_7A] * 2, 24), (sites, 40)))
    assert logits == pytest.approx(network(mirna, target).tolist(), abs=1e-5)


def test_third_network__without_positions_is_scanned_by_windows_and_refused_where_positions_are_needed(
    trained,
):
    found = scan_sites(
        {"let-7a": LET_7A}, {"t": "C" * 60 + "A" * 50 + "C" * 60}, trained, ScanSettings(decoys=0)
    )
    assert 60 in found["start"].to_list()
    assert set((found["end"] - found["start"]).to_list()) == {LENGTHS[1]}
    with pytest.raises(UsageError, match="network tiny, which has no gate to skip offsets") as caught:
        Scanner.of(trained, ScanSettings(recall=0.9))
    assert str(caught.value).endswith("Use recall 1, or a model of network duplex.")


def test_third_network__with_positions_is_scanned_by_them_and_needs_a_gate_for_less_recall(monkeypatch):
    own = resolve()
    monkeypatch.setitem(NETWORKS, "third", replace(network_entry(own.config.network), gate=None))
    third = replace(own, config=msgspec.structs.replace(own.config, network="third"))
    sequences = {"let-7a": LET_7A}, {"t": "C" * 60 + "ACUAUACAACCUACUACCUCA" + "G" * 60}
    found = scan_sites(*sequences, third, ScanSettings(decoys=0))
    assert found.height
    assert found.equals(scan_sites(*sequences, own, ScanSettings(decoys=0)))
    with pytest.raises(UsageError, match="network third, which has no gate to skip offsets"):
        Scanner.of(third, ScanSettings(recall=0.9))


def test_third_network__has_no_keras_form_nor_outputs_by_source_nor_kernels(trained, tmp_path):
    with pytest.raises(
        ModelError, match=r"network tiny has no Keras form\. Use .npz, or a model of network dmiso"
    ):
        export_model(trained, tmp_path / "model.h5")
    with pytest.raises(
        UsageError, match=r"network tiny has one output only\. Drop it, or train network duplex"
    ):
        train(tmp_path / "pairs.tsv", tmp_path / "other", settings_for("tiny", by_source=True))
    explained = explain_model_files(
        trained, output=tmp_path / "explained", settings=ModelSettings(made_up_targets=3)
    )
    assert explained.motifs == []


def test_sizes__that_a_network_does_not_have_are_refused(trained, tmp_path):
    del trained
    with pytest.raises(ModelError, match="network tiny has no setting channels"):
        train(tmp_path / "pairs.tsv", tmp_path / "other", settings_for("tiny", sizes={"channels": 3}))


@pytest.mark.parametrize("name", network_names())
def test_entries__name_what_exists(name):
    entry = network_entry(name)
    named = (entry.module, entry.engine, entry.scanner, entry.gate, entry.keras, entry.pair_tables)
    assert all(late(part) is not None for part in named if part is not None)
    fields = set(settings_for(name).as_dict())
    assert set(training_defaults(name)) | set(entry.trained_settings) <= fields


def test_entries__are_of_what_the_bundled_model_needs():
    entry = network_entry(resolve().config.network)
    assert entry.scanner is not None
    assert entry.gate is not None
