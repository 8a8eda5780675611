"""The names of calls survive where their file is an input again."""

import pytest

from dmiso.errors import InputError, UsageError
from dmiso.isomir.counted import read_counted
from dmiso.records import Counts

_LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
CALLS = (
    "sequence_id\tsequence\tread_count\tmirna_id\tvariant\tn_parents\n"
    f"seq_1\t{_LET7}\t90\thsa-let-7a-5p\tNA\t1\n"
    f"seq_2\t{_LET7[1:]}\t9\thsa-let-7a-5p\tiso_5p:+1\t2\n"
    f"seq_2\t{_LET7[1:]}\t9\thsa-let-7f-5p\tiso_5p:+1,iso_3p:-1\t2\n"
)
NAMES = ["hsa-let-7a-5p", "hsa-let-7a-5p|iso_5p:+1/hsa-let-7f-5p|iso_5p:+1,iso_3p:-1"]


def test_table_of_calls__gives_each_sequence_once_by_the_names_of_its_mirnas(tmp_path):
    path = tmp_path / "calls.tsv"
    path.write_text(CALLS)
    found = list(read_counted(path, Counts(), call_names=True).sequences)
    assert [one.id for one in found] == NAMES
    assert [one.counts for one in found] == [(90,), (9,)]
    assert [one.id for one in read_counted(path, Counts()).sequences] == ["seq_1", "seq_2", "seq_2"]


def test_mirgff3__gives_each_sequence_once_by_the_names_of_its_mirnas(tmp_path):
    path = tmp_path / "calls.gff3"
    lines = ["## mirGFF3. VERSION 1.2", "## source-ontology: miRBase22", "## COLDATA: s"]
    for bases, reads, mirna, variant in (
        (_LET7, 90, "hsa-let-7a-5p", "NA"),
        (_LET7[1:], 9, "hsa-let-7a-5p", "iso_5p:+1"),
        (_LET7[1:], 9, "hsa-let-7f-5p", "iso_5p:+1,iso_3p:-1"),
    ):
        lines.append(
            f"hsa-let-7a-1\tmiRBase22\tisomiR\t6\t27\t.\t+\t.\tRead {bases.replace('U', 'T')}; UID iso-22-X; "
            f"Name {mirna}; Parent hsa-let-7a-1; Variant {variant}; Cigar 22M; Expression {reads}; Filter Pass; Hits 1;"
        )
    path.write_text("\n".join(lines) + "\n")
    found = list(read_counted(path, Counts(), call_names=True).sequences)
    assert [one.id for one in found] == NAMES


@pytest.mark.parametrize("name", ["seq_1_x1500", "1-1500"])
def test_counts_in_names__are_noted_and_not_taken_by_themselves(name, tmp_path):
    path = tmp_path / "r.fa"
    path.write_text(f">{name}\n{_LET7}\n")
    counts = Counts()
    assert [one.counts for one in read_counted(path, counts, counts_from_names=False).sequences] == [(1,)]
    assert any("use --counts-from-names" in sentence for sentence in counts.notes)
    counts = Counts()
    list(read_counted(path, counts).sequences)
    assert any("give a table with read_count" in sentence for sentence in counts.notes)


def test_names_that_end_in_numbers_by_nature__are_not_noted(tmp_path):
    path = tmp_path / "r.fa"
    path.write_text(f">hsa-miR-21\n{_LET7}\n")
    counts = Counts()
    list(read_counted(path, counts, counts_from_names=False).sequences)
    assert not counts.notes


def test_more_reads_than_can_be__are_refused(tmp_path):
    path = tmp_path / "r.fa"
    path.write_text(f">seq_x{'9' * 20}\n{_LET7}\n")
    with pytest.raises(InputError, match="more reads than there can be"):
        list(read_counted(path, Counts(), counts_from_names=True).sequences)


@pytest.mark.parametrize("options", [{"collapse": True}, {"counts_from_names": True}])
def test_options_of_reads__are_refused_for_tables(options, tmp_path):
    path = tmp_path / "calls.tsv"
    path.write_text(CALLS)
    with pytest.raises(UsageError, match="FASTA and FASTQ; the input is a table"):
        read_counted(path, Counts(), **options)
