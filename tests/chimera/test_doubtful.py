"""Calls that are no ligation, pieces of the transcript and simple repeats: the modern rules drop and count them."""

import polars as pl
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.chimera.doubtful import REASONS, doubts_of
from dmiso.chimera.run import chimeras_files
from dmiso.io.transcripts import Transcript
from dmiso.settings.chimeras import preset

pytest.importorskip("RNA")

LET7, MIR21 = "UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA"
MIR8485 = "CACACACACACACACACACACG"
LEFT, SITE, RIGHT = "GGAUACCGCAAGCGUCCAGA", "ACCAGGCAUUGCAGCCAAUUCGGACC", "CAUGCAAUCGGCAUAACGGC"


def doubt(mirna, sequence, start, end, extend=25):
    calls = pl.DataFrame(
        {"mirna_sequence": [mirna], "transcript_id": ["t"], "start": [start], "end": [end], "read_id": ["r"]}
    )
    [found] = doubts_of(calls, {"t": Transcript("t", sequence)}, extend).to_list()
    return found


@pytest.mark.parametrize(
    ("sequence", "start"),
    [
        (
            LEFT + LET7[:14] + SITE + RIGHT,
            34,
        ),  # just before the site: the read is one piece of the transcript
        (LEFT + SITE[:10] + LET7[4:17] + SITE[10:] + RIGHT, 20),  # inside it
        (LEFT + SITE + LET7[3:15] + RIGHT, 20),  # in the nucleotides that extend it
    ],
)
def test_doubts__name_a_mirna_part_that_is_a_piece_of_the_transcript(sequence, start):
    assert doubt(LET7, sequence, start, start + len(SITE)) == "sense call"


def test_doubts__do_not_look_at_a_piece_that_no_read_could_reach():
    sequence = LET7 + LEFT + LEFT + SITE + RIGHT
    assert doubt(LET7, sequence, 62, 62 + len(SITE)) == ""


def test_doubts__name_repeats_and_keep_sites_of_real_duplexes():
    repeat = LEFT + "CACACACACACACACACACACACACACA" + RIGHT
    assert doubt(MIR8485[:6] + "GGAACGG" + MIR8485[:6], repeat, 20, 48) == "repeat"
    duplex = LEFT + reverse_complement(MIR8485) + RIGHT
    assert doubt(MIR8485, duplex, 20, 42) == ""


def test_run__the_modern_rules_drop_sense_calls_by_name_and_the_papers_keep_them(world, tmp_path):
    name, start, site = world.site("NM_2", 420, unlike=MIR21)
    transcript = world.transcripts["NM_2"]
    copied = transcript[: start - 14] + LET7[3:17] + transcript[start:]
    world.fasta(world.mrna, {**world.transcripts, "NM_2": copied})
    path = world.fastq(tmp_path / "s1.fastq", [LET7 + site, MIR21 + site])

    def run(rules, **changes):
        settings = preset(rules).with_options({"min_reads": 1, "target_word": 8, **changes})
        return chimeras_files(world.inputs(path), tmp_path / "out", settings)

    def dropped(result):
        rows = result.funnel.filter(pl.col("what").is_in(list(REASONS.values())))
        return dict(rows.select("what", "n").iter_rows())

    modern = run("modern")
    assert modern.interactions["mirna_id"].to_list() == ["hsa-miR-21-5p"]
    assert dropped(modern) == {REASONS["sense call"]: 1, REASONS["repeat"]: 0}
    assert REASONS["sense call"] in (tmp_path / "out" / "report.txt").read_text()
    for result in (run("modern", keep_repeats=True), run("paper")):
        assert sorted(result.interactions["mirna_id"]) == ["hsa-let-7a-5p", "hsa-miR-21-5p"]
        assert dropped(result) == {}
    assert set(modern.interactions["transcript_id"]) == {name}
