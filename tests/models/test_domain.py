"""The domain of a model: ranges of its training pairs, and words for what lies outside them."""

import itertools
import json
import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmiso.encode import encode
from dmiso.errors import ModelError
from dmiso.models import Domain, check_model, domain_of, read_model, resolve, write_model
from dmiso.models.domain import REASON_TEXTS, REASONS, _composition
from dmiso.models.export import export_model
from dmiso.models.registry import registry_entry

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"


@pytest.fixture
def pairs(rng, random_rna):
    """Training pairs of 20-24-nt miRNAs and 40-70-nt sites."""
    mirnas = [random_rna(rng, int(n)) for n in rng.integers(20, 25, 3000)]
    return mirnas, [random_rna(rng, int(n)) for n in rng.integers(40, 71, 3000)]


@pytest.fixture
def domain(pairs):
    return domain_of(*pairs)


def reference_entropy(sequence):
    """Return the entropy of dinucleotides with Miller's correction, base by base."""
    seen = [a + b for a, b in itertools.pairwise(sequence) if "N" not in a + b]
    if not seen:
        return math.nan
    counts = [seen.count(kind) for kind in set(seen)]
    plain = -sum(c / len(seen) * math.log2(c / len(seen)) for c in counts)
    return plain + (len(counts) - 1) / (2 * len(seen) * math.log(2))


@settings(deadline=None)
@given(st.lists(st.text("AUCGN", min_size=1, max_size=70), min_size=1, max_size=5))
def test_composition__is_that_of_each_base_counted(sequences):
    lengths = np.array([len(s) for s in sequences])
    found = _composition(encode(sequences, 75), lengths)
    for i, sequence in enumerate(sequences):
        known = [base for base in sequence if base != "N"]
        gc = sum(base in "GC" for base in known) / len(known) if known else math.nan
        assert found.gc[i] == pytest.approx(gc, nan_ok=True)
        assert found.unknown[i] == pytest.approx(sequence.count("N") / len(sequence))
        assert found.complexity[i] == pytest.approx(reference_entropy(sequence), nan_ok=True)


def test_domain__holds_all_but_a_thousandth_at_each_end(pairs, domain):
    mirnas, targets = pairs
    assert domain.mirna_length == (20, 24)
    assert domain.n_pairs == 3000
    outside = sum(map(bool, domain.reasons(mirnas, [target[:60] for target in targets])))
    assert outside <= 5 * 3  # five ends of ranges, three rows of 3,000 beyond each at most


def test_domain__of_few_pairs_holds_them_all():
    mirnas, targets = (
        [LET7, "UAGCUUAUCAGACUGAUGUUGA"],
        ["GGACUAUACAACCUACUACCUCAUU", "CAACAUCAGUCUGAUAAGCUAAA"],
    )
    assert domain_of(mirnas, targets).reasons(mirnas, targets) == ["", ""]


def test_domain__of_targets_looks_at_the_window_only(pairs):
    mirnas, targets = pairs
    long = [target + "A" * 400 for target in targets]
    assert domain_of(mirnas, long, target_length=40) == domain_of(mirnas, targets, target_length=40)


def test_domain__needs_pairs():
    with pytest.raises(ValueError, match="a domain needs training pairs"):
        domain_of([], [])


@pytest.mark.parametrize(
    ("mirna", "target", "reasons"),
    [
        ("inside", "inside", ""),
        ("inside long", "inside", "mirna_length"),
        ("inside short", "inside", "mirna_length"),
        ("A" * 22, "inside", "mirna_composition,unseen_seed"),
        ("other seed", "inside", "unseen_seed"),
        ("inside", "ACUGGAUCCAGUAUCCGAU", "target_length"),
        ("inside", "ACACACACACACACACACACACACACACACACAC", "target_composition"),
        ("inside", "GCGGCCGCGGCGGGCCCGCCGGGGCGCGCCGGCGGC", "target_composition"),
        ("inside", "inside N", "unknown_bases"),
        ("inside N", "inside", "unknown_bases"),
        ("N" * 22, "inside", "unseen_seed,unknown_bases"),
    ],
)
def test_reasons__name_what_is_unlike_training(rng, random_rna, mirna, target, reasons):
    seed = "GAGGUAG"
    mirnas = ["U" + seed + random_rna(rng, int(n)) for n in rng.integers(12, 16, 1000)]
    domain = domain_of(mirnas, [random_rna(rng, 50) for _ in mirnas])
    site = "GGACUAUACAACCUACUACCUCAUUAGCAGU"
    words = {
        "inside": {"mirna": LET7, "target": site},
        "inside long": {"mirna": LET7 + "ACG"},
        "inside short": {"mirna": LET7[:18]},
        "other seed": {"mirna": "U" + "CCAUGUA" + LET7[8:]},
        "inside N": {"mirna": LET7[:-3] + "NNN", "target": site + "NNNN"},
    }
    pair = [words.get(given, {}).get(kind, given) for kind, given in (("mirna", mirna), ("target", target))]
    assert domain.reasons([pair[0]], [pair[1]]) == [reasons]


