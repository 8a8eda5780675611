"""A folder in which the commands have run, for the outputs that are kept and for the columns of all tables."""

import pytest
from tests.golden.commands import COMMANDS

from dmiso.cli.main import _run


@pytest.fixture(scope="session")
def outputs(tmp_path_factory):
    """A folder in which every command has run, in process."""
    folder = tmp_path_factory.mktemp("golden")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for command in COMMANDS:
            assert _run(command.words.split()) == 0, command.words
    return folder
