"""Whether this machine runs and serves exactly the release that was installed, with safe settings."""

from __future__ import annotations

import argparse
import base64
import hashlib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from django.conf import settings
from django.core import checks

from atarraya.command import release
from atarraya.command.checks.finding import NOTE, Finding, found
from atarraya.command.words import _


def pages(args: argparse.Namespace) -> Iterator[Finding]:
    """Every collected file, and its compressed copy, is the release's own."""
    root = Path(settings.STATIC_ROOT)
    if not (root / release.STAMP).exists():
        yield found("pages", False, "", _("Pages are not prepared yet: the server does it when it starts."), level=NOTE)
        return
    wrong = [name for name, digest in release.hashed_files().items() if not _same(root / name, digest)]
    yield found(
        "pages",
        not wrong,
        _("What browsers get is the release, byte by byte (%s).") % release.digest()[:16],
        _("%s differs from the release: somebody changed what browsers get.") % ", ".join(wrong[:3]),
    )


def _same(path: Path, digest: str) -> bool:
    try:
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            return False
        packed = path.with_name(path.name + ".br")
        if packed.exists():
            return hashlib.sha256(brotli.decompress(packed.read_bytes())).hexdigest() == digest
    except (OSError, brotli.error):
        return False
    return True


def program(args: argparse.Namespace) -> Iterator[Finding]:
    """The installed program is the wheel's own, byte by byte."""
    listed = _recorded()
    if not listed:
        yield found("program", False, "", _("This runs from a checkout, not from a release."), level=NOTE)
        return
    wrong = [name for name, path, digest in listed if not _has(path, digest)]
    yield found(
        "program",
        not wrong,
        _("The installed program is the release's, byte by byte."),
        _("%s differs from the installed release.") % ", ".join(wrong[:3]),
    )


def _recorded() -> list[tuple[str, Path, str]]:
    try:
        listed = metadata.distribution("atarraya").files or []
    except metadata.PackageNotFoundError:
        return []
    return [
        (str(each), Path(str(each.locate())), each.hash.value)
        for each in listed
        if each.hash is not None and each.hash.mode == "sha256" and str(each).startswith("atarraya/")
    ]


def _has(path: Path, digest: str) -> bool:
    try:
        made = base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
    except OSError:
        return False
    return made == digest


def deployment(args: argparse.Namespace) -> Iterator[Finding]:
    """Django's own deployment checks, and the names the site answers to."""
    quiet = set(settings.SILENCED_SYSTEM_CHECKS)
    if args.installation.demo:
        quiet |= {"security.W004", "security.W012", "security.W016"}  # plain http on this machine, by design
    raised = [
        message
        for message in checks.run_checks(include_deployment_checks=True)
        if message.level >= checks.WARNING and message.id not in quiet
    ]
    yield found(
        "settings",
        not raised and not settings.DEBUG,
        _("The settings are safe."),
        "; ".join(f"{message.id}: {message.msg}" for message in raised) or _("DEBUG is on."),
    )
    loose = [host for host in settings.ALLOWED_HOSTS if host == "*" or host.startswith(".")]
    yield found(
        "hosts",
        not loose,
        _("The site answers only to its own names."),
        _("ATARRAYA_HOSTS lets any name in: %s") % ", ".join(loose),
    )
