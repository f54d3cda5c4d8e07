"""The server's transport keys: one a week, kept apart from the database and its backups, dropped after 45 days (R9).

They open the outer seal of a phone's outbox (routing and codes) and nothing else. Each is a file of the secrets folder
named by its week, so that processes which start one at the same moment agree on whose was first.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings

from atarraya.alerts.refusals import KeyGone, NotSealed
from atarraya.kernel import clock
from atarraya.sealing import transport
from atarraya.sealing.refusals import NotAnEnvelope, NotForThisKey

KEEP_DAYS = 45
_kept: dict[Path, tuple[str, bytes]] = {}


def public_key() -> str:
    """Return this week's public transport key (age1…), made at its first use."""
    return _read(_path(clock.today()))[0]


def open_outbox(blob: bytes) -> tuple[dict[str, object], bytes]:
    """Return (routing header, envelope) of an outbox file sealed to any key not yet dropped, newest first.

    Raises KeyGone, or NotSealed when it is no outbox file at all.
    """
    for path in sorted(_folder().glob("*.key"), reverse=True):
        try:
            return transport.open_transport(blob, _read(path)[1])
        except (NotForThisKey, FileNotFoundError):
            continue
        except (NotAnEnvelope, ValueError):
            raise NotSealed() from None
    raise KeyGone()


def rotate(today: date | None = None) -> int:
    """Make this week's key if there is none, drop those past their 45 days, and return how many were dropped."""
    day = today or clock.today()
    _read(_path(day))
    dropped = 0
    # A key is handed out during its week, so its 45 days begin with the week's end.
    oldest = _path(day - timedelta(days=KEEP_DAYS + 7)).name
    for path in _folder().glob("*.key"):
        if path.name < oldest:
            path.unlink(missing_ok=True)
            _kept.pop(path, None)
            dropped += 1
    return dropped


def _folder() -> Path:
    return Path(settings.DATA) / "secrets" / "transport"


def _path(day: date) -> Path:
    year, week, _ = day.isocalendar()
    return _folder() / f"{year}-{week:02}.key"


def _read(path: Path) -> tuple[str, bytes]:
    kept = _kept.get(path)
    if kept is None:
        kept = _kept[path] = _stored(path)
    return kept


def _stored(path: Path) -> tuple[str, bytes]:
    if not path.exists():
        _make(path)
    public, secret = path.read_text().split()
    return public, secret.encode()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    public, secret = transport.new_key()
    part = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{public}\n{secret.decode()}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)  # fails if another process was first: then theirs is the key
    except FileExistsError:
        pass
    finally:
        part.unlink()
