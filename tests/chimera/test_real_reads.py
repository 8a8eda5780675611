"""Real reads: published chimeras are called again, and seeds are enriched in a library never seen."""

import csv
import gzip

import pytest

from dmiso.chimera.inputs import ChimeraInputs
from dmiso.chimera.run import chimeras_files
from dmiso.settings.chimeras import preset


@pytest.fixture
def references(shared_data):
    mature = shared_data / "references" / "mirbase22" / "hsa_matures.fa.gz"
    transcripts = shared_data / "transcripts"
    return mature, transcripts / "refseq4000_mrna.fa.gz", transcripts / "refseq4000_cds.tsv.gz"


@pytest.mark.real_data
def test_grosswendt__called_reads_have_the_published_mirna_and_target(
    shared_data, references, tmp_path, world
):
    path = shared_data / "chimeras" / "grosswendt2014_clip_chimeras_with_reads.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))[:1500]
    # the published targets alone are the reference: a read's target is the row it comes from
    targets = {f"t{i}": "ACGU" * 3 + row["target sequence"] + "UGCA" * 3 for i, row in enumerate(rows)}
    reads, of_read = [], {}
    for i, row in enumerate(rows):
        for read in row["read sequences"].split(","):
            reads.append(read)
            of_read[read.replace("T", "U")] = i
    mature, _, _ = references
    inputs = ChimeraInputs(
        (world.fastq(tmp_path / "reads.fastq", reads),), mature, world.fasta(tmp_path / "t.fa", targets)
    )
    settings = preset("paper").with_options({"min_reads": 1, "min_read_length": 20})
    chimeras_files(inputs, tmp_path / "out", settings)
    lines = [line.split("\t") for line in (tmp_path / "out" / "chimeras.hyb").read_text().splitlines()]
    right = 0
    for line in lines:
        row = rows[of_read[line[1].replace("T", "U")]]
        site = targets[line[9].removesuffix("_mRNA")]
        right += row["target sequence"][:12] in site or row["target sequence"][-12:] in site
    assert len(lines) > 0.5 * len(set(reads))
    assert right > 0.9 * len(lines)


@pytest.mark.real_data
def test_ago_clip__the_funnel_is_plausible_and_seeds_are_enriched(shared_data, references, tmp_path):
    mature, transcripts, cds = references
    reads = shared_data / "reads" / "ago_clip_human_10k.fastq.gz"
    rules = {
        "adapter": "GTGTCAGTCACTTCCAGCGG",
        "barcode5": 5,
        "outer": "cut",
        "min_reads": 1,
        "min_mirna_match": 16,
    }
    settings = preset("modern").with_options(rules)
    result = chimeras_files(ChimeraInputs((reads,), mature, transcripts, cds=cds), tmp_path, settings)
    numbers = dict(result.funnel.select("what", "n").iter_rows())
    assert numbers["reads"] == 10_000
    assert result.counts.notes["reads with the 3' adapter"] > 5_000
    assert 10 <= numbers["reads of interactions"] <= 60
    found = result.seeds["fragments"]
    assert found.enrichment is None or found.enrichment >= 5
    assert found.true_share > 0.1
