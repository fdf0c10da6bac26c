import asyncio

import pytest
from websockets.asyncio.server import ServerConnection, serve

from benchmarks.counting_wire import CountingWire
from benchmarks.sockets import SocketRefusedError, connect, frame

SIZES = (0, 1, 125, 126, 65_535, 65_536, 300_000)


async def _echo(socket: ServerConnection) -> None:
    await socket.ping()
    async for message in socket:
        await socket.send(message)


def test_frames_of_every_size_come_back_from_a_real_server_and_are_counted() -> None:
    async def exchange() -> tuple[list[int], int]:
        async with serve(_echo, "127.0.0.1", 0, max_size=None) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            heard: asyncio.Queue[bytes] = asyncio.Queue()
            with CountingWire(port) as wire:
                socket = await connect(wire.port, "/", "a token", heard.put_nowait)
                for size in SIZES:
                    socket.send(frame(b"x" * size))
                sizes = [len(await asyncio.wait_for(heard.get(), 20)) for _ in SIZES]
                socket.close()
                return sizes, wire.up_bytes

    sizes, counted = asyncio.run(exchange())
    assert sizes == list(SIZES)
    assert sum(SIZES) < counted < sum(SIZES) + 2_000


def test_a_server_that_declines_is_said() -> None:
    async def refused() -> None:
        server = await asyncio.start_server(_forbid, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(SocketRefusedError, match="403"):
                await connect(port, "/", "a token", print)

    asyncio.run(refused())


async def _forbid(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()
    writer.close()
