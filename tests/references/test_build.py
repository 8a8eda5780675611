"""Building references: every layout of databases gives the same, and mistakes are said before anything is written."""

import json
import os
import signal
import subprocess
import sys

import pytest
from tests.references import layouts
from tests.references.layouts import CODING, TRANSCRIPTS, build

from dmiso.errors import DmisoError, InputError, UsageError
from dmiso.io.transcripts import read_cds, read_transcripts
from dmiso.records import Counts
from dmiso.references import open_reference
from dmiso.references.homes import own_names, references_folder, unfinished_names

LAYOUTS = {
    "GENCODE": lambda f: {"transcripts": (layouts.gencode(f),)},
    "Ensembl": lambda f: {"transcripts": (layouts.ensembl(f),), "annotation": (layouts.gtf(f),)},
    "genome and GTF": lambda f: {"genome": layouts.genome(f), "annotation": (layouts.gtf(f),)},
    "RefSeq and GFF3": lambda f: {"transcripts": (layouts.refseq(f),), "annotation": (layouts.gff3(f),)},
    "RefSeq and GTF": lambda f: {
        "transcripts": (layouts.refseq(f),),
        "annotation": (layouts.gtf(f, refseq_names=True),),
    },
    "RefSeq and BED12": lambda f: {"transcripts": (layouts.refseq(f),), "annotation": (layouts.bed12(f),)},
    "RefSeq and flat file": lambda f: {
        "transcripts": (layouts.refseq(f),),
        "annotation": (layouts.genbank(f),),
    },
    "RefSeq's flat file": lambda f: {"transcripts": (layouts.genbank(f),)},
    "RefSeq and tables": lambda f: {
        "transcripts": (layouts.refseq(f),),
        "cds": layouts.tables(f)[0],
        "genes": layouts.tables(f)[1],
    },
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout__gives_the_same_nucleotides_coding_sequences_and_genes(layout, tmp_path):
    reference = build(tmp_path, **LAYOUTS[layout](tmp_path)).reference
    assert reference.record.numbers == {"transcripts": 4, "with_cds": 3, "genes": 3}
    for made in TRANSCRIPTS:
        name = made.ensembl if layout in {"GENCODE", "Ensembl", "genome and GTF"} else made.refseq
        (found,) = reference.find_transcripts(name)
        assert found.transcript.sequence == made.bases.replace("T", "U")
        assert found.transcript.cds == made.cds
        assert found.symbol == made.symbol
    # what other commands read is what look-ups find
    read = read_transcripts(reference.transcripts, Counts(), cds=reference.cds)
    assert [t.cds for t in read.values()] == list(CODING.values())
    assert len(read_cds(reference.cds, Counts())) == 3


@pytest.mark.parametrize("layout", ["Ensembl", "RefSeq and GFF3", "RefSeq and GTF", "RefSeq's flat file"])
def test_representative__is_the_one_that_the_annotation_marks(layout, tmp_path):
    found = build(tmp_path, **LAYOUTS[layout](tmp_path)).reference.find_transcripts("AAA1")
    assert [(len(one.transcript.sequence), one.represents) for one in found] == [
        (301, "MANE Select"),
        (400, ""),
    ]


def test_representative__without_marks_has_the_longest_utr_and_the_others_are_listed(tmp_path):
    found = build(tmp_path).reference.find_transcripts("AAA1")
    assert [(one.utr3_length, one.represents) for one in found] == [
        (290, "longest 3'UTR of 2 transcripts"),
        (191, ""),
    ]


def test_release__is_read_from_names_and_heads(tmp_path):
    assert build(tmp_path).reference.record.release == "GENCODE 45"
    assert build(tmp_path, "b", **LAYOUTS["Ensembl"](tmp_path)).reference.record.release == "Ensembl 111"
    told = build(tmp_path, "c", **LAYOUTS["RefSeq and GFF3"](tmp_path)).reference.record.release
    assert "RefSeq GCF_000001405.40" in told
    given = build(tmp_path, "d", **LAYOUTS["Ensembl"](tmp_path), release="mine 7").reference.record.release
    assert given == "mine 7"


def test_record__has_the_hash_of_every_source_and_file(tmp_path):
    built = build(tmp_path)
    said = json.loads((built.reference.folder / "reference.json").read_text())
    assert [one["option"] for one in said["sources"]] == ["mirnas", "hairpins", "transcripts"]
    assert set(said["files"]) == {
        *("mirnas.fa", "hairpins.fa", "transcripts.fa", "cds.tsv", "genes.tsv", "index.msgpack")
    }
    assert str(tmp_path) not in json.dumps(said)


def test_same_files__give_the_same_bytes(tmp_path):
    one, other = (build(tmp_path, name).reference.folder for name in ("one", "other"))
    for path in one.iterdir():
        if path.name != "reference.json":
            assert path.read_bytes() == (other / path.name).read_bytes()


def test_only_the_chosen_species__is_kept(tmp_path):
    reference = build(tmp_path).reference
    assert reference.record.numbers["mirnas"] == 4
    assert "mmu" not in reference.mirnas.read_text() + reference.hairpins.read_text()


def test_several_species__must_be_chosen_from(tmp_path):
    with pytest.raises(
        UsageError, match=r"2 species \(hsa, mmu\); a reference is of one. Choose it with --species"
    ):
        build(tmp_path, mirnas=(layouts.mirnas(tmp_path),))
    assert own_names() == unfinished_names() == []


def test_species_that_is_not_in_the_file__is_refused_with_those_that_are(tmp_path):
    with pytest.raises(UsageError, match=r"is of species dre. Known: hsa, mmu"):
        build(tmp_path, mirnas=(layouts.mirnas(tmp_path),), species="dre")


def test_transcripts_of_another_species__are_refused(tmp_path):
    path = layouts.gencode(tmp_path)
    path.write_text(path.read_text().replace("ENST", "ENSMUST"))
    with pytest.raises(
        InputError, match=r"transcripts of Mus musculus \(mmu\), and the reference is of Homo sapiens"
    ):
        build(tmp_path, mirnas=(layouts.mirnas(tmp_path),), transcripts=(path,), species="hsa")
    assert own_names() == []


def test_transcripts_without_coding_sequence__are_refused_unless_that_is_accepted(tmp_path):
    files = {"transcripts": (layouts.refseq(tmp_path),)}
    with pytest.raises(InputError, match=r"none of the 4 transcripts has a coding sequence.*--without-cds"):
        build(tmp_path, **files)
    reference = build(tmp_path, **files, without_cds=True).reference
    assert reference.cds is None
    assert reference.find_transcripts("AAA1")[0].represents == "longest of 2 transcripts"


def test_annotation_of_other_transcripts__is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none of the 4 transcripts.*is among its 4"):
        build(tmp_path, transcripts=(layouts.refseq(tmp_path),), annotation=(layouts.gtf(tmp_path),))


def test_table_of_other_genes__is_refused(tmp_path):
    path = tmp_path / "other.tsv"
    path.write_text("transcript_id\tgene_id\nX1\tG1\n")
    with pytest.raises(InputError, match="it names none of the 4 transcripts"):
        build(tmp_path, transcripts=(layouts.gencode(tmp_path),), genes=path)


def test_record_whose_nucleotides_differ__is_left_out_and_counted(tmp_path):
    fasta, records = layouts.refseq(tmp_path), layouts.genbank(tmp_path)
    fasta.write_text(fasta.read_text().replace(TRANSCRIPTS[0].bases, TRANSCRIPTS[0].bases[:-1]))
    built = build(tmp_path, transcripts=(fasta,), annotation=(records,))
    assert built.counts.dropped == {"transcripts whose nucleotides differ from their record's": 1}
    assert built.reference.record.numbers["transcripts"] == 3


def test_transcript_in_two_files__is_refused(tmp_path):
    with pytest.raises(
        InputError, match=r"record ENST00000000001.3: a transcript of this name came in a file before"
    ):
        build(tmp_path, transcripts=(layouts.gencode(tmp_path), layouts.ensembl(tmp_path)))


def test_swapped_files__are_refused(tmp_path):
    with pytest.raises(InputError, match="--mature and --hairpin are not swapped"):
        build(
            tmp_path, mirnas=(layouts.hairpins(tmp_path),), hairpins=layouts.mirnas(tmp_path), species="hsa"
        )


def test_same_name__of_the_same_files_is_nothing_to_do_and_of_others_refused(tmp_path):
    before = build(tmp_path)
    assert before.is_new
    assert not build(tmp_path).is_new
    with pytest.raises(
        UsageError,
        match=r"a reference made already, made of other files or settings \(GENCODE 45\).*remove made",
    ):
        build(tmp_path, mirnas=(layouts.mirnas(tmp_path),), species="hsa")
    with pytest.raises(UsageError, match="made of other files or settings"):
        build(
            tmp_path,
            mirnas=(layouts.mirnas(tmp_path),),
            hairpins=layouts.hairpins(tmp_path),
            transcripts=(layouts.gencode(tmp_path),),
            species="hsa",
            release="another",
        )
    assert open_reference("made").record == before.reference.record


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../a", "a b", "-x", "x" * 65, "ä", "a\n"])
def test_names__are_words_and_no_paths(name, tmp_path):
    with pytest.raises(UsageError, match="cannot be the name of a reference"):
        build(tmp_path, name)
    assert not references_folder().exists()


def test_name_of_the_package__stays_with_it(tmp_path):
    with pytest.raises(UsageError, match="tiny-hsa is a reference of the package"):
        build(tmp_path, "tiny-hsa")


def test_folder_that_cannot_be_made__is_said(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("a user's")
    monkeypatch.setenv("DMISO_REFERENCES", str(blocked))
    with pytest.raises(UsageError, match="cannot be made a folder"):
        build(tmp_path)
    assert blocked.read_text() == "a user's"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_read_only_folder__is_said(tmp_path, monkeypatch):
    folder = tmp_path / "shut"
    folder.mkdir(mode=0o555)
    monkeypatch.setenv("DMISO_REFERENCES", str(folder))
    with pytest.raises(UsageError, match="Permission denied"):
        build(tmp_path)


def test_folder_with_a_users_files__is_left_alone(tmp_path):
    mine = references_folder() / "made"
    mine.mkdir(parents=True)
    (mine / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"holds files that dmiso reference did not make \(thesis.txt\)"):
        build(tmp_path)
    assert [path.name for path in mine.iterdir()] == ["thesis.txt"]


KILLED = """
import os, signal, sys
from pathlib import Path
import dmiso.references.build as building
from tests.references.layouts import build
write = building.write_transcripts
def killed(*given):
    write(*given)
    os.kill(os.getpid(), signal.SIGKILL)
building.write_transcripts = killed
build(Path(sys.argv[1]))
"""


def test_run_that_is_killed__leaves_no_reference_and_is_repeated(tmp_path):
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    assert own_names() == []
    assert unfinished_names() == ["made"]
    with pytest.raises(DmisoError, match="or its making was stopped"):
        open_reference("made")
    assert build(tmp_path).is_new
    assert unfinished_names() == []
    assert not [path for path in open_reference("made").folder.iterdir() if path.name.startswith(".")]


def test_pipes__are_read_once_and_hashed(tmp_path):
    pipe = tmp_path / "pipe.fa"
    os.mkfifo(pipe)
    text = layouts.gencode(tmp_path).read_text()
    with subprocess.Popen(["sh", "-c", f"cat > '{pipe}'"], stdin=subprocess.PIPE, text=True) as writer:
        writer.stdin.write(text)
        writer.stdin.close()
        reference = build(tmp_path, transcripts=(pipe,)).reference
    assert reference.record.sources[0].size == len(text)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "needs --mirnas, --transcripts or --utrs"),
        ({"transcripts": "a.fa", "genome": "a.fa"}, "either --transcripts, or --genome"),
        ({"genome": "a.fa"}, "--annotation is missing"),
        ({"utrs": "nothing.fa"}, "nothing.fa does not exist"),
    ],
)
def test_wrong_combinations__are_said(files, said, tmp_path):
    from dmiso.references import ReferenceSources

    (tmp_path / "a.fa").write_text(">a\nACGU\n")
    given = {key: tmp_path / name for key, name in files.items()}
    given |= {key: (given[key],) for key in ("transcripts",) if key in given}
    with pytest.raises(UsageError, match=said):
        ReferenceSources(**given)
