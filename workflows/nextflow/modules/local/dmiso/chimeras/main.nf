process DMISO_CHIMERAS {
    tag "$meta.id"
    label 'process_medium'

    conda "${moduleDir}/environment.yml"
    container "${ workflow.containerEngine in ['singularity', 'apptainer'] && !task.ext.singularity_pull_docker_container ?
        'https://depot.galaxyproject.org/singularity/dmiso:0.1.0--pyhdfd78af_0':
        'quay.io/biocontainers/dmiso:0.1.0--pyhdfd78af_0' }"

    input:
    tuple val(meta), path(reads)
    tuple val(meta2), path(mature), path(transcripts)

    output:
    tuple val(meta), path("${prefix}/interactions.tsv"), emit: interactions
    tuple val(meta), path("${prefix}/funnel.tsv"), emit: funnel
    tuple val(meta), path("${prefix}/isomirs.gff3"), emit: isomirs
    tuple val(meta), path("${prefix}/report.html"), emit: report
    tuple val(meta), path("${prefix}/multiqc/*_mqc.json"), emit: multiqc
    tuple val(meta), path("${prefix}/manifest.json"), emit: manifest
    tuple val("${task.process}"), val('dmiso'), eval("dmiso --version | sed 's/.* //'"), topic: versions, emit: versions_dmiso

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    dmiso chimeras \\
        $args \\
        --mature $mature \\
        --transcripts $transcripts \\
        --workers $task.cpus \\
        --report \\
        -o $prefix \\
        $reads
    """

    stub:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    echo $args
    mkdir -p ${prefix}/multiqc
    touch ${prefix}/interactions.tsv
    touch ${prefix}/funnel.tsv
    touch ${prefix}/isomirs.gff3
    touch ${prefix}/report.html
    touch ${prefix}/multiqc/dmiso_chimeras_funnel_mqc.json
    touch ${prefix}/manifest.json
    """
}
