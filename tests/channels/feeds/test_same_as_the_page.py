"""No feed is finer or earlier than the public page: the same set of alerts, and nothing that no page says."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree

from atarraya.alerts import rules as alert_rules
from atarraya.alerts.models import Alert
from atarraya.alerts.queries import public as page
from atarraya.alerts.services import expiring
from atarraya.alerts.services.acts import act
from atarraya.channels.feeds.queries import public
from atarraya.channels.feeds.views import answers
from atarraya.channels.feeds.views import public as views
from atarraya.kernel import clock
from atarraya.network.models import Network
from support.people import about, alert_in, write
from support.recast import forget, made_or_put_back
from support.river import ACANDI, BOJAYA, MEDIO, NAMES, NOON, Cast

DAY = timedelta(days=1)
Publish = Callable[..., Alert]
Told = tuple[str, str, str, str, str]


def on_the_page() -> list[Told]:
    """Return what the pages say: every alert of every municipality, page by page."""
    told = []
    for code in NAMES:
        cursor, more = "", True
        while more:
            found = page.public_page(code, clock.now(), cursor)
            told += [
                (line.municipality, line.day.isoformat(), line.kind, line.state, line.summary) for line in found.lines
            ]
            cursor, more = found.cursor, bool(found.cursor)
    return sorted(told)


def fetched(reader: Client, address: str, read: Callable[[bytes], tuple[list[Told], bool]]) -> list[Told]:
    """Return what a feed says, all its pages."""
    told: list[Told] = []
    mark = "&" if "?" in address else "?"
    for number in range(1, 50):
        part, more = read(reader.get(f"{address}{mark}pagina={number}").content)
        told += part
        if not more:
            return sorted(told)
    raise AssertionError("no end")


def in_csv(body: bytes) -> tuple[list[Told], bool]:
    rows = list(csv.DictReader(io.StringIO(body.decode())))
    return [_told(row) for row in rows], len(rows) == views.TABLE


def in_geojson(body: bytes) -> tuple[list[Told], bool]:
    found = json.loads(body)
    return [_told(feature["properties"]) for feature in found["features"]], "links" in found


def _told(row: Any) -> Told:
    return row["municipio_codigo"], row["dia"], row["clase_codigo"], row["estado_codigo"], row["resumen"]


def cap_of(entry: Any) -> str:
    """Return the address of an entry's message: in Atom its link of that type, in RSS its only link."""
    typed = [link.href for link in entry.links if link.type == "application/cap+xml"]
    return str(typed[0] if typed else entry.link)


def through_cap(reader: Client) -> Callable[[bytes], tuple[list[Told], bool]]:
    def read(body: bytes) -> tuple[list[Told], bool]:
        feed = feedparser.parse(body)
        assert feed.bozo is False, feed.bozo_exception
        told = [_message(bytes(reader.get(cap_of(entry)).content)) for entry in feed.entries]
        return told, any(link.rel == "next" for link in feed.feed.get("links", []))

    return read


def _message(document: bytes) -> Told:
    info = etree.fromstring(document).find("{*}info")
    assert info is not None
    value = {name: info.findtext(f"{{*}}{name}") or "" for name in ("onset", "description")}
    summary = re.sub(r"^.*?\.(?: |$)", "", value["description"], count=1)
    code = info.findtext("{*}area/{*}geocode/{*}value") or ""
    kind = info.findtext("{*}eventCode/{*}value") or ""
    return code, value["onset"][:10], kind, info.findtext("{*}parameter/{*}value") or "", summary


_river: dict[str, bytes] = {}


@pytest.fixture
def river(db: None, request: pytest.FixtureRequest) -> Iterator[None]:
    """Alerts in every state, public and not, and acts on them over weeks: lived once, then put back."""

    def lived() -> None:
        live(*(request.getfixturevalue(name) for name in ("cast", "publish", "do")))

    made_or_put_back(_river, "", lived)
    yield
    forget()


def live(cast: Cast, publish: Publish, do: Callable[..., Alert]) -> None:
    kinds = ("CONFINEMENT", "MINES_UXO", "THREAT", "MASS_DISPL")
    made = [
        publish(summary=f"Resumen {number}.", kind=kinds[number % 4], municipality=code)
        for number, code in enumerate((BOJAYA, MEDIO, ACANDI) * 4)
    ]
    publish(kind="ARMED_PRESENCE", summary="Venció antes de ser pública.")
    publish(public=False, kind="COMBAT")
    for state in alert_rules.STATES:
        alert_in(cast, state, public_at=NOON, public_day=NOON.date(), public_summary="Se dijo.")
        alert_in(cast, state)
    alert_in(cast, "CONF", public_at=NOON, public_day=NOON.date(), held=True)
    with clock.freeze(NOON + 5 * DAY):
        for alert, what in zip(made, ("close", "withdraw", "discard", "inconclusive"), strict=False):
            do(what, alert)
        act(made[4].pk, "hide_summary", by=cast.member())
        act(made[5].pk, "renew", by=cast.member())
        doubtful = Alert.objects.get(pk=made[6].pk)
        write(cast, about("close", doubtful), cast.member(), municipality=doubtful.municipality)


