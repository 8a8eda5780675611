"""Every table that commands write on the examples has the columns its declaration lists, in their types and ranges."""

import polars as pl
import pytest

from dmiso.cli.main import _run
from dmiso.columns import COLUMNS, schema_of
from dmiso.columns.tables import TABLES
from dmiso.io.sequences import read_sequences
from dmiso.records import Counts

PAIR = "UGAGGUAGUAGGUUGUAUAGUU GGACUAUACAACCUACUACCUCAUU"
FILES = "--mature ex/mature.fa --transcripts ex/transcripts.fa"
NO_PICTURES = "--no-pictures -q"
MORE = (
    f"ask GUACAGUACUGUGAUAACUGAA EZH2-like --against canonical {NO_PICTURES} -o ask",
    "isomirs ex/isomirs.fa --mature ex/mature.fa -q -o calls.parquet",
    "isomirs simulate --mature ex/mature.fa --samples 1 --reads 500 -q -o small_rnas",
    "isomirs --sheet small_rnas/samples.tsv --mature ex/mature.fa -q -o counted",
    f"isomirs compare ex/isomirs.fa {FILES} -q -o compare",
    "isomirs names let-7a miR-21 --mature ex/mature.fa --species hsa -q -o names.tsv",
    "isomirs summary isomirs.tsv --least 1 --mature ex/mature.fa --mirgenedb ex/mature.fa -q -o summary",
    (
        "chimeras simulated/reads.fastq.gz --mature ex/isomirs.fa --transcripts ex/transcripts.fa "
        "--adapter TGGAATTCTCGGGTGCCAAGG --umi5 8 --duplicates umi --top 3 -q -o several"
    ),
    (
        "chimeras simulated/reads.fastq.gz --mature ex/isomirs.fa --transcripts ex/transcripts.fa --adapter auto "
        "--umi5 6 --barcodes ex/barcodes.tsv --barcode-mismatches 0 --min-reads 1 -q -o parted"
    ),
    "chimeras statistics chimeras/interactions.tsv --least 1 -q -o statistics.tsv",
    "train small.tsv --network dmiso --epochs 1 -q -o train",
    "crossval small.tsv --network dmiso --folds 2 --epochs 1 -q -o folds",
    f"evaluate ex/test.tsv --baseline mirna_gc --replicates 2 {NO_PICTURES} -o evaluated",
    "evaluate fair three_columns.tsv -q -o fair.tsv",
    (
        "evaluate genes ex/gene_responses.tsv --utrs ex/gene_utrs.fa --best 8 --min-responders 3 --energy-genes 2 "
        f"--replicates 5 {NO_PICTURES} -o genes"
    ),
    (
        "evaluate sites.csv --mature ex/mature.fa --utrs ex/transcripts.fa --tool targetscan --replicates 2 -q "
        "-o recalled"
    ),
    f"explain pair {PAIR} {NO_PICTURES} -o pair",
    (
        "explain data ex/labelled.tsv --max-pairs 200 --clusters 2 --gene-sets sets.gmt --controls 0 "
        f"--target-id-column target_sequence {NO_PICTURES} -o data"
    ),
    f"explain model --made-up-targets 2 {NO_PICTURES} -o model",
    (
        "explain variants example_gene_1:n.430C>G --mirnas ex/mature.fa --transcripts ex/transcripts.fa "
        f"{NO_PICTURES} -o variants"
    ),
)
"""After the golden commands, in their folder."""

