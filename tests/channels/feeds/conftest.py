"""The river's cast at a stopped clock, and alerts that two people made public through the acts themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from atarraya.alerts.models import Alert
from atarraya.alerts.queries.places import forget_places
from atarraya.channels.feeds.views import answers
from atarraya.kernel import clock
from atarraya.network.models import Network
from atarraya.network.queries import forget_network
from support.people import about, agree, whole, write
from support.river import NOON, Cast, found

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.freeze(NOON):
        yield


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    forget_places()
    answers.forget()
    yield
    forget_places()
    answers.forget()


@pytest.fixture
def network(db: None) -> Iterator[Network]:
    yield found()
    forget_network()


@pytest.fixture
def cast(network: Network) -> Cast:
    return Cast(network)


@pytest.fixture
def publish(cast: Cast) -> Callable[..., Alert]:
    """Publish as confirmed, by two people; for the public too unless `public=False`."""

    def done(summary: str = "Hubo presencia armada.", public: bool = True, **said: Any) -> Alert:
        text = whole("publish_confirmed", public=public, summary=summary, **said)
        text["consents"] = ["NET_SUMMARY", "PUBLIC_SUMMARY"] if public else ["NET_SUMMARY"]
        alert = agree(write(cast, text, cast.member()), cast.member("APPROVER")).alert
        assert alert is not None
        return alert

    return done


@pytest.fixture
def do(cast: Cast) -> Callable[..., Alert]:
    """Do an act that two people agree on, on an alert as it stands."""

    def done(act: str, alert: Alert, **said: Any) -> Alert:
        alert = Alert.objects.get(pk=alert.pk)
        wrote = write(cast, about(act, alert, **said), cast.member(), municipality=alert.municipality)
        agreed = agree(wrote, cast.member("APPROVER")).alert
        assert agreed is not None
        return agreed

    return done


@pytest.fixture
def reader() -> Client:
    """A program that nobody signed in."""
    return Client()
