"""Disks of a program's own, which can be filled up or lose their power: Linux and root only.

A power cut is an ext4 image copied while its program stands still: what was not synced into the
image is not in the copy, as it would not be on a real disk.
"""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
import subprocess
import time
from pathlib import Path

_BALLAST = "ballast"
_COPIES_AT_MOST = 20
_BLOCK_BYTES = 4096


class DiskError(Exception):
    """A disk could not be made, filled or taken away."""


def can_mount() -> bool:
    """Whether this user may mount file systems here."""
    tools = all(map(shutil.which, ("mount", "umount", "mkfs.ext4", "losetup")))
    return tools and os.geteuid() == 0 and Path("/dev/loop-control").exists()


class LoopDisk:
    """An ext4 file system in an image file, mounted at a folder."""

    def __init__(self, at: Path, *, megabytes: int) -> None:
        """Make and mount it; what the folder held is moved onto it."""
        self.at = at
        self._image = at.with_name(f"{at.name}.image")
        with self._image.open("wb") as image:
            image.truncate(megabytes * 1_000_000)
        _run("mkfs.ext4", "-q", "-F", "-m", "0", str(self._image))
        held = at.with_name(f"{at.name}.before")
        if at.exists():
            at.rename(held)
        at.mkdir(mode=0o700)
        self._mount()
        if held.exists():
            shutil.copytree(held, at, dirs_exist_ok=True)
            _run("sync", "-f", str(at))  # it was there before the run: no power cut takes it

    def snapshot(self) -> Path:
        """Return a copy of the disk as it is now; its program must stand still."""
        copy = self._image.with_suffix(".cut")
        # The kernel may be writing back just now: the copy counts once it has stopped changing.
        for _ in range(_COPIES_AT_MOST):
            shutil.copyfile(self._image, copy)
            if filecmp.cmp(self._image, copy, shallow=False):
                return copy
            time.sleep(0.05)
        raise DiskError(f"{self._image} does not come to rest")

    def go_on_from(self, copy: Path) -> None:
        """Mount a snapshot in place of the disk; its program must have ended."""
        unmount(self.at)
        copy.replace(self._image)
        self._mount()

    def fill(self) -> None:
        """Take every free block, as another program's log would."""
        with contextlib.suppress(OSError), (self.at / _BALLAST).open("ab", buffering=0) as ballast:
            while True:
                ballast.write(b"\0" * _BLOCK_BYTES * 16)
        with contextlib.suppress(OSError), (self.at / _BALLAST).open("ab", buffering=0) as ballast:
            while True:
                ballast.write(b"\0" * 512)

    def free(self) -> None:
        """Give the blocks back."""
        (self.at / _BALLAST).unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount it."""
        unmount(self.at)

    def _mount(self) -> None:
        _run("mount", "-o", "loop", str(self._image), str(self.at))


def unmount(at: Path) -> None:
    """Unmount a folder; a file that somebody still reads is waited for a moment."""
    for _ in range(50):
        if subprocess.run(["umount", str(at)], capture_output=True, check=False).returncode == 0:
            return
        if not at.is_mount():
            return
        time.sleep(0.1)
    _run("umount", "-l", str(at))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DiskError(f"{' '.join(command)}: {done.stderr.strip()}")
