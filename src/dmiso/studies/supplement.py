"""The paper's supplement and figures, as far as its text describes them: steps that make tables, and rows of results.

What is counted of the data is made once, what a network reacts to and has learnt in each mode. The files are written
by :mod:`dmiso.studies.supplement_files`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.explain.kernel_tables import read_collection
from dmiso.extras import require_extra
from dmiso.io.sequences import read_sequences
from dmiso.models import resolve
from dmiso.records import Counts
from dmiso.studies.cluster_targets import (
    cluster_rows,
    clusters_in_sets,
    clusters_share,
    random_clusters_in_sets,
    read_collections,
)
from dmiso.studies.funnel import read_funnel
from dmiso.studies.isomir_frequency import frequency_rows, isomir_frequency, mirgenedb_rows
from dmiso.studies.isomir_types import with_types
from dmiso.studies.learnt_weights import kernel_rows, kernel_table, last_layer, last_layer_rows
from dmiso.studies.measures import plain_row, rows_frame
from dmiso.studies.sensitivity import grouped_mirnas, profile_rows, profiles_of
from dmiso.studies.trainings import Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmiso.models import StoredModel
    from dmiso.studies.designs import Mode
    from dmiso.studies.material import Material, ModeTables, Trainings
    from dmiso.studies.settings import StudyInputs
    from dmiso.studies.store import Step

__all__ = [
    "SUPPLEMENT_ANALYSES",
    "ModeSupplement",
    "check_supplement",
    "explained_network",
    "shared_supplement",
]

SUPPLEMENT_ANALYSES: Final = (
    "S1 isomiR frequency",
    "Fig. 2 perturbation",
    "S2 figure clusters",
    "S7 gene sets",
    "kernels",
)
"""Analyses that these steps add, in the paper's order."""


def check_supplement(inputs: StudyInputs) -> None:
    """Read what networks are compared with once before they are trained: a broken file ends the run at once.

    Parameters
    ----------
    inputs
        Of the study.

    Raises
    ------
    MissingExtraError
        If motifs are given and memelite is not installed.
    UsageError, InputError
        If a file cannot be used.
    """
    counts = Counts()
    if inputs.motifs:
        require_extra("memelite", "matching kernels with motifs")
    for path in inputs.motifs:
        read_collection(path)
    read_collections(inputs.gene_sets, counts)
    if inputs.mirgenedb is not None:
        for _ in read_sequences(inputs.mirgenedb, counts, kind="miRNA"):
            pass
    if inputs.funnel is not None:
        read_funnel(inputs.funnel)


def shared_supplement(material: Material) -> list[Step]:
    """Count what does not depend on a mode: isomiRs by frequency, and what MirGeneDB's miRNAs have.

    Parameters
    ----------
    material
        The study's tables.

    Returns
    -------
    list of Step
        Rows of results; the table of isomiRs is the step ``isomir-frequency``.
    """
    inputs, store = material.inputs, material.store
    steps = {"primary": material.primary, "second": material.second}
    before = {name: step for name, step in steps.items() if step is not None}
    parts: dict[str, Any] = {
        "before": [step.key for step in before.values()],
        "mature": material.hashes.get("mature"),
    }

    def frames() -> dict[str, pl.DataFrame]:
        return {name: with_types(step.frame, material.references) for name, step in before.items()}

    table = store.step("isomir-frequency", lambda _: isomir_frequency(frames()), **parts)
    rows = [store.step("rows-isomir-frequency", lambda _: frequency_rows(table.frame), before=table.key)]
    mirgenedb, mature = inputs.mirgenedb, inputs.mature
    if mirgenedb is not None and mature is not None:
        held = material.hashes["mirgenedb"]
        rows.append(
            store.step(
                "rows-mirgenedb",
                lambda counts: mirgenedb_rows(frames(), mirgenedb, mature, counts),
                mirgenedb=held,
                **parts,
            )
        )
    return rows


def explained_network(trainings: Trainings) -> tuple[str, Job]:
    """Return the network whose reactions and weights are looked at, and what tables call it.

    The paper looked at one trained to the end of its epochs: the first of such; without one it is the network stopped
    early.

    Parameters
    ----------
    trainings
        Of a mode.
    """
    for variant in trainings.variants:
        if variant.slug.startswith("full-") and isinstance(variant.network, Job):
            return variant.name, variant.network
    return "network", trainings.main


