"""Scan with Dask on SLURM: workers are SLURM jobs that take shard after shard; the tables are put together here.

Use: python dask_slurm.py --mirnas mirnas.fa --transcripts mrna.fa --cds cds.tsv --known mature.fa --jobs 100 -o scan
on a machine that may call sbatch, with dmiso's extra ``cluster``. After any failure the same line does what is left.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dask_jobqueue import SLURMCluster
from distributed import Client

from dmiso.scan import ScanSettings
from dmiso.scan.cluster import scan_on_cluster
from dmiso.scan.inputs import ScanInputs
from dmiso.scan.shards import ScanJob

FILES = ("mirnas", "transcripts", "cds", "annotation", "genome", "known", "genes")
ONE_THREAD = [f"export {name}_NUM_THREADS=1" for name in ("OMP", "OPENBLAS", "NUMBA")]


def main() -> None:
    """Start workers, scan, stop them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name in FILES:
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--model")
    parser.add_argument("--min-percentile", type=float, default=99.0)
    parser.add_argument("--decoys", type=int, default=2)
    parser.add_argument("--mirnas-per-shard", type=int, default=50)
    parser.add_argument("--transcripts-per-shard", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=10, help="SLURM jobs, a core each")
    parser.add_argument("--memory", default="2GB")
    parser.add_argument("--walltime", default="04:00:00")
    parser.add_argument("--interface", help="network interface that the nodes share, such as ib0")
    given = vars(parser.parse_args())
    # workers get absolute paths: they may start elsewhere
    inputs = ScanInputs(**{name: given[name].absolute() for name in FILES if given[name]})
    names = ("min_percentile", "decoys", "mirnas_per_shard", "transcripts_per_shard")
    settings = ScanSettings(**{name: given[name] for name in names})
    job = ScanJob(inputs, settings, given["output"].absolute(), given["model"])
    with SLURMCluster(
        cores=1,
        processes=1,
        memory=given["memory"],
        walltime=given["walltime"],
        interface=given["interface"],
        job_script_prologue=ONE_THREAD,
        log_directory="logs",
    ) as cluster:
        # adapt, not scale: a worker that dies is replaced
        cluster.adapt(minimum_jobs=1, maximum_jobs=given["jobs"])
        with Client(cluster) as client:
            result = scan_on_cluster(job, client, command=sys.argv)
    sys.stderr.write(f"{given['output']}: {result.counts.kept['sites']:,} sites\n")


if __name__ == "__main__":
    main()
