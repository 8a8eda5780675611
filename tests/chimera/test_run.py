"""Reads to interactions, the whole way on a small world made by hand."""

import json

import polars as pl
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.chimera import sample
from dmiso.chimera.inputs import ChimeraInputs, samples_of
from dmiso.chimera.run import chimeras_files
from dmiso.dataset.gather import gather_positives
from dmiso.dataset.settings import Sources
from dmiso.errors import InputError, NothingKeptError, UsageError
from dmiso.io.bam import OTHER_ALIGNMENTS
from dmiso.io.transcripts import read_transcripts
from dmiso.records import Counts
from dmiso.settings.chimeras import preset
from dmiso.settings.dataset import BuildSettings

ADAPTER = "TGGAATTCTCGGGTGCCAAGG"
LET7, MIR21 = "UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA"
FILES = (
    "interactions.tsv",
    "isomirs.gff3",
    "sites.bed",
    "chimeras.hyb",
    "funnel.tsv",
    "qc.tsv",
    "report.json",
)


def call(world, reads, tmp_path, *, rules=None, name="paper", out="out", workers=1):
    path = world.fastq(tmp_path / "s1.fastq", reads)
    settings = preset(name).with_options({"min_reads": 1, "target_word": 8, **(rules or {})})
    return chimeras_files(world.inputs(path), tmp_path / out, settings, workers=workers)


def dropped(result, what):
    rows = result.funnel.filter(pl.col("what").str.contains(what))
    return rows["n"].sum()


def test_run__a_chimera_becomes_an_interaction_with_its_place_and_letters(world, tmp_path):
    name, start, site = world.site("NM_2", 420)
    result = call(world, [LET7 + site], tmp_path)
    [row] = result.interactions.to_dicts()
    transcript = world.transcripts["NM_2"]
    assert (row["mirna_id"], row["mirna_sequence"], row["isomir_types"]) == (
        "hsa-let-7a-5p",
        LET7,
        "exact miRNA",
    )
    assert (row["transcript_id"], row["start"], row["end"]) == (name, start, start + len(site))
    assert row["target_sequence"] == transcript[row["start"] : row["end"]] == site
    assert row["extended_sequence"] == transcript[start : start + len(site) + 25]
    assert (row["region"], row["order"], row["read_count"]) == ("3'UTR", "mirna-first", 1)


def test_run__both_orders_are_found_and_one_can_be_left_out(world, tmp_path):
    _, _, site = world.site("NM_3", 120)
    both = call(world, [site + LET7], tmp_path)
    assert both.interactions["order"].to_list() == ["target-first"]
    assert both.interactions["region"].to_list() == ["CDS"]
    with pytest.raises(NothingKeptError, match="1 reads whose miRNA is not at an end"):
        call(world, [site + LET7], tmp_path, rules={"order": "mirna-first"}, out="o")


@pytest.mark.parametrize(
    ("isomir", "types"),
    [
        (LET7[:-2], "3' deletion"),
        (LET7[1:], "5' deletion"),
        (LET7[:10] + "C" + LET7[11:], "SNP"),
        (LET7[:8] + "C" + LET7[9:13] + "C" + LET7[14:], "MNP"),
        ("C" + LET7[1:], "5' replacement"),
    ],
)
def test_run__isomirs_are_typed(world, tmp_path, isomir, types):
    _, _, site = world.site("NM_4", 200, unlike=LET7[-2] + LET7[-1])
    [row] = call(world, [isomir + site], tmp_path).interactions.to_dicts()
    assert (row["mirna_sequence"], row["isomir_types"]) == (isomir, types)


def tail_unlike(base):
    return next(one for one in "CGA" if one != base)


def test_run__a_tail_the_transcript_does_not_explain_is_an_addition(world, tmp_path):
    name, start, site = world.site("NM_4", 200)
    tail = tail_unlike(world.transcripts[name][start - 1])
    for rules in ("paper", "modern"):
        [row] = call(world, [LET7 + tail + site], tmp_path, name=rules, out=rules).interactions.to_dicts()
        assert row["isomir_types"] == "3' addition", rules


def test_modern__bases_the_transcript_explains_are_no_addition(world, tmp_path):
    """A nucleotide of the site differs from the transcript near the border: the paper's rule takes a tail."""
    _name, start, site = world.site("NM_5", 300, 40)
    other = "A" if site[2] != "A" else "C"
    read = LET7 + site[:2] + other + site[3:]
    [paper] = call(world, [read], tmp_path, out="paper").interactions.to_dicts()
    [modern] = call(world, [read], tmp_path, name="modern", out="modern").interactions.to_dicts()
    assert "3' addition" in paper["isomir_types"]
    assert (modern["isomir_types"], modern["start"]) == ("exact miRNA", start)


