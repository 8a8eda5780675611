"""Programs of others: not from the working folder, and what they write is not believed."""

import pytest

from dmiso.errors import DmisoError
from dmiso.evaluate.adapters.miranda import parse_summary
from dmiso.evaluate.adapters.rnahybrid import parse_compact
from dmiso.workers.programs import find_program


@pytest.mark.parametrize("path", [".", "", ".:{there}", ":{there}", "here:{there}"])
def test_program__of_the_working_folder_is_not_run(tmp_path, monkeypatch, path):
    here, there = tmp_path / "work", tmp_path / "bin"
    for folder in (here, here / "here", there):
        folder.mkdir()
        (folder / "blastn").write_text("#!/bin/sh\n")
        (folder / "blastn").chmod(0o755)
    monkeypatch.chdir(here)
    monkeypatch.setenv("PATH", path.format(there=there))
    assert find_program("blastn") == (str(there / "blastn") if "there" in path else None)


@pytest.mark.parametrize("number", ["7", "-1", "x", "1e3", ""])
@pytest.mark.parametrize(
    ("parse", "line"),
    [(parse_compact, "{}:50:q:22:-35.1:0.00002:15\n"), (parse_summary, ">>q\t{}\t300\t-35\t159\t-20\n")],
)
def test_tool__that_names_no_target_of_ours_is_not_believed(parse, line, number):
    with pytest.raises(DmisoError, match="where a number is expected"):
        parse(line.format(number), 2)


@pytest.mark.parametrize("number", ["nan", "inf", "x"])
def test_tool__whose_score_is_no_number_is_not_believed(number):
    with pytest.raises(DmisoError, match="where a number is expected"):
        parse_compact(f"1:50:q:22:{number}:0.00002:15\n", 2)
