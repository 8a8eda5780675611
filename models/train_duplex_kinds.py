"""Make the bundled models ``duplex-*@v0.3.0``: one network that has seen ligation, a teacher and affinity.

python models/train_duplex_kinds.py [--data ../shared/data] [--work work/duplex-chimeras-v0.3.0] [--only RUN ...]

One network is trained with an output for each source of chimeras, for a teacher's logits and for affinities
(``many_outputs.py``); each released model is the network with the mean of some outputs (:data:`RELEASED`). Each of
three seeds leaves out another fifth of the measured affinities of let-7a, which it is then judged by; one run more
knows no affinity of let-7 at all. A run takes about 20 minutes on one core. Finished runs are found again, an
interrupted one goes on.
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import polars as pl
from scipy.stats import spearmanr

from affinities import AFFINITY_FILES, read_affinities
from chimera_data import labelled_pairs, read_tests, source_hashes
from dmiso.encode import encode
from dmiso.engine import build_engine
from dmiso.evaluate.metrics import auroc, average_precision
from dmiso.io import write_text
from dmiso.io.markdown import markdown_table
from dmiso.models import write_model
from dmiso.models.domain import domain_of
from dmiso.models.registry import BUNDLED
from dmiso.networks import network_weights
from dmiso.provenance import sha256_file, to_json
from dmiso.records import Counts
from dmiso.train import settings_for
from dmiso.train.curves import write_curves
from dmiso.train.platt import platt_calibration
from dmiso.train.trained import network_config
from many_outputs import fit_many, with_outputs
from output_kinds import AFFINITY, TEACHER, KindSettings, affinity_folds, encode_kinds
from release import BACKGROUND, BACKGROUND_WINDOWS, DATA_SEED, SEEDS, judge_and_release, say
from release_plan import Plan, Run
from soft_pairs import SOFT_FILES, soft_pairs

VERSION: Final = "v0.3.0"
RELEASED: Final[dict[str, tuple[str, ...]]] = {
    "chimeras": ("eclip", "grosswendt", "hejret", "helwak"),
    "eclip": ("eclip", TEACHER),
    "clash": ("hejret", "helwak"),
    "parclip": ("grosswendt",),
    "affinity": (AFFINITY,),
}
"""Models, and the outputs whose weights each has the mean of; the first is the default model."""

OWN_SOURCES: Final[dict[str, tuple[str, ...]]] = {
    "chimeras": ("eclip", "grosswendt", "hejret", "helwak"),
    "eclip": ("eclip",),
    "clash": ("hejret", "helwak"),
    "parclip": ("grosswendt",),
    "affinity": ("eclip", "grosswendt", "hejret", "helwak"),
}
"""Whose validation pairs a model is calibrated on."""

UNSEEN: Final = "without-let7"
SETTINGS: Final[dict[str, Any]] = {"epochs": 8, "patience": 8, "by_source": True}
KINDS: Final = KindSettings()

ABOUT: Final = (
    "The duplex network, learnt helices of a miRNA on a target read by a convolution along the target"
)


def main() -> None:
    """Run all stages, with the options of the command line."""
    options = _options()
    options.work.mkdir(parents=True, exist_ok=True)
    counts = Counts()
    pairs = labelled_pairs(options.data, counts, seed=DATA_SEED)
    table = options.work / "pairs.parquet"
    pairs.write_parquet(table)
    soft = _soft_pairs(options, pairs)
    affinities = read_affinities(options.data)
    runs = {f"seed{seed}": (seed, replace(KINDS, affinity_fold=seed)) for seed in SEEDS}
    runs[UNSEEN] = (SEEDS[0], replace(KINDS, without_let7=True))
    for name in options.only or runs:
        seed, own = runs[name]
        trained(name, seed, own, pairs, soft, affinities, options)
    if not options.train_only:
        release_all(runs, pairs, counts, options)


def _soft_pairs(options: argparse.Namespace, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the teacher's pairs, made once: they take ten minutes."""
    path = options.work / "soft_pairs.parquet"
    if not path.is_file():
        say("drawing pairs for the teacher")
        tested = [
            site
            for test in read_tests(options.data, Counts()).values()
            for site in test["target_sequence"].to_list()
        ]
        soft_pairs(options.data, pairs, tested, seed=DATA_SEED).write_parquet(path)
    return pl.read_parquet(path)


def run_folder(options: argparse.Namespace, name: str) -> Path:
    """Return where a run's models lie."""
    return options.work / "runs" / name


