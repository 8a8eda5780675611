"""Keras files in and out: round trip to the bit, and every difference or damage named."""

import json

import h5py
import numpy as np
import pytest

from dmiso.errors import ModelError, UsageError
from dmiso.models import ModelConfig, StoredModel, read_model, write_model
from dmiso.models.export import export_model
from dmiso.models.keras import import_keras


@pytest.fixture
def model(tmp_path, parts):
    return write_model(tmp_path / "own", **parts)


@pytest.fixture
def files(tmp_path, model):
    """An architecture and weights that can be imported."""
    weights, architecture = export_model(model, tmp_path / "keras" / "top.h5")
    return architecture, weights


def edit(path, layer, **settings):
    """Change settings of one layer in an architecture file; ``a__b`` reaches inside ``a``."""
    fields = json.loads(path.read_text(encoding="utf-8"))
    config = next(found for found in fields["config"]["layers"] if found["name"] == layer)["config"]
    for key, value in settings.items():
        *outer, last = key.split("__")
        inner = config
        for step in outer:
            inner = inner[step]
        inner[last] = value
    path.write_text(json.dumps(fields), encoding="utf-8")


def test_round_trip__through_keras_files_is_exact(tmp_path, model, files):
    back = import_keras(*files, tmp_path / "back", name="back@v1.0.0")
    assert back.weights.keys() == model.weights.keys()
    for name, array in model.weights.items():
        assert back.weights[name].tobytes() == array.tobytes(), name


def test_import__crops_at_the_centre_scores_as_the_network_does_and_says_where_from(tmp_path, files):
    back = import_keras(*files, tmp_path / "back")
    assert (back.config.name, back.config.crop, back.calibration.kind) == ("back", "centre", "identity")
    assert back.config.training["imported_from_keras"]["keras_version"] == "2.3.1"
    assert back.config.training["imported_from_keras"]["weights_sha256"] in back.card
    assert str(tmp_path) not in back.card + json.dumps(back.config.training)


def test_keras_arrays__have_keras_axes(files, model):
    with h5py.File(files[1]) as file:
        assert file["conv1d_1/conv1d_1/kernel:0"].shape == (8, 4, 10)
        assert file["dense_1/dense_1/kernel:0"].shape == (1400, 100)
        lstm = file["bidirectional_1/bidirectional_1/backward_lstm_1/recurrent_kernel:0"]
        np.testing.assert_array_equal(lstm[()], model.weights["recurrent.weight_hh_l0_reverse"].T)


