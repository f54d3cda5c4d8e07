"""What many ask for is read once for each change: whichever page, format, municipality or message is asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from atarraya.alerts.models import Alert
from atarraya.channels.feeds.queries import network, public
from atarraya.channels.feeds.services import tokens
from atarraya.channels.feeds.views import network as network_views
from atarraya.channels.feeds.views import public as public_views
from atarraya.kernel import clock
from support.river import BOJAYA, NOON, Cast

DAY = timedelta(days=1)
Publish = Callable[..., Alert]


def counted(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> list[int]:
    made: list[int] = []
    real = getattr(module, name)

    def count(*given: Any) -> Any:
        made.append(1)
        return real(*given)

    monkeypatch.setattr(module, name, count)
    return made


def test_every_page_of_the_public_feeds_begins_with_what_was_read_once(
    publish: Publish, do: Callable[..., Alert], reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_views, "INDEX", 2)
    monkeypatch.setattr(public_views, "TABLE", 2)
    alerts = [publish() for _ in range(5)]
    made = counted(monkeypatch, public, "lately")
    with clock.freeze(NOON + 5 * DAY):
        asked = [f"/datos/{name}?pagina={page}" for name in ("atom.xml", "lista.csv") for page in (1, 2, 3)]
        asked += [f"/datos/atom.xml?municipio={BOJAYA}&pagina=2"]
        bodies = [reader.get(address).content for address in asked]
        assert len(made) == 1
        assert [len(feedparser.parse(body).entries) for body in bodies[:3]] == [2, 2, 1]
        again = reader.get(asked[1])
        unchanged = reader.get(asked[1], HTTP_IF_NONE_MATCH=again["ETag"])
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        do("close", alerts[0], outcome="PASSED")
        changed = [reader.get(address, HTTP_IF_NONE_MATCH=again["ETag"]).status_code for address in asked[:3]]
        assert len(made) == 2 and changed[1] in {200, 304}
        assert {reader.get(address).content for address in asked[:3]} != set(bodies[:3]), "it is not told as it was"


def test_a_message_of_the_networks_feed_is_looked_up_and_not_made_anew(
    cast: Cast, publish: Publish, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        publish(public=False)
    base = f"/datos/r/{tokens.make('Una', by=cast.member('STEWARD')).secret}/"
    made = counted(monkeypatch, network, "everything")
    monkeypatch.setattr(network_views, "SIZE", 4)
    with clock.freeze(NOON + 3 * DAY):
        entries = feedparser.parse(reader.get(f"{base}atom.xml").content).entries
        entries += feedparser.parse(reader.get(f"{base}atom.xml?pagina=2").content).entries
        assert len(entries) == 6
        with CaptureQueriesContext(connection) as asked:
            assert reader.get(f"{base}{entries[5].links[0].href}").status_code == 200
        read = [query["sql"] for query in asked if 'FROM "alerts_alert' in query["sql"]]
        assert read == [] and len(made) == 1, "neither alerts nor their versions are read"
        publish(public=False)
        reader.get(f"{base}{entries[5].links[0].href}")
        assert len(made) == 2, "an act anywhere makes it anew"
