"""An SVG of matplotlib as a page needs it: smaller, described, and with nothing that reaches outside of it.

What is changed: styles become attributes (a page's content policy may forbid styles, and ``<style>`` would hold for
the page as a whole); identifiers that nothing refers to go, the others get a prefix of the picture's own; numbers have
two decimals, a 7,200th of an inch; ``<title>`` and ``<desc>`` say what is seen and how to read it; a shortened name has
the whole one as its tooltip; a shape drawn again and again, the letter of a logo, is there once and used.
"""

from __future__ import annotations

import re
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from dmiso.plot.style import FONTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["SHAPE", "tidy_svg"]

SHAPE: Final = "shape-"
"""Beginning of the group identifier (``gid``) of a path that is stretched and moved, not turned, from one outline."""

_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "{http://www.w3.org/1999/xlink}href"
_INHERITED: Final = {
    "stroke-linejoin": "round",
    "stroke-linecap": "butt",
    "font-family": ", ".join((*FONTS, "sans-serif")),
}
"""What matplotlib sets for all elements by a style sheet, and the fonts that it names at every text."""
_NUMBERS: Final = frozenset({"d", "x", "y", "width", "height", "points"})
_POINT: Final = re.compile(r"(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)")
_LONG: Final = re.compile(r"-?\d+\.\d{3,}")
_REFERENCE: Final = re.compile(r"url\(#([^)]+)\)")


def tidy_svg(text: str, title: str, reading: str, full_names: Mapping[str, str]) -> str:
    """Return an SVG of matplotlib as one ``<svg>`` element to put into a page or a file.

    Parameters
    ----------
    text
        As matplotlib wrote it, text as text.
    title, reading
        For who hears the page.
    full_names
        Shortened name → the whole: each text that holds the one has the other as its tooltip.

    Examples
    --------
    >>> tidy_svg('<svg xmlns="http://www.w3.org/2000/svg"><g id="a" style="fill: red"/></svg>', "t", "how", {})
    '<svg ... role="img" aria-label="t"><title>t</title><desc>how</desc><g fill="red" /></svg>'
    """
    root = ET.fromstring(text)  # noqa: S314 - written a moment ago by matplotlib
    for element in list(root):
        if element.tag == f"{{{_SVG}}}metadata":
            root.remove(element)
    _drop_style_sheet(root)
    _share_shapes(root)
    for element in root.iter():
        _style_to_attributes(element)
        element.tail = None
        if not (element.text or "").strip():
            element.text = None
        for key in _NUMBERS & element.attrib.keys():
            element.set(key, " ".join(_LONG.sub(_two_decimals, element.attrib[key]).split()))
    _own_identifiers(root, sha256(text.encode()).hexdigest()[:8])
    for shown, whole in full_names.items():
        _add_tooltip(root, shown, whole)
    for key, value in {**_INHERITED, "role": "img", "aria-label": title}.items():
        root.set(key, value)
    root.attrib.pop("version", None)
    for position, (name, words) in enumerate((("title", title), ("desc", reading))):
        said = ET.Element(f"{{{_SVG}}}{name}")
        said.text = words
        root.insert(position, said)
    return _written(root)


def _drop_style_sheet(root: ET.Element) -> None:
    """Take away the style sheet, whose two rules the root has as attributes, and what it leaves empty."""
    for definitions in root.findall(f"{{{_SVG}}}defs"):
        for sheet in definitions.findall(f"{{{_SVG}}}style"):
            definitions.remove(sheet)
        if not len(definitions):
            root.remove(definitions)


def _share_shapes(root: ET.Element) -> None:
    """Have each outline once, in a box of 100 by 100, and use it wherever it is drawn.

    A logo of 50 kernels holds a thousand letters: as paths they took 1.5 MB.
    """
    outlines: dict[str, ET.Element] = {}
    for parent in list(root.iter()):
        for number, group in enumerate(parent):
            name = group.get("id", "")
            if not name.startswith(SHAPE):
                continue
            path = group[0]
            points = [(float(x), float(y)) for x, y in _POINT.findall(path.attrib["d"])]
            left, top = (min(values) for values in zip(*points, strict=True))
            right, bottom = (max(values) for values in zip(*points, strict=True))
            across, down = (right - left) / 100, (bottom - top) / 100
            if name not in outlines:
                into = partial(_in_box, left=left, top=top, across=across, down=down)
                outlines[name] = ET.Element(
                    f"{{{_SVG}}}path", {"id": name, "d": _POINT.sub(into, path.attrib["d"])}
                )
            moved = f"matrix({across:.4f} 0 0 {down:.4f} {left:.2f} {top:.2f})"
            attributes = {_XLINK: f"#{name}", "transform": moved, "style": path.get("style", "")}
            parent[number] = ET.Element(f"{{{_SVG}}}use", attributes)
    if outlines:
        definitions = ET.Element(f"{{{_SVG}}}defs")
        definitions.extend(outlines.values())
        root.insert(0, definitions)


def _in_box(found: re.Match[str], left: float, top: float, across: float, down: float) -> str:
    return f"{(float(found[1]) - left) / across:.1f} {(float(found[2]) - top) / down:.1f}"


def _style_to_attributes(element: ET.Element) -> None:
    """Give an element attributes in place of its style, less those that hold anyway."""
    for rule in element.attrib.pop("style", "").split(";"):
        name, _, value = (part.strip() for part in rule.partition(":"))
        if name and name != "font-family" and (name, value) != ("text-anchor", "start"):
            element.set(name, value)
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]


def _two_decimals(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


def _own_identifiers(root: ET.Element, prefix: str) -> None:
    """Leave the identifiers that something refers to, under names of the picture's own."""
    used = {name for element in root.iter() for name in _references(element)}
    for element in root.iter():
        name = element.attrib.pop("id", None)
        if name in used:
            element.set("id", f"p{prefix}-{name}")
        for key, value in element.attrib.items():
            if key == _XLINK and value.startswith("#"):
                element.set(key, f"#p{prefix}-{value[1:]}")
            elif "url(#" in value:
                element.set(key, _REFERENCE.sub(rf"url(#p{prefix}-\1)", value))


def _references(element: ET.Element) -> Iterator[str]:
    for key, value in element.attrib.items():
        if key == _XLINK and value.startswith("#"):
            yield value[1:]
        else:
            yield from _REFERENCE.findall(value)


def _add_tooltip(root: ET.Element, shown: str, whole: str) -> None:
    for element in list(root.iter(f"{{{_SVG}}}text")):
        if shown in (element.text or ""):
            tip = ET.Element(f"{{{_SVG}}}title")
            tip.text = whole
            tip.tail, element.text = element.text, None
            element.insert(0, tip)


def _written(root: ET.Element) -> str:
    """Return the element as text, without a declaration: it goes into pages too."""
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK[1:].split("}")[0])
    return ET.tostring(root, encoding="unicode")
