"""The cast raised once in each test process and afterwards put back as rows: raising it asks six hundred queries.

Its people, keys and ids are then the same in every test of the process, so whatever the process keeps by id is
forgotten before each.
"""

from __future__ import annotations

import io
import pickle
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.apps import apps
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection, models, transaction

from atarraya.alerts.queries.recipients import forget_lists
from atarraya.alerts.services.limits import Limit
from atarraya.kernel import clock
from atarraya.kernel.kept import Kept
from atarraya.network.queries import forget_network
from support.cast import Cast, raise_cast

Made = TypeVar("Made")
_kept: dict[datetime, bytes] = {}


def put_back() -> Cast:
    """Return the cast in an empty database: raised if this process has none of this hour, else put back."""
    return made_or_put_back(_kept, _moment(), raise_cast)


def made_or_put_back(kept: dict[Any, bytes], key: Any, make: Callable[[], Made]) -> Made:
    """Return what `make` returns, with the rows it writes in an empty database: put back if `kept` has them."""
    forget()
    if key not in kept:
        filled = {model: model._base_manager.count() for model in _models()}
        made = make()
        rows = [list(model._base_manager.all()) for model, before in filled.items() if before == 0]
        changed = [m.__name__ for m, before in filled.items() if before and m._base_manager.count() != before]
        assert not changed, f"these rows would not be put back: {changed}"
        kept[key] = _pickled((made, [of_one for of_one in rows if of_one]))
        return made
    loaded: tuple[Made, list[list[models.Model]]] = pickle.loads(kept[key])
    made, rows = loaded
    with transaction.atomic():  # rows point at one another: only all of them are whole
        for of_one in rows:
            type(of_one[0])._base_manager.bulk_create(of_one)
    _count_on([type(of_one[0]) for of_one in rows])
    return made


def forget() -> None:
    """Forget what this process keeps by id: answers made ready, counted requests, sign-ins tried."""
    cache.clear()
    forget_lists()
    forget_network()
    ours = [module for name, module in list(sys.modules.items()) if name.startswith("atarraya")]
    for value in [value for module in ours for value in list(vars(module).values())]:
        if isinstance(value, Kept | Limit):
            value.clear()


def _moment() -> datetime:
    """Return what a cast may be shared by: the hour, or the exact moment at which the clock was stopped."""
    now = clock.now()
    stopped = abs((datetime.now(UTC) - now).total_seconds()) > 2
    return now if stopped else now.replace(minute=0, second=0, microsecond=0)


def _models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def _count_on(touched: list[type[models.Model]]) -> None:
    """Let counted ids go on after the rows put back."""
    for sql in connection.ops.sequence_reset_sql(no_style(), touched):
        with connection.cursor() as cursor:
            cursor.execute(sql)


class _Pickler(pickle.Pickler):
    def reducer_override(self, given: object) -> Any:
        """PostgreSQL gives bytes as memory views, which cannot be pickled."""
        return (bytes, (given.tobytes(),)) if isinstance(given, memoryview) else NotImplemented


def _pickled(given: object) -> bytes:
    written = io.BytesIO()
    _Pickler(written).dump(given)
    return written.getvalue()
