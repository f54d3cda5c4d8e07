"""The server and the gateway's disk seized while SMS pass: through every door, no number, text or word is to be read.

INVENTED WORDS: not for the field. Controls come first: people read each canary, the gateway sent its own, and the
searcher finds markers planted among what was taken. What the phone, Kannel or gammu keep themselves is theirs: gammu's
folders, which the gateway empties, are searched too.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from alerts.hard.test_seizure import take_all
from support.opener import open_envelope
from support.searcher import search
from support.server import Server, Site, site
from support.smsgate import Made, Phone, Process, alerts, book, entries, eventually, made

pytestmark = pytest.mark.slow
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
QUEUE = """
import json, sys
from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.services import outgoing
from atarraya.network.models import Member
from atarraya.sealing.gateways import seal
gateway = Gateway.objects.get(recipient=sys.argv[1])
said = json.loads(sys.argv[3])
outgoing.queue(gateway, seal(said, gateway.recipient), by=Member.objects.get(pk=sys.argv[2]))
"""


def word(length: int = 14) -> str:
    """Letters that are nowhere else; no courtesy, no denial."""
    return "z" + "".join(secrets.choice("bcdfghjklmnprstvwx") for _each in range(length - 1))


def number() -> str:
    return "+573" + "".join(secrets.choice("0123456789") for _each in range(9))


@dataclass
class Said:
    """What passed: own words of a code, texts and numbers by carrier, and what went out."""

    kind: str = field(default_factory=word)
    urgency: str = field(default_factory=word)
    duress: str = field(default_factory=word)
    reply: str = field(default_factory=lambda: f"Recibido {word()}.")
    answer: str = field(default_factory=lambda: f"Vuelvo {word()}")
    to: str = field(default_factory=number)
    numbers: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """Every canary; numbers also without the sign and the country, as somebody might keep them."""
        spelt = [*self.numbers.values(), self.to]
        own = [self.kind, self.urgency, self.duress, *(text.split()[-1] for text in self.texts.values())]
        return [*own, self.reply, self.answer, *(one[1:] for one in spelt), *(one[3:] for one in spelt)]


class Doors:
    """Every carrier's way in, as its program calls it."""

    def __init__(self, process: Process, inbox: Path) -> None:
        self.process, self.inbox = process, inbox
        self.each: dict[str, Callable[[str, str], None]] = {
            "android": self._android,
            "form": self._form,
            "json": self._json,
            "kannel": self._kannel,
            "gammu": self._gammu,
        }

    def _post(self, path: str, body: bytes, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        assert self.process.ask("POST", path, body, named)[0] == 200

    def _android(self, sender: str, text: str) -> None:
        assert self.process.phone(secrets.token_hex(8), sender, text) == 200

    def _form(self, sender: str, text: str) -> None:
        self._post(
            "/generic/service/secreto/receive", urlencode({"from": sender, "text": text}).encode(), Content_Type=FORM
        )

    def _json(self, sender: str, text: str) -> None:
        body = json.dumps({"sender": sender, "text": text}).encode()
        self._post("/generic/service/secreto/receive", body, Content_Type=JSON)

    def _kannel(self, sender: str, text: str) -> None:
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        headers = {"X_Kannel_From": sender, "X_Kannel_To": "85085", "X_Kannel_Time": when}
        self._post("/kannel/modem/secreto", text.encode(), Content_Type="text/plain; charset=UTF-8", **headers)

    def _gammu(self, sender: str, text: str) -> None:
        coded = text.encode("utf-16-be").hex().upper()
        path = self.inbox / f"IN{secrets.token_hex(4)}.smsbackup"
        path.write_text(
            f'[SMSBackup000]\nNumber = "{sender}"\nDateTime = {time.strftime("%Y%m%dT%H%M%S")}\nText00 = {coded}\n'
        )


def _settings(folder: Path, phone: Phone) -> str:
    folders = {name: folder / name for name in ("inbox", "outbox", "sent", "error")}
    for each in folders.values():
        each.mkdir(parents=True)
    gammu = "".join(f'{name} = "{path}"\n' for name, path in folders.items())
    return (
        f'{phone.setting}[[carrier]]\nkind = "generic"\nname = "service"\nsecret = "secreto"\n'
        f'[[carrier]]\nkind = "kannel"\nname = "modem"\nsecret = "secreto"\n'
        f'[[carrier]]\nkind = "gammu"\nname = "usb"\n{gammu}'
    )


def say_everything(process: Process, doors: Doors, said: Said) -> None:
    """Send by each carrier a code, the word of who is forced in one, and words that are none; each its own number."""
    for name, way in doors.each.items():
        said.numbers[name] = number()
        for what, words in (
            ("code", f"{said.kind} {said.urgency}"),
            ("forced", f"{said.duress} {said.kind} {said.urgency}"),
            ("plain", "vecina llegaron"),
        ):
            said.texts[f"{name} {what}"] = text = f"{words} {word()}"
            way(said.numbers[name], text)


def _told(place: Site, whose: str) -> list[dict[str, Any]]:
    opened = [open_envelope(one["envelope"], [place.facts["identities"][whose]]) for one in entries(place)]
    return [one for one in opened if one]


@pytest.fixture(scope="module")
def raided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Made, Said, dict[str, bytes], Phone]]:
    root, said, phone = tmp_path_factory.mktemp("raid"), Said(), Phone()
    with site(root / "site") as place:
        gateway = made(place, root / "gateway", _settings(root / "gammu", phone))
        circle = "from atarraya.network.models import Circle; print(Circle.objects.get(purpose='WOMEN').pk)"
        words = [(said.kind, "kind", "ARMED_PRESENCE"), (said.urgency, "urgency", "NOW"), (said.duress, "duress", "1")]
        entries_ = [dict(zip(("say", "sort", "value"), one, strict=True)) for one in words]
        said.numbers["listed"] = number()
        more = {"numbers": [said.numbers["listed"]], "duress_circle": place.run(circle).strip()}
        book(gateway, "leader", entries_, reply=said.reply, **more)
        with place.serving() as server, gateway.running(server) as process:
            doors = Doors(process, root / "gammu" / "inbox")
            say_everything(process, doors, said)
            said.texts["listed"] = f"{said.kind} {said.urgency} {word()}"
            doors.each["android"](said.numbers["listed"], said.texts["listed"])
            verifier = place.facts["people"]["verifier"]["id"]
            out = {"v": 1, "type": "out", "to": said.to, "text": said.answer, "by": "phone"}
            place.run(QUEUE, gateway.recipient, verifier, json.dumps(out))
            eventually(lambda: len([one for one in _told(place, "verifiers") if one["type"] == "report"]) == 16, 90)
            eventually(lambda: {text for _to, text in phone.said} == {said.reply, said.answer}, 60)
            eventually(lambda: not [one for one in (root / "gammu").rglob("*") if one.is_file()])
            blobs = _taken(place, server, gateway, process, root)
        blobs |= {f"{name} (stopped)": blob for name, blob in _taken(place, None, gateway, process, root).items()}
        yield place, gateway, said, blobs, phone
    phone.close()


