process DMISO_SCAN {
    tag "$meta.id"
    label 'process_high'

    conda "${moduleDir}/environment.yml"
    container "${ workflow.containerEngine in ['singularity', 'apptainer'] && !task.ext.singularity_pull_docker_container ?
        'https://depot.galaxyproject.org/singularity/dmiso:0.1.0--pyhdfd78af_0':
        'quay.io/biocontainers/dmiso:0.1.0--pyhdfd78af_0' }"

    input:
    tuple val(meta), path(mirnas)
    tuple val(meta2), path(transcripts), path(cds)

    output:
    tuple val(meta), path("${prefix}/sites.parquet"), emit: sites
    tuple val(meta), path("${prefix}/genes.parquet"), emit: genes
    tuple val(meta), path("${prefix}/genes_total.parquet"), emit: totals
    tuple val(meta), path("${prefix}/report.html"), emit: report
    tuple val(meta), path("${prefix}/multiqc/*_mqc.json"), emit: multiqc
    tuple val(meta), path("${prefix}/scan.manifest.json"), emit: manifest
    tuple val("${task.process}"), val('dmiso'), eval("dmiso --version | sed 's/.* //'"), topic: versions, emit: versions_dmiso

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    def coding = cds ? "--cds $cds" : ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    dmiso scan \\
        $args \\
        --mirnas $mirnas \\
        --transcripts $transcripts \\
        $coding \\
        --workers $task.cpus \\
        --report \\
        -o $prefix
    """

    stub:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    echo $args
    mkdir -p ${prefix}/multiqc
    touch ${prefix}/sites.parquet
    touch ${prefix}/genes.parquet
    touch ${prefix}/genes_total.parquet
    touch ${prefix}/report.html
    touch ${prefix}/multiqc/dmiso_scan_q_values_mqc.json
    touch ${prefix}/scan.manifest.json
    """
}
