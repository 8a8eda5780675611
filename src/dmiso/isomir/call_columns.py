"""The columns of calls, from explanations in numbers: whole columns at a time, each text made once."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from dmiso.columns import schema_of
from dmiso.io.mirgff3_words import snv_word
from dmiso.isomir.classify import isomir_types
from dmiso.isomir.exchange import EXCHANGE_COLUMNS
from dmiso.isomir.found import CALL, FOUND_FIELDS, MOST_CHANGES, changed_positions, changes_in
from dmiso.isomir.naming import TAIL_LIKE, other_readings, variant_of
from dmiso.isomir.uid import encode_uids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.isomir.align import Aligner, Explained
    from dmiso.isomir.counted import CountedSequence
    from dmiso.isomir.found import Rows

__all__ = ["CallColumns"]

_SEED: Final = slice(1, 8)
_KEPT: Final = 1 << 16
"""Texts that are kept: of a sample's millions of reads, most say the same."""
_OFFSET: Final = 16
"""Offsets are at most 15 either way: 16 more are above 0."""


class CallColumns:
    """Makes tables of calls.

    Parameters
    ----------
    aligner
        What explains the sequences.
    """

    def __init__(self, aligner: Aligner) -> None:
        self._aligner, self._reference = aligner, aligner.reference
        matures, hairpins = self._reference.matures, self._reference.hairpins
        found: list[dict[int, None]] = [{} for _ in matures]
        for placement in self._reference.placements:
            if placement.hairpin >= 0:
                found[placement.mature][placement.hairpin] = None
        self._hairpins = [tuple(every) for every in found]
        self._n_hairpins = np.array([len(every) for every in found], np.int32)
        self._lengths = np.array([len(mature.sequence) for mature in matures], np.int64)
        self._texts = {
            "mirna_id": pl.Series([mature.id for mature in matures], dtype=pl.String),
            "mirna_accession": pl.Series([mature.accession for mature in matures], dtype=pl.String),
            "precursor_ids": pl.Series(
                [",".join(hairpins[i].id for i in sorted(every)) for every in found], dtype=pl.String
            ),
            "mirna_seed": pl.Series([mature.sequence[_SEED] for mature in matures], dtype=pl.String),
        }
        self._said: dict[bytes, str] = {}

    def frame(self, records: Sequence[CountedSequence], part: Explained) -> pl.DataFrame:
        """Return the calls of some sequences.

        Parameters
        ----------
        records
            The sequences of a batch.
        part
            What explains some of them.

        Returns
        -------
        polars.DataFrame
            Columns :data:`~dmiso.isomir.exchange.EXCHANGE_COLUMNS`, in the order of the sequences; the miRNAs of one
            in the order of the reference.
        """
        from dmiso.isomir.choice_kernel import KEY_LENGTH, choose

        calls = np.empty(len(part.found), CALL)
        keys = np.zeros((len(part.found), KEY_LENGTH), np.int32)
        n_calls = choose(part.found, *part.packed, TAIL_LIKE, self._n_hairpins, calls, keys)
        calls = calls[:n_calls]
        rows = part.found[calls["row"]]
        called = [records[i] for i in rows["sequence"].tolist()]
        said = self._ambiguity(called, part.found, calls, keys)
        frame = pl.DataFrame(
            {
                **_of_records(called),
                **{name: texts.gather(rows["mature"]) for name, texts in self._texts.items()},
                **self._of_forms(rows),
                **{name: rows[field] for name, field in _NUMBERS.items()},
                "n_parents": calls["n_parents"],
                "n_hairpins": calls["n_hairpins"],
                "ambiguity": pl.Series(said, dtype=pl.String),
            }
        )
        only = np.flatnonzero(~calls["every_hairpin"])
        names = [self._names(_hairpins_of(*_group(part.found, calls[i]))) for i in only.tolist()]
        precursors = frame["precursor_ids"].scatter(only, names) if names else frame["precursor_ids"]
        return frame.with_columns(precursors).select(_columns())

    def _of_forms(self, rows: Rows) -> dict[str, pl.Series]:
        """Return the columns that say how sequences differ from their miRNAs."""
        code = np.zeros(len(rows), np.int64)
        for values, bits in (
            *((rows[name].astype(np.int64) + _OFFSET, 5) for name in ("iso3", "iso5")),
            *((rows[name].astype(np.int64), 4) for name in ("added_3p", "added_5p")),
            (self._lengths[rows["mature"]], 7),
            *((positions, 7) for positions in reversed(changed_positions(rows["changes"]))),
        ):
            code = code << bits | values
        words = [*map(_form_words, code.tolist())]
        return {
            "variant": pl.Series([variant for variant, _ in words], dtype=pl.String),
            "isomir_types": pl.Series([types for _, types in words], dtype=pl.String),
            "changes": pl.Series([*map(_change_words, rows["changes"].tolist())], dtype=pl.String),
        }

    def _ambiguity(
        self, records: list[CountedSequence], found: Rows, calls: Rows, keys: NDArray[np.int32]
    ) -> list[str]:
        """Return what else each sequence may be."""
        texts = [""] * len(calls)
        kept = calls["every_hairpin"] & ~calls["long"]
        for i in np.flatnonzero(calls["said"]).tolist():
            key = keys[i].tobytes() if kept[i] else b""
            text = self._said.get(key)
            if text is None:
                text = self._readings(records[i].sequence, found, calls[i])
                if key:
                    if len(self._said) >= _KEPT:
                        self._said.clear()
                    self._said[key] = text
            texts[i] = text
        return texts

    def _readings(self, sequence: str, found: Rows, call: Any) -> str:
        """Return what else one sequence may be, from all of its explanations."""
        one, group = _group(found, call)
        parents = {row[_MATURE] for row in group if row[_COST] == group[0][_COST]}
        others = [row for row in group if row[_MATURE] == one[_MATURE] or row[_MATURE] not in parents]
        return other_readings(
            self._aligner.explanation(sequence, one),
            [self._aligner.explanation(sequence, row) for row in others],
            self._reference,
            hairpins=_hairpins_of(one, group),
            all_hairpins=self._hairpins[one[_MATURE]],
        )

    def _names(self, hairpins: Sequence[int]) -> str:
        return ",".join(self._reference.hairpins[i].id for i in hairpins)


