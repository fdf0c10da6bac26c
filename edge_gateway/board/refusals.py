"""What is answered to a request that is refused: a small page to people, JSON to programs."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from edge_gateway.board.endpoints import Board, rendered, words_of

_WORDS = {403: "not_allowed", 404: "no_page", 413: "too_long", 422: "not_filled_in"}


def install(application: FastAPI, board: Board) -> None:
    """Answer every refusal of the application so."""

    async def refused(request: Request, error: Any) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            return await http_exception_handler(request, error)
        words = words_of(request)
        html = rendered(
            "refused.html",
            words=words,
            store=board.viewer.store_name(words),
            complaint=words(_WORDS.get(error.status_code, "not_possible")),
        )
        return HTMLResponse(html, status_code=error.status_code, headers=error.headers)

    async def not_as_asked(request: Request, _error: Any) -> Response:
        # What was sent is not sent back: it may be a PIN.
        return await refused(request, HTTPException(422, "not what this form asks for"))

    application.add_exception_handler(HTTPException, refused)
    application.add_exception_handler(RequestValidationError, not_as_asked)
