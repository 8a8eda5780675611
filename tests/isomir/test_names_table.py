"""Names to candidates, a row each."""

import polars as pl
import pytest

from dmiso.columns import COLUMNS
from dmiso.errors import InputError, UsageError
from dmiso.io import read_table
from dmiso.isomir.names.table import NAMES_COLUMNS, NameAndBases, NamesInputs, look_up, names_of_table

MATURE = """>hsa-let-7a-5p MIMAT0000062 Homo sapiens let-7a-5p
UGAGGUAGUAGGUUGUAUAGUU
>hsa-let-7a-3p MIMAT0004481 Homo sapiens let-7a-3p
CUAUACAAUCUACUGUCUUUC
>mmu-let-7a-5p MIMAT0000521 Mus musculus let-7a-5p
UGAGGUAGUAGGUUGUAUAGUU
"""


@pytest.fixture
def mature(tmp_path):
    path = tmp_path / "mature.fa"
    path.write_text(MATURE)
    return path


def test_names__get_a_row_a_candidate(mature, tmp_path):
    found, counts = look_up(NamesInputs(("let-7a", "let-8"), (mature,), "hsa"), tmp_path / "names.tsv")
    assert found.select("name", "status", "mirna_id", "rules", "agrees").rows() == [
        ("let-7a", "several", "hsa-let-7a-5p", "arm", True),
        ("let-7a", "several", "hsa-let-7a-3p", "arm", True),
        ("let-8", "none", "", "", False),
    ]
    assert found["note"][2].startswith("near: hsa-let-7a-")
    assert (counts.kept["names: several"], counts.kept["names: none"]) == (1, 1)
    assert read_table(tmp_path / "names.tsv").columns == list(NAMES_COLUMNS)
    assert set(NAMES_COLUMNS) <= set(COLUMNS)


def test_table__gives_names_once_with_their_bases(tmp_path):
    (tmp_path / "t.tsv").write_text(
        "n\ts\nlet-7a*\tCTATACAATCTACTGTCTTTC\nlet-7a*\tctatacaatctactgtctttc\nlet-7a,b\tA\n\tA\n"
    )
    found = list(names_of_table(tmp_path / "t.tsv", name_column="n", sequence_column="s"))
    assert found == [
        NameAndBases("let-7a*", "CUAUACAAUCUACUGUCUUUC"),
        NameAndBases("let-7a"),
        NameAndBases("b"),
    ]


def test_bases_of_a_table__decide(mature, tmp_path):
    (tmp_path / "t.tsv").write_text("mirna_id\ts\nlet-7a*\tCTATACAATCTACTGTCTTTC\n")
    inputs = NamesInputs((), (mature,), "hsa", table=tmp_path / "t.tsv", sequence_column="s")
    found, _ = look_up(inputs)
    assert found.select("mirna_id", "status", "agrees").rows() == [
        ("hsa-let-7a-5p", "one", False),
        ("hsa-let-7a-3p", "one", True),
    ]


def test_bases_of_another_mirna__are_noted(mature, tmp_path):
    (tmp_path / "t.tsv").write_text("mirna_id\ts\nhsa-let-7a-5p\tCTATACAATCTACTGTCTTTC\n")
    inputs = NamesInputs((), (mature,), "hsa", table=tmp_path / "t.tsv", sequence_column="s")
    found, counts = look_up(inputs)
    assert set(found["note"]) == {"the nucleotides given are another miRNA's"}
    assert counts.sentences() == [
        "1 names whose nucleotides are not those of the miRNA they name (hsa-let-7a-5p)"
    ]


def test_mirgenedb__names_are_found_by_bases_and_told_for_candidates(mature, tmp_path):
    (tmp_path / "m.fa").write_text(
        ">Hsa-Let-7-P1_5p\nUGAGGUAGUAGGUUGUAUAGUU\n>Hsa-X_3p*\nCUAUACAAUCUACUGUCUUU\n"
    )
    inputs = NamesInputs(("Hsa-Let-7-P1_5p", "Hsa-X_3p", "let-7a"), (mature,), "hsa", tmp_path / "m.fa")
    found, _ = look_up(inputs)
    assert found.select("name", "mirna_id", "mirgenedb_ids", "rules").rows() == [
        ("Hsa-Let-7-P1_5p", "hsa-let-7a-5p", "Hsa-Let-7-P1_5p", "sequence"),
        ("Hsa-X_3p", "hsa-let-7a-3p", "Hsa-X_3p*", "ends"),
        ("let-7a", "hsa-let-7a-5p", "Hsa-Let-7-P1_5p", "arm"),
        ("let-7a", "hsa-let-7a-3p", "Hsa-X_3p*", "arm"),
    ]


def test_base_that_is_no_nucleotide__is_named(mature, tmp_path):
    (tmp_path / "t.tsv").write_text("mirna_id\ts\nlet-7a\tACZ\n")
    inputs = NamesInputs((), (mature,), table=tmp_path / "t.tsv", sequence_column="s")
    with pytest.raises(InputError, match=r"t.tsv, line 2, column s: 'Z' at position 3"):
        look_up(inputs)


def test_wrong_uses__are_told(mature):
    with pytest.raises(UsageError, match="Give names, or a table of them with --table"):
        look_up(NamesInputs((), (mature,)))
    with pytest.raises(
        UsageError, match=r"No reference miRNA begins with 'rno-'. Check --mature and --species"
    ):
        look_up(NamesInputs(("let-7a",), (mature,), "rno"))


def test_names_of_a_table__may_be_numbers(tmp_path):
    pl.DataFrame({"mirna_id": [21, 155]}).write_parquet(tmp_path / "x.parquet")
    found = names_of_table(tmp_path / "x.parquet", name_column="mirna_id", sequence_column=None)
    assert [one.name for one in found] == ["21", "155"]
