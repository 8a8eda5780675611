process DMISO_ISOMIRS {
    tag "$meta.id"
    label 'process_medium'

    conda "${moduleDir}/environment.yml"
    container "${ workflow.containerEngine in ['singularity', 'apptainer'] && !task.ext.singularity_pull_docker_container ?
        'https://depot.galaxyproject.org/singularity/dmiso:0.1.0--pyhdfd78af_0':
        'quay.io/biocontainers/dmiso:0.1.0--pyhdfd78af_0' }"

    input:
    tuple val(meta), path(reads)
    tuple val(meta2), path(mature), path(hairpin)

    output:
    tuple val(meta), path("${prefix}/isomirs.gff3"), emit: gff3
    tuple val(meta), path("${prefix}/counts/*.tsv"), emit: counts
    tuple val(meta), path("${prefix}/multiqc/*_mqc.json"), emit: multiqc
    tuple val(meta), path("${prefix}/manifest.json"), emit: manifest
    tuple val("${task.process}"), val('dmiso'), eval("dmiso --version | sed 's/.* //'"), topic: versions, emit: versions_dmiso

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    dmiso isomirs \\
        $args \\
        --mature $mature \\
        --hairpin $hairpin \\
        --workers $task.cpus \\
        -o $prefix \\
        $reads
    """

    stub:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    echo $args
    mkdir -p ${prefix}/counts ${prefix}/multiqc
    touch ${prefix}/isomirs.gff3
    touch ${prefix}/counts/mirnas.tsv
    touch ${prefix}/multiqc/dmiso_isomirs_types_mqc.json
    touch ${prefix}/manifest.json
    """
}
