#!/usr/bin/env bash
# The test data of the wrappers: example files of dmiso, and small simulated reads.
#   workflows/galaxy/make_test_data.sh FOLDER
set -euo pipefail
folder=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
dmiso examples -o examples
for name in mature.fa hairpin.fa isomirs.fa transcripts.fa pairs.tsv test.tsv scores.tsv; do
  cp "examples/$name" "$folder/"
done
awk -F '\t' 'NR == 1 || n[$0 ~ /\t1\t/]++ < 40' examples/labelled.tsv > "$folder/few.tsv"
dmiso isomirs simulate --mature examples/mature.fa --hairpin examples/hairpin.fa --samples 1 --reads 300 -o small --quiet
cp small/control_1.fastq.gz "$folder/control.fastq.gz"
cp small/treated_1.fastq.gz "$folder/treated.fastq.gz"
dmiso chimeras simulate --mature examples/isomirs.fa --transcripts examples/transcripts.fa \
  --reads 600 --isomirs 8 --interactions 60 -o chimeric --quiet
cp chimeric/reads.fastq.gz "$folder/chimeric.fastq.gz"
dmiso chimeras chimeric/reads.fastq.gz --mature examples/isomirs.fa --transcripts examples/transcripts.fa \
  --adapter TGGAATTCTCGGGTGCCAAGG --umi5 8 --duplicates umi --min-reads 1 -o calls --quiet
cp calls/interactions.tsv "$folder/"
