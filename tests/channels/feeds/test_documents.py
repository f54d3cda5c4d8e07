"""The documents themselves: read by others' programs, not sent twice, small, and whole whatever a text holds."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import date, timedelta

import feedparser
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from atarraya.alerts.models import Alert
from atarraya.channels.feeds import cap, indexes, tables
from atarraya.channels.feeds.about import About
from atarraya.channels.feeds.queries.items import Item, Listing, Place
from atarraya.channels.feeds.telling import Message, Said, Telling
from atarraya.channels.feeds.views import answers
from atarraya.kernel import clock
from atarraya.territory.models import Unit
from support.cap_rules import broken
from support.river import BOJAYA, NOON, SEATS

DAY = timedelta(days=1)
Publish = Callable[..., Alert]
TYPES = {
    "/datos/atom.xml": "application/atom+xml; charset=utf-8",
    "/datos/rss.xml": "application/rss+xml; charset=utf-8",
    "/datos/lista.csv": "text/csv; charset=utf-8; header=present",
    "/datos/mapa.geojson": "application/geo+json",
    "/datos/lista.csv-metadata.json": "application/csvm+json",
}
FEEDS = [address for address in TYPES if "metadata" not in address]
HOSTILE = "¿Qué dijo “Ñandú”? =SUMA(A1) & <b>'x'</b> ]]> \"fin\""


@pytest.mark.parametrize("address", TYPES)
def test_each_says_what_it_is_and_is_not_sent_twice(address: str, publish: Publish, reader: Client) -> None:
    for _ in range(5):
        publish()
    with clock.freeze(NOON + 4 * DAY):
        first = reader.get(address, HTTP_HOST="127.0.0.1")
        assert first.status_code == 200 and first["Content-Type"] == TYPES[address]
        assert first["Cache-Control"] == "public, no-cache" and first["Access-Control-Allow-Origin"] == "*"
        assert first["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in first and "Cookie" not in first.get("Vary", "")
        for known in (first["ETag"], first["ETag"].removeprefix("W/"), f'"other", {first["ETag"]}', "*"):
            again = reader.get(address, HTTP_IF_NONE_MATCH=known, HTTP_HOST="127.0.0.1")
            assert again.status_code == 304 and again.content == b"" and again["ETag"] == first["ETag"], known
        assert reader.get(address, HTTP_IF_NONE_MATCH='"other"', HTTP_HOST="127.0.0.1").status_code == 200
        head = reader.head(address, HTTP_HOST="127.0.0.1")
        assert head.status_code == 200 and head.content == b"" and head["ETag"] == first["ETag"]
        small = reader.get(address, HTTP_ACCEPT_ENCODING="gzip", HTTP_HOST="127.0.0.1")
        assert small["Content-Encoding"] == "gzip" and gzip.decompress(small.content) == first.content
        assert len(small.content) < len(first.content) and "Accept-Encoding" in small["Vary"]
        assert reader.post(address).status_code in {403, 405}


def test_it_changes_when_something_is_withdrawn(publish: Publish, do: Callable[..., Alert], reader: Client) -> None:
    alert = publish()
    with clock.freeze(NOON + 4 * DAY):
        before = {address: reader.get(address)["ETag"] for address in FEEDS}
        do("withdraw", alert)
        for address, mark in before.items():
            after = reader.get(address, HTTP_IF_NONE_MATCH=mark)
            assert after.status_code == 200 and b"Hubo presencia" not in after.content


def test_with_nothing_public_each_is_whole_and_empty(cast: object, reader: Client) -> None:
    for address in ("/datos/atom.xml", "/datos/rss.xml"):
        feed = feedparser.parse(reader.get(address).content)
        assert feed.bozo is False and feed.entries == [] and "no quiere decir" in feed.feed.subtitle
    rows = list(csv.reader(io.StringIO(reader.get("/datos/lista.csv").content.decode())))
    assert rows == [[column.name for column in tables.COLUMNS]]
    assert json.loads(reader.get("/datos/mapa.geojson").content)["features"] == []


def test_both_indexes_tell_the_same_and_lead_to_the_messages(publish: Publish, reader: Client) -> None:
    publish(kind="CONFINEMENT", day="2026-11-20")
    publish(kind="THREAT")
    with clock.freeze(NOON + 4 * DAY):
        atom = feedparser.parse(reader.get("/datos/atom.xml").content)
        rss = feedparser.parse(reader.get("/datos/rss.xml").content)
    assert atom.bozo is False and rss.bozo is False
    assert atom.version == "atom10" and rss.version == "rss20"
    assert atom.feed.title_detail.language == "es-CO" and rss.feed.language == "es-co"
    assert [entry.title for entry in atom.entries] == [entry.title for entry in rss.entries]
    assert [entry.links[0].href for entry in atom.entries] == [entry.link for entry in rss.entries]
    for entry in atom.entries:
        message, page = entry.links
        assert message.type == "application/cap+xml" and message.href.startswith("http://testserver/datos/cap/")
        assert page.type == "text/html" and page.href == f"http://testserver/publico/{BOJAYA}/"
        assert entry.updated == "2026-11-25T00:00:00-05:00" and entry.id.startswith("urn:uuid:")
        with clock.freeze(NOON + 4 * DAY):
            assert reader.get(message.href).status_code == reader.get(page.href).status_code == 200
    assert [entry.updated_parsed[:5] for entry in atom.entries] == [entry.published_parsed[:5] for entry in rss.entries]
    for feed in (atom, rss):
        assert [link.rel for link in feed.feed.links if link.rel == "self"] == ["self"]


def test_an_entrys_name_stays_while_its_messages_change(
    publish: Publish, do: Callable[..., Alert], reader: Client
) -> None:
    alert = publish(kind="CONFINEMENT")
    names, guids = set(), set()
    for later, what in ((4, ""), (5, "close")):
        with clock.freeze(NOON + later * DAY):
            if what:
                do(what, alert)
            names |= {entry.id for entry in feedparser.parse(reader.get("/datos/atom.xml").content).entries}
            guids |= {entry.id for entry in feedparser.parse(reader.get("/datos/rss.xml").content).entries}
    assert len(names) == 1 and len(guids) == 2


def test_the_table_has_plain_headers_and_hxl_for_who_asks(publish: Publish, reader: Client) -> None:
    publish(kind="CONFINEMENT", day="2026-11-20", advice="STAY_AND_CALL")
    with clock.freeze(NOON + 4 * DAY):
        plain = list(csv.reader(io.StringIO(reader.get("/datos/lista.csv").content.decode())))
        tagged = list(csv.reader(io.StringIO(reader.get("/datos/lista.csv?hxl=1").content.decode())))
    assert plain[0] == tagged[0] and plain[1:] == tagged[2:]
    assert all(tag.startswith("#") for tag in tagged[1]) and len(set(tagged[1])) == len(tagged[1])
    row = dict(zip(plain[0], plain[1], strict=True))
    assert row["municipio_codigo"] == BOJAYA and row["municipio"] == "Bojayá" and row["departamento"] == "Chocó"
    assert row["dia"] == "2026-11-20" and row["clase"] == "No podemos salir" and row["urgencia"] == ""


def test_a_map_has_the_municipalitys_own_point_for_all_its_alerts(publish: Publish, reader: Client) -> None:
    publish(kind="CONFINEMENT")
    publish(kind="THREAT")
    with clock.freeze(NOON + 4 * DAY):
        found = json.loads(reader.get("/datos/mapa.geojson").content)
        Unit.objects.filter(code=BOJAYA).update(lat=None, lon=None)
        answers.forget()  # no act of the network changes where a municipality is
        unknown = json.loads(reader.get("/datos/mapa.geojson?municipio=" + BOJAYA).content)
    lat, lon = SEATS[BOJAYA]
    assert [feature["geometry"] for feature in found["features"]] == [{"type": "Point", "coordinates": [lon, lat]}] * 2
    assert found["precision"] == "municipio"
    assert [feature["geometry"] for feature in unknown["features"]] == [None, None]


def test_the_columns_are_described_in_both_languages(reader: Client, cast: object) -> None:
    described = json.loads(reader.get("/datos/lista.csv-metadata.json").content)
    columns = described["tableSchema"]["columns"]
    assert [column["name"] for column in columns] == [column.name for column in tables.COLUMNS]
    assert all(column["dc:description"]["es"] != column["dc:description"]["en"] for column in columns)
    for language, word in (("es", "Nunca la hora"), ("en", "Never the hour")):
        page = reader.get("/datos/", HTTP_ACCEPT_LANGUAGE=language, HTTP_ACCEPT="text/html").content.decode()
        assert word in page and all(column.name in page for column in tables.COLUMNS)
        assert "/datos/atom.xml" in page and "Bojayá (Chocó)" in page


def test_the_public_page_leads_to_them(reader: Client, cast: object) -> None:
    page = reader.get("/publico/", HTTP_ACCEPT="text/html", HTTP_ACCEPT_LANGUAGE="es").content.decode()
    head = page[: page.index("</head>")]
    for kind, address in (("atom+xml", "/datos/atom.xml"), ("rss+xml", "/datos/rss.xml")):
        assert f'<link rel="alternate" type="application/{kind}"' in head and f'href="{address}"' in head
    assert '<a href="/datos/">Fuentes abiertas</a>' in page


@pytest.mark.parametrize("name", ["x", "00000000-0000-4000-8000-000000000000", "..%2f..", "%00", "é" * 36, "a" * 500])
def test_a_message_that_never_was_is_not_there(name: str, reader: Client, publish: Publish) -> None:
    publish()
    with clock.freeze(NOON + 4 * DAY):
        assert reader.get(f"/datos/cap/{name}.xml").status_code == 404


def test_of_an_alert_that_is_not_public_no_version_has_a_document(
    publish: Publish, cast: object, reader: Client
) -> None:
    alert = publish(public=False)
    with clock.freeze(NOON + 40 * DAY):
        for version in alert.versions.all():
            assert reader.get(f"/datos/cap/{version.pk}.xml").status_code == 404
        assert reader.get(f"/datos/cap/{alert.pk}.xml").status_code == 404


def test_before_its_day_a_message_is_not_there(publish: Publish, reader: Client) -> None:
    alert = publish()
    for later, status in ((3, 404), (4, 200)):
        with clock.freeze(NOON + later * DAY):
            assert reader.get(f"/datos/cap/{alert.versions.get().pk}.xml").status_code == status


def listing_of(text: str) -> tuple[Listing, About]:
    said = Said("THREAT", BOJAYA, date(2026, 11, 20), "CONF", False, False, "", text, "BE_CAREFUL", "")
    message = Message("a1b2", date(2026, 11, 25), date(2026, 12, 25))
    earlier = Message("a1b1", date(2026, 11, 24), date(2026, 12, 24))
    place = Place(BOJAYA, text or "x", text, text or "x", 1.0, 2.0)
    item = Item(Telling("00000000-0000-4000-8000-000000000000", message, (earlier,), said), place)
    sender = "urn:uuid:00000000-0000-4000-8000-000000000000"
    base = "https://example.org/"
    speaker = About("Public", f"{base}datos/", f"{base}publico/", sender, text, False, date(2026, 1, 1))
    return Listing([item], False), speaker


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=280) | st.sampled_from(
    [
        HOSTILE,
        "\x00\x01\x1b[2J",
        "]]>",
        "<!--",
        "&#0;",
        "=HYPERLINK(1)",
        " +1",
        "@x",
        "\t-2",
        "a\r\nb",
        "ñÑ",
        "\u202eabc",
        "\ufffe",
    ]
)


@given(TEXTS)
def test_whatever_a_text_holds_every_document_is_whole_and_says_it(text: str) -> None:
    listing, speaker = listing_of(text)
    kept = "".join(letter for letter in text if letter in "\t\n\r" or ord(letter) >= 32)
    kept = kept.replace("\ufffe", "").replace("\uffff", "").replace("\r\n", "\n").replace("\r", "\n")
    document = cap.document(listing.items[0], speaker)
    info = etree.fromstring(document).find("{*}info")
    assert info is not None and (info.findtext("{*}senderName") or "") == kept
    assert not [rule for rule in broken(document) if rule != "area without a name"]
    for make in (indexes.atom, indexes.rss):
        root = etree.fromstring(make(listing, speaker, "https://example.org/a?b=1&c=2", ""))
        assert len(root.findall(".//{*}entry") + root.findall(".//{*}item")) == 1
    rows = list(csv.reader(io.StringIO(tables.as_csv(listing).decode())))
    assert len(rows) == 2 and len(rows[1]) == len(tables.COLUMNS)
    assert not [cell for cell in rows[1] if cell.strip()[:1] in {"=", "+", "-", "@"} and cell.strip()]
    assert json.loads(tables.as_geojson(listing, speaker, ""))["features"][0]["properties"]["resumen"] == text


def test_a_hostile_summary_is_said_as_it_is(publish: Publish, reader: Client) -> None:
    publish(summary=HOSTILE, kind="CONFINEMENT")
    with clock.freeze(NOON + 4 * DAY):
        (entry,) = feedparser.parse(reader.get("/datos/atom.xml").content, sanitize_html=False).entries
        document = etree.fromstring(reader.get(entry.links[0].href).content)
        (row,) = csv.DictReader(io.StringIO(reader.get("/datos/lista.csv").content.decode()))
    assert HOSTILE in (document.findtext("{*}info/{*}description") or "") and row["resumen"] == HOSTILE
    assert HOSTILE in entry.summary
