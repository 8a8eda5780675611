"""Chimeric reads to interactions, a data set, a model, and how good it is."""

chimera_targets = [
    f"{RESULTS}/chimeras/interactions.tsv",
    f"{RESULTS}/model/config.json",
    f"{RESULTS}/evaluation/metrics.tsv",
]


rule chimeras:
    input:
        reads=list(config["chimeras"]["reads"]),
        mature=config["references"]["mature"],
        transcripts=config["references"]["transcripts"],
    output:
        interactions=f"{RESULTS}/chimeras/interactions.tsv",
        funnel=f"{RESULTS}/chimeras/funnel.tsv",
    params:
        folder=lambda wildcards, output: str(Path(output.interactions).parent),
        options=config["chimeras"]["options"],
    log:
        f"{RESULTS}/logs/chimeras.log",
    threads: 4
    resources:
        mem_mb=8000,
        runtime=720,
    conda:
        "../envs/dmiso.yaml"
    container:
        config["container"]
    shell:
        "dmiso chimeras {input.reads} --mature {input.mature} --transcripts {input.transcripts} "
        "--workers {threads} --report {params.options} -o {params.folder} 2> {log}"


rule dataset:
    input:
        interactions=rules.chimeras.output.interactions,
        transcripts=config["references"]["transcripts"],
    output:
        data=f"{RESULTS}/dataset/data.parquet",
        table=f"{RESULTS}/dataset/data.tsv",
    params:
        folder=lambda wildcards, output: str(Path(output.data).parent),
        options=config["chimeras"]["dataset_options"],
    log:
        f"{RESULTS}/logs/dataset.log",
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    conda:
        "../envs/dmiso.yaml"
    container:
        config["container"]
    shell:
        "dmiso dataset {input.interactions} --transcripts {input.transcripts} "
        "--tsv {params.options} -o {params.folder} 2> {log}"


rule train:
    input:
        data=rules.dataset.output.data,
    output:
        config=f"{RESULTS}/model/config.json",
        weights=f"{RESULTS}/model/weights.safetensors",
    params:
        folder=lambda wildcards, output: str(Path(output.config).parent),
        epochs=config["chimeras"]["epochs"],
        options=config["chimeras"]["train_options"],
    log:
        f"{RESULTS}/logs/train.log",
    threads: 4
    resources:
        mem_mb=8000,
        runtime=1440,
    conda:
        "../envs/dmiso.yaml"
    container:
        config["container"]
    shell:
        "dmiso train {input.data} --threads {threads} --epochs {params.epochs} "
        "{params.options} -o {params.folder} 2> {log}"


rule test_pairs:
    input:
        table=rules.dataset.output.table,
    output:
        f"{RESULTS}/test_pairs.tsv",
    log:
        f"{RESULTS}/logs/test_pairs.log",
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    conda:
        "../envs/dmiso.yaml"
    container:
        config["container"]
    shell:
        "awk -F '\\t' 'NR == 1 {{ for (i = 1; i <= NF; i++) if ($i == \"split\") part = i }} "
        "NR == 1 || $part == \"test\"' {input.table} > {output} 2> {log}"


rule evaluate:
    input:
        pairs=rules.test_pairs.output,
        model=rules.train.output.config,
    output:
        metrics=f"{RESULTS}/evaluation/metrics.tsv",
    params:
        model=lambda wildcards, input: str(Path(input.model).parent),
        folder=lambda wildcards, output: str(Path(output.metrics).parent),
        options=config["chimeras"]["evaluate_options"],
    log:
        f"{RESULTS}/logs/evaluate.log",
    threads: 1
    resources:
        mem_mb=4000,
        runtime=120,
    conda:
        "../envs/dmiso.yaml"
    container:
        config["container"]
    shell:
        "dmiso evaluate {input.pairs} --model {params.model} --report {params.options} "
        "-o {params.folder} > {log} 2>&1"