@pytest.mark.parametrize(
    ("layer", "settings", "message"),
    [
        (
            "conv1d_2",
            {"kernel_size": [7]},
            r"layer conv1d_2 \(target_convolution\): kernel_size is \[7\], but \[8\]",
        ),
        ("conv1d_1", {"activation": "relu"}, r"conv1d_1 .*activation is 'relu', but 'linear'"),
        ("max_pooling1d_1", {"strides": [4]}, r"max_pooling1d_1 \(mirna_pool\): strides is \[4\], but \[1\]"),
        ("concatenate_1", {"axis": -1}, r"concatenate_1 .*axis is -1, but 1"),
        ("batch_normalization_3", {"epsilon": 1e-5}, r"batch_normalization_3 .*epsilon is 1e-05, but 0.001"),
        ("bidirectional_1", {"merge_mode": "sum"}, r"bidirectional_1 .*merge_mode is 'sum', but 'concat'"),
        ("bidirectional_1", {"layer__config__units": 12}, r"layer\.config\.units is 12, but 10"),
        ("bidirectional_1", {"layer__class_name": "GRU"}, r"layer\.class_name is 'GRU', but 'LSTM'"),
        ("dense_1", {"units": 64}, r"dense_1 \(dense\): units is 64, but 100 in the published network"),
        ("dropout_2", {"rate": 0.4}, r"dropout_2 .*rate is 0.4, but 0.5"),
        ("mirna", {"batch_input_shape": [None, 22, 4]}, r"one InputLayer layer for the mirna, with shape"),
    ],
)
def test_import__names_the_layer_that_differs(tmp_path, files, layer, settings, message):
    edit(files[0], layer, **settings)
    with pytest.raises(ModelError, match=message):
        import_keras(*files, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def change_layers(path, change):
    fields = json.loads(path.read_text(encoding="utf-8"))
    change(fields["config"]["layers"])
    path.write_text(json.dumps(fields), encoding="utf-8")


def test_import__names_branches_joined_the_other_way_round(tmp_path, files):
    def swap(layers):
        merge = next(layer for layer in layers if layer["name"] == "concatenate_1")
        merge["inbound_nodes"][0].reverse()

    change_layers(files[0], swap)
    with pytest.raises(
        ModelError, match="one Concatenate layer after max_pooling1d_1 and max_pooling1d_2; found 0"
    ):
        import_keras(*files, tmp_path / "back")


def test_import__names_a_layer_of_another_class(tmp_path, files):
    def change(layers):
        next(layer for layer in layers if layer["name"] == "flatten_1")["class_name"] = "GlobalMaxPooling1D"

    change_layers(files[0], change)
    with pytest.raises(
        ModelError, match=r"flatten_1 \(flat\) is GlobalMaxPooling1D; the published network has Flatten"
    ):
        import_keras(*files, tmp_path / "back")


def test_import__names_a_layer_too_many(tmp_path, files):
    layer = {
        "name": "extra",
        "class_name": "Dense",
        "config": {},
        "inbound_nodes": [[["activation_4", 0, 0, {}]]],
    }
    change_layers(files[0], lambda layers: layers.append(layer))
    with pytest.raises(ModelError, match="layer extra is not part of the published network"):
        import_keras(*files, tmp_path / "back")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"class_name": "Model"}', b"\xff\xfe", b'{"config": 3}']
)
def test_import__malformed_architecture_is_named(tmp_path, files, content):
    files[0].write_bytes(content)
    with pytest.raises(ModelError, match=r"top\.json: not a Keras architecture .*Give what model\.to_json"):
        import_keras(*files, tmp_path / "back")


@pytest.mark.parametrize("kept", [0, 100, 5_000, -200])
def test_import__truncated_weights_are_named(tmp_path, files, kept):
    content = files[1].read_bytes()
    files[1].write_bytes(content[:kept])
    with pytest.raises(
        ModelError, match=r"top\.h5: damaged, or not the weights .*Give what model\.save_weights"
    ):
        import_keras(*files, tmp_path / "back")


def test_import__missing_files_are_named(tmp_path, files):
    with pytest.raises(
        ModelError, match=r"none\.json: no such file\. Give the architecture that model\.to_json"
    ):
        import_keras(tmp_path / "none.json", files[1], tmp_path / "back")
    with pytest.raises(
        ModelError, match=r"none\.h5: no such file\. Give the weights that model\.save_weights"
    ):
        import_keras(files[0], tmp_path / "none.h5", tmp_path / "back")
    with pytest.raises(ModelError, match="keras: cannot be read"):
        import_keras(files[0], files[1].parent, tmp_path / "back")


@pytest.mark.parametrize(
    ("array", "value", "message"),
    [
        ("dense_1/dense_1/kernel:0", np.zeros((1400, 99)), r"tensor dense\.weight has shape \(99, 1400\)"),
        ("dense_2/dense_2/bias:0", np.zeros((1, 2)), "dense_2/bias:0 has 2 axes; expected 1"),
        ("dense_2/dense_2/bias:0", np.array([np.nan]), "dense_2/bias:0 has numbers that are not finite"),
        ("dense_2/dense_2/bias:0", None, r"top\.h5: damaged, or not the weights"),
    ],
)
def test_import__names_the_array_that_does_not_fit(tmp_path, files, array, value, message):
    with h5py.File(files[1], "r+") as file:
        del file[array]
        if value is not None:
            file[array] = value.astype(np.float32)
    with pytest.raises(ModelError, match=message):
        import_keras(*files, tmp_path / "back")


def test_import__names_a_layer_with_other_arrays(tmp_path, files):
    with h5py.File(files[1], "r+") as file:
        file["dense_2"].attrs["weight_names"] = np.array(["dense_2/kernel:0"], dtype="S")
    with pytest.raises(
        ModelError, match=r"layer /dense_2 has arrays \['dense_2/kernel:0'\]; expected \['kernel', 'b"
    ):
        import_keras(*files, tmp_path / "back")