def _taken(place: Site, server: Server | None, gateway: Made, process: Process, root: Path) -> dict[str, bytes]:
    from support.searcher import seized

    return take_all(place, server) | seized(gateway.folder, root / "gammu") | {"gateway log": process.log.read_bytes()}


def test_people_read_what_passed_and_the_phone_sent_what_was_written(
    raided: tuple[Site, Made, Said, dict[str, bytes], Phone],
) -> None:
    place, _gateway, said, _blobs, phone = raided
    accounts = [one for one in _told(place, "verifiers") if one["type"] == "report"]
    for name, text in said.texts.items():
        (account,) = [one for one in accounts if text.split()[-1] in one["text"]]
        assert account["contact"]["number"] == said.numbers[name.split()[0]]
        assert (said.duress in account["text"]) is False
    assert {said.texts[f"{name} forced"] for name in ("android", "form", "json", "kannel", "gammu")} == {
        one["text"] for one in _told(place, "women")
    }
    assert alerts(place), "codes became warnings"
    assert {to for to, _text in phone.said} == {said.numbers["listed"], said.to}


def test_nothing_that_passed_by_sms_is_found_in_what_was_taken(
    raided: tuple[Site, Made, Said, dict[str, bytes], Phone],
) -> None:
    _place, gateway, said, blobs, _phone = raided
    assert len(said.words) == len(set(said.words)) and len(said.words) > 30
    assert search(blobs, [*said.words, gateway.identity]) == []


def test_the_searcher_finds_a_marker_in_each_place(raided: tuple[Site, Made, Said, dict[str, bytes], Phone]) -> None:
    _place, gateway, said, blobs, _phone = raided
    places = ["gateway log", str(gateway.folder / "gateway.sqlite3"), str(gateway.folder / "gateway.toml")]
    if not os.environ.get("DATABASE_URL"):
        places.append(next(name for name in blobs if name.endswith(".sqlite3") and "gateway" not in name))
    for where in places:
        found = search(blobs | {where: blobs[where] + said.kind.encode("utf-16-le")}, [said.kind])
        assert [hit.place for hit in found], where


def test_a_gateway_that_keeps_a_text_in_clear_is_found_out(
    raided: tuple[Site, Made, Said, dict[str, bytes], Phone],
) -> None:
    """A mutant: the spool holds what came as it came."""
    import sqlite3

    from support.searcher import seized

    _place, gateway, said, _blobs, _phone = raided
    base = sqlite3.connect(gateway.folder / "gateway.sqlite3")
    base.execute("INSERT INTO facts VALUES ('last', ?)", (said.texts["kannel plain"],))
    base.commit()
    base.close()
    assert search(seized(gateway.folder), said.words)
