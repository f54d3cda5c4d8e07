"""Where to listen: whether an address is this machine only, and whether its port is free. No Django."""

from __future__ import annotations

import errno
import ipaddress
import socket

from atarraya.command.words import _
from atarraya.terminal.codes import Refused


def check_free(host: str, port: int) -> None:
    """Refuse a port where somebody listens already: the server itself would share it in silence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as problem:
            raise Refused(_why(problem) % {"host": host, "port": port, "reason": problem.strerror}) from None


def _why(problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        return _("Another program listens on %(host)s:%(port)s. Choose another --port.")
    if problem.errno in {errno.EACCES, errno.EPERM}:
        return _("This user may not listen on %(host)s:%(port)s. Choose a --port above 1023.")
    if problem.errno == errno.EADDRNOTAVAIL:
        return _("%(host)s is no address of this machine.")
    return _("Cannot listen on %(host)s:%(port)s (%(reason)s). Choose another --port.")


def is_loopback(host: str) -> bool:
    """Return whether `host` is this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
