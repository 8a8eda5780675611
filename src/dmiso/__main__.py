"""The program ``dmiso``, also as ``python -m dmiso``: what has to stand before everything else is imported."""

from __future__ import annotations

import signal

__all__ = ["main"]


def main() -> None:
    """Run the program; Ctrl-C while it is still being imported ends it without a traceback.

    :func:`dmiso.workers.stops_on_signals` takes signals over as soon as it can; until then the system's own way to end
    a program is the right one.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from dmiso.garbage import seldom_collected

    with seldom_collected():
        from dmiso.cli.main import main as run

        run()


if __name__ == "__main__":
    main()
