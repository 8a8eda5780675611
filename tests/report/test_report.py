"""A page of every kind of run: what it says first, what it holds, and that nothing of a stranger's runs in it."""

import json
import re
import shutil

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.pages.inspected import EVIL, Inspected
from tests.report.conftest import KINDS, path_of

from dmiso.cli.main import _run
from dmiso.columns import COLUMNS, schema_of
from dmiso.errors import InputError, UsageError
from dmiso.extras import is_installed
from dmiso.io import write_table
from dmiso.io.tables import read_table
from dmiso.pages import render_page
from dmiso.report import open_run, report_of, write_report

LARGEST = 2_000_000
NAMES = {
    *("mirna_id", "isomir_id", "canonical_id", "gene_id", "transcript_id", "target_id", "best_mirna_id"),
    *("binding_transcript_id", "sample", "what", "scorer", "other_scorer", "note", "variant", "top_isomir"),
    *("isomir_type", "interaction_id", "data", "subject", "measure", "feature", "group", "mirna_ids"),
}
"""Columns and keys that users' files fill; others are our own words."""
KEYS = NAMES | {
    "isomir_id",
    "headline",
    "sentence",
    "sentences",
    "file",
    "version",
    "what_it_means",
    "command",
}


def named(value, name, key=""):
    """Return JSON with every text that may be a stranger's replaced; the words that say what was run stay."""
    if isinstance(value, dict):
        return {k: named(v, name, k) for k, v in value.items()}
    if isinstance(value, list):
        kept = value[:3] if key == "command" else []
        return [*kept, *(named(v, name, key) for v in value[len(kept) :])]
    return name if isinstance(value, str) and key in KEYS else value


def _files(folder):
    """Give what a page is made of: the files of a run, and its tables of counts."""
    yield from folder.iterdir()
    yield from (folder / "counts").glob("*")


def renamed(source, target, name):
    """Copy a run with every name replaced."""
    for path in [source] if source.is_file() else sorted(_files(source)):
        place = target if source.is_file() else target / path.relative_to(source)
        if path.suffix == ".json":
            place.parent.mkdir(exist_ok=True)
            place.write_text(json.dumps(named(json.loads(path.read_text()), name)))
        elif path.suffix in {".tsv", ".parquet"}:
            _table(path, place, name)
        elif path.name == "transcripts.fa":
            shutil.copy(path, place)
    return target


def _table(path, place, name):
    frame = pl.read_parquet(path) if path.suffix == ".parquet" else read_table(path)
    here = [column for column in frame.columns if column in NAMES]
    frame = frame.with_columns(pl.lit(name).alias(column) for column in here)
    place.parent.mkdir(parents=True, exist_ok=True)
    declared = (
        {c: schema_of([c])[c] for c in frame.columns if c in COLUMNS} if path.suffix == ".parquet" else {}
    )
    write_table(place, frame.cast(declared) if declared else frame)


@pytest.fixture(scope="module", params=KINDS)
def made(request, finished):
    """The page of each kind of run, as it is written."""
    out = finished / "pages" / f"{request.param}.html"
    out.parent.mkdir(exist_ok=True)
    transcripts = finished / "e" / "transcripts.fa" if request.param in {"scan", "compare"} else None
    write_report(path_of(finished, request.param), out, transcripts=transcripts)
    return request.param, out.read_text(encoding="utf-8")


def test_report__loads_nothing_and_is_small(made):
    _, text = made
    page = Inspected(text)
    assert page.loads == []
    assert page.tags.count("script") == 1
    assert len(text.encode()) < LARGEST


def test_report__says_the_verdict_first_and_what_was_run_last(made):
    kind, text = made
    assert text.index('class="verdict ') < text.index("<h2>")
    assert re.findall("<h2>(.*?)</h2>", text)[-1] == "What was run"
    assert f"dmiso {'isomirs ' * (kind in {'compare', 'summary'})}{kind}" in text
    assert "What the numbers mean, and what not" in text


@pytest.mark.skipif(not is_installed("matplotlib"), reason="matplotlib is not installed")
def test_report__each_figure_can_be_saved_as_pdf_and_says_how_to_read_it(made):
    kind, text = made
    n = text.count("<figure")
    assert n >= {"audit": 0, "study": 0}.get(kind, 1)
    assert text.count('.pdf" href="data:application/pdf;base64,JVBERi') == n
    assert text.count("How to read it: ") == n


@pytest.mark.parametrize("kind", ["compare", "ask"])
def test_report__shows_both_duplexes_or_says_what_is_missing(finished, kind):
    text = render_page(report_of(path_of(finished, kind)))
    if is_installed("RNA"):
        assert text.count("kcal/mol") >= 2
        assert "hsa-miR-101-3p: " in text
    else:
        assert "Duplexes are not drawn" in text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", EVIL[:2])
