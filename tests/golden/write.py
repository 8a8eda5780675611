"""Write the kept outputs anew: ``python -m tests.golden.write``; read the difference before committing it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.golden.commands import COMMANDS, comparable, kept_name

from dmiso.cli.main import _run


def main() -> int:
    """Run every command in a temporary folder, and keep what it writes."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for command in COMMANDS:
                if _run(command.words.split()) != 0:
                    sys.stderr.write(f"failed: dmiso {command.words}\n")
                    return 1
                for output in command.outputs:
                    kept = kept_name(output)
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    kept.write_text(comparable(Path(output)), encoding="utf-8", newline="")
        finally:
            os.chdir(here)
    return 0


if __name__ == "__main__":
    sys.exit(main())
