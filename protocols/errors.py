"""Errors of a peer: what arrived is not what the protocol allows.

ProtocolError
    MessageError    bytes that are not a message, or a message out of range
"""


class ProtocolError(Exception):
    """A peer sent what the protocol does not allow."""


class MessageError(ProtocolError):
    """These bytes are not a message that this version understands."""