WRITTEN = {
    ("pairs.tsv", "ask"): "ask/pairs.tsv",
    ("sites.tsv", "ask"): "ask/sites.tsv",
    ("changes.tsv", "ask"): "ask/changes.tsv",
    ("predictions", "predict"): "predict.tsv",
    ("sites.parquet", "scan"): "scan/sites.parquet",
    ("genes.parquet", "scan"): "scan/genes.parquet",
    ("genes_total.parquet", "scan"): "scan/genes_total.parquet",
    ("calls", "isomirs"): "calls.parquet",
    ("names", "isomirs names"): "names.tsv",
    ("types.tsv", "isomirs summary"): "summary/types.tsv",
    ("mirnas.tsv", "isomirs summary"): "summary/mirnas.tsv",
    ("mirna_types.tsv", "isomirs summary"): "summary/mirna_types.tsv",
    ("substitutions.tsv", "isomirs summary"): "summary/substitutions.tsv",
    ("ends.tsv", "isomirs summary"): "summary/ends.tsv",
    ("preference.tsv", "isomirs summary"): "summary/preference.tsv",
    ("mirgenedb.tsv", "isomirs summary"): "summary/mirgenedb.tsv",
    ("sites.tsv", "isomirs compare"): "compare/sites.tsv",
    ("genes.tsv", "isomirs compare"): "compare/genes.tsv",
    ("interactions.tsv", "chimeras"): "chimeras/interactions.tsv",
    ("candidates.tsv", "chimeras"): "several/candidates.tsv",
    ("funnel.tsv", "chimeras"): "chimeras/funnel.tsv",
    ("qc.tsv", "chimeras"): "chimeras/qc.tsv",
    ("barcodes.tsv", "chimeras"): "parted/barcodes.tsv",
    ("truth.tsv.gz", "chimeras simulate"): "simulated/truth.tsv.gz",
    ("samples.tsv", "isomirs simulate"): "small_rnas/samples.tsv",
    ("truth.tsv", "isomirs simulate"): "small_rnas/truth.tsv",
    ("truth_mirnas.tsv", "isomirs simulate"): "small_rnas/truth_mirnas.tsv",
    ("truth_counts.tsv", "isomirs simulate"): "small_rnas/truth_counts.tsv",
    ("samples.tsv", "isomirs"): "counted/samples.tsv",
    ("counts/isomirs.tsv", "isomirs"): "counted/counts/isomirs.tsv",
    ("counts/features.tsv", "isomirs"): "counted/counts/features.tsv",
    ("counts/isomirs_long.tsv", "isomirs"): "counted/counts/isomirs_long.tsv",
    ("statistics", "chimeras statistics"): "statistics.tsv",
    ("statistics.preference.tsv", "chimeras statistics"): "statistics.preference.tsv",
    ("data.parquet", "dataset"): "shuffled/data.parquet",
    ("curves.tsv", "train"): "train/curves.tsv",
    ("folds.tsv", "crossval"): "folds/folds.tsv",
    ("predictions.tsv", "crossval"): "folds/predictions.tsv",
    ("metrics.tsv", "evaluate"): "evaluated/metrics.tsv",
    ("comparisons.tsv", "evaluate"): "evaluated/comparisons.tsv",
    ("strata.tsv", "evaluate"): "evaluated/strata.tsv",
    ("reliability.tsv", "evaluate"): "evaluated/reliability.tsv",
    ("curves.tsv", "evaluate"): "evaluated/curves.tsv",
    ("fair pairs", "evaluate fair"): "fair.tsv",
    ("experiments.tsv", "evaluate genes"): "genes/experiments.tsv",
    ("metrics.tsv", "evaluate genes"): "genes/metrics.tsv",
    ("comparisons.tsv", "evaluate genes"): "genes/comparisons.tsv",
    ("curves.tsv", "evaluate genes"): "genes/curves.tsv",
    ("recall.tsv", "evaluate"): "recalled/recall.tsv",
    ("pairs.tsv", "evaluate"): "recalled/pairs.tsv",
    ("names.tsv", "evaluate"): "recalled/names.tsv",
    ("bases.tsv", "explain pair"): "pair/bases.tsv",
    ("pair_effects.tsv", "explain pair"): "pair/pair_effects.tsv",
    ("profiles.tsv", "explain data"): "data/profiles.tsv",
    ("mirna_clusters.tsv", "explain data"): "data/mirna_clusters.tsv",
    ("shared_targets.tsv", "explain data"): "data/shared_targets.tsv",
    ("gene_sets.tsv", "explain data"): "data/gene_sets.tsv",
    ("kernels.tsv", "explain model"): "model/kernels.tsv",
    ("pair_energies.tsv", "explain model"): "model/pair_energies.tsv",
    ("pair_tables.tsv", "explain model"): "model/pair_tables.tsv",
    ("variants.tsv", "explain variants"): "variants/variants.tsv",
}
"""File of each table, by its name and command."""
A_COLUMN_PER_SAMPLE = {("truth_counts.tsv", "isomirs simulate"), ("counts/isomirs.tsv", "isomirs")}
"""Tables with columns that are called after samples, which nobody can declare."""
NOT_WRITTEN = {
    "dataset": {"interactions"},
    "reference add": {"cds.tsv", "genes.tsv"},
    "study paper": {t.name for t in TABLES if t.command == "study paper"},
}
"""Read only; those of a reference, whose files tests/references hold; and those of a study, which takes hours on its
data: tests/studies holds them."""


