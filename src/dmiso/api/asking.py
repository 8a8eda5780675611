"""The verb that answers one question."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dmiso.api.given import desk, say

if TYPE_CHECKING:
    from dmiso.api.given import GivenFile, GivenSequences, GivenTable
    from dmiso.ask.answer import Answer

__all__ = ["ask"]


def ask(
    mirna: GivenSequences,
    gene: GivenSequences,
    *,
    against: str | None = None,
    reference: GivenFile | None = None,
    mature: GivenSequences | None = None,
    hairpin: GivenSequences | None = None,
    species: str | None = None,
    transcripts: GivenSequences | None = None,
    cds: GivenTable | None = None,
    genes: GivenTable | None = None,
    as_utrs: bool = False,
    model: GivenFile | None = None,
    output: GivenFile | None = None,
    **limits: Any,
) -> Answer:
    """Say whether a miRNA or isomiR binds and represses a gene, where, and how sure that is: what ``dmiso ask`` does.

    Parameters
    ----------
    mirna
        Nucleotides, a name of any release, an accession, a FASTA path, or name → nucleotides.
    gene
        A gene or transcript by name, nucleotides, a FASTA path, or name → nucleotides.
    against
        ``canonical`` (the miRNA that an isomiR comes from), a name or nucleotides: what changes against it.
    reference
        Name or folder of a reference; None is the one in use, else the shipped ``tiny-hsa``.
    mature, hairpin, species
        Known miRNAs that names are looked up in, in place of the reference's.
    transcripts, cds, genes
        Known transcripts that names are looked up in, in place of the reference's; ``cds`` belongs to ``gene`` too
        where it is a FASTA or a dict.
    as_utrs
        What is asked about are 3'UTRs without their mRNAs.
    model
        Of binding: name of a bundled model, or a model directory; None is the default model.
    output
        Folder to write the answer to; None writes nothing.
    limits
        Fields of :class:`dmiso.settings.confidence.VerdictSettings`: ``max_p=0.01``.

    Returns
    -------
    dmiso.ask.Answer
        ``text()`` is the answer; ``pairs``, ``sites`` and ``changes`` are tables; ``verdicts`` has every number.

    Raises
    ------
    UsageError, InputError
        If something cannot be used.

    Examples
    --------
    >>> import dmiso
    >>> found = dmiso.ask("UGAGGUAGUAGGUUGUAUAGUU", "GCAGCAGCAUUGCAACUAUACAACCUACUACCUCAUUGCAGCAAGC", as_utrs=True)
    >>> found.pairs.select("binding_call", "p_shuffled_mirna", "p_shuffled_target").row(0)
    ('bound', 0.005, 0.005)
    """
    from dmiso.ask.inputs import AskInputs
    from dmiso.ask.run import ASK_FOLDER, ask_files, write_answer
    from dmiso.io.folders import whole_folder
    from dmiso.settings.confidence import VerdictSettings

    named = None if model is None else str(model)
    with desk() as work:

        def word(value: GivenSequences, name: str) -> str:
            return value if isinstance(value, str) else str(work.sequences(value, name))

        inputs = AskInputs(
            word(mirna, "mirna"),
            word(gene, "gene"),
            against,
            None if reference is None else str(reference),
            mature=None if mature is None else work.sequences(mature, "mature"),
            hairpin=None if hairpin is None else work.sequences(hairpin, "hairpin"),
            species=species,
            transcripts=None if transcripts is None else work.sequences(transcripts, "transcripts"),
            cds=work.optional(cds, "cds"),
            genes=work.optional(genes, "genes"),
            as_utrs=as_utrs,
        )
        folder = None if output is None else Path(output)
        answer = ask_files(inputs, VerdictSettings(**limits), model=named, output=folder)
        if folder is not None:
            with whole_folder(folder, ASK_FOLDER) as held:
                write_answer(answer, inputs, held, model=named, command=("dmiso.ask",))
    say(answer.counts)
    return answer
