"""One page of all runs: MultiQC, which shows what every run of dmiso leaves for it."""

import os

multiqc_targets = [f"{RESULTS}/multiqc/multiqc_report.html"]


rule multiqc:
    input:
        genes_targets if config["genes"]["reads"] else [],
        chimera_targets if config["chimeras"]["reads"] else [],
    output:
        f"{RESULTS}/multiqc/multiqc_report.html",
    params:
        searched=lambda wildcards, input: os.path.commonpath(list(input)),
        program=config["multiqc_program"],
        folder=lambda wildcards, output: str(Path(output[0]).parent),
    log:
        f"{RESULTS}/logs/multiqc.log",
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    conda:
        "../envs/multiqc.yaml"
    container:
        config["multiqc_container"]
    shell:
        "{params.program} --force --no-version-check --outdir {params.folder} {params.searched} > {log} 2>&1"
