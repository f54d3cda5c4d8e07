"""The language of a program in a terminal: Spanish unless the environment asks for English.

A program's catalogue is bound as gettext's default domain, because argparse asks there for its own sentences. It holds
the sentences of this room too (`tools/messages.py`).
"""

from __future__ import annotations

import gettext as standard
import os
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("es", "en")
VARIABLES = ("ATARRAYA_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
DOMAIN = "django"  # the name every room gives its catalogue


def choose(environ: Mapping[str, str]) -> str:
    """Return `es` or `en`: the first variable that names one of them, else Spanish."""
    for name in VARIABLES:
        language = environ.get(name, "")[:2].lower()
        if language in LANGUAGES:
            return language
    return "es"


def speak(language: str, catalogues: Path) -> None:
    """Say everything that follows in `language`, argparse's own sentences too. `catalogues`: the program's folder."""
    os.environ["LANGUAGE"] = language
    standard.bindtextdomain(DOMAIN, catalogues)
    standard.textdomain(DOMAIN)


def _(message: str) -> str:
    """Return `message` in the language chosen."""
    return standard.gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Return `one` or `many` in the language chosen, by `count`."""
    return standard.ngettext(one, many, count)


def argparse_sentences() -> list[str]:
    """List what argparse itself says, so that the catalogue holds it."""
    return [
        _("usage: "),
        _("options"),
        _("positional arguments"),
        _("show this help message and exit"),
        _("show program's version number and exit"),
        _("%(prog)s: error: %(message)s\n"),
        _("the following arguments are required: %s"),
        _("unrecognized arguments: %s"),
        _("invalid choice: %(value)r (choose from %(choices)s)"),
        _("invalid %(type)s value: %(value)r"),
        _("argument %(argument_name)s: %(message)s"),
        _("expected one argument"),
        _("expected at least one argument"),
        _("expected at most one argument"),
        _("ambiguous option: %(option)s could match %(matches)s"),
        _("ignored explicit argument %r"),
        _("not allowed with argument %s"),
        _("one of the arguments %s is required"),
    ]
