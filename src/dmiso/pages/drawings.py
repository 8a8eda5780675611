"""SVG made fit for a page: only what draws, no name twice, nothing that runs or loads, and no byte too many.

A drawing stands in the page itself, so that its text is found and read. Elements and attributes that are not known
to draw are left out: those of scripts, events, links to elsewhere and foreign content are among them. The cleaned
tree is written by this module alone, with every text and value escaped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from dmiso.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["clean_svg"]

_SVG: Final = "{http://www.w3.org/2000/svg}"
_XLINK: Final = "{http://www.w3.org/1999/xlink}"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_NAMES: Final = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
_ELEMENTS: Final = frozenset(
    {
        *("svg", "g", "defs", "use", "symbol", "clipPath", "mask", "pattern", "marker"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "image"),
        *("text", "tspan", "title", "desc", "linearGradient", "radialGradient", "stop"),
    }
)
_NUMBERS: Final = frozenset({"d", "points", "transform", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r"})
_ATTRIBUTES: Final = _NUMBERS | frozenset(
    {
        *(
            "id",
            "style",
            "rx",
            "ry",
            "dx",
            "dy",
            "width",
            "height",
            "viewBox",
            "preserveAspectRatio",
            "offset",
        ),
        *(
            "fill",
            "fill-opacity",
            "fill-rule",
            "stroke",
            "stroke-width",
            "stroke-opacity",
            "stroke-dasharray",
        ),
        *("stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "opacity", "color"),
        *("clip-path", "clip-rule", "clipPathUnits", "mask", "maskUnits", "patternUnits", "gradientUnits"),
        *("gradientTransform", "stop-color", "stop-opacity", "marker-start", "marker-mid", "marker-end"),
        *("markerWidth", "markerHeight", "refX", "refY", "orient", "font-family", "font-size", "font-style"),
        *("font-weight", "text-anchor", "dominant-baseline", "letter-spacing", "role", "aria-label"),
    }
)
_ADDRESS: Final = re.compile(r"url\(\s*['\"]?([^'\")]*)['\"]?\s*\)", re.IGNORECASE)
_OWN_IMAGE: Final = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=\s]*")
_RUNS: Final = re.compile(r"@|expression|javascript|[\\<>]", re.IGNORECASE)
_FINE: Final = re.compile(r"(?<![\w.])-?\d+\.\d{3,}(?!\w)")
_EVERYWHERE: Final = re.compile(r"\s*\*\s*\{([^{}]*)\}\s*")
"""A style sheet for every element, as matplotlib writes one: its root may have it, the page may not."""
_UNPRINTABLE: Final = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def clean_svg(text: str, prefix: str, *, name: str = "the drawing") -> str:
    """Return a drawing as it may stand within a page.

    Parameters
    ----------
    text
        An SVG document.
    prefix
        Put before every name in it, so that two drawings of a page share none.
    name
        Of the drawing, for messages.

    Returns
    -------
    str
        One ``svg`` element without a head; numbers of coordinates have two decimals.

    Raises
    ------
    InputError
        If it is not an SVG.

    Examples
    --------
    >>> svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>x()</script><path id="a" d="M0 0.12345"/></svg>'
    >>> clean_svg(svg, "f1-").partition(">")[2]
    '<path id="f1-a" d="M0 0.12"/></svg>'
    """
    if re.search("<!ENTITY", text, re.IGNORECASE):  # one that grows without end, or reads a file
        raise InputError(f"{name} declares entities, which no drawing of dmiso does", hint="Draw it anew.")
    try:
        root = ET.fromstring(text)  # noqa: S314 - entities are refused above
    except (ET.ParseError, ValueError) as error:
        raise InputError(f"{name} is not an SVG ({error})", hint="Draw it anew.") from error
    if root.tag != f"{_SVG}svg":
        raise InputError(f"{name} is not an SVG", hint="Draw it anew.")
    sheet = "".join(_sheets(root))
    if sheet:
        root.set("style", ";".join(filter(None, (sheet, root.get("style", "")))))
    return "".join(_written(root, prefix, _NAMES))


def _sheets(root: ET.Element) -> Iterator[str]:
    for element in root.iter(f"{_SVG}style"):
        found = _EVERYWHERE.fullmatch(element.text or "")
        if found:
            yield " ".join(found.group(1).split())


def _written(element: ET.Element, prefix: str, more: str = "") -> Iterator[str]:
    """Yield the pieces of an element and of what it holds that draws."""
    tag = element.tag.removeprefix(_SVG)
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in _attributes(element, prefix))
    opened = f"<{tag}{f' {more}' if more else ''}{attributes}"
    keeps_text = tag in {"text", "tspan", "title", "desc"}
    words = escape(_UNPRINTABLE.sub("", element.text or "")) if keeps_text else ""
    inner = [piece for child in element for piece in _child(child, prefix, keeps_text=keeps_text)]
    if not inner and not words:
        if tag not in {"g", "defs"} or element.get("id"):
            yield f"{opened}/>"
        return
    yield f"{opened}>{words}"
    yield from inner
    yield f"</{tag}>"


def _child(child: ET.Element, prefix: str, *, keeps_text: bool) -> Iterator[str]:
    if child.tag.startswith(_SVG) and child.tag.removeprefix(_SVG) in _ELEMENTS:
        yield from _written(child, prefix)
    if keeps_text and child.tail:
        yield escape(_UNPRINTABLE.sub("", child.tail))


def _attributes(element: ET.Element, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield the attributes that draw; addresses stay within the drawing."""
    for key, value in element.attrib.items():
        if key in {f"{_XLINK}href", "href"}:
            if value.startswith("#"):
                yield "xlink:href", f"#{prefix}{value[1:]}"
            elif element.tag == f"{_SVG}image" and _OWN_IMAGE.fullmatch(value):
                yield "xlink:href", value
        elif key == _SPACE:
            yield "xml:space", "preserve"
        elif key == "id":
            yield key, prefix + value
        elif key in _ATTRIBUTES and not _RUNS.search(value):
            shown = _FINE.sub(_rounded, value) if key in _NUMBERS else value
            if all(address.startswith("#") for address in _ADDRESS.findall(value)):
                yield (
                    key,
                    " ".join(_ADDRESS.sub(lambda found: f"url(#{prefix}{found[1][1:]})", shown).split()),
                )


def _rounded(found: re.Match[str]) -> str:
    """Return a number to a hundredth of a point."""
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
