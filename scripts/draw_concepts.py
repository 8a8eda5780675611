"""Draw the pictures of docs/concepts: two are drawings, two are what the program gives on made-up sequences.

    python scripts/draw_concepts.py

The same seeds and the same model give the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from dmiso.alphabet import reverse_complement
from dmiso.confidence.best import BestSites
from dmiso.confidence.shuffles import shuffled_mirnas, shuffled_targets
from dmiso.models import resolve
from dmiso.plot.picture import Picture, drawing, write_pictures
from dmiso.plot.style import AMBER, BLUE, GREY, ORANGE, SMALL, YELLOW, legend_above
from dmiso.records import Counts
from dmiso.references import open_reference
from dmiso.scan.decoys import decoys, known_seeds

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FIGURES = Path(__file__).resolve().parent.parent / "docs" / "figures"
MIR101, ISOMIR = "UACAGUACUGUGAUAACUGAA", "GUACAGUACUGUGAUAACUGAA"
LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
NT = 0.062
"""Width of a nucleotide, as a share of the picture's."""


def draw_seed() -> Picture:
    """Show a seed, and that of an isomiR beside it, each on its own site."""
    reading = (
        "Above each target, written from its 3' end, the miRNA that meets it; its seed (positions 2-8) is underlaid. "
        "The isomiR has one more nucleotide at its 5' end, so its position 2 is its miRNA's position 1: it looks for "
        "another site."
    )
    with drawing("A nucleotide more at the 5' end, another seed", reading, height=2.9) as picture:
        axes = _canvas(picture)
        for y, name, mirna in ((0.66, "hsa-miR-101-3p", MIR101), (0.14, "iso_5p:-1", ISOMIR)):
            seed = mirna[1:8]
            site = reverse_complement(seed)[::-1]  # written 3' to 5', under the miRNA
            axes.text(0.0, y + 0.27, f"{name}: looks for {site[::-1]}", fontweight="bold")
            left = 0.16
            axes.add_patch(_underlay(left + NT, y - 0.05, 7 * NT, 0.28))
            for i, base in enumerate(mirna[:13]):
                axes.text(left + (i + 0.5) * NT, y + 0.13, base, ha="center", zorder=4)
                if 1 <= i < 8:
                    axes.text(left + (i + 0.5) * NT, y - 0.02, site[i - 1], ha="center", zorder=4)
                    axes.plot(
                        [left + (i + 0.5) * NT] * 2, [y + 0.07, y + 0.105], color=GREY, linewidth=1, zorder=4
                    )
            axes.text(left - 0.02, y + 0.13, "miRNA 5'", ha="right", color=GREY)
            axes.text(left - 0.02, y - 0.02, "target 3'", ha="right", color=GREY)
            axes.text(left + 13 * NT, y + 0.13, " …", color=GREY)
    return picture


def draw_competition() -> Picture:
    """Show why a negative can be told without looking at its miRNA."""
    reading = (
        "Each line is a pair of a data set: a site, and a miRNA it is shown with. The seed match of let-7 (underlaid) "
        "is in the site whichever miRNA is asked about. Where negatives are made by exchanging miRNAs, it tells the "
        "label."
    )
    rows = (
        ("let-7a", "seen ligated: positive", BLUE),
        ("miR-101", "exchanged: negative", ORANGE),
        ("miR-21", "exchanged: negative", ORANGE),
    )
    with drawing("Whose site is it?", reading, height=1.9) as picture:
        axes = _canvas(picture)
        for i, (name, label, colour) in enumerate(rows):
            y = 0.74 - 0.3 * i
            axes.plot([0.2, 0.62], [y, y], color=GREY, linewidth=6, solid_capstyle="butt")
            axes.add_patch(_underlay(0.36, y - 0.11, 0.17, 0.22))
            axes.text(0.445, y, "CUACCUC", ha="center", va="center", fontsize=SMALL, zorder=4)
            axes.text(0.0, y, name, va="center")
            axes.text(0.66, y, label, va="center", color=colour)
    return picture


