"""No option is left aside in silence: without effect, given twice, or misspelt it is refused before any work."""

import ast
import re
from pathlib import Path

import pytest
from tests.cli.leaves import leaves

import dmiso
from dmiso.cli.main import COMMANDS, _run
from dmiso.cli.needs import _parts

SOURCE = Path(dmiso.__file__).parent


LEAVES = dict(leaves())
_MRNA = "--mature a.fa --transcripts t.fa -o out"
WITHOUT_EFFECT = [
    ("ask a b --hairpin h.fa", "--hairpin", "--mature"),
    ("ask a b --species hsa", "--species", "--mature"),
    ("ask a b --genes g.tsv", "--genes", "--transcripts"),
    ("ask a b --pictures", "--pictures", "--output"),
    ("ask a b --formats pdf", "--formats", "--output"),
    ("ask a b --report", "--report", "--output"),
    (
        "predict --mirnas a.fa --targets t.fa --compat published --with-confidence",
        "--with-confidence",
        "another --compat",
    ),
    ("predict --mirnas a.fa --targets t.fa --mirna-column x", "--mirna-column", "--pairs"),
    ("predict --mirnas a.fa --targets t.fa --target-column x", "--target-column", "--pairs"),
    ("predict --mirnas a.fa --targets t.fa --compat published --stride 5", "--stride", "another --compat"),
    ("scan --mirnas a.fa --genome g.fa --annotation a.gtf --cds c.tsv -o out", "--cds", "--transcripts"),
    ("scan --mirnas a.fa --transcripts t.fa --decoys 0 --known k.fa -o out", "--known", "--decoys"),
    ("scan --mirnas a.fa --transcripts t.fa --decoys 0 --max-q 0.1 -o out", "--max-q", "--decoys"),
    ("scan --mirnas a.fa --transcripts t.fa --device cuda -o out", "--device", "--engine torch"),
    ("scan --mirnas a.fa --transcripts t.fa --precision float16 -o out", "--precision", "--engine torch"),
    ("scan query out --sql x -n 5", "-n", "--mirna or --gene or --compare"),
    ("scan query out --mirna x --time-limit 5", "--time-limit", "--sql"),
    ("isomirs a.fa --mature a.fa --gff3 a.gff3", "--gff3", "--hairpin"),
    ("isomirs simulate --mature a.fa --gff3 a.gff3 -o out", "--gff3", "--hairpin"),
    ("isomirs names a --mature a.fa --name-column x", "--name-column", "--table"),
    ("isomirs names a --mature a.fa --sequence-column x", "--sequence-column", "--table"),
    ("report out --cds c.tsv", "--cds", "--transcripts"),
    ("isomirs summary a.tsv -o out --species hsa", "--species", "--mature"),
    ("isomirs summary a.tsv -o out --mirgenedb-gff3 a.gff3", "--mirgenedb-gff3", "--mirgenedb"),
    (
        "isomirs compare ACGU --canonical ACGUA --transcripts t.fa -o out --hairpin h.fa",
        "--hairpin",
        "--mature",
    ),
    (
        "isomirs compare ACGU --canonical ACGUA --transcripts t.fa -o out --species hsa",
        "--species",
        "--mature",
    ),
    (f"chimeras r.fq {_MRNA} --gff3 a.gff3", "--gff3", "--hairpin"),
    (f"chimeras r.fq {_MRNA} --error-rate 0.2", "--error-rate", "--adapter or --front-adapter or --kit"),
    (f"chimeras r.fq {_MRNA} --min-overlap 5", "--min-overlap", "--adapter or --front-adapter or --kit"),
    (f"chimeras r.fq {_MRNA} --barcode-mismatches 2", "--barcode-mismatches", "--barcodes"),
    (f"chimeras r.fq {_MRNA} --engine blast --max-repeats 5", "--max-repeats", "another --engine than blast"),
    (f"chimeras r.fq {_MRNA} --max-alignment-gaps 5", "--max-alignment-gaps", "--engine blast"),
    ("models ensemble a b -o out --transcripts t.fa", "--transcripts", "--pairs"),
    ("reference add a --transcripts t.fa --hairpins h.fa", "--hairpins", "--mirnas"),
    ("reference add a --mirnas a.fa --gff3 a.gff3", "--gff3", "--hairpins"),
    ("reference add a --mirnas a.fa --annotation a.gtf", "--annotation", "--transcripts or --genome"),
    ("reference add a --mirnas a.fa --cds c.tsv", "--cds", "--transcripts or --genome"),
    ("reference add a --mirnas a.fa --genes g.tsv", "--genes", "--transcripts or --genome"),
    ("reference add a --genome g.fa", "--genome", "--annotation"),
    ("scan --mirnas a.fa --genome g.fa -o out", "--genome", "--annotation"),
    ("explain variants --mirnas a.fa --transcripts t.fa -o out --vcf a.vcf", "--vcf", "--annotation"),
    (
        "study paper --interactions i.tsv --transcripts t.fa --cds c.tsv -o out --mouse m.tsv",
        "--mouse",
        "--mature",
    ),
    (
        "study paper --interactions i.tsv --transcripts t.fa --cds c.tsv -o out --mirgenedb m.fa",
        "--mirgenedb",
        "--mature",
    ),
    (
        "study paper --interactions i.tsv --transcripts t.fa --cds c.tsv -o out --mirtarbase m.csv",
        "--mirtarbase",
        "--mature",
    ),
    ("chimeras statistics i.tsv -o out --mirgenedb a.fa", "--mirgenedb", "--mature"),
    ("chimeras statistics i.tsv -o out --mature a.fa", "--mature", "--mirgenedb"),
    ("dataset i.tsv -o out --cds c.tsv", "--cds", "--transcripts"),
    ("dataset i.tsv -o out --genes g.tsv", "--genes", "--transcripts"),
    ("dataset i.tsv -o out --annotation-genome hg19", "--annotation-genome", "--annotation"),
    ("dataset i.tsv -o out --window-length 40", "--window-length", "--site-rule window"),
    ("dataset i.tsv -o out --jitter 4", "--jitter", "--site-rule window"),
    ("dataset i.tsv -o out --energy-threshold -5", "--energy-threshold", "--negatives paper"),
    (
        "dataset i.tsv -o out --energy-side below",
        "--energy-side",
        "--negatives paper or --negatives paper-strong",
    ),
    (
        "dataset i.tsv -o out --negatives dinucleotide-shuffle --avoid-competition",
        "--avoid-competition",
        "--negatives site-swap",
    ),
    ("dataset i.tsv -o out --test-chromosome 2", "--test-chromosome", "--split chromosome"),
    ("dataset i.tsv -o out --folds 3 --test-share 0.1", "--test-share", "--folds 0"),
    ("dataset i.tsv -o out --folds 3 --validation-share 0.1", "--validation-share", "--folds 0"),
    ("evaluate fair l.tsv -o out.tsv --mature m.fa", "--mature", "--positives"),
    ("audit l.tsv -o out.json --score-column x", "--score-column", "--scores"),
    ("evaluate l.tsv -o out --score-column x", "--score-column", "--scores"),
    ("evaluate genes r.tsv -o out --cds c.tsv", "--cds", "--transcripts"),
    ("evaluate l.tsv -o out --utrs u.fa", "--utrs", "--mature"),
    ("explain data p.tsv -o out --controls 0 --control-pairs 5", "--control-pairs", "--controls"),
    ("explain data p.tsv -o out --target-id-column x", "--target-id-column", "--clusters"),
    ("explain data p.tsv -o out --gene-sets x.gmt", "--gene-sets", "--clusters"),
    ("explain model -o out --mirna-column x", "--mirna-column", "--pairs"),
    ("explain model -o out --target-column x", "--target-column", "--pairs"),
    ("serve --allow-network", "--allow-network", "another --host"),
    ("explain model -o out --shuffles 5", "--shuffles", "--motifs"),
    (
        "explain variants a:n.1A>C --mirnas a.fa --transcripts t.fa -o out --annotation a.gtf",
        "--annotation",
        "--vcf",
    ),
    (
        "study paper --interactions i.tsv --transcripts t.fa --cds c.tsv -o out --mouse-pairs 5",
        "--mouse-pairs",
        "--mouse",
    ),
    (
        "study paper --interactions i.tsv --transcripts t.fa --cds c.tsv -o out --full-epochs 0 --training-seeds 2",
        "--training-seeds",
        "another --full-epochs than 0",
    ),
]


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    """No file is there: what is refused is refused before any is looked for."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("words", "option", "wanted"), WITHOUT_EFFECT, ids=lambda text: text[:60])
def test_options_without_effect__are_refused_before_any_work(words, option, wanted, capsys, nowhere):
    assert _run(words.split()) == 2
    assert f"{option} has no effect without {wanted}" in capsys.readouterr().err
    assert not list(nowhere.iterdir())


def test_options_without_effect__are_all_tried_above():
    declared = {
        (name, max(option.opts, key=len))
        for name, command in LEAVES.items()
        for option in command.params
        if getattr(option, "needs", ())
    }
    defaults = {"scan": "scan run", "isomirs": "isomirs call", "chimeras": "chimeras call"}
    defaults["evaluate"] = "evaluate run"
    tried = set()
    for words, option, _ in WITHOUT_EFFECT:
        first = words.split()
        name = " ".join(first[:2]) if " ".join(first[:2]) in LEAVES else first[0]
        tried.add((defaults.get(name, name), option))
    assert declared == tried


@pytest.mark.parametrize("name", LEAVES)
def test_needs__name_parameters_of_the_command(name):
    known = {parameter.name for parameter in LEAVES[name].params}
    for option in LEAVES[name].params:
        assert {_parts(need)[0] for need in getattr(option, "needs", ())} <= known


def test_an_option_given_twice__is_refused(capsys):
    words = "scan --mirnas a.fa --transcripts t.fa --cds a.tsv --cds b.tsv -o out"
    assert _run(words.split()) == 2
    assert "--cds is given 2 times, and takes one value" in capsys.readouterr().err


def test_an_option_of_several_values__may_be_repeated(capsys):
    assert _run(["evaluate", "l.tsv", "--scores", "a.tsv", "--scores", "b.tsv", "-o", "out", "-q", "-q"]) == 2
    assert "l.tsv" in capsys.readouterr().err  # the file that is missing, not the repetition


def test_a_threshold_given_twice__is_refused(capsys, nowhere):
    (nowhere / "l.tsv").write_text("mirna_sequence\ttarget_sequence\tlabel\n")
    assert _run(["evaluate", "l.tsv", "--threshold", "a=1", "--threshold", "a=2", "-o", "out"]) == 2
    assert "a is given twice" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("pridict", "Did you mean predict?"),
        ("predict --mirna x", "'--mirnas'"),
        ("dataset x --negative paper", "--negatives"),
        ("models chek", "check"),
    ],
)
def test_a_misspelt_word__gets_the_near_one(words, near, capsys):
    assert _run(words.split()) == 2
    assert near in capsys.readouterr().err


def texts(path):
    """Yield the string constants of a module that are no docstrings, with their lines; f-strings in one piece."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


