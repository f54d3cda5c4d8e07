"""An export's folder as a server writes it, made without one: circles, epochs, lists, envelopes, wrapped keys.

    copy = Copy(); pk = copy.send(text="…"); phrase = copy.member("Verificación"); folder = copy.write(tmp_path / "out")

`copy.circles["Verificación"].sheets` are three texts as printed. Two inboxes: Atrato (both circles), Baudó (Mujeres).
"""

from __future__ import annotations

import csv
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyrage

from atarraya.sealing import bech32, bundles, envelopes, lists, odkform
from atarraya.sealing.encoding import to_b64, to_checked
from atarraya_workbench.keys import sheets
from support import cast, odkopener, phone, rsakeys

DAY = "2026-11-20"
WORDS = {
    "kinds": {"CONFINEMENT": "Confinamiento"},
    "municipalities": {"27099": "Bojayá"},
    "say": {
        "n_grade": "Calificación {grade}",
        "from_phone": "desde el teléfono",
        "discreet": "Pide hablar",
        "sealed_open": "Llegó sellado.",
        "sealed_damaged": "DAÑADO",
        "f_groups": "Quiénes son",
    },
    "groups": {"CHILDREN": "niñas y niños"},
    "thread_states": {"OPEN": "abierto", "DONE": "atendido"},
}


def sheets_of(identity: str) -> tuple[str, str, str]:
    """Return three sheets of an identity, as the browser's library splits it."""
    secret = bech32.decode("age-secret-key-", identity.lower())
    slope = os.urandom(32)
    mark = sheets.hashlib.sha256(str(pyrage.x25519.Identity.from_str(identity).to_public()).encode()).digest()[:1]
    places = secrets.SystemRandom().sample(range(1, 256), 3)
    shares = [
        bytes(value ^ sheets._times(step, at) for value, step in zip(secret, slope, strict=True)) + bytes([at])
        for at in places
    ]
    one, two, three = (to_checked(share + mark) for share in shares)
    return one, two, three


def _age(plaintext: bytes, recipients: list[str]) -> bytes:
    """Return an age file of any length, as age's own library writes it."""
    return bytes(pyrage.encrypt(plaintext, [pyrage.x25519.Recipient.from_str(one) for one in recipients]))


@dataclass
class Ring:
    """A circle: its offline identity, its sheets, and a bundle for each epoch."""

    name: str
    id: str = field(default_factory=lambda: str(uuid4()))
    offline: str = field(default_factory=lambda: str(pyrage.x25519.Identity.generate()))
    bundles: list[dict[str, Any]] = field(default_factory=lambda: [rsakeys.circle_bundle()])

    def __post_init__(self) -> None:
        self.sheets = sheets_of(self.offline)
        self.offline_recipient = str(pyrage.x25519.Identity.from_str(self.offline).to_public())

    def half(self, epoch: int = -1) -> dict[str, str]:
        return bundles.public_half(self.bundles[epoch])


