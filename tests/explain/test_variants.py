"""Changes on transcripts and miRNAs, their nucleotides checked, their positions worked out by hand."""

import numpy as np
import pytest

import dmiso
from dmiso.errors import InputError
from dmiso.explain.model import ExplainedModel
from dmiso.explain.variant_scores import score_changes
from dmiso.explain.variants import Change, Sequences, edited, parse_change, read_changes, read_vcf
from dmiso.io.transcript_models import TranscriptModel
from dmiso.records import Counts

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
# transcript on -: exons 100-110 and 200-220 of the genome; 30 nucleotides
TRANSCRIPT = "ACGUACGUACGUACGUACGUACGUACGUAC"
OWN = Sequences({"let-7": LET7}, {"NM_1": TRANSCRIPT}, {"NM_1": (3, 12)})
MODELS = {"NM_1": TranscriptModel("NM_1", "chr1", "-", ((100, 110), (200, 220)))}


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("NM_1:n.1A>G", 0),
        ("NM_1:r.2c>u", 1),
        ("NM_1:c.1U>C", 3),
        ("NM_1:c.-1G>A", 2),
        ("NM_1:c.*1A>C", 12),
        ("let-7:n.4G>T", 3),
    ],
)
def test_parse__positions_of_every_system(text, position):
    change = parse_change(text, OWN)
    assert change.position == position
    assert "T" not in change.alt + change.ref


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "NM_1:n.1G>A",
            "NM_1 has A at position 1, not G: another version of the sequence, or another strand",
        ),
        ("NM_1:n.31A>G", "position 31 lies outside NM_1, which has 30 nucleotides"),
        ("NM_2:n.1A>G", "'NM_2' is not a miRNA or a transcript. Did you mean NM_1?"),
        ("NM_1:n.1AC>G", "is not NAME:n.POSITIONREF>ALT"),
        ("NM_1:n.*1A>G", "counts from the coding sequence: write c. before it"),
        ("let-7:c.1U>A", "the coding sequence of let-7 is not known"),
        ("NM_1:c.0A>G", "there is no position c.0"),
        ("NM_1:n.1A>A", "changes nothing"),
    ],
)
def test_parse__what_cannot_be_is_said(text, message):
    with pytest.raises(ValueError, match=message.replace("(", r"\(").replace("*", r"\*").replace("?", r"\?")):
        parse_change(text, OWN)


def vcf(tmp_path, *rows):
    path = tmp_path / "v.vcf"
    head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    path.write_text(head + "".join("\t".join(map(str, row)) + "\n" for row in rows))
    return path


def test_vcf__the_minus_strand_is_turned_and_junctions_are_crossed(tmp_path):
    # genome 219 (POS 220) is the transcript's first nucleotide, A: T on the genome; genome 109 (POS 110) its 21st, A
    counts = Counts()
    found = read_vcf(
        vcf(tmp_path, (1, 220, "rs1", "T", "C"), ("chr1", 110, ".", "T", "G,A")), MODELS, OWN, counts
    )
    assert [(c.name, c.position, c.ref, c.alt) for c in found] == [
        ("rs1", 0, "A", "G"),
        ("chr1:110T>G", 20, "A", "C"),
        ("chr1:110T>A", 20, "A", "U"),
    ]


def test_vcf__what_is_left_out_is_counted(tmp_path):
    counts = Counts()
    rows = [
        (1, 220, "a", "TA", "T"),
        (1, 150, "b", "A", "G"),
        (2, 220, "c", "T", "C"),
        (1, 220, "d", "G", "C"),
    ]
    assert read_vcf(vcf(tmp_path, *rows), MODELS, OWN, counts, on_bad="skip") == []
    assert dict(counts.dropped) == {
        "changes that are not one base for another": 1,
        "changes in no exon of a transcript": 2,
        "changes that cannot be used": 1,
    }
    with pytest.raises(InputError, match=r"v.vcf, line 3: NM_1 has A at position 1, not C"):
        read_vcf(vcf(tmp_path, rows[3]), MODELS, OWN, Counts())


def test_changes_file__names_the_line(tmp_path):
    path = tmp_path / "c.tsv"
    path.write_text("variant\tnote\n# remark\nNM_1:n.1A>G\tx\nNM_1:n.1C>G\n")
    with pytest.raises(InputError, match=r"c.tsv, line 4: NM_1 has A .* --on-bad skip"):
        read_changes(path, OWN, Counts())
    assert len(read_changes(path, OWN, Counts(), on_bad="skip")) == 1


