"""Where a browser's push address may lead. It comes from a browser, so it is never taken at its word.

Only the services of browsers' makers and those that the operator named, over https, by name, never to an address inside
the operator's own walls.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

# Chrome and the many built on it, Firefox, Safari, Edge on Windows.
MAKERS = frozenset({"fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com"})
MAKERS_BELOW = (".push.apple.com", ".notify.windows.com")
LONGEST = 1000
_PLAIN = re.compile(r"[!-~]+")
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*")


class NoSuchPlace(ValueError):
    """An address that leads where nothing may be sent."""


@dataclass(frozen=True)
class Place:
    """A push address taken apart. `path` keeps its query. `named`: the operator named it, and it may be near."""

    host: str
    port: int
    path: str
    named: bool

    @property
    def origin(self) -> str:
        """Return the service's origin, as vouchers name it."""
        return f"https://{self.host}" + ("" if self.port == 443 else f":{self.port}")


def named_hosts() -> frozenset[str]:
    """Return what the operator named, each `name` or `name:port`."""
    given = os.environ.get("ATARRAYA_PUSH_HOSTS", "").lower().split(",")
    return frozenset(name.strip() for name in given if name.strip())


def is_host(name: str) -> bool:
    """Return whether an operator's word can name a push service: a host's name, with a port or without."""
    host, _, port = name.partition(":")
    number = not port or (port.isascii() and port.isdigit() and 0 < int(port) < 65536)
    return bool(_NAME.fullmatch(host)) and not is_address(host) and number and not name.endswith(":")


def place_of(endpoint: str) -> Place:
    """Return where an address leads. Raises NoSuchPlace for any that is not allowed."""
    if len(endpoint) > LONGEST or not _PLAIN.fullmatch(endpoint) or "\\" in endpoint:
        raise NoSuchPlace()
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        raise NoSuchPlace() from None
    plain = parts.scheme == "https" and "@" not in parts.netloc and not parts.fragment and parts.path.startswith("/")
    if not plain or not _NAME.fullmatch(host) or is_address(host):
        raise NoSuchPlace()
    named = bool({f"{host}:{port}"} & named_hosts()) or (port == 443 and host in named_hosts())
    known = port == 443 and (host in MAKERS or host.endswith(MAKERS_BELOW))
    if not (named or known):
        raise NoSuchPlace()
    return Place(host, port, parts.path + (f"?{parts.query}" if parts.query else ""), named)


def is_address(host: str) -> bool:
    """Return whether this is an IP address, in any spelling that some resolver would read as one."""
    try:
        ipaddress.ip_address(host.strip("[]"))
        return True
    except ValueError:
        return bool(re.fullmatch(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+))*\.?", host))


def connect(place: Place, timeout: float) -> socket.socket:
    """Return a connection to a place whose name leads out of here. Raises OSError.

    What was looked at is what is connected to: a name that answers differently the second time gains nothing.
    """
    last: OSError = ConnectionError(place.host)
    until = time.monotonic() + timeout  # for all of its addresses together
    for family, kind, protocol, _name, address in socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM):
        if not place.named and not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global:
            continue
        line = socket.socket(family, kind, protocol)
        line.settimeout(max(until - time.monotonic(), 0.1))
        try:
            line.connect(address)
            line.settimeout(timeout)
            return line
        except OSError as fault:
            line.close()
            last = fault
    raise last
