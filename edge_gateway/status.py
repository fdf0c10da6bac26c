"""How a running gateway is: what it says of itself, and how another program on the box asks it."""

from __future__ import annotations

import http.client
import json
from typing import Any

import msgspec

from edge_gateway.refusals import Kind
from edge_gateway.runner import Runner
from edge_gateway.settings import Listen

PATH = "/status"
_PATIENCE_S = 3.0
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (compared, not listened on)


def status_of(runner: Runner) -> dict[str, Any]:
    """Return what there is to say; read on the loop."""
    gateway, now = runner.gateway, runner.clock.now()
    hq, refusals = gateway.hq, gateway.refusals
    return {
        "gateway": gateway.identity.gateway,
        "program": gateway.identity.program,
        "broker": hq.broker,
        "hq_cut_since_ms": hq.cut_since_ms,
        "storage_trouble": gateway.storage.trouble,
        "waiting": hq.uplink.waiting(),
        "missing_events": hq.replays.missing_events,
        "connected": sorted(gateway.connected),
        "held_back": sorted(
            device
            for device in runner.connections
            if refusals.lately(device, Kind.SHARE, now, within_ms=120_000)
        ),
        "refused": dict(refusals.counts),
        "address": gateway.identity.address,
        "briefs": gateway.briefs.versions,
        "brief_faults": dict(gateway.briefs.faults),
        "rules_revision": gateway.briefs.revision,
        "codes_left": gateway.codes.left,
        "readers": msgspec.to_builtins(gateway.floor.readers),
    }


def ask(listen: Listen, path: str = PATH) -> bytes | None:
    """Return the answer of the gateway that runs on this machine; None when none does."""
    link = http.client.HTTPConnection(
        _ANYWHERE.get(listen.host, listen.host), listen.port, timeout=_PATIENCE_S
    )
    try:
        link.request("GET", path)
        answer = link.getresponse()
        return answer.read() if answer.status == http.client.OK else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        link.close()


def asked(listen: Listen) -> dict[str, Any] | None:
    """Return what the running gateway says of itself; None when none runs."""
    answer = ask(listen)
    if answer is None:
        return None
    try:
        said = json.loads(answer)
    except ValueError:  # another program has the port
        return None
    return said if isinstance(said, dict) else None
