"""Names of miRNAs across releases and databases: every candidate, and the rule that found it.

None is picked in silence. A name is looked for by rules, the strongest first; weaker ones are asked only where
stronger ones found nothing:

==============  ===============================================================================================
rule            finds
==============  ===============================================================================================
``name``        the name as it stands, or an accession (MIMAT)
``spelling``    the same in another case or spelling: ``hsa-mir-21-5p``, ``MIR21-5p``, ``let_7a-5p``
``arm``         both arms for a name without one (``hsa-let-7a``) or with a star (``hsa-miR-10a*``: the star says
                which of two arms was rarer, not which side it is on); the name without arm for one with
``copy``        the same miRNA of several hairpins: ``hsa-miR-7`` finds ``hsa-miR-7-1-3p``
``letter``      paralogues that got a letter later: ``hsa-miR-320`` finds ``hsa-miR-320a-3p``
``sequence``    the same nucleotides, if the nucleotides belonging to the name are given
``ends``        nucleotides that contain those given or lie in them
``near``        nucleotides with at most two substitutions and ends moved by at most three
==============  ===============================================================================================
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dmiso.records import SequenceRecord

__all__ = ["BY_BASES", "Candidate", "NameIndex", "NamedMirna", "Resolution", "split_names"]

BY_BASES: Final = ("sequence", "ends", "near")
"""Rules that compare nucleotides."""

_ACCESSION: Final = re.compile(r"\bMIMAT\d{7}\b")
_NAME: Final = re.compile(
    r"(?:(?P<species>[a-z][a-z0-9]{1,7})-)?"
    r"(?P<kind>mir|let|lin|lsy|bantam|iab)-?"
    r"(?P<number>\d*)(?P<letter>[a-z]*)(?P<copy>(?:-\d+)*)"
    r"(?P<arm>-[53]p(?:\.\d+)?)?(?P<star>\*|-star)?"
)
_FEWEST_SHARED: Final = 15
_MOST_MOVED: Final = 3
_MOST_CHANGED: Final = 2


class NamedMirna(NamedTuple):
    """A miRNA of a reference: name, accession (empty if the file has none) and nucleotides."""

    name: str
    accession: str
    sequence: str


class Candidate(NamedTuple):
    """A miRNA that a name may stand for, and the rules that found it."""

    mirna: NamedMirna
    rules: tuple[str, ...]


class _Parts(NamedTuple):
    species: str
    kind: str
    number: str
    letter: str
    copy: str
    arm: str
    star: bool


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name may stand for.

    Parameters
    ----------
    name
        As given.
    candidates
        All, in the order of the reference.
    nearest
        Names spelled alike, where there is no candidate.
    bases_given
        Whether the nucleotides that belong to the name were compared too.
    """

    name: str
    candidates: tuple[Candidate, ...]
    nearest: tuple[str, ...] = ()
    bases_given: bool = False

    @property
    def agreeing(self) -> tuple[Candidate, ...]:
        """Return the candidates that both name and nucleotides found; all, if none did or no nucleotides were given."""
        both = tuple(c for c in self.candidates if {*c.rules} & {*BY_BASES} and {*c.rules} - {*BY_BASES})
        same = tuple(c for c in both if "sequence" in c.rules)
        return same or both or self.candidates

    @property
    def bases_differ(self) -> bool:
        """Return whether nucleotides were given and are those of no candidate that the name found."""
        named = [c for c in self.candidates if {*c.rules} - {*BY_BASES}]
        return self.bases_given and bool(named) and not any({*c.rules} & {*BY_BASES} for c in named)

    @property
    def status(self) -> str:
        """Return ``one``, ``several`` or ``none``."""
        return ("none", "one", "several")[min(len(self.agreeing), 2)]


def split_names(text: str) -> list[str]:
    """Split names that a source joined because it could not distinguish them.

    Examples
    --------
    >>> split_names("hsa-miR-19b-3p|hsa-miR-19a-3p"), split_names("hsa-let-7b,hsa-let-7a")
    (['hsa-miR-19b-3p', 'hsa-miR-19a-3p'], ['hsa-let-7b', 'hsa-let-7a'])
    """
    return [part.strip() for part in re.split(r"[,|;/]", text) if part.strip()]


def _parts(name: str, species: str = "") -> _Parts | None:
    """Part a name in miRBase's way; None if it is not built so."""
    plain = name.lower().replace("_", "-").replace("mirna", "mir").removesuffix("-pre")
    match = _NAME.fullmatch(plain)
    if match is None:
        return None
    found = match.groupdict(default="")
    return _Parts(
        found["species"] or species.lower(),
        found["kind"],
        found["number"],
        found["letter"],
        found["copy"],
        found["arm"],
        bool(found["star"]),
    )


