"""Pictures of explanations: what is drawn, read back from the figure and from the SVG's text."""

import re
from xml.etree import ElementTree as ET

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


def texts(picture):
    return re.findall(r">([^<>\n]+)</text>", picture.svg)


def test_duplex__has_every_base_the_ends_and_the_seed(explained):
    shown = texts(draw_duplex(explained))
    assert sum(text in "AUCG" for text in shown) >= len(MIRNA) + 15
    assert {"5′", "3′", "target", "miRNA", "seed", "10"} <= set(shown)


def test_duplex__twice_gives_the_same_bytes(explained):
    assert draw_duplex(explained).svg == draw_duplex(explained).svg


def test_page__without_a_duplex_still_has_the_maps(explained):
    from dataclasses import replace

    shown = texts(draw_pair_page(replace(explained, duplex=None)))
    assert "deleted" in shown
    assert not any("RNAduplex -" in text for text in shown)


def test_page__has_the_target_downwards_and_every_change_in_its_cell(explained):
    picture = draw_pair_page(explained)
    mirna, pairs, target = picture.figure.axes[1:4]
    np.testing.assert_allclose(pairs.images[0].get_array(), explained.epistasis.T)
    for axes, side, turned in ((mirna, "mirna", False), (target, "target", True)):
        table = axes.images[0].get_array()
        changes = explained.bases.filter(side=side)["change_to_A"].cast(float).to_numpy()
        drawn = (table.T if turned else table)[0]
        np.testing.assert_allclose(np.ma.filled(drawn, np.nan), changes)
    assert [label.get_text() for label in pairs.get_yticklabels()] == list(TARGET)


def test_page__a_bulged_duplex_is_drawn(explained):
    from dataclasses import replace

    pairs = tuple((i, 14 - i) for i in range(5)) + tuple((i, 13 - i) for i in range(5, 8))
    picture = draw_pair_page(replace(explained, duplex=Duplex(MIRNA, TARGET, pairs, -7.5)))
    assert "RNAduplex -7.5 kcal/mol" in texts(picture)


def test_logo__bases_are_as_high_as_their_information():
    shares = np.array([[0.0, 1, 0, 0], [0.25, 0.25, 0.25, 0.25], [0.5, 0.5, 0, 0]])
    axes = Figure().subplots()
    draw_logo(axes, shares)
    heights = [patch.get_path().get_extents().height for patch in axes.patches]
    assert heights == pytest.approx([2.0, 0.5, 0.5])


def test_logos__flat_kernels_are_named_and_the_axis_is_in_bits():
    motifs = [
        KernelMotif("mirna_0", "weights", np.full((8, 4), 0.25), 0),
        KernelMotif("mirna_1", "weights", np.eye(4), 0),
    ]
    assert {"mirna_0 – flat", "mirna_1", "bits"} <= set(texts(draw_logos(motifs)))


def test_logos__of_many_kernels_have_each_letter_once_and_stay_small(rng):
    motifs = [KernelMotif(f"k{i}", "weights", rng.dirichlet([0.3] * 4, 12), 0) for i in range(60)]
    svg = draw_logos(motifs).svg
    assert len(svg) < 400_000
    letters = re.findall(r'<path id="p[0-9a-f]+-shape-([ACGU])"', svg)
    assert sorted(letters) == list("ACGU")
    used = re.findall(r'<use xlink:href="#p[0-9a-f]+-shape-[ACGU]" transform="matrix', svg)
    assert len(used) > 1000


def test_logos__stretch_each_letter_to_its_information():
    root = ET.fromstring(
        draw_logos([KernelMotif("k", "weights", np.array([[1.0, 0, 0, 0], [0.5, 0.5, 0, 0]]), 0)]).svg
    )
    letters = [e for e in root.iter("{http://www.w3.org/2000/svg}use") if "matrix" in e.get("transform", "")]
    heights = [float(letter.get("transform").split()[3]) for letter in letters]
    assert len(heights) == 3
    assert np.array(heights) / heights[0] == pytest.approx([1.0, 0.25, 0.25], rel=0.01)


def test_profiles__controls_and_edges_are_on_the_axes():
    model = ExplainedModel(
        "m", lambda m, t: (m[:, 2] == 0) * 1.0 + (t[:, 3] == 1), 30, 60, step_width={"mirna": 11}
    )
    pairs = encode_pairs(model, [MIRNA * 2, "C" * 22], [TARGET * 3, "G" * 50])
    own = mask_profile(model, pairs)
    control = mask_profile(model, pairs, kind="control").with_columns(scorer=pl.lit("m #1"))
    shown = texts(draw_profiles(pl.concat([own, edge_profile(model), control]), "m", title="toy.tsv"))
    assert {"m on toy.tsv", "weights shuffled (scaled)", "edge coverage (scaled)"} <= set(shown)


def test_pair_energies_and_variants__are_drawn():
    energies = pl.DataFrame(
        {
            "context": ["seed"] * 4,
            "pair_class": ["Watson-Crick", "wobble"] * 2,
            "mirna_position": [1, 1, 2, 2],
            "mean_change": [1.0, 0.2, 2.0, 0.1],
            "sd_change": [0.1] * 4,
        }
    )
    assert "site: seed paired" in texts(draw_pair_energies(energies))
    row = {"change": "t:n.1A>G", "side": "target", "mirna_id": "let-7", "target_id": "t", "effect": "gain"}
    row |= {"reference_logit": -1.0, "changed_logit": 2.0, "logit_change": 3.0}
    assert any("let-7 (gain)" in text for text in texts(draw_variants(pl.DataFrame([row]))))
