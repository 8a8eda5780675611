"""Sites on real transcripts against a count made by others' definitions; the bundled model against seed counting."""

import gzip
import json

import numpy as np
import polars as pl
import pytest

from dmiso.evaluate.metrics import auroc
from dmiso.io import read_sequences
from dmiso.io.transcripts import read_transcripts
from dmiso.models.registry import BUNDLED
from dmiso.records import Counts, SequenceRecord
from dmiso.repression import predict_repression, resolve_repression
from dmiso.repression.sites import SITE_TYPES
from dmiso.repression.store import default_repression_name


@pytest.fixture(scope="module")
def predicted(shared_data):
    """Responses with predictions beside, of the HeLa transfections."""
    with gzip.open(shared_data / "functional" / "gene_responses_and_peers.tsv.gz") as handle:
        rows = pl.read_csv(handle.read(), separator="\t").filter(pl.col("set") == "hela")
    folder = shared_data / "transcripts"
    known = read_transcripts(folder / "refseq4000_mrna.fa.gz", Counts(), cds=folder / "refseq4000_cds.tsv.gz")
    wanted = set(rows["mirna_id"])
    mature = read_sequences(shared_data / "references" / "mirbase22" / "mature.fa.gz", Counts())
    mirnas = [SequenceRecord(r.id, r.sequence) for r in mature if r.id in wanted]
    transcripts = [known[name] for name in rows["transcript_id"].unique().sort()]
    found = predict_repression(resolve_repression(), mirnas, transcripts, Counts())
    firm, stops = SITE_TYPES[:3], {t.id: t.part("3'UTR")[0] for t in transcripts}
    n_firm = (
        found.site_table()
        .filter(pl.col("site_type").is_in(firm))
        # there a site is of the 3'UTR if the base that faces position 7 is, here if its first base is
        .filter(
            pl.col("start") + (pl.col("site_type") != "7mer-A1")
            >= pl.col("transcript_id").replace_strict(stops)
        )
        .group_by("mirna_id", "transcript_id")
        .agg(n_firm=pl.len())
    )
    key = ["mirna_id", "transcript_id"]
    return rows.join(found.gene_table(), on=key).join(n_firm, on=key, how="left").fill_null(0)


@pytest.mark.real_data
def test_sites__of_seven_and_eight_are_as_many_as_were_counted_elsewhere(predicted):
    assert predicted.height > 10_000
    assert predicted["n_firm"].to_list() == predicted["sites_7mer_or_better"].to_list()


@pytest.mark.real_data
def test_bundled__ranks_responding_genes_before_others_better_than_seed_counting(predicted):
    def mean_auroc(score):
        tables = predicted.with_columns(own=score).partition_by("experiment")
        return np.mean(
            [auroc(t["responds"].to_numpy(), t["own"].to_numpy()) for t in tables if t["responds"].sum()]
        )

    # the model was trained on these: a sign or a file that is wrong is seen, not how good it is
    assert mean_auroc(-pl.col("repression")) > mean_auroc(pl.col("seed_type_sum")) + 0.03


def test_card__has_the_numbers_of_the_held_out_predictions():
    folder = BUNDLED / default_repression_name()
    card = (folder / "card.md").read_text(encoding="utf-8")
    for name, found in json.loads((folder / "metrics.json").read_text(encoding="utf-8")).items():
        (row,) = [line for line in card.splitlines() if line.startswith(f"| {name} |")]
        values = [value for part in ("shared", "hela") for value in found[part].values()]
        assert row == f"| {name} | " + " | ".join(f"{value:.3f}" for value in values) + " |"
