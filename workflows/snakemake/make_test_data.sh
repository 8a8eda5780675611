#!/usr/bin/env bash
# Small simulated reads and their references, and a configuration that runs both parts of the workflow on them.
#   workflows/snakemake/make_test_data.sh FOLDER
set -euo pipefail
folder=$1
mkdir -p "$folder"
cd "$folder"
dmiso examples -o references
dmiso isomirs simulate --mature references/mature.fa --hairpin references/hairpin.fa --samples 1 --reads 2000 -o small-rna --quiet
dmiso chimeras simulate --mature references/isomirs.fa --transcripts references/transcripts.fa \
  --reads 3000 --isomirs 8 --interactions 200 -o chimeric --quiet
cat > config.yaml <<'END'
results: results
references:
  mature: references/mature.fa
  hairpin: references/hairpin.fa
  transcripts: references/transcripts.fa
genes:
  reads: [small-rna/control_1.fastq.gz, small-rna/treated_1.fastq.gz]
  top: 5
  isomirs_options: ""
  scan_options: "--as-utrs --decoys 2"
chimeras:
  reads: [chimeric/reads.fastq.gz]
  options: "--adapter TGGAATTCTCGGGTGCCAAGG --umi5 8 --duplicates umi --min-reads 1"
  dataset_options: "--ratio 1"
  epochs: 2
  train_options: "--batch-size 32"
  evaluate_options: "--no-pictures --baseline seed_class"
multiqc: false
END
