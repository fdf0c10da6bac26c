"""The gateway's web application: devices, board, figures; with a strict policy for browsers."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.trustedhost import TrustedHostMiddleware

from edge_gateway import device_link, enrolment
from edge_gateway.board import endpoints as board_endpoints
from edge_gateway.board import refusals
from edge_gateway.board.endpoints import Board
from edge_gateway.board.sign_in import COOKIE
from edge_gateway.devices import Devices
from edge_gateway.enrolment import Desk
from edge_gateway.guard import BodyLimit
from edge_gateway.metrics import Figures, Lines
from edge_gateway.status import PATH, status_of

_STATIC = Path(__file__).parent / "board" / "static"
_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';"
        b" img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none';"
        b" frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    # Not "no-referrer": with it browsers hide the Origin of our own forms too.
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)


def app(board: Board, devices: Devices, desk: Desk, lines: Lines) -> FastAPI:
    """Return the application; `lines` gives the serial readers that there are."""
    application = FastAPI(title="Storeloop gateway", openapi_url=None)
    application.add_middleware(BodyLimit)
    application.add_middleware(_SecurityHeaders)
    if not board.sign_in.needed:
        # Without a PIN only this machine may come in; a foreign page must not borrow its name.
        application.add_middleware(
            TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1", "[::1]"]
        )
    application.include_router(device_link.router(board.runner, devices))
    application.include_router(enrolment.router(desk, board.runner.clock))
    refusals.install(application, board)
    application.include_router(board_endpoints.router(board))
    application.mount("/static", StaticFiles(directory=_STATIC), name="static")
    figures = Figures(board.runner, desk, lines)

    @application.get("/livez")
    async def livez() -> dict[str, bool]:
        """Say that the loop runs."""
        return {"alive": True}

    @application.get("/metrics")
    async def show_metrics(request: Request) -> Response:
        """Show the figures, to this machine or to somebody signed in."""
        _only_us(request, board)
        return Response(figures.page(), media_type=figures.content_type)

    @application.get(PATH)
    async def show_status(request: Request) -> dict[str, Any]:
        """Show how it is, to this machine or to somebody signed in."""
        _only_us(request, board)
        return status_of(board.runner)

    return application


def _only_us(request: Request, board: Board) -> None:
    """Refuse whoever is neither on this machine nor signed in."""
    if not _local(request) and not board.sign_in.signed_in(request.cookies.get(COOKIE)):
        raise HTTPException(403, "sign in on the board first, or ask from the gateway itself")


class _SecurityHeaders:
    """Adds the headers; plain ASGI, because streams must pass untouched."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _local(request: Request) -> bool:
    """Whether it comes from this machine: by loopback, or from the address it was sent to."""
    if request.client is None:
        return False
    here = request.scope.get("server")
    if here is not None and here[0] == request.client.host:
        return True
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
