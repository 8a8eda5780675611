"""``dmiso reference`` and ``--reference``: built, chosen, taken in place of paths, and said everywhere."""

import json
import shlex

import polars as pl
import pytest
from tests.cli.leaves import leaves

from dmiso.cli.from_reference import FILLS, has_reference
from dmiso.cli.main import _run
from dmiso.cli.paths import InputFile
from dmiso.examples import write_examples
from dmiso.references import open_reference

LEAVES = dict(leaves())
WITH_REFERENCE = sorted(name for name, command in LEAVES.items() if has_reference(command))
SAID = "reference tiny-hsa (24 miRNAs of miRBase 22, invented transcripts; hsa)"


def test_reference__a_command_that_looks_names_up_itself_is_given_no_paths(run):
    code, out, err = run("ask hsa-let-7a-5p LIN28B-like --reference tiny-hsa -q")
    assert (code, err) == (0, "")
    assert out.startswith("hsa-let-7a-5p on LIN28B-like")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder with the examples in ``e``."""
    write_examples(tmp_path / "e")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(here, capsys):
    """Run a command line; return its exit code and what it said on standard output and error."""

    def run_line(line):
        capsys.readouterr()
        code = _run(shlex.split(line))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run_line


ADD = "reference add mine --mirnas e/mature.fa --hairpins e/hairpin.fa --transcripts e/transcripts.fa --without-cds"


def test_reference__is_added_listed_used_shown_and_removed(run):
    code, _, said = run(ADD)
    assert code == 0
    assert "hsa; release not stated; 4 miRNAs, 7 hairpins, 6 transcripts, 6 genes" in said
    assert "Use it with --reference mine" in said
    assert run(ADD)[2] == "mine is there already, made of the same files: nothing was done\n"
    assert run("reference use")[1] == "none\n"
    assert run("reference use mine")[2] == "in use: mine (release not stated; hsa)\n"
    assert [line[:7] for line in run("reference list")[1].splitlines()] == ["* mine\t", "  tiny-"]
    code, shown, _ = run("reference show")
    assert code == 0
    assert "  mirnas\tmature.fa\tsha256 " in shown
    assert run("reference remove mine")[0] == 0
    assert run("reference use")[1] == "none\n"
    assert run("reference show mine")[0] == 2


def test_reference_with_a_changed_file__is_shown_with_it_and_listed(run):
    run(ADD)
    folder = open_reference("mine").folder
    text = (folder / "transcripts.fa").read_text()
    (folder / "transcripts.fa").write_text(text.replace("A\n", "C\n", 1))
    code, shown, _ = run("reference show mine")
    assert code == 1
    assert "this file is not what it was when the reference was made" in shown
    (folder / "transcripts.fa").write_text(text + "A")
    assert "mine\tcannot be used: " in run("reference list")[1]


def test_unfinished_reference__is_listed_as_such(run):
    run(ADD)
    (open_reference("mine").folder / "reference.json").unlink()
    assert "  mine\tnot whole: its making was stopped" in run("reference list")[1]


def test_reference_in_a_folder_of_ones_own__is_named_by_its_path(run, here):
    code, _, said = run(f"{ADD} -o refs/mine")
    assert code == 0
    assert "--reference refs/mine" in said
    assert run("isomirs names let-7a --reference refs/mine")[0] == 0
    assert run("reference use refs/mine")[0] == 2


def test_addresses__are_printed_for_species_by_any_name_and_nothing_is_opened(run, monkeypatch):
    monkeypatch.setattr("socket.socket.connect", None)
    code, shown, _ = run("reference where hsa")
    assert code == 0
    for address in ("https://www.mirbase.org/download/hsa.gff3", "https://mirgenedb.org/fasta/hsa?mat=1"):
        assert address in shown
    assert shown == run("reference where human")[1] == run("reference where 'Homo sapiens'")[1]
    code, _, said = run("reference where xyz")
    assert code == 2
    assert "Known: ath, bta" in said


def test_every_command__that_takes_what_a_reference_has_takes_a_reference():
    own = {"models ensemble", "reference add"}
    """Commands with such options that mean something else: a background, and what a reference is made of."""
    taking = {
        name
        for name, command in LEAVES.items()
        if any(p.name in FILLS and isinstance(p.type, InputFile) for p in command.params)
    }
    named = {name for name, command in LEAVES.items() if any("--reference" in p.opts for p in command.params)}
    assert taking - own == named
    assert set(WITH_REFERENCE) <= named


LINES = {
    "predict": "predict --mirnas e/isomirs.fa --reference tiny-hsa -o o.tsv",
    "scan run": "scan --mirnas e/isomirs.fa --reference tiny-hsa --decoys 1 -o o",
    "isomirs call": "isomirs e/isomirs.fa --reference tiny-hsa -o o.tsv",
    "isomirs compare": "isomirs compare GUACAGUACUGUGAUAACUGAA --reference tiny-hsa --decoys 2 -o o",
    "isomirs export": "isomirs export c.gff3 --reference tiny-hsa -o o.tsv",
    "isomirs names": "isomirs names let-7a --reference tiny-hsa",
    "isomirs summary": "isomirs summary c.tsv --reference tiny-hsa -o o",
    "isomirs simulate": "isomirs simulate --reference tiny-hsa --samples 1 --reads 200 --mirnas 5 -o o",
    "chimeras simulate": "chimeras simulate --reference tiny-hsa --reads 300 --isomirs 8 -o o",
    "chimeras call": "chimeras r/reads.fastq.gz --reference tiny-hsa --adapter TGGAATTCTCGGGTGCCAAGG --umi5 8 -o o",
    "chimeras statistics": "chimeras statistics i/interactions.tsv --reference tiny-hsa "
    "--mirgenedb e/mature.fa -o o.tsv",
    "dataset": "dataset e/labelled.tsv --site-rule as-given --reference tiny-hsa -o o",
    "evaluate genes": "evaluate genes g.tsv --reference tiny-hsa --best 2 --min-responders 1 "
    "--replicates 2 --energy-genes 1 --no-pictures -o o",
    "evaluate fair": "evaluate fair e/labelled.tsv --positives e/labelled.tsv --reference tiny-hsa -o o.tsv",
    "report": "report scanned --reference tiny-hsa -o o.html",
    "explain variants": "explain variants MADET000011:n.1{first}>C --reference tiny-hsa --no-pictures -o o",
}
"""Command lines with a reference; ``study paper`` and ``evaluate`` of miRTarBase's file need data of their own."""
PREPARED = {
    "report": ["scan --mirnas e/isomirs.fa --reference tiny-hsa --decoys 1 -o scanned"],
    "isomirs summary": ["isomirs e/isomirs.fa --mature e/mature.fa -o c.tsv"],
    "isomirs export": ["isomirs e/isomirs.fa --mature e/mature.fa -o c.gff3"],
    "chimeras call": ["chimeras simulate --reference tiny-hsa --reads 300 --isomirs 8 -o r"],
    "chimeras statistics": [
        "chimeras simulate --reference tiny-hsa --reads 400 --isomirs 8 -o r",
        "chimeras r/reads.fastq.gz --reference tiny-hsa --adapter TGGAATTCTCGGGTGCCAAGG --umi5 8 -o i",
    ],
}


