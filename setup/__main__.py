"""`python3 -m setup demo|test`: brings this checkout to where the demo or the tests can run.

Runs under the system's Python with nothing installed, so it and its neighbours import only the
standard library.
"""

import os
import shutil
import sys

OLDEST = (3, 11)
CANDIDATES = ("python3.11", "python3.12", "python3.13", "python3.14")


def main() -> None:
    """Set up what the word on the command line asks for."""
    if sys.version_info < OLDEST:
        _run_under_newer_python()
    from setup import environment  # noqa: PLC0415 - an older Python could not read it

    environment.main(sys.argv[1:])


def _run_under_newer_python() -> None:
    found = next(filter(None, map(shutil.which, CANDIDATES)), None)
    if found is None:
        sys.exit("  Storeloop needs Python 3.11 or newer: sudo apt-get install python3.11")
    os.execv(found, [found, "-m", "setup", *sys.argv[1:]])  # noqa: S606 - a path from PATH


if __name__ == "__main__":
    main()
