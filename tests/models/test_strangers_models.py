"""Model directories that a stranger wrote: each damage ends in one line, soon, and before anything is allocated."""

import ast
import json
import os
import shutil
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import dmiso
from dmiso.cli.main import _run
from dmiso.errors import ModelError
from dmiso.models import Calibration, ModelConfig, read_model, write_model
from dmiso.networks import weight_shapes
from dmiso.networks.catalogue import tensor_count
from dmiso.predict.predictor import Predictor

SETTINGS = {"channels": 3, "blocks": 2, "heads": 4, "mirna_length": 30}
LARGE = 10**7


@pytest.fixture
def directory(tmp_path, rng):
    config = ModelConfig(name="good", network="duplex", settings=SETTINGS)
    weights = {
        name: np.abs(rng.normal(0.1, 0.3, shape)).astype(np.float32)
        for name, shape in weight_shapes(config).items()
    }
    background = Calibration(percentile=tuple(float(i) for i in range(101)))
    return write_model(
        tmp_path / "m", config=config, weights=weights, calibration=background, card="# good\n"
    ).path


def field(name, value, file="config.json"):
    """Set a field of a JSON file; a text is put in as it is, to say what json cannot."""

    def mutate(folder):
        path = folder / file
        fields = json.loads(path.read_text()) if path.exists() else dict(DOMAIN)
        if isinstance(value, bytes):
            text = json.dumps(fields | {name: "PLACE"}).replace('"PLACE"', value.decode())
        else:
            text = json.dumps(fields | {name: value})
        path.write_text(text)

    return mutate


def setting(**values):
    return field("settings", SETTINGS | values)


def content(file, data):
    return lambda folder: (folder / file).write_bytes(data)


def tensor(name, value, at=0):
    def mutate(folder):
        weights = {key: array.copy() for key, array in load_file(folder / "weights.safetensors").items()}
        weights[name].reshape(-1)[at] = value
        save_file(weights, folder / "weights.safetensors")

    return mutate


def header(change):
    """Rewrite the header of the weights; the numbers stay."""

    def mutate(folder):
        path = folder / "weights.safetensors"
        data = path.read_bytes()
        (length,) = struct.unpack("<Q", data[:8])
        text = change(json.loads(data[8 : 8 + length]))
        own = (text if isinstance(text, str) else json.dumps(text)).encode()
        path.write_bytes(struct.pack("<Q", len(own)) + own + data[8 + length :])

    return mutate


def entry(name, **fields):
    return header(lambda found: found | {name: found[name] | fields})


def fifo(file):
    def mutate(folder):
        (folder / file).unlink(missing_ok=True)
        os.mkfifo(folder / file)

    return mutate


def link(file, to):
    def mutate(folder):
        (folder / file).unlink(missing_ok=True)
        (folder / file).symlink_to(to)

    return mutate


def sparse(file, size):
    def mutate(folder):
        with (folder / file).open("r+b") as handle:
            handle.truncate(size)

    return mutate


DEEP = b"[" * 100_000 + b"]" * 100_000
DOMAIN = {
    "mirna_length": [18, 25],
    "mirna_gc": [0.2, 0.8],
    "mirna_complexity": 2.0,
    "target_gc": [0.2, 0.8],
    "target_complexity": 2.0,
    "n_pairs": 10,
    "seeds": ["GAGGUAG"],
}


def domain(name, value):
    return field(name, value, "domain.json")


def calibration(name, value):
    return field(name, value, "calibration.json")


