"""The guard: without the token, under another name, or from another page nobody comes in."""

import asyncio
import json

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dmiso.web.guard import POLICY, Guard, new_token

TOKEN = "k3Yt0-Rb7sLq_W2xVn9cJf5mHd8gZp1aQe6uXi4oTzE"
"""Fixed, since it is part of the names of tests, which all workers must agree on."""
HOST = "127.0.0.1:4321"
HERE = f"http://{HOST}"
ROOM = "/a-room"
OPEN = f"{ROOM}/?token={TOKEN}"
COOKIE = "dmiso"


async def echo(request):
    return PlainTextResponse(f"{request.method} {len(await request.body())}")


def guarded(max_bytes=1000):
    app = Starlette(
        routes=[Route("/", echo, methods=["GET", "POST"]), Route("/jobs", echo, methods=["GET", "POST"])]
    )
    return Guard(app, token=TOKEN, hosts={HOST, "localhost:4321"}, room=ROOM, max_bytes=max_bytes)


@pytest.fixture
def stranger():
    return TestClient(guarded(), base_url=HERE)


@pytest.fixture
def user(stranger):
    assert stranger.get(OPEN).status_code == 200
    return stranger


def test_guard__the_printed_address_gives_a_cookie_that_no_script_and_no_other_site_has(stranger):
    cookie = stranger.get(OPEN).headers["set-cookie"]
    assert cookie == f"{COOKIE}={TOKEN}; HttpOnly; SameSite=Strict; Path={ROOM}/"
    assert stranger.get(f"{ROOM}/jobs").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"{ROOM}/jobs",
        "/static/page.js",
        "/runs/x/report",
        f"{ROOM}/?token=",
        f"{ROOM}/?token=wrong",
        f"{ROOM}/?token={TOKEN[:-1]}",
        f"/?token={TOKEN}",
        f"/other/?token={TOKEN}",
        f"{ROOM}?token={TOKEN}",
        f"{ROOM}x/?token={TOKEN}",
        f"{ROOM}/?token={TOKEN}&token=x",
        f"{ROOM}/?Token={TOKEN}",
    ],
)
def test_guard__without_the_token_nothing_is_answered(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 403
    assert "dmiso serve printed" in answer.text
    assert "set-cookie" not in answer.headers
    assert TOKEN not in answer.text


@pytest.mark.parametrize(
    "cookie",
    [
        f"{COOKIE}=wrong",
        f"dmiso-1={TOKEN}",
        f"{COOKIE}=",
        f"{COOKIE}",
        f"{COOKIE}=é",
        f'{COOKIE}="{TOKEN}',
        "=;=;",
    ],
)
def test_guard__a_wrong_cookie_is_none(stranger, cookie):
    assert stranger.get(f"{ROOM}/jobs", headers={"cookie": cookie.encode()}).status_code == 403


def test_guard__finds_its_cookie_among_others(stranger):
    answer = stranger.get(f"{ROOM}/jobs", headers={"cookie": f"a=b; {COOKIE}={TOKEN}; c=d"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:4321",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:4321.evil.example",
        "",
        "evil.example@127.0.0.1:4321",
    ],
)
def test_guard__another_name_for_this_machine_is_refused_even_with_the_token(user, host):
    answer = user.get(OPEN, headers={"host": host})
    assert answer.status_code == 400
    assert "not the one that dmiso serve printed" in answer.text


def test_guard__a_host_given_twice_is_refused(user):
    answer = user.get(f"{ROOM}/", headers=[("host", HOST), ("host", "evil.example")])
    assert answer.status_code == 400


def test_guard__localhost_is_the_same(stranger):
    assert stranger.get(OPEN, headers={"host": "localhost:4321"}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "http://evil.example",
        "null",
        "http://127.0.0.1:9999",
        f"https://{HOST}",
        "http://localhost:4321",
    ],
)
def test_guard__other_pages_change_nothing(user, origin):
    headers = {} if origin is None else {"origin": origin}
    assert user.post(f"{ROOM}/jobs", headers=headers, json={}).status_code == 403
    assert user.post(f"{ROOM}/jobs", headers={"origin": HERE}, json={}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_guard__other_pages_read_nothing(user, site):
    headers = {"sec-fetch-site": site}
    assert user.get(f"{ROOM}/jobs", headers=headers).status_code == 403
    assert user.get(f"{ROOM}/", headers=headers).status_code == 403
    assert user.post(OPEN, headers={**headers, "origin": HERE}).status_code == 403
    assert user.get(OPEN, headers=headers).status_code == 200
    assert user.get(f"{ROOM}/jobs", headers={"sec-fetch-site": "same-origin"}).status_code == 200


def test_guard__every_answer_forbids_the_browser_to_ask_elsewhere(stranger):
    for answer in (
        stranger.get(f"{ROOM}/"),
        stranger.get(OPEN),
        stranger.get(f"{ROOM}/nothing"),
        stranger.get(f"{ROOM}/jobs"),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        if answer.status_code != 403:
            assert answer.headers["content-security-policy"] == POLICY


def test_guard__a_request_longer_than_the_limit_is_refused_with_the_limit(user):
    answer = user.post(f"{ROOM}/jobs", headers={"origin": HERE}, content=b"x" * 1001)
    assert answer.status_code == 413
    assert "1,000 bytes" in answer.json()["problem"]
    assert "--max-nucleotides" in answer.json()["problem"]
    assert user.post(f"{ROOM}/jobs", headers={"origin": HERE}, content=b"x" * 1000).text == "POST 1000"


@pytest.mark.parametrize("length", ["-1", "1e3", "99999999999999999999"])
def test_guard__a_length_that_is_none_is_refused(user, length):
    headers = {"origin": HERE, "content-length": length}
    assert user.post(f"{ROOM}/jobs", headers=headers, content=b"x").status_code == 413


def test_guard__a_request_without_a_length_is_cut_off_at_the_limit(user):
    def parts():
        for _ in range(20):
            yield b"x" * 100

    answer = user.post(f"{ROOM}/jobs", headers={"origin": HERE}, content=parts())
    assert answer.status_code == 413


def test_guard__speaks_no_websocket():
    sent = []

    async def run():
        async def send(message):
            sent.append(message)

        await guarded()({"type": "websocket"}, None, send)

    asyncio.run(run())
    assert sent == []


def test_tokens__differ_and_are_long():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 43 for token in tokens)


def test_guard__says_a_refusal_as_json_where_the_page_asked(user):
    answer = user.post(f"{ROOM}/jobs", headers={"origin": HERE}, content=b"x" * 2000)
    assert json.loads(answer.text).keys() == {"problem"}