def test_edited__every_a_of_a_mirna():
    assert [change.position for change in edited({"let-7": LET7})] == [
        i for i, x in enumerate(LET7) if x == "A"
    ]


def seed_model():
    """5 where the complement of miRNA nucleotides 2 to 8 is in the target, else -5."""

    def logits(mirna, target):
        partner = np.array([1, 0, 3, 2, 9])
        word = partner[mirna[:, 1:8]][:, ::-1]
        views = np.lib.stride_tricks.sliding_window_view(target, 7, axis=1)
        return np.where((views == word[:, None]).all(axis=2).any(axis=1), 5.0, -5.0)

    return ExplainedModel("seed", logits, 30, 60)


def test_scores__a_seed_match_is_gained_and_lost():
    transcript = "G" * 100 + "CUACCUCA" + "G" * 92
    broken = "G" * 100 + "CUACGUCA" + "G" * 92
    own = Sequences({"let-7": LET7, "other": "C" * 22}, {"whole": transcript, "broken": broken}, {})
    changes = [parse_change(text, own) for text in ("whole:n.105C>G", "broken:n.105G>C", "let-7:n.4G>C")]
    table = score_changes(seed_model(), changes, own)
    of = {(r["change"], r["mirna_id"], r["target_id"]): r for r in table.iter_rows(named=True)}
    assert len(of) == 6
    lost = of["whole:n.105C>G", "let-7", "whole"]
    assert (lost["effect"], lost["reference_seed_class"], lost["changed_seed_class"]) == (
        "loss",
        "8mer",
        "none",
    )
    assert (lost["start"], lost["end"], lost["logit_change"]) == (74, 134, -10)
    assert of["broken:n.105G>C", "let-7", "broken"]["effect"] == "gain"
    assert of["whole:n.105C>G", "other", "whole"]["effect"] == "same"
    assert of["let-7:n.4G>C", "let-7", "whole"]["effect"] == "loss"
    assert of["let-7:n.4G>C", "let-7", "broken"]["effect"] == "gain"  # CUACGUC faces the changed nucleotide


def test_scores__of_a_change_near_an_end_use_a_whole_window():
    own = Sequences({"let-7": LET7}, {"t": "G" * 10 + "CUACCUCA" + "G" * 70}, {})
    table = score_changes(seed_model(), [Change("x", "target", "t", 12, "A", "C")], own)
    assert table.select("start", "end", "effect").row(0) == (0, 60, "loss")


def test_scores__say_what_a_change_does_to_repression():
    whole = "G" * 100 + "CUACCUCA" + "G" * 92
    own = Sequences({"let-7": LET7, "other": "C" * 22}, {"t": whole, "unknown": whole}, {"t": (0, 60)})
    changes = [parse_change(text, own) for text in ("t:n.105C>G", "let-7:n.4G>C", "unknown:n.105C>G")]
    table = score_changes(seed_model(), changes, own)
    of = {(r["change"], r["mirna_id"], r["target_id"]): r for r in table.iter_rows(named=True)}
    broken = whole[:104] + "G" + whole[105:]
    said = dmiso.repression(
        {"let-7": LET7},
        {"t": whole, "x": broken},
        cds={"transcript_id": ["t", "x"], "cds_start": [0, 0], "cds_end": [60, 60]},
    ).genes
    lost = of["t:n.105C>G", "let-7", "t"]
    assert [lost["reference_repression"], lost["changed_repression"]] == said["repression"].to_list()
    assert lost["change_of_repression"] == lost["changed_repression"] - lost["reference_repression"] > 0.05
    edited = of["let-7:n.4G>C", "let-7", "t"]
    assert edited["reference_repression"] == lost["reference_repression"]
    assert edited["change_of_repression"] > 0.05
    assert of["t:n.105C>G", "other", "t"]["change_of_repression"] == pytest.approx(0, abs=0.02)
    unknown = of["unknown:n.105C>G", "let-7", "unknown"]
    assert unknown["effect"] == "loss"
    assert unknown["reference_repression"] is unknown["change_of_repression"] is None
    assert of["let-7:n.4G>C", "let-7", "unknown"]["changed_repression"] is None
