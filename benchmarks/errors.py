"""Why a benchmark ends without figures."""


class BenchmarkError(Exception):
    """The benchmark cannot be run here, or what it ran did not do what it should."""