def test_lines__are_of_every_command_with_a_reference():
    assert set(WITH_REFERENCE) - set(LINES) == {"study paper", "evaluate run"}


@pytest.mark.parametrize("name", LINES)
def test_command__takes_the_paths_of_a_reference_says_so_and_records_it(name, run, here):
    tiny = open_reference("tiny-hsa")
    genes = pl.read_csv(tiny.genes, separator="\t")["gene_id"].unique(maintain_order=True).to_list()
    rows = [("e", "hsa-let-7a-5p", gene, float(i), int(i > 3)) for i, gene in enumerate(genes)]
    names = ["experiment", "mirna_id", "gene_id", "response", "responds"]
    pl.DataFrame(rows, names, orient="row").write_csv(here / "g.tsv", separator="\t")
    for line in PREPARED.get(name, ()):
        assert run(line)[0] == 0
    first = tiny.find_transcripts("MADET000011")[0].transcript.sequence[0]
    code, _, said = run(LINES[name].replace("{first}", first))
    assert code == 0, said
    assert SAID in said
    manifests = [*here.glob("o*/*manifest.json"), *here.glob("o*manifest.json")]
    for path in manifests:
        told = json.loads(path.read_text())["reference"]
        assert told["name"] == "tiny-hsa"
        assert told["files"]["transcripts.fa"] == tiny.record.files["transcripts.fa"].sha256
        assert told["stands_for"]
    assert manifests or name in {"isomirs names", "report"}


def test_reference__gives_what_its_paths_give(run, here):
    tiny = open_reference("tiny-hsa")
    assert run("scan --mirnas e/isomirs.fa --reference tiny-hsa --decoys 1 -o named")[0] == 0
    paths = f"--transcripts {tiny.transcripts} --cds {tiny.cds} --genes {tiny.genes} --known {tiny.mirnas}"
    code, _, said = run(f"scan --mirnas e/isomirs.fa {paths} --decoys 1 -o given")
    assert code == 0
    assert "reference" not in said
    for name in ("sites.parquet", "genes.parquet", "genes_total.parquet"):
        assert (here / "named" / name).read_bytes() == (here / "given" / name).read_bytes()
    assert "reference" not in json.loads((here / "given" / "scan.manifest.json").read_text())


