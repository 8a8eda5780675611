"""What a study is made from, and how: the values that ``dmiso study`` fills and a manifest records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dmiso.dataset.settings import Sources
from dmiso.errors import UsageError, did_you_mean
from dmiso.studies.tools import FIVE
from dmiso.train.settings import settings_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dmiso.settings.study import StudySettings
    from dmiso.settings.training import TrainSettings

__all__ = ["StudyInputs", "training_of"]

_SEEDS: Final = 1 << 32
"""Seeds that a training can have; the one after the last is 0."""


@dataclass(frozen=True, slots=True)
class StudyInputs:
    """The files of a study.

    Parameters
    ----------
    interactions
        Interactions to train and test on, in any layout that ``dmiso dataset`` reads (the paper: CLASH).
    transcripts, cds
        mRNAs and their coding sequences: the paper's negatives are drawn from 3'UTRs.
    second
        Interactions of another experiment, test only (the paper: CLEAR-CLIP).
    mouse
        Mouse CLEAR-CLIP, test only; needs ``mature``.
    mature
        Reference miRNAs (FASTA): nucleotides for ``mouse``, and what isomiRs are compared with to see
        replaced nucleotides.
    recall
        Tables of positives on which recall alone is measured (the paper: miRTarBase).
    exclude
        Tables whose sites the study's positives must stay clear of.
    utrs, genes, annotation
        3'UTRs by gene, the names of the transcripts' genes, and where genes lie on the genome: with them a positive
        counts whose gene has a 3'UTR here, though its site lies on none of the transcripts.
    models
        Models judged beside the networks trained here: bundled names, model directories, or folders with the authors'
        Keras files, see :func:`dmiso.studies.subjects.given_models`.
    mirgenedb
        Curated miRNAs (FASTA), whose interactions are counted apart; needs ``mature``.
    gene_sets, motifs
        Collections that clusters' targets (GMT) and kernels (MEME) are compared with.
    funnel
        ``funnel.tsv`` of the run of ``dmiso chimeras`` that made the interactions.
    mirtarbase
        miRTarBase's file of target sites (the paper's Table 2), lengthened on their gene's 3'UTR; needs ``mature``.
    tool_outputs
        What tools wrote, by name: of :data:`dmiso.studies.tools.FIVE`.
    """

    interactions: tuple[Path, ...]
    transcripts: Path
    cds: Path
    second: tuple[Path, ...] = ()
    mouse: Path | None = None
    mature: Path | None = None
    recall: tuple[Path, ...] = ()
    exclude: tuple[Path, ...] = ()
    utrs: Path | None = None
    genes: Path | None = None
    annotation: Path | None = None
    models: tuple[str, ...] = ()
    mirgenedb: Path | None = None
    gene_sets: tuple[Path, ...] = ()
    motifs: tuple[Path, ...] = ()
    funnel: Path | None = None
    mirtarbase: Path | None = None
    tool_outputs: Mapping[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse files that do not go together."""
        if not self.interactions:
            raise UsageError("no file of interactions was given. Give them with --interactions.")
        if self.mouse is not None and self.mature is None:
            raise UsageError(
                "mouse CLEAR-CLIP has miRNA names and no nucleotides: give reference miRNAs with --mature."
            )
        if self.mirgenedb is not None and self.mature is None:
            raise UsageError("--mirgenedb is compared with reference miRNAs: give them with --mature.")
        if self.mirtarbase is not None and self.mature is None:
            raise UsageError(
                "miRTarBase has miRNA names and no nucleotides: give reference miRNAs with --mature."
            )
        for name in self.tool_outputs:
            if name not in FIVE:
                raise UsageError(
                    f"--tool-output: {name} is none of the paper's tools. {did_you_mean(name, FIVE)}."
                )
        for path in self.named().values():
            if not path.is_file():
                raise UsageError(f"{path} is not a file. Standard input cannot be used: the study resumes.")

    def named(self) -> dict[str, Path]:
        """Return every file by the name a manifest gives it."""
        lists = {
            "interactions": self.interactions,
            "second": self.second,
            "recall": self.recall,
            "exclude": self.exclude,
            "gene_sets": self.gene_sets,
            "motifs": self.motifs,
        }
        files = {
            f"{name}_{i}": path for name, paths in lists.items() for i, path in enumerate(paths, start=1)
        }
        single = {
            "transcripts": self.transcripts,
            "cds": self.cds,
            "mouse": self.mouse,
            "mature": self.mature,
            "utrs": self.utrs,
            "genes": self.genes,
            "annotation": self.annotation,
            "mirgenedb": self.mirgenedb,
            "funnel": self.funnel,
            "mirtarbase": self.mirtarbase,
        }
        files |= {f"tool_output_{name}": path for name, path in self.tool_outputs.items()}
        return {**files, **{name: path for name, path in single.items() if path is not None}}

    def sources(self, files: tuple[Path, ...] = (), exclude: tuple[Path, ...] = ()) -> Sources:
        """Return some of the study's interactions with all that a data set is made from.

        Parameters
        ----------
        files
            Interactions; empty for those trained on.
        exclude
            Tables whose sites they must stay clear of.
        """
        return Sources(
            files or self.interactions,
            transcripts=self.transcripts,
            cds=self.cds,
            mature=self.mature,
            exclude=exclude,
            utrs=self.utrs,
            genes=self.genes,
            annotation=self.annotation,
        )


def training_of(
    study: StudySettings, *, l1: float | None = None, full: bool = False, repeat: int = 0
) -> TrainSettings:
    """Return how a network of a study is trained: the paper's hyper-parameters, the study's epochs and seed.

    Parameters
    ----------
    study
        How the study is made.
    l1
        Coefficient of the L1 penalty; None is the paper's.
    full
        Train all of ``full_epochs`` instead of stopping early.
    repeat
        Number of the training among those that differ in their seed alone, counted from 0.
    """
    epochs, patience = (study.full_epochs,) * 2 if full else (study.epochs, study.patience)
    seed = (study.seed + repeat) % _SEEDS
    return settings_for("dmiso", epochs=epochs, patience=patience, seed=seed, l1=l1, device="cpu")
