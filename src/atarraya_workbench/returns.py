"""A folder of reports made from ODK forms, sealed for an inbox: what `atarraya odk import` takes on the server.

Every file is whole or absent, and `returns.json`, which names the others, is written last: a folder that was cut off
brings nothing in. A circle's key signs it, with a hash of each file: the server takes such a folder from nobody else,
because whoever brings reports in also erases the forms they say they were made of.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from atarraya.sealing.canonical import canonical
from atarraya.sealing.signing import sign_text
from atarraya.terminal.codes import Refused
from atarraya_workbench.words import _

FILE, UNFINISHED = "returns.json", "UNFINISHED.txt"
FOLDERS = ("reports", "attachments")
PURPOSE = "odk returns"


class Twice(ValueError):
    """A report or an attachment of that id is in the folder already."""


@dataclass
class Returns:
    """The folder being filled. Nothing in it can be read without a circle's key."""

    to: Path
    made: list[dict[str, Any]] = field(default_factory=list)

    def check(self) -> None:
        """Raise Refused for a folder that holds something, unless it is one of these that was cut off."""
        if self.to.exists() and any(self.to.iterdir()) and not (self.to / UNFINISHED).exists():
            raise Refused(_("%s already holds something. Choose a new folder.") % self.to)

    def begin(self) -> None:
        """Make the folder; what an earlier run left unfinished is taken away. Raise Refused as `check` does."""
        self.check()
        self.to.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(self.to / UNFINISHED, (_("These reports were cut off. Run the same again.") + "\n").encode())
        (self.to / FILE).unlink(missing_ok=True)
        for name in FOLDERS:
            shutil.rmtree(self.to / name, ignore_errors=True)
            (self.to / name).mkdir(mode=0o700)

    def put(
        self, submission: str, parts: int, body: dict[str, Any], attachments: list[tuple[str, str, list[bytes]]]
    ) -> None:
        """Write one report: its body as the platform takes it, and (id, erase hash, slices) of each attachment.

        `parts`: how many files of the form were seen here. Raises Twice; what is in the folder is never written over.
        """
        report, content = f"reports/{body['id']}.json", json.dumps(body).encode()
        if (self.to / report).exists():
            raise Twice()
        told = []
        for pk, erase_hash, pieces in attachments:
            place = self.to / "attachments" / pk
            place.mkdir(mode=0o700)
            for index, piece in enumerate(pieces):
                _write(place / f"{index:04}", piece)
            told.append({"id": pk, "erase_hash": erase_hash, "slices": len(pieces), "hash": hashed(*pieces)})
        _write(self.to / report, content)
        line = {"submission": submission, "parts": parts, "report": report, "hash": hashed(content)}
        self.made.append(line | {"attachments": told})

    def finish(self, seeds: list[str]) -> None:
        """Name all that was written, say that it is all, and sign it under b64 `seeds`."""
        document = canonical({"v": 1, "returns": self.made})
        signatures = [sign_text(PURPOSE, document, seed) for seed in seeds]
        _write(self.to / FILE, (json.dumps({"v": 1, "document": document, "signatures": signatures}) + "\n").encode())
        (self.to / UNFINISHED).unlink()


def hashed(*pieces: bytes) -> str:
    """Return the hex SHA-256 over the SHA-256 of each piece: that of a file, or of slices in their order."""
    return hashlib.sha256(b"".join(hashlib.sha256(piece).digest() for piece in pieces)).hexdigest()


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
