"""Species as databases call them: where their files are to be downloaded, and whose transcripts are whose.

The program never opens an address. Those that name no release lead to the latest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.errors import InputError, UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SPECIES", "Address", "Species", "addresses_of", "check_transcripts", "species_of_transcripts"]

_ENSEMBL: Final = re.compile(r"(ENS[A-Z]*)T\d{6,}(?:\.\d+)?(?:_PAR_Y)?")


class Species(NamedTuple):
    """A species: Latin name, English name, and how Ensembl, UCSC and RefSeq call it; empty where they have none.

    ``ensembl`` is what identifiers begin with before the T of a transcript; ``site`` and ``division`` say which of
    Ensembl's servers has it; ``gencode`` is GENCODE's folder; ``refseq`` RefSeq's folder and begin of file names.
    """

    latin: str
    english: str
    ensembl: str = ""
    ucsc: str = ""
    refseq: tuple[str, str] | None = None
    gencode: str = ""
    division: str = ""
    refseq_group: str = "vertebrate_mammalian"


class Address(NamedTuple):
    """Something to download: the database, what it is, its address, and the option it is given with."""

    database: str
    what: str
    url: str
    option: str


SPECIES: Final = {
    "hsa": Species("Homo sapiens", "human", "ENS", "hg38", ("H_sapiens", "human"), "Gencode_human"),
    "mmu": Species("Mus musculus", "mouse", "ENSMUS", "mm39", ("M_musculus", "mouse"), "Gencode_mouse"),
    "rno": Species("Rattus norvegicus", "rat", "ENSRNO", "rn7", ("R_norvegicus", "rat")),
    "bta": Species("Bos taurus", "cow", "ENSBTA", "bosTau9", ("B_taurus", "cow")),
    "ssc": Species("Sus scrofa", "pig", "ENSSSC", "susScr11", ("S_scrofa", "pig")),
    "cfa": Species("Canis lupus familiaris", "dog", "ENSCAF", "canFam6"),
    "mml": Species("Macaca mulatta", "rhesus macaque", "ENSMMU", "rheMac10"),
    "ptr": Species("Pan troglodytes", "chimpanzee", "ENSPTR", "panTro6"),
    "oar": Species("Ovis aries", "sheep", "ENSOAR", "oviAri4"),
    "eca": Species("Equus caballus", "horse", "ENSECA", "equCab3"),
    "ocu": Species("Oryctolagus cuniculus", "rabbit", "ENSOCU", "oryCun2"),
    "gga": Species("Gallus gallus", "chicken", "ENSGAL", "galGal6", refseq_group="vertebrate_other"),
    "xtr": Species(
        "Xenopus tropicalis",
        "frog",
        "ENSXET",
        "xenTro10",
        ("X_tropicalis", "frog"),
        refseq_group="vertebrate_other",
    ),
    "dre": Species(
        "Danio rerio",
        "zebrafish",
        "ENSDAR",
        "danRer11",
        ("D_rerio", "zebrafish"),
        refseq_group="vertebrate_other",
    ),
    "dme": Species(
        "Drosophila melanogaster", "fruit fly", "", "dm6", division="metazoa", refseq_group="invertebrate"
    ),
    "cel": Species(
        "Caenorhabditis elegans", "roundworm", "", "ce11", division="metazoa", refseq_group="invertebrate"
    ),
    "ath": Species("Arabidopsis thaliana", "thale cress", division="plants", refseq_group="plant"),
    "osa": Species("Oryza sativa Japonica Group", "rice", division="plants", refseq_group="plant"),
    "zma": Species("Zea mays", "maize", division="plants", refseq_group="plant"),
}
"""By the beginning of miRNAs' names. A reference can be of any other species too."""


def addresses_of(code: str) -> list[Address]:
    """Return where the files of a species are.

    Parameters
    ----------
    code
        Beginning of miRNAs' names, or a Latin or English name.

    Raises
    ------
    UsageError
        If it is not in the table; those known are listed.
    """
    wanted = code.strip().lower().replace("_", " ")
    named = {
        name: own for own, entry in SPECIES.items() for name in (own, entry.latin.lower(), entry.english)
    }
    if wanted not in named:
        raise UsageError(
            f"{code!r} is not among the species whose addresses are known here. {did_you_mean(wanted, SPECIES)}. "
            "For others: https://www.mirbase.org/download/ and https://ftp.ensembl.org/pub/ have the same layout."
        )
    own = named[wanted]
    return [*_of_mirnas(own), *_of_transcripts(SPECIES[own])]


