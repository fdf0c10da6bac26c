"""A wire carries, swallows when cut, and breaks when reset."""

import contextlib
import socket
import struct
import threading

import pytest

from simulator.wire import Wire


@pytest.fixture
def echo_port() -> int:
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            peer, _ = server.accept()
            threading.Thread(target=echo, args=(peer,), daemon=True).start()

    def echo(peer: socket.socket) -> None:
        with contextlib.suppress(ConnectionResetError):
            while data := peer.recv(4096):
                peer.sendall(data)

    threading.Thread(target=serve, daemon=True).start()
    return int(server.getsockname()[1])


def connected(wire: Wire) -> socket.socket:
    return socket.create_connection(("127.0.0.1", wire.port), timeout=5)


def test_a_whole_wire_carries_both_ways(echo_port: int) -> None:
    with Wire(echo_port) as wire, connected(wire) as end:
        end.sendall(b"hello")
        assert end.recv(100) == b"hello"


def test_a_cut_wire_swallows_without_a_word_and_breaks_when_mended(echo_port: int) -> None:
    with Wire(echo_port) as wire, connected(wire) as end:
        end.sendall(b"a")
        assert end.recv(1) == b"a"
        wire.cut()
        assert wire.is_cut
        end.sendall(b"lost")
        end.settimeout(0.3)
        with pytest.raises(TimeoutError):
            end.recv(1)
        wire.mend()
        end.settimeout(5)
        with pytest.raises(ConnectionResetError):
            end.recv(1)
        with connected(wire) as again:
            again.sendall(b"b")
            assert again.recv(1) == b"b"


def test_nobody_behind_the_wire_breaks_the_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = int(server.getsockname()[1])
    with Wire(nobody) as wire, pytest.raises(ConnectionResetError), connected(wire) as end:
        end.recv(1)


def test_a_reset_behind_the_wire_is_heard_before_it() -> None:
    """What is killed with bytes unread resets its connections; they must not stand for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
        with Wire(port) as wire, connected(wire) as end:
            peer, _ = server.accept()
            end.sendall(b"unread")
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.close()
            end.settimeout(20)
            with contextlib.suppress(ConnectionResetError):  # heard as an end, or as what it was
                assert end.recv(1) == b""
