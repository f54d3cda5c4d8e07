"""Reads the environment and refuses what it does not understand, instead of guessing."""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo

TRUE, FALSE = {"1", "true", "yes"}, {"", "0", "false", "no"}


class Misunderstood(ValueError):
    """A variable or file says what cannot be. `kind` is what it should be (see `command.entry`)."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(f"{name} is no {kind}")
        self.name, self.kind = name, kind


def flag(name: str, default: bool = False) -> bool:
    """Return a yes/no variable; anything else raises Misunderstood."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise Misunderstood(name, "flag")


def number(name: str, default: int) -> int:
    """Return a whole number of zero or more; anything else raises Misunderstood."""
    value = os.environ.get(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise Misunderstood(name, "number")
    return int(value)


def zone(name: str, default: str) -> str:
    """Return a time zone's name; one that is not known raises Misunderstood."""
    value = os.environ.get(name, default)
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):  # KeyError: well written, and not known
        raise Misunderstood(name, "zone") from None
    return value


def data_dir() -> Path:
    """Return the folder that holds everything this installation owns (database, secrets), mode 0700."""
    path = Path(os.environ.get("ATARRAYA_DATA", "var/data")).absolute()
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def secret(folder: Path, name: str) -> bytes:
    """Return the secret kept in `folder/secrets/name`, made at first use (32 random bytes, hex, mode 0600)."""
    path = folder / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Whole or not at all, and one of many who ask wins: a half secret would shut the installation for good.
        part = path.with_name(f".{name}.{os.getpid()}.{threading.get_ident()}")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
        part.unlink()
    try:
        return bytes.fromhex(path.read_text().strip())
    except ValueError:
        raise Misunderstood(str(path), "secret") from None


def _port(parts: SplitResult) -> str:
    try:
        return str(parts.port or "")
    except ValueError:
        raise Misunderstood("DATABASE_URL", "database") from None


def database(folder: Path) -> dict[str, Any]:
    """Return Django's database settings for DATABASE_URL (`postgresql://…`) or SQLite inside `folder`."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "atarraya.kernel.sqlite",
            "NAME": str(folder / "atarraya.sqlite3"),
            "OPTIONS": {"timeout": 20},
            "CONN_MAX_AGE": None,
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise Misunderstood("DATABASE_URL", "database")
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "atarraya.kernel.postgres",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": _port(parts),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Django turns them off; without this every report's statement is planned anew. Its own cursors prepare nothing.
        "OPTIONS": {"prepare_threshold": 5},
    }
