"""The server: its port, its address with the token, the browser, and its end."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import signal
import socket
import sys
import tempfile
import webbrowser
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import uvicorn

from dmiso.errors import UsageError
from dmiso.web.app import make_app
from dmiso.web.guard import new_room, new_token
from dmiso.web.history import History
from dmiso.workers.stopping import SIGNALS, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dmiso.settings.serve import ServeSettings
    from dmiso.web.jobs import Jobs

__all__ = ["Address", "check_host", "open_browser", "open_port", "serve"]

_GRACE: Final = 3
"""Seconds that open connections have at the end."""


class Address(NamedTuple):
    """Where the page is: the socket, the host as it was named, the folder of all addresses, and the token."""

    listener: socket.socket
    host: str
    room: str
    token: str

    @property
    def port(self) -> int:
        """The port's number."""
        number: int = self.listener.getsockname()[1]
        return number

    @property
    def url(self) -> str:
        """What the user opens."""
        return f"http://{_in_url(self.host)}:{self.port}{self.room}/?token={self.token}"

    @property
    def hosts(self) -> set[str]:
        """Values of ``Host`` that lead here."""
        names = {self.host}
        if is_loopback(self.host):
            names |= {"localhost", self.listener.getsockname()[0]}
        return {f"{_in_url(name)}:{self.port}" for name in names}


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach an address.

    Examples
    --------
    >>> [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "192.168.1.5", "example.org")]
    [True, True, True, False, False]
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_host(host: str, *, allow_network: bool) -> None:
    """Refuse an address that others can reach, unless that is wanted, and one that stands for every address.

    Raises
    ------
    UsageError
        Saying what to give.
    """
    with suppress(ValueError):
        if ipaddress.ip_address(host).is_unspecified:
            raise UsageError(
                f"--host {host} is every address of this machine. Name one: the page answers to that name only."
            )
    if not is_loopback(host) and not allow_network:
        raise UsageError(
            f"--host {host} can be reached from other machines. Leave it out, and use a tunnel "
            "(ssh -L PORT:127.0.0.1:PORT), or add --allow-network if everybody who learns the address may use the page."
        )


def open_port(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Parameters
    ----------
    host
        An address, or a name of this machine.
    port
        0 takes a free one.

    Raises
    ------
    UsageError
        If the port is taken or the address is not this machine's.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, place = found[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(place)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        hint = "Leave --port out to take a free one" if port else "Check --host"
        raise UsageError(f"{host} port {port} cannot be opened ({error.strerror}). {hint}.") from error
    return listener


@contextmanager
def open_browser(url: str) -> Iterator[bool]:
    """Open an address in the user's browser; yield whether that was tried.

    The browser is given a file that only the user can read and that leads to the address: its command line, which
    every user of the machine can see, must not have the token. The file is gone after the block.
    """
    if not _has_browser():
        yield False
        return
    with tempfile.TemporaryDirectory(prefix="dmiso-") as folder:  # of mode 700
        page = Path(folder) / "open.html"
        page.write_text(
            f'<!DOCTYPE html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
            f'<meta http-equiv="refresh" content="0; url={url}"><title>dmiso</title><a href="{url}">Open the page</a>',
            encoding="utf-8",
        )
        try:
            yield webbrowser.open(page.as_uri())
        except webbrowser.Error:
            yield False


def _has_browser() -> bool:
    """Say whether a browser with windows can be there: one in the terminal would take that over."""
    if sys.platform == "darwin" or os.environ.get("BROWSER"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class _Server(uvicorn.Server):
    """Leaves signals to us, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self.listens.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def serve(address: Address, folder: Path, settings: ServeSettings, *, on_ready: Callable[[], None]) -> None:
    """Answer questions until a signal comes.

    Parameters
    ----------
    address
        Of the page.
    folder
        Of the history.
    settings
        Limits.
    on_ready
        Called once the page can be opened.

    Raises
    ------
    Stopped
        At the signal, when every child has ended; its note says what is kept.
    """
    history = History(folder)
    app, jobs = make_app(history, settings, token=address.token, hosts=address.hosts, room=address.room)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        http="h11",
        timeout_graceful_shutdown=_GRACE,
    )
    asyncio.run(_until_stopped(_Server(config), address.listener, jobs, on_ready))


def make_address(host: str, port: int) -> Address:
    """Open a port and draw a token."""
    return Address(open_port(host, port), host, new_room(), new_token())


async def _until_stopped(
    server: _Server, listener: socket.socket, jobs: Jobs, on_ready: Callable[[], None]
) -> None:
    stop = _signal_to_come()
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    listening = asyncio.create_task(server.listens.wait())
    n = 0
    try:
        await asyncio.wait({serving, listening}, return_when=asyncio.FIRST_COMPLETED)
        if not serving.done():
            await asyncio.to_thread(on_ready)  # in a thread: some browsers are waited for
            either: list[asyncio.Future[Any]] = [serving, stop]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        listening.cancel()
        n = await jobs.close()
        server.should_exit = True
        await serving
    error = Stopped(await stop)
    error.add_note(f"the page is closed{_cancelled(n)}; the answers are kept in {jobs.history.folder}")
    raise error


def _signal_to_come() -> asyncio.Future[int]:
    """Return the number of the first signal that asks the server to end, once it came; later ones are passed over."""
    loop = asyncio.get_running_loop()
    stop: asyncio.Future[int] = loop.create_future()

    def came(number: int) -> None:
        if not stop.done():
            stop.set_result(number)

    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            loop.add_signal_handler(number, came, number)
    return stop


def _cancelled(n: int) -> str:
    return f" and {n} question{'s were' if n > 1 else ' was'} cancelled" if n else ""
