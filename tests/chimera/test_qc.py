"""Numbers of the quality report, seed enrichment, and the statistics of the paper's first results section."""

import math

import polars as pl
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.chimera.interactions import CHIMERA_COLUMNS
from dmiso.chimera.qc import qc_table, seed_enrichment
from dmiso.chimera.run import chimeras_files
from dmiso.chimera.statistics.run import statistics_files
from dmiso.chimera.statistics.tables import interaction_statistics
from dmiso.columns import schema_of
from dmiso.errors import InputError, UsageError
from dmiso.settings.chimeras import preset

LET7, MIR21 = "UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA"


def test_seeds__planted_matches_are_enriched_and_random_ones_are_not(rng, random_rna):
    mirnas = [random_rna(rng, 22) for _ in range(400)]
    planted = [random_rna(rng, 12) + reverse_complement(m[1:8]) + random_rna(rng, 12) for m in mirnas]
    found = seed_enrichment(mirnas, planted)
    assert found.true_share == 1.0
    assert found.shuffled_share < 0.03
    free = seed_enrichment(mirnas, [random_rna(rng, 31) for _ in mirnas])
    assert free.true_share < 0.03


def test_seeds__one_family_has_no_shuffled_partner():
    found = seed_enrichment([LET7] * 5, [reverse_complement(LET7)] * 5)
    assert (found.true_share, found.shuffled_share, found.enrichment) == (1.0, 0.0, None)


def test_qc__counts_add_up(world, tmp_path):
    sites = [world.site("NM_1", 100 + 50 * i)[2] for i in range(6)]
    reads = [LET7 + s for s in sites] + [sites[0] + MIR21]
    path = world.fastq(tmp_path / "s.fastq", reads)
    settings = preset("paper").with_options({"min_reads": 1, "target_word": 8})
    qc = chimeras_files(world.inputs(path), tmp_path / "out", settings).qc

    def measure(name):
        return dict(qc.filter(pl.col("measure") == name).select("stratum", "n").iter_rows())

    assert measure("miRNA part length") == {"22": 7}
    assert measure("order of parts") == {"mirna-first": 6, "target-first": 1}
    assert measure("miRNA position in read") == {"0": 6, str(len(sites[0])): 1}
    assert measure("nucleotides at miRNA -1") == {"U": 6}
    assert sum(measure("nucleotides at target +1").values()) == 6
    assert sum(measure("region").values()) == 7
    assert sum(measure("nucleotides of the transcripts").values()) == len(world.transcripts["NM_1"])


def test_qc__nothing_gives_a_table_without_rows():
    nothing = pl.DataFrame(schema=schema_of(CHIMERA_COLUMNS))
    from dmiso.chimera.calls import CALL_COLUMNS

    assert qc_table([], pl.DataFrame(schema=schema_of(CALL_COLUMNS)), nothing, {}).is_empty()


def interactions(*rows):
    """Rows of miRNA, isomiR, types, transcript, start, end, reads."""
    names = ("mirna_id", "mirna_sequence", "isomir_types", "transcript_id", "start", "end", "read_count")
    table = pl.DataFrame([dict(zip(names, row, strict=True)) for row in rows])
    return table.with_columns(variant=pl.lit("x"))


TABLE = interactions(
    ("m1", "AA", "exact miRNA", "t1", 0, 30, 60),
    ("m1", "AA", "exact miRNA", "t1", 20, 50, 5),
    ("m1", "AAC", "3' addition", "t1", 40, 60, 4),
    ("m1", "A", "5' deletion,3' deletion", "t2", 0, 30, 3),
    ("m2", "GG", "exact miRNA", "t2", 20, 40, 2),
    ("m2", "GC", "SNP", "t3", 0, 30, 1),
)


def value(rows, subject, metric):
    [found] = rows.filter((pl.col("subject") == subject) & (pl.col("metric") == metric))["value"].to_list()
    return found


def test_statistics__count_interactions_by_type_and_group():
    rows = interaction_statistics(TABLE).rows
    assert value(rows, "all miRNAs", "interactions") == 6
    assert value(rows, "all miRNAs: exact miRNA", "interactions") == 3
    assert value(rows, "all miRNAs: 3' isomiR", "interactions") == 2
    assert value(rows, "all miRNAs: 5' isomiR", "isomiRs") == 1
    assert value(rows, "isomiRs", "mean reads of an isomiR") == pytest.approx(8 / 3)
    assert value(rows, "isomiRs", "most isomiRs of a miRNA") == 2


def test_statistics__sites_in_common_are_merged_positions_that_overlap():
    rows = interaction_statistics(TABLE).rows
    assert value(rows, "exact miRNA", "sites") == 2
    assert value(rows, "exact miRNA and 3' isomiR", "sites in common") == 2
    assert value(rows, "exact miRNA and 5' isomiR", "sites in common") == 1
    assert value(rows, "exact miRNA and polymorphic isomiR", "sites in common") == 0


def test_statistics__isomirs_seen_again_and_mirgenedb():
    other = interactions(("m1", "AA", "exact miRNA", "t9", 0, 30, 1))
    rows = interaction_statistics(TABLE, other=other, mirgenedb=["m2"]).rows
    assert value(rows, "all isomiRs and miRNAs", "isomiRs and miRNAs") == 5
    assert value(rows, "all isomiRs and miRNAs", "seen again") == 1
    assert value(rows, "those with 50 reads or more", "seen again") == 1
    assert value(rows, "miRNAs of MirGeneDB", "interactions") == 2


def test_statistics__a_preferred_type_is_significant():
    many = [("m1", f"A{'C' * (i % 9)}", "3' addition", "t", i, i + 30, 1) for i in range(150)]
    others = [("m2", f"G{'C' * (i % 9)}", "5' deletion", "t", i, i + 30, 1) for i in range(150)]
    result = interaction_statistics(interactions(*many, *others))
    assert value(result.rows, "miRNAs with 100 isomiR interactions or more", "tested") == 2
    assert value(result.rows, "miRNAs with 100 isomiR interactions or more", "with a type at q < 0.01") == 2
    [p] = result.preference.filter(mirna_id="m1", isomir_type="3' addition")["binomial_p_value"].to_list()
    assert math.isclose(p, 0.5**150, rel_tol=1e-6)


def test_statistics__files_are_read_and_written(tmp_path):
    path = tmp_path / "interactions.tsv"
    TABLE.write_csv(path, separator="\t")
    done = statistics_files(path, tmp_path / "numbers.tsv", least=1)
    assert (tmp_path / "numbers.tsv").read_text().startswith("analysis\tsubject\tmetric\tvalue\n")
    assert done.tests.name == "numbers.preference.tsv"
    assert (tmp_path / "numbers.tsv.manifest.json").is_file()
    with pytest.raises(UsageError, match="go together"):
        statistics_files(path, tmp_path / "x.tsv", mirgenedb=path)
    path.write_text("mirna_id\nm1\n")
    with pytest.raises(InputError, match="column variant is missing"):
        statistics_files(path, tmp_path / "x.tsv")
