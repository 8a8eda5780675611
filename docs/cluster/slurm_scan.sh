#!/usr/bin/env bash
# Scan on SLURM: an array of tasks makes the shards; a job that waits for all of them puts the tables together.
# Use: bash slurm_scan.sh [options of dmiso scan] -o FOLDER. After any failure the same line again does what is left.
# Paths must lead to the same files on all nodes. Partition, account: SBATCH_PARTITION=… SBATCH_ACCOUNT=… before bash.
set -euo pipefail

TASKS=${TASKS:-100}               # of the array, at most as many as shards; TASKS=20 bash slurm_scan.sh … is another
MEMORY=${MEMORY:-1G}              # of a task; the page "Clusters" of the documentation has the sums
MERGE_MEMORY=${MERGE_MEMORY:-8G}  # of the job that puts the tables together
TIME=${TIME:-04:00:00}            # of each
LOGS=${LOGS:-logs}

case "${1:-}" in
task) # task TASKS OPTIONS...
  dmiso scan "${@:3}" --shard "$SLURM_ARRAY_TASK_ID/$2"
  ;;
merge) # merge OPTIONS...
  dmiso scan "${@:2}" --resume
  ;;
-*)
  mkdir -p "$LOGS"
  common=(--parsable --export=ALL --cpus-per-task=1 --time="$TIME" --requeue)
  # one thread a task: SLURM gives it one core
  export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 NUMBA_NUM_THREADS=1
  array=$(sbatch "${common[@]}" --job-name=scan --mem="$MEMORY" --array="1-$TASKS" \
    --output="$LOGS/scan-%A_%a.log" "$0" task "$TASKS" "$@")
  merge=$(sbatch "${common[@]}" --job-name=scan-merge --mem="$MERGE_MEMORY" --output="$LOGS/merge-%j.log" \
    --dependency="afterok:${array%%;*}" --kill-on-invalid-dep=yes "$0" merge "$@")
  echo "array ${array%%;*}, then merge ${merge%%;*}; their output is in $LOGS/" >&2
  ;;
*)
  echo "Give the options of dmiso scan, such as --mirnas mirnas.fa --transcripts mrna.fa -o scan" >&2
  exit 2
  ;;
esac
