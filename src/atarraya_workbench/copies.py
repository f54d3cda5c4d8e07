"""A folder of copies: each file whole or absent, readable by its owner only, taken up where it was cut off."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from atarraya.terminal.codes import Refused
from atarraya_workbench.words import _

MARK, UNFINISHED = "copies.json", "UNFINISHED.txt"
FOLDERS = ("accounts", "attachments")
_PART = ".part"
_FIRST = {UNFINISHED, UNFINISHED + _PART, MARK + _PART}  # what is written before the mark


class Copies:
    """Copies under `to`. `seal` closes a content, or is None for copies in clear."""

    def __init__(self, to: Path, sealed_to: list[str], seal: Callable[[bytes], bytes] | None) -> None:
        self.to, self.sealed_to, self.seal = to, sealed_to, seal
        self.kept: set[str] = set()
        self.written = 0

    def check(self) -> None:
        """Raise Refused for a folder that holds anything but copies begun in the same way. Writes nothing."""
        if (self.to / MARK).exists():
            if _read(self.to / MARK) != self._way:
                raise Refused(_("%s holds copies made in another way. Choose a new folder.") % self.to)
        elif self.to.exists() and any(path.name not in _FIRST for path in self.to.iterdir()):
            raise Refused(_("%s already holds something. Choose a new folder.") % self.to)

    @property
    def _way(self) -> dict[str, object]:
        return {"v": 1, "sealed_to": self.sealed_to}

    def begin(self) -> None:
        """Make the folder, or take up one that was begun in the same way. Raise Refused as `check` does."""
        self.check()
        self.to.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._write(self.to / UNFINISHED, (_("These copies were cut off. Run the same again.") + "\n").encode())
        self._write(self.to / MARK, (json.dumps(self._way) + "\n").encode())
        for name in FOLDERS:
            (self.to / name).mkdir(exist_ok=True, mode=0o700)
        for left in self.to.rglob(f"*{_PART}"):
            left.unlink()

    def name(self, name: str) -> str:
        """Return how a file is called: a closed one does not show what it holds."""
        return f"{name.partition('.')[0]}.age" if self.seal and name.startswith("attachments/") else self._closed(name)

    def _closed(self, name: str) -> str:
        return f"{name}.age" if self.seal else name

    def has(self, name: str) -> bool:
        """Return whether a file is there already, whole; it is then kept."""
        there = (self.to / self.name(name)).exists()
        if there:
            self.kept.add(self.name(name))
        return there

    def put(self, name: str, content: bytes) -> None:
        """Write one file, in place of an earlier one."""
        closed = self.seal(content) if self.seal else content
        self._write(self.to / self.name(name), closed)
        self.kept.add(self.name(name))
        self.written += 1

    def finish(self) -> None:
        """Take away copies of what has changed since, and say that all is there."""
        for folder in FOLDERS:
            for path in (self.to / folder).iterdir():
                if f"{folder}/{path.name}" not in self.kept:
                    path.unlink()
        (self.to / UNFINISHED).unlink()

    def _write(self, path: Path, content: bytes) -> None:
        part = path.with_name(path.name + _PART)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _read(mark: Path) -> object:
    try:
        return json.loads(mark.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return None
