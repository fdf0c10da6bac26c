"""The system packages that the demo and the tests use, installed by apt where that is allowed."""

import ctypes.util
import os
import shutil
import subprocess
import time
from pathlib import Path

from setup.steps import BUILD, SetupFailed, Steps

# What Kivy's OpenGL needs when there is no screen, from the libraries a running kiosk has mapped.
DEMO = ("libegl1", "libegl-mesa0", "libgl1", "libgl1-mesa-dri")
TEST = (*DEMO, "mosquitto", "chromium", "xvfb", "fonts-noto-cjk", "espeak-ng")
PACKAGES = {"demo": DEMO, "test": TEST}
TRIED = BUILD / "apt-tried"
TRY_AGAIN_AFTER_SECONDS = 3600
NO_STARTING = "/usr/sbin/policy-rc.d"
QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


def provide(kind: str, steps: Steps) -> None:
    """Install the missing packages, or say which ones the user would have to."""
    missing = _missing(PACKAGES[kind])
    if not missing:
        return
    if not _tried_lately(missing) and (rights := _rights()) is not None:
        steps.say(f"system packages: installing {' '.join(missing)}")
        for package in _install(missing, rights, steps):
            steps.say(f"system packages: apt could not install {package} (see build/setup.log)")
        missing = _missing(PACKAGES[kind])
    if not missing:
        return
    TRIED.write_text(" ".join(missing), encoding="utf-8")
    command = f"sudo apt-get install -y {' '.join(missing)}"
    if kind == "demo" and not (ctypes.util.find_library("EGL") and ctypes.util.find_library("GL")):
        raise SetupFailed(f"the kiosk cannot draw without OpenGL libraries: {command}")
    steps.say(f"going on without {', '.join(missing)}; to have it: {command}")


def install_venv_module(steps: Steps) -> None:
    """Install python3-venv, which Debian leaves out of python3."""
    rights = _rights()
    if rights is None or _install(["python3-venv"], rights, steps):
        raise SetupFailed(
            "Python's venv module is incomplete here: sudo apt-get install -y python3-venv"
        )


def _missing(packages: tuple[str, ...]) -> list[str]:
    if shutil.which("dpkg-query") is None:
        return []  # not a Debian: nothing known, the programs will say what they lack
    form = "${Package} ${db:Status-Status}\\n"
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", form, *packages], capture_output=True, text=True, check=False
    )
    there = {line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")}
    return [package for package in packages if package not in there]


def _tried_lately(missing: list[str]) -> bool:
    try:
        same = TRIED.read_text(encoding="utf-8") == " ".join(missing)
        return same and time.time() - TRIED.stat().st_mtime < TRY_AGAIN_AFTER_SECONDS
    except OSError:
        return False


def _rights() -> list[str] | None:
    """Return what to put before apt-get, or None when we may not use it."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(
        ["sudo", "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return ["sudo", "-n"] if allowed.returncode == 0 else None


def _install(packages: list[str], rights: list[str], steps: Steps) -> list[str]:
    """Install each package; return those that apt would not install."""
    failed = []
    try_to_run([*rights, "apt-get", "update"], steps)
    held_back = _hold_back_services(rights, steps)
    try:
        for package in packages:  # one by one: a name this release lacks must not stop the others
            command = ["apt-get", "install", "-y", "--no-install-recommends", package]
            if not try_to_run([*rights, *_environment(), *command], steps):
                failed.append(package)
    finally:
        if held_back:
            try_to_run([*rights, "rm", "-f", NO_STARTING], steps)
    if "mosquitto" in packages and "mosquitto" not in failed and shutil.which("systemctl"):
        try_to_run([*rights, "systemctl", "disable", "mosquitto"], steps)
    return failed


def _hold_back_services(rights: list[str], steps: Steps) -> bool:
    """Keep Debian from starting the mosquitto it installs; the tests start their own."""
    if Path(NO_STARTING).exists():
        return False
    script = f"printf '#!/bin/sh\\nexit 101\\n' > {NO_STARTING} && chmod 755 {NO_STARTING}"
    return try_to_run([*rights, "sh", "-c", script], steps)


def _environment() -> list[str]:
    return ["env", *(f"{key}={value}" for key, value in QUIET.items())]


def try_to_run(command: list[str], steps: Steps) -> bool:
    """Run a command with its output in the log; tell whether it succeeded."""
    try:
        steps.run(command, what=command[0])
    except SetupFailed:
        return False
    return True
