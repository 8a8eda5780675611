"""From miRNAs and transcripts to predicted repression: sites, features, weights, and the background of transcripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.energies import unpaired_log10
from dmiso.extras import require_extra
from dmiso.records import Counts, SequenceRecord
from dmiso.repression.context import LONGEST_MIRNA, SiteContext
from dmiso.repression.features import OPENED, site_features
from dmiso.repression.model import WeightSet, weight_set
from dmiso.repression.sites import find_all_sites, pack_targets
from dmiso.repression.tables import Repressed
from dmiso.repression.transcript_features import transcript_features

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.io.transcripts import Transcript
    from dmiso.repression.context import Accessibility
    from dmiso.repression.sites import SeedSites, Targets
    from dmiso.repression.store import StoredRepression

    Floats = NDArray[np.float64]

__all__ = ["NO_REGION", "predict_repression", "transcript_background"]

NO_REGION: Final = "transcripts left out: their coding sequence is not known, so their sites have no region"
_SHORTEST_MIRNA: Final = 8
_SHORTEST_UTR: Final = 50


def predict_repression(
    model: StoredRepression,
    mirnas: Sequence[SequenceRecord],
    transcripts: Sequence[Transcript],
    counts: Counts,
    *,
    abundances: Mapping[str, float] | None = None,
    folding: bool = False,
    background: Mapping[str, float] | None = None,
) -> Repressed:
    """Predict what miRNAs and isomiRs do to transcripts.

    Parameters
    ----------
    model
        Of :func:`dmiso.repression.resolve_repression`.
    mirnas
        miRNAs or isomiRs, any sequence; the seed is positions 2-8 of each as it is.
    transcripts
        With coding sequences; ``cds`` (0, 0) is a 3'UTR without its mRNA. Those without are left out.
    counts
        Filled with what was left out.
    abundances
        miRNA sequence → abundance, 1 for one as in the experiments that the model was trained on; one without has 0.
        None: 1 each.
    folding
        Whether transcripts are folded with ViennaRNA for the accessibility of sites, about 10,000 nt per second, if the
        model has weights for it. It is asked for, never assumed: results must not hang on what is installed.

    background
        Of :func:`transcript_background`, for many calls with the same transcripts; None computes it here.

    Returns
    -------
    Repressed

    Raises
    ------
    MissingExtraError
        If folding is asked for and ViennaRNA is not installed.
    ModelError
        If the model has no weights for what is there.
    """
    weights = _weights(model, folding=folding)
    kept = _kept(mirnas, transcripts, counts)
    found = _predicted(weights, mirnas, kept, pack_targets(kept), folding=folding)
    if abundances is not None:
        of_each = np.array([abundances.get(m.sequence, 0.0) for m in mirnas])
        found = found._replace(
            added=found.added * of_each[found.sites.mirna], joint=found.joint * of_each[:, None]
        )
    if background is None:
        return found._replace(background=_background(weights, kept, found.targets, folding=folding))
    return found._replace(background=np.array([background[t.id] for t in kept], np.float64))


def transcript_background(
    model: StoredRepression, transcripts: Sequence[Transcript], *, folding: bool = False
) -> dict[str, float]:
    """Return what happens to transcripts whatever the miRNA, as a model sees it.

    It is a share of the mean repression by the model's panel of miRNAs, and what the length of the 3'UTR does.

    Parameters
    ----------
    model, folding
        As for :func:`predict_repression`.
    transcripts
        Those without a known coding sequence have none.

    Returns
    -------
    dict
        Name of the transcript → log2 fold change.
    """
    weights = _weights(model, folding=folding)
    kept = [t for t in transcripts if t.cds is not None]
    values = _background(weights, kept, pack_targets(kept), folding=folding)
    return {t.id: float(value) for t, value in zip(kept, values, strict=True)}


def _weights(model: StoredRepression, *, folding: bool) -> WeightSet:
    if folding:
        require_extra("RNA", "folding transcripts")
    return weight_set(model, {"accessibility"} if folding else set())


def _predicted(
    weights: WeightSet,
    mirnas: Sequence[SequenceRecord],
    transcripts: Sequence[Transcript],
    targets: Targets,
    *,
    folding: bool,
) -> Repressed:
    """Predict without abundances and background."""
    texts = [m.sequence for m in mirnas]
    sites = find_all_sites(texts, targets)
    context = SiteContext(texts, targets, sites, _opened(transcripts, sites, weights) if folding else None)
    values = site_features(weights.features.sites, context)
    return Repressed(
        mirnas,
        transcripts,
        targets,
        sites,
        added=weights.contributions(sites, values),
        joint=weights.joint(transcript_features(weights.features.transcripts, context)),
        features=dict(zip(weights.features.sites, values, strict=True)),
        weights=weights,
        background=np.zeros(len(transcripts)),
    )


def _background(
    weights: WeightSet, transcripts: Sequence[Transcript], targets: Targets, *, folding: bool
) -> Floats:
    """Return the background of each transcript, ``(n_transcripts,)``."""
    config = weights.config
    length = np.log10(np.maximum(targets.lengths - targets.cds_end, _SHORTEST_UTR))
    found = np.asarray((length - config.background_centre) * config.background_slope)
    if not config.panel or not config.panel_share:
        return found
    panel = [SequenceRecord(str(i), sequence) for i, sequence in enumerate(config.panel)]
    of_panel = _predicted(weights, panel, transcripts, targets, folding=folding).fold_changes()
    return np.asarray(found + config.panel_share * of_panel.mean(axis=0))


def _kept(
    mirnas: Sequence[SequenceRecord], transcripts: Sequence[Transcript], counts: Counts
) -> list[Transcript]:
    """Return the transcripts whose sites have a region; say what else cannot be used as it is."""
    for mirna in mirnas:
        if len(mirna.sequence) < _SHORTEST_MIRNA:
            counts.note(
                f"miRNAs shorter than {_SHORTEST_MIRNA} nt: they lack some or all seed sites",
                example=mirna.id,
            )
        if len(mirna.sequence) > LONGEST_MIRNA:
            counts.note(
                f"miRNAs longer than {LONGEST_MIRNA} nt: later bases count for nothing", example=mirna.id
            )
    kept = []
    for transcript in transcripts:
        if transcript.cds is None:
            counts.drop(NO_REGION, example=transcript.id)
        else:
            kept.append(transcript)
    counts.flow(
        "transcripts",
        len(transcripts),
        len(kept),
        outcome="of known coding sequence",
        hint="Give a table of coding sequences, or 3'UTRs as such",
    )
    return kept


def _opened(transcripts: Sequence[Transcript], sites: SeedSites, weights: WeightSet) -> Accessibility:
    """Return a function that folds a transcript around those of its sites whose accessibility has a weight."""
    counts_for = np.zeros_like(weights.base, np.bool_)
    if "accessibility" in weights.features.sites:
        counts_for = weights.slopes[weights.features.sites.index("accessibility")] != 0
    wanted = counts_for[sites.place, sites.type]
    order = np.argsort(sites.transcript[wanted], kind="stable")
    anchors = sites.anchor[wanted][order]
    bounds = np.searchsorted(sites.transcript[wanted][order], np.arange(len(transcripts) + 1))

    def accessibility(number: int) -> NDArray[np.float32]:
        bases = transcripts[number].sequence
        ends = np.minimum(anchors[bounds[number] : bounds[number + 1]], len(bases) - 1)
        return unpaired_log10(bases, OPENED, ends=ends.tolist())

    return accessibility
