"""Files in and out. Other systems' conventions are converted here and nowhere else."""

from dmiso.io.atomic import atomic_path, open_output, write_text
from dmiso.io.sequences import read_sequences
from dmiso.io.streams import open_input, read_once
from dmiso.io.table_writer import TableWriter, write_table
from dmiso.io.tables import read_batches, read_table

__all__ = [
    "TableWriter",
    "atomic_path",
    "open_input",
    "open_output",
    "read_batches",
    "read_once",
    "read_sequences",
    "read_table",
    "write_table",
    "write_text",
]
