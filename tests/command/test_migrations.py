"""Every released schema, dumped from a real installation, becomes this release's with nothing lost."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from command.conftest import scene
from support.living import Home, _named

FIXTURES = Path(__file__).with_name("fixtures")
RELEASES = ("0.1.0",)


def put_back(empty: Home, release: str, vendor: str) -> dict[str, Any]:
    """Make the installation that was dumped, and return what must be in it."""
    text = gzip.decompress((FIXTURES / f"schema-{release}.{vendor}.sql.gz").read_bytes()).decode()
    empty.folder.mkdir(mode=0o700)
    (empty.folder / "installation.json").write_text(json.dumps({"demo": False, "release": release}))
    if vendor == "sqlite":
        with sqlite3.connect(empty.folder / "atarraya.sqlite3") as connection:
            connection.executescript(text)
    else:
        import psycopg

        with psycopg.connect(_named(empty.database), autocommit=True) as server:
            server.execute(text.encode())
    holds: dict[str, Any] = json.loads((FIXTURES / f"schema-{release}.{vendor}.json").read_text())
    return holds


@pytest.mark.parametrize("release", RELEASES)
def test_a_released_schema_becomes_this_one(empty: Home, home: Home, database_name: str, release: str) -> None:
    holds = put_back(empty, release, database_name)
    with empty.live("serve", "--plain-http", "--no-worker") as live:
        assert live.answers()
    assert scene(empty, "kept") == holds["kept"], "sealed entries open as before"
    counts = scene(empty, "counts")
    assert {name: counts.get(name) for name in holds["counts"]} == holds["counts"]
    different = differences(empty, home)
    assert not different, f"a migration that was released has changed, or lacks a step: {different}"


def differences(one: Home, other: Home) -> list[str]:
    """Return the tables and indexes that are not the same in both."""
    ours, theirs = scene(one, "schema"), scene(other, "schema")
    assert "alerts_entry" in ours
    return sorted(table for table in ours.keys() | theirs.keys() if ours.get(table) != theirs.get(table))


@pytest.mark.parametrize("way", ["steps", "earlier"])
def test_an_empty_database_becomes_at_once_what_every_migration_in_turn_makes_of_it(
    empty: Home, home: Home, way: str
) -> None:
    empty.folder.mkdir(mode=0o700)
    (empty.folder / "installation.json").write_text(json.dumps({"demo": False, "release": "0.1.0"}))
    scene(empty, way)
    assert differences(empty, home) == []


def test_each_release_was_dumped_from_both_databases() -> None:
    for release in RELEASES:
        for vendor in ("sqlite", "postgresql"):
            assert (FIXTURES / f"schema-{release}.{vendor}.sql.gz").exists()
