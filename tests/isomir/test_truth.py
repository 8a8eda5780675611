"""Reads of known origin: the published synthetic set, and isomiRs made from all human hairpins.

The names of the published set (``name_read:17``) hold no truth, whatever its file is called: all of its reads are
let-7a-5p isomiRs with the adapter still on, and the mirGFF3 file beside it is what OptimiR made of the same reads.
"""

import gzip
import importlib.util
import sys
from collections import Counter
from pathlib import Path

import pytest

from dmiso.io.mirgff3 import open_mirgff3
from dmiso.isomir import call_isomirs, read_reference
from dmiso.records import Counts

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
ADAPTER = "TGGAATTCTCGGGTGCCAAGG"
NOT_IN_OPTIMIR = {
    # worked by hand against UGAGGUAGUAGGUUGUAUAGUU, the nucleotide before it A, those behind it UU, UA or UG
    "AUGAGUUAGUAGGUUGUAUAGUAA": ("iso_5p:-1,iso_3p:-1,iso_add3p:2,iso_snv_seed", "5:G>U"),
    "GAGGUAGUGGGUUGUAUAGUU": ("iso_5p:+1,iso_snv_central", "10:A>G"),
    "GAGGUUGUAGGUUGUAUAGU": ("iso_5p:+1,iso_3p:-1,iso_snv_seed", "7:A>U"),
    "UGAGGUAGUAGGUUGUCUAGUU": ("iso_snv_central_supp", "17:A>C"),
}


@pytest.fixture(scope="module")
def human(shared_data):
    folder = shared_data / "references" / "mirbase22"
    return read_reference(folder / "hsa_matures.fa.gz", folder / "hsa_hairpins.fa.gz", Counts())


@pytest.fixture(scope="module")
def truth():
    """The benchmark's generator of isomiRs."""
    spec = importlib.util.spec_from_file_location("isomir_truth", BENCHMARKS / "isomir_truth.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # a NamedTuple looks itself up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def synthetic(shared_data):
    """Distinct sequences of the published synthetic set without their adapter, and their reads."""
    reads = Counter()
    with gzip.open(shared_data / "reads" / "isomirs_synthetic_truth_in_name.fastq.gz", "rt") as handle:
        lines = handle.read().splitlines()
    assert {name.rpartition(":")[0] for name in lines[::4]} == {"@name_read"}
    for read in lines[1::4]:
        at = next(i for i in range(len(read)) if ADAPTER.startswith(read[i:]))
        reads[read[:at].replace("T", "U")] += 1
    return reads


@pytest.mark.real_data
def test_synthetic_set__all_6632_reads_are_let_7a_isomirs(synthetic, human):
    assert (len(synthetic), synthetic.total()) == (44, 6632)
    table = call_isomirs({sequence: sequence for sequence in synthetic}, human)
    assert table["mirna_id"].to_list() == ["hsa-let-7a-5p"] * 44


@pytest.mark.real_data
def test_synthetic_set__agrees_with_optimir_or_names_its_call_as_equal(synthetic, human, shared_data):
    """OptimiR puts a whole tail down as added where its first bases are the hairpin's: 11 sequences, 1,053 reads."""
    table = call_isomirs({sequence: sequence for sequence in synthetic}, human)
    calls = {row["sequence"]: row for row in table.iter_rows(named=True)}
    same, named, lacking = Counter(), Counter(), set(synthetic)
    with open_mirgff3(shared_data / "references" / "mirgff3" / "synthetic_100_full.gff3", Counts()) as reader:
        for record in reader:
            if record.value("Name") != "hsa-let-7a-5p":
                continue  # let-7c by OptimiR's second-best alignments, which it rejects itself
            row, theirs = calls[record.sequence], str(record.variant())
            lacking.discard(record.sequence)
            if theirs == row["variant"]:
                same[record.sequence] = synthetic[record.sequence]
            elif f": {theirs} (+0)" in row["ambiguity"]:
                named[record.sequence] = synthetic[record.sequence]
                assert row["templated_3p"], "the only difference is where a tail begins"
                assert "iso_add3p" in row["variant"]
    assert lacking == set(NOT_IN_OPTIMIR)
    assert (len(same), same.total()) == (29, 5045)
    assert (len(named), named.total()) == (11, 1053)


@pytest.mark.real_data
@pytest.mark.parametrize("sequence", NOT_IN_OPTIMIR)
def test_synthetic_set__substitutions_are_as_worked_by_hand(human, sequence):
    row = call_isomirs({"x": sequence}, human).row(0, named=True)
    assert (row["variant"], row["changes"]) == NOT_IN_OPTIMIR[sequence]


@pytest.mark.real_data
def test_made_isomirs__come_back_as_made_or_with_what_was_made_named(human, truth):
    """Of isomiRs within the limits at least 98 % are called as made and 99.5 % at least named so."""
    reads = truth.make_reads(human, 1500, seed=3)
    calls = {}
    for row in call_isomirs({read.sequence: read.sequence for read in reads}, human).iter_rows(named=True):
        calls.setdefault(row["sequence"], []).append(row)
    called = named = 0
    for read in reads:
        rows = calls.get(read.sequence, [])
        own = [row for row in rows if row["mirna_id"] == read.mirna_id]
        texts = " ".join(row["ambiguity"] for row in rows)
        is_called = any((row["variant"], row["changes"]) == (read.variant, read.changes) for row in own)
        is_called |= any(f": {read.variant} (+0)" in row["ambiguity"] for row in own)
        called += is_called
        named += is_called or f": {read.variant} (+" in texts
    within = sum(read.sequence in calls for read in reads)
    assert within / len(reads) > 0.98
    assert called / within > 0.98
    assert named / within > 0.995