def draw_decoys() -> Picture:
    """Count the sites of let-7a and of its decoys, in random transcripts with planted sites."""
    rng = np.random.default_rng(7)
    targets = ["".join(rng.choice(list("ACGU"), 400)) for _ in range(300)]
    for i in range(0, 300, 5):  # a fifth of them get a site that pairs well
        site = reverse_complement(LET7[:9] + LET7[12:19])
        targets[i] = targets[i][:200] + site + targets[i][200 + len(site) :]
    made = decoys(LET7, known_seeds([LET7]), 10, seed=1, counts=Counts())
    logits = BestSites(resolve()).logits([LET7, *made], targets)
    steps = np.linspace(logits.min(), logits.max(), 200)
    found = np.array([(logits[0] >= step).sum() for step in steps])
    chance = np.array([(logits[1:] >= step).sum() / len(made) for step in steps])
    ratio = (chance * len(made) + 1) / len(made) / np.maximum(found, 1)
    cut = float(steps[np.argmax(ratio <= 0.1)])
    reading = (
        "Of 300 random transcripts of 400 nt, 60 with a planted site: how many have a site of at least this logit for "
        "let-7a (solid), and for a decoy, the mean of 10 (dashed). Right of the dotted line at most one in ten of "
        "let-7a's is expected by chance: q is at most 0.1."
    )
    with drawing("Sites by chance, counted by decoys", reading, height=2.8) as picture:
        axes = picture.figure.subplots()
        axes.plot(steps, found, color=BLUE, label="let-7a")
        axes.plot(steps, chance, color=ORANGE, linestyle="--", label="a decoy")
        axes.axvline(cut, color=GREY, linestyle=":")
        axes.set_xlim(left=0)
        axes.set_xlabel("logit of the best site, at least")
        axes.set_ylabel("transcripts")
        axes.grid(visible=True)
        legend_above(axes)
    return picture


def draw_confidence() -> Picture:
    """Draw a pair among its shuffles."""
    target = open_reference("tiny-hsa").find_transcripts("MADET000012")[0].transcript
    best = BestSites(resolve())
    own, *near = best.logits([LET7, *shuffled_mirnas(LET7)], [target.sequence])[:, 0]
    far = best.logits([LET7], [other.sequence for other in shuffled_targets(target)])[0]
    reading = (
        "Each bar counts shuffles by the logit of their best site; the line is the pair itself. The fewer shuffles "
        "right of the line, the more the pair is than chance. Both have to be few."
    )
    with drawing("let-7a on LIN28B-like, among its shuffles", reading, height=3.2) as picture:
        both = picture.figure.subplots(2, 1, sharex=True, sharey=True)
        every = [own, *near, *far]
        bins = np.linspace(min(every), max(every), 30)
        for axes, values, name, colour in (
            (both[0], near, "shuffled miRNAs", ORANGE),
            (both[1], far, "shuffled targets", AMBER),
        ):
            axes.hist(values, bins=bins, color=colour, label=f"{len(values)} {name}")
            axes.axvline(own, color=BLUE, label="the pair")
            axes.set_ylabel("shuffles")
            legend_above(axes)
        both[1].set_xlabel("logit of the best site")
    return picture


def _canvas(picture: Picture) -> Axes:
    axes = picture.figure.subplots()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.axis("off")
    return axes


def _underlay(left: float, bottom: float, width: float, height: float) -> Rectangle:
    return Rectangle((left, bottom), width, height, facecolor=YELLOW, edgecolor="none", zorder=3)


if __name__ == "__main__":
    write_pictures(
        {
            f"concept_{draw.__name__.removeprefix('draw_')}": draw()
            for draw in (draw_seed, draw_competition, draw_decoys, draw_confidence)
        },
        FIGURES,
        ("svg",),
    )
