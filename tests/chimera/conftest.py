"""A small world for chimeric reads: miRNAs, transcripts, and reads made of them by hand."""

import gzip

import numpy as np
import pytest

MIRNAS = {
    "hsa-let-7a-5p": "UGAGGUAGUAGGUUGUAUAGUU",
    "hsa-miR-21-5p": "UAGCUUAUCAGACUGAUGUUGA",
    "hsa-miR-16-5p": "UAGCAGCACGUAAAUAUUGGCG",
    "hsa-miR-92a-3p": "UAUUGCACUUGUCCCGGCCUGU",
}


def bases(draw, length):
    return "".join(draw.choice(list("ACGU"), length))


def write_fasta(path, records):
    path.write_text("".join(f">{name}\n{sequence}\n" for name, sequence in records.items()))
    return path


def write_fastq(path, reads, quality="I"):
    """Write reads: sequences, or pairs of sequence and quality."""
    lines = []
    for i, read in enumerate(reads, start=1):
        sequence, own = read if isinstance(read, tuple) else (read, quality * len(read))
        lines.append(f"@read.{i}\n{sequence.replace('U', 'T')}\n+\n{own}\n")
    text = "".join(lines)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
    else:
        path.write_text(text)
    return path


class World:
    """References on disk, and ways to make reads of them."""

    def __init__(self, folder):
        self.folder = folder
        self.draw = np.random.default_rng(11)
        self.mirnas = MIRNAS
        self.transcripts = {f"NM_{i}": bases(self.draw, 600 + 50 * i) for i in range(1, 6)}
        self.mature = write_fasta(folder / "mature.fa", MIRNAS)
        self.mrna = write_fasta(folder / "mrna.fa", self.transcripts)
        self.cds = folder / "cds.tsv"
        rows = "".join(f"{name}\t100\t400\n" for name in self.transcripts)
        self.cds.write_text("transcript_id\tcds_start\tcds_end\n" + rows)

    fasta = staticmethod(write_fasta)
    fastq = staticmethod(write_fastq)

    def site(self, name="NM_1", start=450, length=32, unlike=""):
        """A site; its first nucleotide is not that of ``unlike``, nor the nucleotide before it."""
        sequence = self.transcripts[name]
        while unlike and sequence[start] == unlike[0]:
            start += 1
        return name, start, sequence[start : start + length]

    def inputs(self, *reads, **others):
        from dmiso.chimera.inputs import ChimeraInputs

        return ChimeraInputs(tuple(reads), self.mature, self.mrna, cds=self.cds, **others)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)
