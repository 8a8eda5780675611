"""Opening references, finding them by name, and looking up miRNAs and transcripts."""

import json

import pytest
from tests.references import layouts
from tests.references.layouts import LET7, MIR21, build

from dmiso.errors import DmisoError, InputError, UsageError
from dmiso.references import open_reference
from dmiso.references.homes import (
    reference_in_use,
    reference_names,
    references_folder,
    use_reference,
)
from dmiso.references.removal import remove_reference


@pytest.fixture
def made(tmp_path):
    return build(tmp_path).reference


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("hsa-miR-21-5p", [("hsa-miR-21-5p", ("name",))]),
        ("MIMAT0000062", [("hsa-let-7a-5p", ("name",))]),
        ("let-7a", [("hsa-let-7a-5p", ("arm",))]),
        ("miR-10a*", [("hsa-miR-10a-5p", ("arm",)), ("hsa-miR-10a-3p", ("arm",))]),
        ("hsa-mir-21", [("hsa-miR-21-5p", ("arm",))]),
        (MIR21.replace("U", "T").lower(), [("hsa-miR-21-5p", ("sequence",))]),
        (MIR21 + "C", [("hsa-miR-21-5p", ("ends",))]),
        (LET7[:9] + "C" + LET7[10:], [("hsa-let-7a-5p", ("near",))]),
    ],
)
def test_mirnas__are_found_by_name_of_any_release_accession_and_nucleotides(asked, found, made):
    assert [(one.mirna.name, one.rules) for one in made.find_mirnas(asked)] == found


def test_mirna_that_is_not_there__is_refused_with_names_spelled_alike(made):
    with pytest.raises(
        UsageError, match=r"'hsa-miR-22-5p': it is no miRNA of reference made.*Did you mean hsa-miR-21-5p"
    ):
        made.find_mirnas("hsa-miR-22-5p")
    with pytest.raises(UsageError, match="no miRNA has these nucleotides, nor ends or bases near them"):
        made.find_mirnas("ACGUACGUACGUACGUACGU")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ENST00000000001.3", ["ENST00000000001.3"]),
        ("ENST00000000001", ["ENST00000000001.3"]),
        ("ENST00000000001.9", ["ENST00000000001.3"]),
        ("AAA1", ["ENST00000000001.3", "ENST00000000002.1"]),
        ("ENSG00000000001", ["ENST00000000001.3", "ENST00000000002.1"]),
        (" Bb2 ", ["ENST00000000003.7"]),
    ],
)
def test_transcripts__are_found_by_identifier_gene_and_symbol(asked, found, made):
    assert [one.transcript.id for one in made.find_transcripts(asked)] == found


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("aaa1", "AAA1"), ("BB2", "Bb2"), ("AAA11", "AAA1"), ("ENST0000000003", "ENST00000000003.7")],
)
def test_transcript_that_is_not_there__is_refused_with_the_nearest(asked, meant, made):
    with pytest.raises(UsageError, match="is no transcript and no gene of reference made") as caught:
        made.find_transcripts(asked)
    assert f"Did you mean {meant}" in str(caught.value)


def test_symbol_of_two_genes__gives_the_transcripts_of_both(tmp_path):
    path = layouts.gencode(tmp_path)
    path.write_text(path.read_text().replace("|Bb2|", "|AAA1|"))
    found = build(tmp_path, transcripts=(path,)).reference.find_transcripts("AAA1")
    assert [(one.transcript.id, bool(one.represents)) for one in found] == [
        ("ENST00000000001.3", True),
        ("ENST00000000003.7", True),
        ("ENST00000000002.1", False),
    ]


def test_reference__is_opened_by_name_and_by_folder(made, tmp_path):
    assert open_reference("made").name == "made"
    moved = tmp_path / "elsewhere"
    made.folder.rename(moved)
    assert open_reference(moved).name == str(moved)
    assert open_reference(moved).find_transcripts("AAA1")
    with pytest.raises(UsageError, match=r"'made' is no reference and no folder. .*tiny-hsa"):
        open_reference("made")


def test_none__is_the_one_in_use(made):
    with pytest.raises(UsageError, match=r"none is in use.*dmiso reference use. At hand: made, tiny-hsa"):
        open_reference()
    use_reference("made")
    assert open_reference().name == reference_in_use() == "made"
    use_reference(None)
    assert reference_in_use() is None


