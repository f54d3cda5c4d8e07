"""The gateway's settings file, `gateway.toml`: who it calls, where it listens, and which phone or modem it serves."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FILE = "gateway.toml"
KINDS = ("android", "generic", "kannel", "gammu", "pretend")


class Wrong(Exception):
    """A setting that is missing or says what it may not; `name` is which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Settings:
    """What the file says. `carriers` are its `[[carrier]]` tables, each with `kind` and `name`."""

    platform: str
    token: str
    fingerprint: str
    host: str
    port: int
    country: str
    certificate: str = ""
    private_key: str = ""
    authority: str = ""
    notices_a_minute: int = 10
    plain: bool = False
    carriers: list[dict[str, Any]] = field(default_factory=list)


def read(folder: Path) -> Settings:
    """Return the settings of a gateway's folder; raise Wrong, or FileNotFoundError where there are none."""
    path = folder / FILE
    if path.stat().st_mode & 0o077:
        raise Wrong("mode")
    try:
        return parse(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise Wrong("toml") from None


def parse(said: dict[str, Any]) -> Settings:
    """Return what a settings file says; raise Wrong."""
    platform = said.get("platform", {})
    url = str(platform.get("url", "")).rstrip("/")
    parts = urlsplit(url)
    loopback = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not parts.hostname or parts.scheme not in ({"http", "https"} if loopback else {"https"}):
        raise Wrong("platform.url")
    token, _dot, fingerprint = str(platform.get("token", "")).partition(".")
    if not token.startswith("g_") or not fingerprint:
        raise Wrong("platform.token")
    host, _colon, port = str(said.get("listen", "127.0.0.1:8785")).rpartition(":")
    if not host or not port.isdigit() or not 0 <= int(port) < 65536:
        raise Wrong("listen")
    host = host.strip("[]")
    if not (_is_loopback(host) or said.get("certificate") or said.get("plain") is True):
        raise Wrong("plain")
    return Settings(
        platform=url,
        token=token,
        fingerprint=fingerprint,
        host=host,
        port=int(port),
        country=str(said.get("country", "57")),
        certificate=str(said.get("certificate", "")),
        private_key=str(said.get("private_key", "")),
        authority=str(platform.get("authority", "")),
        notices_a_minute=_pace(said.get("notices_a_minute", 10)),
        plain=said.get("plain") is True,
        carriers=_carriers(said.get("carrier", [])),
    )


def _pace(said: object) -> int:
    if type(said) is not int or not 1 <= said <= 120:
        raise Wrong("notices_a_minute")
    return said


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _carriers(said: object) -> list[dict[str, Any]]:
    if not isinstance(said, list) or not said:
        raise Wrong("carrier")
    names = set()
    for one in said:
        if not isinstance(one, dict) or one.get("kind") not in KINDS:
            raise Wrong("carrier.kind")
        name = one.setdefault("name", one["kind"])
        if not isinstance(name, str) or not name or name in names:
            raise Wrong("carrier.name")
        names.add(name)
    return said


def begin(folder: Path, text: str) -> Path:
    """Write a first settings file, readable by its owner only, and never over another. Raise FileExistsError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / FILE
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return path
