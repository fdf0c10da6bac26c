import os
import socket
import subprocess
import sys
from pathlib import Path

from configuration.holders import file_holder, open_here, tcp_holder

HOLD_FILE = "import sys; file = open(sys.argv[1]); print('.', flush=True); sys.stdin.read()"
HOLD_PORT = (
    "import socket, sys; s = socket.create_server(('127.0.0.1', 0));"
    "print(s.getsockname()[1], flush=True); sys.stdin.read()"
)


def held_by(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_holder_of_a_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "port"
    path.touch()
    with held_by(HOLD_FILE, str(path)) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert file_holder(str(path)).endswith(f"(pid {other.pid})")
        assert not open_here(str(path))
        with path.open("rb"):
            assert open_here(str(path))
        other.communicate()


def test_the_holder_of_a_tcp_port_is_named() -> None:
    with held_by(HOLD_PORT) as other:
        assert other.stdout is not None
        port = int(other.stdout.readline())
        assert tcp_holder(port).endswith(f"(pid {other.pid})")
        other.communicate()


def test_nobody_and_ourselves_are_another_program(tmp_path: Path) -> None:
    assert file_holder(str(tmp_path / "none")) == "another program"
    with socket.create_server(("127.0.0.1", 0)) as own:
        assert f"pid {os.getpid()}" not in tcp_holder(own.getsockname()[1])
