"""A finished run of every kind that a page is made of, made by the commands themselves."""

import polars as pl
import pytest
from tests.web.conftest import chromium  # noqa: F401 - a fixture

from dmiso.cli.main import _run
from dmiso.columns import SIDE_COLUMNS, schema_of
from dmiso.examples import write_examples
from dmiso.io import write_table, write_text
from dmiso.provenance import manifest, to_json
from dmiso.records import Counts

SCANNED = "--transcripts e/transcripts.fa"
COMMANDS = {
    "scan": f"scan --mirnas e/isomirs.fa {SCANNED} -q -o scan",
    "compare": f"isomirs compare e/isomirs.fa --mature e/mature.fa --hairpin e/hairpin.fa {SCANNED} --decoys 20 "
    "--max-q 1 --no-report -q -o compare",
    "calls": "isomirs e/isomirs.fa --mature e/mature.fa -q -o calls.tsv",
    "summary": "isomirs summary calls.tsv --count-by sequences -q -o summary",
    "reads": f"chimeras simulate --mature e/isomirs.fa {SCANNED} --reads 600 --isomirs 8 -q -o reads",
    "chimeras": f"chimeras reads/reads.fastq.gz --mature e/isomirs.fa {SCANNED} --adapter TGGAATTCTCGGGTGCCAAGG "
    "--umi5 8 --duplicates umi --min-reads 2 -q -o chimeras",
    "small_rnas": "isomirs simulate --mature e/mature.fa --samples 1 --reads 600 -q -o small_rnas",
    "isomirs": "isomirs --sheet small_rnas/samples.tsv --mature e/mature.fa -q -o isomirs",
    "evaluate": "evaluate e/test.tsv --baseline mirna_gc --replicates 5 --no-pictures -q -o evaluate",
    "audit": "audit e/test.tsv --no-report -q -o audit.json",
    "ask": "ask GUACAGUACUGUGAUAACUGAA SHIFT101-like --against canonical --no-pictures -q -o ask",
}
KINDS = ("scan", "compare", "summary", "chimeras", "evaluate", "audit", "ask", "study", "isomirs")


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A folder with a finished run of each kind, called as the kind is; ``e`` holds the examples."""
    folder = tmp_path_factory.mktemp("finished")
    write_examples(folder / "e")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for words in COMMANDS.values():
            assert _run(words.split()) in {0, 1}, words
    _study(folder / "study")
    return folder


def _study(folder):
    """Write what a page is made of, of a study: a run of one takes an hour."""
    row = {
        **dict.fromkeys(SIDE_COLUMNS),
        "analysis": "Table 1",
        "data": "test",
        "subject": "network",
        "metric": "auroc",
        "paper": "0.9945",
        "paper_mode_value": 0.97,
        "paper_mode_low": 0.96,
        "paper_mode_high": 0.98,
        "honest_mode_value": 0.78,
    }
    table = pl.DataFrame([row], schema=schema_of(SIDE_COLUMNS))
    write_table(folder / "side_by_side.tsv", table, digits=6)
    told = manifest(command=("dmiso", "study", "paper"), inputs={}, counts=Counts(), seed=1)
    write_text(folder / "manifest.json", to_json(told))


def path_of(folder, kind):
    """Return the run of a kind: an audit is a file."""
    return folder / ("audit.json" if kind == "audit" else kind)
