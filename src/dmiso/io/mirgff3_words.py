"""The words of mirGFF3: its header lines and its ``Variant`` attribute, in today's and in older dialects.

Version 1.1 renamed ``iso_add`` to ``iso_add3p`` and ``iso_snp`` to ``iso_snv``, and turned the sign of ``iso_5p``:
since then it says where the isomiR begins, negative before the reference and positive inside it, the sign of the
column ``iso5_offset``. (The page that defines 1.2 still describes the older sign; the list of changes, mirtop and
the files that tools write have the newer one.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from dmiso.errors import did_you_mean
from dmiso.io.gff3_escapes import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "SNV_WORDS",
    "VERSION",
    "Mirgff3Header",
    "ParsedVariant",
    "Variant",
    "has_older_signs",
    "new_header",
    "parse_header",
    "parse_variant",
    "snv_word",
]

VERSION: Final = "1.2"
"""The version that is written."""

SNV_WORDS: Final = (
    "iso_snv_seed",
    "iso_snv_central_offset",
    "iso_snv_central",
    "iso_snv_central_supp",
    "iso_snv",
)
"""Words for a replaced nucleotide at positions 2–7, 8, 9–12, 13–17 and elsewhere, 1-based on the reference miRNA."""

_LENGTH_WORDS: Final = ("iso_5p", "iso_3p", "iso_add5p", "iso_add3p")
_ONTOLOGY: Final = {"mirbase": "doi:10.25504/fairsharing.hmgte8", "mirgenedb": "http://mirgenedb.org"}
_PLAIN: Final = ";=&,"
"""Reserved characters that part nothing in the header; in the list of samples a comma does."""
_PLAIN_NAME: Final = ";=&"
_VERSION: Final = re.compile(r"VERSION:?\s*(\S+)", re.IGNORECASE)
_DIRECTIVE: Final = re.compile(r"##?\s*([A-Za-z][\w -]*?)\s*:\s*(.*)")
_OLDER_WORDS: Final = {"iso_add": "iso_add3p", "iso_snvcentral_supp": "iso_snv_central_supp"}


@dataclass(frozen=True, slots=True)
class Variant:
    """How an isomiR differs from its reference miRNA, in the words of mirGFF3 1.2.

    Parameters
    ----------
    iso_5p, iso_3p
        Where it begins and ends against the reference, in nt: negative before, positive after. Not counting
        nucleotides that the precursor does not have.
    iso_add5p, iso_add3p
        Nucleotides at its ends that the precursor does not have.
    snv
        Words out of :data:`SNV_WORDS`, for replaced nucleotides.

    Examples
    --------
    >>> str(Variant(iso_5p=-1, iso_add3p=2)), str(Variant())
    ('iso_5p:-1,iso_add3p:2', 'NA')
    """

    iso_5p: int = 0
    iso_3p: int = 0
    iso_add5p: int = 0
    iso_add3p: int = 0
    snv: tuple[str, ...] = ()

    def __str__(self) -> str:
        words = [f"{name}:{n:+d}" for name in ("iso_5p", "iso_3p") if (n := getattr(self, name))]
        words += [f"{name}:{n}" for name in ("iso_add5p", "iso_add3p") if (n := getattr(self, name))]
        return ",".join([*words, *self.snv]) or "NA"


class ParsedVariant(NamedTuple):
    """A variant, and which older words stood for it."""

    variant: Variant
    older: tuple[str, ...]


def snv_word(position: int) -> str:
    """Return the word for a replaced nucleotide.

    Parameters
    ----------
    position
        On the reference miRNA, counted from 1.

    Examples
    --------
    >>> [snv_word(position) for position in (1, 2, 8, 9, 17, 18)]
    ['iso_snv', 'iso_snv_seed', 'iso_snv_central_offset', 'iso_snv_central', 'iso_snv_central_supp', 'iso_snv']
    """
    for last, word in ((1, "iso_snv"), (7, SNV_WORDS[0]), (8, SNV_WORDS[1]), (12, SNV_WORDS[2])):
        if position <= last:
            return word
    return SNV_WORDS[3] if position <= 17 else "iso_snv"


def has_older_signs(version: str) -> bool:
    """Return whether ``iso_5p`` has the sign of versions before 1.1 (positive: extra nucleotides); none means 1.2.

    Examples
    --------
    >>> has_older_signs("0.0.1"), has_older_signs("1.1"), has_older_signs("")
    (True, False, False)
    """
    numbers = [int(part) for part in re.findall(r"\d+", version)]
    return bool(numbers) and numbers < [1, 1]


@lru_cache(maxsize=65_536)
def parse_variant(text: str, *, older_signs: bool = False) -> ParsedVariant:
    """Read a ``Variant`` attribute.

    Parameters
    ----------
    text
        As in the file; words of older versions are understood.
    older_signs
        ``iso_5p`` has the sign of versions before 1.1.

    Raises
    ------
    ValueError
        If a word is unknown or has no number where one belongs; the message lists the words.

    Examples
    --------
    >>> parse_variant("iso_snp_seed,iso_5p:+1,iso_add:+2", older_signs=True).variant
    Variant(iso_5p=-1, iso_3p=0, iso_add5p=0, iso_add3p=2, snv=('iso_snv_seed',))
    """
    numbers = dict.fromkeys(_LENGTH_WORDS, 0)
    snv, older, seen = [], [], set()
    for item in text.split(","):
        given, _, number = item.strip().partition(":")
        word = _OLDER_WORDS.get(given.replace("iso_snp", "iso_snv"), given.replace("iso_snp", "iso_snv"))
        if word != given:
            older.append(given)
        if word in seen and word in numbers:
            raise ValueError(f"Variant {text!r} says {word} twice")
        seen.add(word)
        if word in SNV_WORDS:
            # a number after it (a position, in some tools' files) is in the nucleotides already
            snv.append(word)
        elif word in numbers:
            if not re.fullmatch(r"[+-]?[0-9]{1,4}", number):
                raise ValueError(f"{word} in Variant {text!r} needs a number of nt, as in {word}:1")
            numbers[word] = int(number)
        elif word not in {"NA", "", "."}:
            known = [*_LENGTH_WORDS, *SNV_WORDS, "NA"]
            raise ValueError(
                f"{given!r} in Variant {text!r} is not a word of mirGFF3. {did_you_mean(given, known)}"
            )
    if older_signs:
        numbers["iso_5p"] = -numbers["iso_5p"]
    words = tuple(dict.fromkeys(word for word in SNV_WORDS if word in snv))
    return ParsedVariant(Variant(**numbers, snv=words), tuple(older))


@dataclass(frozen=True, slots=True)
class Mirgff3Header:
    """The header of a file: its lines as they stand, and what they say.

    Parameters
    ----------
    lines
        Every line before the first record, without line ends.
    version
        Such as ``1.2``; empty where the file does not state it.
    ontology
        Database of the annotation, with its identifier.
    tools, samples
        Programs that called the isomiRs; names of the values of ``Expression``.
    """

    lines: tuple[str, ...]
    version: str
    ontology: str
    tools: tuple[str, ...]
    samples: tuple[str, ...]


def parse_header(lines: Iterable[str]) -> Mirgff3Header:
    """Read header lines, in the forms that tools write them.

    Examples
    --------
    >>> header = parse_header(["## mirGFF3. VERSION 1.1", "## TOOLS: seqbuster", "## COLDATA: a,b"])
    >>> header.version, header.tools, header.samples
    ('1.1', ('seqbuster',), ('a', 'b'))
    """
    kept = tuple(lines)
    said: dict[str, str] = {}
    version = ""
    for line in kept:
        if (found := _VERSION.search(line)) and not version:
            version = found[1]
        if match := _DIRECTIVE.fullmatch(line.strip()):
            said.setdefault(match[1].lower(), match[2].strip())
    return Mirgff3Header(
        kept,
        version,
        said.get("source-ontology", said.get("source", "")),
        _listed(said.get("tools", "")),
        tuple(unquote(name) for name in _listed(said.get("coldata", ""))),
    )


def _listed(text: str) -> tuple[str, ...]:
    """Split by commas (what tools write) or, where there is none, by blanks (what the definition says)."""
    parts = text.split(",") if "," in text else text.split()
    return tuple(part.strip() for part in parts if part.strip())


def new_header(
    database: str, samples: Iterable[str], *, tools: Iterable[str] = ("dmiso",), commands: Iterable[str] = ()
) -> Mirgff3Header:
    r"""Return a header of version 1.2 with every line that the definition requires.

    Parameters
    ----------
    database
        Reference and its version, such as ``miRBase22``.
    samples
        Names of the values of ``Expression``.
    tools, commands
        Programs, and their command lines, if they are to be listed.

    Examples
    --------
    >>> print("\n".join(new_header("miRBase22", ["liver"]).lines))
    ## mirGFF3. VERSION 1.2
    ## source-ontology: miRBase22 doi:10.25504/fairsharing.hmgte8
    ## TOOLS: dmiso
    ## COLDATA: liver
    """
    identifier = next((url for name, url in _ONTOLOGY.items() if name in database.lower()), "custom")
    return parse_header(
        [
            f"## mirGFF3. VERSION {VERSION}",
            f"## source-ontology: {escape(database, keep=_PLAIN)} {identifier}",
            f"## TOOLS: {','.join(tools)}",
            *(f"## CMD: {command}" for command in commands),
            # readers separate the names by commas, or where there is none by blanks
            f"## COLDATA: {','.join(escape(name, keep=_PLAIN_NAME).replace(' ', '%20') for name in samples)}",
        ]
    )
