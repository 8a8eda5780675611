"""MultiQC itself, from an environment of its own, shows our sections with our numbers."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from dmiso.mqc import decode

pytestmark = pytest.mark.xdist_group("mqc")
"""One process for all: what they look at takes long to make."""


@pytest.fixture(scope="session")
def multiqc():
    """The program; ``python3 -m venv X; X/bin/pip install multiqc`` makes it."""
    named = os.environ.get("DMISO_MULTIQC")
    if named is None:
        reason = (
            "MultiQC is absent: install it in an environment of its own, and set DMISO_MULTIQC to its program"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    assert Path(named).is_file(), f"DMISO_MULTIQC: {named} is no program"
    return named


@pytest.fixture(scope="session")
def page(runs, multiqc, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    options = ("--strict", "--no-ansi", "--no-version-check", "-o", str(folder))
    done = subprocess.run(
        [multiqc, *options, str(runs.folder)], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done.stdout + done.stderr


def drawn(folder):
    """Return the plots of the page by id, from the data that it is drawn of."""
    return json.loads((folder / "multiqc_data" / "multiqc_data.json").read_text())["report_plot_data"]


def test_multiqc__takes_every_section_without_a_warning(runs, page):
    folder, said = page
    assert "WARNING" not in said.upper().replace("WILL GIVE WARNINGS", "")
    names = {decode(path.read_bytes()).id for path in runs.folder.rglob("*_mqc.json")}
    for name in names - {name for name in names if name.endswith("_statistics")}:
        assert f"{name}_plot" in drawn(folder)


def test_multiqc__draws_the_numbers_of_the_runs_and_puts_those_of_one_kind_together(runs, page):
    folder, _ = page
    wanted = {}
    for path in runs.folder.rglob("*_mqc.json"):
        content = decode(path.read_bytes())
        if content.plot_type == "bargraph":
            wanted.setdefault(content.id, {}).update(content.data)
    assert set(wanted["dmiso_isomirs_types"]) == {"control_1", "treated_1", "kidney"}  # of two runs
    for name, of in wanted.items():
        told = drawn(folder)[f"{name}_plot"]["datasets"][0]
        assert sorted(told["samples"]) == sorted(of)
        for number, sample in enumerate(told["samples"]):
            shown = {cat["name"]: cat["data"][number] for cat in told["cats"]}
            assert {kind: n for kind, n in shown.items() if n} == {
                kind: n for kind, n in of[sample].items() if n
            }


def test_multiqc__has_our_columns_among_its_general_statistics(runs, page):
    folder, _ = page
    lines = (folder / "multiqc_data" / "multiqc_general_stats.txt").read_text().splitlines()
    head, *rows = [line.split("\t") for line in lines]
    shown = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    told = decode(
        (runs.folder / "chimeras" / "multiqc" / "dmiso_chimeras_statistics_mqc.json").read_bytes()
    ).data
    for sample, of in told.items():
        for name, value in of.items():
            (column,) = [one for one in head if one.endswith(name)]
            assert float(shown[sample][column]) == pytest.approx(value)
