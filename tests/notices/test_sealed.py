"""What is sealed is told to nobody: no report, check-in or discreet path makes a notice of any kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from atarraya.alerts.services.receive import receive_report
from atarraya.network.services.points import authenticate
from atarraya.notices import carriers
from atarraya.notices.models import Delivery, Outbox
from support.cast import HERE, Cast
from support.hearing import drain, hears
from support.loopback import Loopback
from support.phone import NOBODY, WOMEN, report
from support.recast import put_back


@pytest.fixture
def cast(db: None) -> Cast:
    """The whole cast, with phones that seal."""
    return put_back()


@pytest.fixture
def way() -> Iterator[Loopback]:
    made = Loopback()
    carriers.register(made)
    yield made
    carriers.forget(made.name)


SENT = {
    "sealed": {"text": "Vimos una lancha."},
    "check-in": {"share": {"kind": "CHECKIN"}, "addressed": NOBODY},
    "discreet": {"share": {"kind": "CHECKIN"}, "addressed": WOMEN, "text": "Necesito hablar con una mujer."},
}


@pytest.mark.parametrize("what", SENT)
def test_no_sealed_report_is_told(cast: Cast, way: Loopback, what: str) -> None:
    for person in (cast.steward, cast.verifier, cast.companion):
        hears(person.member, person.member.alias)
    hears(cast.second.point, "phone")
    made = report(cast, municipality=HERE, urgency="NOW", **SENT[what])
    receive_report(access=authenticate(cast.leader.device), header=made.parsed, envelope=made.envelope)
    assert not Outbox.objects.exists()
    drain()
    assert way.told == [] and not Delivery.objects.exists()


def test_codes_that_are_warned_of_are(cast: Cast, way: Loopback) -> None:
    """The control: the same report with codes for the board is told."""
    hears(cast.verifier.member, "verifier")
    made = report(cast, municipality=HERE, urgency="NOW", share={"kind": "COMBAT", "seen": "SAW"})
    receive_report(access=authenticate(cast.leader.device), header=made.parsed, envelope=made.envelope)
    drain()
    assert way.told == [("verifier", 1)]
