"""A scan with a first look finds the exact scan's sites, or a share of them, with their logits, however shared."""

import hashlib
from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from dmiso.engine.duplex.promising import mark_promising_rows
from dmiso.errors import UsageError
from dmiso.io.kept import create_json
from dmiso.models import read_model, resolve
from dmiso.scan import Scanner, ScanSettings, scan_sites
from dmiso.scan.gate.examples import examples, partial_site
from dmiso.scan.gate.gate import fit_gate, keep_gate, margins_needed, read_gate
from dmiso.scan.inputs import ScanInputs
from dmiso.scan.positions import PIECE, PositionNetwork
from dmiso.scan.run import scan_files
from dmiso.scan.shards import OpenJob, ScanJob
from dmiso.scan.sites import Walk, find_sites, lowest_logit
from dmiso.seeds import reverse_complement

LET7, MIR1 = "UGAGGUAGUAGGUUGUAUAGUU", "UGGAAUGUAAAGAAGUAUGUAU"
LOWEST, RECALL = 1.0, 0.97
DISTANCE = 15


@pytest.fixture(scope="module")
def network(stored):
    return PositionNetwork(stored)


@pytest.fixture(scope="module")
def gate(network):
    with pytest.MonkeyPatch.context() as less:
        less.setattr("dmiso.scan.gate.new_student._MIRNAS", 200)
        less.setattr("dmiso.scan.gate.new_student._STEPS", 1_500)
        return fit_gate(network, lowest=LOWEST, recall=RECALL, distance=DISTANCE)


@pytest.fixture
def small(monkeypatch):
    """Gates are fitted on less: quicker, and good enough where recall is not the question."""
    monkeypatch.setattr("dmiso.scan.gate.new_student._MIRNAS", 30)
    monkeypatch.setattr("dmiso.scan.gate.new_student._SAMPLE", 10)
    monkeypatch.setattr("dmiso.scan.gate.gate._JUDGE", (20, 1_500, 1_500))
    monkeypatch.setattr("dmiso.scan.gate.gate._FEWEST", 50)
    monkeypatch.setattr("dmiso.scan.gate.new_student._STEPS", 400)


def assert_equal(gate, other):
    """Compare two gates bit by bit."""
    assert gate.threshold == other.threshold
    assert gate.slack == other.slack
    for one, two in zip(gate.student, other.student, strict=True):
        np.testing.assert_array_equal(one, two)


def sites(network, mirnas, transcript, gate=None, **options):
    found = find_sites(network, mirnas, transcript, distance=DISTANCE, lowest=LOWEST, gate=gate, **options)
    positions = zip(found.mirna.tolist(), found.offset.tolist(), strict=True)
    return dict(zip(positions, found.logit.tolist(), strict=True))


def test_gate__finds_at_least_the_stated_share_of_sites_with_their_logits(network, gate):
    n_exact = n_found = 0
    for example in examples(40, 3_000, 1_500, seed=5):
        exact = sites(network, [example.mirna], example.bases)
        found = sites(network, [example.mirna], example.bases, gate)
        assert set(found) <= set(exact)
        for position, logit in found.items():
            assert logit == pytest.approx(exact[position], abs=1e-5)
        n_exact, n_found = n_exact + len(exact), n_found + len(found)
    error = np.sqrt(RECALL * (1 - RECALL) / n_exact)
    assert n_exact > 500
    assert n_found / n_exact >= RECALL - 3 * error


def test_gate__margin_is_beyond_what_every_made_up_site_needs(network):
    gate = fit_gate(network, lowest=LOWEST, recall=1.0, distance=DISTANCE)
    needed = []
    for example in examples(60, 2_000, 1_500, seed=20_222):
        said, own = (
            network.look(gate, example.mirna, example.bases),
            network.track(example.mirna, example.bases),
        )
        peaks = np.array([p for _, p in sites(network, [example.mirna], example.bases)], np.int64)
        needed.append(margins_needed(said, own, peaks, gate, LOWEST))
    needed = np.concatenate(needed)
    assert len(needed) > 500
    assert needed.max() < gate.sieve.margin


def asked_about(said, gate):
    """Which offsets the network is asked about, by definition."""
    promising = np.empty((1, len(said)), np.bool_)
    mark_promising_rows(said[None], gate.threshold, promising)
    known = np.convolve(promising[0], np.ones(2 * gate.slack + 1), "same") > 0
    where = np.flatnonzero(known)
    for a, b in pairwise(where):
        if b - a - 1 < gate.sieve.join:
            known[a:b] = True
    return known


