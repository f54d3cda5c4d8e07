"""`atarraya serve`: serve a real network. A demonstration is refused: only `atarraya demo` serves it (R26)."""

from __future__ import annotations

import argparse
import os

from django.db import connection

from atarraya.command import listening, release, schema, serving, ways_out
from atarraya.command.words import _
from atarraya.network import queries
from atarraya.terminal.codes import DONE, Refused


def run(args: argparse.Namespace) -> int:
    """Bring tables and pages to this release, then serve until asked to stop."""
    check_address(args.host, plain=args.plain_http)
    ways_out.check()
    listening.check_free(args.host, args.port)
    schema.bring_up_to_date()
    _refuse_demo(args)
    release.collect()
    say_where(args)
    serving.serve(serving.Place(args.host, args.port, args.threads, not args.no_worker, args.live_port), args.folder)
    return DONE


def _refuse_demo(args: argparse.Namespace) -> None:
    if not queries.has_network():
        raise Refused(_("No network was founded here yet: atarraya init"))
    if args.installation.demo or queries.the_network().demo:
        raise Refused(_("This is a demonstration and protects nobody. Serve it with: atarraya demo"))


def check_address(host: str, *, plain: bool) -> None:
    """Refuse plain HTTP anywhere but on this machine: links and sessions would cross the line in the open."""
    if plain and not listening.is_loopback(host):
        raise Refused(_("Without TLS, only this machine may be served: --host 127.0.0.1"))


def say_where(args: argparse.Namespace) -> None:
    """Say in two lines where it listens and on what it stands."""
    host = f"[{args.host}]" if ":" in args.host else args.host
    print(_("Serving on http://%(host)s:%(port)s  (release hash %(hash)s)") % {
        "host": host, "port": args.port, "hash": release.digest()[:16]})  # fmt: skip
    if not os.environ.get("ATARRAYA_PLAIN_HTTP"):
        print(_("Put a proxy with TLS in front (see deploy/). To try it without: --plain-http"))
    print(_("Database: %s. Stop with Ctrl-C.") % connection.vendor, flush=True)
