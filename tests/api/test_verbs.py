"""The public verbs do what the commands do, with files, dicts and frames; results show themselves."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import dmiso
from dmiso.api.given import as_sequences
from dmiso.errors import DmisoError, UsageError
from dmiso.examples import write_examples
from dmiso.records import Counts

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
TRANSCRIPT = "GCAGCAGCAUUGCAACUAUACAACCUACUACCUCAUUGCAGCAAGC"


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    write_examples(folder)
    return folder


def test_predict__gives_the_same_for_files_dicts_and_frames(examples):
    from_files = dmiso.predict(mirnas=examples / "isomirs.fa", targets=str(examples / "transcripts.fa"))
    mirnas = dict(from_files.select("mirna_id", "mirna_sequence").unique(maintain_order=True).iter_rows())
    assert dmiso.predict(mirnas=mirnas, targets=examples / "transcripts.fa").equals(from_files)
    pairs = pl.read_csv(examples / "pairs.tsv", separator="\t")
    from_pairs = dmiso.predict(pairs)
    assert dmiso.predict(examples / "pairs.tsv")["logit"].to_list() == from_pairs["logit"].to_list()
    of_pandas = dmiso.predict(pd.DataFrame(pairs.to_dicts()))
    assert isinstance(of_pandas, pd.DataFrame)
    assert of_pandas["logit"].tolist() == from_pairs["logit"].to_list()


def test_scan__finds_the_same_in_memory_and_from_files(examples, tmp_path):
    found = dmiso.scan(examples / "isomirs.fa", examples / "transcripts.fa", output=tmp_path / "out")
    kept = pl.read_parquet(tmp_path / "out" / "sites.parquet")
    assert found.sites.equals(kept)
    targets = {r.id: r.sequence for r in as_sequences(examples / "transcripts.fa", "t", Counts())}
    again = dmiso.scan(examples / "isomirs.fa", targets)
    assert again.sites.equals(found.sites)
    assert again.genes.equals(found.genes)


def test_scan__knows_only_its_settings():
    with pytest.raises(TypeError, match="decoy_number"):
        dmiso.scan(LET7, {"t": TRANSCRIPT}, decoy_number=3)


def test_results__show_themselves_and_escape_names():
    found = dmiso.scan({"<script>alert(1)</script>": LET7}, {"t": TRANSCRIPT}, decoys=0)
    shapes = [
        f"{name}: 1 rows x {getattr(found, name).width} columns" for name in ("sites", "genes", "genes_total")
    ]
    assert repr(found) == f"ScanTables({', '.join(shapes)})"
    page = found._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_isomirs__takes_sequences_and_tables_with_counts(examples):
    reference = {"mature": examples / "mature.fa", "hairpin": examples / "hairpin.fa"}
    read = "AUGAGGUAGUAGGUUGUAUAGUUUU"
    one = dmiso.isomirs({"read": read}, **reference)
    assert one["variant"].to_list() == ["iso_5p:-1,iso_3p:+2"]
    counted = dmiso.isomirs(pd.DataFrame({"sequence": [read], "read_count": [7]}), **reference)
    assert isinstance(counted, pd.DataFrame)
    assert counted["read_count"].tolist() == [7]


def test_dataset_and_audit__go_from_frame_to_report(examples):
    frame = pl.read_csv(examples / "labelled.tsv", separator="\t").filter(pl.col("label") == 1)
    data = dmiso.dataset(frame.drop("label", "split", "cluster"), site_rule="as-given")
    assert set(data["label"]) == {0, 1}
    report = dmiso.audit(data)
    assert report.rows == data.height
    assert repr(report).startswith(f"AuditReport({report.verdict}, ")
    assert "mirna_balance" in report._repr_html_()


def test_audit__asks_any_function_what_it_makes_of_other_mirnas_sites(examples):
    def knows_let7(mirnas, targets):
        return np.array([-1.0 * ("UACCUC" in target) for target in targets])

    report = dmiso.audit(
        examples / "test.tsv", models={"mine": knows_let7, "no calls": knows_let7}, thresholds={"mine": 0.5}
    )
    checks = {check.name: check for check in report.checks}
    assert checks["model_competition mine"].verdict == "convicted"
    assert checks["model_own_pieces mine"].verdict == "cleared"
    assert checks["model_repeats mine"].verdict == "cleared"
    assert checks["model_repeats no calls"].verdict == "not run"
    assert "no calls has no threshold" in checks["model_repeats no calls"].sentence


def test_evaluate_fair__keeps_other_columns_and_takes_what_is_known_of_sites(examples, tmp_path):
    pytest.importorskip("RNA")
    table = pl.read_csv(examples / "test.tsv", separator="\t").with_columns(mine=pl.int_range(pl.len()))
    path = tmp_path / "fair.parquet"
    fair = dmiso.evaluate_fair(table, positives=[examples / "labelled.tsv"], output=path, seedless=True)
    assert fair["label"].mean() == 0.5
    assert set(fair["mine"]) < set(table["mine"])
    assert pl.read_parquet(path).equals(fair)


def test_evaluate_genes__takes_frames_and_dicts_and_gives_frames(examples):
    responses = pl.read_csv(examples / "gene_responses.tsv", separator="\t")
    lines = (examples / "gene_utrs.fa").read_text().split()
    utrs = {name[1:]: bases for name, bases in zip(lines[::2], lines[1::2], strict=True)}
    mine = responses.select("mirna_id", "gene_id", score=-pl.col("response"))
    settings = {"best": 8, "min_responders": 3, "energy_genes": 2, "replicates": 5}
    found = dmiso.evaluate_genes(
        responses, scores={"mine": mine}, utrs=utrs, lower_is_better=["mine"], **settings
    )
    value = dict(found.metrics.filter(metric="spearman").select("scorer", "value").iter_rows())
    assert value["mine"] == pytest.approx(1)
    assert {"tool", "seed_type_sum", "rnaduplex"} < set(value)
    listed = dmiso.evaluate_genes([examples / "gene_responses.tsv"], score_columns=["tool"], **settings)
    assert listed.metrics["scorer"].unique().to_list() == ["tool"]
    assert listed.counts.kept["experiments"] == 4


def test_evaluate_genes__writes_again_to_its_own_folder_and_to_no_other(examples, tmp_path):
    settings = {"best": 8, "replicates": 0, "output": tmp_path / "out"}
    for _ in range(2):
        dmiso.evaluate_genes(examples / "gene_responses.tsv", **settings)
    assert (tmp_path / "out" / "summary.md").is_file()
    data = pl.read_csv(examples / "test.tsv", separator="\t")
    with pytest.raises(UsageError, match="did not make"):
        dmiso.evaluate(data, scores={"s": [0.0] * data.height}, output=tmp_path / "out")


def test_evaluate__judges_scores_given_as_a_dict(examples):
    table = pl.read_csv(examples / "test.tsv", separator="\t")
    found = dmiso.evaluate(
        table, scores={"label_itself": table["label"].to_list()}, replicates=10, baselines=["target_gc"]
    )
    row = found.metrics.filter((pl.col("scorer") == "label_itself") & (pl.col("metric") == "auroc"))
    assert row["value"].to_list() == [1.0]
    assert repr(found).startswith("EvaluationTables(metrics: ")


def test_evaluate__of_positives_alone_gives_their_recall():
    rows = {
        "mirna_sequence": ["UAGCUUAUCAGA"] * 2,
        "target_sequence": ["GGGAUAAGCUAG", "GGGGGGGGGGGG"],
        "label": [1, 1],
    }
    found = dmiso.evaluate(rows, tools=["targetscan"], recall_only=True, replicates=0)
    assert found.recall["recall"].to_list() == [0.5]
    assert (found.metrics, found.names) == (None, None)
    assert repr(found).startswith("EvaluationTables(recall: 1 rows")


def test_chimeras__refuses_an_unknown_rule_and_names_the_near_one(examples):
    with pytest.raises(UsageError, match="adapter"):
        dmiso.chimeras(
            "r.fq", mature=examples / "mature.fa", transcripts=examples / "transcripts.fa", adaptor="ACGU"
        )


def test_chimeras__part_samples_by_a_frame_of_barcodes_and_follow_a_kit(examples, tmp_path):
    mirna = "UGAGGUAGUAGGUUGUAUAGUU"
    draw = np.random.default_rng(1)
    transcript = "".join(draw.choice(list("ACGU"), 900))
    reads = [(("AC", "GT")[i % 2], mirna + transcript[20 * i : 20 * i + 40]) for i in range(20)]
    path = tmp_path / "pool.fastq"
    tail = "AACTGTAGGCACCATCAAT" + "ACGTACGTACGT"  # QIAseq's adapter, and a UMI behind it
    lines = [(barcode + insert).replace("U", "T") + tail for barcode, insert in reads]
    path.write_text("".join(f"@r{i}\n{line}\n+\n{'I' * len(line)}\n" for i, line in enumerate(lines)))
    found = dmiso.chimeras(
        path,
        mature={"hsa-let-7a-5p": mirna},
        transcripts={"NM_1": transcript},
        barcodes=pl.DataFrame({"sample": ["a", "b"], "barcode": ["AC", "GT"]}),
        kit="qiaseq",
        min_reads=1,
        barcode_mismatches=0,
    )
    samples = found.interactions["sample_counts"].str.split(",").list.get(0).cast(pl.Int64)
    assert (samples.sum(), found.interactions["read_count"].sum()) == (10, 20)
    assert found.diagnoses == ()


def test_compare_and_explain__answer_for_one_pair():
    found = dmiso.compare("U" + LET7[1:], LET7, {"t": TRANSCRIPT}, decoys=0, max_q=1.0)
    assert found.sites.height >= 1
    assert repr(found).startswith("Comparison(sites: ")
    pair = dmiso.explain(LET7, TRANSCRIPT)
    assert "seed class 8mer" in pair._repr_html_()
    assert len(repr(pair)) < 200


SCRIPT = """
import dmiso
dmiso.train({data!r}, {out!r}, epochs=1, network="dmiso", threads=1)
dmiso.scan({mirnas!r}, {transcripts!r}, workers=2, transcripts_per_shard=2, decoys=0, output={scan!r})
print("done once")
"""


def test_scripts__need_no_main_guard(examples, tmp_path):
    pytest.importorskip("torch")
    names = {"data": "labelled.tsv", "mirnas": "isomirs.fa", "transcripts": "transcripts.fa"}
    code = SCRIPT.format(
        **{name: str(examples / file) for name, file in names.items()},
        out=str(tmp_path / "model"),
        scan=str(tmp_path / "scan"),
    )
    (tmp_path / "script.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "-P", str(tmp_path / "script.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("done once") == 1
    assert (tmp_path / "model" / "weights.safetensors").exists()


def test_names__are_complete_and_a_wrong_one_is_an_attribute_error():
    for name in dmiso.__all__:
        assert getattr(dmiso, name) is not None
    assert set(dmiso.__all__) <= set(dir(dmiso))
    with pytest.raises(AttributeError):
        dmiso.no_such_verb  # noqa: B018 - reading it is the test
    assert issubclass(DmisoError, Exception)


def test_page__its_example_runs():
    text = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
    lines = text.splitlines()
    start = lines.index("    import dmiso")
    end = next(i for i, line in enumerate(lines) if line.startswith("| function |"))
    code = "\n".join(line[4:] for line in lines[start:end])
    scope = {}
    exec(compile(code, "python.md", "exec"), scope)
    assert scope["found"].sites.height == 1
    for name in set(dmiso.__all__) - {"__version__", "load_model"}:
        assert f"| `dmiso.{name}` |" in text
