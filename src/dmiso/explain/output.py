"""How explanations are written: a folder of tables with a manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dmiso.errors import UsageError
from dmiso.io import write_text
from dmiso.io.folders import FolderKind, check_folder
from dmiso.provenance import manifest, to_json
from dmiso.settings.pictures import FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dmiso.models import StoredModel
    from dmiso.records import Counts

__all__ = ["DIGITS", "EXPLAIN_FOLDER", "folder_for", "write_manifest"]

_TABLES: Final = (
    "bases",
    "pair_effects",
    "profiles",
    "mirna_clusters",
    "shared_targets",
    "gene_sets",
    "kernels",
    "pair_energies",
    "pair_tables",
    "variants",
)
_PICTURES: Final = ("page", "duplex", "profiles", "profiles_*", "logos_*", "pair_energies", "variants")
EXPLAIN_FOLDER: Final = FolderKind(
    "explain",
    (
        *(f"{name}.tsv" for name in _TABLES),
        *(f"{name}.{ending}" for name in _PICTURES for ending in FORMATS),
        "duplex.txt",
        "summary.txt",
        "motifs.meme",
    ),
)
"""What the subcommands of ``dmiso explain`` make in their folder."""


DIGITS: Final = 7
"""Significant digits of the tables: the last bits of a sum do not change a file."""


def folder_for(output: Path) -> None:
    """Make the folder of results.

    Raises
    ------
    UsageError
        If it is a file, holds what ``dmiso explain`` did not make, or cannot be made.
    """
    check_folder(output, EXPLAIN_FOLDER)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{output} cannot be made a folder ({error.strerror}). Choose another output."
        ) from error


def write_manifest(
    output: Path,
    command: Sequence[str],
    inputs: Mapping[str, Path | None],
    counts: Counts,
    models: Sequence[StoredModel],
    *,
    seed: int | None = None,
    settings: Mapping[str, Any] | None = None,
) -> None:
    """Write ``manifest.json`` into the folder of results."""
    named = {stored.config.name: stored.weights_sha256 for stored in models}
    described = manifest(
        command=command, inputs=inputs, counts=counts, seed=seed, model=named, settings=settings
    )
    write_text(output / "manifest.json", to_json(described))
