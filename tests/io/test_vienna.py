"""The .vienna writer."""

from dmiso.io.vienna import ViennaRecord, write_vienna


def test_vienna__three_lines_a_record_in_dna(tmp_path):
    path = tmp_path / "a.vienna"
    records = [ViennaRecord("r1", "GGUAACC", "((...))", -1.5), ViennaRecord("r2", "AAA", "...", 0.0)]
    assert write_vienna(path, records) == 2
    assert path.read_text() == ">r1\nGGTAACC\n((...))\t(-1.50)\n>r2\nAAA\n...\t(0.00)\n"
