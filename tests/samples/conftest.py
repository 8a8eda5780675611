"""Simulated samples of the examples' miRNAs, and what is counted in them."""

from types import SimpleNamespace

import pytest

from dmiso.examples import write_examples
from dmiso.samples.inputs import SampleInputs
from dmiso.samples.run import samples_files
from dmiso.samples.simulate.run import simulate_samples
from dmiso.settings.sample_simulation import SampleSimulation

SETTINGS = SampleSimulation(samples=2, reads=1500, isomirs=5, changed_share=0.5, error_rate=0.0, seed=4)


@pytest.fixture(scope="session")
def examples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    write_examples(folder / "e")
    return folder / "e"


@pytest.fixture(scope="session")
def simulated(examples, tmp_path_factory):
    """Four samples of 1,500 reads: two of each group."""
    folder = tmp_path_factory.mktemp("simulated") / "s"
    simulate_samples((examples / "mature.fa", examples / "hairpin.fa", None), folder, SETTINGS)
    return folder


@pytest.fixture(scope="session")
def inputs(examples, simulated):
    return SampleInputs(
        sheet=simulated / "samples.tsv", mature=examples / "mature.fa", hairpin=examples / "hairpin.fa"
    )


@pytest.fixture(scope="session")
def counted(inputs, tmp_path_factory):
    """The samples, counted: the folder and what the function returns."""
    folder = tmp_path_factory.mktemp("counted") / "out"
    return SimpleNamespace(folder=folder, result=samples_files(inputs, folder))