class NameIndex:
    """Finds miRNAs of a reference by name and by nucleotides.

    Parameters
    ----------
    records
        miRNAs of the reference, one or more databases; an accession stands in the description.
    species
        Taken for names without one, and kept to when nucleotides are compared: ``hsa``. Untold, that of the reference
        if it is of one species.

    Examples
    --------
    >>> from dmiso.records import SequenceRecord
    >>> index = NameIndex([SequenceRecord("hsa-miR-10a-5p", "UACCCUGUAGAUCCGAAUUUGUG"),
    ...                    SequenceRecord("hsa-miR-10a-3p", "CAAAUUCGUAUCUAGGGGAAUA")], species="hsa")
    >>> [c.mirna.name for c in index.resolve("miR-10a*").candidates]
    ['hsa-miR-10a-5p', 'hsa-miR-10a-3p']
    >>> found = index.resolve("miR-10a*", sequence="CAAAUUCGUAUCUAGGGGAAUA")
    >>> found.status, found.agreeing[0].mirna.name, found.agreeing[0].rules
    ('one', 'hsa-miR-10a-3p', ('arm', 'sequence'))
    """

    def __init__(self, records: Iterable[SequenceRecord], *, species: str = "") -> None:
        self.species = species.lower()
        self.mirnas: list[NamedMirna] = []
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._by_bases: dict[str, list[int]] = defaultdict(list)
        self._by_family: dict[tuple[str, str, str], list[tuple[int, _Parts]]] = defaultdict(list)
        for record in records:
            accession = _ACCESSION.search(record.description)
            mirna = NamedMirna(record.id, accession[0] if accession else "", record.sequence)
            self._add(len(self.mirnas), mirna)
        all_species = {mirna.name.partition("-")[0].lower() for mirna in self.mirnas}
        if not self.species and len(all_species) == 1:
            self.species = all_species.pop()

    def _add(self, number: int, mirna: NamedMirna) -> None:
        self.mirnas.append(mirna)
        for key in {mirna.name, mirna.accession} - {""}:
            self._by_name[key].append(number)
        self._by_bases[mirna.sequence].append(number)
        if parts := _parts(mirna.name):
            self._by_family[parts.species, parts.kind, parts.number].append((number, parts))

    def resolve(self, name: str, *, sequence: str | None = None) -> Resolution:
        """Find what a name may stand for.

        Parameters
        ----------
        name
            A name of any release or database, or an accession.
        sequence
            The nucleotides that belong to it, upper-case RNA, if they are at hand.
        """
        candidates = self.candidates(name, sequence=sequence)
        return Resolution(name, candidates, () if candidates else self._nearest(name), bool(sequence))

    def candidates(self, name: str, *, sequence: str | None = None) -> tuple[Candidate, ...]:
        """Find what a name may stand for, and nothing for an unknown one: names near it take most of the time.

        Parameters
        ----------
        name, sequence
            As for :meth:`resolve`.
        """
        rules: dict[int, list[str]] = defaultdict(list)
        for number, rule in self._named(name):
            rules[number].append(rule)
        if sequence:
            for number, rule in self._lettered(sequence):
                rules[number].append(rule)
        return tuple(Candidate(self.mirnas[n], tuple(rules[n])) for n in sorted(rules))

    def _named(self, name: str) -> list[tuple[int, str]]:
        """Return candidates by the strongest rule that finds any."""
        if found := self._by_name.get(name.strip()):
            return [(number, "name") for number in found]
        wanted = _parts(name.strip(), self.species)
        if wanted is None:
            return []
        family = self._by_family.get((wanted.species, wanted.kind, wanted.number), [])
        spelled = [number for number, parts in family if parts == wanted]
        if spelled and not wanted.star:
            return [(number, "spelling") for number in spelled]
        alike = [(n, p) for n, p in family if p.letter == wanted.letter]
        if same := _same_letter(wanted, alike):
            return same
        if wanted.letter:
            return []
        return [(n, "letter") for n, p in family if p.arm == wanted.arm or not wanted.arm or not p.arm]

    def _lettered(self, sequence: str) -> Iterator[tuple[int, str]]:
        """Yield candidates by the strongest rule on nucleotides that finds any."""
        if same := [n for n in self._by_bases.get(sequence, ()) if self._of_species(n)]:
            yield from ((number, "sequence") for number in same)
            return
        own = [(n, m.sequence) for n, m in enumerate(self.mirnas) if self._of_species(n)]
        inside = [
            n
            for n, bases in own
            if min(len(bases), len(sequence)) >= _FEWEST_SHARED and (bases in sequence or sequence in bases)
        ]
        if inside:
            yield from ((number, "ends") for number in inside)
            return
        yield from ((n, "near") for n, bases in own if _is_near(sequence, bases))

    def _of_species(self, number: int) -> bool:
        name = self.mirnas[number].name.lower()
        return not self.species or name.startswith(self.species + "-")

    def _nearest(self, name: str) -> tuple[str, ...]:
        own = [mirna.name for number, mirna in enumerate(self.mirnas) if self._of_species(number)]
        prefix = "" if not self.species or name.lower().startswith(self.species + "-") else self.species + "-"
        return tuple(difflib.get_close_matches(prefix + name, own, n=3, cutoff=0.6))


def _same_letter(wanted: _Parts, family: list[tuple[int, _Parts]]) -> list[tuple[int, str]]:
    """Return miRNAs that differ by arm or copy number only."""
    found = []
    for number, parts in family:
        arm_fits = not wanted.arm or parts.arm in {wanted.arm, ""}
        if arm_fits and parts.copy == wanted.copy:
            found.append((number, "arm"))
        elif arm_fits and (not wanted.copy or not parts.copy):
            found.append((number, "copy"))
    return found


def _is_near(one: str, other: str) -> bool:
    """Return whether two sequences agree but for a few nucleotides and moved ends."""
    for shift in range(-_MOST_MOVED, _MOST_MOVED + 1):
        first, second = (one[shift:], other) if shift >= 0 else (one, other[-shift:])
        length = min(len(first), len(second))
        if length < _FEWEST_SHARED or abs(len(first) - len(second)) > _MOST_MOVED:
            continue
        changed = 0
        for a, b in zip(first, second, strict=False):
            changed += a != b
            if changed > _MOST_CHANGED:
                break
        else:
            return True
    return False