def test_filters__each_drops_and_counts(world, tmp_path):
    _, _, site = world.site("NM_1", 450)
    snp = LET7[:10] + "C" + LET7[11:]
    low = "I" * 10 + "?" + "I" * (len(snp) + len(site) - 11)  # 30: must be exceeded
    reads = [LET7 + site, (snp + site, low), MIR21 + "ACGUAC" + site, site + site[:8], LET7 + "C" * 20]
    reads.append(LET7 + reverse_complement(site))
    result = call(world, reads, tmp_path)
    assert result.interactions["mirna_sequence"].to_list() == [LET7]
    assert dropped(result, "quality 30 or less") == 1
    assert dropped(result, "too far apart") == 1
    assert dropped(result, "without a miRNA") == 1
    assert dropped(result, "a miRNA and no target") == 1
    assert dropped(result, "other strand only") == 1


def test_filters__a_portion_needs_its_reads_over_all_samples(world, tmp_path):
    sites = [world.site("NM_1", 100 + 60 * i)[2] for i in range(4)]
    first = world.fastq(tmp_path / "a.fastq", [LET7 + s for s in sites[:2]] + [MIR21 + sites[0]])
    second = world.fastq(tmp_path / "b.fastq.gz", [LET7 + s for s in sites[1:]])
    settings = preset("paper").with_options({"min_reads": 5})
    result = chimeras_files(world.inputs(first, second), tmp_path / "out", settings)
    assert set(result.interactions["mirna_id"]) == {"hsa-let-7a-5p"}
    shared = result.interactions.filter(pl.col("target_sequence") == sites[1]).to_dicts()[0]
    assert (shared["sample_counts"], shared["n_samples"]) == ("1,1", 2)
    again = settings.with_options({"min_replicates": 2})
    replicated = chimeras_files(world.inputs(first, second), tmp_path / "out", again)
    assert replicated.interactions["target_sequence"].to_list() == [sites[1]]


def test_join_sites__overlapping_fragments_of_an_isomir_are_one_interaction(world, tmp_path):
    transcript = world.transcripts["NM_1"]
    reads = [LET7 + transcript[200:232], LET7 + transcript[204:240], LET7 + transcript[300:340]]
    apart = call(world, reads, tmp_path, out="apart").interactions
    joined = call(world, reads, tmp_path, rules={"join_sites": True}, out="joined").interactions
    assert apart.height == 3
    assert joined.sort("start")["read_count"].to_list() == [2, 1]
    assert joined.sort("start").select("start", "end").row(0) == (204, 240)


def test_funnel__every_read_is_kept_or_dropped_by_a_rule(world, tmp_path, rng, random_rna):
    sites = [world.site("NM_1", 50 * i)[2] for i in range(8)]
    reads = [LET7 + s for s in sites] * 2 + [random_rna(rng, 60) for _ in range(20)] + ["ACGU"]
    result = call(world, reads, tmp_path, rules={"min_reads": 3})
    rows = {
        (step, outcome): 0 for step in ("trim", "collapse", "locate", "filter") for outcome in ("dropped",)
    }
    for step, outcome, n in result.funnel.select("step", "outcome", "n").iter_rows():
        if outcome == "dropped":
            rows[step, outcome] += n
    last = result.funnel.filter(pl.col("what") == "reads of interactions")["n"][0]
    assert sum(rows.values()) + last == len(reads) == result.funnel["n"][0]
    assert result.interactions["read_count"].sum() == last


def test_top__candidates_of_a_read_are_ranked(world, tmp_path):
    twin = {**world.transcripts, "NM_twin": world.transcripts["NM_1"]}
    world.mrna = world.fasta(tmp_path / "twin.fa", twin)
    _, start, site = world.site("NM_1", 450)
    result = call(world, [LET7 + site], tmp_path, rules={"top": 5})
    [row] = result.interactions.to_dicts()
    assert (row["n_targets"], row["other_targets"]) == (2, f"NM_twin:{start}")
    table = pl.read_csv(tmp_path / "out" / "candidates.tsv", separator="\t")
    assert table["candidate_rank"].to_list() == [1, 2]
    assert table["transcript_id"].to_list() == ["NM_1", "NM_twin"]


