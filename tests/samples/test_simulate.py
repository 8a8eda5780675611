"""Simulated samples are what their truth says."""

import gzip
import json

import numpy as np
import polars as pl
import pytest

from dmiso.cli.main import _run
from dmiso.errors import UsageError
from dmiso.isomir import read_reference
from dmiso.records import Counts
from dmiso.samples.simulate.molecules import draw_molecules, group_shares
from dmiso.samples.simulate.run import simulate_samples
from dmiso.settings.kits import KITS
from dmiso.settings.sample_simulation import SampleSimulation


def reads_of(path):
    with gzip.open(path, "rt") as lines:
        return [line.strip() for i, line in enumerate(lines) if i % 4 == 1]


@pytest.fixture(scope="module")
def mature(tmp_path_factory):
    draw = np.random.default_rng(7)
    path = tmp_path_factory.mktemp("reference") / "mature.fa"
    path.write_text(
        "".join(f">x-miR-{i}\n{''.join(draw.choice(list('ACGU'), 22))}\n" for i in range(40)),
        encoding="ascii",
    )
    return path


def test_simulate__writes_the_reads_asked_for_of_the_length_asked_for(mature, tmp_path):
    settings = SampleSimulation(samples=2, reads=400, read_length=60, mean_copies=3)
    simulate_samples((mature, None, None), tmp_path / "s", settings)
    files = sorted(path.name for path in (tmp_path / "s").glob("*.gz"))
    assert files == [f"{group}_{i}.fastq.gz" for group in ("control", "treated") for i in (1, 2)]
    for name in files:
        reads = reads_of(tmp_path / "s" / name)
        assert len(reads) == 400
        assert {len(read) for read in reads} == {60}


@pytest.mark.parametrize("name", ["nextflex", "qiaseq", "chimeric-eclip"])
def test_simulate__puts_a_kits_parts_where_they_belong(mature, tmp_path, name):
    kit = KITS[name]
    settings = SampleSimulation(samples=1, reads=300, kit=name, error_rate=0, other_share=0, dimer_share=0)
    simulate_samples((mature, None, None), tmp_path / "s", settings)
    known = set(pl.read_csv(tmp_path / "s" / "truth.tsv", separator="\t")["sequence"])
    for read in reads_of(tmp_path / "s" / "control_1.fastq.gz"):
        place = read.index(kit.adapter)
        assert read[kit.before : place - kit.after].replace("T", "U") in known
        if kit.umi_behind:
            behind = place + len(kit.adapter) + kit.umi_behind
            assert "AGATCGGAAGAGC".startswith(read[behind : behind + 13])


def test_simulate__is_the_same_bytes_for_a_seed_and_others_for_another(mature, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        simulate_samples(
            (mature, None, None), tmp_path / name, SampleSimulation(samples=1, reads=200, seed=seed)
        )
    one, same, other = ((tmp_path / name / "treated_1.fastq.gz").read_bytes() for name in "abc")
    assert one == same != other


def test_simulate__has_as_many_wrong_bases_as_asked_for(mature, tmp_path):
    settings = SampleSimulation(
        samples=1, reads=2000, error_rate=0.01, other_share=0, dimer_share=0, isomirs=0
    )
    simulate_samples((mature, None, None), tmp_path / "s", settings)
    wrong, total = 0, 0
    known = [record.sequence.replace("U", "T") for record in read_reference(mature, None, Counts()).matures]
    whole = {bases: bases + KITS["illumina-truseq-smallrna"].adapter for bases in known}
    for read in reads_of(tmp_path / "s" / "control_1.fastq.gz"):
        near = min(whole.values(), key=lambda one: sum(a != b for a, b in zip(one, read, strict=False)))
        wrong += sum(a != b for a, b in zip(near, read, strict=False))
        total += len(near)
    assert 0.008 < wrong / total < 0.012


def test_simulate__fold_changes_are_those_of_the_expected_molecules(mature):
    reference = read_reference(mature, None, Counts())
    settings = SampleSimulation(changed_share=0.5, fold_change=3)
    molecules = draw_molecules(reference, settings, np.random.default_rng(3))
    before, after = (group_shares(molecules, group) for group in (0, 1))
    ratio = np.log2(after / before)
    unchanged = ratio[molecules.log2_fold_change == 0]
    assert np.allclose(unchanged, unchanged[0])
    assert np.allclose(ratio - unchanged[0], molecules.log2_fold_change)
    changed = {one.mirna for one, fold in zip(*molecules[::2], strict=True) if fold}
    assert len(changed) == 20
    assert sorted(set(molecules.log2_fold_change)) == [-3, 0, 3]


def test_simulate__truth_has_every_molecule_of_a_mirna(mature, tmp_path):
    settings = SampleSimulation(samples=1, reads=1000, other_share=0.2, dimer_share=0.1, dispersion=0)
    simulate_samples((mature, None, None), tmp_path / "s", settings)
    counts = pl.read_csv(tmp_path / "s" / "truth_counts.tsv", separator="\t")
    assert counts["feature"].is_unique().all()
    # 70 % of 1,000 molecules, within five standard deviations
    assert abs(counts["control_1"].sum() - 700) < 5 * (1000 * 0.7 * 0.3) ** 0.5
    shares = pl.read_csv(tmp_path / "s" / "truth.tsv", separator="\t")["true_share"]
    assert shares.sum() == pytest.approx(1, abs=1e-4)


def test_simulate__extends_isomirs_by_what_the_hairpin_has(examples):
    reference = read_reference(examples / "mature.fa", examples / "hairpin.fa", Counts())
    settings = SampleSimulation(isomirs=40)
    molecules = draw_molecules(reference, settings, np.random.default_rng(0))
    extended = [one for one in molecules.inserts if one.way == "extended 3'"]
    assert extended
    for one in extended:
        assert any(one.sequence in hairpin.sequence for hairpin in reference.hairpins)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"read_length": 40, "kit": "qiaseq"}, "--read-length 40 does not reach the end of a miRNA's read"),
        ({"other_share": 0.7, "dimer_share": 0.3}, "leave no molecule of a miRNA"),
        ({"kit": "nothing"}, "'nothing' is no kit"),
    ],
)
def test_settings__that_cannot_be_are_refused(given, said):
    with pytest.raises(UsageError) as caught:
        SampleSimulation(**given)
    assert said in str(caught.value)


def test_simulate__of_short_mirnas_alone_is_refused(tmp_path):
    path = tmp_path / "short.fa"
    path.write_text(">a\nACGUACGUACGU\n")
    with pytest.raises(UsageError, match="no miRNA of --mature has 18 nucleotides or more"):
        simulate_samples((path, None, None), tmp_path / "s", SampleSimulation(reads=10))
    assert not (tmp_path / "s").exists()


def test_simulate__runs_from_the_command_line(mature, tmp_path, capsys):
    words = f"isomirs simulate --mature {mature} --samples 1 --reads 100 --seed 5 -o {tmp_path / 's'}"
    assert _run(words.split()) == 0
    assert "2 samples of two groups, 200 reads" in capsys.readouterr().err
    said = json.loads((tmp_path / "s" / "manifest.json").read_text())
    assert (said["seed"], said["settings"]["reads"]) == (5, 100)
    assert set(said["inputs"]) == {"mature"}
