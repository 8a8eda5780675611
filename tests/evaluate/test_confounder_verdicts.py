"""What the audit says of competition, sense calls and repeats in every public set and every model at hand."""

import importlib
from pathlib import Path

import pytest

from dmiso.dataset.fair import fair_pairs
from dmiso.dataset.readers import read_interactions
from dmiso.evaluate.audit.confounder_questions import check_confounders_of
from dmiso.evaluate.behaviour import check_confounders
from dmiso.evaluate.labelled import read_labelled
from dmiso.evaluate.models import model_scorer
from dmiso.records import Counts

pytestmark = pytest.mark.real_data
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def script(monkeypatch):
    """Import a benchmark by its name, with what it imports beside it."""
    if not (ROOT / "benchmarks").is_dir():
        pytest.skip("the benchmarks are not part of this copy")
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    monkeypatch.syspath_prepend(ROOT / "models")
    return importlib.import_module


def asked(table):
    pytest.importorskip("RNA")
    return {check.name: check for check in check_confounders_of(table, seed=0)}


PUBLIC = {
    # AUROC beyond shuffled sites, negatives with their true partner's 6mer, sense calls beyond chance, repeats
    "mirbench_hejret2023_test.tsv.gz": (0.029, 0.226, 0.0081, 0.0040),
    "mirbench_hejret2023_train.tsv.gz": (0.039, 0.227, 0.0054, 0.0061),
    "hejret_isomir_chr1_balanced.tsv": (0.057, 0.238, 0.0081, 0.0020),
    "mirbind_clash2013_test_1_1.tsv.gz": (0.035, 0.138, 0.0, 0.0),
    "mirbind_clash2013_train_1_1.tsv.gz": (0.031, 0.144, 0.0, 0.0007),
    "miraw_test.gz": (0.024, None, 0.0, 0.0014),
}


@pytest.mark.parametrize("name", PUBLIC)
def test_public_sets__are_cleared_with_their_numbers(shared_data, name):
    checks = asked(read_labelled(shared_data / "benchmark" / name, Counts()))
    competition, partner, sense, repeats = PUBLIC[name]
    assert {checks[key].verdict for key in ("competition", "sense_calls", "repeats")} == {"cleared"}
    assert checks["competition"].value == pytest.approx(competition, abs=0.015)
    assert checks["sense_calls"].value == pytest.approx(sense, abs=0.003)
    assert checks["repeats"].value == pytest.approx(repeats, abs=0.003)
    if partner is None:  # no site of a negative is a positive's
        assert checks["competition_true_partner"].verdict == "not run"
    else:
        assert checks["competition_true_partner"].value == pytest.approx(partner, abs=0.01)


CHIMERAS = {
    "helwak": ("helwak2013_clash.csv.gz", "helwak", "cleared", 0.030),
    "hejret": ("hejret2023_clash_isomirs.tsv.gz", "hejret", "cleared", 0.042),
    "eclip": ("hybridetector_eclip_chimeras.tsv.gz", "hybridetector", "convicted", 0.113),
    "grosswendt": ("grosswendt2014_clip_chimeras_with_reads.csv.gz", "grosswendt", "convicted", 0.127),
}


@pytest.mark.parametrize("name", CHIMERAS)
def test_site_swaps_of_chimeras__are_convicted_of_competition_where_seeds_are_frequent(
    shared_data, script, name
):
    file, layout, verdict, competition = CHIMERAS[name]
    path = shared_data / "chimeras" / file
    table = script("competition_and_repeats").site_swap(path, layout)
    checks = asked(table)
    assert checks["competition"].verdict == verdict
    assert checks["competition"].value == pytest.approx(competition, abs=0.02)
    assert checks["sense_calls"].verdict == checks["repeats"].verdict == "cleared"
    if verdict == "convicted":
        seen, _ = read_interactions(path, layout)
        fair = asked(fair_pairs(table, Counts(), positives=seen))
        assert fair["competition"].verdict == "cleared"
        assert fair["competition"].value < 0.05
        assert fair["competition_true_partner"].value == 0


def model(name, shared_data, script, tmp_path):
    if name == "miRBind2":
        return script("mirbind2").mirbind2_scorer(shared_data, bfloat16=True), 0.0
    if name == "published":
        from dmiso.models.keras import import_keras

        folder = shared_data / "published_dmiso"
        import_keras(folder / "model_top.json", folder / "model_top.h5", tmp_path / "published")
        name = tmp_path / "published"
    found = model_scorer(name)
    return found.score, found.threshold


MODELS = {
    # frequent miRNAs' sites against invented ones', in standard deviations; own pieces; the repeats called most
    "duplex-chimeras@v0.3.0": (-0.045, 0.0, "miR-3613-5p on U repeats", {"repeats"}),
    "duplex-eclip@v0.3.0": (-0.033, 0.0, "ordinary miRNAs on U repeats", set()),
    "duplex-chimeras@v0.2.0": (-0.056, -0.02, "miR-3613-3p on A repeats", {"repeats"}),
    "duplex-eclip@v0.2.0": (-0.038, -0.01, "miR-3613-3p on A repeats", {"repeats"}),
    "dmiso-chimeras@v0.1.0": (-0.494, -0.09, "ordinary miRNAs on A repeats", {"competition", "repeats"}),
    "published": (0.12, 0.01, "ordinary miRNAs on CA repeats", {"competition"}),
    "miRBind2": (-0.38, -0.03, "on CA repeats", {"competition", "repeats"}),
}


@pytest.mark.parametrize("name", MODELS)
def test_models__get_their_verdicts_and_numbers(shared_data, script, tmp_path, name):
    scorer, threshold = model(name, shared_data, script, tmp_path)
    checks = {c.name: c for c in check_confounders(scorer, threshold=threshold)}
    competition, pieces, worst, convicted = MODELS[name]
    assert {key for key, check in checks.items() if not check.passed} == convicted
    found = checks["competition"].details["frequent_minus_invented"]
    assert found["mean"] == pytest.approx(competition, abs=0.04)
    assert checks["own_pieces"].value == pytest.approx(pieces, abs=0.03)
    assert worst in checks["repeats"].sentence
    if name == "miRBind2":
        assert checks["competition"].details["frequent"]["mean"] == pytest.approx(-0.81, abs=0.08)
        assert abs(checks["competition"].details["rare"]["mean"]) < 0.1
        assert abs(checks["competition"].details["invented"]["mean"]) < 0.1
        assert checks["repeats"].details["called_by_kind"]["miR-8485 on CA repeats"] == 1
