"""The tables of the test database, laid out as the product gives an empty database its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core import management


@contextmanager
def laid_out_at_once() -> Iterator[None]:
    """Meanwhile, Django's `migrate` has the product make an empty database's tables first, and then does what is left.

    Every process of a run makes a test database; migration by migration each would take four seconds for it. That both
    ways come to the same is held by tests/command/test_migrations.py.
    """
    from atarraya.command import schema

    ordinary = management.call_command

    def call(name: Any, *args: Any, **options: Any) -> Any:
        if name == "migrate":
            schema.bring_up_to_date()
        return ordinary(name, *args, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(management, "call_command", call)
        yield
