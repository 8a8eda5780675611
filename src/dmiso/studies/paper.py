"""The study of the paper: every analysis in paper mode and in honest mode, and one table that holds both.

Order: tables and trainings (:mod:`dmiso.studies.material`), a mode's results (:mod:`dmiso.studies.mode_results`),
what both modes share, the files. Everything made is kept under ``work/`` and ``models/`` and skipped by a run
that finds it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from dmiso.columns import STUDY_COUNT_COLUMNS, schema_of
from dmiso.extras import require_extra
from dmiso.io import read_once, write_table, write_text
from dmiso.io.folders import FolderKind, claim_folder
from dmiso.io.streams import base_name
from dmiso.provenance import manifest, to_json
from dmiso.records import Counts
from dmiso.settings.study import StudySettings
from dmiso.studies.analyses import NO_RANKS, functional_rows
from dmiso.studies.designs import MODES
from dmiso.studies.interaction_counts import LEAST_FOR_PREFERENCE, count_rows, preference_table
from dmiso.studies.isomir_types import with_types
from dmiso.studies.material import Material
from dmiso.studies.measures import plain_row, rows_frame
from dmiso.studies.mirtarbase import judged_rows, table_two_tools
from dmiso.studies.mode_results import ModeResults
from dmiso.studies.other_reading import OTHER_READING, other_reading_steps
from dmiso.studies.page import write_markdown
from dmiso.studies.repeats import with_means
from dmiso.studies.settings import training_of
from dmiso.studies.side_by_side import side_by_side
from dmiso.studies.store import Store
from dmiso.studies.subjects import weights_of
from dmiso.studies.supplement import (
    SUPPLEMENT_ANALYSES,
    ModeSupplement,
    check_supplement,
    explained_network,
    shared_supplement,
)
from dmiso.studies.supplement_files import FIGURES, SUPPLEMENT_FILES, write_supplement
from dmiso.studies.tool_inputs import TOOL_FILES, write_tool_inputs
from dmiso.studies.trainings import make_job, run_jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dmiso.studies.settings import StudyInputs
    from dmiso.studies.store import Step
    from dmiso.studies.subjects import Subject
    from dmiso.studies.trainings import Job

__all__ = ["Study", "study_paper"]

STUDY_FOLDER: Final = FolderKind(
    "study",
    (
        "side_by_side.tsv",
        "side_by_side.md",
        "report.html",
        "index.html",
        "results.tsv",
        "preference.tsv",
        "counts.tsv",
        *TOOL_FILES,
        *SUPPLEMENT_FILES,
        "work/*.parquet",
        "work/*.json",
        "models/*",
    ),
    clears=("models",),
)
"""What ``dmiso study paper`` makes in its folder; ``index.html`` was what ``report.html`` is."""

_ORDER: Final = (
    "S1 isomiR frequency",
    "S2 S3 counts",
    "S4 tenfold",
    "Table 1",
    OTHER_READING,
    "second data",
    "Table 2 recall",
    "S5 types",
    "S6 exact or isomiR",
    "S8 miRNA halves",
    "S9 top five",
    "abundance",
    *SUPPLEMENT_ANALYSES[1:],
    "leak explained",
)
"""Analyses in the order of the table."""


class Study(NamedTuple):
    """What a study gives: the side-by-side table, every row of results, what was counted, what was made anew."""

    table: pl.DataFrame
    results: pl.DataFrame
    counts: Counts
    made: list[str]


def study_paper(
    inputs: StudyInputs,
    output: Path,
    settings: StudySettings | None = None,
    *,
    force: bool = False,
    on_step: Callable[[str], None] | None = None,
    command: Sequence[str] = (),
) -> Study:
    """Do the paper's analyses twice and write them side by side.

    Parameters
    ----------
    inputs
        The files.
    output
        Directory: ``side_by_side.md`` (one page), ``side_by_side.tsv`` (all its numbers and more),
        ``results.tsv`` (a row per result and mode),
        ``preference.tsv``, ``counts.tsv`` (everything kept and dropped, by step), ``manifest.json``, and what a
        later run goes on from: ``work/`` and ``models/``. ``supplement/`` has the tables and figures of
        :data:`dmiso.studies.supplement_files.FIGURES`,
        and :data:`dmiso.studies.tool_inputs.TOOL_FILES` are what other tools can be run on.
    settings
        How; None is the paper's 500 epochs, stopped early.
    force
        Write into a folder that holds files of others; they stay.
    on_step
        Called with the name of each table and network as it is made.
    command
        Words of the command line, for the manifest.

    Returns
    -------
    Study

    Raises
    ------
    MissingExtraError
        If torch, matplotlib, scipy or ViennaRNA is not installed.
    UsageError, InputError, DmisoError
        If a file or option cannot be used.
    """
    for module in ("torch", "matplotlib", "scipy"):
        require_extra(module, "the study")
    check_supplement(inputs)
    settings = settings or StudySettings()
    with read_once(), claim_folder(output, STUDY_FOLDER, force=force):
        store = Store(output / "work", on_step)
        material = Material(inputs, settings, store)
        given = material.given  # first: a model that cannot be used ends the run before anything is made
        networks: dict[str, Job] = {}
        steps = _modes(material, networks)
        shared = [*_shared(material), *shared_supplement(material)]
        results = pl.concat([*(step.frame for step in (*shared, *steps)), _statements(material)])
        order = {name: position for position, name in enumerate(_ORDER)}
        results = results.sort(pl.col("analysis").replace_strict(order), maintain_order=True)
        results = with_means(results)
        table = side_by_side(results)
        write_supplement(material, output, networks)
        counts = _write(material, output, table, results, given=given, command=command)
        return Study(table, results, counts, store.made)


def _modes(material: Material, networks: dict[str, Job]) -> list[Step]:
    """Train all networks of both modes, then judge them and look into one of each, put into ``networks``."""
    prepared = []
    for mode in MODES:
        tables = material.mode_tables(mode)
        judged = {"test": material.with_abundance(f"abundance-test-{mode}", tables.main, material.located)}
        if tables.second is not None and material.second is not None:
            judged["second"] = material.with_abundance(
                f"abundance-second-{mode}", tables.second, material.second
            )
        prepared.append((mode, tables, material.trainings(mode, tables, judged), judged))
    trainings = [found for _, _, found, _ in prepared]
    jobs = [job for found in trainings for job in found.single()]
    other = material.other_reading
    other_job = make_job(material.store, "other-reading", other, training_of(material.settings))
    jobs.append(other_job)
    jobs += [job for folds in zip(*(found.folds for found in trainings), strict=True) for job in folds]
    run_jobs(material.store, jobs, material.settings.workers)
    networks |= {mode: explained_network(found)[1] for mode, _, found, _ in prepared}
    steps = [
        step
        for mode, tables, found, judged in prepared
        for step in (
            *ModeResults(mode, material, tables, found, judged).steps(),
            *ModeSupplement(mode, material, tables, found).steps(),
        )
    ]
    return [*steps, *other_reading_steps(material, other, other_job)]


def _shared(material: Material) -> list[Step]:
    """Count interactions, and test each miRNA's preference for a type."""
    before = [material.primary] + ([material.second] if material.second is not None else [])

    def typed(step: Step) -> pl.DataFrame:
        return with_types(step.frame, material.references)

    parts = {"before": [step.key for step in before], "mature": material.hashes.get("mature")}
    counted = material.store.step(
        "rows-counts",
        lambda _: count_rows(typed(before[0]), typed(before[1]) if before[1:] else None),
        **parts,
    )
    least = LEAST_FOR_PREFERENCE[-1]
    material.store.step("preference", lambda _: preference_table(typed(before[0]), least), **parts)
    return [counted, *_mirtarbase_tools(material)]


