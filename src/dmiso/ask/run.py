"""``dmiso ask`` as a function: words in; an answer, and a folder of files if one is wanted, out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.ask.answering import answer_question
from dmiso.columns import ASK_PAIR_COLUMNS, ASK_SITE_COLUMNS, SITE_CHANGE_COLUMNS, schema_of
from dmiso.io import write_table, write_text
from dmiso.io.folders import FolderKind, check_folder
from dmiso.models import resolve
from dmiso.provenance import manifest, to_json
from dmiso.records import Counts
from dmiso.settings.pictures import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dmiso.ask.answer import Answer
    from dmiso.ask.inputs import AskInputs
    from dmiso.settings.confidence import VerdictSettings

__all__ = ["ASK_FOLDER", "ask_files", "write_answer"]

ASK_FOLDER: Final = FolderKind(
    "ask",
    (
        "answer.json",
        "answer.txt",
        *(f"{name}.tsv" for name in ("pairs", "sites", "changes")),
        "duplexes.txt",
        "transcripts.fa",
        "report.html",
        *(f"track_*.{ending}" for ending in FORMATS),
    ),
)
"""What ``dmiso ask`` makes in its folder."""


def ask_files(
    inputs: AskInputs,
    settings: VerdictSettings | None = None,
    *,
    model: str | None = None,
    output: Path | None = None,
    force: bool = False,
    on_work: Callable[[int, int], None] | None = None,
) -> Answer:
    """Answer a question.

    Parameters
    ----------
    inputs
        The question, and where its words are looked up.
    settings
        Limits of the verdicts; None is the default.
    model
        Of binding: a bundled name or directory; None is the default model.
    output
        Folder that the answer will be written to (:func:`write_answer`): refused before any work if it cannot be.
    force
        It may hold files of others.
    on_work
        Called with transcripts done and in all.

    Raises
    ------
    UsageError, InputError
        If a word, an option or a file cannot be used.
    """
    counts = Counts()
    if output is not None:
        check_folder(output, ASK_FOLDER, force=force)
    stored = resolve(model)
    told = inputs.load(counts)
    return answer_question(
        told.asked,
        told.transcripts,
        stored,
        settings,
        counts=counts,
        about=told.about,
        on_work=on_work,
    )


def write_answer(
    answer: Answer, inputs: AskInputs, folder: Path, *, model: str | None, command: Sequence[str]
) -> None:
    """Write an answer into a folder that the caller holds, its manifest last.

    Parameters
    ----------
    answer, inputs
        What was answered.
    folder
        Of :func:`dmiso.io.folders.whole_folder`.
    model
        As for :func:`ask_files`.
    command
        For the manifest.
    """
    stored = resolve(model)
    write_text(folder / "answer.json", to_json(answer.as_dict()))
    write_text(folder / "answer.txt", answer.text())
    # what a report draws again: answer.json has their coding sequences
    write_text(
        folder / "transcripts.fa", "".join(f">{one.id}\n{one.sequence}\n" for one in answer.transcripts)
    )
    write_table(folder / "pairs.tsv", answer.pairs, schema_of(ASK_PAIR_COLUMNS))
    write_table(folder / "sites.tsv", answer.sites, schema_of(ASK_SITE_COLUMNS))
    if any(verdict.against for verdict in answer.verdicts):
        write_table(folder / "changes.tsv", answer.changes, schema_of(SITE_CHANGE_COLUMNS))
    if answer.duplexes:
        write_text(folder / "duplexes.txt", _duplexes(answer))
    record = manifest(
        command=command,
        inputs=dict(inputs.files()),
        counts=answer.counts,
        model={
            "name": stored.config.name,
            "weights_sha256": stored.weights_sha256,
            "repression_name": answer.about["repression_model"],
        },
        settings={
            **answer.settings.as_dict(),
            **answer.about,
            "mirna": inputs.mirna,
            "gene": inputs.gene,
            "against": inputs.against,
        },
    )
    write_text(folder / ASK_FOLDER.manifest, to_json(record))


def _duplexes(answer: Answer) -> str:
    """Return the drawings of all sites, each under its name."""
    names = answer.sites.select("mirna_id", "transcript_id", "start", "end").iter_rows()
    drawn = [
        f"{mirna} on {transcript} {start}-{end}\n{drawing}\n"
        for (mirna, transcript, start, end), drawing in zip(names, answer.duplexes, strict=True)
    ]
    return "\n".join(drawn)
