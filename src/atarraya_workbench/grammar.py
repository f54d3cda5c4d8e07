"""Commands and options. No option takes a secret."""

from __future__ import annotations

import argparse

from atarraya import __version__
from atarraya_workbench.words import _

Parser = argparse.ArgumentParser
WAYS = ("sheets", "phrase", "code")


def build() -> Parser:
    """Return the whole parser."""
    parser = Parser(
        prog="atarraya-workbench",
        description=_("Opens what a server exported, on the organisation's own machine, with its own key."),
        epilog=_(
            "Exit codes: 0 done; 1 refused or failed; 2 not understood; 3 done, but something in the export is damaged "
            "or missing; 130 stopped by you. ATARRAYA_LANG=en speaks English, ATARRAYA_LANG=es Spanish."
        ),
    )
    parser.add_argument(
        "--version", action="version", version=__version__, help=_("show program's version number and exit")
    )
    places = parser.add_subparsers(metavar=_("command"), required=True, dest="name")
    _list(_command(places, "list", _("Say what is there and whose keys may open it. Opens nothing.")))
    _open(_command(places, "open", _("Show accounts with their threads on this terminal. Writes nothing.")))
    _export(_command(places, "export", _("Write opened copies to a folder, sealed again unless --clear is given.")))
    _odk(_command(places, "odk", _("Open what devices sent with ODK, and seal it again as reports for the platform.")))
    return parser


def _command(places: argparse._SubParsersAction[Parser], name: str, says: str) -> Parser:
    child = places.add_parser(name, help=says, description=says)
    child.add_argument("folder", metavar=_("FOLDER"), help=_("what `atarraya export` wrote"))
    return child


def _list(parser: Parser) -> None:
    parser.add_argument("--each", action="store_true", help=_("one line for each envelope"))
    parser.add_argument("--json", action="store_true", help=_("print JSON for another program"))


def _keys(parser: Parser) -> None:
    parser.add_argument(
        "--with",
        dest="way",
        choices=WAYS,
        help=_("what opens it: two sheets of a circle, a member's key phrase, or a recovery code; typed when asked"),
    )
    parser.add_argument(
        "--swap-is-encrypted",
        action="store_true",
        help=_("go on although memory may reach this machine's disk, because that disk is encrypted"),
    )


def _open(parser: Parser) -> None:
    parser.add_argument("entry", nargs="?", default="", metavar="ID", help=_("an envelope's id, or how it begins"))
    _keys(parser)


def _export(parser: Parser) -> None:
    parser.add_argument("--to", required=True, metavar=_("FOLDER"), help=_("a new folder, or one that was cut off"))
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument(
        "--recipient",
        action="append",
        default=[],
        metavar="age1…",
        help=_("seal the copies to this public age key; may be repeated"),
    )
    how.add_argument("--clear", action="store_true", help=_("leave the copies readable by whoever gets this disk"))
    parser.add_argument("--yes", action="store_true", help=_("do not ask again after saying what it leaves"))
    _keys(parser)


def _odk(parser: Parser) -> None:
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--list", action="store_true", help=_("say what waits, by day; ask for no key and open nothing"))
    how.add_argument(
        "--to", metavar=_("FOLDER"), help=_("seal what is whole again, into a new folder that the server imports")
    )
    parser.add_argument(
        "--incomplete",
        action="store_true",
        help=_("also those that lack a file, or carry a picture that cannot be cleaned; without that file"),
    )
    parser.add_argument("--yes", action="store_true", help=_("do not ask again after saying to whom it is sealed"))
    _keys(parser)
