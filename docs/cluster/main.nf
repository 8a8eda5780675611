// Scan with Nextflow: a task for each part of the shards, then one that puts the tables together. NOT RUN: the engine
// could not be had where the other scripts were. After any failure the same line with -resume does what is left.
// Use: nextflow run main.nf --mirnas mirnas.fa --transcripts mrna.fa --known mature.fa --output scan --tasks 16

params.mirnas = null
params.transcripts = null
params.cds = null
params.annotation = null
params.genome = null
params.known = null
params.genes = null
params.options = ''  // of dmiso scan, such as '--decoys 2'
params.output = 'scan'
params.tasks = 100

// the same words in every task; absolute paths, as tasks run in folders of their own
def words() {
    def names = ['mirnas', 'transcripts', 'cds', 'annotation', 'genome', 'known', 'genes']
    def files = names.findAll { name -> params[name] }.collect { name -> "--${name} '${file(params[name]).toAbsolutePath()}'" }
    return "${files.join(' ')} ${params.options} -o '${file(params.output).toAbsolutePath()}'"
}

process PART {
    cpus 1
    memory '1 GB'
    time '4h'
    errorStrategy 'retry'
    maxRetries 2

    input:
    val part

    output:
    val part

    script:
    """
    export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 NUMBA_NUM_THREADS=1
    dmiso scan ${words()} --shard ${part}/${params.tasks}
    """
}

process MERGE {
    cpus 1
    memory '8 GB'
    time '4h'
    cache false

    input:
    val parts

    script:
    """
    dmiso scan ${words()} --resume
    """
}

workflow {
    PART(channel.of(1..(params.tasks as int)))
    MERGE(PART.out.collect())
}
