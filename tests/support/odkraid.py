"""A phone with ODK before a raid: canaries in every place where such a phone can put one, sealed and in clear."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from uuid import uuid4

import pyrage
from lxml import etree

from atarraya.channels.odk import rules
from atarraya.sealing import odkform
from support.odkphone import BOUNDARY, XFORMS, answers, multipart
from support.server import Site

Ask = Callable[..., tuple[int, bytes]]
Word = Callable[[str], str]
MAKE = """
from atarraya.channels.odk.services import devices
from atarraya.network.models import Inbox
new = devices.create("tableta", Inbox.objects.get(), by=None)
print(f"{new.device.login}:{new.password}")
"""
PARTS = """
import base64, json
from atarraya.channels.odk import queries
from atarraya.channels.odk.models import OdkSubmission
parts = [part for row in OdkSubmission.objects.all() for part in queries.sealed_parts(row)]
print(json.dumps([base64.b64encode(part).decode() for part in parts]))
"""


def hand_in(ask: Ask, place: Site, word: Word) -> dict[str, str]:
    """Use ODK's doors as a phone does, and as one that does not encrypt; return what must be found nowhere."""
    shown = place.run(MAKE).strip()
    auth = {"Authorization": "Basic " + base64.b64encode(shown.encode()).decode()}
    kind = {"Content_Type": f"multipart/form-data; boundary={BOUNDARY}"}
    key = _key(ask, auth)
    device, name, instance = secrets.token_hex(20), f"{secrets.token_hex(20)}.jpg", f"uuid:{uuid4()}"
    path = f"/odk/submission?deviceID={device}"
    told = {
        "odk password": shown.partition(":")[2],
        "odk basic": auth["Authorization"].removeprefix("Basic "),
        "odk device": device,
        "odk file": name,
        "odk instance": instance.removeprefix("uuid:"),
        "odk text": word("odk text"),
        "odk photo": word("odk photo"),
        "odk clear": word("odk clear"),
        "odk clear file": word("odk clear file"),
        "odk refused password": secrets.token_hex(20),
    }
    written, photo = answers(instance, told["odk text"]), told["odk photo"].encode() * 900
    document, parts = odkform.encrypt(rules.FORM_ID, "1-1", instance, written, [(name, photo)], key)
    beside = {"foto.jpg": told["odk clear file"].encode() * 900}
    assert ask("POST", path, multipart(document, {**parts, **beside}), **auth, **kind)[0] == 201
    clear = multipart(answers(instance, told["odk clear"]), beside)
    assert ask("POST", path, clear, **auth, **kind)[0] == 422
    wrong = base64.b64encode(f"{device}:{told['odk refused password']}".encode()).decode()
    assert ask("POST", path, clear, Authorization=f"Basic {wrong}", **kind)[0] == 401
    assert ask("POST", path, clear[: len(clear) // 2], **auth, **kind)[0] == 400
    return told


def opened(place: Site, identity: str) -> bytes:
    """Return all that a circle's key opens of the outer seal: the control that something was kept."""
    own = [pyrage.x25519.Identity.from_str(identity)]
    return b"".join(pyrage.decrypt(base64.b64decode(part), own) for part in json.loads(place.run(PARTS)))


def _key(ask: Ask, auth: dict[str, str]) -> bytes:
    form = etree.fromstring(ask("GET", f"/odk/forms/{rules.FORM_ID}/form.xml", **auth)[1])
    return base64.b64decode(form.find(".//x:submission", XFORMS).get("base64RsaPublicKey"))
