"""Web push to a real push service on loopback: what it learns, where nothing is ever sent, what goes wrong."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from atarraya.channels.push import places
from atarraya.channels.push.carrier import Push
from atarraya.channels.push.places import NoSuchPlace, place_of
from atarraya.kernel import clock
from atarraya.network.models import Network
from atarraya.notices import carriers, refusals
from atarraya.notices.models import Delivery, Receiver
from atarraya.notices.services import wording
from atarraya.notices.services.subscribing import Want, subscribe
from atarraya.sealing import push
from atarraya.sealing.encoding import from_b64
from support.hearing import drain, ended, fan_out
from support.people import warn
from support.pushservice import Browser, Service, serving
from support.river import NOON, Cast, found

pytestmark = pytest.mark.django_db
KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with serving(tmp_path) as made:
        monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
        monkeypatch.setenv("ATARRAYA_PUSH_HOSTS", made.host)
        monkeypatch.setenv("ATARRAYA_PUSH", "1")
        yield made


@pytest.fixture(autouse=True)
def every_service_trusted() -> Iterator[None]:
    yield
    way = carriers.named("push")
    assert isinstance(way, Push)
    way.circuits.forget()


@pytest.fixture
def cast() -> Iterator[Cast]:
    with clock.freeze(NOON):
        yield Cast(found())


def hears_by_push(cast: Cast, service: Service, count: int = 1) -> list[Browser]:
    browsers = [service.browser() for _ in range(count)]
    for browser in browsers:
        subscribe(cast.member(), "push", browser.address, [Want("", "", "KNOW")])
    return browsers


def drain_in_time() -> None:
    """Drain when everything that was spread over seconds is due."""
    drain()
    with clock.freeze(clock.now() + timedelta(minutes=11)):
        drain()


def test_the_browser_opens_neutral_words(cast: Cast, service: Service) -> None:
    Network.objects.update(page_name="Recetas")
    wording.choose("Ya está la compra.", by=cast.member("STEWARD"))
    (browser,) = hears_by_push(cast, service)
    warn(cast)
    drain_in_time()
    assert browser.opened() == [{"title": "Recetas", "body": "Ya está la compra."}]
    assert not service.refused


def test_what_the_maker_sees_says_nothing(cast: Cast, service: Service) -> None:
    """Two warnings as different as can be, and an end: same size, same headers, nothing but the browser's name."""
    (browser,) = hears_by_push(cast, service)
    alert = warn(cast, kind="COMBAT", urgency="NOW")
    drain_in_time()
    wording.choose("Otra frase, mucho más larga que la de antes, para todos.", by=cast.member("STEWARD"))
    with clock.freeze(NOON + timedelta(minutes=20)):
        warn(cast, kind="MINES_UXO", urgency="KNOW")
        drain_in_time()
        ended(alert, "discard", "DISC")
        drain_in_time()
    assert len(browser.messages) == 3
    assert {len(message.body) for message in browser.messages} == {push.WIRE}
    seen = [{name: value for name, value in message.headers.items()} for message in browser.messages]
    assert seen[0] == seen[1] == seen[2], "not even the voucher differs within an hour"
    assert set(seen[0]) == {
        "host", "accept-encoding", "content-length", "content-encoding", "content-type", "ttl", "urgency",
        "authorization",
    }  # fmt: skip
    claims = json.loads(from_b64(seen[0]["authorization"].split(".")[1]))
    assert claims["sub"] == "mailto:postmaster@example.org" and claims["exp"] % 3600 == 0
    assert claims["exp"] - NOON.timestamp() < 24 * 3600


