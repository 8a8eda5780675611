"""Programs with environments of their own, and dmiso as they find it: a program on the path."""

import os
import shlex
import sys
from pathlib import Path

import pytest

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"


def program(name, variable):
    """Return a program from its variable; without it the test is skipped, in CI it fails."""
    named = os.environ.get(variable)
    if named is None:
        reason = (
            f"{name} is absent: install it in an environment of its own, and set {variable} to its program"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    assert Path(named).is_file(), f"{variable}: {named} is no program"
    return named


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """An environment in which ``dmiso`` is the program that is tested, and caches lie in a folder of their own."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "dmiso"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m dmiso "$@"\n')
    script.chmod(0o755)
    caches = tmp_path_factory.mktemp("caches")
    return {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(caches / "cache"),
        "XDG_CONFIG_HOME": str(caches / "config"),
        "HOME": str(caches),
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_COLOR": "1",
    }
