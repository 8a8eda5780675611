process DMISO_TRAIN {
    tag "$meta.id"
    label 'process_high'

    conda "${moduleDir}/environment.yml"
    container "${ workflow.containerEngine in ['singularity', 'apptainer'] && !task.ext.singularity_pull_docker_container ?
        'https://depot.galaxyproject.org/singularity/dmiso:0.1.0--pyhdfd78af_0':
        'quay.io/biocontainers/dmiso:0.1.0--pyhdfd78af_0' }"

    input:
    tuple val(meta), path(data)

    output:
    tuple val(meta), path("${prefix}"), emit: model
    tuple val(meta), path("${prefix}/curves.tsv"), emit: curves
    tuple val(meta), path("${prefix}/multiqc/*_mqc.json"), emit: multiqc
    tuple val(meta), path("${prefix}/manifest.json"), emit: manifest
    tuple val("${task.process}"), val('dmiso'), eval("dmiso --version | sed 's/.* //'"), topic: versions, emit: versions_dmiso

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    dmiso train \\
        $args \\
        --threads $task.cpus \\
        -o $prefix \\
        $data
    """

    stub:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    echo $args
    mkdir -p ${prefix}/multiqc
    touch ${prefix}/config.json
    touch ${prefix}/weights.safetensors
    touch ${prefix}/curves.tsv
    touch ${prefix}/multiqc/dmiso_train_loss_mqc.json
    touch ${prefix}/manifest.json
    """
}
