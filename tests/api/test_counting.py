"""``dmiso.isomirs`` of several files gives count matrices."""

import pytest

import dmiso
from dmiso.errors import UsageError
from dmiso.samples.simulate.run import simulate_samples
from dmiso.settings.sample_simulation import SampleSimulation

LET7 = {"let-7a": "UGAGGUAGUAGGUUGUAUAGUU", "miR-21": "UAGCUUAUCAGACUGAUGUUGA"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    mature = folder / "mature.fa"
    mature.write_text("".join(f">{name}\n{bases}\n" for name, bases in LET7.items()))
    simulate_samples((mature, None, None), folder / "s", SampleSimulation(samples=1, reads=300, seed=2))
    return folder / "s"


def test_isomirs__of_files_gives_count_matrices(made, tmp_path):
    files = [made / "control_1.fastq.gz", str(made / "treated_1.fastq.gz")]
    found = dmiso.isomirs(files, mature=LET7, samples=["a", "b"], output=tmp_path / "out", max_length=30)
    assert found.mirnas.columns == ["feature", "a", "b"]
    assert set(found.mirnas["feature"]) == set(LET7)
    assert found.isomirs["feature"].to_list() == found.features["feature"].to_list()
    assert found.samples["assigned"].to_list() == [found.mirnas["a"].sum(), found.mirnas["b"].sum()]
    assert (tmp_path / "out" / "counts" / "isomirs.tsv").is_file()


def test_isomirs__of_a_sheet_gives_the_same(made):
    found = dmiso.isomirs(sheet=made / "samples.tsv", mature=LET7)
    files = dmiso.isomirs([made / "control_1.fastq.gz", made / "treated_1.fastq.gz"], mature=LET7)
    assert found.mirnas.equals(files.mirnas)
    assert found.samples["group"].to_list() == ["control", "treated"]


def test_isomirs__a_setting_of_another_name_is_refused(made):
    with pytest.raises(UsageError, match=r"'max_lenght' is no setting of isomirs.*max_length"):
        dmiso.isomirs(sheet=made / "samples.tsv", mature=LET7, max_lenght=30)


def test_isomirs__samples_without_files_are_refused():
    with pytest.raises(UsageError, match="are for a list of FASTQ files"):
        dmiso.isomirs("UGAGGUAGUAGGUUGUAUAGUU", mature=LET7, samples=["a"])
