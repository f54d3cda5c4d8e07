"""What an organisation's workbench needs beside exported envelopes: signed lists, public keys, keys that stay wrapped.

Nothing in it opens anything without two sheets of a circle, or the words of a member whose keys were asked for. Other
members are not named, nor counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils import translation

from atarraya.command.words import _
from atarraya.desk.words import all_words
from atarraya.network import queries
from atarraya.network.models import Circle, Inbox, Member, WrappedKey
from atarraya.sealing.encoding import to_b64
from atarraya.terminal.codes import Refused

FILE = "workbench.json"
LANGUAGES = ("es", "en")


def keyholders(logins: Iterable[str]) -> list[Member]:
    """Return the members of these sign-in names; raise Refused for one that holds no keys to take along."""
    found = []
    for login in logins:
        member = Member.objects.filter(login=login, state=Member.State.ACTIVE).first()
        if member is None or not member.phrase_file:
            raise Refused(_("No active member with a key signs in as %s. Look with: atarraya member list") % login)
        found.append(member)
    return found


def write(to: Path, members: Iterable[Member]) -> None:
    """Write FILE into the folder of an export."""
    kept = {
        "v": 1,
        "inboxes": [_inbox(inbox) for inbox in Inbox.objects.order_by("name")],
        "circles": [_circle(circle) for circle in Circle.objects.order_by("name")],
        "keyholders": [_keyholder(member) for member in members],
        "words": {language: _words(language) for language in LANGUAGES},
    }
    (to / FILE).write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _inbox(inbox: Inbox) -> dict[str, Any]:
    lists = [
        {"document": one.document, "signatures": one.signatures, "day": one.day.isoformat()}
        for one in queries.lists_after(inbox, 0)
    ]
    return {"id": str(inbox.pk), "name": inbox.name, "lists": lists}


def _circle(circle: Circle) -> dict[str, Any]:
    wrapped = dict(
        WrappedKey.objects.filter(epoch__circle=circle, member=None).values_list("epoch__number", "sealed"),
    )
    epochs = [
        {
            "number": epoch.number,
            "recipient": epoch.recipient,
            "day": epoch.day.isoformat(),
            "offline": to_b64(bytes(wrapped.get(epoch.number, b""))),
        }
        for epoch in circle.epochs.order_by("number")
    ]
    return {
        "id": str(circle.pk),
        "name": circle.name,
        "purpose": circle.purpose,
        "offline_recipient": circle.offline_recipient,
        "epochs": epochs,
    }


def _keyholder(member: Member) -> dict[str, Any]:
    wrapped = [
        {"circle": str(one.epoch.circle_id), "number": one.epoch.number, "sealed": to_b64(bytes(one.sealed))}
        for one in queries.wrapped_for(member)
    ]
    return {
        "recipient": member.recipient,
        "phrase": to_b64(bytes(member.phrase_file)),
        "code": to_b64(bytes(member.code_file)),
        "wrapped": wrapped,
    }


def _words(language: str) -> dict[str, dict[str, str]]:
    with translation.override(language):
        return {name: {code: str(label) for code, label in given.items()} for name, given in all_words().items()}
