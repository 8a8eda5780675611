"""One alphabet: no module but ``alphabet`` has an order of nucleotides, a table of partners or a spelling of its own.

Read are string and bytes constants, displays of single characters, tables, and calls; docstrings are not.
"""

import ast
import re
from pathlib import Path

import pytest

import dmiso

SOURCE = Path(dmiso.__file__).parent
MODULES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*.py"))

ALLOWED = {
    Path("alphabet.py"): "the one position",
    Path("plot/motif_logo.py"): "colours of nucleotides by name, no order",
}
"""Modules that may hold a table of nucleotides, and why."""

IUPAC = set("ACGTUNRYSWKMBDHVX.")
RUN = re.compile(r"[A-Za-z.]{4,}")
PAIRS = {"AU", "UA", "CG", "GC"}
PARTNERS = ([1, 0, 3, 2], [3, 2, 1, 0])
"""Partners by code, in our order and in the alphabetical one."""


def is_alphabet(text: str) -> bool:
    """Tell whether a word holds each nucleotide once: a sequence repeats some, a word has other characters."""
    words = RUN.findall(text)
    if " " in text:  # a sentence: its small words, such as "caught", are none
        words = [word for word in words if word.isupper()]
    return any(
        set(word.upper()) <= IUPAC
        and set(word.upper().replace("T", "U")) >= set("ACGU")
        and len(set(word)) == len(word)
        for word in words
    )


def texts(nodes) -> list[str]:
    """Return the strings among nodes; bytes as strings."""
    values = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return [v.decode("latin-1") if isinstance(v, bytes) else v for v in values if isinstance(v, str | bytes)]


def fault_of_words(words: list[str]) -> str | None:
    """Return what the members of a display, or the keys of a table, are a second one of."""
    if is_alphabet("".join(word for word in words if len(word) == 1)):
        return "an alphabet, base by base"
    return "a table of pairs" if set(words) >= PAIRS else None


def fault_of(node: ast.AST) -> str | None:
    """Return what an expression is a second one of; None for any other expression."""
    match node:
        case ast.Constant(value=str() | bytes()):
            return "an alphabet" if is_alphabet(texts([node])[0]) else None
        case ast.Dict():
            return fault_of_words(texts(key for key in node.keys if key is not None))
        case ast.List() | ast.Tuple() | ast.Set():
            numbers = [e.value for e in node.elts if isinstance(e, ast.Constant) and type(e.value) is int]
            by_code = numbers[:4] in PARTNERS and len(numbers) <= 6
            return "a table of partners by code" if by_code else fault_of_words(texts(node.elts))
        case ast.Call(
            func=ast.Attribute(attr="replace"), args=[ast.Constant() as old, ast.Constant() as new]
        ):
            both = {word.upper() for word in texts([old, new])}
            return "a way from RNA to DNA or back" if both == {"U", "T"} else None
    return None


def faults(code: str) -> list[tuple[int, str]]:
    """Return line and kind of every second truth in a module's code."""
    tree = ast.parse(code)
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    found = ((node, fault_of(node)) for node in ast.walk(tree) if id(node) not in docstrings)
    return [(node.lineno, fault) for node, fault in found if fault is not None]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_alphabet__has_no_second(module):
    found = faults((SOURCE / module).read_text(encoding="utf-8"))
    if module in ALLOWED:
        assert found, f"{module} needs no exception any more: take it off the list"
    else:
        assert not found, f"{module}: {found}; take it from dmiso.alphabet"


@pytest.mark.parametrize(
    "code",
    [
        'LETTERS = "ACGU"',
        'table = np.frombuffer(b"AUCGN|", np.uint8)',
        'known = re.compile(r"([0-9]*)([MIDACGTUN])") if x else re.compile("[ACGTUNacgtun]+")',
        'rna = str.maketrans("AUCG", "UAGC")',
        'partner = {"A": "U", "U": "A", "G": "C", "C": "G"}',
        'order = ["A", "C", "G", "U", "deleted"]',
        'strong = {"AU", "UA", "GC", "CG"}',
        'scores = {"AU": 0.4, "UA": 0.4, "CG": 0.4, "GC": 0.4}',
        "partner = np.array([1, 0, 3, 2, N_CODE])",
        'dna = sequence.replace("U", "T")',
        'rna = sequence.lower().replace("t", "u")',
    ],
)
def test_faults__are_seen_in_each_way_to_write_one(code):
    assert faults(code)


@pytest.mark.parametrize(
    "code",
    [
        '"""Codes are ACGU."""',
        'let7 = "UGAGGUAGUAGGUUGUAUAGUU"',
        'message = f"{base!r} is not one of A C G U"',
        'why = "positions where AGO was caught"',
        'first = "U" if x else "A"',
        "order = [0, 1, 2, 3]",
        'text = text.replace("U", "-")',
        'groups = ("actual", "data")',
    ],
)
def test_faults__are_not_seen_where_there_is_none(code):
    assert not faults(code)


def rolls(node: ast.AST) -> bool:
    """Tell whether an expression shifts by two bits to the left, as k-mers grow."""
    match node:
        case ast.BinOp(op=ast.LShift(), right=ast.Constant(value=2)):
            return True
        case ast.BinOp(op=ast.LShift(), right=ast.Call(args=[ast.Constant(value=2)])):
            return True
    return False


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_kmers__are_rolled_in_one_module(module):
    tree = ast.parse((SOURCE / module).read_text(encoding="utf-8"))
    found = [node.lineno for node in ast.walk(tree) if rolls(node)]
    assert bool(found) == (module == Path("kmers.py")), f"{module}, lines {found}: call dmiso.kmers.next_kmer"
