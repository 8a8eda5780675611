"""Who may come in: the browser of the user who started the server, and no page of others in it.

All addresses are below a folder with a random name: browsers send a cookie of 127.0.0.1 to every port of it, but only
below the folder that it was given for, which servers of others cannot know.

Each request is asked four things, in this order. Is its ``Host`` ours? (A stranger's name that leads to this machine,
DNS rebinding, is not.) Does it have the token, from the printed address or from the cookie that this address gave?
(Other users of the machine have not.) If it came from another page: is it the opening of the address? If it changes
anything: does it come from our own page? What is sent is limited in size, and every answer forbids the browser to load
anything from elsewhere, to guess types, to keep the answer, or to show it in a frame of others.
"""

from __future__ import annotations

import json
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["POLICY", "REPORT_POLICY", "Guard", "new_room", "new_token"]

POLICY: Final = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Of the page: nothing but its own files."""
REPORT_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts allow-downloads"
)
"""Of a report: one file with its own script and style, that loads nothing, asks nothing, and stands in a sandbox where
it is nobody: without the cookie, and without a way to this server's addresses."""
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_COOKIE: Final = "dmiso"
_SAFE: Final = ("GET", "HEAD")


def new_token() -> str:
    """Return a token that nobody can guess: 256 bits."""
    return secrets.token_urlsafe(32)


def new_room() -> str:
    """Return the folder of all addresses, which nobody can guess either."""
    return f"/{secrets.token_urlsafe(16)}"


class Guard:
    """Stands before an ASGI application.

    Parameters
    ----------
    app
        What is guarded.
    token
        That lets in.
    hosts
        Values of ``Host`` that are ours, with the port.
    room
        The folder that all addresses are below: ``/x7Gq``.
    max_bytes
        Of a request's body.
    """

    def __init__(self, app: ASGIApp, *, token: str, hosts: Iterable[str], room: str, max_bytes: int) -> None:
        self._app, self._token, self._hosts = app, token.encode(), frozenset(hosts)
        self._room, self._max_bytes = room, max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it with what is wrong."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return  # nothing here speaks websocket
        headers = _headers(scope)
        opens = self._has_token(_asked_token(scope))
        refusal = self._refusal(scope, headers, opens=opens)
        if refusal is not None:
            await _answer(send, *refusal)
            return
        body = _LimitedBody(receive, self._max_bytes)
        cookie = f"{_COOKIE}={self._token.decode()}; HttpOnly; SameSite=Strict; Path={self._room}/"
        inner = {**scope, "path": scope["path"].removeprefix(self._room), "root_path": ""}
        await self._app(inner, body.receive, _with_headers(send, cookie if opens else ""))

    def _refusal(self, scope: Scope, headers: dict[str, str], *, opens: bool) -> tuple[int, str] | None:
        """Return status and sentence for a request that is not let in."""
        host, method = headers.get("host", ""), scope["method"]
        if host not in self._hosts:
            return 400, "This address is not the one that dmiso serve printed. Open that one."
        is_inside = scope["path"].startswith(f"{self._room}/")
        if not is_inside or not (opens or self._has_token(_cookie(headers))):
            return 403, (
                "This page is for the user who started it. Open the whole address that dmiso serve printed in its "
                "terminal, with ?token= and what follows."
            )
        is_opening = opens and method in _SAFE and scope["path"] == f"{self._room}/"
        if headers.get("sec-fetch-site", "none") not in {"same-origin", "none"} and not is_opening:
            return 403, "Another page asked for this. Open the address that dmiso serve printed."
        if method not in _SAFE and headers.get("origin") != f"http://{host}":
            return 403, "Only the page of dmiso serve itself may ask for this."
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self._max_bytes:
            return 413, _too_long(self._max_bytes)
        return None

    def _has_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), self._token)


class _LimitedBody:
    """A request's body, cut off where it is longer than it may be, whatever its header said."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._left, self._most = receive, most, most

    async def receive(self) -> Message:
        """Return the next part.

        Raises
        ------
        HTTPException
            413, if more came than is taken.
        """
        from starlette.exceptions import HTTPException

        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(413, _too_long(self._most))
        return message


def _too_long(most: int) -> str:
    return f"The question is longer than {most:,} bytes, the most that this server takes (--max-nucleotides)."


def _headers(scope: Scope) -> dict[str, str]:
    """Return headers by name; of one that comes twice the values are joined, so that it equals nothing of ours."""
    found: dict[str, str] = {}
    for key, value in scope["headers"]:
        name, text = key.decode("latin-1").lower(), value.decode("latin-1")
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def _asked_token(scope: Scope) -> str:
    values = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
    return values[0] if len(values) == 1 else ""


def _cookie(headers: dict[str, str]) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "").replace(", ", "; ")).get(_COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _with_headers(send: Send, cookie: str) -> Send:
    """Add what every answer has; an answer that sets a policy of its own keeps it."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {key for key, _ in message["headers"]}
            more = [*_HEADERS, (b"content-security-policy", POLICY.encode())]
            message["headers"] = [*message["headers"], *(pair for pair in more if pair[0] not in own)]
            if cookie:
                message["headers"].append((b"set-cookie", cookie.encode()))
        await send(message)

    return sending


async def _answer(send: Send, status: int, problem: str) -> None:
    """Refuse: in a sentence that a browser shows as it is."""
    headers = [(b"content-type", b"application/json; charset=utf-8"), *_HEADERS]
    body = json.dumps({"problem": problem}).encode()
    if status in {400, 403}:
        headers[0] = (b"content-type", b"text/plain; charset=utf-8")
        body = problem.encode()
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
