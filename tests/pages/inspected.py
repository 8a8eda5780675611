"""A page as a browser reads it: its elements, its words, and whatever in it would run or load."""

import re
from html.parser import HTMLParser

__all__ = ["EVIL", "Inspected"]

EVIL = (
    "<script>alert(1)</script>",
    "\" onload='x' autofocus onfocus=alert(1) <img src=x onerror=f> &amp; {{ 7 * 7 }}",
    "</style></title></script><svg onload=alert(1)>",
    "javascript:alert(1)",
    "]]></text><script>alert(1)</script><text>",
    "url(https://example.org/a.png) @import 'b.css'",
)
"""What a file may call a miRNA, a gene, a sample or itself."""
_LOADING = {"src", "srcset", "action", "formaction", "srcdoc", "background", "ping", "data"}
_PAINTING = {"style", "fill", "stroke", "clip-path", "mask", "filter"}
_NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


class Inspected(HTMLParser):
    """Tags in order, all words and values, and ``loads``: what would fetch or run something of a stranger's."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.loads, self._texts, self._inside = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._inside = [*self._inside, tag] if tag in {"script", "style"} else self._inside
        if tag in {
            "iframe",
            "object",
            "embed",
            "link",
            "img",
            "base",
            "form",
            "foreignobject",
            "animate",
            "set",
        }:
            self.loads.append(tag)
        if tag == "script" and (attrs or self.tags.count("script") > 1):
            self.loads.append(tag)
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def _attribute(self, tag, name, value):
        own = value.startswith(("#", "data:application/pdf;base64,", "data:image/png;base64,"))
        runs = name.startswith("on") or name in _LOADING
        leads = name in {"href", "xlink:href"} and not own
        paints = name in _PAINTING and re.search(r"url\((?!#)|@|javascript", value)
        named = name.startswith("xmlns") and value not in _NAMESPACES
        if runs or leads or paints or named:
            self.loads.append(f"{tag} {name}={value}")

    def handle_data(self, data):
        if self._inside == ["style"]:
            if re.search(r"url\(|@import", data):
                self.loads.append("style")
        elif not self._inside:
            self._texts.append(data)

    def count(self, text):
        """Say how many pieces of text of the page hold a text, whole."""
        return sum(" ".join(text.split()) in " ".join(piece.split()) for piece in self._texts)
