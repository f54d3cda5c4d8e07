"""The proxy and the onion in front, and the units: no log of who came, no more rights than needed."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from atarraya.command.checks.finding import NOTE, Finding, found
from atarraya.command.words import _

NGINX_PLACES = ("/etc/nginx/sites-enabled", "/etc/nginx/conf.d")
CADDY_PLACES = ("/etc/caddy/Caddyfile",)
TORRC = Path("/etc/tor/torrc")
UNITS = Path("/etc/systemd/system")
LARGEST_RECORD = 4096
SHIPPED = (Path(__file__).parent.parent / "deploy", Path(__file__).parents[4] / "deploy")
# What must not be passed on: the address of whoever came.
ADDRESSES = re.compile(r"\$(proxy_add_x_forwarded_for|remote_addr|binary_remote_addr|realip_remote_addr)\b")
LIMITS = re.compile(r"\b(limit_req|limit_conn)(_zone)?\b")

# The directives of a unit that keep it from what it does not need; the rest is each machine's own.
GUARDS = frozenset(
    """AmbientCapabilities CapabilityBoundingSet IPAddressAllow IPAddressDeny KeyringMode LimitCORE LockPersonality
    MemoryDenyWriteExecute MemorySwapMax NoNewPrivileges PrivateDevices PrivateTmp PrivateUsers ProcSubset ProtectClock
    ProtectControlGroups ProtectHome ProtectHostname ProtectKernelLogs ProtectKernelModules ProtectKernelTunables
    ProtectProc ProtectSystem RemoveIPC RestrictAddressFamilies RestrictNamespaces RestrictRealtime RestrictSUIDSGID
    StateDirectoryMode SystemCallArchitectures SystemCallFilter SystemCallErrorNumber UMask""".split()  # noqa: SIM905 (read as words)
)


def proxy(args: argparse.Namespace) -> Iterator[Finding]:
    """No proxy writes down an address, a path or a browser, nor hands an address on."""
    paths = [Path(name) for name in args.proxy] or _installed()
    if not paths:
        yield found("proxy", False, "", _("No proxy's configuration was found. Name it with --proxy."), level=NOTE)
        return
    for path in paths:
        try:
            text = _without_comments(path.read_text())
        except OSError:
            yield found("proxy", False, "", _("%s cannot be read.") % path)
            continue
        faults = list(_caddy(text) if "Caddyfile" in path.name else _nginx(text))
        yield found("proxy", not faults, _("%s keeps no log of who came.") % path, f"{path}: {' '.join(faults)}")


def _installed() -> list[Path]:
    inside = [path for place in NGINX_PLACES for path in sorted(Path(place).glob("*")) if _is_ours(path)]
    return inside + [Path(place) for place in CADDY_PLACES if _is_ours(Path(place))]


def _is_ours(path: Path) -> bool:
    try:
        return "atarraya" in path.read_text()
    except OSError:
        return False


def _without_comments(text: str) -> str:
    return "\n".join(line.split("#", 1)[0] for line in text.splitlines())


def _nginx(text: str) -> Iterator[str]:
    logs = re.findall(r"\baccess_log\s+([^;]+);", text)
    if not logs or any(log.strip() != "off" for log in logs):
        yield _("access_log must be off.")
    errors = re.findall(r"\berror_log\s+([^;]+);", text)
    if not errors or any(log.split()[0] != "/dev/null" for log in errors):
        yield _("error_log must go to /dev/null: its lines carry addresses.")
    if ADDRESSES.search(text):
        yield _("It passes the visitor's address on.")
    if LIMITS.search(text):
        yield _("It limits by address: one router would silence a village.")
    if not re.search(r"X-Forwarded-Proto\s+(?:\$scheme|https)\b", text):
        yield _("It does not say X-Forwarded-Proto.")
    size = re.search(r"\bssl_buffer_size\s+(\d+)(k?)\s*;", text)
    if "ssl_certificate" in text and (not size or _bytes(size[1], size[2]) > LARGEST_RECORD):
        yield _("ssl_buffer_size 1400 would let slow phones paint sooner.")


def _bytes(number: str, unit: str) -> int:
    return int(number) * (1024 if unit else 1)


def _caddy(text: str) -> Iterator[str]:
    if re.search(r"^\s*log\b(?!\s+default\s*\{\s*output\s+discard)", text, re.MULTILINE):
        yield _("It writes a log: only output discard may stand there.")
    if not re.search(r"header_up\s+-X-Forwarded-For", text):
        yield _("It passes the visitor's address on.")


def onion(args: argparse.Namespace) -> Iterator[Finding]:
    """Tor hands what arrives to this machine only, keeps the service's own place hidden, and writes nothing of it."""
    path = Path(args.onion) if args.onion else TORRC
    if not args.onion and not _is_ours(path):
        return  # there is no onion service of ours: nothing is promised
    try:
        text = _without_comments(path.read_text())
    except OSError:
        yield found("onion", False, "", _("%s cannot be read.") % path)
        return
    faults = list(_tor(text))
    yield found("onion", not faults, _("%s keeps the onion service to itself.") % path, f"{path}: {' '.join(faults)}")


def _tor(text: str) -> Iterator[str]:
    said: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, _space, value = line.strip().partition(" ")
        said.setdefault(name.lower(), []).append(value.strip())
    if not said.get("hiddenserviceport") or not all(_to_here(port) for port in said["hiddenserviceport"]):
        yield _("HiddenServicePort must lead to this machine only.")
    if "1" in said.get("hiddenservicesinglehopmode", []) + said.get("hiddenservicenonanonymousmode", []):
        yield _("HiddenServiceSingleHopMode tells where this machine is.")
    if "hiddenserviceexportcircuitid" in said:
        yield _("HiddenServiceExportCircuitID tells visitors apart.")
    if "0" in said.get("safelogging", []):
        yield _("SafeLogging must be 1.")
    if any(log.split("-")[0].split()[0].lower() in {"info", "debug"} for log in said.get("log", []) if log):
        yield _("Tor's log must not be finer than notice.")


def _to_here(port: str) -> bool:
    target = port.split()[-1]
    return target.isdecimal() or target.startswith(("unix:", "127.0.0.1:", "[::1]:", "localhost:"))


def units(args: argparse.Namespace) -> Iterator[Finding]:
    """The units in use are at least as strict as those of the release."""
    place = Path(args.units) if args.units else UNITS
    shipped = {path.name: path for folder in SHIPPED for path in sorted(folder.glob("systemd/*.service"))}
    in_use = {name: place / name for name in shipped if (place / name).is_file()}
    if not in_use:
        yield found("units", False, "", _("No systemd unit of ours is in use in %s.") % place, level=NOTE)
        return
    for name, path in in_use.items():
        theirs = directives(path.read_text())
        missing = [
            line for line in sorted(directives(shipped[name].read_text())) if line not in theirs and _guards(line)
        ]
        root = any(line in theirs for line in ("User=root", "User=0")) or not any(
            line.startswith(("User=", "DynamicUser=yes")) for line in theirs
        )
        faults = ["User"] * root + missing
        yield found(
            "units",
            not faults,
            _("%s is as strict as the release's.") % name,
            _("%(name)s lacks: %(faults)s") % {"name": name, "faults": ", ".join(faults)},
        )


def directives(text: str) -> set[str]:
    """Return the `Name=value` lines of a unit, without comments."""
    lines = (line.strip() for line in text.splitlines())
    return {line for line in lines if "=" in line and not line.startswith(("#", ";"))}


def _guards(line: str) -> bool:
    return line.partition("=")[0] in GUARDS
