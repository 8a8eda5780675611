"""Work that an earlier run left and that was damaged since: made again and said, or refused in one line; never used.

Each case takes the folder of a run that was stopped on its way, damages one file in it, and repeats the run. Either it
ends with the bytes of a run that nothing happened to, or with one line that names the file and what to do.
"""

import hashlib
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dmiso.cli.main import main

LET7, MIR1 = "UGAGGUAGUAGGUUGUAUAGUU", "UGGAAUGUAAAGAAGUAUGUAU"
ADAPTER = "TGGAATTCTCGGGTGCCAAGG"
MADE, REFUSED = "made again", "refused"


def bases(draw, n):
    return "".join(draw.choice(list("ACGU"), n))


def paired(sequence):
    return sequence[::-1].translate(str.maketrans("ACGU", "UGCA"))


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """Small inputs of all commands."""
    draw = np.random.default_rng(8)
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "m.fa").write_text(f">let-7a\n{LET7}\n>miR-1\n{MIR1}\n")
    mrnas = [bases(draw, 150) + paired((LET7, MIR1)[i % 2]) + bases(draw, 150) for i in range(4)]
    (folder / "t.fa").write_text("".join(f">t{i}\n{x}\n" for i, x in enumerate(mrnas)))
    reads = []
    for i in range(400):
        start = int(draw.integers(100, 170))
        reads.append((LET7, MIR1)[i % 2] + mrnas[i % 4][start : start + 30 + i % 5])
    lines = (
        f"@r{i}\n{x.replace('U', 'T')}{ADAPTER}\n+\n{'I' * (len(x) + 21)}\n" for i, x in enumerate(reads)
    )
    (folder / "reads.fq").write_text("".join(lines))
    rows = ["mirna_sequence\ttarget_sequence\tlabel\tcluster\n"]
    for i in range(120):
        site = "".join(draw.choice(list("AAAAAAUCG" if i % 2 else "CCCCCCUAG"), 40))
        rows.append(f"{(LET7, MIR1)[i // 2 % 2]}\t{site}\t{i % 2}\t{i}\n")
    (folder / "pairs.tsv").write_text("".join(rows))
    return folder


def words_of(command, inputs, model):
    """Return the words of a command but for its output."""
    scan = ["scan", "--mirnas", inputs / "m.fa", "--transcripts", inputs / "t.fa", "--model", model]
    scan += ["--min-percentile", 30, "--mirnas-per-shard", 1, "--transcripts-per-shard", 2, "--resume"]
    chimeras = [
        "chimeras",
        inputs / "reads.fq",
        "--mature",
        inputs / "m.fa",
        "--transcripts",
        inputs / "t.fa",
    ]
    return {
        "scan": scan,
        "chimeras": [*chimeras, "--adapter", ADAPTER],
        "crossval": ["crossval", inputs / "pairs.tsv", "--network", "dmiso", "--epochs", 1, "--folds", 2],
        "train": ["train", inputs / "pairs.tsv", "--network", "dmiso", "--epochs", 3],
    }[command]


STOP = {
    "scan": ("dmiso.scan.shards", "keep_table", 3),
    "chimeras": ("dmiso.chimera.sample", "keep_table", 3),
    "chimeras finished": ("dmiso.chimera.run", "write_files", 0),
    "crossval": ("dmiso.train.crossval", "write_folds", 0),
    "train": ("dmiso.train.loop", "save_checkpoint", 2),
}
"""Where a run kills itself: in front of the call of this function after so many whole ones."""

KILLING = """
import importlib, os, sys
name, function, whole = sys.argv[1], sys.argv[2], int(sys.argv[3])
module = importlib.import_module(name)
real, calls = getattr(module, function), []
def call(*args, **kwargs):
    if len(calls) == whole:
        os.kill(os.getpid(), 9)
    calls.append(1)
    return real(*args, **kwargs)
setattr(module, function, call)
import dmiso.chimera.collapse
dmiso.chimera.collapse._BYTES_A_PART = 8_000
from dmiso.cli.main import main
main(sys.argv[4:])
"""


@pytest.fixture(scope="module")
def stopped(inputs, toy_model, tmp_path_factory):
    """Return a function that gives the folder in which a run was killed on its way; each is made once."""
    made = {}

    def folder_of(state):
        if state not in made:
            folder = tmp_path_factory.mktemp("stopped")
            words = words_of(state.split()[0], inputs, toy_model)
            command = [sys.executable, "-c", KILLING, *STOP[state], *words, "-o", "out"]
            killed = subprocess.run(
                [str(w) for w in command], cwd=folder, capture_output=True, text=True, check=False
            )
            assert killed.returncode == -signal.SIGKILL, killed.stderr
            made[state] = folder
        return made[state]

    return folder_of


@pytest.fixture
def again(inputs, toy_model, stopped, tmp_path, monkeypatch, capsys):
    """Return a function that repeats a run in a copy of the folder it was killed in, after something is done to it.

    It gives the exit status, what was said, and the folder.
    """
    monkeypatch.setattr("dmiso.chimera.collapse._BYTES_A_PART", 8_000)

    def repeated(state, damage=lambda folder: None, more=()):
        folder = tmp_path / state
        shutil.copytree(stopped(state), folder)
        damage(folder)
        monkeypatch.chdir(folder)
        words = [*words_of(state.split()[0], inputs, toy_model), *more, "-o", "out"]
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        return ended.value.code, capsys.readouterr().err, folder

    return repeated


