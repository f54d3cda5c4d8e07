"""The cast and the river, at a stopped clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from atarraya.alerts.queries.places import forget_places
from atarraya.kernel import clock
from atarraya.network.models import Network
from atarraya.network.queries import forget_network
from support.river import NOON, Cast, found


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.freeze(NOON):
        yield


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    forget_places()
    yield
    forget_places()


@pytest.fixture
def network(db: None) -> Iterator[Network]:
    yield found()
    forget_network()


@pytest.fixture
def cast(network: Network) -> Cast:
    return Cast(network)
