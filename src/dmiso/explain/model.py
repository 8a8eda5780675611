"""What is explained: any function from codes to logits, with the lengths of its inputs.

Everything in this package asks a model only for logits, so a toy function, the published network and our own are asked
the same questions. :func:`explain_stored` makes one of a model directory, :func:`shuffled_control` the same network
with its weights shuffled: what it still shows comes from the architecture and the data, not from what was learnt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.encode import Crop, encode
from dmiso.models.calibration import sigmoid
from dmiso.networks import network_entry
from dmiso.predict.windows import cut_windows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.models import StoredModel
    from dmiso.records import Counts

    Codes = NDArray[np.uint8]
    Floats = NDArray[np.float64]

__all__ = [
    "SIDES",
    "EncodedPairs",
    "ExplainedModel",
    "Side",
    "encode_pairs",
    "explain_stored",
    "shuffled_control",
]

Side = str
"""``mirna`` or ``target``: which input something is about."""
SIDES: Final = ("mirna", "target")

_WINDOW_STRIDE: Final = 20


@dataclass(frozen=True, slots=True)
class ExplainedModel:
    """A model as this package sees it.

    Parameters
    ----------
    name
        For tables and pictures.
    logits
        (miRNA codes ``(n, mirna_length)``, target codes ``(n, target_length)``) → logits ``(n,)``; codes as of
        :func:`dmiso.encode.encode`.
    mirna_length, target_length
        Nucleotides of the inputs.
    crop
        What is kept of a longer miRNA.
    probability
        Logits → scores in 0–1.
    step_width
        Nucleotides that one step of the first layers sees, by side, where the network is not the same at every position
        of its input; empty for one that is.

    Examples
    --------
    >>> toy = ExplainedModel("first base is U", lambda m, t: (m[:, 0] == 1) * 2.0, 22, 50)
    >>> toy.score(["UGAG", "AGAG"], ["CUCA", "CUCA"]).tolist()
    [2.0, 0.0]
    """

    name: str
    logits: Callable[[Codes, Codes], NDArray[np.floating]]
    mirna_length: int
    target_length: int
    crop: Crop = "end"
    probability: Callable[[Floats], Floats] = sigmoid
    step_width: Mapping[str, int] = field(default_factory=dict)

    def score(self, mirnas: Sequence[str], targets: Sequence[str]) -> Floats:
        """Return the logits of pairs whose targets are no longer than the input, ``(n,)``."""
        mirna_codes = encode(mirnas, self.mirna_length, crop=self.crop)
        return self.of_codes(mirna_codes, encode(targets, self.target_length, crop=self.crop))

    def of_codes(self, mirna_codes: Codes, target_codes: Codes) -> Floats:
        """Return the logits of codes, ``(n,)``."""
        if len(mirna_codes) == 0:
            return np.zeros(0)
        return np.asarray(self.logits(mirna_codes, target_codes), np.float64)


class EncodedPairs(NamedTuple):
    """Codes of pairs, and where the window of each target begins on it, ``(n,)``."""

    mirna: Codes
    target: Codes
    start: NDArray[np.int64]


def encode_pairs(
    model: ExplainedModel, mirnas: Sequence[str], targets: Sequence[str], counts: Counts | None = None
) -> EncodedPairs:
    """Turn pairs into a model's input; of a target longer than its window the best window is taken.

    Parameters
    ----------
    model
        Gives lengths and the logits that choose windows.
    mirnas, targets
        Upper-case RNA, as many of each.
    counts
        Filled: miRNAs cropped and targets of which one window is explained.

    Examples
    --------
    >>> toy = ExplainedModel("any G", lambda m, t: (t == 3).any(axis=1) * 1.0, 5, 4)
    >>> encode_pairs(toy, ["UGAG"], ["AAAAAAAAAAAAAAAAAAAAAAG"]).start.tolist()
    [19]
    """
    mirna_codes = encode(mirnas, model.mirna_length, crop=model.crop)
    cut = cut_windows(targets, model.target_length, _WINDOW_STRIDE)
    codes = encode(cut.sequences, model.target_length)
    chosen = cut.first.copy()
    long = np.array([len(target) > model.target_length for target in targets], np.bool_)
    if long.any():
        rows = np.flatnonzero(long[cut.target])
        logits = np.full(len(codes), -np.inf)
        logits[rows] = model.of_codes(mirna_codes[cut.target[rows]], codes[rows])
        for pair in np.flatnonzero(long):
            of_one = np.flatnonzero(cut.target == pair)
            chosen[pair] = of_one[int(np.argmax(logits[of_one]))]
    if counts is not None:
        counts.keep("pairs", len(mirnas))
        if n := int(long.sum()):
            counts.note(f"targets longer than {model.target_length} nt: their best window is explained", n)
        if n := sum(len(mirna) > model.mirna_length for mirna in mirnas):
            counts.note(f"miRNAs longer than {model.mirna_length} nt: what the network sees is explained", n)
    return EncodedPairs(mirna_codes, codes[chosen], cut.start[chosen])


def explain_stored(stored: StoredModel, *, threads: int = 1) -> ExplainedModel:
    """Return a model directory as something to explain.

    Parameters
    ----------
    stored
        As :func:`dmiso.models.resolve` gives it.
    threads
        CPU cores to use.
    """
    from dmiso.engine import build_engine

    config = stored.config
    engine = build_engine(config, stored.weights, threads=threads, source=stored.source)
    width = network_entry(config.network).step_width
    return ExplainedModel(
        name=config.name,
        logits=engine.logits_pairs,
        mirna_length=config.mirna_length,
        target_length=config.target_length,
        crop=config.crop,
        probability=stored.calibration.apply,
        step_width={} if width is None else dict.fromkeys(SIDES, width),
    )


def shuffled_control(stored: StoredModel, *, seed: int = 0, threads: int = 1) -> ExplainedModel:
    """Return the same network with the numbers of each tensor shuffled among themselves.

    What was learnt is gone; architecture, and size and spread of the weights of each layer, stay (the "independent
    randomisation" of Adebayo et al. 2018, with a permutation instead of a fresh draw).

    Parameters
    ----------
    stored
        As :func:`dmiso.models.resolve` gives it.
    seed
        Of the permutations.
    threads
        CPU cores to use.
    """
    from dataclasses import replace

    generator = np.random.default_rng(seed)
    weights = {
        name: generator.permutation(array.ravel()).reshape(array.shape)
        for name, array in sorted(stored.weights.items())
    }
    control = explain_stored(replace(stored, weights=weights), threads=threads)
    return replace(control, name=f"{stored.config.name}, weights shuffled ({seed})", probability=sigmoid)
