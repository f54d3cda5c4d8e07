"""One real installation for each module: a folder, a database of its own, and the whole cast."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.server import Server, Site, site


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site")) as made:
        yield made


@pytest.fixture(scope="module")
def server(place: Site) -> Iterator[Server]:
    with place.serving() as running:
        yield running