def test_seeds__with_unknown_bases_are_not_those_of_training():
    domain = domain_of([LET7, "UNNNNNNNAGGUUGUAUAGU"], ["GGACUAUACAACCUACUACCUCAUU"] * 2)
    assert domain.seeds == ("GAGGUAG",)
    (reasons,) = domain.reasons(["UGANGUAGUAGGUUGUAUAGUU"], ["GGACUAUACAACCUACUACCUCAUU"])
    assert "unseen_seed" in reasons.split(",")


def test_reason_texts__have_a_text_for_every_flag():
    assert len(REASON_TEXTS) == 2 ** len(REASONS)
    assert REASON_TEXTS[0] == ""
    assert REASON_TEXTS[-1] == ",".join(REASONS)
    assert [REASON_TEXTS[1 << i] for i in range(len(REASONS))] == list(REASONS)


def test_within__is_inside_of_both(pairs, domain):
    mirnas, targets = pairs
    other = domain_of(mirnas[:500], targets[500:1000])
    both = domain.within(other)
    cut = [target[:60] for target in targets]
    inside = [
        not (a or b) for a, b in zip(domain.reasons(mirnas, cut), other.reasons(mirnas, cut), strict=True)
    ]
    assert [not reason for reason in both.reasons(mirnas, cut)] == inside
    assert 0 < sum(inside) < len(inside)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mirna_length": (24, 20)}, r"mirna_length \[24, 20\] must rise"),
        ({"seeds": ("GAGGUA",)}, "seeds must be of 7 nucleotides A U C G each"),
        ({"seeds": ("GAGGTAG",)}, "seeds must be of 7 nucleotides A U C G each"),
    ],
)
def test_domain__refuses_what_makes_no_sense(domain, change, message):
    with pytest.raises(ValueError, match=message):
        msgspec.structs.replace(domain, **change)


def test_model__keeps_its_domain_on_disk_in_the_registry_and_when_exported(tmp_path, parts, domain):
    written = write_model(tmp_path / "model", **parts, domain=domain)
    assert written.domain == read_model(tmp_path / "model").domain == domain
    assert "domain.json" in registry_entry(tmp_path / "model")
    assert "domain.json" in check_model(tmp_path / "model")[0].detail
    export_model(written, tmp_path / "copy")
    assert read_model(tmp_path / "copy").domain == domain


def test_model__without_a_domain_states_none(tmp_path, parts):
    model = write_model(tmp_path / "model", **parts)
    assert model.domain is None
    assert "domain.json" not in registry_entry(model.path)


def test_model__loses_its_old_domain_when_replaced(tmp_path, parts, domain):
    write_model(tmp_path / "model", **parts, domain=domain)
    assert write_model(tmp_path / "model", **parts).domain is None


def test_damaged_domain__is_named(tmp_path, parts, domain):
    path = write_model(tmp_path / "model", **parts, domain=domain).path / "domain.json"
    fields = json.loads(path.read_text())
    path.write_text(json.dumps(fields | {"mirna_length": [24, 20]}))
    with pytest.raises(ModelError, match=r"domain\.json: mirna_length \[24, 20\] must rise"):
        read_model(path.parent)
    path.write_text("{")
    with pytest.raises(ModelError, match=r"domain\.json: not valid JSON"):
        read_model(path.parent)


@pytest.mark.parametrize("damage", ["changed", "missing", "added"])
def test_bundled_domain__is_checked_by_its_sum(tmp_path, parts, domain, damage):
    folder = tmp_path / "bundled"
    model = write_model(folder / "toy", **parts, domain=None if damage == "added" else domain)
    entry = registry_entry(model.path)
    registry = {"format_version": 1, "default": "toy", "models": {"toy": entry}}
    (folder / "registry.json").write_text(json.dumps(registry))
    assert resolve("toy", bundled=folder).domain == model.domain
    path = model.path / "domain.json"
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(msgspec.json.encode(domain))
    with pytest.raises(ModelError, match=r"domain\.json: (SHA-256 is .*|missing\. Copy the model again)"):
        resolve("toy", bundled=folder)


def test_sentence__says_the_ranges(domain):
    assert domain.sentence().startswith("miRNA 20-24 nt with ")
    assert domain.sentence().endswith(" seeds (3,000 training pairs)")
    assert isinstance(domain, Domain)
