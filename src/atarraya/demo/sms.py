"""The demonstration's SMS gateway and one codebook, made by its people as real ones are. INVENTED WORDS.

Its key lies in the demonstration's file of keys: a real gateway's never lies anywhere.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from secrets import token_urlsafe

from atarraya.channels.sms.services import books, gateways
from atarraya.demo.keyring import Cast, Person
from atarraya.network import queries
from atarraya.network.services import lines
from atarraya.sealing import envelopes
from atarraya.sealing import gateways as sealing

FILE = "gateway.json"
# Kept free for films by who gives out numbers: nobody ever has it.
LINE = "+44 7700 900123"
# Said with "llegó la marimba con chontaduro": armed men, now. Do not use them in the field.
ENTRIES = [
    {"say": "marimba", "sort": "kind", "value": "ARMED_PRESENCE"},
    {"say": "cununo", "sort": "kind", "value": "CONFINEMENT"},
    {"say": "chontaduro", "sort": "urgency", "value": "NOW"},
    {"say": "borojó", "sort": "urgency", "value": "DAYS"},
]


def make(cast: Cast, keys: Path) -> None:
    """Make the gateway and the codebook of the first point's collective, and write what the process needs."""
    identity, recipient = sealing.new_key()
    new = gateways.create("demostración", cast.inbox, recipient, by=_one(cast, "STEWARD").member)
    inside = {
        "v": 1,
        "type": "codebook",
        "entries": ENTRIES,
        "reply": "Listo, gracias.",
        "duress_circle": "",
        "numbers": ["300 111 2233"],
        "only_these": False,
    }
    lines.choose(cast.inbox, LINE, by=_one(cast, "STEWARD").member)
    present = queries.current_list(cast.inbox)
    recipients = json.loads(present.document)["recipients"]
    purposes = [place.circle.purpose for place in cast.inbox.places.select_related("circle").order_by("position")]
    books.make(
        new.gateway,
        cast.spots[0].point,
        sealing.seal(inside, recipient),
        envelopes.seal(inside, recipients, [purpose == "VERIFIERS" for purpose in purposes]),
        present.number,
        by=_one(cast, "VERIFIER").member,
    )
    known = {"identity": identity, "token": new.token, "secret": token_urlsafe(24)}
    handle = os.open(keys / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(known, file)


def _one(cast: Cast, role: str) -> Person:
    for person in cast.people.values():
        serves = queries.inboxes_of(person.member).filter(pk=cast.inbox.pk).exists()
        if person.member.has_role(role) and person.member.may_work and (role == "STEWARD" or serves):
            return person
    raise LookupError(role)
