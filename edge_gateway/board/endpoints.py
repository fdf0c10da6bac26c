"""The board's pages: sign in, see, take charge; live by server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from edge_gateway.board.sign_in import COOKIE, SIGNED_IN_FOR_S, SignIn, Verdict
from edge_gateway.board.view import Viewer
from edge_gateway.board.words import LANGUAGES, Words
from edge_gateway.events import AlarmAcknowledgedAtBoard, InstructionAcknowledgedAtBoard
from edge_gateway.runner import Runner

_LANGUAGE_COOKIE = "storeloop_language"
_LANGUAGE_FOR_S = 400 * 24 * 3600
# Quiet changes are shown together; an alarm is shown at once.
_QUIET_S = 0.2
# A comment line keeps proxies and sleepy tablets from closing the stream.
_SIGN_OF_LIFE_S = 10.0
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Board:
    """What the pages stand on."""

    runner: Runner
    viewer: Viewer
    sign_in: SignIn
    stopping: asyncio.Event


def router(board: Board) -> APIRouter:
    """Return the board's routes."""
    routes = APIRouter()
    pages = _Pages(board)
    routes.add_api_route("/", pages.start, methods=["GET"])
    routes.add_api_route("/board", pages.show, methods=["GET"])
    routes.add_api_route("/board/sign-in", pages.ask_pin, methods=["GET"])
    routes.add_api_route("/board/sign-in", pages.take_pin, methods=["POST"])
    routes.add_api_route("/board/sign-out", pages.sign_out, methods=["POST"])
    routes.add_api_route("/board/alarms/{alarm}/take", pages.take_charge, methods=["POST"])
    routes.add_api_route("/board/instructions/{instruction}/take", pages.see_to, methods=["POST"])
    routes.add_api_route(
        "/board/events",
        pages.events,
        methods=["GET"],
        response_class=EventSourceResponse,
        dependencies=[Depends(pages.require_signed_in)],
    )
    return routes


