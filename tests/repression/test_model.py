"""The arithmetic of a model, worked out by hand."""

import numpy as np
import polars as pl
import pytest

from dmiso.columns.repression import REPRESSION_GENE_COLUMNS, REPRESSION_SITE_COLUMNS
from dmiso.errors import MissingExtraError, ModelError
from dmiso.io.transcripts import Transcript
from dmiso.records import Counts, SequenceRecord
from dmiso.repression import predict_repression, transcript_background
from dmiso.repression.model import gene_share, weight_set

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
# 15 G from the stop codon; 5' of the site one A at distance 1, all else around it G: local AU is 1 / sum
FLANK = "G" * 29 + "A"
BEHIND = "G" * 30
NEAR = np.array([1 / d for d in range(1, 31)]).sum()


def predicted(model, *transcripts, mirnas=(LET7,), **options):
    counts = options.pop("counts", Counts())
    records = [SequenceRecord(f"mir{i}", m) for i, m in enumerate(mirnas)]
    return predict_repression(model, records, transcripts, counts, **options)


def test_site__adds_its_base_and_its_slopes_by_deviations_from_the_mean(write_toy, utr):
    deviation = (1 / (2 * NEAR) - 0.5) / 0.1
    assert deviation < -3  # held at 3
    table = predicted(write_toy(), utr(FLANK + "CUACCUCA" + BEHIND)).site_table(with_features=True)
    assert table["local_au"].to_list() == pytest.approx([1 / (2 * NEAR)])
    assert table["repression"].to_list() == pytest.approx([-0.2 * (1.0 - 3 * 0.5)])
    assert predicted(write_toy(farthest=10.0), utr(FLANK + "CUACCUCA" + BEHIND)).site_table()[
        "repression"
    ].to_list() == pytest.approx([-0.2 * (1.0 + deviation * 0.5)])


def test_site__whose_feature_is_unknown_counts_as_average(write_toy, utr):
    found = predicted(write_toy(), utr("N" * 30 + "CUACCUCA" + "N" * 30)).site_table(with_features=True)
    assert found["local_au"].to_list() == [None]
    assert found["repression"].to_list() == pytest.approx([-0.2])


def test_site__places_and_types_have_weights_of_their_own(write_toy):
    unknown = "N" * 30
    sixmer, eight = "GUACCUCG", "CUACCUCA"
    bases = unknown + eight + unknown + sixmer + unknown + "N" * 10 + sixmer + unknown + eight
    mrna = Transcript("t", bases, (0, 76))
    table = predicted(write_toy(), mrna).site_table()
    assert table.select("region", "site_type", "near_stop").rows() == [
        ("CDS", "8mer", False),
        ("CDS", "6mer", False),
        ("3'UTR", "6mer", False),
        ("3'UTR", "8mer", False),
    ]
    assert table["repression"].to_list() == pytest.approx([-0.05, 0, -0.1, -0.2])
    genes = predicted(write_toy(), mrna).gene_table()
    (row,) = genes.to_dicts()
    assert row["repression"] == pytest.approx(-0.35)
    assert (row["repression_utr5"], row["repression_cds"], row["repression_utr3"]) == pytest.approx(
        (0, -0.05, -0.3)
    )
    assert (row["repression_8mer"], row["repression_6mer"]) == pytest.approx((-0.25, -0.1))
    assert row["n_seed_sites"] == 4
    # the interval at -0.35: between the knots at -1 and 0
    assert row["repression_low"] == pytest.approx(-0.35 + -0.4 * 0.35 + -0.2 * 0.65)
    assert row["repression_high"] == pytest.approx(-0.35 + 0.3 * 0.35 + 0.1 * 0.65)


@pytest.mark.parametrize(
    ("form", "total"),
    [("sum", 2.0), ("log", np.log(1 + 0.5 * 2) / 0.5), ("saturating", (1 - np.exp(-0.5 * 2)) / 0.5)],
)
def test_gene__saturates_by_its_form_and_parts_add_up(write_toy, utr, form, total):
    model = write_toy(form=form, concentration=0.5)
    two = utr("N" * 30 + "CUACCUCA" + "N" * 30 + "CUACCUCA" + "N" * 30)
    found = predicted(model, two)
    (row,) = found.gene_table().to_dicts()
    assert row["repression"] == pytest.approx(-0.2 * total)
    assert row["repression_8mer"] == row["repression_utr3"] == row["repression"]
    assert found.site_table()["repression"].to_list() == pytest.approx([-0.1 * total] * 2)


