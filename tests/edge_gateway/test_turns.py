import asyncio
from collections.abc import Coroutine
from typing import Any

from edge_gateway.turns import Turns


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


class Disk:
    """Takes so many frames until somebody makes room."""

    def __init__(self) -> None:
        self.room = 0
        self.taken: list[str] = []
        self.turns = Turns(lambda: self.room <= 0)

    async def hands_over(self, device: str, frames: int) -> None:
        for _ in range(frames):
            await self.turns.mine()
            self.room -= 1
            self.taken.append(device)
            self.turns.next()

    def makes_room(self, frames: int) -> None:
        self.room = frames
        self.turns.next()


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 5))


def test_a_lone_tap_waits_for_one_frame_of_a_flood() -> None:
    async def test() -> None:
        disk = Disk()
        flood = asyncio.create_task(disk.hands_over("flood", 1_000))
        await settled()
        tap = asyncio.create_task(disk.hands_over("tap", 1))
        await settled()
        assert disk.taken == []
        for _ in range(2):
            disk.makes_room(1)
            await settled()
        assert disk.taken == ["flood", "tap"]
        assert tap.done()
        flood.cancel()

    run(test())


def test_everybody_gets_a_turn_in_the_order_in_which_they_came() -> None:
    async def test() -> None:
        disk = Disk()
        all_three = asyncio.gather(*(disk.hands_over(device, 3) for device in "abc"))
        await settled()
        disk.makes_room(100)
        await all_three
        assert disk.taken == ["a", "b", "c"] * 3

    run(test())


def test_who_goes_away_in_the_line_holds_nobody_up() -> None:
    async def test() -> None:
        disk = Disk()
        gone = [asyncio.create_task(disk.hands_over("gone", 1)) for _ in range(3)]
        await settled()
        stays = asyncio.create_task(disk.hands_over("stays", 1))
        await settled()
        gone[1].cancel()
        disk.makes_room(10)  # it is the first one's turn, and just then it goes away
        gone[0].cancel()
        gone[2].cancel()
        await settled()
        assert disk.taken == ["stays"]
        assert stays.done()

    run(test())


def test_with_room_and_no_line_nobody_waits() -> None:
    async def test() -> None:
        disk = Disk()
        disk.room = 5
        await disk.hands_over("a", 5)
        assert disk.taken == ["a"] * 5

    run(test())
