"""Reads the command line, prepares the installation it speaks of, runs the act, and says refusals in one sentence."""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from atarraya.command import folder, grammar, words
from atarraya.command.words import _
from atarraya.settings.env import Misunderstood
from atarraya.terminal.codes import DONE, REFUSED, STOPPED, Refused
from atarraya.terminal.process import keep_to_oneself, of_machine

SCANT = 64 * 1024  # bytes: less than SQLite's own shared memory file needs
PRODUCTION, DEMO = "atarraya.settings.production", "atarraya.settings.demo"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (see `codes`). Usage mistakes leave by SystemExit(2)."""
    keep_to_oneself()
    words.speak(words.choose(os.environ))
    args = grammar.build().parse_args(argv)
    try:
        code = _run(args)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print(_("Stopped."), file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        # The reader of our output went away (`| head`); there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as problem:
        print(sentence(problem), file=sys.stderr)
        if os.environ.get("ATARRAYA_TRACE"):
            traceback.print_exc()
        return REFUSED


def _run(args: argparse.Namespace) -> int:
    command: grammar.Command = args.command
    args.folder = folder.choose(args.data)
    if command.needs == grammar.INSTALLATION:
        prepare(args, folder.require(args.folder))
    act = importlib.import_module(f"atarraya.command.acts.{command.module}")
    code: int = act.run(args)
    return code


def prepare(args: argparse.Namespace, known: folder.Installation) -> None:
    """Load the settings of an installation and Django with them. Does nothing where Django runs already."""
    keep_to_oneself()
    args.installation = known
    os.environ["ATARRAYA_DATA"] = str(args.folder)
    if known.hosts and "ATARRAYA_HOSTS" not in os.environ:
        os.environ["ATARRAYA_HOSTS"] = ",".join([*known.hosts, "127.0.0.1", "localhost", "[::1]"])
    if getattr(args, "plain_http", False):
        os.environ["ATARRAYA_PLAIN_HTTP"] = "1"
    if known.demo:
        os.environ.pop("DATABASE_URL", None)  # a demonstration lives in its own SQLite file and nowhere else
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", DEMO if known.demo else PRODUCTION)
    load()


def load() -> None:
    """Start Django with the settings the environment names, speaking the command line's language."""
    import django
    from django.utils import translation

    django.setup()
    translation.activate(words.choose(os.environ))


@contextmanager
def scratch() -> Iterator[Path]:
    """Run Django with no installation: in an empty private folder that is removed afterwards."""
    if settings_loaded():
        yield Path(os.environ["ATARRAYA_DATA"])
        return
    with tempfile.TemporaryDirectory(prefix="atarraya-") as place:
        os.environ["ATARRAYA_DATA"] = place
        os.environ.pop("ATARRAYA_STATIC", None)  # a folder that somebody's server serves from
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", PRODUCTION)
        load()
        yield Path(place)


def settings_loaded() -> bool:
    """Return whether Django runs already in this process."""
    from django.apps import apps

    return apps.ready


def sentence(problem: Exception) -> str:
    """Return what a person is told of `problem`: its own sentence when it has one."""
    from atarraya.kernel.errors import DomainError

    if isinstance(problem, Refused):
        return str(problem)
    if isinstance(problem, DomainError):
        own_words = type(problem).__str__ is not Exception.__str__
        return f"{problem}" if own_words else f"{problem.message}"
    if isinstance(problem, Misunderstood):
        return _of_setting(problem)
    if isinstance(problem, OSError):
        return of_machine(problem)
    if type(problem).__name__ == "OperationalError" and _is_full(str(problem)):
        return of_machine(OSError(errno.ENOSPC, ""))
    if type(problem).__name__ in {"OperationalError", "ImproperlyConfigured"}:
        return _("The database does not answer: %s") % str(problem).strip().splitlines()[0]
    kind = type(problem).__name__
    return _("Something unexpected stopped this (%s). To see where, repeat with ATARRAYA_TRACE=1.") % kind


def _is_full(said: str) -> bool:
    """Return whether a database's words come from a full disk: SQLite on one may say only that it cannot write."""
    if "disk is full" in said or "No space left" in said:
        return True
    place = Path(os.environ.get("ATARRAYA_DATA", "."))
    if "disk I/O error" not in said or not place.exists():
        return False
    room = os.statvfs(place)
    return room.f_bavail * room.f_frsize < SCANT


def _of_setting(problem: Misunderstood) -> str:
    needed = {
        "flag": _("%s must be 1 or 0."),
        "number": _("%s must be a whole number."),
        "zone": _("%s must be a time zone, as America/Bogota."),
        "database": _("%s must be written as postgresql://user@host/database."),
        "port": _("%s must be a port, from 1 to 65535."),
        "tls": _("%s must be tls, starttls or none; none only for a server on this machine."),
        "sender": _("%s must be the e-mail address that sends."),
        "hosts": _("%s must be names of hosts, as push.example.org or push.example.org:8443, separated by commas."),
        "contact": _("%s must begin with mailto: or https://"),
        "secret": _("The secret %s is damaged. Bring it back with: atarraya restore --secrets"),
    }
    return needed[problem.kind] % problem.name
