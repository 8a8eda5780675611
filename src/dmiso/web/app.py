"""The addresses of the local page, and what each answers."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

import dmiso
from dmiso.web.guard import REPORT_POLICY, Guard
from dmiso.web.history import RunNotFoundError
from dmiso.web.jobs import Jobs, TooManyJobsError
from dmiso.web.questions import EXAMPLES, Form, FormError, choices, read_question

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from starlette.requests import Request

    from dmiso.settings.serve import ServeSettings
    from dmiso.web.history import History
    from dmiso.web.jobs import Job

__all__ = ["make_app"]

_STATIC: Final = {
    "style.css": "text/css",
    "page.css": "text/css",
    "page.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_SHOWN: Final = 100
"""Runs that the page lists."""


def make_app(
    history: History, settings: ServeSettings, *, token: str, hosts: Iterable[str], room: str
) -> tuple[Guard, Jobs]:
    """Return the guarded application, and its jobs.

    Parameters
    ----------
    history
        Where questions are kept.
    settings
        Limits.
    token, hosts, room
        As :class:`~dmiso.web.guard.Guard` takes them.
    """
    jobs = Jobs(history, settings)
    page = _Page(history, jobs, settings)

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        del app
        yield
        await jobs.close()

    app = Starlette(
        routes=[
            Route("/", page.page),
            Route("/static/{name}", page.static),
            Route("/choices", page.choices),
            Route("/jobs", page.ask, methods=["POST"]),
            Route("/jobs/{name}/events", page.events),
            Route("/jobs/{name}/cancel", page.cancel, methods=["POST"]),
            Route("/runs", page.runs),
            Route("/runs/{name}", page.run),
            Route("/runs/{name}/report", page.report),
            Route("/runs/{name}/files/{file}", page.file),
        ],
        exception_handlers={
            HTTPException: _http_problem,
            RunNotFoundError: _not_found,
            TooManyJobsError: _too_many,
            FormError: _bad_form,
        },
        lifespan=life,
    )
    guard = Guard(app, token=token, hosts=hosts, room=room, max_bytes=settings.max_bytes)
    return guard, jobs


class _Page:
    """What the addresses answer."""

    def __init__(self, history: History, jobs: Jobs, settings: ServeSettings) -> None:
        self._history, self._jobs, self._settings = history, jobs, settings

    async def page(self, request: Request) -> Response:
        del request
        return Response(_static_bytes("page.html"), media_type="text/html")

    async def static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _STATIC:
            raise HTTPException(404, "There is no such file.")
        return Response(_static_bytes(name), media_type=_STATIC[name])

    async def choices(self, request: Request) -> Response:
        del request
        found = {
            "version": dmiso.__version__,
            "folder": str(self._history.folder),
            "limits": self._settings.as_dict(),
            "examples": [msgspec.to_builtins(example) for example in EXAMPLES],
            **choices(),
        }
        return JSONResponse(found)

    async def ask(self, request: Request) -> Response:
        try:
            form = msgspec.json.decode(await request.body(), type=Form)
        except (msgspec.DecodeError, RecursionError) as error:
            raise HTTPException(400, f"The page sent what is no question ({error}). Load it again.") from None
        # in a thread: the first look-up of a reference takes a moment
        question = await asyncio.to_thread(read_question, form, self._settings)
        job = self._jobs.start(question)
        return JSONResponse({"name": job.name}, status_code=201)

    async def events(self, request: Request) -> Response:
        job = self._job(request)
        return StreamingResponse(self._told(job), media_type="text/event-stream")

    async def _told(self, job: Job) -> AsyncIterator[str]:
        async for state in self._jobs.watch(job):
            yield f"data: {json.dumps(state)}\n\n"

    async def cancel(self, request: Request) -> Response:
        self._jobs.cancel(self._job(request), "Cancelled on the page.")
        return JSONResponse({})

    async def runs(self, request: Request) -> Response:
        del request
        names = self._history.names()
        found = []
        for name in names[:_SHOWN]:
            try:
                found.append(self._summary(name))
            except RunNotFoundError as error:  # listed with what is wrong with it, not passed over
                found.append(
                    {
                        "name": name,
                        "title": name,
                        "state": "failed",
                        "message": str(error),
                        "begun": 0,
                        "seconds": 0,
                    }
                )
        return JSONResponse({"runs": found, "total": len(names)})

    async def run(self, request: Request) -> Response:
        name = request.path_params["name"]
        record = self._history.read(name)
        report = self._history.report(name)
        more = {
            "asked": record.asked,
            "command": record.command,
            "version": record.version,
            "folder": str(self._history.result(name).parent),
            "files": self._history.files(name) if record.state == "done" else [],
            # shown where there is no report
            "text": self._history.text(name) if record.state == "done" and report is None else "",
            "has_report": record.state == "done" and report is not None,
        }
        return JSONResponse({**self._summary(name), **more})

    def _summary(self, name: str) -> dict[str, Any]:
        record = self._history.read(name)
        return {
            "name": name,
            "title": record.title,
            "state": record.state,
            "message": record.message,
            "begun": record.begun,
            "seconds": record.seconds,
        }

    async def report(self, request: Request) -> Response:
        path = self._history.report(request.path_params["name"])
        if path is None:
            raise HTTPException(404, "This run has no report.")
        return FileResponse(path, media_type="text/html", headers={"content-security-policy": REPORT_POLICY})

    async def file(self, request: Request) -> Response:
        path = self._history.file(request.path_params["name"], request.path_params["file"])
        # saved, never shown: a page among the files would be one of this server's own
        return FileResponse(path, media_type="application/octet-stream", filename=path.name)

    def _job(self, request: Request) -> Job:
        job = self._jobs.find(request.path_params["name"])
        if job is None:
            raise HTTPException(404, "This question is not at work any more. See the history.")
        return job


def _static_bytes(name: str) -> bytes:
    """Return a file of the page; its style is that of the reports."""
    folder = files("dmiso.pages") / "templates" if name == "style.css" else files("dmiso.web") / "static"
    return (folder / name).read_bytes()


def _problem(status: int, problem: str, **more: object) -> Response:
    return JSONResponse({"problem": problem, **more}, status_code=status)


async def _http_problem(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, HTTPException)
    return _problem(error.status_code, str(error.detail))


async def _not_found(request: Request, error: Exception) -> Response:
    del request
    return _problem(404, str(error))


async def _too_many(request: Request, error: Exception) -> Response:
    del request
    return _problem(429, str(error))


async def _bad_form(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, FormError)
    return _problem(422, str(error), problems=error.problems)
