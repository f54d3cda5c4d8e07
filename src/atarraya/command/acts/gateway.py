"""`atarraya gateway`: the process beside the phone or modem. Its key is typed at the start and lies on no disk."""

from __future__ import annotations

import argparse
import getpass
import os
import secrets
import signal
import sys
from pathlib import Path

from atarraya.command.words import _
from atarraya.gateway import checking, settings
from atarraya.gateway.running import Gateway, Pretending
from atarraya.gateway.spool import Busy
from atarraya.sealing import gateways
from atarraya.sealing.refusals import NotEncoded
from atarraya.terminal.codes import BROKEN, DONE, Refused


def run(args: argparse.Namespace) -> int:
    """Make a key or a settings file, or take SMS until asked to stop."""
    place = Path(args.place).absolute()
    if args.new_key:
        return _new_key()
    if args.begin is not None:
        return _begin(place, args.begin)
    known = _settings(place)
    key = None if args.check else _key(args.key)
    gateway = _made(place, known, key)
    if args.check:
        return _check(gateway)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: gateway.stop())
    print(
        _("Taking SMS on http://%(host)s:%(port)s. Stop with Ctrl-C.") % {"host": known.host, "port": gateway.door.port}
    )
    if key is None:
        print(_("Without its key: every SMS goes to the inbox unread, and what is to be sent waits."), flush=True)
    try:
        gateway.run()
    except Pretending:
        raise Refused(_("A pretend phone serves a demonstration only. Take it out of the settings file.")) from None
    return DONE


def _check(gateway: Gateway) -> int:
    found = checking.look(gateway)
    gateway.close()
    said = {
        "reached": _("The platform answers and knows this gateway."),
        "away": _("The platform does not answer."),
        "refused": _("The platform does not know this token: ask a steward."),
        "keys": _("The inbox's list of keys does not verify. Nothing is sealed to it; tell a steward in person."),
        "clock_right": _("This machine's clock agrees with the platform's."),
        "clock_wrong": _("This machine's clock differs from the platform's by %(minutes)s minutes: set it."),
        "spool": _("On this disk, sealed: SMS to hand in %(sms)s, messages to send %(out)s."),
        "dropped": _("SMS that the platform refused for a month and that were let go of: %(count)s."),
        "pretend": _("A pretend phone serves a demonstration only. Take it out of the settings file."),
        "carrier_missing": _("%(name)s: these folders of its settings are not there: %(missing)s."),
        "carrier_sends": _("%(name)s: takes SMS and sends."),
        "carrier_takes": _("%(name)s: takes SMS. It has no send_url and sends none."),
    }
    for one in found:
        print(("✓ " if one.fine else "✗ ") + said[one.code] % one.values)
    return DONE if all(one.fine for one in found) else BROKEN


def _made(place: Path, known: settings.Settings, key: gateways.Key | None) -> Gateway:
    try:
        return Gateway(place, known, key, _tell, int(os.environ.get("ATARRAYA_PARENT", 0)))
    except Busy:
        raise Refused(_("Another gateway already uses %s.") % place) from None
    except settings.Wrong as wrong:
        raise Refused(_wrong(wrong.name)) from None
    except OSError as fault:  # its address is taken, or its certificate cannot be read
        where = {"host": known.host, "port": known.port, "why": fault.strerror or type(fault).__name__}
        raise Refused(_("It cannot listen on %(host)s:%(port)s: %(why)s.") % where) from None


def _new_key() -> int:
    identity, recipient = gateways.new_key()
    print(_("The gateway's key. Copy it onto paper now; it is written nowhere and not shown again."))
    print(f"\n    {identity}\n")
    print(_("Its public key, for the page of gateways:"))
    print(f"\n    {recipient}\n")
    print(_("Its short print, to compare by voice: %s") % gateways.short_print(recipient))
    return DONE


def _begin(place: Path, url: str) -> int:
    text = _FIRST.format(url=url.rstrip("/"), signing=secrets.token_urlsafe(24), secret=secrets.token_urlsafe(24))
    try:
        path = settings.begin(place, text)
    except FileExistsError:
        raise Refused(_("%s is there already and stays as it is.") % (place / settings.FILE)) from None
    print(_("Written: %s. Put the token into it, and what your phone or modem needs.") % path)
    return DONE


