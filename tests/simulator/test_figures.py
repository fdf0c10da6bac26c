"""Figures are sums over labels, and a program that is away keeps its last ones."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from simulator.broker import free_port
from simulator.figures import scrape

METRICS = b"""\
# TYPE storeloop_gateway_waiting_events gauge
storeloop_gateway_waiting_events{lane="urgent"} 2.0
storeloop_gateway_waiting_events{lane="bulk"} 40.0
# TYPE storeloop_gateway_alarms_standing gauge
storeloop_gateway_alarms_standing 7.0
"""


class Metrics(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(METRICS)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_lanes_are_added_up() -> None:
    server = HTTPServer(("127.0.0.1", 0), Metrics)
    threading.Thread(target=server.handle_request, daemon=True).start()
    samples = scrape(f"http://127.0.0.1:{server.server_port}/metrics")
    server.server_close()
    assert samples["storeloop_gateway_waiting_events"] == 42
    assert samples["storeloop_gateway_alarms_standing"] == 7


def test_who_does_not_answer_has_no_figures() -> None:
    assert scrape(f"http://127.0.0.1:{free_port()}/metrics") == {}