@dataclass(eq=False)
class ModeSupplement:
    """Looks into one mode's networks.

    Parameters
    ----------
    mode
        paper or honest.
    material
        The study's tables.
    tables, trainings
        Of the mode; the trainings are finished.
    """

    mode: Mode
    material: Material
    tables: ModeTables
    trainings: Trainings

    def steps(self) -> list[Step]:
        """Return the rows of results, their tables kept as steps of their own."""
        return [*self._profiles(), *self._clusters(), self._kernels(), self._last_layer()]

    @property
    def _stored(self) -> StoredModel:
        """The network, read anew: a study trains many, and looks into few."""
        return resolve(explained_network(self.trainings)[1].output)

    def _table(
        self, name: str, make: Callable[[Counts], pl.DataFrame], *before: Step, **parts: object
    ) -> Step:
        """Keep a table of the explained network."""
        _, job = explained_network(self.trainings)
        return self.material.store.step(
            f"{name}-{self.mode}",
            lambda counts: make(counts).with_columns(mode=pl.lit(self.mode)),
            model=job.key,
            before=[step.key for step in before],
            seed=self.material.settings.seed,
            **parts,
        )

    def _rows(self, name: str, make: Callable[[], pl.DataFrame], *before: Step, **parts: object) -> Step:
        """Keep the rows that sum tables up, each with the network they are of."""
        subject, _ = explained_network(self.trainings)

        def noted(_counts: Counts) -> pl.DataFrame:
            own = pl.col("note").fill_null("")
            return make().with_columns(
                note=pl.when(own == "").then(pl.lit(subject)).otherwise(pl.format(f"{subject}; {{}}", own))
            )

        keys = [step.key for step in before]
        return self.material.store.step(
            f"rows-{name}-{self.mode}", noted, before=keys, subject=subject, **parts
        )

    def _profiles(self) -> list[Step]:
        """Mask every four nucleotides of the test rows and of the second data (Fig. 2)."""
        seed, main, second = self.material.settings.seed, self.tables.main, self.tables.second
        sets = {"test": (main, main.frame.filter(pl.col("split") == "test"))}
        if second is not None:
            sets["second"] = (second, second.frame)
        rows = []
        for data, (step, frame) in sets.items():

            def make(counts: Counts, data: str = data, frame: pl.DataFrame = frame) -> pl.DataFrame:
                found = profiles_of(self._stored, frame, "network", seed, counts)
                return found.with_columns(data=pl.lit(data))

            table = self._table(f"profiles-{data}", make, step)

            def said(data: str = data, table: Step = table) -> pl.DataFrame:
                return profile_rows(data, self.mode, table.frame)

            rows.append(self._rows(f"profiles-{data}", said, table))
        return rows

    def _clusters(self) -> list[Step]:
        """Cluster miRNAs by what the network reacts to (Fig. S2), and test what the clusters target (Table S7)."""
        seed, main, positives = self.material.settings.seed, self.tables.main, self.material.primary
        grouped = self._table(
            "mirna-clusters", lambda c: grouped_mirnas(self._stored, main.frame, seed, c), main
        )
        shared = self._table(
            "shared-targets",
            lambda _: clusters_share(grouped.frame, positives.frame, seed),
            grouped,
            positives,
        )
        paths = self.material.inputs.gene_sets

        def tested(counts: Counts) -> pl.DataFrame:
            collections = read_collections(paths, counts)
            return clusters_in_sets(grouped.frame, positives.frame, collections, counts)

        given = {name: value for name, value in self.material.hashes.items() if name.startswith("gene_sets")}
        enriched = self._table("gene-sets", tested, grouped, positives, gene_sets=given)

        def dealt(counts: Counts) -> pl.DataFrame:
            return random_clusters_in_sets(
                grouped.frame, positives.frame, read_collections(paths, counts), seed
            )

        at_random = self._table("random-sets", dealt, grouped, positives, gene_sets=given)
        steps = (grouped, shared, enriched, at_random)
        return [
            self._rows("clusters", lambda: cluster_rows(self.mode, *(step.frame for step in steps)), *steps)
        ]

    def _kernels(self) -> Step:
        """Read the first kernels as motifs, and match them."""
        seed, main, paths = self.material.settings.seed, self.tables.main, self.material.inputs.motifs
        given = {name: value for name, value in self.material.hashes.items() if name.startswith("motifs")}
        table = self._table(
            "kernels",
            lambda _: kernel_table(self._stored, main.frame.filter(pl.col("split") != "test"), paths, seed),
            main,
            motifs=given,
        )

        def said() -> pl.DataFrame:
            rows = kernel_rows(self.mode, table.frame)
            if paths:
                return rows
            note = "no motifs were given to match kernels with (--motifs)"
            row = plain_row("kernels", "training data", "match", "", mode=self.mode, note=note)
            return pl.concat([rows, rows_frame([row])])

        return self._rows("kernels", said, table)

    def _last_layer(self) -> Step:
        """Read the weights of the last unit of the network with abundance."""
        job = self.trainings.abundance
        table = self.material.store.step(
            f"last-layer-{self.mode}",
            lambda _: last_layer(job.output / "weights.safetensors").with_columns(mode=pl.lit(self.mode)),
            model=job.key,
        )
        return self.material.store.step(
            f"rows-last-layer-{self.mode}",
            lambda _: last_layer_rows(self.mode, table.frame),
            before=table.key,
        )