def _mirtarbase_tools(material: Material) -> list[Step]:
    """Evaluate the tools on miRTarBase's sites: they are the same in both modes."""
    if material.mirtarbase is None:
        return []
    (sites, dealt), settings = material.mirtarbase, material.settings
    parts = {
        "before": [sites.key, dealt.key],
        "tools": material.tools.state(every=True),
        "files": {name: value for name, value in material.hashes.items() if name.startswith("tool_output_")},
        "n_replicates": settings.replicates,
        "seed": settings.seed,
    }
    return [
        material.store.step(
            "rows-mirtarbase-tools",
            lambda counts: table_two_tools(sites.frame, dealt.frame, material.tools, settings, counts),
            **parts,
        )
    ]


def _statements(material: Material) -> pl.DataFrame:
    """Return the rows that say what the given files do not allow, and how many rows of positives could be judged."""
    rows = []
    if material.primary.frame["candidate_rank"].null_count() == material.primary.frame.height:
        rows.append(plain_row("S9 top five", "primary", "network", "", note=NO_RANKS))
    if material.inputs.mirgenedb is None:
        note = "no curated miRNAs were given (--mirgenedb)"
        rows.append(plain_row("S2 S3 counts", "primary, MirGeneDB", "all sources", "", note=note))
    if material.second is None:
        note = "no second data were given (--second)"
        rows.append(plain_row("second data", "second", "network", "", note=note))
    parts = [rows_frame(rows)]
    for path, step in zip(material.inputs.recall, material.recall, strict=True):
        parts.append(judged_rows(base_name(path), step))
    if material.mirtarbase is None:
        parts.append(functional_rows())
    else:
        parts.append(judged_rows("miRTarBase", material.mirtarbase[0]))
    return pl.concat(parts)


def _write(
    material: Material,
    output: Path,
    table: pl.DataFrame,
    results: pl.DataFrame,
    *,
    given: Sequence[Subject],
    command: Sequence[str],
) -> Counts:
    """Write tables and manifest; return the counts of all steps, those kept from earlier runs too."""
    write_table(output / "side_by_side.tsv", table, digits=6)
    write_markdown(table, output, FIGURES)
    write_tool_inputs(material.tool_tables, output)
    write_table(output / "results.tsv", results, digits=6)
    write_table(output / "preference.tsv", material.store.steps["preference"].frame, digits=6)
    lines = [
        {"step": name, "kind": kind, "what": what, "n": n}
        for name, step in material.store.steps.items()
        for kind, found in step.counts.items()
        for what, n in found.items()
    ]
    write_table(output / "counts.tsv", pl.DataFrame(lines, schema=schema_of(STUDY_COUNT_COLUMNS)), digits=6)
    counts = Counts()
    for name, step in material.store.steps.items():
        for what, n in step.counts["kept"].items():
            counts.keep(f"{name}: {what}", n)
        for what, n in step.counts["dropped"].items():
            counts.drop(f"{name}: {what}", n)
        for what, n in step.counts["notes"].items():
            counts.note(f"{name}: {what}", n)
    for what, n in material.store.notes.notes.items():
        counts.note(what, n)
    described = {name: value for name, value in asdict(material.settings).items() if name != "workers"}
    record = manifest(
        command=command,
        inputs=dict(material.inputs.named()),
        counts=counts,
        seed=material.settings.seed,
        model=weights_of(given),
        settings={**described, "training": training_of(material.settings).as_dict()},
    )
    write_text(output / "manifest.json", to_json(record))
    return counts
