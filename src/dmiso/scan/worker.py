"""A child interpreter that makes shards: reads a job as JSON on standard input, says each shard's number when done."""

from __future__ import annotations

import json
import sys

from dmiso.errors import DmisoError
from dmiso.scan.shards import OpenJob, ScanJob

__all__: list[str] = []


def _main() -> int:
    said = json.loads(sys.stdin.read())
    try:
        work = OpenJob(ScanJob.from_text(said["job"]))
        for number in said["shards"]:
            work.run_shard(number)
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()
    except DmisoError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(_main())
