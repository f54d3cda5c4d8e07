"""What happens inside an installation, as a process of its own: scenes.py ACT JSON. Prints JSON on its last line."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from atarraya.command import entry, folder


def _ready() -> None:
    home = Path(os.environ["ATARRAYA_DATA"])
    known = folder.read(home) or folder.Installation(demo=False, release="0")
    entry.prepare(argparse.Namespace(folder=home), known)


def send(device: str, count: int = 1) -> list[dict[str, str]]:
    """Send sealed reports through a point, and a slice of an attachment with each."""
    import base64

    from atarraya.alerts.services import attachments
    from atarraya.alerts.services.receive import receive_report
    from atarraya.alerts.shapes import ReportHeader
    from atarraya.kernel import ids
    from atarraya.network import queries
    from atarraya.network.models import Inbox
    from atarraya.network.services import points
    from atarraya.sealing import receipts
    from atarraya.sealing.encoding import from_b64, to_b64
    from support import phone

    inbox = Inbox.objects.get()
    current = queries.current_list(inbox)
    recipients = json.loads(current.document)["recipients"]
    told = []
    for number in range(count):
        made = phone.seal_report(inbox.pk, current.number, recipients, text=f"relato {number}", municipality="27099")
        access = points.authenticate(device)
        receive_report(access=access, header=ReportHeader(**made.header), envelope=made.envelope)
        attachment = ids.new_id()
        erase_hash = to_b64(receipts.thread_erase_hash(from_b64(made.thread, 32), attachment))
        for index, piece in enumerate(phone.seal_slices(attachment, os.urandom(32), os.urandom(9000))):
            attachments.keep_slice(attachment, index, piece, erase_hash)
        body = base64.b64encode(hashlib.sha256(made.envelope).digest()).decode()
        told.append(
            {"id": str(made.id), "sha256": body, "lookup": made.lookup, "erase": made.erase, "thread": made.thread}
        )
    return told


def kept() -> dict[str, str]:
    """Return every entry that still opens its outer key, with the hash of its envelope."""
    import base64

    from atarraya.alerts.models import Entry, StorageKey
    from atarraya.sealing import storage

    keys = StorageKey.objects.in_bulk()
    found = {}
    for entry_ in Entry.objects.select_related("envelope"):
        if entry_.pk in keys:
            body = storage.decrypt(bytes(keys[entry_.pk].key), bytes(entry_.envelope.body))
            found[str(entry_.pk)] = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return found


def secrets() -> list[str]:
    """Return every storage key, in hex."""
    from atarraya.alerts.models import StorageKey

    return [bytes(row.key).hex() for row in StorageKey.objects.all()]


def erase(lookup: str, erase: str, thread: str) -> int:
    """Erase with a receipt."""
    from atarraya.alerts.services import erasing

    return erasing.erase(lookup, erase, thread)


def counts() -> dict[str, int]:
    """Return how many rows each table has, without what backups leave out."""
    from django.apps import apps

    left_out = {"sessions.Session", "network.Reopening", "trail.Line"}
    return {
        model._meta.label: model.objects.count() for model in apps.get_models() if model._meta.label not in left_out
    }


def sql(statement: str) -> int:
    """Change a row as nobody should."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def warn(device: str, kind: str = "ARMED_PRESENCE") -> str:
    """Publish codes at once through a point."""
    from atarraya.alerts.services.publishing import publish_at_once
    from atarraya.alerts.shapes import Share
    from atarraya.network.services import points

    share = Share(kind=kind)
    alert = publish_at_once(
        access=points.authenticate(device), share=share, municipality="27099", urgency="NOW", age="H1"
    )
    return str(alert.pk)


def transport() -> str:
    """Make this week's transport key as a phone's first visit does."""
    from atarraya.alerts.services import transport_keys

    return transport_keys.public_key()


def odk(count: int = 1) -> list[dict[str, Any]]:
    """Have a phone with ODK hand in submissions; return each one's id and the hash of each part as it was sent."""
    from atarraya.channels.odk import manifest, queries, rules
    from atarraya.channels.odk.services import keeping
    from atarraya.network.models import Inbox
    from atarraya.sealing import odkform
    from atarraya.sealing.encoding import from_b64
    from support.odkphone import answers

    inbox, told = Inbox.objects.get(), []
    place = inbox.places.select_related("circle").order_by("position")[0]
    key = from_b64(place.circle.epochs.order_by("-number")[0].odk_key)
    version = queries.form_of(inbox).version
    for number in range(count):
        instance = f"uuid:00000000-0000-4000-8000-{number:012}"
        media = [("1700000000000.jpg", bytes(range(256)) * 900)]
        document, parts = odkform.encrypt(rules.FORM_ID, version, instance, answers(instance), media, key)
        said = manifest.read(document)
        keeping.keep(inbox, said, document, parts)
        sent = [document, *(parts[name] for name in said.files)]
        told.append(
            {
                "id": str(keeping.submission_id(inbox, instance)),
                "parts": [hashlib.sha256(one).hexdigest() for one in sent],
            }
        )
    return told


def steps() -> None:
    """Bring an empty database to this release's tables by every migration in turn."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def earlier() -> None:
    """Give an empty database the tables of an earlier moment, as a restore does, and bring those up to date."""
    from django.db.migrations.recorder import MigrationRecorder

    from atarraya.command import schema as tables

    tables.migrate_to({"alerts": "0004_one_commitment", "network": "0003_second_factor"})
    assert ("alerts", "0005_public_day") not in MigrationRecorder.Migration.objects.values_list("app", "name")
    tables.bring_up_to_date()


def schema() -> dict[str, list[Any]]:
    """Return all that the database itself says of every table and index, but for the order of columns."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            return {name: sorted(re.split(r"[\s,()]+", sql)) for name, sql in cursor.fetchall()}
        found: dict[str, list[Any]] = {}
        for asked in POSTGRES:
            cursor.execute(asked)
            for table, *facts in cursor.fetchall():
                found.setdefault(table, []).append([CASTS.sub("", str(fact)) for fact in facts])
        return {table: sorted(facts) for table, facts in found.items()}


# PostgreSQL writes the casts of a condition otherwise once it was dumped and put back.
CASTS = re.compile(r"::(character varying|text)(\[\])?|[()]")
OURS = "relnamespace = current_schema()::regnamespace"
POSTGRES = (
    f"SELECT relname, relkind, reloptions, relpersistence FROM pg_class WHERE {OURS} AND relkind <> 'i'",
    # Columns, and how each is kept: what is sealed stays in its row.
    f"""SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull, attstorage, attidentity,
        pg_get_expr(adbin, adrelid) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE {OURS} AND relkind = 'r' AND attnum > 0 AND NOT attisdropped""",
    f"""SELECT relname, conname, pg_get_constraintdef(pg_constraint.oid) FROM pg_constraint
        JOIN pg_class ON pg_class.oid = conrelid WHERE {OURS}""",
    "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
)


ACTS: dict[str, Any] = {
    act.__name__: act for act in (send, kept, secrets, erase, counts, sql, warn, transport, odk, steps, earlier, schema)
}

if __name__ == "__main__":
    _ready()
    print(json.dumps(ACTS[sys.argv[1]](**json.loads(sys.argv[2]))))