def test_margins_needed__are_the_least_that_reach_the_cut(network, gate):
    _, (mirna, bases, _) = examples(1, 100, 9_000, seed=11)
    said, own = network.look(gate, mirna, bases), network.track(mirna, bases)
    found = find_sites(network, [mirna], bases, distance=DISTANCE, lowest=LOWEST)
    scale, n = gate.threshold.scale, 0
    known = asked_about(said, gate)
    for offset, logit in zip(found.offset.tolist(), found.logit.tolist(), strict=True):
        cut = logit + 0.2  # so that known logits are not enough
        needed = margins_needed(said, own, np.array([offset]), gate, cut)
        assert len(needed) == known[offset]
        if not known[offset] or known[max(0, offset - DISTANCE) : offset + DISTANCE + 1].all():
            assert not np.isfinite(needed).any()
            continue
        for step, reaches in ((-0.01, False), (0.01, True)):
            mixed = np.where(known, own, said + needed + step)
            around = mixed[max(0, offset - DISTANCE) : offset + DISTANCE + 1].astype(float)
            together = scale * np.log(np.exp(around / scale).sum())
            assert (together >= cut - 1e-3) == reaches
        n += 1
    assert n > 10


def test_gate__leaves_out_offsets(network, gate):
    bases = next(examples(1, 8_000, 100, seed=6)).bases
    mirnas, target = network.encode_mirnas([LET7, MIR1]), network.encode_target(bases)
    (piece,) = network.stream(mirnas, target, margin=DISTANCE, gate=gate)
    # at a low cut, and with a student that has learnt little
    assert (piece.logits > -1000).mean() < 0.65


@pytest.mark.usefixtures("small")
def test_gate__is_the_same_each_time(network):
    first, again = (fit_gate(network, lowest=LOWEST, recall=RECALL, distance=DISTANCE) for _ in range(2))
    assert_equal(first, again)


@pytest.mark.usefixtures("small")
def test_gate__of_a_higher_recall_has_a_lower_threshold_and_the_same_student(network):
    more, less = (fit_gate(network, lowest=3.0, recall=recall, distance=DISTANCE) for recall in (0.97, 0.8))
    assert more.threshold.pooled < less.threshold.pooled < np.inf
    np.testing.assert_array_equal(more.student.helices, less.student.helices)


@pytest.mark.usefixtures("small")
def test_gate__for_logits_beyond_all_sites_is_that_of_the_best(network):
    best = fit_gate(network, lowest=np.inf, recall=0.9, distance=DISTANCE)
    assert np.isfinite(best.threshold.pooled)


def test_gate__misses_nothing_at_the_borders_of_pieces_that_it_finds_elsewhere(
    network, gate, random_rna, rng
):
    bases = random_rna(rng, PIECE + 700)
    for position in (PIECE - 60, PIECE - 12):
        bases = bases[:position] + reverse_complement(LET7) + bases[position + 22 :]
    found, exact = sites(network, [LET7], bases, gate), sites(network, [LET7], bases)
    assert set(found) <= set(exact)
    assert sum(logit > 8 for logit in found.values()) == sum(logit > 8 for logit in exact.values()) == 2


@pytest.mark.usefixtures("small")
def test_gate__that_lets_too_many_offsets_pass_is_open_and_the_scan_exact(network, tmp_path, gate):
    assert not gate.is_open
    wide = fit_gate(network, lowest=-3.9, recall=1.0, distance=DISTANCE)
    assert wide.is_open
    keep_gate(tmp_path / "gate.json", wide, "key")
    assert read_gate(tmp_path / "gate.json", "key").is_open
    bases = next(examples(1, 2_000, 100, seed=8)).bases
    found, exact = (
        find_sites(network, [LET7], bases, distance=DISTANCE, lowest=-3.9, gate=own) for own in (wide, None)
    )
    assert found.logit.tolist() == exact.logit.tolist()
    assert len(found.logit) > 20


def test_gate__sites_of_ranges_are_those_of_the_whole(network, gate):
    _, (mirna, bases, _) = examples(1, 100, 9_000, seed=7)
    whole = sites(network, [mirna], bases, gate)
    ranges = [(110, 2_500), (4_000, 8_200)]
    part = sites(network, [mirna], bases, gate, walk=Walk(ranges))
    inside = {p: x for p, x in whole.items() if any(a <= p[1] < b for a, b in ranges)}
    assert part == inside
    assert len(part) > 5


def test_gate__of_an_empty_transcript_or_without_mirnas_finds_nothing(network, gate):
    assert sites(network, [LET7], "", gate) == {}
    assert sites(network, [], "ACGU" * 30, gate) == {}


