import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from edge_gateway.board.sign_in import hasher
from edge_gateway.guard import MAX_BODY_BYTES
from tests.edge_gateway.running import PIN, Running, configured, running

BOUNDARY = "b0undary"
HEAD = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="pin"\r\n\r\n'.encode()
KINDS = ("application/x-www-form-urlencoded", f"multipart/form-data; boundary={BOUNDARY}")


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Running]:
    pin = f"[board]\npin_hash = '{hasher().hash(PIN)}'"
    with running(configured(tmp_path, pin)) as one:
        yield one


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_without_a_length_is_ended_at_the_bound(gateway: Running, kind: str) -> None:
    port = gateway.settings.listen.port
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(
            f"POST /board/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n"
            "Transfer-Encoding: chunked\r\n\r\n".encode()
        )
        body = HEAD + b"1" * MAX_BODY_BYTES
        line.sendall(b"%x\r\n%b\r\n" % (len(body), body))  # the end never comes
        assert line.recv(4096).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", ["/board/sign-in", "/board/sign-out", "/livez"])
def test_a_body_that_says_it_is_too_long_is_refused(gateway: Running, path: str) -> None:
    answer = httpx2.post(gateway.url + path, content=b"x" * (MAX_BODY_BYTES + 1))
    assert answer.status_code == 413
    assert "content-security-policy" in answer.headers


def test_a_body_within_the_bound_is_read(gateway: Running) -> None:
    assert httpx2.post(f"{gateway.url}/board/sign-in", data={"pin": PIN}).status_code == 303
