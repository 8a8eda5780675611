"""A run that finds little says what is wrong: a mistake is planted in simulated reads, and must be named."""

import gzip

import numpy as np
import pytest

from dmiso.alphabet import reverse_complement
from dmiso.chimera.inputs import ChimeraInputs
from dmiso.chimera.run import chimeras_files
from dmiso.chimera.simulate.reads import simulate_files
from dmiso.errors import NothingKeptError
from dmiso.settings.chimeras import preset
from dmiso.settings.simulation import SimulationSettings

ADAPTER = SimulationSettings().adapter
LIBRARY = {"adapter": ADAPTER, "umi5": 8, "duplicates": "umi", "energies": False}
TO_OTHER_STRAND = str.maketrans("ACGTN", "TGCAN")


class Library:
    """Reads of invented miRNAs and transcripts, and files made of them with a mistake."""

    def __init__(self, folder):
        draw = np.random.default_rng(5)

        def bases(length):
            return "".join(draw.choice(list("ACGU"), length))

        self.folder = folder
        self.mature = self.fasta("mature.fa", {f"hsa-miR-{i}-5p": bases(22) for i in range(1, 31)})
        self.transcripts = {f"NM_{i}": bases(1500) for i in range(1, 13)}
        self.mrna = self.fasta("mrna.fa", self.transcripts)
        settings = SimulationSettings(reads=6000, isomirs=40, interactions=150, dimer_share=0.02, seed=2)
        simulate_files(self.mature, self.mrna, folder / "sim", settings)
        lines = gzip.decompress((folder / "sim" / "reads.fastq.gz").read_bytes()).decode().split("\n")
        self.reads = list(zip(lines[1::4], lines[3::4], strict=False))

    def fasta(self, name, records):
        path = self.folder / name
        path.write_text("".join(f">{key}\n{value}\n" for key, value in records.items()))
        return path

    def fastq(self, reads):
        path = self.folder / "reads.fastq"
        path.write_text("".join(f"@r{i}\n{bases}\n+\n{text}\n" for i, (bases, text) in enumerate(reads)))
        return path

    def diagnoses(self, tmp_path, reads=None, *, mature=None, transcripts=None, species=None, **rules):
        """Return what a run says is wrong, found by it or in the message of its end."""
        inputs = ChimeraInputs(
            (self.fastq(reads or self.reads),),
            mature or self.mature,
            transcripts or self.mrna,
            species=species,
        )
        settings = preset("paper").with_options(LIBRARY | rules)
        try:
            told = list(chimeras_files(inputs, tmp_path / "out", settings).diagnoses)
        except NothingKeptError as error:
            return str(error)
        assert all(f"- {sentence}" in (tmp_path / "out" / "report.txt").read_text() for sentence in told)
        return " | ".join(told)


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    return Library(tmp_path_factory.mktemp("library"))


@pytest.mark.parametrize("rules", [{}, {"duplicates": "exact"}, {"adapter": "auto"}, {"min_reads": 1}])
@pytest.mark.parametrize("name", ["paper", "modern"])
def test_good_reads__have_no_diagnosis(library, tmp_path, rules, name):
    inputs = ChimeraInputs((library.fastq(library.reads),), library.mature, library.mrna)
    result = chimeras_files(inputs, tmp_path / "out", preset(name).with_options(LIBRARY | rules))
    assert result.interactions.height > 20
    assert result.diagnoses == ()
    assert "probably wrong" not in (tmp_path / "out" / "report.txt").read_text()


def test_good_reads__cut_before_have_no_diagnosis(library, tmp_path):
    cut = [(b[8:i], q[8:i]) for b, q in library.reads if (i := (b + ADAPTER).find(ADAPTER)) > 36]
    assert library.diagnoses(tmp_path, cut, adapter=None, umi5=0, duplicates="exact") == ""


def test_barcode__the_same_in_all_reads_is_named(library, tmp_path):
    reads = [(b[:8] + "ACGTG" + b[8:], q[:8] + "IIIII" + q[8:]) for b, q in library.reads]
    told = library.diagnoses(tmp_path, reads)
    assert "5 bases before the miRNA in 9" in told
    assert "(ACGTG): a barcode? Give --barcode5 5" in told


def test_barcodes__of_several_samples_are_named(library, tmp_path):
    words = ("ACGTG", "TTGCA", "GGATC")
    reads = [
        (b[:8] + words[i % 3] + b[8:], q[:8] + "IIIII" + q[8:]) for i, (b, q) in enumerate(library.reads)
    ]
    told = library.diagnoses(tmp_path, reads)
    assert "barcodes of several samples? Give --barcodes, or --barcode5 5" in told
    assert all(f"{word} 3" in told for word in words)


def test_targets__before_the_mirna_are_no_barcodes(library, tmp_path):
    site = library.transcripts["NM_3"][200:232]
    mirnas = [line for line in library.mature.read_text().split("\n") if line[:1] in set("ACGU")]
    reads = [((site + mirnas[i % 30]).replace("U", "T") + ADAPTER, "I" * 75) for i in range(600)]
    told = library.diagnoses(tmp_path, reads, umi5=0, duplicates="keep", order="mirna-first")
    assert "before the miRNA" not in told
    assert "none of 600 reads" in told


