"""``dmiso serve``: ask questions on a page in the browser."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dmiso.cli.from_settings import options_of, settings_of
from dmiso.cli.numbers import Whole
from dmiso.cli.options import GroupedCommand, GroupedOption
from dmiso.cli.paths import OUTPUT_FOLDER
from dmiso.settings.ranges import Range
from dmiso.settings.serve import ServeSettings

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

_EPILOG = """\b
Examples:
  dmiso serve
  dmiso serve --no-browser --port 8765 --folder my-questions
"""
_option = partial(click.option, cls=GroupedOption)


@click.command("serve", cls=GroupedCommand, epilog=_EPILOG)
@_option(
    "--folder",
    group="Output",
    type=OUTPUT_FOLDER,
    help="Folder of the history, one folder per question.  [default: in the user's data folder]",
)
@_option(
    "--browser/--no-browser",
    group="Page",
    default=True,
    show_default=True,
    help="Open the page in the browser.",
)
@_option(
    "--port",
    group="Page",
    type=Whole(Range(0, 65_535)),
    default=0,
    help="Port of the page.  [default: a free one]",
)
@_option(
    "--host", group="Page", default="127.0.0.1", show_default=True, help="Address that the page listens on."
)
@_option(
    "--allow-network",
    group="Page",
    is_flag=True,
    needs=("host!=127.0.0.1",),
    help="Accept a --host that other machines reach; what is sent is not encrypted.",
)
@options_of(ServeSettings, group="Limits")
def command(
    *, folder: Path | None, browser: bool, port: int, host: str, allow_network: bool, **given: Any
) -> None:
    """Answer questions on a page in the browser: what dmiso ask answers in the terminal.

    The page is for the user of this machine alone: it listens on the loopback address, and its address, which is
    printed, holds a token that nobody else has. Nothing is sent elsewhere. Ctrl-C ends it.
    """
    from dmiso.extras import require_extra

    for module in ("starlette", "uvicorn"):
        require_extra(module)
    from contextlib import ExitStack

    from dmiso.web.history import default_folder
    from dmiso.web.server import check_host, is_loopback, make_address, open_browser, serve

    check_host(host, allow_network=allow_network)
    settings = settings_of(ServeSettings, given)
    address = make_address(host, port)
    if not is_loopback(host):
        click.echo(
            f"warning: whoever reaches {host} and learns the address below can use the page and read its history; "
            "what is sent is not encrypted",
            err=True,
        )
    with ExitStack() as opened:

        def show() -> None:
            click.echo(f"The page is at {address.url}")
            if browser and not opened.enter_context(open_browser(address.url)):
                click.echo("note: no browser was found; open the address above in one", err=True)
            click.echo("Ctrl-C ends it.", err=True)

        serve(address, folder or default_folder(), settings, on_ready=show)
