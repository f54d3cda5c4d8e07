"""Histories are written once, by nothing but two functions; numbers of events come in the order of commits."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import Error, connection, transaction

from atarraya.alerts.models import AlertVersion, Event
from atarraya.alerts.services import counting
from atarraya.alerts.services.acts import act
from support.house import PACKAGE, tree
from support.people import warn
from support.river import Cast

HISTORIES = {"AlertVersion", "Event"}


@pytest.mark.parametrize("model", [AlertVersion, Event])
def test_a_written_row_is_never_written_again(cast: Cast, model: Any) -> None:
    warn(cast)
    row = model.objects.get()
    row.act = "other"
    for change in (
        row.save,
        lambda: model.objects.update(act="other"),
        lambda: model.objects.bulk_update([row], ["act"]),
        lambda: model.objects.filter(pk=row.pk).update(act="other"),
        lambda: model.objects.update_or_create(pk=row.pk, defaults={"act": "other"}),
    ):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET act = 'other'")
    assert model.objects.get().act == "publish"


def test_only_two_functions_write_histories() -> None:
    """Anything called on the histories' managers, anywhere in the product, besides reading."""
    writers = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                said = ast.unparse(node.func)
                if any(said.startswith(f"{name}.objects") for name in HISTORIES):
                    writers.add((path.name, said.split(".")[-1]))
    written = {(name, call) for name, call in writers if call in {"create", "bulk_create", "update", "delete"}}
    assert {("events.py", "create"), ("changing.py", "create")} == written


def test_every_version_of_an_alert_stays_readable(cast: Cast) -> None:
    alert, by = warn(cast, urgency="KNOW"), cast.member()
    act(alert.pk, "take_up", by=by)
    act(alert.pk, "raise_urgency", by=by, urgency="NOW")
    versions = AlertVersion.objects.filter(alert=alert)
    assert [(one.number, one.act, one.codes["state"], one.codes["urgency"]) for one in versions] == [
        (1, "publish", "UNCONF", "KNOW"),
        (2, "take_up", "INPROC", "KNOW"),
        (3, "raise_urgency", "INPROC", "NOW"),
    ]


def test_events_of_many_at_once_come_in_the_order_of_commits(tmp_path: Path) -> None:
    """Eight threads publish; a reader that polls meanwhile never meets a number below one it has seen."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": "src:tests", "ATARRAYA_DATA": str(tmp_path)}
    with own_database() as url:
        done = subprocess.run(
            [sys.executable, Path(__file__).with_name("many_at_once.py")],
            env=env | ({"DATABASE_URL": url} if url else {}),
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    saw = json.loads(done.stdout)
    assert saw["late"] == [] and saw["wrong"] == 0 and saw["reads"] > 1
    assert saw["seqs"] == list(range(1, 25)) and saw["alerts"] == 24


@contextmanager
def own_database() -> Iterator[str]:
    """Yield the address of a fresh PostgreSQL database; nothing on SQLite, where the folder is fresh."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield ""
        return
    import psycopg

    name = f"many_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as plain:
        plain.execute(f"CREATE DATABASE {name}")
        parts = urlsplit(url)
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            plain.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_repair_makes_counters_equal_to_a_recount(cast: Cast) -> None:
    warn(cast)
    from atarraya.alerts.models import Counter

    Counter.objects.update(count=7)
    assert counting.repair() == 2 and counting.differences() == {} and counting.repair() == 0
