import socket
from collections.abc import Callable
from pathlib import Path

from kiosk.notify import Systemd
from kiosk.upkeep import Upkeep


def test_watchdog_is_fed_from_the_screen_s_own_turns_only(tmp_path: Path) -> None:
    asked: list[tuple[Callable[[], None], float]] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "6000000"}
        upkeep = Upkeep(lambda act, after: asked.append((act, after)), Systemd(environment))
        upkeep.start()
        assert manager.recv(100).startswith(b"READY=1")
        for _ in range(3):
            assert manager.recv(100) == b"WATCHDOG=1"
            act, after = asked.pop()
            assert after == 2.0
            act()
        upkeep.stop()
        assert manager.recv(100) == b"WATCHDOG=1"
        assert manager.recv(100).startswith(b"STOPPING=1")