def test_a_dead_browser_is_forgotten_and_no_other(cast: Cast, service: Service) -> None:
    first, second, third = hears_by_push(cast, service, 3)
    service.statuses = {first.name: 410, second.name: 404}
    warn(cast)
    drain_in_time()
    assert Receiver.objects.count() == 1 and len(third.messages) == 1
    service.statuses = {}
    warn(cast)
    drain_in_time()
    assert (len(first.messages), len(second.messages), len(third.messages)) == (0, 0, 2)


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        (429, "W", "BUSY"), (500, "W", "BUSY"), (503, "W", "BUSY"), (400, "G", "REFUSED"), (401, "G", "REFUSED"),
        (403, "G", "REFUSED"), (413, "G", "REFUSED"), (301, "G", "REFUSED"), (307, "G", "REFUSED"),
    ],
)  # fmt: skip
def test_each_answer(cast: Cast, service: Service, status: int, state: str, reason: str) -> None:
    hears_by_push(cast, service)
    service.statuses = {"*": status}
    service.headers = {"Location": "https://169.254.169.254/latest", "Retry-After": "3600"}
    warn(cast)
    drain_in_time()
    assert list(Delivery.objects.values_list("state", "reason")) == [(state, reason)]
    assert len(service.asked) == 1, "no redirect is followed"
    if state == "W":
        due = Delivery.objects.get().due
        assert due is not None and due >= NOON + timedelta(hours=1), "the maker's patience is kept"