@pytest.mark.usefixtures("small")
def test_gate__is_told_from_all_members(stored):
    import msgspec

    from dmiso.engine.ensemble import member_name

    other = {**stored.weights, "scale": stored.weights["scale"] * np.float32(0.5)}
    weights = {
        member_name(i, name): values
        for i, own in enumerate((stored.weights, other))
        for name, values in own.items()
    }
    two = PositionNetwork(
        replace(stored, config=msgspec.structs.replace(stored.config, members=2), weights=weights)
    )
    fitted = fit_gate(two, lowest=LOWEST, recall=0.9, distance=DISTANCE)
    _, (mirna, bases, _) = examples(1, 100, 4_000, seed=7)
    exact, found = sites(two, [mirna], bases), sites(two, [mirna], bases, fitted)
    assert len(found) >= 0.7 * len(exact) > 4
    assert fitted.sieve.lowest == -np.inf, "what members say together is not told from their mean logits"
    for position, logit in found.items():
        assert logit == pytest.approx(exact[position], abs=1e-5)


def test_kept_gate__is_read_as_it_was_and_the_first_one_stays(gate, tmp_path):
    path = tmp_path / "gate.json"
    keep_gate(path, gate, "key")
    keep_gate(path, gate._replace(slack=0), "key")
    assert_equal(gate, read_gate(path, "key"))
    assert [p.name for p in tmp_path.iterdir()] == ["gate.json"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"helices": [[1], "a"], "bases": [], "threshold": 1}'])
def test_kept_gate__that_is_damaged_is_refused(tmp_path, text):
    (tmp_path / "gate.json").write_text(text)
    with pytest.raises(UsageError, match=r"gate.json is damaged. Remove it and give --resume"):
        read_gate(tmp_path / "gate.json", "key")


def test_kept_gate__of_another_model_is_refused(gate, tmp_path):
    keep_gate(tmp_path / "gate.json", gate, "key")
    with pytest.raises(UsageError, match=r"gate.json is of another scan. Remove it and give --resume"):
        read_gate(tmp_path / "gate.json", "another key")


def test_kept_gate__of_an_earlier_form_is_refused(tmp_path):
    said = {"threshold": {}, "sieve": {}, "slack": 2, "longest": 26, "student": {}}
    create_json(tmp_path / "gate.json", said, "threshold and sieve: key")
    with pytest.raises(UsageError, match=r"gate.json is of another scan. Remove it and give --resume"):
        read_gate(tmp_path / "gate.json", "key")


@pytest.mark.parametrize("recall", [0.0, -0.1, 1.01, float("nan")])
def test_recall__out_of_range_is_refused(recall):
    with pytest.raises(UsageError, match="it must be above 0 and at most 1"):
        ScanSettings(recall=recall)


def test_recall__below_1_needs_sites_to_be_left_out(stored):
    with pytest.raises(UsageError, match=r"all sites are kept. Give a min_percentile"):
        Scanner.of(stored, ScanSettings(recall=0.9, min_percentile=0))


def test_first_look__is_refused_for_a_network_of_windows(toy_model):
    with pytest.raises(
        UsageError, match=r"first_look is on.*Use no first_look, or a model of network duplex"
    ):
        Scanner.of(read_model(toy_model), ScanSettings(first_look=True))


@pytest.mark.parametrize("length", [17, 29])
def test_first_look__computes_every_offset_of_short_and_of_long_mirnas(network, gate, length):
    mirna = (LET7 * 2)[:length]
    target = network.encode_target("GGCCAUUC" + reverse_complement(mirna) + "ACGGUACU" * 60)
    (piece,) = network.stream(network.encode_mirnas([mirna]), target, margin=DISTANCE, gate=gate)
    exact = network.positions(network.encode_mirnas([mirna]), target)
    np.testing.assert_array_equal(piece.logits, exact)
    assert piece.near.all()


def test_recall__below_1_is_refused_for_a_network_of_windows(toy_model):
    with pytest.raises(UsageError, match="Use recall 1, or a model of network duplex"):
        Scanner.of(read_model(toy_model), ScanSettings(recall=0.9))


def test_scan__with_recall_1_has_no_gate(stored):
    assert Scanner.of(stored, ScanSettings()).gate is None


@pytest.fixture
def job(pairing_model, tmp_path, small):
    del small
    draw = np.random.default_rng(3)
    bases = {f"t{i}": "".join(draw.choice(list("ACGU"), 900 + 370 * i)) for i in range(4)}
    (tmp_path / "m.fa").write_text(f">let-7a\n{LET7}\n>miR-1\n{MIR1}\n")
    (tmp_path / "t.fa").write_text("".join(f">{n}\n{s}\n" for n, s in bases.items()))
    settings = ScanSettings(min_percentile=30, recall=0.2, mirnas_per_shard=1, transcripts_per_shard=2)
    inputs = ScanInputs(tmp_path / "m.fa", tmp_path / "t.fa")
    return ScanJob(inputs, settings, tmp_path / "out", str(pairing_model))