def _settings(place: Path) -> settings.Settings:
    try:
        return settings.read(place)
    except FileNotFoundError:
        raise Refused(_("There is no %s. Write a first one with: atarraya gateway --begin URL") % (
            place / settings.FILE)) from None  # fmt: skip
    except settings.Wrong as wrong:
        raise Refused(_wrong(wrong.name)) from None


def _wrong(name: str) -> str:
    if name == "mode":
        return _("The settings file may be read by others. Close it with: chmod 600")
    if name == "toml":
        return _("The settings file is not written as TOML. Compare it with the one that --begin writes.")
    if name == "plain":
        return _("Others on that network could read every SMS: give certificate and private_key, or write plain = true "
                 "if only this phone's own cable is meant.")  # fmt: skip
    return _("In the settings file, %s is missing or not as it should be.") % name


def _key(way: str) -> gateways.Key | None:
    if way == "none" or (way == "ask" and not sys.stdin.isatty()):
        return None
    typed = (
        sys.stdin.readline() if way == "stdin" else getpass.getpass(_("The gateway's key, from paper (or nothing): "))
    )
    if not typed.strip():
        return None
    try:
        return gateways.Key(typed)
    except NotEncoded:
        raise Refused(_("That is not a gateway's key: check it letter by letter.")) from None


def _tell(code: str) -> None:
    said = {
        "reached": _("The platform answers."),
        "away": _("The platform does not answer. SMS are kept here, sealed, until it does."),
        "refused": _("The platform does not know this token: ask a steward. SMS are kept here, sealed."),
        "keys": _("The inbox's list of keys does not verify. Nothing is sealed to it; tell a steward in person."),
        "failed": _("Something could not be done on this machine: check the room on its disk. It is tried again."),
        "unproved": _("The platform does not believe this run's key. SMS go to the inbox unread; nothing is sent."),
        "other_run": _(
            "Another run of this gateway has shown its key: this one sends nothing any more and hands SMS "
            "in unread. End one of the two."
        ),
        "clock": _("This machine's clock is wrong. Hours are counted by the platform's; set it."),
        "grown": _("A circle of two that a codebook names for whoever is forced has not two people now: look at it."),
        "other_key": _("This is not the key that the platform knows this gateway by. SMS go to the inbox unread."),
    }
    print(said[code], file=sys.stderr, flush=True)


_FIRST = """\
# The gateway's settings. Only its owner may read this file. The gateway's key is never written here.
listen = "127.0.0.1:8785"   # where the phone or modem hands SMS over
country = "57"              # put before numbers of ten digits
# notices_a_minute = 10     # how many notices go out in a minute; answers are not held back
# certificate = "/path/cert.pem"   # needed for a phone that comes over the local network
# private_key = "/path/key.pem"

[platform]
url = "{url}"
token = "g_…"               # told once on the page of gateways

[[carrier]]                 # SMS Gateway for Android, in local mode: webhook to /android/phone
kind = "android"
name = "phone"
signing_key = "{signing}"
# send_url = "http://127.0.0.1:8080/message"
# user = "sms"
# password = ""

# [[carrier]]               # any service: it posts from, text and date to /generic/service/{secret}/receive
# kind = "generic"
# name = "service"
# secret = "{secret}"
# send_url = "https://…/send"
# send_body = "to={{{{to}}}}&text={{{{text}}}}"

# [[carrier]]               # Kannel: post-url = http://127.0.0.1:8785/kannel/modem/{secret}
# kind = "kannel"
# name = "modem"
# secret = "{secret}"
# send_url = "http://127.0.0.1:13013/cgi-bin/sendsms"
# user = "atarraya"
# password = ""

# [[carrier]]               # a modem kept by gammu-smsd: the folders of its smsdrc
# kind = "gammu"
# name = "usb"
# inbox = "/var/spool/gammu/inbox"
# outbox = "/var/spool/gammu/outbox"
# sent = "/var/spool/gammu/sent"
# error = "/var/spool/gammu/error"
"""
