"""What a site of this release must answer, made here from the installed package and the site's own few choices.

The choices (neutral name, icon, colour, language, network id, whether it is a demonstration) are read from the site.
They are rendered as any page renders them, so nothing can hide in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from uuid import UUID

from django.conf import settings

from atarraya.command import release, schema
from atarraya.command.words import _
from atarraya.terminal.codes import Refused

DOCUMENTS = ("/", "/es/", "/en/", "/n/es/", "/n/en/", "/k/es/", "/k/en/", "/m/", "/sw.js", "/manifest.webmanifest")
SCRIPTED = ("/entrar/", "/invitacion/", "/fundar/")


@dataclass(frozen=True)
class Choices:
    """What a network chose for its pages, as its front page shows it."""

    page_name: str
    icon: str
    color: str
    language: str
    network_id: UUID
    demo: bool


@dataclass(frozen=True)
class Expected:
    """The exact bytes of each document, its content policy, and the SHA-256 (hex) of each file by its address."""

    documents: dict[str, bytes]
    policies: dict[str, str]
    files: dict[str, str]


def choices(page: str) -> Choices:
    """Read a front page's choices; raise Refused when it is no page of ours at all."""
    found = {
        "page_name": re.search(r"<title>([^<]{1,120})</title>", page),
        "icon": re.search(r'rel="icon"[^>]*/icons/([a-z]+)\.[0-9a-f]{12}\.svg"', page),
        "color": re.search(r'name="theme-color" content="(#[0-9a-fA-F]{6})"', page),
        "language": re.search(r'<html lang="(es|en)"', page),
        "network_id": re.search(r'data-network="([0-9a-f-]{36})"', page),
    }
    missing = [name for name, match in found.items() if match is None]
    if missing:
        raise Refused(_("This is not the page of a network of ours: it lacks %s.") % ", ".join(missing))
    text = {name: unescape(match[1]) for name, match in found.items() if match}
    return Choices(
        page_name=text["page_name"],
        icon=text["icon"],
        color=text["color"],
        language=text["language"],
        network_id=UUID(text["network_id"]),
        demo='class="demo"' in page,
    )


def expected(chosen: Choices) -> Expected:
    """Make every document as this release makes it for these choices. Works in the scratch installation in force."""
    schema.bring_up_to_date()
    release.refuse_stale()
    files = release.named_in(Path(settings.STATIC_ROOT))
    _found(chosen)
    from django.test import Client

    client = Client(headers={"accept": "text/html,*/*", "accept-encoding": "identity"}, SERVER_NAME="127.0.0.1")
    answers = {path: client.get(path, secure=True) for path in DOCUMENTS}
    failed = [path for path, answer in answers.items() if answer.status_code != 200]
    if failed:
        raise Refused(_("This installed release cannot make %s itself: install it again.") % ", ".join(failed))
    return Expected(
        documents={path: answer.content for path, answer in answers.items()},
        policies={path: answer.headers.get("Content-Security-Policy", "") for path, answer in answers.items()},
        files={f"/static/{name}": digest for name, digest in files.items()},
    )


def _found(chosen: Choices) -> None:
    from atarraya.network.services import founding

    founding.found_network(
        "·",
        municipalities=["00000"],
        page_name=chosen.page_name,
        icon=chosen.icon,
        color=chosen.color,
        language=chosen.language,
        demo=chosen.demo,
        network_id=chosen.network_id,
    )