def digest(folder):
    names = ("sites.parquet", "genes.parquet", "gate.json")
    return [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names]


def other(job, name, **settings):
    return replace(job, output=job.output.with_name(name), settings=replace(job.settings, **settings))


def test_scan__with_a_gate_gives_the_same_bytes_however_it_is_shared(job):
    scan_files(job)
    assert not read_gate(job.output / "gate.json", OpenJob(job).gate_key).is_open
    whole = digest(job.output)
    big = other(job, "big", mirnas_per_shard=50, transcripts_per_shard=500)
    scan_files(big)
    assert digest(big.output) == whole
    parts = other(job, "parts")
    for part in (2, 1):
        scan_files(parts, part=(part, 2))
    scan_files(parts, resume=True)
    assert digest(parts.output) == whole
    children = other(job, "children")
    scan_files(children, workers=2)
    assert digest(children.output) == whole


def test_scan__with_a_gate_keeps_sites_of_the_exact_scan_and_says_so(job):
    scan_files(job)
    exact = other(job, "exact", recall=1.0)
    scan_files(exact)
    assert not (exact.output / "gate.json").exists()
    every = pl.read_parquet(exact.output / "sites.parquet")
    found = pl.read_parquet(job.output / "sites.parquet")
    joined = found.join(every, on=["mirna_id", "transcript_id", "start", "end"], how="left", validate="1:1")
    assert joined["logit_right"].null_count() == 0
    np.testing.assert_allclose(joined["logit"], joined["logit_right"], rtol=0, atol=1e-5)
    assert 0.1 * every.height <= found.height <= every.height
    assert '"recall": 0.2' in (job.output / "scan.manifest.json").read_text()


def test_scan__a_recall_that_is_refused_leaves_no_plan(job):
    every = replace(job.settings, recall=0.9, min_percentile=0.0)
    with pytest.raises(UsageError, match="all sites are kept"):
        scan_files(replace(job, settings=every))
    assert not (job.output / "plan.json").exists()
    scan_files(job)  # the same folder, with what can be done


def test_scan__with_another_recall_in_the_same_folder_is_refused(job):
    scan_files(job)
    with pytest.raises(UsageError, match="holds a scan with different settings"):
        scan_files(replace(job, settings=replace(job.settings, recall=0.95)), resume=True)


def test_partial_site__pairs_in_part_and_is_about_as_long(rng):
    for _ in range(50):
        site = partial_site(LET7, rng)
        assert abs(len(site) - len(LET7)) <= 1
        assert set(site) <= set("AUCG")


@pytest.mark.real_data
def test_recall__holds_for_let7_and_its_isomir_in_real_3utrs(shared_data):
    from itertools import islice

    from dmiso.io.transcripts import read_transcripts
    from dmiso.records import Counts

    folder = shared_data / "transcripts"
    every = read_transcripts(folder / "refseq4000_mrna.fa.gz", Counts(), cds=folder / "refseq4000_cds.tsv.gz")
    some = {t.id: t for t in islice((t for t in every.values() if t.cds), 90)}
    mirnas = {"let-7a": LET7, "let-7a iso": LET7[1:] + "U", "miR-1": MIR1, "miR-1 iso": MIR1[1:]}
    key = ["mirna_id", "transcript_id", "start", "end"]
    settings = ScanSettings(decoys=0, regions=("3utr",))
    exact = scan_sites(mirnas, some, None, settings)
    found = scan_sites(mirnas, some, None, replace(settings, recall=0.99))
    joined = found.join(exact, on=key, how="left")
    np.testing.assert_allclose(joined["logit"], joined["logit_right"], rtol=0, atol=1e-5)
    looked = scan_sites(mirnas, some, None, replace(settings, first_look=True))
    assert looked.select(key).equals(exact.select(key))
    np.testing.assert_allclose(looked["logit"], exact["logit"], rtol=0, atol=1e-5)
    assert exact.height > 30
    assert found.height / exact.height >= 0.96
    floor = lowest_logit(resolve(None).calibration, min_percentile=99)
    assert found["logit"].min() >= floor


def test_cli__hands_the_recall_on_and_refuses_0(job):
    from click.testing import CliRunner

    from dmiso.cli.scan import command

    words = ["--mirnas", job.inputs.mirnas, "--transcripts", job.inputs.transcripts, "--model", job.model]
    words += ["--min-percentile", "30", "-o", job.output, "-q", "--recall"]
    done = CliRunner().invoke(command, [*map(str, words), "0.6"])
    assert done.exit_code == 0, done.output
    assert (job.output / "gate.json").exists()
    refused = CliRunner().invoke(command, [*map(str, words), "0"])
    assert refused.exit_code == 2
    assert "0<x<=1" in refused.output
