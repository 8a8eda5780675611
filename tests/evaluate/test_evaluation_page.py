"""The evaluation page says what the kept results say of competition and repeats."""

from pathlib import Path

import polars as pl
import pytest

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "competition_and_repeats-v0.1.0.tsv"
MODELS = (
    "miRBind2",
    "duplex-chimeras@v0.3.0",
    "duplex-eclip@v0.3.0",
    "duplex-chimeras@v0.2.0",
    "duplex-eclip@v0.2.0",
    "dmiso-chimeras@v0.1.0",
    "published DMISO weights",
    "RNAduplex",
)
SETS = (
    "hejret_isomir_chr1_balanced",
    "mirbench_hejret2023_test",
    "mirbench_hejret2023_train",
    "hybridetector_eclip_holdout",
    "mirbind_clash2013_test_1_1",
    "miraw_test",
    "site swap of helwak",
    "site swap of hejret",
    "site swap of eclip",
    "site swap of grosswendt",
)


@pytest.fixture(scope="module")
def kept():
    if not RESULTS.is_file():
        pytest.skip("the benchmarks are not part of this copy")
    return pl.read_csv(RESULTS, separator="\t", infer_schema_length=None)


@pytest.fixture(scope="module")
def page():
    return (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")


def signed(value, digits=2):
    return f"{value:+.{digits}f}".replace("-", "−")


@pytest.mark.parametrize("model", MODELS)
def test_models__have_their_row(kept, page, model):
    found = dict(kept.filter(pl.col("subject") == model).select("measure", "value").iter_rows())
    row = next(line for line in page.splitlines() if line.startswith(f"| {model} |") and "**" in line)
    for kind in ("frequent", "rare", "invented"):
        assert signed(found[f"competition: {kind}, in scores"]) in row
    assert f"**{signed(found['competition'])}**" in row
    assert signed(found["own_pieces"]) in row
    if "repeats" in found:
        assert f"{100 * found['repeats: all kinds']:.0f} %" in row
        assert f"{100 * found['repeats']:.0f} %" in row


@pytest.mark.parametrize("name", SETS)
def test_sets__have_their_row(kept, page, name):
    rows = kept.filter((pl.col("subject") == name) & (pl.col("part") == "tables"))
    found = {row["measure"]: row for row in rows.iter_rows(named=True)}
    shown = next(line for line in page.splitlines() if line.startswith(f"| {name} |"))
    competition = found["competition"]
    assert f"{competition['measured']:.3f}, {competition['control']:.3f}" in shown
    assert f"| {competition['verdict']} |" in shown
    partner = found["competition_true_partner"]
    if partner["value"] is not None:
        assert f"{100 * partner['value']:.0f} %, {100 * partner['control']:.0f} %" in shown
    sense = found["sense_calls"]
    assert f"{100 * sense['measured']:.1f} %, {100 * sense['control']:.1f} %" in shown
    assert f"{100 * found['repeats']['value']:.1f} %" in shown


@pytest.mark.parametrize("version", ["v0.2.0", "v0.3.0"])
def test_the_lead__is_split_as_measured(kept, page, version):
    lead = kept.filter(pl.col("subject") == f"miRBind2 - duplex-eclip@{version}")
    assert lead.height == 3
    for value, low, high in lead.select("value", "low", "high").iter_rows():
        assert f"+{value:.3f} [{low:.3f}–{high:.3f}]" in page
    values = dict(lead.select("measure", "value").iter_rows())
    frequent = values["AUROC, negatives that show a frequent true partner's 6mer"]
    assert frequent > 2 * values["AUROC, negatives that show no true partner's 6mer"]