def test_tiny_reference__comes_with_the_package():
    tiny = open_reference("tiny-hsa")
    assert tiny.is_bundled
    assert [path.name for path in (tiny.mirnas, tiny.hairpins, tiny.transcripts, tiny.cds, tiny.genes)]
    assert all(one.transcript.gene_names[0].endswith("-like") for one in tiny.find_transcripts("LIN28B-like"))


@pytest.mark.parametrize("file", ["transcripts.fa", "mirnas.fa", "cds.tsv"])
def test_changed_file__is_refused_when_it_is_asked_for(file, made):
    path = made.folder / file
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    kind = {"transcripts.fa": "transcripts", "mirnas.fa": "mirnas", "cds.tsv": "cds"}[file]
    with pytest.raises(
        InputError, match=rf"{file}: this file is not what it was when the reference was made"
    ):
        open_reference("made").path(kind)


def test_changed_nucleotides__are_refused_by_the_look_up_of_that_transcript_alone(made):
    path = made.folder / "transcripts.fa"
    text = path.read_text()
    at = text.index("\n") + 10
    path.write_text(text[:at] + ("A" if text[at] != "A" else "C") + text[at + 1 :])
    changed = open_reference("made")
    assert changed.find_transcripts("Bb2")
    with pytest.raises(InputError, match=r"record ENST00000000001.3: the nucleotides are not those"):
        changed.find_transcripts("ENST00000000001.3")


def test_file_of_another_size__is_refused_at_once(made):
    with (made.folder / "genes.tsv").open("a") as handle:
        handle.write("x\ty\tz\n")
    with pytest.raises(InputError, match=r"genes.tsv: this file is not what it was"):
        open_reference("made")


def test_file_that_is_gone__is_refused_at_once(made):
    (made.folder / "hairpins.fa").unlink()
    with pytest.raises(InputError, match=r"hairpins.fa: this file of a reference cannot be opened"):
        open_reference("made")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda said: said | {"format_version": 99}, "format_version is 99; this dmiso reads 1"),
        (lambda said: said | {"numbers": "many"}, "it is damaged"),
        (lambda said: {**said, "files": {"../../x": {"size": 1, "sha256": ""}}}, "which no reference has"),
        (lambda said: [said], "format_version is None"),
    ],
)
def test_damaged_record__is_refused(change, said, made):
    path = made.folder / "reference.json"
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(DmisoError, match=said):
        open_reference("made")


def test_damaged_index__is_refused(made):
    path = made.folder / "index.msgpack"
    path.write_bytes(b"\x00" * path.stat().st_size)
    with pytest.raises(InputError, match=r"index.msgpack: this file is not what it was"):
        open_reference("made").find_transcripts("AAA1")


def test_reference_without_transcripts_or_mirnas__says_so(tmp_path):
    small = build(tmp_path, "small", mirnas=(layouts.mirnas(tmp_path),), species="hsa").reference
    with pytest.raises(UsageError, match="has no transcripts"):
        small.find_transcripts("AAA1")
    large = build(tmp_path, "large", transcripts=(layouts.gencode(tmp_path),)).reference
    with pytest.raises(UsageError, match="has no miRNAs"):
        large.find_mirnas("let-7a")
    assert (small.transcripts, large.mirnas, large.record.species) == (None, None, "hsa")


def test_removal__deletes_what_was_made_and_nothing_else(made):
    use_reference("made")
    assert remove_reference("made") == made.folder
    assert not made.folder.exists()
    assert reference_in_use() is None
    assert reference_names() == ["tiny-hsa"]


def test_removal__of_a_folder_with_a_users_file_touches_nothing(made):
    (made.folder / "thesis.txt").write_text("mine")
    before = sorted(path.name for path in made.folder.iterdir())
    with pytest.raises(UsageError, match=r"did not make \(thesis.txt\): nothing was touched"):
        remove_reference("made")
    assert sorted(path.name for path in made.folder.iterdir()) == before


def test_removal__of_what_is_not_the_users_is_refused():
    with pytest.raises(UsageError, match="stays"):
        remove_reference("tiny-hsa")
    with pytest.raises(UsageError, match="There is no reference 'nix' of yours"):
        remove_reference("nix")


def test_folder_of_references__is_told_or_the_platforms(monkeypatch, tmp_path):
    monkeypatch.delenv("DMISO_REFERENCES")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert references_folder() == tmp_path / "dmiso" / "references"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert references_folder() == tmp_path / ".local" / "share" / "dmiso" / "references"
    monkeypatch.setattr("sys.platform", "darwin")
    assert references_folder() == tmp_path / "Library" / "Application Support" / "dmiso" / "references"
