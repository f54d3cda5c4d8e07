"""E-mail to a real SMTP server on loopback: what it gets is neutral, what goes wrong there loses nothing."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from atarraya.channels.mail.carrier import Mail
from atarraya.kernel import clock
from atarraya.network.models import Network
from atarraya.notices import refusals
from atarraya.notices.models import Delivery, Receiver
from atarraya.notices.services import confirming, wording
from atarraya.notices.services.subscribing import Want, subscribe
from support.certificates import certificate
from support.hearing import drain, ended, rows
from support.living import free_port
from support.people import warn
from support.river import NOON, Cast, found

pytestmark = pytest.mark.django_db
USER, PASSWORD = "salida", "agua mansa"


@dataclass
class Post:
    """What the server does with what it is handed, and what it kept."""

    kept: list[Envelope] = field(default_factory=list)
    on_recipient: Callable[[str], str] = lambda to: "250 OK"
    on_data: str = "250 OK"
    most: int = 10**6

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, to: str, options: Any) -> str:
        answer = self.on_recipient(to)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(to)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if not self.on_data.startswith("250"):
            return self.on_data
        self.kept.append(envelope)
        if len(self.kept) % self.most == 0:
            server.transport.close()
        return self.on_data


def start(post: Post, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tls: str, **more: Any) -> Controller:
    """Start a server, and say in the environment that it is ours."""
    chain = certificate(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        sound = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=sound, handled=sound)

    words: dict[str, Any] = {"authenticator": authenticate, "auth_required": True} | more
    if tls == "starttls":
        words |= {"tls_context": context, "require_starttls": True}
    elif tls == "tls":
        words |= {"ssl_context": context, "auth_require_tls": False}
    controller = Controller(post, hostname="localhost", port=free_port(), **words)
    controller.start()
    for name, value in {
        "HOST": "localhost", "PORT": str(controller.port), "TLS": tls, "USER": USER, "PASSWORD": PASSWORD,
        "FROM": "cuaderno@casa.example",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"ATARRAYA_MAIL_{name}", value)
    return controller


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def served(post: Post, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Post]:
    controller = start(post, monkeypatch, tmp_path, "tls")
    yield post
    controller.stop(no_assert=True)


@pytest.fixture
def cast() -> Iterator[Cast]:
    with clock.freeze(NOON):
        yield Cast(found())


def hears_by_mail(cast: Cast, *addresses: str) -> None:
    """Members whose addresses are known to be theirs (see test_confirming)."""
    for to in addresses:
        receiver = subscribe(cast.member(), "mail", {"to": to}, [Want("", "", "KNOW")])
        Receiver.objects.filter(pk=receiver.pk).update(confirm_by=None, code="", code_due=None)


def drain_in_time() -> None:
    """Drain when everything that was spread over seconds is due."""
    with clock.freeze(clock.now() + timedelta(seconds=1)):
        drain()
    with clock.freeze(clock.now() + timedelta(minutes=11)):
        drain()


def test_what_a_stranger_reads_over_a_shoulder(cast: Cast, served: Post) -> None:
    """The whole message, to the byte, says nothing of a network, a place, a kind or a link."""
    Network.objects.update(name="Red Atrato Vivo", page_name="Recetas")
    wording.choose("Ya está la compra.", by=cast.member("STEWARD"))
    hears_by_mail(cast, "rosa@correo.example")
    warn(cast)
    drain_in_time()
    (envelope,) = served.kept
    assert envelope.rcpt_tos == ["rosa@correo.example"] and envelope.mail_from == "cuaderno@casa.example"
    raw = bytes(envelope.content or b"")
    read = message_from_bytes(raw, policy=default)
    assert read["Subject"] == "Recetas" and str(read.get_content()).strip() == "Ya está la compra."  # type: ignore[attr-defined]
    assert set(read.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding",
        "MIME-Version",
    }  # fmt: skip
    assert read["From"] == "cuaderno@casa.example" and ":00:00 " in read["Date"]
    said = (raw.decode() + str(read.get_content())).lower()  # type: ignore[attr-defined]
    assert not [word for word in ("atrato", "boj", "armed", "http", "alert", "atarraya", "27099") if word in said]


def test_the_number_that_confirms_says_no_more_than_itself(cast: Cast, served: Post) -> None:
    """What comes before the first notice: no network, no place, no link, and not even the network's sentence."""
    Network.objects.update(name="Red Atrato Vivo", page_name="Recetas")
    member = cast.member()
    receiver = subscribe(member, "mail", {"to": "rosa@correo.example"}, [Want("", "", "KNOW")])
    warn(cast)
    drain_in_time()
    (envelope,) = served.kept
    read = message_from_bytes(bytes(envelope.content or b""), policy=default)
    text = str(read.get_content()).strip()  # type: ignore[attr-defined]
    assert read["Subject"] == "Recetas" and text == f"Su número: {receiver.code}"
    confirming.confirm(member, receiver.pk, text.rpartition(" ")[2])
    warn(cast)
    drain_in_time()
    assert len(served.kept) == 2 and Delivery.objects.get().state == "S"


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_over_tls_only(cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tls: str) -> None:
    controller = start(post, monkeypatch, tmp_path, tls)
    try:
        hears_by_mail(cast, "a@b.example")
        warn(cast)
        drain_in_time()
        assert len(post.kept) == 1
        monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")  # a certificate that nobody vouches for
        warn(cast)
        drain_in_time()
        assert len(post.kept) == 1 and Delivery.objects.filter(state="W", reason="UNREACHABLE").count() == 1
    finally:
        controller.stop(no_assert=True)


