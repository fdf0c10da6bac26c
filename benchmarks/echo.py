"""The plain links of this machine: paho to paho through a broker, WebSocket there and back."""

from __future__ import annotations

import asyncio
import socket as sockets
import threading
import time
from multiprocessing.connection import Connection
from typing import Any

import paho.mqtt.client as mqtt
import uvicorn
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.children import child, told
from benchmarks.sockets import connect, frame

# As the gateway: more in flight makes paho slower.
_IN_FLIGHT = 100
_TOPIC = "limit"
_FRAME_BYTES = 200


def client(port: int, client_id: str) -> mqtt.Client:
    """Return a paho that is connecting on its own thread."""
    made = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5)
    made.max_inflight_messages_set(_IN_FLIGHT)
    made.connect("127.0.0.1", port, clean_start=True)
    made.loop_start()
    return made


# --- broker -------------------------------------------------------------------------------------


def broker_rate(port: int, size: int, seconds: float) -> float:
    """Return how many messages a second reach a subscriber in another process."""
    with child(_subscriber, port) as subscriber:
        told(subscriber, 20)
        publisher = client(port, "limit-publisher")
        room = threading.Semaphore(_IN_FLIGHT)
        publisher.on_publish = lambda *_: room.release()
        payload = b"x" * size
        began = time.perf_counter()
        sent = 0
        while time.perf_counter() - began < seconds:
            room.acquire(timeout=seconds)
            publisher.publish(_TOPIC, payload, qos=1)
            sent += 1
        subscriber.send(sent)
        ended = float(told(subscriber, 60))
        publisher.disconnect()
        publisher.loop_stop()
        return sent / (ended - began)


def _subscriber(port: int, parent: Connection) -> None:
    received = 0

    def heard(*_: Any) -> None:
        nonlocal received
        received += 1

    subscriber = client(port, "limit-subscriber")
    subscriber.on_message = heard
    subscriber.on_subscribe = lambda *_: parent.send("ready")
    subscriber.subscribe(_TOPIC, qos=1)
    wanted = int(parent.recv())
    while received < wanted:
        time.sleep(0.0005)
    parent.send(time.perf_counter())


# --- WebSocket ----------------------------------------------------------------------------------


def socket_rate(window: int, seconds: float) -> float:
    """Return how many frames a second come back, `window` of them under way at once."""
    with child(_socket_server) as server:
        return asyncio.run(_round_trips(int(told(server, 20)), window, seconds))


async def _round_trips(port: int, window: int, seconds: float) -> float:
    loop = asyncio.get_running_loop()
    back, ended = 0, loop.create_future()
    began = time.perf_counter()

    def heard(_payload: bytes) -> None:
        nonlocal back
        back += 1
        if time.perf_counter() - began < seconds:
            socket.send(whole)
        elif not ended.done():
            ended.set_result(None)

    whole = frame(b"x" * _FRAME_BYTES)
    socket = await connect(port, "/", "", heard)
    began = time.perf_counter()
    for _ in range(window):
        socket.send(whole)
    await ended
    passed = time.perf_counter() - began
    socket.close()
    return back / passed


async def _echo(scope: Any, receive: Any, send: Any) -> None:
    """Send every frame back, as a plain ASGI application."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "bytes": message["bytes"]})


def _socket_server(parent: Connection) -> None:
    listener = sockets.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    # The same server and settings as the gateway's.
    config = uvicorn.Config(
        _echo, log_level="error", ws="websockets-sansio", ws_per_message_deflate=False,
        lifespan="off",
    )  # fmt: skip
    parent.send(listener.getsockname()[1])
    uvicorn.Server(config).run(sockets=[listener])
