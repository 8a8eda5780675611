"""One pair explained: its logit, duplex, masks, mutants, deletions and double mutants, as files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from dmiso.alphabet import NUCLEOTIDES
from dmiso.columns import BASE_COLUMNS, PAIR_EFFECT_COLUMNS, schema_of
from dmiso.energies import Duplex, draw_ascii, fold_duplex, pair_class
from dmiso.explain.model import SIDES, encode_pairs, explain_stored
from dmiso.explain.output import DIGITS, folder_for, write_manifest
from dmiso.explain.perturb import MASK, deletion_logits, mask_logits, mutant_logits, pair_epistasis
from dmiso.extras import is_installed
from dmiso.io import write_table, write_text
from dmiso.pages import render_part
from dmiso.records import Counts
from dmiso.seeds import seed_class

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from dmiso.explain.model import EncodedPairs, ExplainedModel
    from dmiso.models import StoredModel

    Floats = NDArray[np.float64]

__all__ = ["PairExplained", "explain_pair", "explain_pair_files"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PairExplained:
    """What was found of a pair.

    Parameters
    ----------
    model
        Name of the model.
    mirna, target
        Nucleotides that the network sees; ``start`` is where they begin on the target given.
    logit, score
        Of the pair.
    bases
        A row per nucleotide: changes of the logit by a mask of 4 from there on, each other base, and deletion.
    epistasis
        ``(mirna_length, target_length)``, see :func:`dmiso.explain.perturb.pair_epistasis`.
    duplex
        Of ViennaRNA; None if it is not installed, or no pair forms.
    """

    model: str
    mirna: str
    target: str
    start: int
    logit: float
    score: float
    bases: pl.DataFrame
    epistasis: Floats
    duplex: Duplex | None

    def __repr__(self) -> str:
        said = f"logit {self.logit:.3f}, score {self.score:.3f}, {self.model}"
        return f"PairExplained({self.mirna} on {self.target}: {said})"

    def _repr_html_(self) -> str:
        return render_part("preformatted", text=self.text())

    def effects(self) -> pl.DataFrame:
        """Return the matrix of pair effects as a table, ``folded`` where ViennaRNA pairs the nucleotides."""
        folded = set(self.duplex.pairs) if self.duplex else set()
        rows = [
            (i, j + self.start, m, t, pair_class(m, t), float(self.epistasis[i, j]), (i, j) in folded)
            for i, m in enumerate(self.mirna)
            for j, t in enumerate(self.target)
        ]
        return pl.DataFrame(rows, schema=schema_of(PAIR_EFFECT_COLUMNS), orient="row")

    def text(self) -> str:
        """Return the page for a terminal: logit, seed class, duplex, and how the network's pairs agree with it."""
        lines = [
            f"model {self.model}: logit {self.logit:.3f}, score {self.score:.3f}, seed class "
            + seed_class(self.mirna, self.target)
        ]
        if self.duplex is None:
            return "\n".join([*lines, "no duplex (ViennaRNA is not installed, or nothing pairs)", ""])
        lines += [f"RNAduplex {self.duplex.energy:.1f} kcal/mol", "", draw_ascii(self.duplex), ""]
        inside, top = duplex_agreement(self.epistasis, self.duplex)
        lines.append(
            f"pair effect (double-mutant epistasis, logits): mean {inside:.3f} on the duplex's pairs; "
            f"{top} of the {len(self.duplex.pairs)} largest effects are pairs of the duplex"
        )
        return "\n".join([*lines, ""])


def duplex_agreement(epistasis: Floats, duplex: Duplex) -> tuple[float, int]:
    """Return the mean effect on a duplex's n pairs, and how many of the n largest effects are among them."""
    rows, columns = (np.array(side) for side in zip(*duplex.pairs, strict=True))
    values = epistasis[rows, columns]
    largest = np.argsort(-np.nan_to_num(epistasis, nan=-np.inf).ravel(), kind="stable")[: len(rows)]
    positions = set((rows * epistasis.shape[1] + columns).tolist())
    return float(values.mean()), sum(int(position) in positions for position in largest)


