process DMISO_EVALUATE {
    tag "$meta.id"
    label 'process_low'

    conda "${moduleDir}/environment.yml"
    container "${ workflow.containerEngine in ['singularity', 'apptainer'] && !task.ext.singularity_pull_docker_container ?
        'https://depot.galaxyproject.org/singularity/dmiso:0.1.0--pyhdfd78af_0':
        'quay.io/biocontainers/dmiso:0.1.0--pyhdfd78af_0' }"

    input:
    tuple val(meta), path(pairs), path(model)

    output:
    tuple val(meta), path("${prefix}/metrics.tsv"), emit: metrics
    tuple val(meta), path("${prefix}/comparisons.tsv"), emit: comparisons
    tuple val(meta), path("${prefix}/report.html"), emit: report
    tuple val(meta), path("${prefix}/multiqc/*_mqc.json"), emit: multiqc
    tuple val(meta), path("${prefix}/manifest.json"), emit: manifest
    tuple val("${task.process}"), val('dmiso'), eval("dmiso --version | sed 's/.* //'"), topic: versions, emit: versions_dmiso

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    def judged = model ? "--model $model" : ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    dmiso evaluate \\
        $args \\
        $judged \\
        --report \\
        -o $prefix \\
        $pairs
    """

    stub:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    echo $args
    mkdir -p ${prefix}/multiqc
    touch ${prefix}/metrics.tsv
    touch ${prefix}/comparisons.tsv
    touch ${prefix}/report.html
    touch ${prefix}/multiqc/dmiso_evaluate_metrics_mqc.json
    touch ${prefix}/manifest.json
    """
}
