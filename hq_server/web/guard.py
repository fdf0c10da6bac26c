"""What stands before every page: bounded bodies, same-origin posts, strict headers.

And who is on the other end of a connection, as far as that can be known.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES = 64 * 1024
# A survey with its logo, or rules in TOML, as the form that people work on it with sends it.
MAX_SURVEY_BYTES = 512 * 1024
_LARGE = ("/surveys/", "/rulebook/")
_SAFE = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# What web servers add to a request that they pass on.
_PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
              "x-real-ip")  # fmt: skip


def address_of(request: HTTPConnection) -> str | None:
    """Return the address of the browser; None when a web server may stand before it unnamed.

    With `listen.trusted_proxies`, uvicorn has put the browser's own address in place already.
    """
    trusted: tuple[str, ...] = request.app.state.settings.listen.trusted_proxies
    if request.client is None or (_is_loopback(request) and not trusted):
        return None
    return request.client.host


def is_local(request: HTTPConnection) -> bool:
    """Return whether a request comes from this machine and no web server passed it on."""
    return _is_loopback(request) and not any(name in request.headers for name in _PASSED_ON)


def _is_loopback(request: HTTPConnection) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


class _Answer:
    """Adds the headers to an answer, and leaves out the body that HEAD does not want."""

    def __init__(self, send: Send, *, cached: bool, headers_only: bool) -> None:
        self._send = send
        self._cached = cached
        self._headers_only = headers_only

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if not self._cached:
                headers.setdefault("Cache-Control", "no-store")
        if self._headers_only and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


class Guard:
    """ASGI middleware; knows nothing of accounts."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        """Stand before `app`, which browsers reach as `public_url`."""
        self._app = app
        self._host = urlsplit(public_url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with headers added to the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal:
            await refusal(scope, receive, send)
            return
        headers_only = scope["method"] == "HEAD"
        if headers_only:  # a page has the same headers for HEAD, and no route of its own
            scope = {**scope, "method": "GET"}
        cached = scope["path"].startswith("/static/")
        limit = _limit(scope["path"])
        answer = _Answer(send, cached=cached, headers_only=headers_only)
        await self._app(scope, _bounded(receive, limit), answer.send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        # PostgreSQL keeps no NUL: without this, one in a filter would be an error of ours.
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            return PlainTextResponse("NUL has no place in an address", 400)
        limit = _limit(scope["path"])
        if not length.isdecimal() or int(length[:12]) > limit:
            return _too_large(limit)
        if scope["method"] not in _SAFE and not self._same_origin(headers):
            return PlainTextResponse("this request comes from another site", 403)
        return None

    def _same_origin(self, headers: Headers) -> bool:
        """Return whether a browser sent this from one of our pages, or no browser sent it."""
        site = headers.get("sec-fetch-site")
        if site is not None and site not in ("same-origin", "none"):
            return False
        origin = headers.get("origin")
        return origin is None or urlsplit(origin).netloc in (self._host, headers.get("host"))


def _limit(path: str) -> int:
    """Return how many bytes a request to `path` may bring."""
    return MAX_SURVEY_BYTES if path.startswith(_LARGE) else MAX_BODY_BYTES


def _bounded(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def receive_bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPException(413)
        return message

    return receive_bounded


def _too_large(limit: int) -> PlainTextResponse:
    return PlainTextResponse(f"at most {limit} bytes are allowed", 413)
