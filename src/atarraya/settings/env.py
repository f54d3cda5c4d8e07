"""Reads the environment and refuses what it does not understand, instead of guessing."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

TRUE, FALSE = {"1", "true", "yes"}, {"", "0", "false", "no"}


def flag(name: str, default: bool = False) -> bool:
    """Return a yes/no variable; anything else raises ValueError."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ValueError(f"{name} must be 1 or 0, not {value!r}")


def number(name: str, default: int) -> int:
    """Return a whole number of zero or more; anything else raises ValueError."""
    value = os.environ.get(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise ValueError(f"{name} must be a whole number, not {value!r}")
    return int(value)


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
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
    return bytes.fromhex(path.read_text().strip())


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
        raise ValueError("DATABASE_URL must begin with postgresql://")
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
