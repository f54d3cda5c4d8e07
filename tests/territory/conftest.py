"""Places for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from atarraya.territory.models import Edition, Unit
from atarraya.territory.services.loading import load_country

Maker = Callable[..., Unit]


@pytest.fixture
def colombia(db: None) -> None:
    """All of Colombia, from the facts that the project carries."""
    load_country("CO")


@pytest.fixture
def place(db: None) -> Maker:
    """Makes units of an invented country: `place("XX001", "Agua Mansa")`."""

    def make(code: str, name: str, **fields: object) -> Unit:
        edition, _ = Edition.objects.get_or_create(
            id="XX-1",
            defaults={
                "country": "XX",
                "name": "List of Xland",
                "valid_from": "2020-01-01",
                "digest": "0" * 64,
            },
        )
        return Unit.objects.create(code=code, name=name, edition=edition, **fields)

    return make
