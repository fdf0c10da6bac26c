"""What the operator set up wrongly, in words for the operator.

ConfigError    one or more settings: file, key, value and what is allowed, a line for each
"""


class ConfigError(Exception):
    """One or more settings are wrong; one line for each."""

    def __init__(self, complaints: list[str]) -> None:
        super().__init__("\n".join(complaints))
        self.complaints = complaints
