"""How a reference is built from files of databases: the settings of ``dmiso reference add``."""

from dataclasses import dataclass
from typing import Annotated

from dmiso.settings.setting import Setting, check_settings

__all__ = ["ReferenceSettings"]


@dataclass(frozen=True, slots=True)
class ReferenceSettings:
    """How a reference is built; see :func:`dmiso.references.build_reference`.

    Parameters
    ----------
    species
        Beginning of its miRNAs' names, ``hsa``; None where the files hold one species.
    release
        Of the databases; empty takes what the files say.
    note
        Sources and licences, a sentence each.
    without_cds
        Accept transcripts none of which has a coding sequence.
    """

    species: Annotated[
        str | None,
        Setting("Only miRNAs whose names begin so: hsa, mmu.", unset="that of the files, if it is one"),
    ] = None
    release: Annotated[
        str,
        Setting(
            "Release of the databases, as tables and pages shall name it.", unset="as far as the files say"
        ),
    ] = ""
    note: Annotated[
        tuple[str, ...],
        Setting("A sentence to keep with it: source, licence. Can be repeated.", metavar="TEXT"),
    ] = ()
    without_cds: Annotated[
        bool,
        Setting("Accept transcripts none of which has a coding sequence: repression is then not predicted."),
    ] = False

    def __post_init__(self) -> None:
        check_settings(self)