_MATURE, _HAIRPIN, _COST = (FOUND_FIELDS.index(name) for name in ("mature", "hairpin", "cost"))
_FORM: Final = slice(FOUND_FIELDS.index("iso5"), FOUND_FIELDS.index("added_3p") + 1)
_NUMBERS: Final = {
    "iso5_offset": "iso5",
    "iso3_offset": "iso3",
    "n_added_5p": "added_5p",
    "n_added_3p": "added_3p",
    "n_templated_5p": "templated_5p",
    "n_templated_3p": "templated_3p",
    "start": "start",
}


def _group(found: Rows, call: Any) -> tuple[tuple[int, ...], list[tuple[int, ...]]]:
    """Return the explanation that a call is, and all explanations of its sequence."""
    _, begin, end, *_ = call.item()
    group = found[begin:end].tolist()
    return group[call["row"] - begin], group


def _hairpins_of(one: tuple[int, ...], group: list[tuple[int, ...]]) -> list[int]:
    """Return the hairpins that explain a sequence as one explanation does."""
    alike = (row for row in group if row[_MATURE] == one[_MATURE] and row[_FORM] == one[_FORM])
    return list(dict.fromkeys(row[_HAIRPIN] for row in alike if row[_HAIRPIN] >= 0))


def _of_records(records: list[CountedSequence]) -> dict[str, pl.Series]:
    """Return the columns that are known before anything is called."""
    sequences = [record.sequence for record in records]
    several = any(len(record.counts) > 1 for record in records)
    counts = [",".join(map(str, r.counts)) if len(r.counts) > 1 else None for r in records] if several else []
    return {
        "sequence_id": pl.Series([record.id for record in records], dtype=pl.String),
        "sequence": pl.Series(sequences, dtype=pl.String),
        "read_count": pl.Series([sum(record.counts) for record in records], dtype=pl.Int64),
        "sample_counts": pl.Series(counts or [None] * len(records), dtype=pl.String),
        "uid": pl.Series(encode_uids(sequences), dtype=pl.String),
    }


def _columns() -> list[pl.Expr]:
    """Return the columns of calls in their order and types, cut out of the sequences where they are parts of them."""
    sequence = pl.col("sequence")
    length = sequence.str.len_bytes().cast(pl.Int64)
    inner = length - pl.col("n_added_3p")
    templated_3p, added_5p = pl.col("n_templated_3p").cast(pl.UInt64), pl.col("n_added_5p")
    start = pl.when(pl.col("n_hairpins") > 0).then(pl.col("start") - added_5p)
    seed = sequence.str.slice(_SEED.start, _SEED.stop - _SEED.start)
    made = {
        "added_5p": sequence.str.slice(0, added_5p.cast(pl.UInt64)),
        "added_3p": sequence.str.slice(inner),
        "templated_5p": sequence.str.slice(added_5p, pl.col("n_templated_5p").cast(pl.UInt64)),
        "templated_3p": sequence.str.slice(inner - pl.col("n_templated_3p"), templated_3p),
        "seed": seed,
        "seed_shifted": seed != pl.col("mirna_seed"),
        "precursor_start": start,
        "precursor_end": start + length,
    }
    return [
        made.get(name, pl.col(name)).cast(dtype).alias(name)
        for name, dtype in schema_of(EXCHANGE_COLUMNS).items()
    ]


@lru_cache(maxsize=_KEPT)
def _form_words(code: int) -> tuple[str, str]:
    """Return mirGFF3's words and the paper's types of a form, packed as in :meth:`CallColumns._of_forms`."""
    positions = []
    for _ in range(MOST_CHANGES):
        positions.append(code & 127)
        code >>= 7
    changed = tuple(position for position in positions if position)
    mature_length, added_5p, added_3p = code & 127, code >> 7 & 15, code >> 11 & 15
    iso5, iso3 = (code >> 15 & 31) - _OFFSET, (code >> 20 & 31) - _OFFSET
    types = isomir_types(
        iso5,
        iso3,
        n_added_5p=added_5p,
        n_added_3p=added_3p,
        changed=changed,
        mature_length=mature_length,
    )
    snv = tuple(map(snv_word, changed))
    return _variant_words(iso5, iso3, added_5p, added_3p, snv), ",".join(types)


@lru_cache(maxsize=_KEPT)
def _variant_words(
    iso5_offset: int, iso3_offset: int, n_added_5p: int, n_added_3p: int, words: tuple[str, ...]
) -> str:
    """Return an explanation in the words of mirGFF3."""
    return str(variant_of(iso5_offset, iso3_offset, n_added_5p, n_added_3p, words))


@lru_cache(maxsize=_KEPT)
def _change_words(packed: int) -> str:
    """Return substitutions in words, ``5:G>C``."""
    return ",".join(f"{position}:{known}>{found}" for position, known, found in changes_in(packed))
