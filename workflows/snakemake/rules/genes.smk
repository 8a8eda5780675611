"""Small-RNA FASTQ to isomiRs and counts, the most abundant of them to sites and genes."""

genes_targets = [
    f"{RESULTS}/isomirs/counts/mirnas.tsv",
    f"{RESULTS}/scan/sites.parquet",
    f"{RESULTS}/genes.tsv",
]


rule isomirs:
    input:
        reads=list(config["genes"]["reads"]),
        mature=config["references"]["mature"],
        hairpin=config["references"]["hairpin"],
    output:
        gff3=f"{RESULTS}/isomirs/isomirs.gff3",
        mirnas=f"{RESULTS}/isomirs/counts/mirnas.tsv",
        isomirs=f"{RESULTS}/isomirs/counts/isomirs.tsv",
    params:
        folder=lambda wildcards, output: str(Path(output.gff3).parent),
        options=config["genes"]["isomirs_options"],
    log:
        f"{RESULTS}/logs/isomirs.log",
    threads: 4
    resources:
        mem_mb=4000,
        runtime=120,
    conda:
        "../envs/dmiso.yaml"
    container:
        config["container"]
    shell:
        "dmiso isomirs {input.reads} --mature {input.mature} --hairpin {input.hairpin} "
        "--workers {threads} {params.options} -o {params.folder} 2> {log}"


rule scan:
    input:
        isomirs=rules.isomirs.output.isomirs,
        transcripts=config["references"]["transcripts"],
    output:
        sites=f"{RESULTS}/scan/sites.parquet",
        genes=f"{RESULTS}/scan/genes.parquet",
        totals=f"{RESULTS}/scan/genes_total.parquet",
    params:
        mirnas=lambda wildcards, input: str(Path(input.isomirs).parent.parent),
        folder=lambda wildcards, output: str(Path(output.sites).parent),
        top=config["genes"]["top"],
        options=config["genes"]["scan_options"],
    log:
        f"{RESULTS}/logs/scan.log",
    threads: 4
    resources:
        mem_mb=8000,
        runtime=720,
    conda:
        "../envs/dmiso.yaml"
    container:
        config["container"]
    shell:
        "dmiso scan --mirnas {params.mirnas} --top {params.top} --transcripts {input.transcripts} "
        "--workers {threads} --resume --report {params.options} -o {params.folder} 2> {log}"


rule genes:
    input:
        totals=rules.scan.output.totals,
    output:
        f"{RESULTS}/genes.tsv",
    params:
        folder=lambda wildcards, input: str(Path(input.totals).parent),
        question="SELECT * FROM genes_total ORDER BY repression NULLS LAST, binding DESC, gene_id",
    log:
        f"{RESULTS}/logs/genes.log",
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    conda:
        "../envs/dmiso.yaml"
    container:
        config["container"]
    shell:
        "dmiso scan query {params.folder} --sql {params.question:q} -o {output} 2> {log}"
