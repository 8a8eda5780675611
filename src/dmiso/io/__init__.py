"""Files in and out. Other systems' conventions are converted here and nowhere else."""

from dmiso.io.atomic import atomic_path, write_text
from dmiso.io.sequences import read_sequences
from dmiso.io.streams import open_input
from dmiso.io.tables import TableWriter, read_batches, read_table

__all__ = [
    "TableWriter",
    "atomic_path",
    "open_input",
    "read_batches",
    "read_sequences",
    "read_table",
    "write_text",
]
