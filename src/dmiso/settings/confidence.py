"""When a pair counts as bound or repressed, and when an isomiR changes it: limits with their reasons."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from dmiso.errors import UsageError
from dmiso.settings.ranges import FOLD_CHANGE, LOGIT, POSITIVE_SHARE, SHARE
from dmiso.settings.setting import Setting, check_settings

__all__ = ["VerdictSettings"]


@dataclass(frozen=True, slots=True)
class VerdictSettings:
    """Limits of verdicts.

    Parameters
    ----------
    max_p
        Both p-values of a pair (shuffled miRNAs, shuffled targets) are at most this where it is called. Both are asked
        for, so of pairs whose target is no more than a shuffle at most this share is called, and of those whose miRNA
        is no more than a shuffle too.
    max_uncertain_p
        Up to this they leave a pair uncertain; above, one in five shuffles does as much, and nothing distinguishes it.
    min_score
        Best score of a bound pair. 0.5 is where a site is as likely bound as not, at the prior that scores are for;
        long targets nearly always have such a site, so there the p-values decide.
    min_repression
        log2 by which a repressed transcript is lowered, and by which two miRNAs differ. 0.1 is what one 7mer in a
        3'UTR does, and what ``isomirs compare`` asks for.
    margin
        Logits by which two miRNAs differ where binding is gained or lost, as in ``isomirs compare``.

    Raises
    ------
    UsageError
        If a limit is out of its range.
    """

    max_p: Annotated[
        float, Setting("Both p-values of a bound or repressed pair are at most this.", POSITIVE_SHARE)
    ] = 0.05
    max_uncertain_p: Annotated[
        float, Setting("Up to this they leave a pair uncertain; above, it is not called.", POSITIVE_SHARE)
    ] = 0.2
    min_score: Annotated[float, Setting("Best score of a bound pair.", SHARE)] = 0.5
    min_repression: Annotated[
        float,
        Setting("log2 by which a gene is repressed, and by which two miRNAs differ.", FOLD_CHANGE),
    ] = 0.1
    margin: Annotated[float, Setting("Logits by which two miRNAs differ.", LOGIT)] = 1.0

    def __post_init__(self) -> None:
        check_settings(self)
        if self.max_p > self.max_uncertain_p:
            raise UsageError(
                f"max_p is {self.max_p:g} and max_uncertain_p {self.max_uncertain_p:g}: a pair that is called cannot "
                "be less sure than one that is uncertain."
            )

    def as_dict(self) -> dict[str, Any]:
        """Return the settings for a manifest."""
        return asdict(self)