def test_umi__left_on_is_named_with_its_length(library, tmp_path):
    told = library.diagnoses(tmp_path, umi5=0, duplicates="exact")
    assert "8 bases before the miRNA in 9" in told
    assert "(random): a UMI? Give --umi5 8 --duplicates umi-directional" in told
    assert "--umi5 8 --duplicates" in library.diagnoses(tmp_path, umi5=3)


def test_umi__too_long_is_named_with_the_bases_that_are_missing(library, tmp_path):
    told = library.diagnoses(tmp_path, umi5=11)
    assert "the first 3 bases of the miRNA are missing in" in told
    assert "give --umi5 8 in place of 11" in told


def test_umi__that_is_a_barcode_is_named(library, tmp_path):
    told = library.diagnoses(tmp_path, [("ACGTACGT" + b[8:], q) for b, q in library.reads])
    assert "the 8 bases taken for the UMI are ACGTACGT in 100% of the reads" in told
    assert "Give --barcode5 8 in place of --umi5" in told


@pytest.mark.parametrize(
    "given", [None, "AGATCGGAAGAGCACACGTCT", reverse_complement(ADAPTER.replace("T", "U"))]
)
def test_adapter__still_on_the_reads_is_named(library, tmp_path, given):
    told = library.diagnoses(tmp_path, adapter=given)
    assert f"the 3' adapter {ADAPTER} (Illumina small RNA) is still on" in told
    assert f"give --adapter {ADAPTER}, or --adapter auto" in told
    assert ("the reverse complement of the one given" in told) == (given is not None and given[0] == "C")


def test_reads__turned_around_are_told_and_turned_back(library, tmp_path):
    turned = [(b.translate(TO_OTHER_STRAND)[::-1], q[::-1]) for b, q in library.reads]
    told = library.diagnoses(tmp_path, turned)
    assert "the reverse complement of" in told
    assert "give read 1 of the pairs, or --reverse-complement" in told
    assert library.diagnoses(tmp_path, turned, reverse_complement=True) == ""
    assert "leave --reverse-complement out" in library.diagnoses(tmp_path, reverse_complement=True)


def test_mirnas__of_another_species_are_told(library, tmp_path):
    draw = np.random.default_rng(9)
    others = {f"ath-miR-{i}": "".join(draw.choice(list("ACGU"), 21)) for i in range(40)}
    told = library.diagnoses(tmp_path, mature=library.fasta("others.fa", others), species="ath")
    assert "0.0% of the first 6,000 reads of reads hold the first 16 bases of a miRNA" in told
    assert "Check --species and --mature" in told


def test_transcripts__of_another_species_are_told(library, tmp_path):
    draw = np.random.default_rng(9)
    others = {f"NM_{i}": "".join(draw.choice(list("ACGU"), 1500)) for i in range(12)}
    told = library.diagnoses(tmp_path, transcripts=library.fasta("other_mrna.fa", others))
    assert "reads with a miRNA at an end match no transcript of" in told
    assert "Check --transcripts" in told


def test_transcripts__of_the_other_strand_are_told(library, tmp_path):
    turned = {name: reverse_complement(bases) for name, bases in library.transcripts.items()}
    told = library.diagnoses(tmp_path, transcripts=library.fasta("turned.fa", turned))
    assert "match the other strand of" in told
    assert "it holds reverse complements" in told


def test_transcripts__that_are_a_genome_are_told(library, tmp_path):
    both = [b if i % 2 else reverse_complement(b) for i, b in enumerate(library.transcripts.values())]
    spacer = "".join(np.random.default_rng(1).choice(list("ACGU"), 150_000))
    genome = library.fasta("genome.fa", {"chr1": "".join(both) + spacer})
    told = library.diagnoses(tmp_path, transcripts=genome)
    assert "only (" in told
    assert "DNA of a genome? Give mRNAs as --transcripts" in told
    assert "half of the 1 sequences of" in told


def test_lone_mirnas__are_told_from_chimeras(library, tmp_path):
    mirnas = [line for line in library.mature.read_text().split("\n") if line[:1] in set("ACGU")]
    reads = [(mirnas[i % 30].replace("U", "T") + ADAPTER, "I" * 43) for i in range(900)]
    told = library.diagnoses(tmp_path, reads, umi5=0, duplicates="exact")
    assert "reads too short after trimming" in told
    assert "as long as miRNAs without a target; --min-read-length is 28" in told


def test_min_reads__above_what_few_reads_can_show_is_told(library, tmp_path):
    told = library.diagnoses(tmp_path, min_reads=2000)
    assert "seen in fewer than 2000 chimeric reads, of" in told
    assert "--min-reads 5 keeps" in told
    assert "--min-reads 1 keeps" in told


def test_quality__that_no_variant_reaches_is_told(library, tmp_path):
    reads = [(b[:26] + ("A" if b[26] != "A" else "C") + b[27:], "?" * len(b)) for b, _ in library.reads]
    told = library.diagnoses(tmp_path, reads, order="mirna-first")
    assert "reads with variant nucleotides of quality 30 or less, of" in told
    assert "check --min-quality" in told


def test_short_reads__after_cutting_too_much_are_told(library, tmp_path):
    told = library.diagnoses(tmp_path, min_read_length=90)
    assert "reads too short after trimming, of 6,000 that came to this rule" in told
    assert "check --min-read-length (90), and whether --adapter, --umi5 or --barcode5 cut too much" in told
