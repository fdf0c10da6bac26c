"""What can be wrong with an outbox.

OutboxError
    OutboxHeld         another program has it open
    OutboxForeign      it is another device's
    OutboxDamaged      the file is no outbox, or broken
    OutboxUnavailable  it cannot be opened at the moment
    OutboxFull         the quota is reached and nothing committed is left to forget
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


class OutboxForeign(OutboxError):
    """The file is the outbox of another device: a wrong folder, or a wrong id in the settings."""

    def __init__(self, path: Path, owner: str, device: str) -> None:
        super().__init__(f"{path} belongs to device {owner[:64]!a}, not to {device!a}")
        self.path = path
        self.owner = owner


class OutboxDamaged(OutboxError):
    """The file cannot be read as an outbox, or not all of it."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} cannot be read as an outbox ({why}); keep it, with the files beside it: "
            "the program that owns it carries over what can be read when it starts"
        )
        self.path = path
        self.why = why


class OutboxUnavailable(OutboxError):
    """The file cannot be opened now: its disk is full, or does not answer."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be opened at the moment: {why}")
        self.path = path
        self.why = why


class OutboxFull(OutboxError):
    """Nothing more can be accepted until HQ has committed what waits here."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} has reached its quota and all of it waits for HQ")
        self.path = path
