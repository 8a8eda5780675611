"""Draw the pictures of docs/pictures.md from the shipped examples, and write the page.

    python scripts/draw_pictures.py

Everything is made by the commands that a user has (``dmiso examples``, ``dmiso isomirs summary``, ...); of the site
track, which no command writes, by the public functions. The page's titles and reading lines are the pictures' own.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from textwrap import fill
from typing import NamedTuple
from xml.etree import ElementTree as ET

import dmiso
from dmiso.io import read_sequences
from dmiso.io.transcripts import Transcript
from dmiso.plot.site_track import plot_site_track
from dmiso.records import Counts

DOCS = Path(__file__).resolve().parent.parent / "docs"
FIGURES = DOCS / "figures"
SVG = "{http://www.w3.org/2000/svg}"
EXAMPLES = "dmiso-examples"
ISOMIR, CANONICAL = "GUACAGUACUGUGAUAACUGAA", "UACAGUACUGUGAUAACUGAA"


class Made(NamedTuple):
    """A picture of the page: the command that writes it, and its file in the command's folder."""

    command: str
    file: str
    name: str


PICTURES = (
    Made(
        "isomirs summary calls.tsv --count-by sequences --formats svg -o summary",
        "summary/isomirs.svg",
        "isomirs",
    ),
    Made("", "summary/ends.svg", "ends"),
    Made(
        f"isomirs compare {ISOMIR} --mature {EXAMPLES}/mature.fa --transcripts {EXAMPLES}/transcripts.fa --as-utrs "
        "--formats svg -o compared",
        "compared/genes.svg",
        "genes",
    ),
    Made(
        f"scan --mirnas {EXAMPLES}/isomirs.fa --transcripts {EXAMPLES}/transcripts.fa --as-utrs --formats svg -o scan",
        "scan/repression.svg",
        "repression",
    ),
    Made(
        f"chimeras simulated/reads.fastq.gz --mature {EXAMPLES}/isomirs.fa --transcripts {EXAMPLES}/transcripts.fa "
        "--adapter TGGAATTCTCGGGTGCCAAGG --umi5 8 --duplicates umi --formats svg -o chimeras",
        "chimeras/pictures/funnel.svg",
        "funnel",
    ),
    *(
        Made("", f"chimeras/pictures/{name}.svg", name)
        for name in ("lengths", "classes", "ligation", "seeds")
    ),
    Made(
        f"evaluate {EXAMPLES}/labelled.tsv --behaviour --formats svg -o evaluation",
        "evaluation/roc.svg",
        "roc",
    ),
    *(
        Made("", f"evaluation/{name}.svg", name)
        for name in ("precision_recall", "reliability", "strata", "behaviour")
    ),
    Made(
        f"evaluate genes {EXAMPLES}/gene_responses.tsv --utrs {EXAMPLES}/gene_utrs.fa --best 8 --min-responders 3 "
        "--formats svg -o genes",
        "genes/means.svg",
        "means",
    ),
    Made("", "genes/curves.svg", "curves"),
    Made(
        "explain pair UGAGGUAGUAGGUUGUAUAGUU ACGAUGCAAAGGAUAAUACCUGUAUACAAGUCGCUACCUCAUAGUACU --formats svg -o pair",
        "pair/duplex.svg",
        "duplex",
    ),
    Made("", "pair/page.svg", "page"),
    Made("explain model --targets 20 --formats svg -o model", "model/logos_weights.svg", "logos"),
)
"""In the page's order; a picture without a command is of the one before."""

FIRST = (
    "examples",
    f"isomirs {EXAMPLES}/isomirs.fa --mature {EXAMPLES}/mature.fa -o calls.tsv",
    (
        f"chimeras simulate --mature {EXAMPLES}/isomirs.fa --transcripts {EXAMPLES}/transcripts.fa --reads 2000 "
        "--isomirs 8 --interactions 40 -o simulated"
    ),
)
"""What the commands above read."""

HEAD = """# Pictures

Drawn with matplotlib (`pip install 'dmiso[report]'`). Every command that draws has the same two options:

| option | does |
|---|---|
| `--pictures`, `--no-pictures` | draw, or not |
| `--formats svg,png,pdf` | files of each picture, here all three; `svg,png` without it. It asks for pictures too |

Without either, `ask`, `evaluate` and `explain` draw where matplotlib is installed; `scan`, `chimeras`,
`isomirs compare` and `isomirs summary` draw when asked. PNG has 300 dots per inch; text in SVG and PDF stays text.

All are 5.2 inches wide, with text that can be read 400 pixels wide, on white (on dark pages too: what is shown is what
is printed), in Okabe and Ito's colours, which colour-blind readers can tell apart; where series meet, marker, line or
hatching differ too. Under each stands how to read it. Long names are cut in the middle, the whole is a tooltip. The
same tables give the same bytes.

From Python every drawing (`dmiso.plot`) returns a `Picture`: `.write(path, ("svg", "pdf"))` saves it, `.svg` is one
`<svg>` element for a page, without styles or identifiers that could meet others, `.title` and `.reading` are its words,
and `.figure` is matplotlib's, for what you want to change. A notebook shows it.

The pictures below are of the shipped examples (`dmiso examples`): small, partly made up, there to show what a picture
looks like and not what isomiRs do. `scripts/draw_pictures.py` draws them again and writes this page. Before the
commands below come

"""


def main() -> None:
    """Run the commands, keep the pictures, write the page."""
    parts = [HEAD + "".join(f"    dmiso {command}\n" for command in FIRST)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for command in FIRST:
            run(command, folder)
        parts.append(site_track(folder))
        for made in PICTURES:
            if made.command:
                run(made.command, folder)
            kept = FIGURES / f"picture_{made.name}.svg"
            shutil.copyfile(folder / made.file, kept)
            parts.append(section(kept, made.command))
    (DOCS / "pictures.md").write_text("\n".join(parts), encoding="utf-8")


def run(command: str, folder: Path) -> None:
    """Run a command in a folder."""
    subprocess.run([sys.executable, "-m", "dmiso", *command.split()], cwd=folder, check=True)


def section(kept: Path, command: str) -> str:
    """Return what the page says of a picture: its title, its file, how to read it, what draws it."""
    root = ET.parse(kept).getroot()  # noqa: S314 - written a moment ago
    title, reading = (str(root[i].text) for i in (0, 1))
    drawn = f"\n    dmiso {command.replace('--formats svg', '--pictures')}\n" if command else ""
    return f"## {title}\n{drawn}\n![{title}](figures/{kept.name})\n\n{fill(reading, 120, break_on_hyphens=False)}\n"


def site_track(folder: Path) -> str:
    """Draw an isomiR and its miRNA along a transcript, by the public functions."""
    records = read_sequences(folder / EXAMPLES / "transcripts.fa", Counts())
    chosen = next(record for record in records if record.id == "example_gene_1")
    mirnas = {"hsa-miR-101-3p.iso_5p:-1": ISOMIR, "hsa-miR-101-3p": CANONICAL}
    sites = dmiso.scan(mirnas, {chosen.id: chosen.sequence}, decoys=0, min_percentile=95).sites
    picture = plot_site_track(Transcript(chosen.id, chosen.sequence), sites)
    kept = FIGURES / "picture_sites.svg"
    picture.write(kept.with_suffix(""), ("svg",))
    return section(kept, "").replace(
        "![", "    dmiso.plot.site_track.plot_site_track(transcript, sites)\n\n!["
    )


if __name__ == "__main__":
    main()
