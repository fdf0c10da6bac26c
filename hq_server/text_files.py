"""Files with a JSON object a line, plain or packed (.xz): each line is read as one type."""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from hq_server.errors import HqError

_Line = TypeVar("_Line")


class TextFileError(HqError):
    """A file of texts, or a line of it, cannot be read."""

    def __init__(self, path: Path, why: object, line: int | None = None) -> None:
        place = str(path) if line is None else f"{path}, line {line}"
        super().__init__(f"{place}: {why}")
        self.path = path
        self.line = line


def lines(path: Path, kind: type[_Line]) -> Iterator[_Line]:
    """Yield each line that is not empty; TextFileError names the line and the field at fault."""
    try:
        with lzma.open(path) if path.suffix == ".xz" else path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _decoded(path, number, line, kind)
    except (OSError, EOFError, lzma.LZMAError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise TextFileError(path, why or error) from error


def _decoded(path: Path, number: int, line: bytes, kind: type[_Line]) -> _Line:
    try:
        return msgspec.json.decode(line, type=kind)
    except msgspec.ValidationError as error:
        raise TextFileError(path, error, number) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TextFileError(path, f"not JSON: {error}", number) from error