def tree(folder):
    """Return the hash of each file but manifests, which tell what was typed and what was made again."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith("manifest.json")
    }


@pytest.fixture(scope="module")
def whole(inputs, toy_model, tmp_path_factory):
    """Return a function that gives the files of a run that nothing happened to."""
    made = {}

    def tree_of(command):
        if command not in made:
            folder = tmp_path_factory.mktemp("whole")
            code = "import sys, dmiso.chimera.collapse as c; c._BYTES_A_PART = 8_000\n"
            code += "from dmiso.cli.main import main; main(sys.argv[1:])"
            words = [sys.executable, "-c", code, *words_of(command, inputs, toy_model), "-q", "-o", "out"]
            subprocess.run([str(word) for word in words], cwd=folder, check=True)
            made[command] = tree(folder)
        return made[command]

    return tree_of


def cut(path):
    path.write_bytes(path.read_bytes()[:-9])


def empty(path):
    path.write_bytes(b"")


def garbage(path):
    path.write_bytes(np.random.default_rng(1).bytes(700))


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x20
    path.write_bytes(bytes(content))


def other_json(path):
    path.write_text("{}")


def no_table(path):
    path.write_text("[]")


def gone(path):
    path.unlink()


def other_schema(path):
    import polars as pl

    pl.DataFrame({"a": [1]}).write_parquet(path)


def without_seal(path):
    import polars as pl

    pl.read_parquet(path).write_parquet(path)


def neighbour(path):
    """Put a sibling in its place."""
    other = next(p for p in sorted(path.parent.iterdir()) if p.suffix == path.suffix and p.name != path.name)
    shutil.copyfile(other, path)


SHARD, PLAN = "out/shards/000001.parquet", "out/plan.json"
SAMPLE = "out/samples/reads/"
PART, DEALT = SAMPLE + "work/part-000", SAMPLE + "work/dealt.json"
FOLD, STATE = "out/folds/fold-02.json", "out.checkpoint/state.safetensors"

DAMAGES = [
    *(
        ("scan", SHARD, damage, MADE)
        for damage in (cut, empty, garbage, flip, other_schema, without_seal, neighbour)
    ),
    *(("scan", PLAN, damage, REFUSED) for damage in (cut, empty, garbage, flip, no_table)),
    *(
        ("chimeras", PART + ".parquet", damage, MADE)
        for damage in (cut, empty, flip, other_schema, neighbour)
    ),
    *(("chimeras", DEALT, damage, MADE) for damage in (cut, empty, garbage, other_json)),
    *(("chimeras", SAMPLE + "work/part-003.tsv", damage, MADE) for damage in (cut, empty, gone)),
    *(("chimeras finished", SAMPLE + "numbers.json", damage, MADE) for damage in (cut, empty, other_json)),
    *(
        ("chimeras finished", SAMPLE + "calls.parquet", damage, MADE)
        for damage in (cut, garbage, without_seal, gone)
    ),
    *(("crossval", FOLD, damage, MADE) for damage in (cut, empty, other_json, flip, neighbour)),
    *(("train", STATE, damage, REFUSED) for damage in (cut, empty, garbage, flip)),
]


@pytest.mark.parametrize(
    ("state", "file", "damage", "expected"),
    DAMAGES,
    ids=lambda x: getattr(x, "__name__", str(x).rpartition("/")[2]),
)
def test_damaged_work__is_made_again_or_refused(state, file, damage, expected, again, whole):
    code, said, folder = again(state, lambda folder: damage(folder / file))
    assert "Traceback" not in said
    if expected == REFUSED:
        assert code in {1, 2}
        assert len(said.strip().splitlines()) == 1, said
        assert Path(file).name in said
        assert "Remove" in said
        return
    assert code == 0, said
    assert "made again" in said
    assert tree(folder) == whole(state.split()[0])


@pytest.mark.parametrize("state", list(STOP))
def test_killed_work__goes_on_to_the_same_bytes(state, again, whole):
    code, said, folder = again(state)
    assert code == 0, said
    assert "made again" not in said
    assert tree(folder) == whole(state.split()[0])


@pytest.mark.parametrize(
    ("state", "more", "message"),
    [
        ("scan", ["--decoys", 4], "holds a scan with different settings (decoys 2, here 4)"),
        ("crossval", ["--l1", 0.001], "is a fold of another run (l1 "),
        ("train", ["--seed", 5], "holds an unfinished run of another kind (seed"),
    ],
)
def test_other_work__is_refused_with_what_differs(state, more, message, again, stopped):
    code, said, folder = again(state, more=more)
    assert code == 2, said
    assert message in said
    assert len(said.strip().splitlines()) == 1
    before, after = ({n: h for n, h in tree(f).items() if "lock" not in n} for f in (stopped(state), folder))
    assert after == before


def test_two_scans_at_once__one_is_refused_and_no_shard_is_of_the_other(inputs, toy_model, tmp_path):
    words = [sys.executable, "-m", "dmiso", *words_of("scan", inputs, toy_model), "-q", "-o", "out"]
    for shard in ([], ["--shard", "1/2"]):
        folder = tmp_path / f"run{len(shard)}"
        folder.mkdir()
        runs = [
            subprocess.Popen(
                [str(word) for word in [*words, *shard, "--decoys", n]],
                cwd=folder,
                stderr=subprocess.PIPE,
                text=True,
            )
            for n in (2, 5)
        ]
        said = [run.communicate()[1] for run in runs]
        codes = [run.returncode for run in runs]
        assert sorted(codes) == [0, 2], said
        loser = said[codes.index(2)]
        assert (
            "is being written by another dmiso run" in loser
            or "holds a scan with different settings" in loser
        )
        again = [str(word) for word in [*words, "--decoys", (2, 5)[codes.index(0)]]]
        ended = subprocess.run(again, cwd=folder, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        assert "made again" not in ended.stderr