@pytest.fixture(scope="module")
def written(outputs):
    """The folder of the golden commands, in which the others have run too."""
    table = pl.read_csv(outputs / "ex" / "labelled.tsv", separator="\t")
    few = table.filter(pl.int_range(pl.len()).over("label") < 40)
    few.write_csv(outputs / "small.tsv", separator="\t")
    table.select("mirna_sequence", "target_sequence", "label").write_csv(
        outputs / "three_columns.tsv", separator="\t"
    )
    mrnas = list(read_sequences(outputs / "ex" / "transcripts.fa", Counts()))
    mirnas = list(read_sequences(outputs / "ex" / "mature.fa", Counts()))
    rows = [
        (f"MIRT{i}", mirnas[i % len(mirnas)].id, mrna.id, "", mrna.sequence[100:122], "Functional MTI")
        for i, mrna in enumerate(mrnas)
    ]
    header = (
        "miRTarBase ID",
        "miRNA",
        "Target Gene",
        "Target Gene (Entrez ID)",
        "Target Site",
        "Support Type",
    )
    pl.DataFrame(rows, schema=header, orient="row").write_csv(outputs / "sites.csv")
    targets = "\t".join(table["target_sequence"].unique().sort().head(20))
    (outputs / "ex" / "barcodes.tsv").write_text(
        "sample\tbarcode\na\tAC\na\tCA\na\tGG\nb\tTT\nb\tGT\n", encoding="utf-8"
    )
    (outputs / "sets.gmt").write_text(f"some\tof the examples\t{targets}\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(outputs)
        for words in MORE:
            assert _run(words.split()) == 0, words
    return outputs


def values(path):
    """Read a table: of text, the values as they stand there."""
    return (
        pl.read_parquet(path)
        if path.suffix == ".parquet"
        else pl.read_csv(path, separator="\t", infer_schema=False)
    )


def faults(frame):
    """Say which values have another type than is declared, or lie outside the declared range."""
    for name, dtype in schema_of(frame.columns).items():
        column, declared = frame[name].drop_nulls(), COLUMNS[name]
        if column.dtype == dtype:
            typed = column
        elif column.dtype != pl.String:
            yield f"{name} is {column.dtype}, declared {dtype}"
            continue
        elif dtype == pl.Boolean:
            typed = column.replace_strict(
                {"true": True, "false": False}, default=None, return_dtype=pl.Boolean
            )
        else:
            typed = column.cast(dtype, strict=False)
        if typed.null_count():
            yield f"{name} holds {column.filter(typed.is_null())[0]!r}, declared {dtype}"
        least, most = declared.bounds
        if declared.is_number and not typed.drop_nulls().is_between(least, most).all():
            yield f"{name} holds numbers outside {least} to {most}"


def test_tables__are_all_tried_but_for_those_named():
    all_of_them = {(table.name, table.command) for table in TABLES}
    assert len(all_of_them) == len(TABLES)
    named = {(name, command) for command, names in NOT_WRITTEN.items() for name in names}
    assert set(WRITTEN) | named == all_of_them


@pytest.mark.parametrize(
    "table", [t for t in TABLES if (t.name, t.command) in WRITTEN], ids=lambda t: f"{t.command} {t.name}"
)
def test_table__is_written_as_declared(table, written):
    frame = values(written / WRITTEN[table.name, table.command])
    if (table.name, table.command) in A_COLUMN_PER_SAMPLE:
        assert frame.width > len(table.columns)
        frame = frame.select(table.columns)
    lacking = set(table.columns) - set(frame.columns)
    assert lacking <= set(table.sometimes)
    assert frame.columns == [name for name in table.columns if name not in lacking]
    assert list(faults(frame)) == []


def test_tables__others_in_the_folders_are_of_a_declared_kind(written):
    """A new table without a declaration is found here; what scans and searches keep for themselves is not."""
    known = {written / name for name in WRITTEN.values()}
    needed = [set(table.columns) - set(table.sometimes) for table in TABLES]
    for path in sorted(written.rglob("*")):
        inside = path.relative_to(written).parts
        if not path.name.endswith((".tsv", ".tsv.gz", ".parquet")) or {"ex", "shards", "samples"} & set(
            inside
        ):
            continue
        if path in known or path.name == "small.tsv":
            continue
        frame = values(path)
        assert any(columns <= set(frame.columns) for columns in needed), path
        assert list(faults(frame.select(name for name in frame.columns if name in COLUMNS))) == []


def test_faults__are_found_in_types_and_ranges():
    frame = pl.DataFrame({"start": [1.5], "score": ["2"], "label": ["x"], "agrees": ["yes"]})
    assert list(faults(frame)) == [
        "start is Float64, declared Int64",
        "score holds numbers outside 0 to 1",
        "label holds 'x', declared Int8",
        "agrees holds 'yes', declared Boolean",
    ]