@pytest.mark.parametrize("later", [0, 3, 4, 5, 6, 9, 20, 36, 80])
@pytest.mark.parametrize("worker", ["runs", "stands still"])
def test_every_feed_holds_exactly_what_the_pages_hold(
    river: None, reader: Client, later: int, worker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "INDEX", 4)
    monkeypatch.setattr(views, "TABLE", 5)
    with clock.freeze(NOON + later * DAY):
        if worker == "runs":
            expiring.run()
        said = on_the_page()
        assert len(said) >= 3 or later == 0
        for address, read in (
            ("/datos/lista.csv", in_csv),
            ("/datos/mapa.geojson", in_geojson),
            ("/datos/atom.xml", through_cap(reader)),
            ("/datos/rss.xml", through_cap(reader)),
        ):
            assert fetched(reader, address, read) == said, address


def test_a_feed_that_held_one_more_would_be_seen(river: None, reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.freeze(NOON + 6 * DAY):
        said = on_the_page()
        everything = Alert.objects.filter(public_at__isnull=False)
        monkeypatch.setattr(page, "public_alerts", lambda now: everything)
        answers.forget()
        assert fetched(reader, "/datos/lista.csv", in_csv) != said


def test_versions_and_page_agree_on_every_entry(river: None) -> None:
    """What names a message and what it says come from two places; here they say the same."""
    from atarraya.channels.feeds.queries.items import tellings

    for later in (5, 6, 9, 20, 80):
        with clock.freeze(NOON + later * DAY):
            now = clock.now()
            lines = [page.line(row, now) for row in page.public_alerts(now).values(*page.COLUMNS)]
            told = tellings([line.id for line in lines], public._tells, now)
            for line in lines:
                assert told[line.id].said == public._said(line), (later, line)


def test_a_name_once_told_never_says_something_else(river: None, reader: Client) -> None:
    seen: dict[str, bytes] = {}
    for hours in range(0, 30 * 24, 31):
        with clock.freeze(NOON + timedelta(hours=hours)):
            expiring.run()
            for item in public.everything(clock.now(), 50):
                name = item.telling.message.identifier
                body = bytes(reader.get(f"/datos/cap/{name}.xml").content)
                assert seen.setdefault(name, body) == body, name
    assert len(seen) > 25


def test_municipality_by_municipality_it_is_the_same_set(river: None, reader: Client) -> None:
    with clock.freeze(NOON + 6 * DAY):
        said = on_the_page()
        parts = [fetched(reader, f"/datos/lista.csv?municipio={code}", in_csv) for code in NAMES]
        assert sorted(told for part in parts for told in part) == said
        for address in ("/datos/lista.csv", "/datos/atom.xml"):
            assert reader.get(f"{address}?municipio=99999").status_code == 404
        for odd in ("0", "-1", "x", "١", "99999999999", ""):
            assert reader.get(f"/datos/lista.csv?pagina={odd}").content == reader.get("/datos/lista.csv").content


def test_when_the_network_waits_longer_so_do_its_feeds(publish: Publish, reader: Client) -> None:
    Network.objects.update(public_delay_hours=240)
    publish()
    for later, entries in ((9, 0), (12, 1)):
        with clock.freeze(NOON + later * DAY):
            assert len(feedparser.parse(reader.get("/datos/atom.xml").content).entries) == entries


def test_what_stands_and_what_changed_lately_comes_first(
    publish: Publish, do: Callable[..., Alert], reader: Client
) -> None:
    old = publish(kind="MINES_UXO", summary="La vieja.")
    with clock.freeze(NOON + 100 * DAY):
        publish(kind="CONFINEMENT", summary="La nueva.")
    with clock.freeze(NOON + 104 * DAY):
        do("withdraw", old)
        titles = [entry.title for entry in feedparser.parse(reader.get("/datos/atom.xml").content).entries]
        assert "confirmado" in titles[0] and "retirado" in titles[1]


def test_as_many_questions_for_many_as_for_few(publish: Publish, reader: Client) -> None:
    counts = []
    for number in (1, 9):
        with clock.freeze(NOON):
            for _ in range(number):
                publish()
        with clock.freeze(NOON + 4 * DAY):
            reader.get("/datos/atom.xml")
            answers.forget()
            with CaptureQueriesContext(connection) as asked:
                reader.get("/datos/atom.xml")
            counts.append(len(asked))
    assert counts[0] == counts[1], counts
