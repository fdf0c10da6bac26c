"""Decides whether built files are still good: same inputs, and every output there with its size."""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path


class Stamp:
    """The note that a build leaves beside its outputs in `build/`."""

    def __init__(self, path: Path, *, inputs: Iterable[Path], versions: Iterable[str] = ()) -> None:
        self._path = path
        digest = hashlib.sha256()
        for part in versions:
            digest.update(part.encode() + b"\0")
        for file in sorted(inputs):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
        self._inputs = digest.hexdigest()

    def holds(self) -> bool:
        """Tell whether the outputs noted last are those of these inputs, and all there."""
        try:
            noted = json.loads(self._path.read_text(encoding="utf-8"))
            return bool(noted["inputs"] == self._inputs) and all(
                (self._path.parent / path).stat().st_size == size
                for path, size in noted["outputs"].items()
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return False  # no note, or a damaged one: build again

    def write(self, outputs: Iterable[Path]) -> None:
        """Note the outputs just built."""
        # Relative, so that a checkout may be moved.
        sizes = {os.path.relpath(path, self._path.parent): path.stat().st_size for path in outputs}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        noted = json.dumps({"inputs": self._inputs, "outputs": sizes}, indent=1)
        self._path.write_text(noted, encoding="utf-8")
