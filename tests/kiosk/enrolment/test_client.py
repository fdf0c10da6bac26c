"""A real HTTP server that speaks the gateway's part, well and badly."""

import socket

import pytest

from kiosk import PROGRAM
from kiosk.enrolment.client import Unreachable, enrol
from protocols import wire
from protocols.enrolment import (
    MAX_ENROL_BYTES,
    PATH,
    EnrolProblem,
    EnrolRefused,
    EnrolRequest,
)
from protocols.errors import MessageError
from tests.kiosk.enrolment.running import ANSWER, desk

SLOW_DOWN = EnrolRefused(why=EnrolProblem.SLOW_DOWN, wait_s=60)


def test_a_code_becomes_a_kiosk() -> None:
    with desk() as said:
        assert enrol(said.url, "05HM-CQQ1-6S") == ANSWER
    assert said.asked == [(PATH, EnrolRequest(code="05HM-CQQ1-6S", program=PROGRAM))]


def test_a_refusal_is_an_answer_too() -> None:
    with desk() as said:
        said.answer = (429, wire.encode_enrolment(SLOW_DOWN))
        assert enrol(said.url, "05HM-CQQ1-6S") == SLOW_DOWN


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>a printer</html>"),
        (404, b"not found"),
        (200, b""),
        (200, b" " * (MAX_ENROL_BYTES + 10)),
        (302, b""),
    ],
)
def test_what_is_no_gateway_is_told_from_one(answer: tuple[int, bytes]) -> None:
    with desk() as said:
        said.answer = answer
        with pytest.raises(MessageError):
            enrol(said.url, "05HM-CQQ1-6S")
    assert (len(said.asked), said.strays) == (1, []), "nobody else is asked"


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with desk() as said:
        assert enrol(said.url, "05HM-CQQ1-6S") == ANSWER


def test_nobody_there_is_said_with_the_reason() -> None:
    with pytest.raises(Unreachable, match="refused"):
        enrol("ws://127.0.0.1:9", "05HM-CQQ1-6S")
    with pytest.raises(Unreachable):
        enrol("ws://no-such-host.invalid:8081", "05HM-CQQ1-6S")
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unreachable, match="time"):
        enrol(f"ws://127.0.0.1:{silent.getsockname()[1]}", "05HM-CQQ1-6S", within_s=0.2)