MUTATIONS = {
    "blocks of 10 million": (setting(blocks=LARGE), "are asked for"),
    "blocks of 10**18": (setting(blocks=10**18), "are asked for"),
    "one more block": (setting(blocks=3), r"blocks\.2.* is missing"),
    "channels of 10 million": (setting(channels=LARGE), "expected"),
    "heads of 10 million": (setting(heads=LARGE), "expected"),
    "heads of 0": (setting(heads=0), "1 or more"),
    "heads true": (setting(heads=True), "whole number"),
    "heads as text": (setting(heads="4"), "whole number"),
    "heads as a list": (setting(heads=[4]), "whole number"),
    "dropout as text": (setting(dropout="much"), "dropout"),
    "dropout of 1": (setting(dropout=1), "dropout"),
    "unknown setting": (setting(depth=3), "no setting depth"),
    "settings as a list": (field("settings", [1]), "Expected `object`"),
    "members of 10 million": (field("members", LARGE), "are asked for"),
    "members of 0": (field("members", 0), "at least 1"),
    "members as a fraction": (field("members", 1.5), "Expected `int`"),
    "target_length of 10 million": (field("target_length", LARGE), "at most"),
    "target_length below 0": (field("target_length", -1), "at least 1"),
    "mirna_length of 10 million": (field("mirna_length", LARGE), "at most"),
    "other mirna_length": (field("mirna_length", 29), "built for miRNAs of 30"),
    "a number of 5,000 digits": (field("members", b"9" * 5000), "JSON"),
    "NaN": (field("min_score", b"NaN"), "JSON"),
    "infinity": (field("min_score", b"1e999"), "JSON"),
    "min_score of 2": (field("min_score", 2), "0–1"),
    "two equal names": (field("name", b'"a", "name": "b"'), "stands twice"),
    "name with a line break": (field("name", "a\nb"), "one line"),
    "name of 10,000 nucleotides": (field("name", "a" * 10_000), "at most 200"),
    "name as a number": (field("name", 3), "Expected `str`"),
    "half a surrogate": (field("name", b'"\\ud800"'), "JSON"),
    "deep training": (field("training", b'{"a": ' + DEEP + b"}"), "deeper"),
    "training 40 deep": (field("training", b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}"), "deeper"),
    "deep configuration": (content("config.json", DEEP), "deeper"),
    "configuration as a list": (content("config.json", b"[]"), "expected a JSON object"),
    "configuration of NULs": (content("config.json", b"\0" * 100), "JSON"),
    "configuration not UTF-8": (content("config.json", b'{"a": "\xff"}'), "JSON"),
    "empty configuration": (content("config.json", b""), "JSON"),
    "sparse configuration": (sparse("config.json", 1 << 40), "too large"),
    "FIFO as configuration": (fifo("config.json"), "not a regular file"),
    "FIFO as weights": (fifo("weights.safetensors"), "not a regular file"),
    "FIFO as card": (fifo("card.md"), "not a regular file"),
    "FIFO as domain": (fifo("domain.json"), "not a regular file"),
    "device as weights": (link("weights.safetensors", "/dev/zero"), "not a regular file"),
    "loop of links": (link("calibration.json", "calibration.json"), "cannot be read"),
    "link to nowhere": (link("domain.json", "nowhere"), "missing"),
    "card not UTF-8": (content("card.md", b"\xff"), "UTF-8"),
    "sparse card": (sparse("card.md", 1 << 40), "too large"),
    "weight NaN": (tensor("pair_score", np.nan), "not finite"),
    "weight infinite": (tensor("output.bias", -np.inf), "not finite"),
    "variance below 0": (tensor("norm.running_var", -1e-3), "variance below 0"),
    "sparse weights": (sparse("weights.safetensors", 1 << 40), "too large"),
    "longer weights": (sparse("weights.safetensors", 1 << 20), "header declares"),
    "weights cut short": (sparse("weights.safetensors", 2000), "damaged"),
    "weights of 4 bytes": (content("weights.safetensors", b"abcd"), "damaged"),
    "header of 2**63 bytes": (content("weights.safetensors", b"\xff" * 7 + b"\x7f{}"), "damaged"),
    "deep header": (header(lambda _: DEEP.decode()), "damaged"),
    "header as a list": (header(lambda _: []), "damaged"),
    "empty header": (header(lambda _: {}), "damaged"),
    "tensor declared huge": (entry("bulge", shape=[2, 10**12]), "damaged"),
    "size below 0": (entry("bulge", shape=[-2, -4]), "no shape"),
    "size true": (entry("bulge", shape=[True, 8]), "no shape"),
    "shape as text": (entry("bulge", shape="2,4"), "no shape"),
    "entry as a number": (header(lambda found: found | {"bulge": 3}), "no shape"),
    "other type": (entry("bulge", dtype="F16"), "float16"),
    "unknown type": (entry("bulge", dtype="X9"), "X9"),
    "offsets beyond": (entry("bulge", data_offsets=[10**9, 10**9 + 32]), "damaged"),
    "offsets as text": (entry("bulge", data_offsets="0"), "damaged"),
    "other shape, same size": (entry("bulge", shape=[4, 2]), "expected"),
    "tensor renamed": (header(lambda f: {("x" if k == "bulge" else k): v for k, v in f.items()}), "missing"),
    "quantiles fall": (calibration("percentile", list(range(101, 0, -1))), "ascending"),
    "few quantiles": (calibration("percentile", [1, 2]), "at least 101"),
    "slope 0": (calibration("slope", 0), "slope"),
    "prior of 2": (calibration("prior", 2), "between 0 and 1"),
    "unknown kind": (calibration("kind", "isotonic"), "Invalid enum"),
    "quantiles as text": (calibration("percentile", ["a"] * 101), "Expected"),
    "quantile of 400 digits": (calibration("percentile", b"[1" + b"0" * 400 + b"]"), "JSON"),
    "domain lengths fall": (domain("mirna_length", [25, 18]), "must rise"),
    "domain length below 0": (domain("mirna_length", [-5, 18]), "must lie"),
    "domain share of 7": (domain("target_gc", [0, 7]), "must lie"),
    "domain pairs below 0": (domain("n_pairs", -1), "must lie"),
    "domain complexity below 0": (domain("mirna_complexity", -1), "must lie"),
    "domain seed of 3": (domain("seeds", ["AAA"]), "7 nucleotides"),
    "domain of a million seeds": (domain("seeds", ["GAGGUAG"] * 1_000_000), "more than there are"),
    "domain lengths of three": (domain("mirna_length", [1, 2, 3]), "Expected `array`"),
}


@pytest.mark.parametrize("kind", MUTATIONS)
def test_damage__ends_in_one_line_that_names_the_file(directory, kind):
    mutate, message = MUTATIONS[kind]
    mutate(directory)
    tracemalloc.start()
    try:
        with pytest.raises(ModelError, match=message) as caught:
            read_model(directory)
        assert tracemalloc.get_traced_memory()[1] < 200 << 20
    finally:
        tracemalloc.stop()
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 1000
    # what is wrong with sizes in the configuration is said by the network
    assert str(directory) in str(caught.value) or str(caught.value).startswith("network duplex")


@pytest.mark.parametrize(
    "kind", ["weight NaN", "variance below 0", "FIFO as weights", "deep training", "members of 10 million"]
)
def test_predict__with_a_damaged_model_ends_with_1_and_writes_nothing(directory, tmp_path, kind, capsys):
    MUTATIONS[kind][0](directory)
    for name, bases in (("m.fa", "UGAGGUAGUAGGUUGUAUAGUU"), ("t.fa", "GGACUAUACAACCUACUACCUCAUU")):
        (tmp_path / name).write_text(f">a\n{bases}\n")
    files = ["--mirnas", str(tmp_path / "m.fa"), "--targets", str(tmp_path / "t.fa")]
    code = _run(["predict", *files, "--model", str(directory), "-o", str(tmp_path / "o.tsv")])
    said = capsys.readouterr().err
    assert code == 1
    assert said.startswith("dmiso: ")
    assert len(said.strip().splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m", "m.fa", "t.fa"]


def test_good_model__is_read_with_a_variance_of_0(directory):
    tensor("norm.running_var", 0.0)(directory)
    assert read_model(directory).weights["norm.running_var"][0] == 0


@pytest.mark.parametrize("network", ["duplex", "dmiso"])
def test_good_model__with_variances_of_0_gives_finite_scores(network, tmp_path, rng):
    config = ModelConfig(name="dead", network=network, settings=SETTINGS if network == "duplex" else {})
    weights = {
        name: np.abs(rng.normal(0.1, 0.3, shape)).astype(np.float32) * (not name.endswith("running_var"))
        for name, shape in weight_shapes(config).items()
    }
    write_model(tmp_path / "m", config=config, weights=weights, calibration=Calibration(), card="# dead\n")
    scored = Predictor(read_model(tmp_path / "m")).predict(
        mirnas={"a": "UGAGGUAGUAGGUUGUAUAGUU"}, targets={"t": "GGACUAUACAACCUACUACCUCAUU" * 4}
    )
    assert scored.height == 1
    assert np.isfinite(scored.select("logit", "score").to_numpy()).all()


OVERFLOWING = "the model's numbers overflow: a logit is not finite"


@pytest.mark.parametrize(
    "words",
    [
        "predict --mirnas m.fa --targets t.fa -o out.tsv",
        "predict --pairs p.tsv -o out.tsv",
        "scan --mirnas m.fa --transcripts t.fa --decoys 0 --min-score 0 -o out",
        "explain pair UGAGGUAGUAGGUUGUAUAGUU GGACUAUACAACCUACUACCUCAUU -o out",
        "explain data p.tsv -o out",
        "explain variants t:n.3A>C --mirnas m.fa --transcripts t.fa -o out",
        "evaluate p.tsv -o out --replicates 0 --no-pictures",
        "isomirs compare GAGGUAGUAGGUUGUAUAGUU --canonical UGAGGUAGUAGGUUGUAUAGUU --transcripts t.fa -o out",
    ],
)
def test_weights_that_overflow__are_told_with_the_model_by_every_command(
    words, directory, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    for name in load_file(directory / "weights.safetensors"):
        tensor(name, 1e38, slice(None))(directory)
    (tmp_path / "m.fa").write_text(">a\nUGAGGUAGUAGGUUGUAUAGUU\n")
    (tmp_path / "t.fa").write_text(">t\nGGACUAUACAACCUACUACCUCAUU\n")
    pair = "UGAGGUAGUAGGUUGUAUAGUU\tGGACUAUACAACCUACUACCUCAUU"
    (tmp_path / "p.tsv").write_text(
        f"mirna_sequence\ttarget_sequence\tlabel\n{pair}\t1\n{pair}A\t0\n{pair}C\t1\n"
    )
    assert _run([*words.split(), "--model", str(directory)]) == 1
    assert f"{directory}: {OVERFLOWING}" in capsys.readouterr().err.replace("\n", " ")


def test_engines__are_told_where_their_weights_come_from_wherever_one_is_built():
    makers = {"build_engine", "RunScanner", "DuplexScanner", "DuplexEngine", "DmisoEngine"}
    silent = []
    for path in Path(dmiso.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in makers:
                silent += [path] * ("source" not in {keyword.arg for keyword in node.keywords})
    assert not silent


def test_a_file_as_model__is_told(directory):
    with pytest.raises(ModelError, match=r"card\.md: is a file: a model is a directory"):
        read_model(directory / "card.md")


@pytest.mark.parametrize("blocks", [1, 2, 5])
def test_counted_tensors__are_those_listed(blocks):
    config = ModelConfig(name="x", network="duplex", settings=SETTINGS | {"blocks": blocks})
    assert tensor_count(config) == len(weight_shapes(config))


def test_what_a_stranger_wrote__is_shown_and_not_obeyed_by_the_terminal(directory, capsys):
    (directory / "card.md").write_text("# A card\n\x1b[2J\ta\x07\n", encoding="utf-8")
    assert _run(["models", "show", str(directory)]) == 0
    assert capsys.readouterr().out.startswith("# A card\n\\x1b[2J\ta\\x07\n")
    setting(**{"a\n\x1b[2Jb": 1})(directory)
    assert _run(["models", "show", str(directory)]) == 1
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "no setting a\\n\\x1b[2Jb." in said
    assert _run(["models", "check", str(directory)]) == 1
    (failed,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("FAIL shapes")]
    assert "network duplex has no setting a\\n\\x1b[2Jb." in failed


def test_settings_that_the_network_cannot_have__name_the_file(tmp_path, toy_model):
    model = tmp_path / "model"
    shutil.copytree(toy_model, model)
    said = json.loads((model / "config.json").read_text())
    said["settings"] = {**said["settings"], "l1": -1}
    (model / "config.json").write_text(json.dumps(said))
    with pytest.raises(ModelError, match=r"model/config\.json: network dmiso: l1 is -1"):
        read_model(model)
