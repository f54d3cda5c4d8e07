"""What a filled form says, as the account that the point's page would have sealed."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

from atarraya.sealing.encoding import to_b64
from atarraya_workbench.folder import Export
from atarraya_workbench.keys.xmltree import Node

_CODE = re.compile(r"[A-Za-z0-9_+-]{1,24}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_URGENCIES = frozenset({"NOW", "DAYS", "KNOW"})
_NONE = Node("", {})


def account(answers: Node, thread: str, day: str, attachments: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a report's payload. What is no code where a code belongs is left out: a device may have sent anything.

    `day`: when the form came to the server. Nobody keeps a receipt for it, so nothing can be answered or erased by one.
    """
    when, contact = answers.one("when") or _NONE, answers.one("contact") or _NONE
    day_told = when.said("day")
    told = {"day": day_told, "part": _code(when, "part")} if _DAY.fullmatch(day_told) else None
    return {
        "v": 1,
        "type": "report",
        "thread": thread,
        **{name: _code(answers, name) for name in ("kind", "municipality")},
        "zone": None,
        "urgency": _code(answers, "urgency"),
        "when": told or ({"day": None, "part": _code(when, "part")} if _code(when, "part") else None),
        "where": answers.said("where"),
        "who": _code(answers, "who"),
        "groups": _codes(answers, "groups"),
        "bands": _code(answers, "bands"),
        "seen": _code(answers, "seen"),
        "text": (answers.one("text") or _NONE).text,
        "contact": {
            "way": _code(contact, "way"),
            "number": contact.said("number"),
            "hour": contact.said("hour"),
            "partner": False,
        },
        "consents": _codes(answers, "consents"),
        "attachments": list(attachments),
        "needs": _code(answers, "needs"),
        "wish": "share" if "share" in _codes(answers, "wish") else None,
        "reply_key": None,
        "thread_key": to_b64(os.urandom(32)),
        "claim_hash": None,
        "discreet": False,
        "odk": {"day": day},
    }


def route(export: Export, said: dict[str, Any]) -> dict[str, Any]:
    """Return municipality and urgency for the header, each None (not classified) where this network has no such one."""
    place, soon = said["municipality"], said["urgency"]
    return {
        "municipality": place if place in export.words.get("municipalities", {}) else None,
        "urgency": soon if soon in _URGENCIES else None,
    }


def _code(answers: Node, name: str) -> str | None:
    said = answers.said(name)
    return said if _CODE.fullmatch(said) else None


def _codes(answers: Node, name: str) -> list[str]:
    return [one for one in answers.said(name).split() if _CODE.fullmatch(one)][:20]