def trained(
    name: str,
    seed: int,
    own: KindSettings,
    pairs: pl.DataFrame,
    soft: pl.DataFrame,
    affinities: pl.DataFrame,
    options: argparse.Namespace,
) -> None:
    """Train one run and write the models of its outputs, unless that is done."""
    folder = run_folder(options, name)
    if (folder / "metrics.json").is_file():
        return
    settings = settings_for("duplex", **SETTINGS, seed=seed, threads=options.threads, device="cpu")
    config = network_config(settings, f"duplex-chimeras-{name}")
    kinds = encode_kinds(pairs, soft, affinities, config, own, Counts())
    fingerprint = {
        "settings": settings.as_dict(),
        "kinds": own.as_dict(),
        "pairs": sha256_file(options.work / "pairs.parquet"),
        "soft_pairs": sha256_file(options.work / "soft_pairs.parquet"),
    }
    say(f"training {name}")
    network, rows = fit_many(
        config,
        kinds,
        settings,
        own,
        folder.with_name(f"{name}.checkpoint"),
        fingerprint,
        on_epoch=lambda row: say(f"{name} {row}"),
    )
    numbers = {
        "epochs": len(rows),
        "affinity": affinity_numbers(network, kinds.outputs, config, affinities, own),
        "models": {
            model: write_output(network, model, kinds.outputs, config, pairs, folder) for model in RELEASED
        },
        "kinds": own.as_dict(),
        "settings": settings.as_dict(),
    }
    write_curves(folder / "curves.tsv", rows)
    write_text(folder / "metrics.json", to_json(numbers))


def write_output(
    network: Any, model: str, outputs: tuple[str, ...], config: Any, pairs: pl.DataFrame, folder: Path
) -> dict[str, float]:
    """Write the network with the mean of some outputs, calibrated; return what it reaches on validation pairs."""
    merged = with_outputs(network, [outputs.index(name) for name in RELEASED[model]])
    own = pairs.filter((pl.col("split") == "validation") & pl.col("source").is_in(OWN_SOURCES[model]))
    logits = _engine_logits(merged, config, own)
    label = own["label"].to_numpy()
    calibration, _ = platt_calibration(logits, label, np.ones(len(label)))
    known = pairs.filter(pl.col("split") == "train")
    write_model(
        folder / model,
        config=msgspec.structs.replace(config, name=f"duplex-{model}@{VERSION}"),
        weights=network_weights(merged),
        calibration=calibration,
        card="An output of a run; the released model has a card.\n",
        domain=domain_of(known["mirna_sequence"].to_list(), known["target_sequence"].to_list()),
    )
    by_source = [
        float(average_precision(label[rows], logits[rows]))
        for source in OWN_SOURCES[model]
        if (rows := (own["source"] == source).to_numpy()).any()
    ]
    return {
        "average_precision": float(average_precision(label, logits)),
        "auroc": float(auroc(label, logits)),
        "source_mean_average_precision": float(np.mean(by_source)),
    }


def _engine_logits(network: Any, config: Any, table: pl.DataFrame) -> Any:
    """Return logits by the engine that users run."""
    codes = (
        encode(table[f"{kind}_sequence"].to_list(), length, crop=config.crop)
        for kind, length in (("mirna", config.mirna_length), ("target", config.target_length))
    )
    return build_engine(config, network_weights(network)).logits_pairs(*codes).astype(np.float64)


def affinity_numbers(
    network: Any, outputs: tuple[str, ...], config: Any, affinities: pl.DataFrame, own: KindSettings
) -> dict[str, Any]:
    """Return rank correlations with measured affinities that the run did not learn from."""
    becker = affinities.filter(pl.col("study") == "becker")
    fold = affinity_folds(becker.height, own.affinity_folds)
    unseen = np.ones(becker.height, np.bool_) if own.without_let7 else fold == own.affinity_fold
    tested = becker.filter(pl.Series(unseen))
    single = {name: with_outputs(network, [outputs.index(name)]) for name in outputs}
    single["mean of sources"] = with_outputs(network, range(len(outputs) - 2))
    found = {
        name: round(
            float(spearmanr(_engine_logits(one, config, tested), tested["log10_affinity"]).statistic), 4
        )
        for name, one in single.items()
    }
    numbers: dict[str, Any] = {"let-7a, targets not learnt from": tested.height, "spearman": found}
    if own.without_let7:
        relative = affinities.filter(
            (pl.col("study") == "mcgeary") & (pl.col("mirna_sequence") == becker["mirna_sequence"][0])
        )
        logits = _engine_logits(single[AFFINITY], config, relative)
        numbers["relative constants of let-7a, spearman"] = round(
            float(spearmanr(logits, relative["log10_affinity"]).statistic), 4
        )
    return numbers


