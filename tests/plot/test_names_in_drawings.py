"""Names of strangers in every drawing: shown as text in the SVG, never as a tag."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import polars as pl
import pytest

from dmiso.chimera.funnel import FUNNEL_COLUMNS
from dmiso.chimera.qc import QC_COLUMNS, SeedEnrichment
from dmiso.columns import schema_of
from dmiso.explain.kernels import KernelMotif
from dmiso.explain.model import ExplainedModel, encode_pairs
from dmiso.explain.profiles import edge_profile, mask_profile
from dmiso.explain.run_pair import explain_pair
from dmiso.io.transcripts import Transcript
from dmiso.plot.behaviour import plot_behaviour
from dmiso.plot.chimera_qc import draw_chimera_qc
from dmiso.plot.duplex_drawing import draw_duplex, draw_pair_page
from dmiso.plot.motif_logo import draw_logos, draw_pair_energies
from dmiso.plot.profiles import draw_profiles
from dmiso.plot.reliability import plot_reliability
from dmiso.plot.site_track import plot_site_track
from dmiso.plot.strata import plot_strata
from dmiso.plot.variants import draw_variants

EVIL = "<script>alert(1)</script>"
MIRNA, TARGET = "UGAGGUAGUAGG", "GGACCUGCUACCUCAUU"


def model(name):
    return ExplainedModel(name, lambda m, t: (m[:, 2] == 0) * 1.0 + (t[:, 3] == 1), 30, 60)


def pair(path):
    pytest.importorskip("RNA")
    found = replace(explain_pair(model(EVIL), MIRNA, TARGET), model=EVIL)
    draw_duplex(path / "duplex", found)
    draw_pair_page(path / "page", found)


def profiles(path):
    own = mask_profile(model(EVIL), encode_pairs(model(EVIL), [MIRNA * 2], [TARGET * 3]))
    control = mask_profile(
        model(f"{EVIL} #1"), encode_pairs(model(EVIL), [MIRNA * 2], [TARGET * 3]), kind="control"
    )
    draw_profiles(path / "p", pl.concat([own, edge_profile(model(EVIL)), control]), EVIL, title=EVIL)


def motifs(path):
    shares = [[0.97, 0.01, 0.01, 0.01]] * 4
    draw_logos(path / "l", [KernelMotif(EVIL, "weights", np.array(shares), 0)])


def pair_energies(path):
    row = {"context": EVIL, "mirna_position": 1, "mean_change": 1.0, "sd_change": 0.1}
    rows = [{**row, "pair_class": name} for name in ("Watson-Crick", "wobble")]
    draw_pair_energies(path / "e", pl.DataFrame(rows))


def variants(path):
    row = {"change": EVIL, "side": "target", "mirna_id": EVIL, "target_id": EVIL, "effect": EVIL}
    row |= {"reference_logit": -1.0, "changed_logit": 2.0, "logit_change": 3.0}
    draw_variants(path / "v", pl.DataFrame([row]))


def site_track(path):
    row = {
        "mirna_id": EVIL,
        "transcript_id": EVIL,
        "start": 100,
        "end": 122,
        "seed_class": "8mer",
        "logit": 4.0,
    }
    plot_site_track(path / "s", Transcript(EVIL, "ACGU" * 120, (60, 240)), pl.DataFrame([row]))


def chimera_qc(path):
    funnel = pl.DataFrame([(EVIL, EVIL, EVIL, EVIL, 9)], schema=schema_of(FUNNEL_COLUMNS), orient="row")
    measures = ("region", "seed class", "isomiR types of interactions")
    qc = pl.DataFrame([(m, EVIL, 3, 0.75) for m in measures], schema=schema_of(QC_COLUMNS), orient="row")
    draw_chimera_qc(funnel, qc, {EVIL: SeedEnrichment(10, 0.4, 0.1)}, path)


def reliability(path):
    row = {
        "scorer": EVIL,
        "prior": 0.5,
        "bin": 1,
        "lowest_score": 0.1,
        "highest_score": 0.9,
        "mean_score": 0.5,
    }
    row |= {"observed_share": 0.5, "share_low": 0.4, "share_high": 0.6, "n": 9}
    plot_reliability(path / "r", pl.DataFrame([row]))


def strata(path):
    row = {"stratum": EVIL, "value": 0.7, "low": 0.6, "high": 0.8, "metric": "ap_1_1", "kind": "model"}
    row |= {"by": EVIL, "scorer": EVIL, "positives": 9, "negatives": 9, "rows": 18, "chance": 0.5}
    assert plot_strata(path / "t", pl.DataFrame([row, {**row, "stratum": "b"}]))


def behaviour(path):
    checks = ("planted_8mer", "partner_swap", "five_prime_shift", "random_targets", "rewriting")
    row = {"scorer": EVIL, "value": 0.5, "limit": 0.9, "verdict": EVIL, "sentence": EVIL}
    details = '{"called_by_gc": {"0.3": 0.1, "0.5": 0.2}}'
    plot_behaviour(
        path / "b", pl.DataFrame([{**row, "check": check, "details": details} for check in checks])
    )


@pytest.mark.parametrize(
    "draw",
    [pair, profiles, motifs, pair_energies, variants, site_track, chimera_qc, reliability, strata, behaviour],
    ids=lambda draw: draw.__name__,
)
def test_drawing__shows_a_name_as_text(draw, tmp_path):
    draw(tmp_path)
    drawn = sorted(tmp_path.glob("*.svg"))
    words = ""
    for path in drawn:
        tags = list(ET.parse(path).getroot().iter())
        assert not [tag for tag in tags if tag.tag.endswith("}script")], path.name
        words += "".join(tag.text or "" for tag in tags)
    assert drawn
    if draw is not pair:  # a pair's drawings name nothing
        assert EVIL in words.replace("\n", "")
