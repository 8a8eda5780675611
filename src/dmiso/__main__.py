"""The program ``dmiso``, also as ``python -m dmiso``: what has to stand before everything else is imported."""

from __future__ import annotations

import gc
import signal

__all__ = ["main"]

_OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""Instead of Python's 700: imports make a hundred thousand that stay; looking through them took a tenth of the time."""


def main() -> None:
    """Run the program; Ctrl-C while it is still being imported ends it without a traceback.

    :func:`dmiso.workers.stops_on_signals` takes signals over as soon as it can; until then the system's own way to end
    a program is the right one.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        from dmiso.cli.main import main as run

        run()
    finally:
        # Python looks through all objects for garbage once more as it ends, for as long as loading numba takes; all
        # that has to be written or ended is by now
        gc.freeze()


if __name__ == "__main__":
    main()