def test_top__alternative_mirnas_keep_their_names_and_no_pair_stands_twice(world, tmp_path):
    family = {
        **world.mirnas,
        "hsa-let-7f-5p": "UGAGGUAGUAGAUUGUAUAGUU",
        "hsa-let-7c-5p": "UGAGGUAGUAGGUUGUAUGGUU",
    }
    world.mature = world.fasta(tmp_path / "family.fa", family)
    world.mrna = world.fasta(
        tmp_path / "twin.fa", {**world.transcripts, "NM_twin": world.transcripts["NM_1"]}
    )
    _, start, site = world.site("NM_1", 450)
    isomir = LET7[1:]
    call(world, [isomir + site], tmp_path, rules={"top": 9})
    table = pl.read_csv(tmp_path / "out" / "candidates.tsv", separator="\t")
    assert table["candidate_rank"].to_list() == [1, 2, 3, 4, 5, 6]
    pairs = table.select("mirna_id", "transcript_id", "start").rows()
    assert len(set(pairs)) == 6
    assert pairs[:2] == [("hsa-let-7a-5p", "NM_1", start), ("hsa-let-7a-5p", "NM_twin", start)]
    assert {name for name, _, _ in pairs} == {"hsa-let-7a-5p", "hsa-let-7c-5p", "hsa-let-7f-5p"}
    assert table["mirna_sequence"].unique().to_list() == [isomir]
    types = dict(table.select("mirna_id", "isomir_types").iter_rows())
    assert types["hsa-let-7a-5p"] == "5' deletion"
    assert types["hsa-let-7f-5p"] == types["hsa-let-7c-5p"] == "5' deletion,SNP"
    assert table.select("iso5_offset", "iso3_offset").unique().rows() == [(1, 0)]


def test_top__alternatives_of_a_read_whose_best_pair_is_left_out_go_with_it(world, tmp_path):
    site = world.site("NM_1", 450, 24)[2]
    other = world.transcripts["NM_2"]
    changed = site[:23] + ("A" if site[23] != "A" else "C")
    mrnas = {"NM_end": other[:200] + site, "NM_mid": other[200:400] + changed + other[400:500]}
    world.mrna = world.fasta(tmp_path / "mrna.fa", {**mrnas, "NM_3": world.transcripts["NM_3"]})
    kept = MIR21 + world.site("NM_3", 300)[2]
    world.cds.write_text("transcript_id\tcds_start\tcds_end\nNM_3\t100\t400\n")
    result = call(world, [LET7 + site, kept], tmp_path, rules={"top": 5})
    assert dropped(result, "site is shorter") == 1
    table = pl.read_csv(tmp_path / "out" / "candidates.tsv", separator="\t")
    assert table["transcript_id"].to_list() == ["NM_3"]
    assert result.counts.dropped["candidate pairs of reads whose best pair was left out"] == 1


def test_top__the_candidates_hold_the_interactions_as_their_first(world, tmp_path, rng, random_rna):
    reads = [read.removesuffix(ADAPTER) for read in many_reads(world, rng, random_rna)]
    family = {**world.mirnas, "hsa-let-7f-5p": "UGAGGUAGUAGAUUGUAUAGUU"}
    world.mature = world.fasta(tmp_path / "family.fa", family)
    call(world, reads, tmp_path, rules={"top": 5})

    def pairs(name, top):
        sources = Sources((tmp_path / "out" / name,), transcripts=world.mrna, cds=world.cds)
        rows = gather_positives(sources, BuildSettings(top=top), sources_transcripts, Counts())
        kept = rows.select("mirna_sequence", "target_sequence", "region", "iso5_offset", "read_count")
        return set(kept.rows())

    sources_transcripts = read_transcripts(world.mrna, Counts(), cds=world.cds)
    best = pairs("interactions.tsv", 1)
    assert pairs("candidates.tsv", 1) == best
    assert len(best) > 100


def test_outer_bases__are_the_isomirs_or_cut(world, tmp_path):
    _, _, site = world.site("NM_1", 450)
    reads = ["G" + LET7 + site]
    kept = call(world, reads, tmp_path, out="kept").interactions
    cut = call(world, reads, tmp_path, rules={"outer": "cut"}, out="cut").interactions
    assert kept["isomir_types"].to_list() == ["5' addition"]
    assert cut["isomir_types"].to_list() == ["exact miRNA"]


def many_reads(world, rng, random_rna):
    reads = []
    for i in range(400):
        site = world.site(f"NM_{i % 5 + 1}", 20 + i)[2]
        reads.append(list(world.mirnas.values())[i % 4] + site if i % 2 else random_rna(rng, 70))
    return [read + ADAPTER for read in reads]