class Copy:
    """What a server would export. Change it, then `write`."""

    def __init__(self) -> None:
        self.circles = {name: Ring(name) for name in ("Verificación", "Mujeres")}
        self.served = {"Atrato": ["Verificación", "Mujeres"], "Baudó": ["Mujeres"]}
        self.inboxes = {name: str(uuid4()) for name in self.served}
        self.lists: dict[str, list[dict[str, Any]]] = {name: [] for name in self.served}
        self.rows: list[dict[str, Any]] = []
        self.blobs: dict[str, bytes] = {}
        self.slices: dict[str, list[bytes]] = {}
        self.holders: list[dict[str, Any]] = []
        self.odk: list[dict[str, Any]] = []
        self.odk_parts: dict[str, bytes] = {}
        for name in self.served:
            self._next_list(name, self.circles[self.served[name][0]].bundles[0])

    def _next_list(self, inbox: str, signer: dict[str, Any]) -> None:
        halves = [self.circles[name].half() for name in self.served[inbox]]
        before = self.lists[inbox][-1]["document"] if self.lists[inbox] else None
        text = lists.document(
            {
                "inbox": self.inboxes[inbox],
                "number": len(self.lists[inbox]) + 1,
                "recipients": [half["age"] for half in halves],
                "signers": [half["ed25519"] for half in halves],
                "sms": [half["sms"] for half in halves],
                "odk": [lists.odk_hash(half["odk"]) for half in halves],
                "previous": lists.digest(before) if before else None,
                "day": DAY,
            }
        )
        self.lists[inbox].append(lists.sign(text, [signer["ed25519"]]) | {"day": DAY})

    def renew(self, circle: str) -> None:
        """Begin the circle's next epoch, with the lists of its inboxes."""
        ring = self.circles[circle]
        old = ring.bundles[-1]
        ring.bundles.append(rsakeys.circle_bundle())
        for inbox, served in self.served.items():
            if circle in served:
                self._next_list(inbox, old)

    def send(self, inbox: str = "Atrato", to: str | None = "Verificación", **payload: Any) -> str:
        """Seal a report (or what `payload` says) to one circle of an inbox, or to nobody; return its id."""
        pk = str(uuid4())
        whole = {"v": 1, "type": "report", "thread": pk, "kind": "CONFINEMENT", "municipality": "27099"} | payload
        recipients = json.loads(self.lists[inbox][-1]["document"])["recipients"]
        return self.add(pk, envelopes.seal(whole, recipients, [to == name for name in self.served[inbox]]), inbox)

    def add(self, pk: str, blob: bytes, inbox: str = "Atrato") -> str:
        """Put an envelope in, whatever it is."""
        number = len(self.lists[inbox])
        row = {"id": pk, "inbox_id": self.inboxes[inbox], "number": number, "municipality": "27099", "urgency": "NOW"}
        self.rows.append(row | {"age": "H1", "day": DAY, "size": len(blob)})
        self.blobs[pk] = blob
        return pk

    def attach(self, content: bytes, type_: str = "image/jpeg") -> dict[str, Any]:
        """Seal an attachment's slices; return what its account says of it."""
        pk, key = uuid4(), os.urandom(32)
        sealed = phone.seal_slices(pk, key, content)
        self.slices[str(pk)] = sealed
        named = {"id": str(pk), "key": to_b64(key), "kind": "photo", "type": type_}
        return named | {"size": len(content), "chunks": len(sealed)}

    def fill(
        self, inbox: str = "Atrato", media: Sequence[tuple[str, bytes]] = (), form: int = 0, **said: str
    ) -> tuple[str, dict[str, bytes]]:
        """Let a device send a form encrypted to key `form`; return (its id, the files as posted by name)."""
        instance = f"uuid:{uuid4()}"
        manifest, parts = odkform.encrypt(
            odkopener.FORM, "1-1", instance, odkopener.answers(instance, **said), media, odkopener.public(form)
        )
        posted = {"submission.xml": manifest, **parts}
        return self.arrive(posted, inbox), posted

    def arrive(self, posted: dict[str, bytes], inbox: str = "Atrato", day: str = DAY) -> str:
        """Seal what was posted as the server does on arrival; the manifest is the one called submission.xml."""
        pk = str(uuid4())
        recipients = json.loads(self.lists[inbox][-1]["document"])["recipients"]
        names = []
        for at, (name, content) in enumerate(posted.items()):
            role = "manifest" if name == "submission.xml" else "part"
            line = json.dumps({"v": 1, "name": name, "role": role}) + "\n"
            names.append(f"odk/{pk}/{at}.age")
            self.odk_parts[names[-1]] = _age(line.encode() + content, recipients)
        number = len(self.lists[inbox])
        self.odk.append({"id": pk, "inbox": self.inboxes[inbox], "number": number, "day": day, "parts": names})
        return pk

    def member(self, *circles: str, epochs: int | None = None) -> tuple[str, str]:
        """Let somebody hold circles' keys (the first `epochs` of each); return their phrase and code."""
        own, phrase, code = bundles.new_bundle(), bundles.new_phrase(), bundles.new_code()
        recipient = bundles.public_half(own)["age"]
        wrapped = [
            {
                "circle": self.circles[name].id,
                "number": number,
                "sealed": to_b64(bundles.seal_to(bundle, [recipient])),
            }
            for name in circles
            for number, bundle in enumerate(self.circles[name].bundles[:epochs], 1)
        ]
        with cast.cheap_phrases():
            files = bundles.seal_for_phrase(own, phrase), bundles.seal_for_code(own, code)
        self.holders.append(
            {"recipient": recipient, "phrase": to_b64(files[0]), "code": to_b64(files[1]), "wrapped": wrapped}
        )
        return phrase, code

    @property
    def known(self) -> dict[str, Any]:
        """What workbench.json holds."""
        return {
            "v": 1,
            "inboxes": [{"id": pk, "name": name, "lists": self.lists[name]} for name, pk in self.inboxes.items()],
            "circles": [self._circle(ring) for ring in self.circles.values()],
            "keyholders": self.holders,
            "words": {"es": WORDS, "en": WORDS},
        }

    @staticmethod
    def _circle(ring: Ring) -> dict[str, Any]:
        epochs = [
            {
                "number": number,
                "recipient": bundles.public_half(bundle)["age"],
                "day": DAY,
                "offline": to_b64(bundles.seal_to(bundle, [ring.offline_recipient])),
            }
            for number, bundle in enumerate(ring.bundles, 1)
        ]
        return {
            "id": ring.id,
            "name": ring.name,
            "purpose": "WOMEN" if ring.name == "Mujeres" else "VERIFIERS",
            "offline_recipient": ring.offline_recipient,
            "epochs": epochs,
        }

    def write(self, to: Path) -> Path:
        """Write the folder."""
        (to / "envelopes").mkdir(parents=True)
        for pk, blob in self.blobs.items():
            (to / "envelopes" / f"{pk}.age").write_bytes(blob)
        for attachment, pieces in self.slices.items():
            (to / "attachments" / attachment).mkdir(parents=True)
            for index, piece in enumerate(pieces):
                (to / "attachments" / attachment / f"{index:04}").write_bytes(piece)
        if self.odk:
            (to / "odk.json").write_text(json.dumps({"v": 1, "submissions": self.odk}))
        for name, blob in self.odk_parts.items():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            (to / name).write_bytes(blob)
        columns = ["id", "inbox_id", "number", "municipality", "urgency", "age", "day", "size"]
        with (to / "envelopes.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(self.rows)
        (to / "workbench.json").write_text(json.dumps(self.known))
        return to
