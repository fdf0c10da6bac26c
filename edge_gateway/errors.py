"""Errors of the person who set the gateway up: each says what is wrong and what is allowed.

GatewayError
    PortHeldError   another program has the port we should listen on or read
"""

from __future__ import annotations


class GatewayError(Exception):
    """The gateway cannot run as it was set up; the message is meant for the operator."""


class PortHeldError(GatewayError):
    """A TCP or serial port belongs to another program."""

    def __init__(self, port: str, holder: str) -> None:
        super().__init__(f"{port} is in use by {holder}")
        self.port = port
        self.holder = holder