def outputs(folder):
    return {name: (folder / name).read_bytes() for name in (*FILES, "manifest.json")}


def test_run__workers_change_no_byte(world, tmp_path, rng, random_rna, monkeypatch):
    monkeypatch.setattr("dmiso.chimera.collapse.number_of_parts", lambda _: 3)
    reads = many_reads(world, rng, random_rna)
    rules = {"adapter": ADAPTER}
    call(world, reads, tmp_path, rules=rules, out="one")
    call(world, reads, tmp_path, rules=rules, out="two", workers=2)
    assert outputs(tmp_path / "one") == outputs(tmp_path / "two")


def test_run__goes_on_where_it_was_stopped(world, tmp_path, rng, random_rna, monkeypatch):
    monkeypatch.setattr("dmiso.chimera.collapse.number_of_parts", lambda _: 4)
    reads = many_reads(world, rng, random_rna)
    call(world, reads, tmp_path, out="whole")
    collapse_part, done = sample.collapse_part, []

    def stopped_at_the_third(path, duplicates):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(path.name)
        return collapse_part(path, duplicates)

    monkeypatch.setattr(sample, "collapse_part", stopped_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        call(world, reads, tmp_path, out="stopped")
    assert not (tmp_path / "stopped" / "interactions.tsv").exists()
    again = []
    monkeypatch.setattr(sample, "collapse_part", lambda p, d: (again.append(p.name), collapse_part(p, d))[1])
    call(world, reads, tmp_path, out="stopped")
    assert len(again) == 2
    assert not set(again) & set(done)
    assert outputs(tmp_path / "stopped") == outputs(tmp_path / "whole")


def test_run__a_finished_sample_is_not_done_again_unless_a_rule_changed(world, tmp_path, monkeypatch):
    reads = [LET7 + world.site("NM_1", 450)[2]]
    call(world, reads, tmp_path)
    asked = []
    deal = sample.deal_reads
    monkeypatch.setattr(sample, "deal_reads", lambda *a: (asked.append(1), deal(*a))[1])
    with pytest.raises(NothingKeptError):
        call(world, reads, tmp_path, rules={"min_reads": 2})  # a filter: applied to what is there
    assert asked == []
    call(world, reads, tmp_path, rules={"max_gap": 2})
    assert asked == [1]


def test_adapter_auto__is_found_in_each_sample(world, tmp_path, rng, random_rna):
    other = "AGATCGGAAGAGCACACGTCT"
    reads = [read.removesuffix(ADAPTER) for read in many_reads(world, rng, random_rna)]
    paths = [
        world.fastq(tmp_path / f"{name}.fastq", [read + adapter for read in reads])
        for name, adapter in (("a", ADAPTER), ("b", other), ("c", ""))
    ]
    settings = preset("paper").with_options({"min_reads": 1, "target_word": 8, "adapter": "auto"})
    result = chimeras_files(world.inputs(*paths), tmp_path / "out", settings)
    own = result.interactions["sample_counts"].str.split(",").list.unique()
    assert own.list.len().to_list() == [1] * result.interactions.height  # all samples show the same
    said = json.loads((tmp_path / "out" / "manifest.json").read_text())["settings"]
    assert said["adapters"] == {"a": ADAPTER, "b": other, "c": None}
    notes = " ".join(result.counts.sentences())
    assert f"(b): 3' adapter {other} (Illumina TruSeq and NEBNext) in 100% of reads" in notes
    assert "(c): no 3' adapter was seen" in notes


def test_run__a_bam_gives_what_its_fastq_gives(world, tmp_path, rng, random_rna):
    pysam = pytest.importorskip("pysam")
    reads = [read.replace("T", "U") for read in many_reads(world, rng, random_rna)]
    (tmp_path / "bam").mkdir()
    path = tmp_path / "bam" / "s1.bam"
    header = {"HD": {"VN": "1.6"}, "SQ": [{"SN": "chr1", "LN": 1000}]}
    with pysam.AlignmentFile(path, "wb", header=header) as file:
        for i, bases in enumerate(reads, start=1):
            for flag in (4,) if i % 3 else (16, 2048, 256):
                one = pysam.AlignedSegment()
                one.query_name, one.flag = f"read.{i}", flag
                stored = reverse_complement(bases) if flag == 16 else bases
                one.query_sequence = stored.replace("U", "T")
                one.query_qualities = pysam.qualitystring_to_array("I" * len(bases))
                one.reference_id, one.reference_start = 0, 0
                one.set_tag("RX", "ACGT")
                file.write(one)
    plain = call(world, reads, tmp_path, rules={"adapter": ADAPTER}, out="plain")
    settings = preset("paper").with_options(
        {"min_reads": 1, "target_word": 8, "adapter": ADAPTER, "umi_tag": "RX", "duplicates": "umi"}
    )
    from_bam = chimeras_files(world.inputs(path), tmp_path / "from_bam", settings)
    assert from_bam.interactions.equals(plain.interactions)
    assert from_bam.funnel.equals(plain.funnel)
    assert from_bam.counts.notes[OTHER_ALIGNMENTS] == 2 * 133


def test_outputs__say_the_same_in_every_format(world, tmp_path):
    name, start, site = world.site("NM_2", 420)
    call(world, [LET7 + site, site[:30] + MIR21], tmp_path)
    out = tmp_path / "out"
    bed = [line.split("\t") for line in (out / "sites.bed").read_text().splitlines()]
    assert [name, str(start), str(start + len(site)), "hsa-let-7a-5p|NA", "1", "+"] in bed
    hyb = [line.split("\t") for line in (out / "chimeras.hyb").read_text().splitlines()]
    one = next(row for row in hyb if row[0] == "read.1")
    assert one[1] == (LET7 + site).replace("U", "T")
    assert one[3:8] == ["hsa-let-7a-5p_microRNA", "1", "22", "1", "22"]
    assert one[9:14] == [f"{name}_mRNA", "23", str(22 + len(site)), str(start + 1), str(start + len(site))]
    assert "miRNA_seg=5p;target_reg=3pUTR;dataset=s1;" in one[15]
    other = next(row for row in hyb if row[0] == "read.2")
    assert other[3].endswith("_mRNA")
    assert other[9].endswith("_microRNA")
    gff = (out / "isomirs.gff3").read_text()
    assert f"Read={LET7.replace('U', 'T')}" in gff
    report = json.loads((out / "report.json").read_text())
    assert report["measures"]["order of parts"] == {"mirna-first": 1, "target-first": 1}
    assert "## Funnel of s1" in (out / "report.txt").read_text()


def test_run__no_reads_give_tables_with_all_columns(world, tmp_path):
    result = call(world, [], tmp_path)
    header = (tmp_path / "out" / "interactions.tsv").read_text().strip().split("\t")
    assert header == result.interactions.columns
    assert result.funnel["n"].sum() == 0


def test_errors__a_truncated_gzip_names_the_file(world, tmp_path):
    path = world.fastq(tmp_path / "cut.fastq.gz", [LET7 + world.site()[2]] * 500)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match=r"cut\.fastq\.gz.*damaged or cut short"):
        chimeras_files(world.inputs(path), tmp_path / "out", preset("paper"))
    assert not (tmp_path / "out" / "interactions.tsv").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@r1\nACGT\n+\nIII\n", "the FASTQ is broken"),
        ("@r1\nACGT\n", "the FASTQ is broken"),
        (">r1\nACGT\n", "FASTQ begins with '@'"),
    ],
)
def test_errors__a_broken_fastq_is_told(world, tmp_path, text, message):
    path = tmp_path / "bad.fastq"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        chimeras_files(world.inputs(path), tmp_path / "out", preset("paper"))


def test_errors__an_empty_reference_is_told(world, tmp_path):
    reads = world.fastq(tmp_path / "s.fastq", [LET7])
    empty = tmp_path / "empty.fa"
    empty.write_text("")
    with pytest.raises(InputError, match="no transcript was found"):
        chimeras_files(ChimeraInputs((reads,), world.mature, empty), tmp_path / "o", preset("paper"))


def test_samples__files_of_one_name_are_one_sample(world, tmp_path):
    paths = [world.fastq(tmp_path / f"{i}.fastq", ["ACGU"]) for i in "ab"]
    [one] = samples_of(world.inputs(*paths, samples=("s", "s")))
    assert one.files == tuple(paths)
    with pytest.raises(UsageError, match="give one per file"):
        samples_of(world.inputs(*paths, samples=("s",)))
    with pytest.raises(UsageError, match="cannot name a sample"):
        samples_of(world.inputs(*paths, samples=("s", "../t")))


def test_preset__an_unknown_name_lists_those_known():
    with pytest.raises(UsageError, match="Known: modern, paper"):
        preset("papers")