def test_path_that_is_given__wins_with_what_belongs_to_it_and_that_is_said(run):
    line = "scan --mirnas e/isomirs.fa --transcripts e/transcripts.fa --reference tiny-hsa --decoys 1 -o o"
    code, _, said = run(line)
    assert code == 0
    assert f"{SAID}: --known; given instead: --transcripts\n" in said
    code, _, said = run("isomirs e/isomirs.fa --hairpin e/hairpin.fa --reference tiny-hsa -o o.tsv")
    assert code == 0
    assert f"{SAID}: --mature; given instead: --hairpin\n" in said


def test_reference_in_use__is_taken_where_an_input_is_missing(run, here):
    missing = "isomirs compare GUACAGUACUGUGAUAACUGAA --decoys 2 -o o"
    code, _, said = run(missing)
    assert code == 2
    assert "Missing option '--transcripts'. Give it, or --reference NAME: see dmiso reference list." in said
    run("reference use tiny-hsa")
    code, _, said = run(missing)
    assert code == 0
    assert f"{SAID}, the reference in use: --mature, --hairpin, --transcripts, --cds, --genes\n" in said
    assert json.loads((here / "o" / "compare.manifest.json").read_text())["reference"]["name"] == "tiny-hsa"


def test_reference_in_use__changes_nothing_where_all_inputs_are_given(run, here):
    line = "scan --mirnas e/isomirs.fa --transcripts e/transcripts.fa --decoys 1 -o"
    assert run(f"{line} before")[0] == 0
    run("reference use tiny-hsa")
    code, _, said = run(f"{line} after")
    assert code == 0
    assert "reference" not in said
    assert (here / "before" / "sites.parquet").read_bytes() == (here / "after" / "sites.parquet").read_bytes()


def test_what_is_asked__is_taken_from_a_reference_that_is_named_alone(run):
    run("reference use tiny-hsa")
    code, _, said = run("scan --decoys 0 -o o")
    assert code == 2
    assert "Missing option '--mirnas'" in said
    code, _, said = run("predict --reference tiny-hsa --top 1 -o o.tsv")
    assert code == 0
    assert f"{SAID}: --mirnas, --targets\n" in said


def test_reference_in_use_that_is_gone__is_said(run):
    run(ADD)
    run("reference use mine")
    folder = open_reference("mine").folder
    folder.rename(folder.with_name("elsewhere"))
    code, _, said = run("scan --mirnas e/isomirs.fa -o o")
    assert code == 2
    assert "'mine' is no reference and no folder" in said
    assert "note: mine is in use, and is not there any more" in run("reference list")[2]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("scan --mirnas e/isomirs.fa --reference nix -o o", "'nix' is no reference and no folder. "),
        (
            "isomirs e/isomirs.fa --mature e/mature.fa --reference tiny-hsa -o o.tsv",
            "--reference tiny-hsa has no effect: every input that it could stand for is given, or is not in it",
        ),
        (
            "chimeras statistics e/pairs.tsv --reference tiny-hsa -o o.tsv",
            "--reference tiny-hsa has no effect",
        ),
        (
            "scan --mirnas e/isomirs.fa --reference tiny-hsa --as-utrs -o o",
            "has no 3'UTRs without mRNAs. Give --transcripts, or another --reference, or leave out --as-utrs",
        ),
    ],
)
def test_mistakes__are_said_before_any_work(line, said, run, here):
    code, _, told = run(line)
    assert code == 2
    assert said in told
    assert not list(here.glob("o*"))


def test_utrs__stand_for_transcripts_that_are_declared_to_be_such(run, here):
    run("reference add utrs --utrs e/gene_utrs.fa")
    code, _, said = run("scan --mirnas e/isomirs.fa --reference utrs --as-utrs --decoys 0 -o o")
    assert code == 0, said
    assert pl.read_parquet(here / "o" / "genes.parquet")["repression"].null_count() == 0
    code, _, said = run("scan --mirnas e/isomirs.fa --reference utrs --decoys 0 -o p")
    assert code == 2
    assert "has no transcripts. Give --transcripts" in said


def test_reference_in_quiet__is_not_said_and_recorded(run, here):
    code, _, said = run("isomirs e/isomirs.fa --reference tiny-hsa -q -o o.tsv")
    assert (code, said) == (0, "")
    assert json.loads((here / "o.tsv.manifest.json").read_text())["reference"]["name"] == "tiny-hsa"


def test_symbol__is_found_by_compare_in_the_table_of_genes(run, here):
    line = "isomirs compare GUACAGUACUGUGAUAACUGAA --reference tiny-hsa --decoys 2 --gene"
    assert run(f"{line} SHIFT101-like -o o")[0] == 0
    assert "MADEG00003" in (here / "o" / "page.md").read_text()
    code, _, said = run(f"{line} SHIFT101-lik -o p")
    assert code == 2
    assert "SHIFT101-like" in said
