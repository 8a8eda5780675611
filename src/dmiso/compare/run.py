"""``dmiso isomirs compare`` as a function: words and files in; tables, a summary and a page out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.columns import schema_of
from dmiso.compare.comparison import judge
from dmiso.compare.genes import GENE_CHANGE_COLUMNS
from dmiso.compare.matching import SITE_CHANGE_COLUMNS
from dmiso.compare.page import as_markdown, as_text, page_of
from dmiso.compare.scanned import scan_pairs
from dmiso.extras import require_extra
from dmiso.io import TableWriter, write_text
from dmiso.io.folders import FolderKind, check_folder, whole_folder
from dmiso.models import resolve
from dmiso.provenance import manifest, to_json
from dmiso.records import Counts
from dmiso.repression.blocks import check_as_utrs
from dmiso.settings.compare import CompareSettings
from dmiso.settings.pictures import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dmiso.compare.comparison import Comparison
    from dmiso.compare.inputs import CompareInputs
    from dmiso.compare.scanned import ScannedPairs, Targets

__all__ = ["CompareResult", "compare_files"]

COMPARE_FOLDER: Final = FolderKind(
    "compare",
    (
        *("sites.tsv", "genes.tsv", "page.md", "summary.json", "report.html", "page.html"),
        *(f"{name}.{ending}" for name in ("genes", "genes_*") for ending in FORMATS),
    ),
    "compare.manifest.json",
)
"""What ``dmiso isomirs compare`` makes in its folder; ``page.html`` was what ``report.html`` is."""


class CompareResult(NamedTuple):
    """What a run did: the comparisons, the page as text, and what was counted."""

    comparisons: list[Comparison]
    page: str
    counts: Counts


def compare_files(
    inputs: CompareInputs,
    output: Path,
    settings: CompareSettings | None = None,
    *,
    model: str | None = None,
    force: bool = False,
    command: Sequence[str] = ("compare_files",),
    on_work: Callable[[int, int], None] | None = None,
) -> CompareResult:
    """Compare isomiRs with their miRNAs, and write tables, a summary, a page of text and a manifest.

    The files are ``sites.tsv``, ``genes.tsv``, ``summary.json`` and ``page.md``.

    Parameters
    ----------
    inputs
        What is compared where.
    output
        Folder of the results.
    settings
        None is the default.
    model
        A bundled name or directory; None is the default model.
    force
        Write into a folder that holds files of others; they stay.
    command
        For the manifest, ``compare.manifest.json``.
    on_work
        Called with transcripts done and in all.

    Raises
    ------
    UsageError, InputError
        If an option, a word or a file cannot be used.
    MissingExtraError
        If scipy is not installed.
    """
    settings, counts = settings or CompareSettings(), Counts()
    check_as_utrs(as_utrs=settings.as_utrs, cds=inputs.cds)
    check_folder(output, COMPARE_FOLDER, force=force)
    require_extra("scipy", "testing seeds")
    stored = resolve(model)
    told = inputs.load(counts)
    scanned = scan_pairs(told.pairs, told.targets, stored, settings, counts=counts, on_work=on_work)
    comparisons = [judge(scanned, pair, settings) for pair in told.pairs]
    counts.keep("pairs of isomiR and miRNA", len(comparisons))
    page = page_of(comparisons, told.targets, _about(scanned, settings))
    record = manifest(
        command=command,
        inputs=dict(inputs.files()),
        counts=counts,
        seed=settings.seed,
        model={"name": stored.config.name, "weights_sha256": stored.weights_sha256},
        settings={**settings.as_dict(), "decoys": scanned.n_decoys, "asked": list(inputs.asked)},
    )
    with whole_folder(output, COMPARE_FOLDER, force=force) as folder:
        _write_tables(comparisons, folder)
        write_text(folder / "page.md", as_markdown(page))
        write_text(folder / "summary.json", to_json(_summary(comparisons, scanned, settings)))
        write_text(folder / COMPARE_FOLDER.manifest, to_json(record))
    return CompareResult(comparisons, as_text(page), counts)


def _write_tables(comparisons: Sequence[Comparison], output: Path) -> None:
    with TableWriter(output / "sites.tsv", schema_of(SITE_CHANGE_COLUMNS)) as sites:
        for comparison in comparisons:
            sites.write(comparison.sites)
    with TableWriter(output / "genes.tsv", schema_of(GENE_CHANGE_COLUMNS)) as genes:
        for comparison in comparisons:
            genes.write(comparison.genes)


def _about(scanned: ScannedPairs, settings: CompareSettings) -> str:
    """Say what was scanned with what."""
    targets: Targets = scanned.targets
    where = f" ({', '.join(settings.regions)})" if settings.regions else ""
    return (
        f"Model {scanned.model.config.name}; {len(targets.transcripts):,} transcripts or sites, "
        f"{targets.n_bases(settings.regions):,} nt searched{where}; {scanned.n_decoys} decoys per miRNA."
    )


def _summary(
    comparisons: Sequence[Comparison], scanned: ScannedPairs, settings: CompareSettings
) -> dict[str, object]:
    return {
        "model": scanned.model.config.name,
        "transcripts": len(scanned.targets.transcripts),
        "bases": scanned.targets.n_bases(settings.regions),
        "decoys": scanned.n_decoys,
        "max_q": settings.max_q,
        "margin": settings.margin,
        "comparisons": [comparison.as_dict() for comparison in comparisons],
    }
