"""Pictures of explanations: what is drawn, read back from the figure and from the SVG's text."""

import re

import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure

from dmiso.energies import Duplex
from dmiso.explain.kernels import KernelMotif
from dmiso.explain.model import ExplainedModel, encode_pairs
from dmiso.explain.profiles import edge_profile, mask_profile
from dmiso.explain.run_pair import explain_pair
from dmiso.plot.duplex_drawing import draw_duplex, draw_pair_page
from dmiso.plot.motif_logo import draw_logo, draw_logos, draw_pair_energies
from dmiso.plot.profiles import draw_profiles
from dmiso.plot.variants import draw_variants

MIRNA, TARGET = "UGAGGUAGUAGG", "GGACCUGCUACCUCAUU"


@pytest.fixture
def explained():
    model = ExplainedModel("m", lambda m, t: (m[:, 2] == 0) + 2.0 * (t[:, 12] == 1), 14, 20)
    return explain_pair(model, MIRNA, TARGET)


def texts(path):
    return re.findall(r">([^<>\n]+)</text>", path.read_text(encoding="utf-8"))


def test_duplex__has_every_base_the_ends_and_the_seed(tmp_path, explained):
    draw_duplex(tmp_path / "duplex", explained)
    shown = texts(tmp_path / "duplex.svg")
    assert sum(text in "AUCG" for text in shown) >= len(MIRNA) + 15
    assert {"5′", "3′", "target", "miRNA", "seed", "10"} <= set(shown)
    assert (tmp_path / "duplex.png").stat().st_size > 5000


def test_duplex__twice_gives_the_same_bytes(tmp_path, explained):
    draw_duplex(tmp_path / "a", explained)
    draw_duplex(tmp_path / "b", explained)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_page__without_a_duplex_still_has_the_maps(tmp_path, explained):
    from dataclasses import replace

    draw_pair_page(tmp_path / "page", replace(explained, duplex=None))
    shown = texts(tmp_path / "page.svg")
    assert "deleted" in shown
    assert not any("RNAduplex -" in text for text in shown)


def test_page__a_bulged_duplex_is_drawn(tmp_path, explained):
    from dataclasses import replace

    pairs = tuple((i, 14 - i) for i in range(5)) + tuple((i, 13 - i) for i in range(5, 8))
    draw_pair_page(tmp_path / "page", replace(explained, duplex=Duplex(MIRNA, TARGET, pairs, -7.5)))
    assert "RNAduplex -7.5 kcal/mol" in texts(tmp_path / "page.svg")


def test_logo__bases_are_as_high_as_their_information():
    shares = np.array([[0.0, 1, 0, 0], [0.25, 0.25, 0.25, 0.25], [0.5, 0.5, 0, 0]])
    axes = Figure().subplots()
    draw_logo(axes, shares)
    heights = [patch.get_path().get_extents().height for patch in axes.patches]
    assert heights == pytest.approx([2.0, 0.5, 0.5])


def test_logos__flat_kernels_are_named(tmp_path):
    motifs = [
        KernelMotif("mirna_0", "weights", np.full((8, 4), 0.25), 0),
        KernelMotif("mirna_1", "weights", np.eye(4), 0),
    ]
    draw_logos(tmp_path / "logos", motifs)
    assert {"mirna_0 – flat", "mirna_1"} <= set(texts(tmp_path / "logos.svg"))


def test_profiles__controls_and_edges_are_on_the_axes(tmp_path):
    model = ExplainedModel(
        "m", lambda m, t: (m[:, 2] == 0) * 1.0 + (t[:, 3] == 1), 30, 60, step_width={"mirna": 11}
    )
    pairs = encode_pairs(model, [MIRNA * 2, "C" * 22], [TARGET * 3, "G" * 50])
    own = mask_profile(model, pairs)
    control = mask_profile(model, pairs, kind="control").with_columns(scorer=pl.lit("m #1"))
    draw_profiles(tmp_path / "p", pl.concat([own, edge_profile(model), control]), "m", title="toy.tsv")
    assert {"m on toy.tsv", "weights shuffled (scaled)", "edge coverage (scaled)"} <= set(
        texts(tmp_path / "p.svg")
    )


def test_pair_energies_and_variants__are_drawn(tmp_path):
    energies = pl.DataFrame(
        {
            "context": ["seed"] * 4,
            "pair_class": ["Watson-Crick", "wobble"] * 2,
            "mirna_position": [1, 1, 2, 2],
            "mean_change": [1.0, 0.2, 2.0, 0.1],
            "sd_change": [0.1] * 4,
        }
    )
    draw_pair_energies(tmp_path / "e", energies)
    assert "site: seed paired" in texts(tmp_path / "e.svg")
    row = {"change": "t:n.1A>G", "side": "target", "mirna_id": "let-7", "target_id": "t", "effect": "gain"}
    row |= {"reference_logit": -1.0, "changed_logit": 2.0, "logit_change": 3.0}
    draw_variants(tmp_path / "v", pl.DataFrame([row]))
    assert any("let-7 (gain)" in text for text in texts(tmp_path / "v.svg"))
