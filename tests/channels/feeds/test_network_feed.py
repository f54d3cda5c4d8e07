"""The network's own feed: off until a steward gives an address; confirmed, a day late, by municipality, in codes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from django.test import Client
from lxml import etree

from atarraya.alerts import rules as alert_rules
from atarraya.alerts.models import Alert
from atarraya.alerts.services import expiring
from atarraya.alerts.services.acts import act
from atarraya.channels.feeds.models import FeedToken
from atarraya.channels.feeds.queries import network
from atarraya.channels.feeds.services import tokens
from atarraya.command import jobs
from atarraya.kernel import clock
from atarraya.network.models import Network
from atarraya.network.refusals import Incomplete, NeedsSteward
from atarraya.trail.models import Line
from support.cap_rules import broken
from support.people import alert_in, warn
from support.river import BOJAYA, NOON, Cast

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SCHEMA = etree.XMLSchema(etree.parse(str(Path(__file__).with_name("cap") / "CAP-v1.2.xsd")))
Publish = Callable[..., Alert]
DOCUMENTS = ("atom.xml", "lista.csv", "mapa.geojson")


@pytest.fixture
def base(cast: Cast) -> str:
    """The address of a token made today."""
    return f"/datos/r/{tokens.make('Diócesis', by=cast.member('STEWARD')).secret}/"


def told(at: Any = None) -> list[tuple[str, str, str]]:
    with clock.freeze(at or clock.now()):
        return [(i.said.kind, i.said.state, i.telling.type) for i in network.everything(clock.now())]


def messages(reader: Client, base: str) -> list[bytes]:
    """Return every message of the feed, each held against the schema and the rules."""
    found = []
    for entry in feedparser.parse(reader.get(f"{base}atom.xml").content).entries:
        document = bytes(reader.get(f"{base}{entry.links[0].href}").content)
        SCHEMA.assertValid(etree.fromstring(document))
        assert broken(document) == []
        found.append(document)
    return found


def test_without_a_token_there_is_nothing_and_no_word_of_it(publish: Publish, reader: Client) -> None:
    publish(public=False)
    with clock.freeze(NOON + 5 * DAY):
        for name in (*DOCUMENTS, "cap/x.xml"):
            answer = reader.get(f"/datos/r/{'0' * 32}/{name}")
            assert answer.status_code == 404 and answer["Cache-Control"] == "no-store"


def test_it_says_what_was_confirmed_a_day_later_in_codes(publish: Publish, reader: Client, base: str) -> None:
    publish(public=False, kind="CONFINEMENT", urgency="NOW", day="2026-11-20", advice="STAY_AND_CALL")
    for hours, entries in ((0, 0), (23, 0), (24, 0), (26, 1)):
        with clock.freeze(NOON + hours * HOUR):
            assert len(messages(reader, base)) == entries, hours
    with clock.freeze(NOON + 26 * HOUR):
        (document,) = messages(reader, base)
        (row,) = csv.DictReader(io.StringIO(reader.get(f"{base}lista.csv").content.decode()))
        (feature,) = json.loads(reader.get(f"{base}mapa.geojson").content)["features"]
    alert = etree.fromstring(document)
    assert alert.findtext("{*}scope") == "Restricted" and "No lo publique" in (alert.findtext("{*}restriction") or "")
    assert alert.findtext("{*}info/{*}urgency") == "Immediate" and alert.findtext("{*}info/{*}web") is None
    assert alert.findtext("{*}sent") == "2026-11-22T00:00:00-05:00"
    assert (row["clase_codigo"], row["urgencia"], row["resumen"], row["dia"]) == ("CONFINEMENT", "ya", "", "2026-11-20")
    assert feature["properties"]["municipio_codigo"] == BOJAYA


@pytest.mark.parametrize("state", alert_rules.STATES)
def test_nothing_that_was_never_confirmed_is_in_it(cast: Cast, base: str, state: str) -> None:
    alert_in(cast, state, reach="NETWORK")
    found = [each for days in (0, 1, 2, 5, 31) for each in told(NOON + days * DAY)]
    assert bool(found) is (state == "CONF")
    with clock.freeze(NOON + 20 * DAY):
        expiring.run()
    assert [said for _, said, _ in told(NOON + 40 * DAY)] == (["EXPIRED"] if state == "CONF" else [])


def test_what_only_neighbours_read_and_what_is_held_is_not_in_it(cast: Cast, base: str) -> None:
    alert_in(cast, "CONF")  # of a point: its reach is near
    alert_in(cast, "CONF", reach="NETWORK", held=True)
    assert told(NOON + 3 * DAY) == []


def test_one_voice_that_renews_what_lapsed_takes_it_out(cast: Cast, publish: Publish, base: str) -> None:
    alert = publish(public=False)
    assert told(NOON + 26 * HOUR) == [("ARMED_PRESENCE", "CONF", "Alert")]
    with clock.freeze(NOON + 3 * DAY):
        expiring.run()
        assert told() == [("ARMED_PRESENCE", "EXPIRED", "Update")]
        act(alert.pk, "renew", by=cast.member())
    with clock.freeze(NOON + 9 * DAY):
        expiring.run()
        assert Alert.objects.get(pk=alert.pk).state == "EXPIRED" and told() == []


def test_what_is_withdrawn_is_cancelled_at_once_and_what_is_closed_a_day_later(
    publish: Publish, do: Callable[..., Alert], reader: Client, base: str
) -> None:
    first, second = publish(public=False, kind="CONFINEMENT"), publish(public=False, kind="THREAT")
    with clock.freeze(NOON + 3 * DAY):
        do("withdraw", first)
        do("close", second)
        assert {each[:2] for each in told()} == {("CONFINEMENT", "GONE"), ("THREAT", "CONF")}
        cancel = [each for each in messages(reader, base) if b"<msgType>Cancel" in each]
        assert len(cancel) == 1 and b"CONFINEMENT" in cancel[0]
    assert {each[:2] for each in told(NOON + 3 * DAY + 26 * HOUR)} == {("CONFINEMENT", "GONE"), ("THREAT", "CLOSED")}
    assert told(NOON + 60 * DAY) == []


def test_what_ended_before_its_day_was_over_is_never_told(
    publish: Publish, do: Callable[..., Alert], base: str
) -> None:
    for end in ("withdraw", "discard", "inconclusive"):
        do(end, publish(public=False))
    lapsed = publish(public=False)
    with clock.freeze(NOON + 2 * HOUR):
        do("shorten", lapsed, until="2026-11-21T14")
    with clock.freeze(NOON + 5 * HOUR):
        expiring.run()
    for hours in (0, 3, 6, 20, 24):
        assert told(NOON + hours * HOUR) == [], hours
    assert {state for _, state, _ in told(NOON + 40 * HOUR)} <= {"EXPIRED"}


def test_no_document_repeats_the_token(publish: Publish, reader: Client, base: str) -> None:
    publish(public=False)
    secret = base.split("/")[3]
    with clock.freeze(NOON + 2 * DAY):
        for name in (*DOCUMENTS, *(item.telling.message.identifier for item in network.everything(clock.now()))):
            answer = reader.get(base + (name if name in DOCUMENTS else f"cap/{name}.xml"))
            assert answer.status_code == 200 and answer["Cache-Control"] == "private, no-cache"
            assert secret.encode() not in answer.content and secret not in str(answer.headers)
            assert "Access-Control-Allow-Origin" not in answer
            assert reader.get(answer.request["PATH_INFO"], HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304


def test_its_names_are_not_those_of_the_public_feed(publish: Publish, reader: Client, base: str) -> None:
    publish(kind="CONFINEMENT")
    with clock.freeze(NOON + 5 * DAY):
        own = feedparser.parse(reader.get(f"{base}atom.xml").content)
        public = feedparser.parse(reader.get("/datos/atom.xml").content)
        assert len(own.entries) == len(public.entries) == 1
        assert own.entries[0].id != public.entries[0].id and own.feed.id != public.feed.id


def test_lapsed_ended_and_wrong_ones_answer_alike(cast: Cast, publish: Publish, reader: Client) -> None:
    steward = cast.member("STEWARD")
    publish(public=False)
    good, ended = tokens.make("Una", by=steward), tokens.make("Otra", by=steward)
    tokens.end(ended.row.pk, by=steward)
    with clock.freeze(NOON + 90 * DAY):
        assert reader.get(f"/datos/r/{good.secret}/atom.xml").status_code == 200
    with clock.freeze(NOON + 91 * DAY):
        told = [
            reader.get(f"/datos/r/{secret}/{name}", HTTP_ACCEPT=accept)
            for secret in (good.secret, ended.secret, "0" * 32, "x", "DEM0" + "0" * 28)
            for name in DOCUMENTS
            for accept in ("*/*",)
        ]
    assert len({(answer.status_code, answer.content, str(sorted(answer.headers.items()))) for answer in told}) == 1
    assert told[0].status_code == 404


def test_a_demonstrations_token_opens_no_real_network(cast: Cast, reader: Client) -> None:
    Network.objects.update(demo=True)
    made = tokens.make("Una", by=cast.member("STEWARD"))
    assert reader.get(f"/datos/r/{made.secret}/atom.xml").status_code == 200
    Network.objects.update(demo=False)
    assert reader.get(f"/datos/r/{made.secret}/atom.xml").status_code == 404


def test_only_a_steward_makes_and_ends_one_and_the_trail_says_so(cast: Cast) -> None:
    steward, other = cast.member("STEWARD"), cast.member("VERIFIER", "APPROVER")
    with pytest.raises(NeedsSteward):
        tokens.make("Una", by=other)
    made = tokens.make("  Una   red ", by=steward)
    with pytest.raises(NeedsSteward):
        tokens.end(made.row.pk, by=other)
    assert made.row.name == "Una red" and (made.row.last_day - made.row.made).days == 90
    assert made.secret.encode() not in bytes(FeedToken.objects.get().token_hash)
    tokens.end(made.row.pk, by=steward)
    lines = Line.objects.filter(verb__startswith="feed.").order_by("number")
    assert [line.verb for line in lines] == ["feed.make_token", "feed.end_token"]
    assert {line.actor for line in lines} == {str(steward.pk)} and {line.subject for line in lines} == {
        str(made.row.pk)
    }


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b", "a\u202eb"])
def test_a_token_without_a_plain_name_is_not_made(cast: Cast, name: str) -> None:
    with pytest.raises(Incomplete):
        tokens.make(name, by=cast.member("STEWARD"))
    assert not FeedToken.objects.exists()


def signed_in(cast: Cast) -> Client:
    client = Client(HTTP_ACCEPT="text/html", HTTP_ACCEPT_LANGUAGE="es")
    client.force_login(cast.member("STEWARD"), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_steward_sees_that_it_is_off_makes_one_sees_it_once_and_ends_it(cast: Cast, reader: Client) -> None:
    client = signed_in(cast)
    page = client.get("/red/datos/").content.decode()
    assert "Nadie tiene dirección: la fuente está apagada." in page and "historial" in page
    assert "No se hizo nada" not in page
    made = client.post("/red/datos/", {"name": "Diócesis <b>&"}, follow=True).content.decode()
    assert "Diócesis &lt;b&gt;&amp;" in made and "Nadie tiene dirección" not in made
    assert "No se hizo nada" not in made
    address = made.split('<p class="code" translate="no">')[1].split("</p>")[0]
    assert reader.get(address).status_code == 200
    assert address in client.get("/red/datos/").content.decode()  # a reload loses nothing
    client.post("/red/datos/", {"do": "have"})
    assert address not in client.get("/red/datos/").content.decode()
    row = FeedToken.objects.get()
    client.post(f"/red/datos/{row.pk}/quitar/")
    assert reader.get(address).status_code == 404
    assert client.post(f"/red/datos/{row.pk}/quitar/").status_code == 404


def test_a_bad_name_loses_nothing_and_is_said_in_words(cast: Cast) -> None:
    answer = signed_in(cast).post("/red/datos/", {"name": "x" * 61})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Escriba para qué organización es" in page and "x" * 61 in page


def test_a_lapsed_one_is_shown_as_lapsed(cast: Cast) -> None:
    tokens.make("Una", by=cast.member("STEWARD"))
    with clock.freeze(NOON + 91 * DAY):
        assert "ya no abre" in signed_in(cast).get("/red/datos/").content.decode()


def test_one_that_lapsed_long_ago_is_forgotten_by_the_nights_work(cast: Cast) -> None:
    tokens.make("Una", by=cast.member("STEWARD"))
    for days, left in ((90, 1), (120, 1), (121, 0)):
        with clock.freeze(NOON + days * DAY):
            next(job for job in jobs.JOBS if job.name == "feeds").act(Path())
            assert FeedToken.objects.count() == left


def test_taps_of_points_do_not_hold_it_back(cast: Cast, publish: Publish, base: str) -> None:
    alert = publish(public=False, kind="CONFINEMENT")
    for hours in range(0, 26, 5):
        with clock.freeze(NOON + hours * HOUR):
            act(alert.pk, "renew", by=cast.member())
            warn(cast)
    assert ("CONFINEMENT", "CONF", "Alert") in told(NOON + 27 * HOUR)
