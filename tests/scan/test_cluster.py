"""Two Dask workers, one of them killed: nothing is lost, and nothing stands twice."""

import hashlib
import os
import signal
import threading
import time

import numpy as np
import pytest

from dmiso.scan import ScanSettings
from dmiso.scan.inputs import ScanInputs
from dmiso.scan.run import scan_files
from dmiso.scan.shards import ScanJob

distributed = pytest.importorskip("distributed", reason="the extra [cluster] is not installed")


@pytest.mark.filterwarnings("ignore")
def test_cluster__a_killed_worker_loses_nothing(pairing_model, tmp_path):
    from dmiso.scan.cluster import scan_on_cluster

    draw = np.random.default_rng(1)
    (tmp_path / "m.fa").write_text(">a\nUGAGGUAGUAGGUUGUAUAGUU\n>b\nUGGAAUGUAAAGAAGUAUGUAU\n")
    bases = ["".join(draw.choice(list("ACGU"), 3000)) for _ in range(12)]
    (tmp_path / "t.fa").write_text("".join(f">t{i}\n{x}\n" for i, x in enumerate(bases)))
    settings = ScanSettings(min_percentile=30, decoys=2, mirnas_per_shard=1, transcripts_per_shard=1)
    inputs = ScanInputs(tmp_path / "m.fa", tmp_path / "t.fa")
    alone = ScanJob(inputs, settings, tmp_path / "alone", str(pairing_model))
    shared = ScanJob(inputs, settings, tmp_path / "shared", str(pairing_model))
    scan_files(alone)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        killed = threading.Thread(target=kill_one, args=(shared.output / "shards", client))
        killed.start()
        result = scan_on_cluster(shared, client)
        killed.join()
    assert kill_one.victims, "no worker was killed while shards were made"
    assert result.merged.n_sites > 0
    # whole files only; what the killed worker was writing has a name that begins with a point
    assert len(finished_in(shared.output / "shards")) == 24
    for name in ("sites.parquet", "genes.parquet"):
        one, two = (hashlib.sha256((job.output / name).read_bytes()).hexdigest() for job in (alone, shared))
        assert one == two


def finished_in(shards):
    """Return the files that have their final names."""
    return [path for path in shards.iterdir() if not path.name.startswith(".")]


def kill_one(shards, client):
    """Kill a worker as soon as some shards are there, but not all."""
    kill_one.victims = []
    workers = list(client.run(os.getpid).values())
    while not shards.is_dir() or len(finished_in(shards)) < 3:
        time.sleep(0.01)
    if len(finished_in(shards)) < 24:
        os.kill(workers[0], signal.SIGKILL)
        kill_one.victims.append(workers[0])
