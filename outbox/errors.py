"""What can be wrong with an outbox.

OutboxError
    OutboxHeld       another program has it open
    OutboxDamaged    the file is no outbox, or broken
    OutboxFull       the quota is reached and nothing committed is left to forget
"""

from pathlib import Path


class OutboxError(Exception):
    """The outbox cannot do what was asked."""


class OutboxHeld(OutboxError):
    """Another program holds this outbox."""

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(f"{path} is in use by {holder}; two programs must never share an outbox")
        self.path = path
        self.holder = holder


class OutboxDamaged(OutboxError):
    """The file cannot be read as an outbox."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} cannot be read as an outbox ({why}); "
            "move it aside to start a new one, and keep it: what it holds can be recovered"
        )
        self.path = path
        self.why = why


class OutboxFull(OutboxError):
    """Nothing more can be accepted until HQ has committed what waits here."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} has reached its quota and all of it waits for HQ")
        self.path = path
