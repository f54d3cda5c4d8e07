"""What waits on the gateway's disk: sealed, and durable before a phone or modem hears that it was taken.

No number, text or word is here in clear, nothing finer than a day, and of what was handed on only a slow keyed hash
stays for a week, so that a second delivery is known.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from atarraya.sealing import gateways

REMEMBER_DAYS = 7
SEALED_DAYS = 30  # a sealed SMS has its hour inside, and what is repeated later shows as old
# A number that has not written in a code for so long is new again.
KNOWN_DAYS = 180
_TABLES = """
CREATE TABLE IF NOT EXISTS sms (
  id TEXT PRIMARY KEY, day TEXT NOT NULL, header TEXT NOT NULL, sealed BLOB NOT NULL, unread BLOB
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (source BLOB PRIMARY KEY, day TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sealed_seen (mark BLOB PRIMARY KEY, day TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS known (mark BLOB PRIMARY KEY, month TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outgoing (
  id TEXT PRIMARY KEY, day TEXT NOT NULL, sealed BLOB NOT NULL, theirs INTEGER NOT NULL, state TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Busy(Exception):
    """Another gateway uses this folder."""


@dataclass(frozen=True)
class Waiting:
    """An SMS that was taken and not handed on yet. `header` is JSON; `unread` an envelope for the inbox, if any."""

    id: str
    day: date
    header: str
    sealed: bytes
    unread: bytes | None


@dataclass(frozen=True)
class Out:
    """A message to send, sealed to the gateway. `theirs`: it came from the platform, which hears what became of it."""

    id: str
    day: date
    sealed: bytes
    theirs: bool


class Spool:
    """The database of one gateway. Used by several threads, one at a time."""

    def __init__(self, folder: Path) -> None:
        """Open (or make) the spool in a private folder; raise Busy when another process has it."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._hold = os.open(folder / "gateway.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._hold)
            raise Busy() from None
        self._salt = _salt(folder / "gateway.salt")
        self._lock = threading.RLock()
        # Its journal gets the rights that the file has: private from the first moment.
        os.close(os.open(folder / "gateway.sqlite3", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        os.chmod(folder / "gateway.sqlite3", 0o600)
        self._base = sqlite3.connect(folder / "gateway.sqlite3", isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            self._base.execute(f"PRAGMA {pragma}")
        self._base.executescript(_TABLES)
        self._bring_up()

    def _bring_up(self) -> None:
        """Give marks of before an end: counted from now, as if each number had written today."""
        if "month" not in {str(row[1]) for row in self._rows("PRAGMA table_info(known)")}:
            month = _month(datetime.now(UTC).date())
            with self.writing() as base:
                base.execute("ALTER TABLE known RENAME TO known_before")
                base.execute("CREATE TABLE known (mark BLOB PRIMARY KEY, month TEXT NOT NULL) WITHOUT ROWID")
                base.execute("INSERT INTO known SELECT mark, ? FROM known_before", (month,))
                base.execute("DROP TABLE known_before")

    def close(self) -> None:
        """Close it; another process may open it."""
        with self._lock:
            self._base.close()
            os.close(self._hold)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection inside one durable transaction: all of the block, or nothing."""
        with self._lock:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield self._base
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")

    def _rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with self._lock:
            return self._base.execute(sql, values).fetchall()

    # --- what came in

    def digest(self, source: tuple[str, ...]) -> bytes:
        """Return what is kept of an SMS so that a second delivery is known."""
        return gateways.slow_digest(self._salt, source)

    def was_seen(self, digest: bytes) -> bool:
        """Return whether this SMS was taken before."""
        return bool(self._rows("SELECT 1 FROM seen WHERE source = ?", digest))

    def was_sealed(self, mark: bytes) -> bool:
        """Return whether this sealed SMS was taken before, from whatever number."""
        return bool(self._rows("SELECT 1 FROM sealed_seen WHERE mark = ?", mark))

    def take(self, digest: bytes, waiting: Waiting, mark: bytes | None = None) -> bool:
        """Keep an SMS durably; return False if it was taken before. `mark`: of a sealed SMS, kept for 30 days."""
        with self.writing() as base:
            day = waiting.day.isoformat()
            once = "INSERT OR IGNORE INTO sealed_seen VALUES (?, ?)"
            if mark is not None and not base.execute(once, (mark, day)).rowcount:
                return False
            if not base.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (digest, day)).rowcount:
                return False
            row = (waiting.id, day, waiting.header, waiting.sealed, waiting.unread)
            base.execute("INSERT INTO sms VALUES (?, ?, ?, ?, ?)", row)
        return True

    def waiting(self) -> list[str]:
        """Return the ids of what was not handed on yet, in no order."""
        return [str(row[0]) for row in self._rows("SELECT id FROM sms")]

    def get(self, id_: str) -> Waiting | None:
        """Return what waits under an id."""
        for found, day, header, sealed, unread in self._rows("SELECT * FROM sms WHERE id = ?", id_):
            return Waiting(str(found), date.fromisoformat(str(day)), str(header), _bytes(sealed), _maybe(unread))
        return None

    def reseal(self, id_: str, unread: bytes, header: str) -> None:
        """Keep another envelope of the same SMS: the inbox's keys have changed."""
        with self.writing() as base:
            base.execute("UPDATE sms SET unread = ?, header = ? WHERE id = ?", (unread, header, id_))

    def handed_on(
        self, id_: str, mark: tuple[bytes, date] | None = None, reply: tuple[str, date, bytes] | None = None
    ) -> None:
        """Forget an SMS that the platform has; remember its number's mark and queue its reply in the same breath.

        Of a mark's day only the month is kept.
        """
        with self.writing() as base:
            base.execute("DELETE FROM sms WHERE id = ?", (id_,))
            if mark is not None:
                base.execute("INSERT OR REPLACE INTO known VALUES (?, ?)", (mark[0], _month(mark[1])))
            if reply is not None:
                row = (reply[0], reply[1].isoformat(), reply[2], 0, "WAITS")
                base.execute("INSERT OR IGNORE INTO outgoing VALUES (?, ?, ?, ?, ?)", row)

    def knows(self, mark: bytes) -> bool:
        """Return whether a number's mark was kept."""
        return bool(self._rows("SELECT 1 FROM known WHERE mark = ?", mark))

    # --- what goes out

    def queue(self, id_: str, day: date, sealed: bytes, *, theirs: bool) -> bool:
        """Keep a message to send; return False if it is, or was, here."""
        with self.writing() as base:
            row = (id_, day.isoformat(), sealed, int(theirs), "WAITS")
            return bool(base.execute("INSERT OR IGNORE INTO outgoing VALUES (?, ?, ?, ?, ?)", row).rowcount)

    def to_send(self) -> list[Out]:
        """Return the messages that wait to be sent, the oldest days first."""
        rows = self._rows("SELECT id, day, sealed, theirs FROM outgoing WHERE state = 'WAITS' ORDER BY day, id")
        return [Out(str(row[0]), date.fromisoformat(str(row[1])), _bytes(row[2]), bool(row[3])) for row in rows]

    def to_tell(self) -> list[tuple[str, str]]:
        """Return (id, SENT or why it failed) of messages whose end the platform has not heard."""
        rows = self._rows("SELECT id, state FROM outgoing WHERE state NOT IN ('WAITS', 'TOLD')")
        return [(str(row[0]), str(row[1])) for row in rows]

    def sent(self, id_: str, state: str) -> None:
        """Note what became of a message (SENT, or why it failed), and forget what it said."""
        with self.writing() as base:
            base.execute("UPDATE outgoing SET state = ?, sealed = ? WHERE id = ?", (state, b"", id_))
            # The platform has no message for an answer of the gateway's own; that one failed is told all the same.
            base.execute("DELETE FROM outgoing WHERE id = ? AND theirs = 0 AND state = 'SENT'", (id_,))

    def failed_later(self, id_: str, day: date, why: str) -> None:
        """Note that a phone which had taken a message could not send it."""
        with self.writing() as base:
            base.execute("INSERT OR IGNORE INTO outgoing VALUES (?, ?, ?, 0, 'TOLD')", (id_, day.isoformat(), b""))
            base.execute("UPDATE outgoing SET state = ?, sealed = ? WHERE id = ?", (why, b"", id_))

    def have(self) -> list[str]:
        """Return the ids of the platform's messages that are here and not yet told the end of."""
        return [str(row[0]) for row in self._rows("SELECT id FROM outgoing WHERE theirs = 1 AND state <> 'TOLD'")]

    def drop(self, ids: list[str]) -> None:
        """Let go of messages that are not to be sent from here any more: nothing is told of them."""
        with self.writing() as base:
            base.executemany("DELETE FROM outgoing WHERE id = ? AND theirs = 1", [(id_,) for id_ in ids])

    def told(self, id_: str) -> None:
        """The platform has heard: only the id stays, so that it is not sent twice."""
        with self.writing() as base:
            base.execute("UPDATE outgoing SET state = 'TOLD' WHERE id = ?", (id_,))

    # --- facts and forgetting

    def fact(self, name: str) -> str | None:
        """Return a public fact (recipient, lists, municipalities), as last heard from the platform."""
        rows = self._rows("SELECT value FROM facts WHERE name = ?", name)
        return str(rows[0][0]) if rows else None

    def keep_fact(self, name: str, value: str) -> None:
        """Keep a public fact for a start without a line."""
        with self.writing() as base:
            base.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def forget(self, today: date) -> None:
        """Let go of what repeats are known by (a week; thirty days if sealed), and of numbers long silent."""
        limit = (today - timedelta(days=REMEMBER_DAYS)).isoformat()
        with self.writing() as base:
            base.execute("DELETE FROM seen WHERE day < ?", (limit,))
            base.execute("DELETE FROM sealed_seen WHERE day < ?", ((today - timedelta(days=SEALED_DAYS)).isoformat(),))
            base.execute("DELETE FROM outgoing WHERE state = 'TOLD' AND day < ?", (limit,))
            base.execute("DELETE FROM known WHERE month < ?", (_month(today - timedelta(days=KNOWN_DAYS)),))


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _salt(path: Path) -> bytes:
    if not path.exists():
        part = path.with_suffix(".part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(32))
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    return path.read_bytes()


def _bytes(value: object) -> bytes:
    assert isinstance(value, bytes)
    return value


def _maybe(value: object) -> bytes | None:
    return None if value is None else _bytes(value)