def test_gene__tapered_is_straight_as_far_as_data_reach_and_keeps_the_order_beyond(write_toy):
    config = write_toy(form="tapered", concentration=2.0).config
    sums = np.array([0.0, 0.3, 0.5, 0.5001, 1.0, 5.0])
    totals = sums * gene_share(config, sums) / -0.2
    assert totals[:3] == pytest.approx(sums[:3])
    assert totals[4:] == pytest.approx([(1 + np.log(2)) / 2, (1 + np.log(10)) / 2])
    assert np.all(np.diff(totals) > 0)


@pytest.mark.parametrize("form", ["sum", "tapered", "log", "saturating"])
def test_gene__each_form_is_the_sum_of_small_additions(write_toy, form):
    config = write_toy(form=form, concentration=2.0).config
    assert gene_share(config, np.array([0.0, 1e-12, 1e-6])) == pytest.approx([-0.2] * 3, rel=1e-5)


def test_link__rectified_and_exponential(write_toy, utr):
    low = utr(FLANK + "CUACCUCA" + BEHIND)  # its weighted sum is -0.5
    assert predicted(write_toy(link="rectified"), low).gene_table()["repression"][0] == 0
    exponential = predicted(write_toy(link="exponential"), low, utr("N" * 20 + "GCUACCUG", "offset"))
    # an offset 6mer has no weight, and adds nothing
    assert exponential.gene_table()["repression"].to_list() == pytest.approx([-0.2 * np.exp(-0.5), 0])


def test_abundance__scales_what_a_mirna_adds(write_toy, utr):
    one = utr("N" * 30 + "CUACCUCA" + "N" * 30)
    mirnas = (LET7, LET7[:-1], LET7[:-2])
    weights = {LET7: 1.0, LET7[:-1]: 0.25}
    found = predicted(write_toy(), one, mirnas=mirnas, abundances=weights).gene_table()
    assert found["repression"].to_list() == pytest.approx([-0.2, -0.05, 0])


def test_isomirs__a_5p_shift_moves_sites_and_a_3p_end_does_not(write_toy, utr):
    of_own_seed, of_shifted = (
        utr("N" * 30 + "CUACCUCA" + "N" * 30, "own"),
        utr("N" * 30 + "ACUACCUA" + "N" * 30, "iso"),
    )
    table = predicted(write_toy(), of_own_seed, of_shifted, mirnas=(LET7, LET7[1:], LET7[:-2])).gene_table()
    assert table.select("mirna_id", "transcript_id", "repression_8mer").rows() == [
        ("mir0", "own", pytest.approx(-0.2)),
        ("mir0", "iso", 0),
        ("mir1", "own", 0),
        ("mir1", "iso", pytest.approx(-0.2)),
        ("mir2", "own", pytest.approx(-0.2)),
        ("mir2", "iso", 0),
    ]


def test_tables__have_their_columns_and_a_row_per_pair_even_without_sites(write_toy, utr):
    found = predicted(write_toy(), utr("GGGG"), utr("CCCC", "u"), mirnas=(LET7, "AAAAAAAA", LET7))
    assert found.site_table().columns == list(REPRESSION_SITE_COLUMNS)
    genes = found.gene_table()
    assert genes.columns == list(REPRESSION_GENE_COLUMNS)
    assert genes.select("mirna_id", "transcript_id").rows() == [
        (f"mir{m}", t) for m in range(3) for t in "tu"
    ]
    assert genes["repression"].to_list() == [0] * 6
    assert genes["weight_set"].unique().to_list() == ["sequence"]


def test_tables__of_nothing_are_empty_with_their_columns(write_toy, utr):
    for found in (predicted(write_toy(), mirnas=(LET7,)), predicted(write_toy(), utr("GGGG"), mirnas=())):
        assert found.gene_table().is_empty()
        assert found.gene_table().schema["repression"] == pl.Float64
        assert found.site_table().is_empty()


def test_background__is_reported_apart(write_toy, utr):
    model = write_toy(background_slope=-0.1, background_centre=2.0)
    table = predicted(model, utr("G" * 1000), utr("G" * 20, "short")).gene_table()
    assert table["background"].to_list() == pytest.approx([-0.1, -0.1 * (np.log10(50) - 2)])
    assert table["repression"].to_list() == [0, 0]


