"""CAP documents: valid by the schema, by the rules it does not know, and read by a program that is not ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cap_tools.models import Alert as Read
from django.test import Client
from lxml import etree
from xsdata.formats.dataclass.parsers import XmlParser

from atarraya.alerts import rules as alert_rules
from atarraya.alerts.models import Alert
from atarraya.alerts.services import expiring
from atarraya.alerts.services.acts import act
from atarraya.channels.feeds import rules
from atarraya.channels.feeds.queries import public
from atarraya.kernel import clock
from atarraya.network.models import Network
from support.cap_rules import CAP, broken
from support.river import BOJAYA, NOON, Cast

DAY = timedelta(days=1)
SCHEMA = etree.XMLSchema(etree.parse(str(Path(__file__).with_name("cap") / "CAP-v1.2.xsd")))
Publish = Callable[..., Alert]


def standing(reader: Client) -> bytes:
    """Return the document of the only entry."""
    (item,) = public.listing(clock.now(), 1, 10).items
    answer = reader.get(f"/datos/cap/{item.telling.message.identifier}.xml")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/cap+xml"
    return bytes(answer.content)


def text(document: bytes, path: str) -> list[str]:
    found = etree.fromstring(document).findall("/".join(f"{CAP}{name}" for name in path.split("/")))
    return [element.text or "" for element in found]


def check(document: bytes) -> bytes:
    """Hold a document against everything, and return it."""
    SCHEMA.assertValid(etree.fromstring(document))
    assert broken(document) == []
    read = XmlParser().from_bytes(document, Read)
    assert read.identifier == text(document, "identifier")[0] and len(read.infos) == 2
    for info, event in zip(read.infos, text(document, "info/event"), strict=True):
        assert info.event == event and info.areas[0].geocodes_to_dict()["DIVIPOLA"].isdigit()
    return document


def test_a_public_alert_is_one_message_by_municipality_and_day(publish: Publish, reader: Client) -> None:
    publish(kind="CONFINEMENT", day="2026-11-20", when="NIGHT", advice="STAY_AND_CALL")
    with clock.freeze(NOON + 4 * DAY):
        document = check(standing(reader))
    assert text(document, "msgType") == ["Alert"] and text(document, "scope") == ["Public"]
    assert text(document, "status") == ["Actual"] and text(document, "references") == []
    assert text(document, "sent") == ["2026-11-25T00:00:00-05:00"]
    assert text(document, "info/language") == ["es-CO", "en"]
    assert text(document, "info/onset") == ["2026-11-20T00:00:00-05:00"] * 2
    assert text(document, "info/expires") == ["2026-12-02T00:00:00-05:00"] * 2
    assert text(document, "info/responseType") == ["Shelter"] * 2
    assert text(document, "info/category") == ["Security", "Safety"] * 2
    assert text(document, "info/urgency") == ["Unknown"] * 2  # the page does not tell it
    assert text(document, "info/area/areaDesc") == ["Bojayá (Chocó)"] * 2
    assert text(document, "info/area/geocode/value") == [BOJAYA] * 2
    spanish, english = text(document, "info/description")
    assert "Hubo presencia armada." in spanish and "20 de noviembre de 2026" in spanish
    assert "confirmed" in english and "Nov" in english
    assert text(document, "info/instruction")[0] == "Quédese con su gente. Diga cómo están."


def test_what_ends_corrects_or_hides_names_what_it_replaces(
    cast: Cast, publish: Publish, do: Callable[..., Alert], reader: Client
) -> None:
    alert = publish(kind="CONFINEMENT")
    seen = []

    def look(later: int) -> bytes:
        with clock.freeze(NOON + later * DAY):
            document = check(standing(reader))
        seen.append((text(document, "identifier")[0], text(document, "sent")[0]))
        return document

    assert text(look(4), "msgType") == ["Alert"]
    with clock.freeze(NOON + 5 * DAY):
        act(alert.pk, "hide_summary", by=cast.member())
    hidden = look(5)
    assert text(hidden, "msgType") == ["Update"] and b"Hubo presencia" not in hidden
    with clock.freeze(NOON + 6 * DAY):
        do("close", alert)
    closed = look(6)
    assert text(closed, "msgType") == ["Update"]
    assert text(closed, "info/urgency") == ["Past"] * 2 and text(closed, "info/instruction") == []
    assert text(closed, "info/parameter/value") == ["CLOSED"] * 2
    sender = text(closed, "sender")[0]
    replaced = text(closed, "references")[0].split()
    assert replaced[:2] == [f"{sender},{name},{sent}" for name, sent in seen[:2]]
    assert len(replaced) == 3  # and the hours in which it was in doubt


@pytest.mark.parametrize("end", ["withdraw", "discard", "inconclusive"])
def test_what_no_longer_holds_is_cancelled(
    end: str, publish: Publish, do: Callable[..., Alert], reader: Client
) -> None:
    alert = publish(kind="CONFINEMENT")
    with clock.freeze(NOON + 4 * DAY):
        first = standing(reader)
        do(end, alert)
        document = check(standing(reader))
        old = reader.get(f"/datos/cap/{text(first, 'identifier')[0]}.xml")
    assert text(document, "msgType") == ["Cancel"]
    assert text(document, "references")[0].split(",")[1] == text(first, "identifier")[0]
    assert b"Hubo presencia" not in document and text(document, "info/severity") == ["Unknown"] * 2
    # What the first message said is gone with it, summary and all; its address says which one stands.
    assert old.status_code == 410 and text(document, "identifier")[0] in old["Link"]
    assert b"Hubo presencia" not in old.content


def test_in_doubt_is_a_message_of_its_own(publish: Publish, cast: Cast, reader: Client) -> None:
    from support.people import about, write

    alert = publish(kind="CONFINEMENT")
    with clock.freeze(NOON + 4 * DAY):
        write(cast, about("close", Alert.objects.get(pk=alert.pk)), cast.member())
        document = check(standing(reader))
    assert text(document, "info/certainty") == ["Possible"] * 2


def test_it_lapses_by_itself_under_one_name_whether_or_not_the_worker_ran(publish: Publish, reader: Client) -> None:
    publish(kind="CONFINEMENT")
    with clock.freeze(NOON + 4 * DAY):
        first = text(standing(reader), "identifier")[0]
    with clock.freeze(NOON + 9 * DAY):
        before = check(standing(reader))
        expiring.run()
        after = check(standing(reader))
    assert before == after and text(after, "msgType") == ["Update"]
    assert text(after, "info/parameter/value") == ["EXPIRED"] * 2
    assert text(after, "references")[0].split(",")[1] == first


def test_what_stands_long_is_said_again_before_it_ceases_to_hold(cast: Cast, publish: Publish, reader: Client) -> None:
    alert = publish(kind="CONFINEMENT")
    with clock.freeze(NOON + 4 * DAY):
        first = standing(reader)
    for later in (6, 12):
        with clock.freeze(NOON + later * DAY):
            act(alert.pk, "renew", by=cast.member())
    with clock.freeze(NOON + 13 * DAY):
        again = check(standing(reader))
    assert text(again, "msgType") == ["Update"] and text(again, "sent") == text(first, "info/expires")[:1]
    assert text(again, "references")[0].split(",")[1] == text(first, "identifier")[0]


def test_who_renewed_and_when_is_in_no_document(cast: Cast, publish: Publish, reader: Client) -> None:
    """The page does not tell that somebody renewed: neither does any byte of a feed."""
    alert = publish(kind="CONFINEMENT")
    with clock.freeze(NOON + 4 * DAY):
        before = [reader.get(address).content for address in ("/datos/atom.xml", "/datos/lista.csv")]
        act(alert.pk, "renew", by=cast.member())
        after = [reader.get(address).content for address in ("/datos/atom.xml", "/datos/lista.csv")]
    assert before == after


def test_a_correction_before_anybody_read_it_leaves_no_trace(
    cast: Cast, publish: Publish, do: Callable[..., Alert], reader: Client
) -> None:
    alert = publish(kind="CONFINEMENT")
    with clock.freeze(NOON + 1 * DAY):
        act(alert.pk, "hide_summary", by=cast.member())
    with clock.freeze(NOON + 4 * DAY):
        document = check(standing(reader))
    assert text(document, "msgType") == ["Alert"]


def test_mines_never_lapse_and_their_messages_do(publish: Publish, reader: Client) -> None:
    publish(kind="MINES_UXO", advice="DO_NOT_STEP")
    for later, turns in ((4, 0), (40, 1), (400, 13)):
        with clock.freeze(NOON + later * DAY):
            document = check(standing(reader))
        assert text(document, "identifier")[0].endswith(f".{turns}" if turns else "")
        assert len(text(document, "references")) == min(turns, 1)


def test_a_demonstration_is_an_exercise(publish: Publish, reader: Client) -> None:
    Network.objects.update(demo=True)
    publish()
    with clock.freeze(NOON + 4 * DAY):
        document = check(standing(reader))
    assert text(document, "status") == ["Exercise"] and "demostración" in text(document, "note")[0]


def test_every_kind_urgency_state_and_advice_has_its_row() -> None:
    assert set(rules.KINDS) == set(alert_rules.KINDS)
    assert set(rules.URGENCIES) == {*alert_rules.URGENCIES, rules.NOT_TOLD}
    assert set(rules.CERTAINTIES) == {"CONF", "CLOSED", "EXPIRED", "GONE"}
    assert set(rules.RESPONSES) == set(alert_rules.ADVICES)
    assert all(set(row.categories) <= rules.CATEGORIES for row in rules.KINDS.values())
    assert "AllClear" not in rules.RESPONSES.values()
    for kind in alert_rules.KINDS:
        assert rules.holds_days(kind, "CONF") <= rules.TOLD_DAYS


MUTANTS: dict[str, tuple[str, str]] = {
    "references missing": (r"<references>.*?</references>", ""),
    "expires missing": (r"<expires>.*?</expires>", ""),
    "expires before sent": (r"<expires>\d{4}", "<expires>2020"),
    "sent no CAP time": (r"(<sent>[^<]*)-05:00", r"\1Z"),
    "onset no CAP time": (r"(<onset>[^<]*)-05:00", r"\1.250-05:00"),
    "sent of another offset": (r"(<sent>[^<]*)-05:00", r"\1+00:00"),
    "no municipal code": (r"<valueName>DIVIPOLA", "<valueName>DANE"),
    "polygon drawn": (r"<geocode>", "<polygon>6,-76 6,-77 7,-76 6,-76</polygon><geocode>"),
    "circle drawn": (r"<geocode>", "<circle>6.56,-76.89 1</circle><geocode>"),
    "area without a name": (r"<areaDesc>[^<]*", "<areaDesc> "),
    "area missing": (r"<area>.*?</area>", ""),
    "info missing": (r"<info>.*</info>", ""),
    "identifier not plain": (r"<identifier>", "<identifier>uno, dos "),
    "sender not plain": (r"<sender>", "<sender>a &amp; b"),
    "reference not sender,identifier,sent": (r"(<references>[^,]*),", r"\1 "),
    "reference to a later message": (r"(<references>[^<]*)\d{4}(-\d\d-\d\dT)", r"\g<1>2099\2"),
    "references of a first message": (r"<msgType>Update", "<msgType>Alert"),
    "restriction only with Restricted": (r"<scope>Public", "<scope>Restricted"),
    "addresses only with Private": (r"<scope>Public", "<scope>Private"),
    "exercise without a note": (r"<status>Actual", "<status>Exercise"),
    "language missing": (r"<language>[^<]*</language>", ""),
    "two blocks of one language": (r"<language>en<", "<language>es-CO<"),
    "all clear is never said": (r"<urgency>", "<responseType>AllClear</responseType><urgency>"),
}


@pytest.mark.parametrize("rule", MUTANTS)
def test_each_broken_rule_is_seen(rule: str, publish: Publish, do: Callable[..., Alert], reader: Client) -> None:
    alert = publish(kind="CONFINEMENT")
    with clock.freeze(NOON + 4 * DAY):
        do("close", alert)
        good = check(standing(reader)).decode()
    pattern, instead = MUTANTS[rule]
    changed = re.sub(pattern, instead, good, flags=re.S)
    assert changed != good
    assert rule in broken(changed.encode())


def test_the_schema_sees_what_it_is_there_for(publish: Publish, reader: Client) -> None:
    publish()
    with clock.freeze(NOON + 4 * DAY):
        good = standing(reader)
    for found, instead in ((b"<scope>Public", b"<scope>Everybody"), (b"-05:00</sent>", b"Z</sent>")):
        assert not SCHEMA.validate(etree.fromstring(good.replace(found, instead)))