class _Pages:
    def __init__(self, board: Board) -> None:
        self._board = board

    async def start(self) -> RedirectResponse:
        """Lead to the board."""
        return RedirectResponse("/board")

    async def show(self, request: Request, lang: str | None = None) -> Response:
        """Show the board."""
        words = words_of(request, lang)
        if not self._signed_in(request):
            return RedirectResponse("/board/sign-in", status_code=303)
        html = rendered(
            "board.html",
            words=words,
            live=self._live(words),
            store=self._board.viewer.store_name(words),
            zone=self._board.viewer.zone,
            pin=self._board.sign_in.needed,
        )
        return _with_language(HTMLResponse(html), lang)

    async def ask_pin(self, request: Request, lang: str | None = None) -> Response:
        """Ask for the PIN."""
        if self._signed_in(request):
            return RedirectResponse("/board", status_code=303)
        return _with_language(self._sign_in_page(words_of(request, lang), None, 200), lang)

    async def take_pin(self, request: Request, pin: Annotated[str, Form()] = "") -> Response:
        """Check the PIN and let in."""
        _same_origin(request)
        words = words_of(request)
        client = request.client.host if request.client else "?"
        verdict = await self._board.sign_in.judge(pin, client)
        if verdict is Verdict.TOO_MANY:
            return self._sign_in_page(words, words("too_many"), 429)
        if verdict is Verdict.WRONG:
            return self._sign_in_page(words, words("wrong_pin"), 403)
        response = RedirectResponse("/board", status_code=303)
        response.set_cookie(
            COOKIE,
            self._board.sign_in.cookie(),
            max_age=SIGNED_IN_FOR_S,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    async def sign_out(self, request: Request) -> RedirectResponse:
        """Forget who this browser is."""
        _same_origin(request)
        response = RedirectResponse("/board/sign-in", status_code=303)
        response.delete_cookie(COOKIE)
        return response

    async def take_charge(
        self, request: Request, alarm: str, by: Annotated[str, Form(max_length=200)] = ""
    ) -> RedirectResponse:
        """Take charge of an alarm, by name."""
        self._board.runner.post(AlarmAcknowledgedAtBoard(alarm, self._somebody(request, by)))
        return RedirectResponse("/board", status_code=303)

    async def see_to(
        self, request: Request, instruction: str, by: Annotated[str, Form(max_length=200)] = ""
    ) -> RedirectResponse:
        """See to an instruction, by name."""
        name = self._somebody(request, by)
        self._board.runner.post(InstructionAcknowledgedAtBoard(instruction, name))
        return RedirectResponse("/board", status_code=303)

    async def events(self, request: Request) -> AsyncIterator[ServerSentEvent]:
        """Send the board anew whenever it changes."""
        words = words_of(request)
        changed, sounding = asyncio.Event(), asyncio.Event()

        def listener(sound: bool) -> None:
            changed.set()
            if sound:
                sounding.set()

        listeners = self._board.runner.board_listeners
        listeners.add(listener)
        try:
            yield ServerSentEvent(event="board", raw_data=self._live(words), retry=1000)
            while not self._board.stopping.is_set():
                if not await self._happens(changed, _SIGN_OF_LIFE_S):
                    yield ServerSentEvent(comment="still here")
                    continue
                if not sounding.is_set():
                    await self._happens(sounding, _QUIET_S)
                changed.clear()
                yield ServerSentEvent(event="board", raw_data=self._live(words))
                if sounding.is_set():
                    sounding.clear()
                    yield ServerSentEvent(event="alarm", raw_data="1")
        finally:
            listeners.discard(listener)

    async def _happens(self, event: asyncio.Event, within_s: float) -> bool:
        """Wait for an event, or for the end; say whether it was the event in time."""
        waits = [asyncio.ensure_future(one.wait()) for one in (event, self._board.stopping)]
        try:
            await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return event.is_set()

    def _live(self, words: Words) -> str:
        board = self._board
        view = board.viewer.view(words, board.runner.clock.now())
        return rendered("live.html", words=words, view=view)

    def _sign_in_page(self, words: Words, complaint: str | None, status: int) -> HTMLResponse:
        store = self._board.viewer.store_name(words)
        html = rendered("sign_in.html", words=words, store=store, complaint=complaint)
        return HTMLResponse(html, status_code=status)

    def _signed_in(self, request: Request) -> bool:
        return self._board.sign_in.signed_in(request.cookies.get(COOKIE))

    def _somebody(self, request: Request, by: str) -> str:
        """Return the name that somebody who is signed in gave."""
        _same_origin(request)
        self.require_signed_in(request)
        name = "".join(sign for sign in by if sign.isprintable()).strip()[:40]
        if not name:
            raise HTTPException(422, "say who takes charge")
        return name

    def require_signed_in(self, request: Request) -> None:
        """Let nobody past who is not signed in."""
        if not self._signed_in(request):
            raise HTTPException(403, "sign in first")


def rendered(template: str, **values: object) -> str:
    """Return a page of the board."""
    return _TEMPLATES.get_template(template).render(**values)


def words_of(request: Request, lang: str | None = None) -> Words:
    """Return the words in the language that was asked for, now or earlier."""
    return Words(lang or request.cookies.get(_LANGUAGE_COOKIE, LANGUAGES[0]))


def _with_language(response: Response, lang: str | None) -> Response:
    if lang in LANGUAGES:
        response.set_cookie(_LANGUAGE_COOKIE, lang, max_age=_LANGUAGE_FOR_S, samesite="lax")
    return response


def _same_origin(request: Request) -> None:
    """Refuse what another site's page sends in this browser's name."""
    origin = request.headers.get("origin")
    if origin is not None and origin.split("://", 1)[-1] != request.headers.get("host"):
        raise HTTPException(403, "sent from another site")
