"""A modem kept by gammu-smsd, by its folders: what arrives is a file until we have it, what we send is a file it takes.

A file is deleted only once its SMS is durable here, so nothing is lost in between; read twice, it is known.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from atarraya.gateway import calling
from atarraya.gateway.carriers.carrier import Carrier, Failed, Message, Request
from atarraya.gateway.record import Sms, Unreadable
from atarraya.kernel.errors import DomainError

# A file younger than this may still be being written.
SETTLED = 1.0
# What the modem could not send for so many seconds is worth nothing any more.
GIVE_UP = 4 * 86_400
# The id at the end of the names that we gave; whatever else lies there is not ours to delete.
_OURS = re.compile(r"_([0-9a-f]{32})\.txt$")
_FIELD = re.compile(r'^(\w+) = "?(.*?)"?$', re.MULTILINE)


class Gammu(Carrier):
    """Settings: inbox, outbox, sent and error, the folders of smsdrc; there, inboxformat = detail."""

    kind = "gammu"

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__(said)
        self._inbox, self._outbox, self._sent = (Path(self.setting(name)) for name in ("inbox", "outbox", "sent"))
        self._error = Path(self.setting("error", str(self._sent.parent / "error")))

    def knows(self, path: str) -> bool:
        """It has no address: nobody calls."""
        return False

    def read(self, request: Request) -> Sms | None:
        """Nobody calls."""
        return None

    def collect(self, take: Callable[[Sms], object]) -> None:
        """Take every file of the inbox; one that is no SMS is left for a person to look at."""
        for path in sorted(self._inbox.glob("IN*")):
            with suppress(OSError, Unreadable, DomainError):
                if time.time() - path.stat().st_mtime < SETTLED:
                    continue
                take(self._sms(path.read_text(encoding="utf-8", errors="replace")))
                path.unlink()

    def _sms(self, written: str) -> Sms:
        parts = [dict(_FIELD.findall(part)) for part in written.split("[SMSBackup")[1:]]
        try:
            # Of one long SMS: a sign may begin in one part and end in the next.
            text = b"".join(_text(part) for part in parts).decode("utf-16-be", errors="replace")
            first = parts[0]
            return Sms(self.name, None, first["Number"], "", text, _when(first.get("DateTime", "")))
        except (IndexError, KeyError, ValueError):
            raise Unreadable() from None

    def tidy(self, waits: Callable[[], Collection[str]]) -> list[Failed]:
        """Delete what smsd keeps of each message that it sent or gave up, text and number."""
        ended = [(folder, path) for folder in (self._sent, self._error) for path in folder.glob("OUT*_*")]
        left = [(self._outbox, path) for path in self._outbox.glob("OUT*_*") if _is_old(path)]
        waiting, failed = waits(), []
        for folder, path in (*ended, *left):
            found = _OURS.search(path.name)
            id_ = str(UUID(found[1])) if found else ""
            if not id_ or id_ in waiting:
                continue
            with suppress(OSError):
                path.unlink()
                if folder != self._sent:
                    failed.append(Failed(id_, "REFUSED" if folder == self._error else "SIGNAL"))
        return failed

    def missing(self) -> list[str]:
        """Return the folders of its settings that are not there."""
        folders = {"inbox": self._inbox, "outbox": self._outbox, "sent": self._sent, "error": self._error}
        return [name for name, folder in folders.items() if not folder.is_dir()]

    @property
    def sends(self) -> bool:
        """It can send."""
        return True

    def send(self, message: Message) -> None:
        """Put a file into the outbox, named by the message's id: handed over twice, it is one."""
        if not re.fullmatch(r"\+?\d{3,15}", message.to):
            raise calling.Refused(422)
        name = f"OUTA20200101_000000_00_{message.to}_{message.id.replace('-', '')}.txt"
        if (self._sent / name).exists() or (self._error / name).exists():
            return
        part = self._outbox / f"part-{message.id}"
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(message.text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self._outbox / name)
        except OSError:
            raise calling.Away() from None


def _is_old(path: Path) -> bool:
    with suppress(OSError):
        return time.time() - path.stat().st_mtime > GIVE_UP
    return False


def _text(part: dict[str, str]) -> bytes:
    pieces = [part[name] for name in sorted(part) if re.fullmatch(r"Text\d\d", name)]
    return bytes.fromhex("".join(pieces))


def _when(written: str) -> datetime | None:
    """Return a moment: UTC where a Z says so, else the hour of this machine's zone, as gammu writes it."""
    try:
        moment = datetime.strptime(written.rstrip("Z"), "%Y%m%dT%H%M%S").astimezone()
        return moment.replace(tzinfo=UTC) if written.endswith("Z") else moment.astimezone(UTC)
    except (ValueError, OSError, OverflowError):
        return None
