"""The state of an unfinished run: whole, without pickle, and refused to other runs."""

import json
import struct

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from dmiso.errors import DmisoError, UsageError
from dmiso.train.checkpoint import CHECKPOINT_FILE, Checkpoint, _hash_of, load_checkpoint, save_checkpoint
from dmiso.train.curves import CurveRow

ROW = CurveRow(
    epoch=1,
    learning_rate=0.1,
    train_loss=0.1 + 0.2,
    penalty=0.0,
    validation_loss=0.7,
    validation_average_precision=1 / 3,
    validation_auroc=0.5,
)
STATE = Checkpoint(
    network={"a.weight": np.arange(6, dtype=np.float32).reshape(2, 3), "a.count": np.array(7)},
    best={"a.weight": np.full((2, 3), np.float32(1 / 3)), "a.count": np.array(5)},
    optimizer={"0.step": np.array(3.0, np.float32), "0.exp_avg": np.zeros((2, 3), np.float32)},
    rows=[ROW],
    n_missing=3,
)


def test_checkpoint__gives_back_every_bit(tmp_path):
    save_checkpoint(tmp_path / "new" / "state", STATE, {"seed": 1})
    loaded = load_checkpoint(tmp_path / "new" / "state", {"seed": 1})
    assert loaded.rows == [ROW]
    assert loaded.n_missing == 3
    for group in ("network", "best", "optimizer"):
        stored, given = getattr(loaded, group), getattr(STATE, group)
        assert stored.keys() == given.keys()
        for name, array in given.items():
            assert stored[name].dtype == array.dtype
            assert stored[name].shape == array.shape
            assert stored[name].tobytes() == array.tobytes()


def test_checkpoint__is_one_safetensors_file(tmp_path):
    save_checkpoint(tmp_path, STATE, {"seed": 1})
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT_FILE]
    with safe_open(tmp_path / CHECKPOINT_FILE, framework="numpy") as handle:
        assert "network/a.weight" in set(handle.keys())


def test_checkpoint__none_where_nothing_was_saved(tmp_path):
    assert load_checkpoint(tmp_path, {"seed": 1}) is None


def test_checkpoint__another_run_is_refused_and_the_difference_named(tmp_path):
    save_checkpoint(tmp_path, STATE, {"seed": 1, "l1": 0.01, "data_sha256": "ab"})
    with pytest.raises(UsageError) as caught:
        load_checkpoint(tmp_path, {"seed": 1, "l1": 0.02, "data_sha256": "ab"})
    assert "holds an unfinished run of another kind (l1 0.01 there, 0.02 now)" in str(caught.value)
    assert str(caught.value).endswith(
        "Repeat its settings to finish it, or remove that folder to begin again."
    )


def flipped(whole, position):
    return whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :]


def test_checkpoint__any_damage_is_said_with_the_hint(tmp_path):
    save_checkpoint(tmp_path, STATE, {"seed": 1})
    path = tmp_path / CHECKPOINT_FILE
    whole = path.read_bytes()
    damaged = [whole[:n] for n in range(0, len(whole), 7)] + [
        flipped(whole, n) for n in range(8, len(whole), 5)
    ]
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(
            DmisoError, match=r"the state of the unfinished run is damaged \(.*Remove .*begins again"
        ):
            load_checkpoint(tmp_path, {"seed": 1})


def sealed(tensors, said='{"fingerprint": {"seed": 1}, "rows": [], "n_missing": 0}'):
    """Return the metadata of a state whose hash is right, whatever it holds."""
    return {"dmiso": said, "sha256": _hash_of(tensors, said)}


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("network/a", np.array([1, np.nan], np.float32), "numbers that are not finite"),
        ("optimizer/0.exp_avg", np.array([np.inf], np.float64), "numbers that are not finite"),
        ("best/n.running_var", np.array([-1], np.float32), "a variance below 0"),
        ("network/a", np.array([1], np.float16), "expected float32"),
    ],
)
def test_checkpoint__is_looked_at_as_a_models_weights_are(name, values, reason, tmp_path):
    tensors = {name: values}
    save_file(tensors, tmp_path / CHECKPOINT_FILE, metadata=sealed(tensors))
    with pytest.raises(DmisoError, match=rf"damaged \(.*{reason}"):
        load_checkpoint(tmp_path, {"seed": 1})


def test_checkpoint__that_says_more_than_it_holds_takes_no_memory(tmp_path):
    header = json.dumps({"network/a": {"dtype": "F32", "shape": [10**11], "data_offsets": [0, 4 * 10**11]}})
    (tmp_path / CHECKPOINT_FILE).write_bytes(struct.pack("<Q", len(header)) + header.encode())
    with pytest.raises(DmisoError, match=r"damaged \(.*400,000,000,000 bytes of numbers, 0 follow"):
        load_checkpoint(tmp_path, {"seed": 1})


def test_checkpoint__with_nested_texts_is_damaged(tmp_path):
    tensors = {"network/a": np.zeros(1, np.float32)}
    save_file(tensors, tmp_path / CHECKPOINT_FILE, metadata=sealed(tensors, "[" * 100_000))
    with pytest.raises(DmisoError, match=r"the state of the unfinished run is damaged"):
        load_checkpoint(tmp_path, {"seed": 1})


def test_checkpoint__of_a_version_without_a_hash_is_damaged(tmp_path):
    save_file({"network/a": np.zeros(2, np.float32)}, tmp_path / CHECKPOINT_FILE, metadata={"dmiso": "{}"})
    with pytest.raises(DmisoError, match=r"damaged \('sha256'\)"):
        load_checkpoint(tmp_path, {"seed": 1})


def test_checkpoint__a_folder_in_its_place_is_no_state(tmp_path):
    (tmp_path / CHECKPOINT_FILE).mkdir()
    assert load_checkpoint(tmp_path, {"seed": 1}) is None
