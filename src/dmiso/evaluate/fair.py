"""The fair version of a labelled table, from files to a file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from dmiso.dataset.fair import FAIR_VERSION, fair_pairs, rows_sha256
from dmiso.dataset.readers import read_interactions
from dmiso.evaluate.labelled import read_labelled, require_both_classes
from dmiso.io import write_table
from dmiso.io.streams import display_name, read_once
from dmiso.losses import require_kept
from dmiso.provenance import manifest, write_manifest
from dmiso.records import Counts
from dmiso.settings.fair import FairSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["FairInputs", "fair_files"]


@dataclass(frozen=True, slots=True)
class FairInputs:
    """What is made fair.

    Parameters
    ----------
    labelled
        The labelled table.
    positives
        Files of interactions of any layout: miRNAs seen on the table's sites that it does not name itself.
    mature
        Reference miRNAs (FASTA), for layouts of interactions without miRNA nucleotides.
    layout, columns
        How the table is written, see :func:`dmiso.evaluate.labelled.read_labelled`.
    """

    labelled: Path
    positives: Sequence[Path] = ()
    mature: Path | None = None
    layout: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    def named(self) -> dict[str, Path]:
        """Return every file by the name a manifest gives it."""
        files = {"labelled": self.labelled}
        files |= {f"positives_{i}": path for i, path in enumerate(self.positives, start=1)}
        return files if self.mature is None else files | {"mature": self.mature}


@read_once()
def fair_files(
    inputs: FairInputs,
    output: Path,
    settings: FairSettings | None = None,
    *,
    command: Sequence[str] = ("fair_files",),
) -> tuple[pl.DataFrame, Counts]:
    """Write the fair version of a labelled table, with a manifest that accounts for every pair.

    Parameters
    ----------
    inputs
        The table, and what else is known of its sites.
    output
        TSV, CSV or Parquet by its ending; the manifest beside it has the recipe's version, the SHA-256 of the pairs
        (:func:`dmiso.dataset.fair.rows_sha256`) and every reason with its number of pairs.
    settings
        Which version is made.
    command
        For the manifest.

    Returns
    -------
    polars.DataFrame
        The pairs kept, with all columns of the table.
    Counts
        What was kept and left out.

    Raises
    ------
    NothingKeptError
        If the table lacks a label, or no pair is left.
    InputError
        If a file cannot be used.
    MissingExtraError
        If a pair can be judged by its duplex energy only, and ViennaRNA is not installed.
    """
    settings, counts = settings or FairSettings(), Counts()
    table = read_labelled(inputs.labelled, counts, layout=inputs.layout, columns=inputs.columns)
    require_both_classes(table, inputs.labelled, "A fair version")
    counts.kept.clear()  # of the pairs read; those kept are counted below
    seen = [read_interactions(path, mature=inputs.mature)[0] for path in inputs.positives]
    positives = pl.concat(seen) if seen else None
    fair = fair_pairs(
        table, counts, positives=positives, seedless=settings.seedless, matched=settings.matched
    )
    counts.flow(
        "pairs",
        table.height,
        fair.height,
        outcome="fair",
        hint="Give the interactions the table was made from with --positives: they name the true partners of its sites",
        large=0.9,
    )
    require_kept(counts, path=display_name(inputs.labelled))
    write_table(output, fair)
    account = manifest(
        command=command,
        inputs=inputs.named(),
        counts=counts,
        settings=asdict(settings) | {"recipe_version": FAIR_VERSION, "rows_sha256": rows_sha256(fair)},
    )
    write_manifest(output, account)
    return fair, counts
