"""A member's page in which nothing is chosen, and a steward's page of numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from atarraya.kernel import clock
from atarraya.notices import carriers
from atarraya.notices.carriers import Delivered, Field, GivenUp
from atarraya.notices.models import Delivery, Receiver, Subscription
from atarraya.notices.services import wording
from atarraya.trail.models import Line
from support.hearing import drain, hears
from support.loopback import Loopback
from support.people import warn
from support.river import BOJAYA, NOON, Cast

OWN, STEWARD = "/mi-cuenta/avisos/", "/red/entregas/"
WISH = {"place": ["*"], "kind": ["*"], "urgency": "NOW", "way": "loopback", "loopback-to": "a"}


@pytest.fixture
def way() -> Iterator[Loopback]:
    made = Loopback()
    type(made).fields = (Field("to", "Where to", "email"),)
    type(made).about = ("It stays here.",)
    carriers.register(made)
    yield made
    carriers.forget(made.name)
    type(made).fields = type(made).about = ()


def signed_in(cast: Cast, *roles: str) -> Client:
    client = Client(headers={"Accept": "text/html"})
    client.force_login(cast.member(*roles), "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_nothing_is_chosen_beforehand(cast: Cast, way: Loopback) -> None:
    page = signed_in(cast).get(OWN).content.decode()
    boxes = re.findall(r"<input[^>]*type=\"(?:checkbox|radio)\"[^>]*>", page)
    assert len(boxes) > 30 and not [box for box in boxes if "checked" in box]
    assert re.findall(r"<option value=\"\" selected>", page), "no hour is chosen either"
    assert "Hay algo nuevo." in page and "It stays here." in page and 'role="alert"' not in page


@pytest.mark.parametrize("missing", ["place", "kind", "urgency", "way", "loopback-to"])
def test_what_was_not_chosen_is_asked_and_what_was_stays(cast: Cast, way: Loopback, missing: str) -> None:
    if missing == "loopback-to":
        way.checked = _strict  # type: ignore[method-assign]
    client = signed_in(cast)
    sent = {name: value for name, value in (WISH | {"place": [BOJAYA], "kind": ["COMBAT"]}).items() if name != missing}
    answer = client.post(OWN, sent)
    assert answer.status_code == 422 and not Receiver.objects.exists()
    page = answer.content.decode()
    sentence = (
        "Esa dirección no sirve"
        if missing == "loopback-to"
        else "Por esta vía"
        if missing == "way"
        else "Escoja de qué"
    )
    assert sentence in page and page.count('role="alert"') == 1
    for name, value in (("place", BOJAYA), ("kind", "COMBAT"), ("urgency", "NOW"), ("way", "loopback")):
        assert (re.search(rf'name="{name}" value="{value}" checked', page) is None) is (name == missing)
    assert ('value="a"' in page) is (missing not in {"loopback-to", "way"})


def _strict(address: object) -> dict[str, str]:
    from atarraya.notices.refusals import BadAddress

    if not dict(address).get("to"):  # type: ignore[call-overload]
        raise BadAddress()
    return dict(address)  # type: ignore[call-overload]


def test_adding_pausing_going_on_ending_and_forgetting(cast: Cast, way: Loopback) -> None:
    client = signed_in(cast)
    sent = WISH | {
        "place": [BOJAYA, "27425"],
        "kind": ["COMBAT", "THREAT"],
        "start": "21",
        "end": "5",
        "now_passes": "on",
    }
    assert client.post(OWN, sent).status_code == 302
    receiver = Receiver.objects.get()
    assert (receiver.quiet_from, receiver.quiet_to, receiver.now_passes) == (21, 5, True)
    assert receiver.wants.count() == 4
    want = receiver.wants.first()
    assert want is not None
    for act, paused in (("pausar", True), ("seguir", False)):
        assert client.post(f"{OWN}{want.pk}/{act}/").status_code == 302
        want.refresh_from_db()
        assert want.paused is paused
    client.post(f"{OWN}{receiver.pk}/silencio/", {"start": "", "end": ""})
    receiver.refresh_from_db()
    assert (receiver.quiet_from, receiver.now_passes) == (None, False)
    client.post(f"{OWN}{want.pk}/terminar/")
    assert receiver.wants.count() == 3
    client.post(f"{OWN}{receiver.pk}/olvidar/")
    assert not Receiver.objects.exists() and not Subscription.objects.exists()


def test_everything_takes_the_place_of_single_ones(cast: Cast, way: Loopback) -> None:
    signed_in(cast).post(OWN, WISH | {"place": ["*", BOJAYA], "kind": ["*", "COMBAT"]})
    assert list(Subscription.objects.values_list("municipality", "kind", "least")) == [("", "", 0)]


def test_the_last_delivery_is_said_by_day_and_hour(cast: Cast, way: Loopback) -> None:
    client = signed_in(cast)
    client.post(OWN, WISH)
    assert "Todavía no se ha entregado nada." in client.get(OWN).content.decode()
    warn(cast)
    drain()
    page = client.get(OWN).content.decode()
    assert "Última entrega: 21 de noviembre, 10:00" in page, re.findall("Última[^<]*", page)


def test_nobody_touches_or_sees_anothers(cast: Cast, way: Loopback) -> None:
    receiver = hears(cast.member(), "of-another")
    want = receiver.wants.get()
    client = signed_in(cast)
    assert "of-another" not in client.get(OWN).content.decode()
    assert client.post(f"{OWN}{receiver.pk}/silencio/", {"start": "1", "end": "2"}).status_code == 404
    for address in (f"{want.pk}/pausar/", f"{want.pk}/terminar/", f"{receiver.pk}/olvidar/"):
        client.post(f"{OWN}{address}")
    want.refresh_from_db()
    receiver.refresh_from_db()
    assert not want.paused and receiver.quiet_from is None


def test_without_a_way_out_the_page_says_so(cast: Cast) -> None:
    page = signed_in(cast).get(OWN).content.decode()
    assert "todavía no tiene por dónde avisar" in page and "data-add" not in page


# The steward's page.


def test_a_steward_sees_how_many_and_why_never_who(cast: Cast, way: Loopback) -> None:
    hears(cast.member(), "rosa-secreta")
    hears(cast.member(), "iván-secreto")
    way.answer = lambda item: GivenUp("REFUSED") if item.address["to"].startswith("rosa") else Delivered()
    warn(cast)
    drain()
    client = signed_in(cast, "STEWARD")
    page = client.get(STEWARD).content.decode()
    assert 'role="alert"' not in page
    assert "del otro lado no lo recibieron" in page and "1 ·" in page
    assert "secret" not in page and "Member" not in page and "Bojayá" not in page
    way.answer = lambda item: Delivered()
    assert client.post(STEWARD, {"way": "loopback", "reason": "REFUSED"}).status_code == 302
    drain()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"S"}
    line = Line.objects.get(verb="notices.retry")
    assert line.subject == ""


def test_the_sentence_is_chosen_there_and_a_telling_one_is_refused(cast: Cast, way: Loopback) -> None:
    client = signed_in(cast, "STEWARD")
    answer = client.post(STEWARD, {"do": "wording", "sentence": "Alerta en Bojayá"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Alerta en Bojayá" in page, "what was written stays"
    assert "podría decirle algo a un extraño" in page
    assert client.post(STEWARD, {"do": "wording", "sentence": "Ya está la lista."}).status_code == 302
    assert wording.sentence() == "Ya está la lista."


def test_who_is_no_steward_finds_nothing_there(cast: Cast, way: Loopback) -> None:
    client = signed_in(cast)
    assert client.get(STEWARD).status_code == 404
    assert client.post(STEWARD, {"way": "loopback", "reason": "REFUSED"}).status_code == 404


def test_counts_end_two_weeks_after_the_alert(cast: Cast, way: Loopback) -> None:
    from atarraya.alerts.services import expiring
    from atarraya.notices.services import retention

    hears(cast.member(), "a")
    warn(cast)
    drain()
    with clock.freeze(NOON + timedelta(days=3)):
        expiring.run()
        drain()
    with clock.freeze(NOON + timedelta(days=20)):
        retention.run()
    assert "<dd>0</dd><dt>esperan</dt>" in signed_in(cast, "STEWARD").get(STEWARD).content.decode().replace("\n", "")
