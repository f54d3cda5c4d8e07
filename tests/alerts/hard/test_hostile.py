"""Whatever a hostile phone or a member's altered page sends, nothing falls over and nothing of it is echoed."""

from __future__ import annotations

import base64
import json
import os
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from atarraya.alerts.models import Alert
from support.cast import HERE, Cast, sign_in
from support.phone import half, report

pytestmark = pytest.mark.django_db
CANARY = "canario-que-nadie-repite"
WEIRD: list[Any] = [
    None, "", "\x00", "a\x00b", CANARY, "٣٤", "🙂" * 50, "x" * 5000, -1, 2**31, 2**63, 2**70, 1.5, True, [], {},
    [[[]]] * 50, {"a": {"b": 1}}, "9999-12-31T23", "0001-01-01T00", "2026-13-45T99", "2026-02-30T10", "A" * 43,
    "3b241101-e2bb-4255-8caf-4136c566a962", base64.b64encode(os.urandom(96)).decode(),
]  # fmt: skip
RAW = (b"[" * 60_000, b'{"a":' * 10_000, b"\xff\xfe", b"\x00" * 100, b"9" * 60_000, b'{"id":"\\ud800"}', b"", b"null")
OCTETS = "application/octet-stream"


@pytest.fixture
def sent(cast: Cast) -> dict[str, Any]:
    made = report(cast, municipality=HERE, urgency="NOW", share={"kind": "COMBAT"})
    client = Client(raise_request_exception=False)
    assert (
        client.post("/api/point/reports", made.body, "application/json", headers=cast.leader.header).status_code == 201
    )
    return made.body


REPLY = {"reply": base64.b64encode(os.urandom(96)).decode()}


def desk_bodies(cast: Cast, sent: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a body for every address of the desk that takes one; all but the damaged member would be taken."""
    alert = Alert.objects.get()
    note = {name: sent[name] for name in ("inbox", "number", "municipality", "urgency", "sealed")}
    proposal = {"act": "withdraw", "inbox": sent["inbox"], "number": 1, "municipality": HERE, "alert": str(alert.pk)}
    return {
        "/equipo/notas": note | {"id": str(uuid4()), "lookup": half(), "erase_hash": half(), "keep": "case"} | REPLY,
        "/equipo/leidos": {"retention": [], "handovers": []},
        "/equipo/antiguos": {"inbox": None, "grant": None},
        "/equipo/nombres": {"circle": str(cast.verifiers.circle.pk), "sealed": sent["sealed"]},
        "/equipo/propuestas": proposal | {"version": 1, "commitment": half(), "sealed": sent["sealed"]},
        f"/equipo/propuestas/{alert.pk}/approve": {"text": "{}", "salt": half()[:22], "overrides": [], "reason": None},
        f"/equipo/alertas/{alert.pk}/next_news": {"until": None, "urgency": None},
        f"/equipo/alertas/{alert.pk}/raise_urgency": {"until": None, "urgency": "NOW"},
    }


def damaged(body: dict[str, Any]) -> list[bytes]:
    """Return the body with each member, in turn, replaced by each weird value, and one member too many."""
    wrong = [body | {name: value} for name in body for value in WEIRD]
    return [json.dumps(one).encode() for one in [*wrong, body | {CANARY: 1}]]


def check(answer: Any, *about: object) -> None:
    said = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code < 500, (answer.status_code, *about)
    assert CANARY.encode() not in said, about


def test_no_body_makes_the_desk_fall_over(cast: Cast, sent: dict[str, Any]) -> None:
    desk = sign_in(Client(raise_request_exception=False), cast.verifier)
    desk.get("/equipo/")
    for path, body in desk_bodies(cast, sent).items():
        whole = desk.post(path, body, content_type="application/json").status_code
        # The control: the body itself is read, and refused only for what stands: no such proposal, nothing to raise,
        # a list of names sealed to three circles.
        assert whole in {200, 201} or (whole, path.rsplit("/", 1)[1]) in {
            (404, "approve"), (409, "raise_urgency"), (409, "next_news"), (400, "nombres")
        }, (path, whole)  # fmt: skip
        for data in [*damaged(body), *RAW]:
            check(desk.post(path, data, content_type="application/json"), path, data[:200])


@pytest.mark.parametrize("name", ["inbox", "municipality", "day", "cursor", "desde", "looking"])
def test_no_question_makes_a_page_fall_over(cast: Cast, sent: dict[str, Any], name: str) -> None:
    desk = sign_in(Client(raise_request_exception=False), cast.verifier)
    good = {"inbox": sent["inbox"], "municipality": HERE, "day": "2026-11-26"}
    pages = ("/equipo/entradas.json", "/equipo/pulso.json", f"/municipio/{HERE}/", f"/publico/{HERE}/", "/publico/")
    for path in pages:
        for value in WEIRD:
            if not isinstance(value, (list, dict)):
                check(desk.get(path, good | {name: str(value)}), path, name, value)


def test_no_body_makes_the_interface_fall_over(cast: Cast, sent: dict[str, Any]) -> None:
    phone, key = Client(raise_request_exception=False), cast.leader.header
    for data in damaged(sent | {"share": {"kind": "COMBAT"}}):
        check(phone.post("/api/point/reports", data, "application/json", headers=key), data[:200])
    share = {"kind": "COMBAT", "zone": None, "when": None, "seen": "SAW", "delay": False}
    for data in damaged(share):
        body = json.dumps(sent | {"id": str(uuid4()), "share": json.loads(data)}).encode()
        check(phone.post("/api/point/reports", body, "application/json", headers=key), data[:200])
    for path in ("reports", "redeem", "code", "receipt", "erase", "change-link"):
        for data in RAW:
            check(phone.post(f"/api/point/{path}", data, "application/json", headers=key), path, data[:20])
    for data in (*RAW, os.urandom(3000)):
        check(phone.post("/api/point/sealed", data, OCTETS, headers=key), data[:20])


@pytest.mark.parametrize(
    "token", ["Point \x00", f"Point {'a' * 199}", "point\tx", "Point é", "Point d_٣٤", "Point .", ""]
)
def test_no_token_makes_it_fall_over(cast: Cast, token: str) -> None:
    phone = Client(raise_request_exception=False)
    for path in ("setup.json", "board.json", "map.svg", "phones"):
        assert phone.get(f"/api/point/{path}", headers={"Authorization": token}).status_code == 401
    assert (
        phone.post("/api/point/receipt", {"lookups": [half() for _ in range(6)]}, "application/json").status_code == 200
    )


@pytest.mark.parametrize("code", ["", "\x00", "é" * 40, "-" * 40, "İ" * 10, "ß" * 40, "٣" * 10, CANARY])
def test_no_code_of_a_card_makes_it_fall_over(cast: Cast, code: str) -> None:
    phone = Client(raise_request_exception=False)
    check(phone.post("/api/point/code", {"code": code}, "application/json"), code)
    check(phone.post("/sin/", {"code": code}, headers={"Accept": "text/html"}), code)


DEEP = (
    b"[" * 100_000,
    b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    b'{"secret":"\\ud800","login":"\\ud800"}',
    b"\xff",
    b"[]",
)


@pytest.mark.parametrize("path", ["/fundar/", "/invitacion/", "/equipo/firma", "/mi-llave/", "/red/circulos/nuevo/"])
def test_no_script_of_a_members_page_makes_it_fall_over(cast: Cast, path: str) -> None:
    for person in (None, cast.steward):
        browser = Client(raise_request_exception=False)
        if person:
            sign_in(browser, person)
        for data in DEEP:
            check(browser.post(path, data, content_type="application/json"), path, data[:20])
