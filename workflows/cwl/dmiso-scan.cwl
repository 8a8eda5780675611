#!/usr/bin/env cwl-runner
cwlVersion: v1.2
class: CommandLineTool
id: dmiso-scan
label: dmiso scan
doc: |
  Scan whole transcriptomes with miRNAs or isomiRs: sites with q-values, and genes by predicted repression.

baseCommand: [dmiso, scan]

hints:
  SoftwareRequirement:
    packages:
      dmiso:
        version: ["0.1.0"]
  DockerRequirement:
    dockerPull: dmiso:0.1.0
  ResourceRequirement:
    coresMin: 1
    ramMin: 4000

inputs:
  mirnas:
    type: File
    doc: miRNAs or isomiRs; FASTA, a table with sequence and read_count, or mirGFF3
    inputBinding: {prefix: --mirnas}
  transcripts:
    type: File
    doc: mRNAs, FASTA
    inputBinding: {prefix: --transcripts}
  cds:
    type: File?
    doc: coding sequences; transcript_id, cds_start, cds_end
    inputBinding: {prefix: --cds}
  as_utrs:
    type: boolean?
    doc: the transcripts are 3'UTRs
    inputBinding: {prefix: --as-utrs}
  decoys:
    type: int?
    doc: shuffled miRNAs scanned for each miRNA
    inputBinding: {prefix: --decoys}
  max_q:
    type: float?
    doc: largest q-value of a reported site
    inputBinding: {prefix: --max-q}
  model:
    type: string?
    doc: a bundled model
    inputBinding: {prefix: --model}
  workers:
    type: int?
    doc: processes
    default: 1
    inputBinding: {prefix: --workers}
  seed:
    type: int?
    doc: seed of everything random
    inputBinding: {prefix: --seed}
  output:
    type: string
    doc: folder of the results
    default: scan
    inputBinding: {prefix: --output}

arguments: [--report, --also, tsv]

outputs:
  sites:
    type: File
    doc: a row per site
    outputBinding: {glob: $(inputs.output)/sites.parquet}
  sites_table:
    type: File
    doc: the same as text
    outputBinding: {glob: $(inputs.output)/sites.tsv}
  genes:
    type: File
    doc: a row per miRNA and gene
    outputBinding: {glob: $(inputs.output)/genes.parquet}
  genes_total:
    type: File
    doc: all miRNAs together, a row per gene
    outputBinding: {glob: $(inputs.output)/genes_total.parquet}
  report:
    type: File
    doc: one page of the run
    outputBinding: {glob: $(inputs.output)/report.html}
  manifest:
    type: File
    doc: versions, hashes of inputs, settings and numbers
    outputBinding: {glob: $(inputs.output)/scan.manifest.json}
  multiqc:
    type: File[]
    doc: what MultiQC shows of the run
    outputBinding: {glob: $(inputs.output)/multiqc/*_mqc.json}
