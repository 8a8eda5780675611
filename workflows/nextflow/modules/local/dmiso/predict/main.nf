process DMISO_PREDICT {
    tag "$meta.id"
    label 'process_medium'

    conda "${moduleDir}/environment.yml"
    container "${ workflow.containerEngine in ['singularity', 'apptainer'] && !task.ext.singularity_pull_docker_container ?
        'https://depot.galaxyproject.org/singularity/dmiso:0.1.0--pyhdfd78af_0':
        'quay.io/biocontainers/dmiso:0.1.0--pyhdfd78af_0' }"

    input:
    tuple val(meta), path(mirnas)
    tuple val(meta2), path(targets)

    output:
    tuple val(meta), path("${prefix}.tsv"), emit: sites
    tuple val(meta), path("${prefix}.tsv_mqc.json"), emit: multiqc
    tuple val(meta), path("${prefix}.tsv.manifest.json"), emit: manifest
    tuple val("${task.process}"), val('dmiso'), eval("dmiso --version | sed 's/.* //'"), topic: versions, emit: versions_dmiso

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    dmiso predict \\
        $args \\
        --mirnas $mirnas \\
        --targets $targets \\
        --threads $task.cpus \\
        -o ${prefix}.tsv
    """

    stub:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    echo $args
    touch ${prefix}.tsv ${prefix}.tsv_mqc.json ${prefix}.tsv.manifest.json
    """
}