def test_report__of_hostile_names_shows_them_and_runs_none(finished, tmp_path, kind, name):
    target = renamed(path_of(finished, kind), tmp_path / path_of(finished, kind).name, name)
    page = Inspected(render_page(report_of(target)))
    assert page.loads == []
    assert page.count(name)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=30))
def test_report__has_the_same_elements_whatever_names_say(finished, tmp_path_factory, kind, name):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "dmiso.report.figures.is_installed", lambda _: False
        )  # drawings have a test of their own
        pages = []
        for text in ("plain", name):
            folder = tmp_path_factory.mktemp("named")
            run = renamed(path_of(finished, kind), folder / path_of(finished, kind).name, text)
            pages.append(Inspected(render_page(report_of(run))))
    assert pages[1].loads == []
    assert pages[1].tags.count("script") == 1
    assert {"iframe", "img"}.isdisjoint(pages[1].tags)
    assert set(pages[1].tags) <= set(pages[0].tags) | {"td", "p"}


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("scan", "genes.parquet"),
        ("compare", "summary.json"),
        ("summary", "types.tsv"),
        ("ask", "answer.json"),
    ],
)
def test_report__of_a_folder_that_lacks_a_file_names_it(finished, tmp_path, kind, file):
    shutil.copytree(finished / kind, tmp_path / "run")
    (tmp_path / "run" / file).unlink()
    with pytest.raises(InputError, match=f"{file} is missing, which dmiso {kind} writes"):
        report_of(tmp_path / "run")


def test_report__of_no_run_says_which_folders_there_are_pages_of(finished, tmp_path):
    with pytest.raises(InputError, match=r"no run of dmiso is in it.*scan, study, summary"):
        report_of(finished / "e")
    with pytest.raises(InputError, match="folder of dmiso chimeras simulate, of which there is no report"):
        report_of(finished / "reads")
    (tmp_path / "manifest.json").write_text("[1]")
    with pytest.raises(InputError, match="no JSON object"):
        report_of(tmp_path)
    (tmp_path / "manifest.json").write_text('{"program": "other"}')
    with pytest.raises(InputError, match="no manifest of dmiso"):
        report_of(tmp_path)
    with pytest.raises(InputError, match="no report of dmiso audit"):
        report_of(finished / "scan" / "plan.json")


@pytest.mark.parametrize("kind", KINDS)
def test_report__of_a_run_without_words_is_known_by_its_files(finished, tmp_path, kind):
    target = tmp_path / path_of(finished, kind).name
    if kind == "audit":
        told = json.loads((finished / "audit.json").read_text())
        told["manifest"]["command"] = ["dmiso"]
        target.write_text(json.dumps(told))
    else:
        shutil.copytree(finished / kind, target)
        for path in target.glob("*manifest.json"):
            path.write_text(json.dumps({**json.loads(path.read_text()), "command": ["dmiso"]}))
    assert open_run(target).kind == kind


def test_report__is_made_of_inputs_whose_names_are_no_utf_8(finished, tmp_path):
    named = (finished / "audit.json").read_bytes()
    assert b"e/test.tsv" in named
    (tmp_path / "audit.json").write_bytes(named.replace(b"e/test.tsv", b"e/t\xff\xe9.tsv"))
    shutil.copy(finished / "audit.txt", tmp_path)
    assert "competition" in write_report(tmp_path / "audit.json").read_text(encoding="utf-8")


def test_report__never_replaces_a_file_that_is_no_page_of_ours(finished, tmp_path):
    mine = tmp_path / "report.html"
    mine.write_text("mine")
    with pytest.raises(UsageError, match="is no page of dmiso: nothing was touched"):
        write_report(finished / "summary", mine)
    assert mine.read_text() == "mine"


def test_command__writes_the_page_beside_the_run_and_again_over_itself(finished, tmp_path, capsys):
    shutil.copytree(finished / "summary", tmp_path / "run")
    shutil.copy(finished / "audit.json", tmp_path / "a.json")
    for words in (["report", str(tmp_path / "run")], ["report", str(tmp_path / "a.json")]):
        for _ in range(2):
            assert _run(words) == 0
            assert "open it in a browser" in capsys.readouterr().err
    first = (tmp_path / "run" / "report.html").read_bytes()
    assert _run(["report", str(tmp_path / "run"), "-q"]) == 0
    assert (tmp_path / "run" / "report.html").read_bytes() == first
    assert (tmp_path / "a.html").is_file()


def test_option__writes_the_page_and_a_run_without_it_removes_the_old_one(finished, tmp_path, monkeypatch):
    monkeypatch.chdir(finished)
    words = ["isomirs", "summary", "calls.tsv", "-q", "-o", str(tmp_path / "o")]
    assert _run([*words, "--report"]) == 0
    assert (tmp_path / "o" / "report.html").is_file()
    assert _run(words) == 0
    assert not (tmp_path / "o" / "report.html").exists()
