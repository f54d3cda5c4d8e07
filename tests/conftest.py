"""Infrastructure for every test. People and networks come from tests/support and each room's own conftest."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from support.cast import Cast

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

DATABASE = "postgresql" if os.environ.get("DATABASE_URL") else "sqlite"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what belongs to the other database; its reason is written in tests/house/only_on.txt as well."""
    for item in items:
        mark = item.get_closest_marker("only_on")
        if mark is not None and mark.args[0] != DATABASE:
            item.add_marker(pytest.mark.skip(reason=f"only on {mark.args[0]}: {mark.kwargs['reason']}"))


@pytest.fixture(scope="session")
def database_name() -> str:
    """Which database this run is on: `sqlite` or `postgresql`."""
    return DATABASE


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast of tests/support/cast.py: a small real network, everybody in it, and their keys."""
    from support.cast import raise_cast

    return raise_cast()