def test_transcripts__without_a_coding_sequence_are_counted_and_left_out(write_toy, utr):
    counts = Counts()
    table = predicted(write_toy(), Transcript("no", "CUACCUCA"), utr("CUACCUCA"), counts=counts).gene_table()
    assert table["transcript_id"].to_list() == ["t"]
    assert counts.sentences() == [
        "1 transcripts left out: their coding sequence is not known, so their sites have no region (no)"
    ]
    assert (counts.flows["transcripts of known coding sequence"].kept, len(counts.flows)) == (1, 1)


def test_mirnas__that_cannot_have_all_sites_or_are_cut_are_noted(write_toy, utr):
    counts = Counts()
    predicted(write_toy(), utr("CUACCUCA"), mirnas=("UGAGG", LET7 + "A" * 9), counts=counts)
    assert counts.sentences() == [
        "1 miRNAs shorter than 8 nt: they lack some or all seed sites (mir0)",
        "1 miRNAs longer than 30 nt: later bases count for nothing (mir1)",
    ]


def test_weight_set__is_the_first_whose_features_can_be_computed(write_toy):
    model = write_toy()
    assert weight_set(model, set()).name == weight_set(model, {"accessibility"}).name == "sequence"


def test_folding__without_viennarna_is_refused_where_it_is_asked_for(write_toy, utr, monkeypatch):
    model = write_toy()
    monkeypatch.setitem(__import__("sys").modules, "RNA", None)
    with pytest.raises(MissingExtraError, match=r"dmiso\[energy\]"):
        predicted(model, utr("CUACCUCA"), folding=True)


def test_weight_set__none_that_can_be_used_is_an_error(tmp_path, write_toy):
    import json

    folder = write_toy("folded").path
    config = json.loads((folder / "config.json").read_text())
    config["weight_sets"] = {"sequence": {"sites": ["accessibility"]}}
    (folder / "config.json").write_text(json.dumps(config))
    from dmiso.repression import read_repression

    with pytest.raises(
        ModelError, match=r"none of its weight sets \(sequence\) can be used with sequence alone"
    ):
        weight_set(read_repression(folder), set())


def test_joint__is_added_beside_sites_and_reported_apart(write_toy, utr):
    # a slope of 2 about 0.25: (1 - 0.25) * 2 for a transcript with a site, (0 - 0.25) * 2 for one without
    model = write_toy(transcripts=("any_site",))
    found = predicted(
        model, utr("N" * 30 + "CUACCUCA" + "N" * 30), utr("G" * 40, "none"), abundances={LET7: 0.5}
    )
    table = found.gene_table()
    assert table["repression_joint"].to_list() == pytest.approx([-0.5 * 0.2 * 1.5, 0.5 * 0.2 * 0.5])
    assert table["repression_utr3"].to_list() == pytest.approx([-0.5 * 0.2, 0])
    assert table["repression"].to_list() == pytest.approx([-0.5 * 0.2 * 2.5, 0.5 * 0.2 * 0.5])
    assert found.site_table()["repression"].to_list() == pytest.approx([-0.5 * 0.2])


def test_background__is_a_share_of_what_the_panel_does_and_of_the_length(write_toy, utr):
    other = "UCCCAAAGGG"  # its seed CCCAAAG is matched by CUUUGGG
    targeted = utr("N" * 30 + "CUUUGGGA" + "N" * 32)
    model = write_toy(panel=(other, LET7), panel_share=0.5, background_slope=0.1, background_centre=1.0)
    (row,) = predicted(model, targeted).gene_table().to_dicts()
    # an 8mer for one of two miRNAs; 70 nt
    background = 0.5 * (-0.2 / 2) + 0.1 * (np.log10(70) - 1)
    assert (row["repression"], row["background"]) == pytest.approx((0, background))
    assert row["repression_relative"] == pytest.approx(-background)
    assert transcript_background(model, [targeted, Transcript("no", "ACGU")]) == pytest.approx(
        {"t": background}
    )


def test_background__that_was_computed_before_is_taken(write_toy, utr):
    found = predicted(write_toy(background_slope=0.1), utr("G" * 40), background={"t": -0.125})
    assert found.gene_table()["background"].to_list() == [-0.125]
    with pytest.raises(KeyError):
        predicted(write_toy(), utr("G" * 40), background={})