OF_OTHERS = {"--debug", "--help", "--version", "--chart-pixels", "--force-reinstall", "--upgrade"}
"""Options that every program has, and those of pip in advice on how to install."""


def test_messages__name_only_options_that_exist():
    known = {
        flag
        for command in LEAVES.values()
        for o in command.params
        for flag in (*o.opts, *o.secondary_opts, *getattr(o, "formerly", ()))
    }
    strange = {}
    for path in SOURCE.rglob("*.py"):
        if path.parts[-2] == "adapters" or path.name in {"blast.py", "tool.py"}:
            continue  # the options of other programs
        for line, text in texts(path):
            for flag in re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+[a-z0-9]\b(?!-)", text):
                if flag not in known | OF_OTHERS:
                    strange[f"{path.relative_to(SOURCE)}:{line}"] = flag
    assert not strange


def test_on_bad_skip__is_named_only_by_commands_that_have_it(capsys, nowhere):
    (nowhere / "bad.fa").write_text(">b\nAC-GU\n")
    (nowhere / "good.fa").write_text(">g\nUGAGGUAGUAGGUUGUAUAGUU\n")
    having = {name for name, command in LEAVES.items() if any("--on-bad" in o.opts for o in command.params)}
    assert having == {"predict", "dataset", "explain variants"}
    for words, told in (
        ("predict --mirnas good.fa --targets bad.fa -o out.tsv", True),
        ("isomirs bad.fa --mature good.fa -o out.tsv", False),
        ("scan --mirnas good.fa --transcripts bad.fa -o out", False),
    ):
        assert _run(words.split()) == 1
        message = capsys.readouterr().err
        assert "'-' at position 3" in message
        assert ("--on-bad skip" in message) is told


def test_commands__are_all_walked():
    assert {name.split()[0] for name in LEAVES} == set(COMMANDS)


def test_compare_without_decoys__takes_the_max_q_that_its_message_asks_for(tmp_path, capsys):
    (tmp_path / "t.fa").write_text(">t\nACGU\n")
    words = f"isomirs compare ACGU --canonical ACGUA --transcripts {tmp_path}/t.fa --decoys 0"
    assert _run([*words.split(), "-o", str(tmp_path / "out")]) == 2
    assert "Without decoys there are no q-values: give decoys, or let max_q be 1" in capsys.readouterr().err
    _run([*words.split(), "--max-q", "1", "-o", str(tmp_path / "out")])
    assert "of at least 15 is needed" in capsys.readouterr().err