def test_export__npz_holds_every_tensor(tmp_path, model):
    assert export_model(model, tmp_path / "w.npz") == [tmp_path / "w.npz"]
    with np.load(tmp_path / "w.npz") as arrays:
        assert set(arrays.files) == set(model.weights)
        np.testing.assert_array_equal(arrays["dense.weight"], model.weights["dense.weight"])


def test_export__directory_is_a_copy(tmp_path, model):
    export_model(model, tmp_path / "copy@v1.0.0")
    copy = read_model(tmp_path / "copy@v1.0.0")
    assert copy.weights_sha256 == model.weights_sha256
    assert (copy.config, copy.calibration, copy.card) == (model.config, model.calibration, model.card)


def test_export__unknown_ending_lists_the_known(tmp_path, model):
    with pytest.raises(
        UsageError, match=r"w\.onnx: \.onnx is not written\. Use \.npz, \.h5, or the name of a dir"
    ):
        export_model(model, tmp_path / "w.onnx")


def test_export__only_the_published_network_has_a_keras_form(tmp_path, model):
    other = StoredModel(
        config=ModelConfig(name="x", network="duplex"),
        weights=model.weights,
        calibration=model.calibration,
        card="",
        path=tmp_path,
        weights_sha256="",
    )
    with pytest.raises(ModelError, match="network duplex has no Keras form"):
        export_model(other, tmp_path / "w.h5")


@pytest.mark.real_data
def test_published_files__are_imported_with_every_array_in_its_place(tmp_path, shared_data):
    folder = shared_data / "published_dmiso"
    model = import_keras(folder / "model_top.json", folder / "model_top.h5", tmp_path / "published")
    with h5py.File(folder / "model_top.h5") as file:
        kernel = file["conv1d_2/conv1d_2/kernel:0"][()]
        forget = file["bidirectional_1/bidirectional_1/forward_lstm_1/kernel:0"][()][:, 10:20]
    np.testing.assert_array_equal(model.weights["target_convolution.weight"][3, 1], kernel[:, 1, 3])
    np.testing.assert_array_equal(model.weights["recurrent.weight_ih_l0"][10:20], forget.T)
    assert model.config.crop == "centre"


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("external link", "a link to elsewhere"),
        ("soft link", "a link to elsewhere"),
        ("external storage", "lies in another file"),
        ("virtual", "lies in another file"),
        ("3.6 TiB", r"tensor dense\.bias has shape \(1000000000000,\)"),
        ("huge chunk", "is stored in chunks of"),
        ("text", "numbers of type"),
        ("group", "is not an array"),
    ],
)
def test_import__reads_no_array_that_is_not_all_in_the_file(tmp_path, files, kind, message):
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["b"] = np.zeros(100, np.float32)
    with h5py.File(files[1], "r+") as file:
        root = file.get("model_weights", file)
        group = root["dense_1/dense_1"]
        del group["bias:0"]
        if kind == "external link":
            group["bias:0"] = h5py.ExternalLink(str(other), "b")
        elif kind == "soft link":
            group["bias:0"] = h5py.SoftLink(group["kernel:0"].name)
        elif kind == "external storage":
            group.create_dataset("bias:0", (100,), "f4", external=[(str(tmp_path / "raw"), 0, 400)])
        elif kind == "virtual":
            layout = h5py.VirtualLayout((100,), "f4")
            layout[:] = h5py.VirtualSource(str(other), "b", (100,))
            group.create_virtual_dataset("bias:0", layout)
        elif kind == "3.6 TiB":
            group.create_dataset("bias:0", (10**12,), "f4", chunks=(1024,))
        elif kind == "huge chunk":
            group.create_dataset("bias:0", (100,), "f4", chunks=(10**8,), maxshape=(None,))
        elif kind == "text":
            group.create_dataset("bias:0", (100,), "S4")
        else:
            group.create_group("bias:0")
    with pytest.raises(ModelError, match=message):
        import_keras(*files, tmp_path / "new")
    assert not (tmp_path / "new").exists()