def test_a_service_that_is_away_loses_nothing(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATARRAYA_PUSH", "1")
    with serving(tmp_path) as first:
        monkeypatch.setenv("ATARRAYA_PUSH_HOSTS", first.host)
        monkeypatch.setenv("SSL_CERT_FILE", str(first.certificate))
        browsers = hears_by_push(cast, first, 3)
    warn(cast)
    for minute in range(0, 60, 10):
        with clock.freeze(NOON + timedelta(minutes=minute)):
            drain()
    assert set(Delivery.objects.values_list("state", "reason")) == {("W", "UNREACHABLE")}
    with serving(tmp_path, int(first.host.partition(":")[2])) as again:
        monkeypatch.setenv("SSL_CERT_FILE", str(again.certificate))
        again.browsers = first.browsers
        with clock.freeze(NOON + timedelta(hours=3)):
            drain()
    assert [len(browser.messages) for browser in browsers] == [1, 1, 1]


def test_many_browsers_of_one_maker_share_a_connection(cast: Cast, service: Service) -> None:
    browsers = hears_by_push(cast, service, 40)
    warn(cast)
    fan_out()
    with clock.freeze(NOON + timedelta(minutes=1)):
        drain()
    assert all(len(browser.messages) == 1 for browser in browsers) and service.connections == 1


def test_a_wave_is_spread(cast: Cast, service: Service) -> None:
    """Not every phone is told in the same second, and what is urgent is spread least."""
    hears_by_push(cast, service, 40)
    for urgency, most in (("NOW", 15), ("DAYS", 120), ("KNOW", 600)):
        Delivery.objects.all().delete()
        warn(cast, urgency=urgency)
        drain()
        dues = [(due - NOON).total_seconds() for due in Delivery.objects.values_list("due", flat=True) if due]
        assert len(dues) >= 35 and max(dues) <= most and max(dues) - min(dues) > most / 2


def test_a_certificate_nobody_vouches_for_gets_nothing(
    cast: Cast, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    (browser,) = hears_by_push(cast, service)
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
    warn(cast)
    drain_in_time()
    assert not browser.messages and Delivery.objects.get().reason == "UNREACHABLE"


# Where nothing is ever sent.


@pytest.mark.parametrize(
    "endpoint",
    [
        "", "https://", "http://fcm.googleapis.com/x", "https://fcm.googleapis.com", "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com@10.0.0.1/x", "https://user:pw@fcm.googleapis.com/x", "https://10.0.0.1/x",
        "https://[::1]/x", "https://127.1/x", "https://2130706433/x", "https://0x7f000001/x", "https://0/x",
        "https://localhost/x", "https://evil.example/x", "https://fcm.googleapis.com.evil.example/x",
        "https://evilpush.apple.com/x", "https://push.apple.com/x", "https://fcm.googleapis.com/x#y",
        "https://fcm.googleapis.com\\@evil.example/x", "https://fcm.googleapis.com/x y",
        "https://fcm.googleapis.com/\r\nX: y",
        "https://fcm.googleapis.com:99999/x", "file:///etc/passwd", "//fcm.googleapis.com/x", "https://fcm.googleapis.com./x",
        "https://fcm.googleapis.com/" + "x" * 1000, "https://fcm。googleapis.com/x", "https://notify.windows.com/x",
    ],
)  # fmt: skip
def test_no_other_place(cast: Cast, monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    monkeypatch.setenv("ATARRAYA_PUSH", "1")
    monkeypatch.delenv("ATARRAYA_PUSH_HOSTS", raising=False)
    with pytest.raises(NoSuchPlace):
        place_of(endpoint)
    with pytest.raises(refusals.BadAddress):
        subscribe(cast.member(), "push", {"endpoint": endpoint, **KEYS}, [Want("", "", "NOW")])
    assert not Receiver.objects.exists()


@pytest.mark.parametrize(
    ("endpoint", "origin"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc:d_e-f", "https://fcm.googleapis.com"),
        ("https://updates.push.services.mozilla.com/wpush/v2/gAAA", "https://updates.push.services.mozilla.com"),
        ("https://web.push.apple.com/QG?x=1", "https://web.push.apple.com"),
        ("https://db5p.notify.windows.com/w/?token=x", "https://db5p.notify.windows.com"),
        ("https://push.mi-casa.example:8443/p", "https://push.mi-casa.example:8443"),
    ],
)
def test_makers_and_what_the_operator_named(monkeypatch: pytest.MonkeyPatch, endpoint: str, origin: str) -> None:
    monkeypatch.setenv("ATARRAYA_PUSH_HOSTS", "push.mi-casa.example:8443, otra.example")
    place = place_of(endpoint)
    assert place.origin == origin and f"{place.origin}{place.path}" == endpoint


@pytest.mark.parametrize(
    "answer", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::1", "fd00::1", "fe80::1"]
)
def test_a_makers_name_that_leads_inside_is_not_followed(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    family = socket.AF_INET6 if ":" in answer else socket.AF_INET
    asked: list[object] = []
    monkeypatch.setattr(
        places.socket, "getaddrinfo", lambda *a, **k: [(family, socket.SOCK_STREAM, 6, "", (answer, 443))]
    )
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: asked.append(address))
    with pytest.raises(OSError, match="googleapis"):
        places.connect(place_of("https://fcm.googleapis.com/x"), 1)
    assert not asked


@pytest.mark.parametrize(
    "keys",
    [
        {}, {"p256dh": "", "auth": ""}, {"p256dh": "BCVx", "auth": "BTBZMqHH6r4Tts7J_aSIgg"},
        {"p256dh": "B" + "A" * 86, "auth": "BTBZMqHH6r4Tts7J_aSIgg"},
        {"p256dh": KEYS["p256dh"], "auth": "x"},
    ],
)  # fmt: skip
def test_what_are_no_keys(monkeypatch: pytest.MonkeyPatch, keys: dict[str, str]) -> None:
    with pytest.raises(refusals.BadAddress):
        Push().checked({"endpoint": "https://fcm.googleapis.com/x", **keys})


def test_off_unless_the_operator_turns_it_on(cast: Cast, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATARRAYA_PUSH")
    with pytest.raises(refusals.NoSuchWay):
        hears_by_push(cast, service)


def test_an_address_no_longer_allowed_gets_nothing(
    cast: Cast, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    hears_by_push(cast, service)
    monkeypatch.setenv("ATARRAYA_PUSH_HOSTS", "")
    warn(cast)
    drain_in_time()
    assert not service.asked and Delivery.objects.get().state == "G"
