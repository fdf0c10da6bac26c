import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from edge_gateway.settings import Listen
from edge_gateway.status import ask, asked
from tests.edge_gateway.field import offer, stream
from tests.edge_gateway.running import configured, eventually, free_port, hear, running, say


def test_a_running_gateway_says_how_it_is(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    with running(settings) as gateway, gateway.device() as link:
        say(link, offer(stream(), 0))
        hear(link)
        said = asked(settings.listen)
        assert said is not None
        assert said["gateway"] == "g1"
        assert said["connected"] == ["k1"]
        assert said["broker"] is None
        assert said["hq_cut_since_ms"] > 0
        assert said["held_back"] == []
        link.send(b"junk")
        assert eventually(lambda: (asked(settings.listen) or {})["refused"] == {"undecodable": 1})
    assert asked(settings.listen) is None


def test_wherever_it_listens_it_is_asked_on_this_machine() -> None:
    anywhere = "0.0.0.0"  # noqa: S104 (nobody listens there)
    assert ask(Listen(host=anywhere, port=free_port())) is None


class Other(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>" if self.path == "/status" else json.dumps([1]).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_another_program_on_the_port_is_not_taken_for_it() -> None:
    with HTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert asked(Listen(port=server.server_port)) is None
        server.shutdown()
