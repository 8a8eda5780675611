"""How a data set is made: the settings of ``dmiso dataset``, by step."""

from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, get_args

from dmiso.errors import UsageError
from dmiso.settings.ranges import COPIES, LENGTH, LENGTH_OR_NONE, RECORDS, SEED, SHARE_BELOW_ONE, Range
from dmiso.settings.setting import Setting, check_settings

__all__ = [
    "SITE_RULES",
    "BuildSettings",
    "EnergySide",
    "RuleName",
    "SchemeName",
    "SiteRule",
    "SplitSettings",
]

RuleName = Literal["paper", "window", "as-given"]
"""``paper`` extends fragments by 25 nt at 3' and drops sites below 30 nt; ``window`` cuts windows of one length
around the middle, shifted at random; ``as-given`` changes nothing."""

SITE_RULES: Final = get_args(RuleName)
EnergySide = Literal["above", "below"]
"""On which side of an energy a duplex is taken; above is the weaker."""

SchemeName = Literal["cluster", "random", "chromosome", "gene", "mirna", "family"]
"""Ways to part rows, see :data:`dmiso.dataset.splits.SCHEMES`."""


@dataclass(frozen=True, slots=True)
class SiteRule:
    """How a site is cut.

    Parameters
    ----------
    name
        See :data:`RuleName`.
    extend
        nt added at the 3' end (``paper``; the paper's 25, after Helwak 2013).
    min_length
        Shorter sites are dropped (``paper``; the paper's 30 nt).
    length
        Length of a window (``window``).
    jitter
        Largest shift of a window's middle, either way (``window``), in nt: a site that always stands in the
        middle could be recognised by that alone.
    seed
        Of the shifts.
    """

    name: Annotated[
        RuleName,
        Setting(
            "paper: fragments extended by 25 nt at 3', sites below 30 nt left out; window: one length, around the "
            "middle; as-given: unchanged.",
            flag="--site-rule",
        ),
    ] = "paper"
    extend: int = 25
    min_length: int = 30
    length: Annotated[
        int, Setting("For window, nt.", LENGTH, needs=("name=window",), flag="--window-length")
    ] = 50
    jitter: Annotated[
        int,
        Setting("For window: largest random shift either way, nt.", LENGTH_OR_NONE, needs=("name=window",)),
    ] = 5
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse a name or length that cannot be."""
        check_settings(self)
        if self.extend < 0 or self.min_length < 1:
            raise UsageError("a site rule's extension is 0 or more, its shortest site 1 or more.")


@dataclass(frozen=True, slots=True)
class SplitSettings:
    """How rows are split.

    Parameters
    ----------
    test_share
        Share of the rows for testing; the paper's is 0.2, and 0.5 of the miRNAs where they are disjoint.
    validation_share
        Share of the remaining rows for validation, always by site cluster; 0 makes none.
    test_chromosomes
        For scheme ``chromosome``.
    folds
        With 2 or more, rows are split into ``fold-0``, ``fold-1`` … of about one size, and the shares
        are not used.
    seed
        Of the random choice.
    """

    test_share: Annotated[
        float,
        Setting("Share for testing.", SHARE_BELOW_ONE, needs=("folds=0",), formerly=("--test-fraction",)),
    ] = 0.2
    validation_share: Annotated[
        float,
        Setting(
            "Share of the rest for validation.",
            SHARE_BELOW_ONE,
            needs=("folds=0",),
            formerly=("--validation-fraction",),
        ),
    ] = 0.1
    test_chromosomes: Annotated[
        tuple[str, ...],
        Setting(
            "Chromosome of the test part. Can be repeated.",
            needs=("split=chromosome",),
            flag="--test-chromosome",
        ),
    ] = ("1",)
    folds: Annotated[
        int,
        Setting("Split into this many folds (fold-0, fold-1 …) in place of the shares.", Range(0, 1000)),
    ] = 0
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse shares and folds that cannot be."""
        check_settings(self)
        if self.folds == 1:
            raise UsageError("folds is 1; it must be 0 (none) or 2 and more.")


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """How a data set is made.

    Parameters
    ----------
    negatives, ratio
        Strategy of :data:`dmiso.dataset.negatives.STRATEGIES`, and negatives per positive.
    energy_threshold, energy_side
        RNAcofold energy (kcal/mol) and the side of it on which ``paper`` and ``paper-strong`` take a drawn site; None
        is the strategy's own side.
    avoid_competition
        Negatives of ``site-swap`` lie on sites without a seed match of the miRNAs seen there; sites of both classes
        differ then.
    keep_repeats
        Keep sense calls and repeats (:mod:`dmiso.confounders.repeats`); None keeps them where negatives are drawn as in
        the paper, whose recipe knows nothing of them.
    site_rule
        How sites are cut.
    split
        Scheme of :data:`dmiso.dataset.splits.SCHEMES`.
    parts
        Shares, folds and chromosomes of the scheme.
    annotation_genome
        Genome release of the annotation; sites on another are not looked up.
    exclude_chromosomes
        Chromosomes whose sites are left out: ``1``, or ``hejret:1`` for one source only.
    top
        Candidate pairs per read that are taken, where the input ranks them (the paper's 1; 5 in its S9).
    min_mirna_length
        Shorter miRNAs are dropped (nt).
    on_bad
        At a sequence that cannot be used: ``stop`` or ``skip``; None is ``stop`` where users have no choice.
    seed
        Of every random choice; each stage derives its own from it.
    """

    negatives: Annotated[
        str,
        Setting(
            "site-swap, dinucleotide-shuffle, region-matched, paper or paper-strong; docs/datasets.md describes the "
            "bias of each.",
            metavar="NAME",
        ),
    ] = "site-swap"
    ratio: Annotated[int, Setting("Negatives per positive.", COPIES)] = 1
    energy_threshold: Annotated[
        float,
        Setting(
            "For paper and paper-strong: RNAcofold energy that a drawn site's duplex is compared with, kcal/mol.",
            Range(-1000, 1000),
            needs=("negatives=paper", "negatives=paper-strong"),
        ),
    ] = -10.0
    energy_side: Annotated[
        EnergySide | None,
        Setting(
            "For paper and paper-strong: the side of the threshold on which a drawn site is taken.",
            needs=("negatives=paper", "negatives=paper-strong"),
            unset="above for paper, below for paper-strong",
        ),
    ] = None
    avoid_competition: Annotated[
        bool,
        Setting(
            "For site-swap: take no site that shows a seed match of a miRNA seen on it. Sites of both classes differ "
            "then (docs/datasets.md).",
            needs=("negatives=site-swap",),
        ),
    ] = False
    keep_repeats: Annotated[
        bool | None,
        Setting(
            "Keep sense calls (the miRNA is a piece of the site's own strand) and repeats (simple, without a duplex).",
            flag="--keep-repeats/--no-keep-repeats",
            unset="kept for paper and paper-strong, else left out",
        ),
    ] = None
    site_rule: SiteRule = field(default_factory=SiteRule)
    split: Annotated[
        SchemeName,
        Setting(
            "What the parts do not share. Site clusters never cross parts, but with random (the paper's)."
        ),
    ] = "cluster"
    parts: SplitSettings = field(default_factory=SplitSettings)
    annotation_genome: Annotated[
        str,
        Setting(
            "Genome release of --annotation; sites of a layout on another (grosswendt: hg19, moore: mm39) are not "
            "looked up.",
            needs=("annotation",),
            metavar="NAME",
        ),
    ] = "GRCh38"
    exclude_chromosomes: Annotated[
        tuple[str, ...],
        Setting(
            "Chromosome whose sites are left out, of all sources or one (hejret:1). Can be repeated.",
            metavar="[SOURCE:]NAME",
            flag="--exclude-chromosome",
        ),
    ] = ()
    top: Annotated[
        int, Setting("Candidate pairs taken of each read, where the input ranks them.", RECORDS)
    ] = 1
    min_mirna_length: Annotated[int, Setting("Shorter miRNAs are left out, nt.", LENGTH)] = 16
    on_bad: Annotated[
        Literal["stop", "skip"] | None,
        Setting("At a row that cannot be used: stop, or leave it out and count it."),
    ] = None
    seed: Annotated[int, Setting("Of every random choice.", SEED)] = 0

    @property
    def keeps_repeats(self) -> bool:
        """Whether sense calls and repeats stay, by the setting or else by the kind of negatives."""
        return self.negatives in {"paper", "paper-strong"} if self.keep_repeats is None else self.keep_repeats

    def __post_init__(self) -> None:
        check_settings(self)
