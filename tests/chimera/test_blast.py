"""The engine of BLAST+, run for real, against the embedded one."""

import os
import shutil

import numpy as np
import polars as pl
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.chimera.blast import make_database, search_blast
from dmiso.chimera.embedded import search_embedded
from dmiso.chimera.reference import make_reference
from dmiso.chimera.run import chimeras_files
from dmiso.errors import DmisoError
from dmiso.settings.chimeras import preset

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
RULES = {"word": 8, "max_evalue": 0.1, "max_hits": 20, "max_alignment_gaps": 0}


@pytest.fixture
def blastn():
    if shutil.which("blastn") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("blastn of BLAST+ is absent (apt install ncbi-blast+)")
        pytest.skip("blastn of BLAST+ is absent (apt install ncbi-blast+)")


@pytest.fixture
def made(tmp_path, rng, random_rna):
    sequences = {f"s{i}": random_rna(rng, 400) for i in range(3)}
    return sequences, make_database(sequences, tmp_path / "db" / "blast"), tmp_path / "work"


@pytest.mark.usefixtures("blastn")
def test_blast__gives_positions_scores_and_evalues_as_the_embedded_engine(made, rng, random_rna):
    sequences, database, work = made
    reads = []
    for i in range(30):
        part = sequences[f"s{i % 3}"][10 * i : 10 * i + 35]
        reads.append(random_rna(rng, 12) + (part[:20] + "A" + part[21:] if i % 2 else part))
    blast = search_blast(reads, database, work, **RULES).frame
    embedded = search_embedded(
        reads, make_reference(sequences, 8), max_evalue=0.1, max_repeats=99, max_hits=20
    ).frame
    keys = ["read", "subject", "read_start", "read_end", "start", "end"]
    both = blast.join(embedded, on=keys, how="inner")
    assert both["read"].n_unique() == 30
    assert np.allclose(both["bit_score"], both["bit_score_right"], atol=0.06)
    assert np.allclose(both["log10_evalue"], both["log10_evalue_right"], atol=0.12)


@pytest.mark.usefixtures("blastn")
def test_blast__other_strand_and_loops_are_told_and_left_out(made):
    sequences, database, work = made
    bases = sequences["s1"]
    loop = bases[100:125] + bases[127:160]
    reads = [bases[50:90], reverse_complement(bases[50:90]), loop]
    hits = search_blast(reads, database, work, **RULES)
    assert hits.frame["read"].unique().to_list() == [0]
    assert (hits.antisense, hits.loops) == ((1,), 1)
    allowed = search_blast(reads, database, work, **{**RULES, "max_alignment_gaps": 1})
    assert allowed.frame["read"].unique(maintain_order=True).to_list() == [0, 2]
    assert list(work.parent.glob("work.*")) == []


@pytest.mark.usefixtures("blastn")
def test_engines__agree_on_a_run(world, tmp_path, rng, random_rna):
    reads = []
    for i in range(120):
        site = world.site(f"NM_{i % 5 + 1}", 15 + 4 * i)[2]
        mirna = list(world.mirnas.values())[i % 4]
        reads.append(random_rna(rng, 60) if i % 3 == 0 else mirna + site if i % 3 == 1 else site + mirna)
    path = world.fastq(tmp_path / "reads.fastq", reads)
    found = {}
    for engine in ("embedded", "blast"):
        settings = preset("paper").with_options({"engine": engine, "min_reads": 1, "target_word": 8})
        found[engine] = chimeras_files(world.inputs(path), tmp_path / engine, settings)
    columns = ["mirna_id", "mirna_sequence", "transcript_id", "start", "end", "read_count"]
    tables = [result.interactions.select(columns).sort(columns) for result in found.values()]
    assert tables[0].height > 70
    assert tables[0].equals(tables[1])
    funnels = [result.funnel.filter(pl.col("step") == "locate") for result in found.values()]
    assert funnels[0].equals(funnels[1])


def test_blast__is_named_with_its_mend_where_it_is_absent(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DmisoError, match="apt install ncbi-blast"):
        make_database({"a": "ACGU"}, tmp_path / "db")
