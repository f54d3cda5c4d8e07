"""Where rows lie tells who came first, until the night's work lays them anew: read from the files themselves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from support.server import Site, libpq

pytestmark = pytest.mark.slow
REPORTS = 150
# Chance alone passes this once in a million runs (150 ranks: one standard deviation is 0.08).
TELLS = 0.4

_POST = """
import json, sys
from atarraya.alerts.services.attachments import keep_slice
from atarraya.alerts.services.receive import receive_report
from atarraya.network.services.points import authenticate
from support.cast import HERE
import os, uuid
from support.phone import half, seal_report
facts = json.loads(sys.argv[1])
access = authenticate(facts["points"]["leader"]["device"])
for _ in range(int(sys.argv[2])):
    made = seal_report(facts["inbox"], facts["number"], facts["recipients"], municipality=HERE, urgency="NOW")
    receive_report(access=access, header=made.parsed, envelope=made.envelope)
    attachment = uuid.uuid4()
    keep_slice(attachment, 0, os.urandom(4112), half())
    print(made.id, attachment)
"""
_ROWS = """
import json, sys
from atarraya.alerts.models import Chunk, Entry, Envelope, StorageKey
print(json.dumps({
    "entry": {str(row.pk): bytes(row.reply).hex() for row in Entry.objects.all()},
    "key": {str(row.pk): bytes(row.key).hex() for row in StorageKey.objects.filter(pk__in=Entry.objects.values("pk"))},
    "envelope": {str(row.pk): bytes(row.body)[-400:].hex() for row in Envelope.objects.all()},
    "chunk": {str(row.attachment): bytes(row.body)[-400:].hex() for row in Chunk.objects.all()}}))
"""
_MIX = "from atarraya.alerts.services import mixing; print(mixing.forget_order())"


def correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how far two orders agree (Spearman): 1 the same, 0 nothing, −1 the reverse."""
    ranks = [[sorted(values).index(value) for value in values] for values in (one, other)]
    middle = (len(one) - 1) / 2
    top = sum((a - middle) * (b - middle) for a, b in zip(*ranks, strict=True))
    return top / sum((a - middle) ** 2 for a in ranks[0])


@pytest.fixture(scope="module")
def came(place: Site) -> list[str]:
    """Make reports arrive one after another, each with a slice: their ids and the slices', in the order of arrival."""
    return place.run(_POST, json.dumps(place.facts), str(REPORTS)).split()


def in_the_file(place: Site, came: list[str]) -> dict[str, float]:
    """Return, by kind of row, how far the order in SQLite's file agrees with the order of arrival."""
    blob = (place.folder / "atarraya.sqlite3").read_bytes()
    rows = json.loads(place.run(_ROWS))
    return {
        kind: correlation(*_places(blob, kind, came[1::2] if kind == "chunk" else came[0::2], found))
        for kind, found in rows.items()
    }


def _places(blob: bytes, kind: str, order: list[str], rows: dict[str, str]) -> tuple[list[float], list[float]]:
    offsets = [blob.find(bytes.fromhex(rows[pk])[-24:]) for pk in order]
    assert min(offsets) > 0, kind
    return [float(number) for number in range(len(order))], [float(offset) for offset in offsets]


def in_the_server(place: Site, came: list[str]) -> dict[str, float]:
    """Return the same of PostgreSQL: order in the table (ctid) and of transactions (xmin), the worse of the two."""
    import psycopg

    tables = {
        "entry": ("alerts_entry", "id", came[0::2]),
        "key": ("alerts_storagekey", "id", came[0::2]),
        "envelope": ("alerts_envelope", "entry_id", came[0::2]),
        "chunk": ("alerts_chunk", "attachment", came[1::2]),
    }
    worst = {}
    with psycopg.connect(libpq(place.url or "")) as connection:
        for kind, (table, column, order) in tables.items():
            rows: dict[str, Any] = {
                str(pk): (ctid, int(xmin))
                for pk, ctid, xmin in connection.execute(
                    f"SELECT {column}, (ctid::text::point)[0] * 1000 + (ctid::text::point)[1], xmin::text FROM {table}"
                )
            }
            numbers = [float(number) for number in range(len(order))]
            by_place = correlation(numbers, [float(rows[pk][0]) for pk in order])
            stamps = [rows[pk][1] for pk in order]
            by_stamp = correlation(numbers, [float(stamp) for stamp in stamps]) if len(set(stamps)) > 1 else 0.0
            worst[kind] = max(by_place, by_stamp, key=abs)
    return worst


def test_the_night_forgets_who_came_first(place: Site, came: list[str], database_name: str) -> None:
    read = in_the_server if database_name == "postgresql" else in_the_file
    if database_name == "sqlite":
        place.run("from atarraya.alerts.services.erasing import forget_journal; forget_journal()")
    before = read(place, came)
    # The control: bodies do tell, so that the measure is known to see an order where there is one.
    assert abs(before["envelope"]) > TELLS, before
    assert int(place.run(_MIX)) >= 3 * REPORTS
    after = read(place, came)
    assert {kind for kind, tells in after.items() if abs(tells) > TELLS} == set(), (before, after)


@pytest.mark.only_on("sqlite", reason="PostgreSQL's own log of changes is its operator's to rotate")
def test_the_night_leaves_an_empty_journal(place: Site) -> None:
    place.run(_MIX)
    journal = Path(f"{place.folder / 'atarraya.sqlite3'}-wal")
    assert not journal.exists() or journal.stat().st_size == 0


def test_what_was_laid_anew_opens_as_before(place: Site, came: list[str]) -> None:
    from support.ledger import kept

    before = kept(place)
    place.run(_MIX)
    said = kept(place)
    assert said["opened"] == before["opened"]
    assert len(said["opened"]) == len(said["entries"]) >= REPORTS
