"""What MultiQC shows of a run: custom content, files called ``*_mqc.json``, a section of MultiQC's page each.

``content`` says what such a file holds, ``write`` where it lies; the other modules make the sections of one command
each from what its run gave.
"""

from dmiso.mqc.content import Content, bars, decode, lines, statistics
from dmiso.mqc.write import content_path, remove_contents, write_contents

__all__ = [
    "Content",
    "bars",
    "content_path",
    "decode",
    "lines",
    "remove_contents",
    "statistics",
    "write_contents",
]
