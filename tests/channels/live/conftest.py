"""The river's people at a stopped clock; and an installation of its own for what real processes do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from atarraya.kernel import clock
from atarraya.network.models import Network
from atarraya.network.queries import forget_network
from support.living import Home
from support.once import founded_once
from support.river import NOON, Cast, found


@pytest.fixture
def network(db: None) -> Iterator[Network]:
    with clock.freeze(NOON):
        yield found()
    forget_network()


@pytest.fixture
def cast(network: Network) -> Cast:
    return Cast(network)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return founded_once(tmp_path_factory)


@pytest.fixture
def home(founded: Home, tmp_path: Path) -> Iterator[Home]:
    copy = founded.copy(tmp_path)
    yield copy
    copy.remove()
