"""What was erased by its words is nowhere in the database's own files: not its storage key, not its bytes (R23).

On SQLite at once, journal included. PostgreSQL keeps the old row until the night's work writes its tables anew, or that
of the next night where somebody was reading them; its log of changes is its operator's, and is not read here.
"""

from __future__ import annotations

import json
from contextlib import closing

import pytest

from support.cast import HERE
from support.ledger import make
from support.phone import Made
from support.server import Server, Site, libpq

pytestmark = pytest.mark.slow
_ROWS = """
import json
from atarraya.alerts.models import Envelope, StorageKey
print(json.dumps({str(row.pk): [bytes(row.key).hex(), bytes(Envelope.objects.get(pk=row.pk).body)[-64:].hex()]
                  for row in StorageKey.objects.all()}))
"""
# A table in use, or rows that somebody's older view of the database still sees, wait for the next night.
NIGHTS = 3
_NIGHT = "from atarraya.alerts.services import mixing; mixing.forget_order()"


def send(server: Server, place: Site) -> Made:
    made = make(place, municipality=HERE, urgency="NOW")
    assert server.post("/api/point/reports", made.body, token=place.token()).status == 201
    return made


def files(place: Site) -> bytes:
    """Return what lies on the disk of the tables that hold keys and sealed bodies."""
    if not place.url:
        names = ("atarraya.sqlite3", "atarraya.sqlite3-wal", "atarraya.sqlite3-shm")
        return b"".join((place.folder / name).read_bytes() for name in names if (place.folder / name).exists())
    import psycopg

    with closing(psycopg.connect(libpq(place.url), autocommit=True)) as connection:
        connection.execute("CHECKPOINT")
        found = connection.execute(
            "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class WHERE relkind IN ('r', 'i', 't') "
            "AND pg_relation_filepath(oid) NOT LIKE 'global%' AND pg_relation_size(oid) > 0"
        ).fetchall()
        return b"".join(bytes(row[0]) for row in found)


def test_an_erased_report_leaves_no_key_and_no_bytes_on_the_disk(server: Server, place: Site) -> None:
    others = [send(server, place) for _ in range(8)]
    made = send(server, place)
    others += [send(server, place) for _ in range(8)]
    key, body = (bytes.fromhex(part) for part in json.loads(place.run(_ROWS))[str(made.id)])
    # The control: before, both lie there in clear.
    assert key in files(place) and body in files(place)
    words = {"lookup": made.lookup, "erase": made.erase, "thread": made.thread}
    assert server.post("/api/point/erase", words).status == 200
    left = files(place)
    for _night in range(NIGHTS if place.url else 0):
        place.run(_NIGHT)
        left = files(place)
        if key not in left and body not in left:
            break
    assert key not in left and body not in left
    # And nothing else went with it.
    rows = json.loads(place.run(_ROWS))
    assert {str(one.id) for one in others} == set(rows)
    assert all(bytes.fromhex(rows[str(one.id)][0]) in left for one in others)
