"""The gateway's own parts: what carriers hand over, what lies on its disk, and whose turn it is."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atarraya.channels.sms.gsm import is_gsm7, length, plain
from atarraya.gateway import settings
from atarraya.gateway.carriers import make
from atarraya.gateway.carriers.carrier import Message, Request
from atarraya.gateway.carriers.generic import filled
from atarraya.gateway.line import Line
from atarraya.gateway.record import Sms, Unreadable, band, moment, number
from atarraya.gateway.spool import Busy, Spool, Waiting
from atarraya.sealing import gateways
from atarraya.sealing.refusals import NotAnEnvelope, NotEncoded, NotForThisKey
from support.smsgate import SIGNING, webhook

PHONE = {"kind": "android", "name": "phone", "signing_key": SIGNING}
SERVICE = {"kind": "generic", "name": "s", "secret": "x"}
MODEM = {"kind": "kannel", "name": "m", "secret": "y"}


def request(body: bytes = b"", headers: dict[str, str] | None = None, path: str = "/", query: str = "") -> Request:
    return Request("POST", path, query, {name.lower(): value for name, value in (headers or {}).items()}, body)


@pytest.mark.parametrize("old", [False, True])
def test_a_phones_signed_webhook_is_read(old: bool) -> None:
    phone = make(dict(PHONE))
    said = webhook("e1", "+573001112233", "llegó la panga", old=old, receivedAt="2026-11-20T10:00:00-05:00")
    sms = phone.read(request(*said))
    assert sms is not None and (sms.id, sms.sender, sms.text) == ("e1", "+573001112233", "llegó la panga")
    assert sms.sent == datetime(2026, 11, 20, 15, tzinfo=UTC)


def test_what_a_phone_did_not_sign_is_refused() -> None:
    phone = make(dict(PHONE))
    body, headers = webhook("e1", "+573001112233", "hola")
    for wrong in (
        (body + b" ", headers),
        (body, headers | {"X-Timestamp": "1"}),
        (body, {}),
        webhook("e1", "+573001112233", "hola", key="otra"),
    ):
        with pytest.raises(Unreadable) as refused:
            phone.read(request(*wrong))
        assert refused.value.status == 401


def test_a_phones_other_events_are_heard_and_carry_no_sms() -> None:
    import hashlib
    import hmac

    body = json.dumps({"id": "e", "event": "sms:delivered", "payload": {}}).encode()
    signature = hmac.new(SIGNING.encode(), body + b"5", hashlib.sha256).hexdigest()
    assert make(dict(PHONE)).read(request(body, {"X-Timestamp": "5", "X-Signature": signature})) is None


def test_a_service_posts_a_form_or_json_at_its_secret_address() -> None:
    service = make(dict(SERVICE))
    assert service.knows("/generic/s/x/receive") and not service.knows("/generic/s/y/receive")
    form = request(b"from=300+111+2233&text=lleg%C3%B3+la+panga&date=2026-11-20T10:00:00Z")
    sms = service.read(form)
    assert sms is not None and sms.sender == "300 111 2233" and sms.text == "llegó la panga" and sms.id is None
    said = service.read(
        request(json.dumps({"sender": "1", "text": "a"}).encode(), {"Content-Type": "application/json"})
    )
    assert said is not None and said.sender == "1"
    for wrong in (request(b"text=a"), request(b"from=1"), request(b"[]", {"Content-Type": "application/json"})):
        with pytest.raises(Unreadable):
            service.read(wrong)


def test_kannel_hands_over_headers_and_the_text_in_its_alphabet() -> None:
    modem = make(dict(MODEM))
    headers = {"X-Kannel-From": "+573001112233", "X-Kannel-To": "85085", "X-Kannel-Time": "2026-11-20 15:00:00"}
    sms = modem.read(request("qué señal".encode(), headers | {"Content-Type": 'text/plain; charset="UTF-8"'}))
    assert sms is not None and sms.text == "qué señal" and sms.recipient == "85085"
    again = modem.read(request("qué señal".encode(), headers))
    now = datetime.now(UTC)
    assert again is not None and again.sources(now) == sms.sources(now)
    with pytest.raises(Unreadable):
        modem.read(request(b"a", headers | {"Content-Type": "text/plain; charset=klingon"}))
    with pytest.raises(Unreadable):
        modem.read(request(b"a"))


def test_a_template_writes_values_and_never_reads_them() -> None:
    message = Message("i", "+573", 'a "b" & {{to}} {{id}}')
    assert filled("to={{to_no_plus}}&text={{text}}", message, "application/x-www-form-urlencoded").startswith(
        "to=573&t"
    )
    assert json.loads(filled('{"t": {{text}}}', message, "application/json")) == {"t": message.text}
    assert filled("<t>{{text}}</t>", message, "text/xml") == "<t>a &quot;b&quot; &amp; {{to}} {{id}}</t>"


@pytest.mark.parametrize(
    ("written", "plain_"),
    [
        ("300 111 2233", "+573001112233"),
        ("573001112233", "+573001112233"),
        ("+57 300-111-2233", "+573001112233"),
        ("00573001112233", "+573001112233"),
        ("85085", "85085"),
        ("Claro", "Claro"),
    ],
)
def test_a_number_has_one_spelling(written: str, plain_: str) -> None:
    assert number(written, "57") == plain_


def test_how_long_it_waited_is_a_band_and_a_clock_ahead_is_no_wait() -> None:
    for hours, code in ((-50, "H1"), (0.5, "H1"), (5, "H6"), (23, "D1"), (70, "D3"), (160, "W1"), (500, "OLD")):
        assert band(timedelta(hours=hours)) == code


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.none(), st.booleans()))
def test_any_date_is_a_moment_or_none(written: object) -> None:
    found = moment(written)
    assert found is None or found.tzinfo is not None


def test_the_alphabet_of_plain_sms() -> None:
    assert is_gsm7("Listo, gracias ñ ¿é à ù?") and not is_gsm7("están") and plain("están así ñ ✓") == "estan asi ñ ?"
    assert length("a€") == 3


def test_a_flood_from_one_number_delays_no_other() -> None:
    line = Line()
    for each in range(300):
        line.put("flood", f"f{each}")
    line.put("one", "a")
    line.put("other", "b")
    taken = [line.take(0) for _ in range(302)]
    ids = [each[1] for each in taken if each]
    assert {"a", "b"} <= set(ids[:3]) and [each for each in ids if each.startswith("f")] == [
        f"f{n}" for n in range(300)
    ]
    assert line.take(0) is None


def waiting(name: str, key: str) -> Waiting:
    return Waiting(name, date(2026, 11, 20), "{}", gateways.seal({"v": 1, "type": "sms", "text": "panga"}, key), None)


def test_a_second_delivery_is_known_after_it_was_handed_on_and_after_a_start(tmp_path: Path) -> None:
    _identity, recipient = gateways.new_key()
    spool = Spool(tmp_path / "g")
    digest = spool.digest(("id", "phone", "e1"))
    assert spool.take(digest, waiting("1", recipient)) and not spool.take(digest, waiting("2", recipient))
    spool.handed_on("1")
    spool.close()
    spool = Spool(tmp_path / "g")
    assert spool.digest(("id", "phone", "e1")) == digest and spool.was_seen(digest) and spool.waiting() == []
    spool.forget(date(2026, 11, 26))
    assert spool.was_seen(digest)
    spool.forget(date(2026, 11, 28))
    assert not spool.was_seen(digest)
    spool.close()


def test_two_gateways_never_share_a_folder_and_it_is_private(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "g")
    with pytest.raises(Busy):
        Spool(tmp_path / "g")
    assert (tmp_path / "g").stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "g").iterdir() if "-" not in path.name)
    spool.close()


def test_what_lies_on_the_disk_keeps_no_hour_and_no_order(tmp_path: Path) -> None:
    Spool(tmp_path / "g").close()
    made = dict(sqlite3.connect(tmp_path / "g" / "gateway.sqlite3").execute("SELECT name, sql FROM sqlite_master"))
    assert len(made) >= 5 and all("WITHOUT ROWID" in sql for sql in made.values())
    assert not [sql for sql in made.values() if "TIME" in sql.upper()]


def test_the_key_opens_what_is_sealed_to_it_and_nothing_else() -> None:
    (identity, recipient), (other, _) = gateways.new_key(), gateways.new_key()
    key = gateways.Key(f"  {identity.lower()[:30]} \n{identity[30:]} ")
    blob = gateways.seal({"v": 1, "type": "sms", "text": "panga"}, recipient)
    assert key.recipient == recipient and key.open(blob)["text"] == "panga"
    with pytest.raises(NotForThisKey):
        gateways.Key(other).open(blob)
    with pytest.raises(NotAnEnvelope):
        key.open(b"panga")
    for wrong in ("", identity[:-1] + ("Q" if identity[-1] != "Q" else "P"), recipient):
        with pytest.raises(NotEncoded):
            gateways.Key(wrong)
    assert key.hashed("number", "a", "b") != key.hashed("number", "ab") != gateways.Key(other).hashed("number", "ab")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"platform": {"url": "http://example.org", "token": "g_a.B"}}, "platform.url"),
        ({"platform": {"url": "https://example.org", "token": "a.B"}}, "platform.token"),
        ({"platform": {"url": "https://example.org", "token": "g_a"}}, "platform.token"),
        ({"listen": "8785"}, "listen"),
        ({"carrier": []}, "carrier"),
        ({"carrier": [{"kind": "pigeon"}]}, "carrier.kind"),
        ({"carrier": [dict(PHONE), dict(PHONE)]}, "carrier.name"),
    ],
)
def test_a_wrong_setting_is_named(change: dict[str, object], name: str) -> None:
    right = {"platform": {"url": "https://example.org", "token": "g_a.B"}, "carrier": [dict(PHONE)]}
    assert settings.parse(right).port == 8785
    with pytest.raises(settings.Wrong) as wrong:
        settings.parse(right | change)
    assert wrong.value.name == name


def test_an_sms_longer_than_any_or_from_nobody_is_refused() -> None:
    for sender, text in (("", "a"), ("1" * 41, "a"), ("1", "a" * 20_001)):
        with pytest.raises(Unreadable):
            Sms("phone", None, sender, "", text, None)
