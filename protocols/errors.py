"""Errors of a peer: what arrived is not what the protocol allows.

ProtocolError
    MessageError    bytes that are not a message, or a message out of range
        NewerKind   a message of a kind that only a newer version knows
"""


class ProtocolError(Exception):
    """A peer sent what the protocol does not allow."""


class MessageError(ProtocolError):
    """These bytes are not a message that this version understands."""


class NewerKind(MessageError):
    """A message of this major version, of a kind that only a newer one knows (D10)."""
