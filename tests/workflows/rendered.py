"""What a workflow file would run: Nextflow's script blocks and Galaxy's commands, filled in as their engines do."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

_STRING = r'"([^"]*)"'


def script_of(main_nf, inputs, *, name, args, cpus=1):
    """Return the bash that Nextflow makes of a module's script block.

    It knows what our modules use: ``task.ext.args``, ``task.ext.prefix``, ``task.cpus``, ``meta.id``, inputs, and
    variables that are a text if an input is given. Anything else is an error.
    """
    text = main_nf.read_text(encoding="utf-8")
    block = text[text.index("script:") : text.index("stub:")]
    head, script = block.split('"""')[:2]
    known = {**{key: " ".join(value) if isinstance(value, list) else value for key, value in inputs.items()},
             "task.cpus": str(cpus), "meta.id": name}  # fmt: skip
    for line in head.splitlines()[1:]:
        if not line.strip():
            continue
        variable, value = re.fullmatch(r"\s*(?:def )?(\w+) = (.+)", line).groups()
        if value == "task.ext.args ?: ''":
            known[variable] = args
        elif match := re.fullmatch(rf"task\.ext\.prefix \?: {_STRING}", value):
            known[variable] = _filled(match[1], known)
        elif match := re.fullmatch(rf"(\w+) \? {_STRING} : ''", value):
            known[variable] = _filled(match[2], known) if known[match[1]] else ""
        else:
            raise AssertionError(f"{main_nf}: this test does not know what Nextflow makes of {line!r}")
    return _filled(script.replace("\\\\\n", "\\\n").replace("\\$", "\0"), known).replace("\0", "$")


def _filled(text, known):
    return re.sub(r"\$\{?([a-z]\w*(?:\.\w+)?)\}?", lambda match: known[match[1]], text)


def declared(main_nf, block, following):
    """Return the lines of a block of a module."""
    text = main_nf.read_text(encoding="utf-8")
    return text[text.index(f"{block}:") : text.index(f"{following}:")]


def outputs_of(main_nf, prefix):
    """Return the patterns of the files that a module promises."""
    found = re.findall(r'path\("([^"]+)"\)', declared(main_nf, "output", "when"))
    return [pattern.replace("${prefix}", prefix) for pattern in found]


def inputs_of(main_nf):
    """Return the names of the files that a module takes."""
    return re.findall(r"path\((\w+)\)", declared(main_nf, "input", "output"))


class Wrapper:
    """A Galaxy tool with its macros put in place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = ET.parse(path).getroot()
        self._macros = ET.parse(path.parent / "macros.xml").getroot()
        self._expand(self.root)
        self.tokens = {one.get("name"): one.text for one in self._macros.iter("token")}

    def _expand(self, parent):
        for i, child in enumerate(list(parent)):
            if child.tag != "expand":
                self._expand(child)
                continue
            macro = next(one for one in self._macros.iter("xml") if one.get("name") == child.get("macro"))
            parent.remove(child)
            for offset, one in enumerate(x for x in macro if x.tag != "yield"):
                parent.insert(i + offset, one)
            self._expand(parent)
            return

    @property
    def command(self):
        return self.root.find("command").text

    def params(self):
        """Yield every parameter's name and element."""
        for param in self.root.find("inputs").iter("param"):
            yield param.get("name") or param.get("argument").lstrip("-").replace("-", "_"), param
