"""The reference that processes share: kept as numpy's files, and a full disk is told as such."""

import errno
from pathlib import Path

import numpy as np
import pytest

from dmiso.chimera.reference import make_reference, open_reference

SEQUENCES = {"a": "ACGUACGGUU", "b": "GGGUUUACGU"}


def test_make_reference__keeps_what_numpy_and_open_reference_read(tmp_path):
    made = make_reference(SEQUENCES, 4, folder=tmp_path / "r")
    kept = open_reference(tmp_path / "r", 4)
    assert kept.names == made.names
    for name in ("text", "begins", "starts", "positions"):
        np.testing.assert_array_equal(np.load(tmp_path / "r" / f"{name}.npy"), getattr(made, name))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here is always full")
def test_make_reference__on_a_full_disk_says_what_the_system_says(tmp_path):
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "starts.npy").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left on device") as caught:
        make_reference(SEQUENCES, 4, folder=tmp_path / "r")
    assert caught.value.errno == errno.ENOSPC
