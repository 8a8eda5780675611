"""The look: colours that colour-blind readers can tell apart, and that are seen on white."""

from itertools import combinations

import numpy as np
import pytest

from dmiso.plot.style import AMBER, BLUE, COLOURS, GREEN, GREY, MARKERS, ORANGE, PURPLE, SKY, SMALL, WIDTH

SEEN_AS = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}
"""Linear RGB as it is seen (Machado, Oliveira & Fernandes 2009, severity 1)."""
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
TOLD_APART = 15.0
"""Distance in CIELAB; 2.3 is just noticeable side by side."""


def linear(colour):
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light):
    x, y, z = (TO_XYZ @ np.clip(light, 0, 1)) / np.array([0.95047, 1.0, 1.08883])
    fx, fy, fz = (np.cbrt(v) if v > (6 / 29) ** 3 else v / (3 * (6 / 29) ** 2) + 4 / 29 for v in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


def contrast(colour):
    """With white, as WCAG 2 defines it."""
    return 1.05 / (TO_XYZ[1] @ linear(colour) + 0.05)


@pytest.mark.parametrize("eyes", SEEN_AS)
def test_colours__of_series_are_told_apart_by_every_eye(eyes):
    for one, other in combinations(COLOURS, 2):
        distance = np.linalg.norm(lab(SEEN_AS[eyes] @ linear(one)) - lab(SEEN_AS[eyes] @ linear(other)))
        assert distance > TOLD_APART, (one, other, distance)


@pytest.mark.parametrize("eyes", SEEN_AS)
def test_colours__of_kept_and_dropped_gained_and_lost_are_far_apart(eyes):
    blue, orange = (lab(SEEN_AS[eyes] @ linear(colour)) for colour in (BLUE, ORANGE))
    assert np.linalg.norm(blue - orange) > 50


def test_simulation__sees_red_and_green_as_one_with_deuteranopia():
    red, green = "#b06050", "#7a7a50"  # apart for most, a confusion pair of deuteranopes
    far = np.linalg.norm(lab(linear(red)) - lab(linear(green)))
    near = np.linalg.norm(
        lab(SEEN_AS["deuteranopia"] @ linear(red)) - lab(SEEN_AS["deuteranopia"] @ linear(green))
    )
    assert near < far / 2


def test_colours__stand_out_from_white():
    assert COLOURS[:5] == (BLUE, ORANGE, GREEN, PURPLE, "#000000")
    assert all(contrast(colour) >= 3 for colour in COLOURS[:5])  # of marks, by WCAG 2.1
    assert all(contrast(colour) >= 2.2 for colour in (AMBER, SKY))  # last, and with markers of their own
    assert contrast(GREY) >= 4.5  # of text


def test_colours__are_told_apart_by_marker_too():
    assert len(set(COLOURS)) == len(COLOURS) == len(MARKERS) == len(set(MARKERS))


def test_smallest_text__can_be_read_at_400_pixels():
    assert SMALL * 400 / (72 * WIDTH) >= 8.5