def _of_mirnas(code: str) -> list[Address]:
    """Return the addresses of miRNAs and hairpins."""
    mirbase = "https://www.mirbase.org/download"
    found = [
        Address("miRBase", "miRNAs, all species", f"{mirbase}/mature.fa", "--mirnas"),
        Address("miRBase", "hairpins, all species", f"{mirbase}/hairpin.fa", "--hairpins"),
        Address("miRBase", "positions on the genome", f"{mirbase}/{code}.gff3", "--gff3"),
    ]
    if SPECIES[code].division == "plants":
        return found  # MirGeneDB has animals only
    mirgenedb = "https://mirgenedb.org"
    return [
        *found,
        Address("MirGeneDB", "miRNAs (guide strands)", f"{mirgenedb}/fasta/{code}?mat=1", "--mirnas"),
        Address("MirGeneDB", "miRNAs (star strands)", f"{mirgenedb}/fasta/{code}?star=1", "--mirnas"),
        Address("MirGeneDB", "hairpins with flanks", f"{mirgenedb}/fasta/{code}?pri=1", "--hairpins"),
        Address("MirGeneDB", "positions on the genome", f"{mirgenedb}/gff/{code}?sort=pos&all=1", "--gff3"),
    ]


def _of_transcripts(species: Species) -> list[Address]:
    """Return the addresses of transcripts and their coding sequences."""
    found = []
    if species.gencode:
        base = f"https://ftp.ebi.ac.uk/pub/databases/gencode/{species.gencode}/latest_release/"
        found += [
            Address(
                "GENCODE", "gencode.v*.pc_transcripts.fa.gz (coding sequences in it)", base, "--transcripts"
            ),
            Address("GENCODE", "gencode.v*.annotation.gtf.gz (MANE, canonical)", base, "--annotation"),
        ]
    if species.ucsc == "hg38":
        base = "https://ftp.ncbi.nlm.nih.gov/refseq/MANE/MANE_human/current/"
        found.append(
            Address(
                "MANE", "MANE.GRCh38.v*.refseq_rna.gbff.gz (one per gene; all in it)", base, "--transcripts"
            )
        )
    folder = "_".join(species.latin.lower().split())
    if species.division:
        base = f"https://ftp.ensemblgenomes.ebi.ac.uk/pub/current/{species.division}"
        fasta, gtf = f"{base}/fasta/{folder}/cdna/", f"{base}/gtf/{folder}/"
    else:
        base = "https://ftp.ensembl.org/pub"
        fasta, gtf = f"{base}/current_fasta/{folder}/cdna/", f"{base}/current_gtf/{folder}/"
    found += [
        Address("Ensembl", "*.cdna.all.fa.gz", fasta, "--transcripts"),
        Address("Ensembl", "*.gtf.gz of the same release", gtf, "--annotation"),
    ]
    if species.refseq:
        base = f"https://ftp.ncbi.nlm.nih.gov/refseq/{species.refseq[0]}/mRNA_Prot/"
        what = f"{species.refseq[1]}.*.rna.gbff.gz (all parts; coding sequences and genes in them)"
        found.append(Address("RefSeq", what, base, "--transcripts"))
    genomes = f"https://ftp.ncbi.nlm.nih.gov/genomes/refseq/{species.refseq_group}/{species.latin.replace(' ', '_')}/"
    found.append(Address("RefSeq", "*_rna.gbff.gz of the latest assembly", genomes, "--transcripts"))
    if species.ucsc:
        base = f"https://hgdownload.soe.ucsc.edu/goldenPath/{species.ucsc}/bigZips/"
        found += [
            Address("UCSC", f"{species.ucsc}.fa.gz (genome)", base, "--genome"),
            Address("UCSC", f"{species.ucsc}.ncbiRefSeq.gtf.gz", f"{base}genes/", "--annotation"),
        ]
    return found


def species_of_transcripts(names: Iterable[str]) -> str:
    """Return the species that identifiers of Ensembl are of; empty where they do not say, or are of none known here.

    Examples
    --------
    >>> species_of_transcripts(["ENSMUST00000043789.5"]), species_of_transcripts(["NM_000014.6"])
    ('mmu', '')
    """
    begins = {match[1] for name in names if (match := _ENSEMBL.fullmatch(name))}
    known = [code for code, species in SPECIES.items() if species.ensembl in begins]
    return known[0] if len(known) == 1 else ""


def check_transcripts(species: str, names: Iterable[str], *, path: str) -> str:
    """Return the species of a reference; refuse transcripts of another one than its miRNAs.

    Parameters
    ----------
    species
        Of the miRNAs; empty where unknown.
    names
        Of transcripts.
    path
        Their file, for messages.

    Raises
    ------
    InputError
        If identifiers of Ensembl show another species.
    """
    told = species_of_transcripts(names)
    if told and species and told != species:
        wanted = SPECIES[species].latin if species in SPECIES else species
        raise InputError(
            f"these are transcripts of {SPECIES[told].latin} ({told}), and the reference is of {wanted} ({species})",
            path=path,
            hint=f"Give transcripts of {wanted}, or --species {told} with its miRNAs",
        )
    return species or told
