"""The river's people at a stopped clock, and a way out that ends here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from atarraya.kernel import clock
from atarraya.network.models import Network
from atarraya.network.queries import forget_network
from atarraya.notices import carriers
from support.loopback import Loopback
from support.river import NOON, Cast, found


@pytest.fixture
def stopped_clock() -> Iterator[None]:
    with clock.freeze(NOON):
        yield


@pytest.fixture
def network(db: None, stopped_clock: None) -> Iterator[Network]:
    yield found()
    forget_network()


@pytest.fixture
def cast(network: Network) -> Cast:
    return Cast(network)


@pytest.fixture
def way() -> Iterator[Loopback]:
    made = Loopback()
    carriers.register(made)
    yield made
    carriers.forget(made.name)
