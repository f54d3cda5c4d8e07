"""Every command and option in one place, with no Django in it: `--help` answers at once and touches no folder."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from atarraya import __version__
from atarraya.command.words import _

NOTHING, INSTALLATION = "nothing", "installation"
Parser = argparse.ArgumentParser
HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE)


@dataclass(frozen=True)
class Command:
    """One command: its words, what it says of itself, and the module of `acts` that does it.

    `needs` is INSTALLATION when the folder must already hold a network, else NOTHING.
    """

    name: str
    help: str
    configure: Callable[[Parser], None]
    module: str
    needs: str = INSTALLATION


def commands() -> list[Command]:
    """Return every command, in the order a person meets them."""
    return [
        Command("init", _("Found a network here: folder, database, places. Public keys only."), _init, "init", NOTHING),
        Command("serve", _("Serve the network on this machine, and do its jobs."), _serve, "serve"),
        Command("worker", _("Only do the jobs: expiry, retention, rotation of keys."), _worker, "worker"),
        Command("live", _("Only keep live streams, for the proxy in front."), _live, "live"),
        Command("gateway", _("Take SMS beside a phone or modem, and seal them."), _gateway, "gateway", NOTHING),
        Command("point", _("Reporting points: list, create, pause, revoke, change the link."), _point, "point"),
        Command("member", _("Members: list, give a new sign-in, end sessions."), _member, "member"),
        Command("circle", _("Circles and inboxes: list them with their public keys."), _circle, "circle"),
        Command("territory", _("Places: list, or import another country or boundaries."), _territory, "territory"),
        Command("retention", _("Delete what has reached its last day, as done daily."), _retention, "retention"),
        Command("backup", _("Write a sealed backup, its keys apart."), _backup, "backup"),
        Command("restore", _("Make an installation from a backup."), _restore, "restore", NOTHING),
        Command("export", _("Write what is shared as CSV and JSON, and envelopes as age files."), _export, "export"),
        Command("odk", _("What came by ODK: bring in what the workbench made of it, or erase it."), _odk, "odk"),
        Command("doctor", _("Check that this installation keeps its promises."), _doctor, "doctor"),
        Command("reveal", _("Say what a seized server gives up, by its schema."), _reveal, "reveal", NOTHING),
        Command("verify-site", _("Compare a site with this release, byte by byte."), _verify, "verify_site", NOTHING),
        Command("demo", _("Serve a fictional network to try. Protects nobody."), _demo, "demo", NOTHING),
    ]  # fmt: skip


def build() -> Parser:
    """Return the whole parser."""
    parser = Parser(
        prog="atarraya",
        description=_("Threat alerts by municipality. A server that is seized or copied shows no account."),
        epilog=_(
            "Exit codes: 0 done; 1 refused or failed; 2 not understood; "
            "3 a promise is broken (doctor, verify-site); 130 stopped by you. "
            "ATARRAYA_LANG=en speaks English, ATARRAYA_LANG=es Spanish."
        ),
    )
    parser.add_argument(
        "--version", action="version", version=__version__, help=_("show program's version number and exit")
    )
    _data(parser, default=None)
    places = parser.add_subparsers(metavar=_("command"), required=True, dest="name")
    for command in commands():
        child = places.add_parser(command.name, help=command.help, description=command.help)
        child.set_defaults(command=command)
        _data(child, default=argparse.SUPPRESS)
        command.configure(child)
    return parser


def _data(parser: Parser, *, default: str | None) -> None:
    parser.add_argument(
        "--data",
        metavar=_("FOLDER"),
        default=default,
        help=_("the installation's folder (else ATARRAYA_DATA, else var/data)"),
    )


def _acts(parser: Parser, *, default: str | None = None) -> argparse._SubParsersAction[Parser]:
    acts = parser.add_subparsers(dest="act", metavar=_("act"), required=default is None)
    parser.set_defaults(act=default)
    return acts


def _act(places: argparse._SubParsersAction[Parser], name: str, says: str) -> Parser:
    child = places.add_parser(name, help=says, description=says)
    _data(child, default=argparse.SUPPRESS)
    return child


def _json(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help=_("print JSON for another program"))


def _init(parser: Parser) -> None:
    parser.add_argument(
        "--name", required=True, type=_words, metavar=_("NAME"), help=_("the network's name, seen by members")
    )
    parser.add_argument(
        "--municipalities",
        required=True,
        type=_words,
        metavar=_("CODES"),
        help=_("its municipalities: codes or written names, separated by commas"),
    )
    parser.add_argument("--page-name", default="Cuaderno", metavar=_("NAME"), help=_("the neutral name on phones"))
    parser.add_argument("--language", choices=("es", "en"), default="es", help=_("the language of its pages"))
    parser.add_argument("--team-hours", default="", metavar=_("TEXT"), help=_("when the team reads, in words"))
    parser.add_argument("--country", default="CO", metavar=_("CODE"), help=_("whose places to load (CO is included)"))
    _hosts(parser)
    _recipient(parser, "--backup-recipient", _("public age key that backups are sealed to (age1…)"))


def _hosts(parser: Parser) -> None:
    parser.add_argument(
        "--host",
        action="append",
        default=[],
        type=_host,
        metavar=_("NAME"),
        help=_("a name the site answers to; may be repeated"),
    )


def _recipient(parser: Parser, flag: str, says: str) -> None:
    parser.add_argument(flag, default="", metavar="age1…", help=says)


def _address(parser: Parser) -> None:
    parser.add_argument(
        "--host", default=os.environ.get("HOST", "127.0.0.1"), metavar=_("ADDRESS"), help=_("where to listen (HOST)")
    )
    parser.add_argument(
        "--port", type=_port, default=os.environ.get("PORT", "8000"), metavar=_("PORT"), help=_("which port (PORT)")
    )
    parser.add_argument("--threads", type=_threads, default=8, metavar="N", help=_("requests served at once (8)"))
    parser.add_argument("--no-worker", action="store_true", help=_("do not start the process that does the jobs"))


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(_("a port is a number from 1 to 65535"))
    return int(text)


def _threads(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 64:
        raise argparse.ArgumentTypeError(_("a number from 1 to 64"))
    return int(text)


def _words(text: str) -> str:
    if not text.strip(" ,"):
        raise argparse.ArgumentTypeError(_("it may not be empty"))
    return text


def _host(text: str) -> str:
    if not HOST.fullmatch(text):
        raise argparse.ArgumentTypeError(_("only the name, as example.org: no https://, port or path"))
    return text.lower()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("a day is written YYYY-MM-DD")) from None


def _serve(parser: Parser) -> None:
    _address(parser)
    parser.add_argument(
        "--plain-http", action="store_true", help=_("without TLS in front: only on this machine, to try it")
    )
    parser.add_argument(
        "--live-port",
        type=_port,
        default=0,
        metavar=_("PORT"),
        help=_("also keep live streams, on this port of this machine; the proxy hands /vivo to it"),
    )


def _live(parser: Parser) -> None:
    parser.add_argument("--port", type=_port, default=8001, metavar=_("PORT"), help=_("which port (8001)"))


def _worker(parser: Parser) -> None:
    parser.add_argument("--once", action="store_true", help=_("do what is due and stop"))


def _gateway(parser: Parser) -> None:
    parser.add_argument(
        "--place", default="var/gateway", metavar=_("FOLDER"), help=_("the gateway's own folder (var/gateway)")
    )
    parser.add_argument(
        "--key",
        choices=("ask", "stdin", "none"),
        default="ask",
        help=_("how its key comes: asked for (ask), on standard input (stdin), or not at all (none)"),
    )
    once = parser.add_mutually_exclusive_group()
    once.add_argument("--new-key", action="store_true", help=_("make a key, print it once for paper, and stop"))
    once.add_argument("--begin", metavar="URL", help=_("write a first settings file for this platform, and stop"))
    once.add_argument("--check", action="store_true", help=_("read the settings, reach the platform, and stop"))


def _point(parser: Parser) -> None:
    acts = _acts(parser, default="list")
    _json(_act(acts, "list", _("List the points, without their links: only hashes are kept.")))
    create = _act(acts, "create", _("Create a point and print its link and short code once."))
    create.add_argument("--collective", required=True, metavar=_("NAME"), help=_("the collective that speaks"))
    create.add_argument("--municipality", required=True, metavar=_("CODE"), help=_("where it speaks from"))
    create.add_argument("--inbox", default="", metavar=_("NAME"), help=_("where its reports arrive"))
    create.add_argument("--label", default="", metavar=_("TEXT"), help=_("how stewards tell it apart"))
    for name, says in (
        ("pause", _("Pause a point: it neither reports nor reads, and its warnings are in doubt.")),
        ("resume", _("Let a paused point work again.")),
        ("revoke", _("End a point for good.")),
        ("change-link", _("Give a point a new link; the old one only delivers, for 45 days.")),
    ):
        _act(acts, name, says).add_argument("point", metavar="ID", help=_("the point's id, from the list"))


def _member(parser: Parser) -> None:
    acts = _acts(parser, default="list")
    _json(_act(acts, "list", _("List members by alias, with roles and circles.")))
    _act(acts, "founding-link", _("Give the founding link again, while nobody is active."))
    for name, says in (
        ("new-sign-in", _("Give a member a one-time sign-in. Their key phrase stays theirs.")),
        ("sign-out", _("End all sessions of a member, on every device.")),
    ):
        _act(acts, name, says).add_argument("login", metavar=_("LOGIN"), help=_("the member's sign-in name"))

    settle = _act(acts, "settle-freeze", _("Settle a freeze where fewer than two others are left."))
    settle.add_argument("login", metavar=_("LOGIN"), help=_("the sign-in name of the frozen member"))
    settle.add_argument("outcome", choices=("RESTORE", "FROZEN_OUT", "FREEZER_OUT"), help=_("who goes, if anybody"))


def _circle(parser: Parser) -> None:
    acts = _acts(parser, default="list")
    _json(_act(acts, "list", _("List circles, their epochs, members and the inboxes they serve.")))


def _territory(parser: Parser) -> None:
    acts = _acts(parser)
    _json(_act(acts, "list", _("List the editions of places loaded here.")))
    load = _act(acts, "import", _("Import a country's units (CSV) and boundaries (GeoJSON)."))
    load.add_argument("--country", required=True, metavar=_("CODE"), help=_("two letters, as PE"))
    load.add_argument("--units", metavar="CSV", help=_("code, name, parent and point of each unit"))
    load.add_argument("--boundaries", metavar="GEOJSON", help=_("outlines; they are cleaned and simplified"))
    load.add_argument("--edition", default="", metavar=_("NAME"), help=_("what the list is called"))
    load.add_argument("--valid-from", type=_day, metavar="YYYY-MM-DD", help=_("since when it holds"))
    load.add_argument(
        "--prefix", default="", metavar=_("TEXT"), help=_("put before each code, if another country uses it")
    )
    load.add_argument("--uneven-codes", action="store_true", help=_("codes of several lengths are meant so"))
    load.add_argument(
        "--code-property", default="", metavar=_("NAME"), help=_("which property of an outline is its code")
    )
    load.add_argument("--skip-unknown", action="store_true", help=_("leave out outlines of units that are not here"))


def _retention(parser: Parser) -> None:
    parser.add_argument("--dry-run", action="store_true", help=_("only say what would be deleted"))


def _backup(parser: Parser) -> None:
    parser.add_argument("--to", required=True, metavar=_("FOLDER"), help=_("where backups are kept, off this disk"))
    _recipient(parser, "--recipient", _("public age key, if another than the one given at founding"))
    parser.add_argument("--secrets", action="store_true", help=_("write the secrets folder instead, sealed, once"))


def _restore(parser: Parser) -> None:
    parser.add_argument("snapshot", metavar=_("FILE"), help=_("the backup (…-data.age)"))
    parser.add_argument("--keys", metavar=_("FILE"), help=_("its keys; else the newest beside it"))
    parser.add_argument("--identity", metavar=_("FILE"), help=_("the private age key, in a file, if still sealed"))
    parser.add_argument("--secrets", metavar=_("FILE"), help=_("the sealed secrets folder (…-secrets.age)"))
    _hosts(parser)


def _export(parser: Parser) -> None:
    parser.add_argument("--to", required=True, metavar=_("FOLDER"), help=_("a new folder"))
    parser.add_argument("--only", choices=("shared", "envelopes"), help=_("only one of the two"))
    parser.add_argument(
        "--keys-of",
        action="append",
        default=[],
        metavar=_("LOGIN"),
        help=_("also this member's keys, still wrapped to their key phrase, for a workbench; may be repeated"),
    )


def _odk(parser: Parser) -> None:
    acts = _acts(parser)
    bring = _act(acts, "import", _("Bring in a folder of reports; running it again changes nothing."))
    bring.add_argument("returns", metavar=_("FOLDER"), help=_("what `atarraya-workbench odk --to` wrote"))
    erase = _act(acts, "erase", _("Erase for good ODK forms that cannot be opened. Asks first."))
    erase.add_argument(
        "ids", nargs="+", metavar="ID", help=_("as the workbench names it: its first eight letters, or all")
    )
    erase.add_argument("--yes", action="store_true", help=_("do not ask"))


def _doctor(parser: Parser) -> None:
    parser.add_argument("--proxy", action="append", default=[], metavar=_("FILE"), help=_("the proxy's configuration"))
    parser.add_argument("--onion", metavar=_("FILE"), help=_("tor's configuration, if not /etc/tor/torrc"))
    parser.add_argument("--units", metavar=_("FOLDER"), help=_("where the systemd units are"))
    parser.add_argument("--head", metavar="N:HEX", help=_("a printed head of the trail to compare with"))
    parser.add_argument("--live-port", type=_port, metavar=_("PORT"), help=_("where live streams should answer"))
    _json(parser)


def _reveal(parser: Parser) -> None:
    _json(parser)


def _verify(parser: Parser) -> None:
    parser.add_argument("url", metavar="URL", help=_("the site's address, as https://example.org"))
    _json(parser)


def _demo(parser: Parser) -> None:
    _address(parser)
    parser.add_argument("--reset", action="store_true", help=_("start over (RESET=1)"))
    parser.add_argument("--build-only", action="store_true", help=_("build it and do not serve"))
