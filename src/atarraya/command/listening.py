"""Where to listen: whether an address is this machine only, and whether its port is free. No Django."""

from __future__ import annotations

import ipaddress
import socket

from atarraya.command.codes import Refused
from atarraya.command.words import _


def check_free(host: str, port: int) -> None:
    """Refuse a port where somebody listens already: the server itself would share it in silence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as problem:
            words = {"host": host, "port": port, "reason": problem.strerror}
            raise Refused(
                _("Cannot listen on %(host)s:%(port)s (%(reason)s). Choose another --port.") % words
            ) from None


def is_loopback(host: str) -> bool:
    """Return whether `host` is this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