def release_all(
    runs: dict[str, tuple[int, KindSettings]],
    pairs: pl.DataFrame,
    counts: Counts,
    options: argparse.Namespace,
) -> None:
    """Judge and write every released model, each with its card."""
    of_seeds = {name: own for name, own in runs.items() if name != UNSEEN}
    measured = {name: json.loads((run_folder(options, name) / "metrics.json").read_text()) for name in runs}
    best = max(
        of_seeds, key=lambda name: measured[name]["models"]["chimeras"]["source_mean_average_precision"]
    )
    say(f"chosen: {best}")
    sources = {
        **source_hashes(options.data, _plan("chimeras").recipe),
        **{file: sha256_file(options.data / file) for file in (*SOFT_FILES, *AFFINITY_FILES.values())},
    }
    for model in options.models or RELEASED:
        plan = _plan(model)
        seeds = [
            Run(
                name,
                run_folder(options, name) / model,
                settings_for("duplex", **SETTINGS, seed=seed, threads=1, device="cpu"),
                measured[name]["models"][model],
                measured[name]["epochs"],
                measured[name]["epochs"],
            )
            for name, (seed, _) in of_seeds.items()
        ]
        known: dict[str, Any] = {
            "counts": counts,
            "pairs": pairs,
            "pairs_sha256": sha256_file(options.work / "pairs.parquet"),
            "sources": sources,
            "background": (BACKGROUND, BACKGROUND_WINDOWS),
            "kinds": _kinds_section(model, measured, best),
            "kind_settings": measured[best]["kinds"],
        }
        chosen = next(run for run in seeds if run.name == best)
        judge_and_release(plan, [], seeds, chosen, options, known)


def _plan(model: str) -> Plan:
    return Plan(
        name=f"duplex-{model}@{VERSION}",
        network="duplex",
        script="train_duplex_kinds.py",
        about=ABOUT,
        trials={},
        chosen="",
        required=(),
        is_default=model == "chimeras",
        **({"ranks_by": "predicted affinity"} if model == "affinity" else {}),
    )


_MADE_FOR: Final = {
    "chimeras": "the mean of the outputs for all sources: for experiments that are not known",
    "eclip": "the mean of the outputs for chimeric eCLIP and for the teacher, whose data are chimeric eCLIP",
    "clash": "the mean of the outputs for both CLASH data sets",
    "parclip": "the output for the AGO-CLIP chimeras of Grosswendt et al.",
    "affinity": "the output for affinities: its logit is a log10 affinity in standard deviations, not a chance",
}


def _kinds_section(model: str, measured: dict[str, Any], best: str) -> str:
    """Return what the network has learnt from beside chimeras, and what its affinity output is worth."""
    kinds = KINDS
    rows = [
        [
            name,
            f"{numbers['affinity']['let-7a, targets not learnt from']:,}",
            *(
                f"{numbers['affinity']['spearman'][output]:.3f}"
                for output in (AFFINITY, "mean of sources", TEACHER)
            ),
        ]
        for name, numbers in measured.items()
    ]
    table = markdown_table(["run", "targets", "affinity output", "mean of sources", "teacher's output"], rows)
    relative = measured[UNSEEN]["affinity"]["relative constants of let-7a, spearman"]
    return f"""This model is {_MADE_FOR[model]}.

One network, trained at once on chimeras (an output for each source), on {kinds.soft_pairs:,} pairs per epoch that a
teacher scored, and on affinities; the outputs share everything but their last weights.

- **Teacher**: the site model of miRBind2 (BioGeMT, MIT licence), itself trained on 2.5 million rows of chimeric eCLIP.
  It gave soft labels to pairs of all human miRNAs and isomiRs with windows of transcripts (`models/soft_pairs.py`).
  Pairs whose site shows a seed match of another frequent miRNA were left out, so that its knowledge of whose site a
  negative is could not be learnt.
- **Affinities**: 11,107 measured constants of let-7a (Becker et al. 2019), relative constants of site types of six
  miRNAs (McGeary et al. 2018), and constants that scanMiR (GPL-3) predicts for 8-mers of 239 miRNAs, as a teacher;
  nothing of it is shipped.
- Negatives whose site shows a seed match of the miRNA that was found there weigh {kinds.competing_weight:g}; a 7mer-A1
  of a frequent miRNA is planted into {kinds.planted_share:.0%} of the training sites, of positives and negatives alike.

Rank correlation (Spearman) with let-7a's measured affinities for targets that a run did not learn from: another fifth
for each seed, and all for a run that saw no affinity of let-7 or of miRNAs with its seed (`{UNSEEN}`; relative
constants of let-7a in McGeary et al.: {relative:.3f} there). RNAduplex's energy has 0.636. The shipped run is `{best}`.

{table}
"""


def _options() -> argparse.Namespace:
    here = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(
        description="Make duplex-*@v0.3.0.",
        epilog=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    data = Path(os.environ.get("DMISO_SHARED_DATA", here.parent / "shared" / "data"))
    work = here / "work" / f"duplex-chimeras-{VERSION}"
    parser.add_argument("--data", type=Path, default=data, help="folder of the collected public data")
    parser.add_argument("--work", type=Path, default=work, help="folder for runs")
    parser.add_argument("--output", type=Path, default=BUNDLED, help="folder of released models")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", nargs="+", help="train these runs only, and release nothing")
    parser.add_argument("--models", nargs="+", choices=RELEASED, help="release these models only")
    options = parser.parse_args()
    options.train_only = bool(options.only)
    return options


if __name__ == "__main__":
    main()
