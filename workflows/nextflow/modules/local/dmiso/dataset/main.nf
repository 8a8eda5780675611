process DMISO_DATASET {
    tag "$meta.id"
    label 'process_single'

    conda "${moduleDir}/environment.yml"
    container "${ workflow.containerEngine in ['singularity', 'apptainer'] && !task.ext.singularity_pull_docker_container ?
        'https://depot.galaxyproject.org/singularity/dmiso:0.1.0--pyhdfd78af_0':
        'quay.io/biocontainers/dmiso:0.1.0--pyhdfd78af_0' }"

    input:
    tuple val(meta), path(interactions)
    tuple val(meta2), path(transcripts)

    output:
    tuple val(meta), path("${prefix}/data.parquet"), emit: data
    tuple val(meta), path("${prefix}/data.tsv"), emit: table
    tuple val(meta), path("${prefix}/multiqc/*_mqc.json"), emit: multiqc
    tuple val(meta), path("${prefix}/manifest.json"), emit: manifest
    tuple val("${task.process}"), val('dmiso'), eval("dmiso --version | sed 's/.* //'"), topic: versions, emit: versions_dmiso

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    dmiso dataset \\
        $args \\
        --transcripts $transcripts \\
        --tsv \\
        -o $prefix \\
        $interactions
    """

    stub:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    echo $args
    mkdir -p ${prefix}/multiqc
    touch ${prefix}/data.parquet
    touch ${prefix}/data.tsv
    touch ${prefix}/multiqc/dmiso_dataset_splits_mqc.json
    touch ${prefix}/manifest.json
    """
}