@pytest.mark.parametrize(
    ("changed", "ready"),
    [
        ({}, True), ({"HOST": ""}, False), ({"FROM": ""}, False), ({"TLS": "maybe"}, False),
        ({"TLS": "none", "HOST": "mail.example.org"}, False), ({"TLS": "none"}, True),
    ],
)  # fmt: skip
def test_off_unless_it_is_sound(
    served: Post, monkeypatch: pytest.MonkeyPatch, cast: Cast, changed: dict[str, str], ready: bool
) -> None:
    for name, value in changed.items():
        monkeypatch.setenv(f"ATARRAYA_MAIL_{name}", value)
    assert Mail().ready() is ready
    if not ready:
        with pytest.raises(refusals.NoSuchWay):
            hears_by_mail(cast, "a@b.example")


def test_several_that_wait_are_one_message(cast: Cast, served: Post) -> None:
    hears_by_mail(cast, "a@b.example")
    for _ in range(3):
        warn(cast)
    with clock.freeze(NOON + timedelta(minutes=1)):
        drain()
        drain()
    with clock.freeze(NOON + timedelta(minutes=3)):
        drain()
    assert 1 <= len(served.kept) <= 2 and Delivery.objects.filter(state="S").count() == 3


def test_one_refused_address_stops_no_other_and_waits_for_a_steward(cast: Cast, served: Post) -> None:
    served.on_recipient = lambda to: "550 nobody here" if to.startswith("x") else "250 OK"
    hears_by_mail(cast, "x@b.example", "y@b.example")
    alert = warn(cast)
    drain_in_time()
    assert rows() == [("x@b.example", 1, "G"), ("y@b.example", 1, "S")]
    assert Delivery.objects.get(state="G").reason == "REFUSED" and Receiver.objects.count() == 2
    ended(alert, "discard", "DISC")
    with clock.freeze(NOON + timedelta(hours=1)):
        drain_in_time()
    assert [envelope.rcpt_tos[0] for envelope in served.kept] == ["y@b.example"] * 2


@pytest.mark.parametrize("where", ["recipient", "data"])
def test_a_busy_server_is_asked_again(cast: Cast, served: Post, where: str) -> None:
    if where == "data":
        served.on_data = "451 later"
    else:
        served.on_recipient = lambda to: "450 later"
    hears_by_mail(cast, "a@b.example")
    warn(cast)
    drain_in_time()
    assert set(Delivery.objects.values_list("state", "reason")) == {("W", "BUSY")}
    served.on_data, served.on_recipient = "250 OK", lambda to: "250 OK"
    with clock.freeze(NOON + timedelta(hours=3)):
        drain()
    assert len(served.kept) == 1


def test_a_wrong_password_waits_for_the_right_one(cast: Cast, served: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATARRAYA_MAIL_PASSWORD", "otra")
    hears_by_mail(cast, "a@b.example")
    warn(cast)
    drain_in_time()
    assert set(Delivery.objects.values_list("state", "reason")) == {("W", "SIGN_IN")} and not served.kept
    monkeypatch.setenv("ATARRAYA_MAIL_PASSWORD", PASSWORD)
    with clock.freeze(NOON + timedelta(hours=3)):
        drain()
    assert len(served.kept) == 1


def test_a_server_that_hangs_up_after_some_gets_the_rest_in_another_call(cast: Cast, served: Post) -> None:
    served.most = 2
    hears_by_mail(cast, *(f"n{number}@b.example" for number in range(5)))
    warn(cast)
    drain_in_time()
    for hour in (1, 2, 4, 6):
        with clock.freeze(NOON + timedelta(hours=hour)):
            drain()
    assert {envelope.rcpt_tos[0] for envelope in served.kept} == {f"n{number}@b.example" for number in range(5)}
    assert Delivery.objects.exclude(state="S").count() == 0


def test_a_server_that_is_away_for_an_hour(
    cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    controller = start(post, monkeypatch, tmp_path, "tls")
    controller.stop(no_assert=True)
    hears_by_mail(cast, "a@b.example")
    warn(cast)
    for minute in range(0, 60, 5):
        with clock.freeze(NOON + timedelta(minutes=minute)):
            drain()
    assert set(Delivery.objects.values_list("state", "reason")) == {("W", "UNREACHABLE")}
    controller = start(post, monkeypatch, tmp_path, "tls")
    try:
        with clock.freeze(NOON + timedelta(hours=3)):
            drain()
        assert len(post.kept) == 1
    finally:
        controller.stop(no_assert=True)


@pytest.mark.parametrize(
    "to", ["", "rosa", "rosa@", "a@b.example\nBcc: c@d.example", "á@b.example", f"{'a' * 210}@b.example"]
)
def test_what_is_no_address_is_refused(cast: Cast, served: Post, to: str) -> None:
    with pytest.raises(refusals.BadAddress):
        hears_by_mail(cast, to)
    assert not Receiver.objects.exists()


def test_smtplib_says_the_senders_domain_and_not_this_machines_name(served: Post) -> None:
    from atarraya.channels.mail import server

    made = server.of_environment()
    assert made is not None
    with made.connect() as smtp:
        assert isinstance(smtp, smtplib.SMTP) and smtp.local_hostname == "casa.example"
