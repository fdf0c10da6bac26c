"""Takes every picture in docs/pictures/ again: `make screenshots`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPTS = (
    "screenshot_kiosk.py",
    "screenshot_enrolment.py",
    "screenshot_board.py",
    "screenshot_hq.py",
    "screenshot_corrections.py",
)


def main() -> None:
    """Run each script in a process of its own: Kivy opens one window per process."""
    here = Path(__file__).resolve().parent
    for script in SCRIPTS:
        print(script, flush=True)
        subprocess.run([sys.executable, str(here / script)], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
