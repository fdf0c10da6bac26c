import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import msgspec
import pytest

from edge_gateway.board.sign_in import hasher
from edge_gateway.wait_radar.radar import Measures
from tests.edge_gateway.field import batch, offer, response, stream
from tests.edge_gateway.running import PIN, Running, configured, eventually, hear, running, say


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    pin = f"[board]\npin_hash = '{hasher().hash(PIN)}'"
    with running(configured(tmp_path_factory.mktemp("gateway"), pin)) as one:
        yield one


@pytest.fixture
def browser(gateway: Running) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=gateway.url, follow_redirects=True) as one:
        yield one


def raise_alarm(gateway: Running, number: int) -> None:
    of = stream(epoch=f"alarm-{number}")
    with gateway.device() as link:
        say(link, offer(of, 1))
        while not hasattr(hear(link), "through"):
            pass
        say(link, batch(response(number, rating=1, urgent=True, code="7Q3K-M2XA"), of=of))
        assert eventually(lambda: standing(gateway, f"r{number}") is not None)


def standing(gateway: Running, name: str) -> str | None:
    alarms = gateway.program.runner.gateway.alarms.standing()
    return next((one.alarm for one in alarms if one.response == name), None)


def next_event(lines: Iterator[str], kind: str) -> str:
    """Return the data of the next event of that kind."""
    found, data = "", []
    for line in lines:
        if line.startswith("event: "):
            found = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data.append(line.removeprefix("data: "))
        elif line == "":
            if found == kind:
                return "\n".join(data)
            found, data = "", []
    raise AssertionError(f"the stream ended without {kind}")


def test_nobody_sees_the_board_without_the_pin(browser: httpx2.Client) -> None:
    assert browser.get("/").url.path == "/board/sign-in"
    assert browser.get("/board/events").status_code == 403
    assert browser.post("/board/alarms/x/take", data={"by": "x"}).status_code == 403


def test_a_wrong_pin_is_said_and_then_slowed_down(gateway: Running) -> None:
    with httpx2.Client(base_url=gateway.url) as stranger:
        answers = [stranger.post("/board/sign-in", data={"pin": "1111"}) for _ in range(6)]
    assert [one.status_code for one in answers] == [403] * 5 + [429]
    assert "PIN 不对" in answers[0].text


def test_forty_wrong_pins_at_once_are_five(fresh: Running) -> None:
    async def post_all() -> list[int]:
        async with httpx2.AsyncClient(base_url=fresh.url, timeout=30) as one:
            tries = (one.post("/board/sign-in", data={"pin": str(1000 + n)}) for n in range(40))
            return [answer.status_code for answer in await asyncio.gather(*tries)]

    assert sorted(asyncio.run(post_all())) == [403] * 5 + [429] * 35


def test_a_pin_too_long_is_wrong_and_never_echoed(fresh: Running) -> None:
    answer = httpx2.post(f"{fresh.url}/board/sign-in", data={"pin": "7" * 65})
    assert answer.status_code == 403
    assert "777" not in answer.text
    assert "PIN 不对" in answer.text


def test_another_sites_form_is_refused(browser: httpx2.Client) -> None:
    answer = browser.post(
        "/board/sign-in", data={"pin": PIN}, headers={"Origin": "http://evil.example"}
    )
    assert answer.status_code == 403


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Running]:
    pin = f"[board]\npin_hash = '{hasher().hash(PIN)}'"
    with running(configured(tmp_path, pin)) as one:
        yield one


@contextmanager
def entered(gateway: Running) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=gateway.url, follow_redirects=True) as browser:
        assert browser.post("/board/sign-in", data={"pin": PIN}).url.path == "/board"
        yield browser


def test_the_language_is_chosen_and_remembered(fresh: Running) -> None:
    with entered(fresh) as browser:
        assert "没有待处理的警报" in browser.get("/board").text
        assert "No alarms" in browser.get("/board?lang=en").text
        assert "No alarms" in browser.get("/board").text
        assert 'lang="zh-CN"' in browser.get("/board?lang=<script>").text


def test_an_alarm_is_pushed_with_a_sound_and_taken_by_name(fresh: Running) -> None:
    with entered(fresh) as browser:
        with browser.stream("GET", "/board/events") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines = answer.iter_lines()
            assert "没有待处理的警报" in next_event(lines, "board")
            raise_alarm(fresh, 501)
            assert next_event(lines, "alarm") == "1"
        page = browser.get("/board").text
        assert "7Q3K-M2XA" in page
        assert "过敏" in page
        alarm = standing(fresh, "r501")
        unnamed = browser.post(f"/board/alarms/{alarm}/take", data={"by": " \x00 "})
        assert unnamed.status_code == 422
        browser.post(f"/board/alarms/{alarm}/take", data={"by": "<b>王店长"})
        assert standing(fresh, "r501") is None
        assert "&lt;b&gt;王店长 已负责" in browser.get("/board").text


def test_an_instruction_is_seen_to_by_name_and_by_nobody_who_is_not_signed_in(
    fresh: Running,
) -> None:
    runner = fresh.program.runner
    instructions = runner.gateway.floor.instructions
    line = Measures(waiting=9, wait_s=600, pace=None, arrivals=60, busy=1, sales=9)

    def give() -> None:
        for ahead_ms in (0, 60_000):
            now = runner.clock.now()
            now = msgspec.structs.replace(now, mono_ms=now.mono_ms + ahead_ms)
            for command in instructions.look({"till-4": line}, now):
                runner._do(command)
        # No sale is seen here, and without one it would be over at the next look.
        runner.gateway.floor._looked_ms = 2**60

    fresh.loop.call_soon_threadsafe(give)
    assert eventually(lambda: bool(instructions.standing()))
    (order,) = instructions.standing()
    take = f"/board/instructions/{order.instruction}/take"
    assert httpx2.post(fresh.url + take, data={"by": "x"}).status_code == 403
    with entered(fresh) as browser:
        assert "请再开一个收银台" in browser.get("/board").text
        assert browser.post(take, data={"by": " "}).status_code == 422
        browser.post(take, data={"by": "王店长"})
        assert "王店长 正在安排" in browser.get("/board").text


def test_signing_out_ends_it(fresh: Running) -> None:
    with entered(fresh) as browser:
        assert browser.post("/board/sign-out").url.path == "/board/sign-in"
        assert browser.get("/board").url.path == "/board/sign-in"


def test_the_page_names_only_files_that_are_served(fresh: Running) -> None:
    with entered(fresh) as browser:
        assert browser.get("/static/board.css").status_code == 200
        assert browser.get("/static/board.js").status_code == 200
        assert "http" not in browser.get("/board").text.replace("http-equiv", "")
