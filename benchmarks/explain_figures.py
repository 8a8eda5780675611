"""Make the pictures and tables of docs/explain.md again, from the shared data.

    python benchmarks/explain_figures.py DATA [--published DIR] [--pairs 3000] [-o docs/figures]

DATA has ``chimeras/`` and ``motifs/``; DIR is the published model as ``dmiso models import-keras`` makes it. About five
minutes of one core, and some more where memelite has not been compiled yet.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

import polars as pl

from dmiso.explain.inputs import PairsInput
from dmiso.explain.model import explain_stored
from dmiso.explain.run_data import explain_data_files
from dmiso.explain.run_model import explain_model_files
from dmiso.explain.run_pair import explain_pair
from dmiso.models import resolve
from dmiso.plot.duplex_drawing import draw_duplex, draw_pair_page
from dmiso.plot.motif_logo import draw_pair_energies
from dmiso.plot.profiles import draw_profiles
from dmiso.settings.explain import DataSettings, ModelSettings

CLASH = (
    "chimeras/helwak2013_clash.csv.gz",
    ",",
    "mirna_name",
    "mirna_sequence",
    "gene_name",
    "mrna_sequence",
)
ECLIP = (
    "chimeras/hybridetector_eclip_chimeras.tsv.gz",
    "\t",
    "noncodingRNA",
    "noncodingRNA_real_seq",
    "gene_name",
    "seq.g",
)
HEJRET = (
    "chimeras/hejret2023_clash_isomirs.tsv.gz",
    "\t",
    "ref_mirna_name",
    "isomir_seq",
    "gene_cluster_ID",
    "target_seq",
)
COLUMNS = ("mirna_id", "mirna_sequence", "target_id", "target_sequence")
MOTIFS = ("motifs/jaspar2020_core_vertebrates.meme", "motifs/attract2017.meme")
PAIRS = {
    "planted_let7": (
        "UGAGGUAGUAGGUUGUAUAGUU",
        "ACGAUGCAAAGGAUAAUACCUGUAUACAAGUCGCUACCUCAUAGUACUCCGUCGUUCCUG",
    ),
    "let7_clash": ("UGAGGUAGUAGGUUGUAUAGUU", "CUUUCCCGACCACAACCUUCUACCUCACUUUCUGUCUGUUAUAAGGAAUA"),
    "mir24_clash": ("UGGCUCAGUUCAGCAGGAACAG", "AUUGAGUUUGGGGGUAGCUCCAAGCCUUCUCCUGCCUCUGAACUGAGCCA"),
}


def table_of(data: Path, source: tuple[str, ...], folder: Path, name: str) -> Path:
    """Write the pairs of a chimera file with our column names."""
    file, separator, *names = source
    frame = pl.read_csv(data / file, separator=separator, infer_schema_length=None)
    if "noncodingRNA_type" in frame.columns:
        frame = frame.filter(pl.col("noncodingRNA_type") == "miRNA")
    frame = frame.select(pl.col(theirs).alias(ours) for theirs, ours in zip(names, COLUMNS, strict=True))
    frame.drop_nulls(COLUMNS[1::2]).write_csv(folder / f"{name}.tsv", separator="\t")
    return folder / f"{name}.tsv"


def main() -> None:
    """Make everything."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--published", type=Path)
    arguments.add_argument("--pairs", type=int, default=3000)
    arguments.add_argument("-o", "--output", type=Path, default=Path("docs/figures"))
    chosen = arguments.parse_args()
    models = {"duplex": resolve()}
    if chosen.published:
        models["published"] = resolve(chosen.published)
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        for name, source in (("clash", CLASH), ("eclip", ECLIP)):
            pairs = PairsInput(table_of(chosen.data, source, folder, name), max_pairs=chosen.pairs)
            settings = DataSettings(control_pairs=500)
            profiles = explain_data_files(
                list(models.values()), pairs, folder / name, settings=settings
            ).profiles
            for short, stored in models.items():
                picture = draw_profiles(profiles, stored.config.name, title=f"{name} pairs")
                picture.write(chosen.output / f"profiles_{short}_{name}")
        shown = PairsInput(table_of(chosen.data, HEJRET, folder, "hejret"))
        for short, stored in models.items():
            settings = ModelSettings(tuple(chosen.data / file for file in MOTIFS))
            found = explain_model_files(stored, folder / short, source=shown, settings=settings)
            draw_pair_energies(found.energies).write(chosen.output / f"pair_energies_{short}")
            shutil.copyfile(folder / short / "kernels.tsv", chosen.output / f"kernels_{short}.tsv")
            print(found.summary)
    for name, (mirna, target) in PAIRS.items():
        explained = explain_pair(explain_stored(models["duplex"]), mirna, target)
        draw_duplex(explained).write(chosen.output / f"duplex_{name}")
        draw_pair_page(explained).write(chosen.output / f"page_{name}")
        print(explained.text())


if __name__ == "__main__":
    main()
