"""Canaries in everything that is not public; no byte of any feed has one, plain or compressed."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from atarraya.alerts.models import Alert
from atarraya.alerts.queries.public import COLUMNS
from atarraya.channels.feeds.queries import network, public
from atarraya.channels.feeds.services import tokens
from atarraya.kernel import clock
from atarraya.network.models import Network
from support.people import alert_in, warn
from support.river import BOJAYA, NOON, Cast

DAY = timedelta(days=1)
# What a public entry may say of an alert's row: what the public page reads, and no more.
MAY_SAY = {*COLUMNS, "public_at"} - {"id"}
# Fields whose every value is also an everyday word, number or hour of other rows; each is held by a test of its own.
HELD_ELSEWHERE = {
    "rank", "version", "doubt", "zone_hidden", "summary_hidden", "corrected", "open", "held", "still", "passed",
    "seconders", "seq", "merged_into", "urgency", "reach", "issuer", "newcomer",
}  # fmt: skip


@pytest.fixture
def planted(cast: Cast) -> tuple[Alert, dict[str, str]]:
    """A public alert with a canary in every field that is not public, and alerts that may not be seen at all."""
    zone = cast.zone(name="zona canarila", points=3)
    collective = cast.collective("Consejo Canarico")
    point = cast.point(collective=collective, label="punto canarilo")
    # Strange hours, so that no other time of the documents is like them.
    hours = {
        name: NOON.replace(minute=0) - timedelta(days=40, hours=number)
        for number, name in enumerate(("at", "shows_from", "news_at", "published_at"))
    }
    values = {
        "zone": zone, "collective": collective, "point": point, "summary": "resumen canarena", "seen": "SAW",
        "when_part": "DAWN", "reach": "NETWORK", "responsible_role": "CARE", "answer": "IN_PERSON",
        "next_news_at": NOON + timedelta(days=77), "expires_at": NOON + timedelta(days=66, hours=7),
        "top_until": NOON + timedelta(days=88), "announce_at": None,
        "public_at": NOON, "public_day": NOON.date(), "public_summary": "Resumen público.", **hours,
    }  # fmt: skip
    alert = alert_in(cast, "CONF", **values)
    warn(cast, point, kind="COMBAT")
    alert_in(cast, "INPROC", reach="NETWORK", kind="RECRUITMENT")
    Network.objects.update(name="Red Canariza", team_hours="horas canariza")
    alert.refresh_from_db()
    canaries = {
        "zone": "canarila", "zone id": str(zone.pk), "summary": "canarena", "collective": "Canarico",
        "collective id": str(collective.pk), "point": "canarilo", "point id": str(point.pk), "id": str(alert.pk),
        "id as hex": alert.pk.hex, "network's name": "Canariza", "team hours": "canariza", "seen": "SAW",
        "when_part": "DAWN", "when in words": "madrugada", "role": "CARE", "answer": "IN_PERSON",
        "of who spoke": "Combates", "unchecked": "RECRUITMENT", "unchecked kind": "COMBAT",
        "state": "UNCONF", "hour": "T15:", "hour of the alert": "T10:",
    }  # fmt: skip
    for name, value in (*hours.items(), ("next_news_at", alert.next_news_at), ("expires_at", alert.expires_at)):
        assert value is not None
        canaries[name] = timezone.localtime(value).date().isoformat()
    return alert, canaries


def bodies(reader: Client, cast: Cast) -> dict[str, bytes]:
    """Return every document that anybody or a token's holder can fetch, headers too."""
    secret = tokens.make("Una", by=cast.member("STEWARD")).secret
    names = ["/datos/", "/datos/atom.xml", "/datos/rss.xml", "/datos/lista.csv", "/datos/lista.csv?hxl=1",
             "/datos/mapa.geojson", "/datos/lista.csv-metadata.json",
             f"/datos/atom.xml?municipio={BOJAYA}"]  # fmt: skip
    names += [f"/datos/r/{secret}/{name}" for name in ("atom.xml", "lista.csv", "mapa.geojson")]
    names += [f"/datos/cap/{i.telling.message.identifier}.xml" for i in public.everything(clock.now(), 50)]
    names += [f"/datos/r/{secret}/cap/{i.telling.message.identifier}.xml" for i in network.everything(clock.now())]
    found = {}
    for name in names:
        answer = reader.get(name, HTTP_ACCEPT_LANGUAGE="es", HTTP_ACCEPT_ENCODING="gzip")
        assert answer.status_code == 200, name
        body = gzip.decompress(answer.content) if answer.get("Content-Encoding") == "gzip" else answer.content
        found[name.replace(secret, "TOKEN")] = body + str(answer.headers).encode()
    return found


def seen(body: bytes, canaries: dict[str, str]) -> list[str]:
    text = body.decode()
    return [name for name, word in canaries.items() if word in text]


def test_no_feed_has_a_canary(planted: tuple[Alert, dict[str, str]], cast: Cast, reader: Client) -> None:
    _, canaries = planted
    with clock.freeze(NOON + 5 * DAY):
        found = bodies(reader, cast)
    assert sum("/cap/" in name for name in found) == 2
    # The page of explanations names every kind that exists; the network's own feed says the day it was.
    allowed = {"/datos/": {"of who spoke", "unchecked", "unchecked kind"}}
    own_day = {name for name in canaries if canaries[name] == canaries["at"]}
    leaks = {
        name: left
        for name, body in found.items()
        if (left := set(seen(body, canaries)) - allowed.get(name, set()) - (own_day if "TOKEN" in name else set()))
    }
    assert leaks == {}
    assert any(b"Resumen p" in body for body in found.values())


def test_every_field_that_is_not_public_has_its_canary(planted: tuple[Alert, dict[str, str]]) -> None:
    _, canaries = planted
    fields = {field.name for field in Alert._meta.concrete_fields}
    named = {"responsible_role" if name == "role" else name for name in canaries}
    # An hour that is a canary is one by its day; of those that share a day with others the hour itself is sought.
    assert fields - MAY_SAY - HELD_ELSEWHERE - {"top_until", "announce_at"} <= named
    assert not MAY_SAY & HELD_ELSEWHERE - {"doubt", "corrected", "summary_hidden", "open"}


def test_a_feed_that_told_its_zone_would_be_seen(
    planted: tuple[Alert, dict[str, str]], cast: Cast, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from atarraya.channels.feeds import phrases

    alert, canaries = planted
    told: Callable[..., str] = phrases.description
    monkeypatch.setattr(phrases, "description", lambda item: f"{told(item)} {alert.zone}")
    with clock.freeze(NOON + 5 * DAY):
        found = bodies(reader, cast)
    assert {name for name, body in found.items() if "zone" in seen(body, canaries)} >= {"/datos/atom.xml"}
