"""The supplement's files: a table for each kind of step, and the figures, drawn anew from the kept tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import (
    GROUPED_MIRNA_COLUMNS,
    ISOMIR_FREQUENCY_COLUMNS,
    LAST_LAYER_COLUMNS,
    STUDY_GENE_SET_COLUMNS,
    STUDY_KERNEL_COLUMNS,
    STUDY_PROFILE_COLUMNS,
    STUDY_SHARED_COLUMNS,
    schema_of,
)
from dmiso.io import write_table
from dmiso.models import resolve
from dmiso.plot.funnel import draw_funnel
from dmiso.plot.isomir_frequency import draw_isomir_frequency
from dmiso.plot.mirna_tree import draw_mirna_tree
from dmiso.plot.motif_logo import draw_logos
from dmiso.plot.profiles import draw_profiles
from dmiso.settings.pictures import FORMATS
from dmiso.studies.designs import MODES
from dmiso.studies.funnel import read_funnel, study_funnel
from dmiso.studies.learnt_weights import kernels_by_weight
from dmiso.studies.page import KERNELS, Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from dmiso.plot import Picture as Drawing
    from dmiso.studies.material import Material
    from dmiso.studies.store import Step
    from dmiso.studies.trainings import Job

__all__ = ["FIGURES", "SUPPLEMENT", "SUPPLEMENT_FILES", "write_supplement"]

SUPPLEMENT: Final = "supplement"
"""Folder of these files in the study's."""

SUPPLEMENT_FILES: Final = tuple(f"{SUPPLEMENT}/*.{ending}" for ending in ("tsv", *FORMATS))

_DIGITS: Final = 6
_TABLES: Final = {
    "isomirs": ("isomir-frequency", ISOMIR_FREQUENCY_COLUMNS),
    "profiles": ("profiles-", STUDY_PROFILE_COLUMNS),
    "mirna_clusters": ("mirna-clusters-", GROUPED_MIRNA_COLUMNS),
    "shared_targets": ("shared-targets-", STUDY_SHARED_COLUMNS),
    "gene_sets": ("gene-sets-", STUDY_GENE_SET_COLUMNS),
    "kernels": ("kernels-", STUDY_KERNEL_COLUMNS),
    "abundance_weights": ("last-layer-", LAST_LAYER_COLUMNS),
}
"""Tables by file, with the beginning of the names of the steps that they are made of."""


_FIG_2: Final = (
    "The change of the prediction as four nucleotides are masked with N, from each position of the miRNA (left) and "
    "of the target (right): mean and standard deviation over the pairs of the {data}, {mode} mode. Below, the logit, "
    "and its variation beside networks with shuffled weights and the number of steps that a mask touches."
)
_FIG_S2: Final = (
    "miRNAs clustered by how the logit changes as four of their nucleotides are masked, {mode} mode: tree by average "
    "linkage of 1 - correlation, profile of each miRNA, cluster and name."
)
_KERNELS: Final = (
    "The first kernels of both branches as sequence logos, read from their weights, {mode} mode; flat ones "
    "hold almost no information."
)
_SETS: Final = {"test": "held-out test rows", "second": "second data"}


def _figure(name: str, item: str, caption: str) -> Picture:
    return Picture(f"{SUPPLEMENT}/{name}.svg", caption, item)


FIGURES: Final = (
    _figure(
        "fig1_funnel",
        "Figure 1A",
        "From interactions to the rows that networks learn from and are tested on, what each rule kept and dropped.",
    ),
    _figure(
        "s1_isomirs",
        "Figure S1",
        "IsomiRs of the data trained on, by type: how many there are, and how many are in at least so many "
        "interactions.",
    ),
    *(
        _figure(f"fig2_{mode}_{data}", "Figure 2", _FIG_2.format(data=words, mode=mode))
        for mode in MODES
        for data, words in _SETS.items()
    ),
    *(_figure(f"s2_clusters_{mode}", "Figure S2", _FIG_S2.format(mode=mode)) for mode in MODES),
    *(_figure(f"kernels_{mode}", KERNELS, _KERNELS.format(mode=mode)) for mode in MODES),
)
"""Every figure that a study may draw, in the paper's order; one whose data are not given is not there."""


def write_supplement(material: Material, output: Path, networks: Mapping[str, Job]) -> None:
    """Write the supplement's tables and figures.

    Parameters
    ----------
    material
        The study's tables, every step of the supplement kept.
    output
        Folder of the study.
    networks
        The network that is explained, by mode.
    """
    folder = output / SUPPLEMENT
    folder.mkdir(exist_ok=True)
    steps = material.store.steps
    frames = {name: _joined(steps, beginning, columns) for name, (beginning, columns) in _TABLES.items()}
    before = None if material.inputs.funnel is None else read_funnel(material.inputs.funnel)
    frames["funnel"] = study_funnel(steps, before)
    for name, frame in frames.items():
        write_table(folder / f"{name}.tsv", frame, digits=_DIGITS)
    drawings = _drawings(frames, networks)
    for figure in FIGURES:
        path = (output / figure.file).with_suffix("")
        draw = drawings.get(path.name)
        if draw is None:
            for ending in FORMATS:  # of an earlier run with other files
                path.with_suffix(f".{ending}").unlink(missing_ok=True)
        else:
            draw().write(path)


def _joined(steps: Mapping[str, Step], beginning: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """Return the tables of all modes and data as one."""
    parts = [pl.DataFrame(schema=schema_of(columns))]
    parts += [step.frame.select(columns) for name, step in steps.items() if name.startswith(beginning)]
    return pl.concat(parts)


def _drawings(
    frames: Mapping[str, pl.DataFrame], networks: Mapping[str, Job]
) -> dict[str, Callable[[], Drawing]]:
    """Return how to draw the figures that there are data for."""
    found: dict[str, Callable[[], Drawing]] = {
        "fig1_funnel": lambda: draw_funnel(frames["funnel"], counted="reads, interactions or rows")
    }
    isomirs = frames["isomirs"].filter(pl.col("data") == "primary")
    if isomirs.height:
        found["s1_isomirs"] = lambda: draw_isomir_frequency(isomirs)
    for mode, job in networks.items():
        for data, words in _SETS.items():
            profiles = frames["profiles"].filter(pl.col("mode") == mode, pl.col("data") == data)
            if profiles.height:
                found[f"fig2_{mode}_{data}"] = _of_profiles(profiles, f"{words}, {mode} mode")
        grouped = frames["mirna_clusters"].filter(pl.col("mode") == mode)
        if grouped["mirna_sequence"].n_unique() > 1:
            found[f"s2_clusters_{mode}"] = _of_clusters(grouped, f"{mode} mode")
        found[f"kernels_{mode}"] = _of_kernels(job)
    return found


def _of_profiles(profiles: pl.DataFrame, title: str) -> Callable[[], Drawing]:
    # a network that is made again differs in bits that no table shows; they would change dots of the picture
    shown = profiles.with_columns(pl.selectors.float().round(_DIGITS))
    return lambda: draw_profiles(shown, "network", title=title)


def _of_clusters(grouped: pl.DataFrame, title: str) -> Callable[[], Drawing]:
    return lambda: draw_mirna_tree(grouped, title=title)


def _of_kernels(job: Job) -> Callable[[], Drawing]:
    return lambda: draw_logos(kernels_by_weight(resolve(job.output)))