def explain_pair(
    model: ExplainedModel,
    mirna: str,
    target: str,
    *,
    counts: Counts | None = None,
    progress: Callable[[int], None] | None = None,
) -> PairExplained:
    """Explain one pair; of a target longer than the network's window its best window.

    Parameters
    ----------
    model
        The model.
    mirna, target
        Upper-case RNA, 5'→3'.
    counts
        Filled with what was cropped.
    progress
        Called with the number of double mutants scored since the last call.
    """
    pairs = encode_pairs(model, [mirna], [target], counts)
    seen_mirna = mirna[: model.mirna_length] if model.crop == "end" else _bases(pairs.mirna[0])
    start = int(pairs.start[0])
    seen_target = target[start : start + model.target_length]
    logit = float(model.of_codes(pairs.mirna, pairs.target)[0])
    effects = pair_epistasis(model, pairs.mirna, pairs.target, progress=progress)
    tables = [
        _base_table(model, pairs, side, seen)
        for side, seen in zip(SIDES, (seen_mirna, seen_target), strict=True)
    ]
    tables[1] = tables[1].with_columns(pl.col("base_position") + start)
    return PairExplained(
        model=model.name,
        mirna=seen_mirna,
        target=seen_target,
        start=start,
        logit=logit,
        score=float(model.probability(np.array([logit]))[0]),
        bases=pl.concat(tables),
        epistasis=effects[: len(seen_mirna), : len(seen_target)],
        duplex=_duplex(seen_mirna, seen_target),
    )


def _bases(codes: NDArray[np.uint8]) -> str:
    from dmiso.alphabet import spelled

    return spelled(codes).rstrip("N")


def _duplex(mirna: str, target: str) -> Duplex | None:
    if not is_installed("RNA"):
        return None
    duplex = fold_duplex(mirna, target)
    return duplex if duplex.pairs else None


def _base_table(model: ExplainedModel, pairs: EncodedPairs, side: str, seen: str) -> pl.DataFrame:
    """Return what each nucleotide of one side does to the logit."""
    n = len(seen)
    logit = float(model.of_codes(pairs.mirna, pairs.target)[0])
    masked = mask_logits(model, pairs.mirna, pairs.target, side)
    mask = np.full(n, np.nan)
    whole = max(0, n - MASK + 1)
    mask[:whole] = masked.masked[0, :whole] - logit
    mutants = mutant_logits(model, pairs.mirna, pairs.target, side)[0, :n] - logit
    deleted = deletion_logits(model, pairs.mirna, pairs.target, side)[0, :n] - logit
    table = pl.DataFrame(
        {
            "side": [side] * n,
            "base_position": np.arange(n),
            "base": list(seen),
            "mask_change": mask,
            **{f"change_to_{base}": mutants[:, code] for code, base in enumerate(NUCLEOTIDES)},
            "mean_change": mutants.sum(axis=1) / 3,
            "deletion_change": deleted,
        },
        schema=schema_of(BASE_COLUMNS),
    )
    return table.with_columns(pl.col(pl.Float64).fill_nan(None))


def explain_pair_files(
    stored: StoredModel,
    mirna: str,
    target: str,
    output: Path,
    *,
    command: Sequence[str] = ("dmiso", "explain", "pair"),
    progress: Callable[[int], None] | None = None,
) -> tuple[PairExplained, Counts]:
    """Explain one pair and write ``bases.tsv``, ``pair_effects.tsv``, ``duplex.txt`` and ``manifest.json``.

    Parameters
    ----------
    stored
        As :func:`dmiso.models.resolve` gives it.
    mirna, target
        Upper-case RNA, 5'→3'.
    output
        Folder of the results.
    command
        For the manifest.
    progress
        Called with the number of double mutants scored since the last call.
    """
    counts = Counts()
    folder_for(output)
    found = explain_pair(explain_stored(stored), mirna, target, counts=counts, progress=progress)
    write_table(output / "bases.tsv", found.bases, schema_of(BASE_COLUMNS), digits=DIGITS)
    write_table(output / "pair_effects.tsv", found.effects(), schema_of(PAIR_EFFECT_COLUMNS), digits=DIGITS)
    write_text(output / "duplex.txt", found.text())
    write_manifest(output, command, {}, counts, [stored], settings={"mirna": mirna, "target": target})
    return found, counts
