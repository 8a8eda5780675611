"""Every code block of README.md and docs/ that looks as if it could be pasted is pasted, page by page.

How a block is told to be shell, Python, a synopsis or only text is written in ``docs/site_hooks/code_blocks.py``. A
block that cannot be run here says why, in a comment above it.
"""

import re

import pytest
from tests.documentation.pages import (
    PAGES,
    RUNNABLE,
    SHOWN,
    blocks_of,
    name_of,
    prepare,
    run_doctest,
    run_python,
    run_shell,
    script_of,
    shown_by,
)

REASONS = (
    "needs real data",
    "needs the network",
    "needs the repository",
    "needs a cluster",
    "needs a program",
    "needs a training",
)
"""How the reason of a block that is not run begins."""
MOST_NOT_RUN = 30
"""Of all pages together. Whoever needs one more has to say so here."""
PLACEHOLDER = re.compile(r"(?<![\w=/-])[A-Z][A-Z_]{2,}(?:\.\w+)*(?![\w=/-])|\[-|\[[A-Z]|\.\.\.|…")
NUCLEOTIDES = re.compile(r"[ACGUTN]+")
ALL = [(page, block) for page in PAGES for block in blocks_of(page)]


def placeholders(code):
    """Words that a reader has to replace: ``INTERACTIONS``, ``T.fa``, ``[--cds CDS.tsv]``, ``...``."""
    bare = re.sub(r"#.*|'[^']*'|\"[^\"]*\"", "", code)
    return [word for word in PLACEHOLDER.findall(bare) if not NUCLEOTIDES.fullmatch(word)]


def lines_of(shown):
    """Of several commands: what stands between them is a matter of the page."""
    return [line.rstrip() for line in shown.splitlines() if line.strip()]


def named(cases):
    return [pytest.param(page, block, id=f"{name_of(page)}:{block.line}") for page, block in cases]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(b.runs for b in blocks_of(page))], ids=name_of
)
def test_blocks__run_as_pasted(page, tmp_path):
    prepare(tmp_path)
    blocks = [block for block in blocks_of(page) if block.runs]
    for block in blocks:
        if block.kind in ("sh", "console"):
            done = run_shell(script_of(block), tmp_path)
            where = f"{name_of(page)}, line {block.line}"
            assert done.returncode == block.exit_code, f"{where}: {done.stderr}"
            if block.kind == "console":
                assert lines_of(done.stdout) == lines_of(shown_by(block)), where
    session = [block.code for block in blocks if block.kind == "python"]
    if session:
        done = run_python(session, tmp_path)
        assert done.returncode == 0, f"{name_of(page)}, Python: {done.stderr}"
    for block in blocks:
        if block.kind == "pycon":
            done = run_doctest(block.code, tmp_path)
            assert done.returncode == 0, f"{name_of(page)}, line {block.line}: {done.stdout}"


@pytest.mark.parametrize(("page", "block"), named(ALL))
def test_blocks__say_what_they_are(page, block):
    assert block.kind in RUNNABLE + SHOWN, f"{name_of(page)}, line {block.line}: name the fence's language"


@pytest.mark.parametrize(("page", "block"), named(ALL))
def test_synopses__look_like_synopses_and_nothing_else_does(page, block):
    where = f"{name_of(page)}, line {block.line}"
    if block.kind == "synopsis":
        assert placeholders(block.code), f"{where}: nothing to replace: let it run, as ```sh"
    elif block.kind in ("sh", "console") and block.runs:
        found = placeholders(script_of(block))
        assert not found, f"{where}: a reader cannot paste {found}: use the example files, or ```synopsis"
    elif block.kind == "text":
        assert not re.match(r"(?:\$ )?dmiso \w", block.code) or "$ cut" in block.code, where


def test_blocks__that_are_not_run_are_few_and_say_why():
    left_out = [(page, block) for page, block in ALL if block.not_run]
    for page, block in left_out:
        assert block.not_run.startswith(REASONS), f"{name_of(page)}, line {block.line}: {block.not_run}"
    assert len(left_out) <= MOST_NOT_RUN


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("dmiso scan --mirnas dmiso-examples/isomirs.fa -o scan", []),
        ("dmiso dataset INTERACTIONS... -o data", ["INTERACTIONS", "..."]),
        ("dmiso audit LABELLED.tsv [--train t.tsv]", ["LABELLED.tsv", "[-"]),
        ("dmiso explain pair UGAGGUAG ACGAUGCA -o pair", []),
        ('dmiso scan query scan --sql "SELECT count(*) FROM sites"', []),
        ("dmiso ask hsa-let-7a-5p MADET000012", []),
    ],
)
def test_placeholders__are_told_from_sequences_and_names(code, found):
    assert placeholders(code) == found
