"""`atarraya export`: what is shared as CSV and JSON, and sealed entries as age files that only their circles open."""

from __future__ import annotations

import argparse
import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import Model, QuerySet

from atarraya.alerts.models import Alert, AlertVersion, Chunk, Counter, Entry, Event, StorageKey
from atarraya.command import for_workbench, odk_parts
from atarraya.command.words import _
from atarraya.kernel.transactions import write
from atarraya.network.models import Collective, Member, Network
from atarraya.sealing import storage
from atarraya.terminal.cells import defused
from atarraya.terminal.codes import DONE, Refused
from atarraya.terminal.progress import Progress
from atarraya.territory.models import Zone
from atarraya.trail.services import record

OPEN_CLASSES = frozenset({"shared", "public"})
ROUTING = ("id", "inbox_id", "number", "municipality", "urgency", "age", "day", "size")
BATCH = 200
UNFINISHED = "UNFINISHED.txt"


def run(args: argparse.Namespace) -> int:
    """Write both parts, or the one named, into a new folder."""
    to = Path(args.to).absolute()
    if args.keys_of and args.only == "shared":
        raise Refused(_("Keys go with envelopes only: leave out --only shared, or --keys-of."))
    members = for_workbench.keyholders(args.keys_of)
    if to.exists() and any(to.iterdir()) and not (to / UNFINISHED).exists():
        raise Refused(_("%s already holds something. Choose a new folder.") % to)
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    _clear(to)
    # Until it is gone, whoever finds the folder knows that this is not all.
    (to / UNFINISHED).write_text(_("This export was cut off and is not whole. Run it again.") + "\n")
    parts = {"shared": _shared, "envelopes": _envelopes}
    for name, act in parts.items():
        if args.only in (None, name):
            act(to)
            with write():
                record(f"export.{name}", actor="operator")
    if args.only != "shared":
        _keys(to, members)
        _odk(to)
    (to / UNFINISHED).unlink()
    print(_("Written to %s.") % to)
    return DONE


def _keys(to: Path, members: list[Member]) -> None:
    for_workbench.write(to, members)
    with write():
        for member in members:
            record("export.keys", actor="operator", subject=member.pk)


def _odk(to: Path) -> None:
    if odk_parts.write(to):
        with write():
            record("export.odk", actor="operator")


def _clear(to: Path) -> None:
    """Take away what a run that was cut off left: only what an export writes."""
    for name in ("envelopes", "attachments", odk_parts.FOLDER):
        shutil.rmtree(to / name, ignore_errors=True)
    for file in (for_workbench.FILE, odk_parts.FILE):
        (to / file).unlink(missing_ok=True)
    for name in ("envelopes", *shared_tables()):
        for kind in ("csv", "json"):
            (to / f"{name}.{kind}").unlink(missing_ok=True)


def shared_tables() -> dict[str, QuerySet[Any]]:
    """Return what is shared, by file name. Warnings that wait, or are delayed, are not shared yet."""
    announced = Alert.objects.filter(seq__gt=0)
    return {
        "alerts": announced.order_by("at", "pk"),
        "alert-versions": AlertVersion.objects.filter(alert__in=announced).order_by("alert", "number"),
        "events": Event.objects.order_by("seq"),
        "counts": Counter.objects.exclude(count=0).order_by("municipality", "month", "kind", "state"),
        "zones": Zone.objects.order_by("municipality", "name"),
        "collectives": Collective.objects.order_by("municipality", "name"),
        "network": Network.objects.all(),
    }


def open_columns(model: type[Model]) -> list[str]:
    """Return the columns of a model that are shared or public."""
    classes: dict[str, str] = getattr(model, "FIELD_CLASSES", {})
    fields = model._meta.concrete_fields
    return [field.attname for field in fields if classes.get(field.name) in OPEN_CLASSES]


def _shared(to: Path) -> None:
    tables = shared_tables()
    with Progress(_("Writing what is shared"), len(tables)) as progress:
        for name, rows in tables.items():
            columns = open_columns(rows.model)
            _write_csv(to / f"{name}.csv", columns, rows.values_list(*columns).iterator(chunk_size=2000))
            _write_json(to / f"{name}.json", columns, rows.values_list(*columns).iterator(chunk_size=2000))
            progress.step()


def _write_csv(path: Path, columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(columns)
        for row in rows:
            out.writerow([_cell(value) for value in row])


def _cell(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else _plain(value)
    return defused(text)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


def _write_json(path: Path, columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for number, row in enumerate(rows):
            file.write(",\n" if number else "\n")
            record_ = {
                name: value if _is_json(value) else _plain(value) for name, value in zip(columns, row, strict=True)
            }
            json.dump(record_, file, ensure_ascii=False)
        file.write("\n]\n")


def _is_json(value: Any) -> bool:
    return isinstance(value, str | int | float | bool | list | dict | None)


def _envelopes(to: Path) -> None:
    place = to / "envelopes"
    place.mkdir(mode=0o700)
    _write_csv(to / "envelopes.csv", list(ROUTING), Entry.objects.order_by("pk").values_list(*ROUTING).iterator())
    entries, chunks = Entry.objects.order_by("pk"), Chunk.objects.order_by("pk")
    with Progress(_("Writing envelopes"), entries.count() + chunks.count()) as progress:
        for batch in _batches(entries.select_related("envelope")):
            for pk, body in _unwrapped({entry.pk: entry.envelope.body for entry in batch}):
                (place / f"{pk}.age").write_bytes(body)
            progress.step(len(batch))
        for chunk_batch in _batches(chunks):
            names = {chunk.pk: (chunk.attachment, chunk.index) for chunk in chunk_batch}
            for pk, body in _unwrapped({chunk.pk: chunk.body for chunk in chunk_batch}):
                attachment, index = names[pk]
                folder = to / "attachments" / str(attachment)
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                (folder / f"{index:04}").write_bytes(body)
            progress.step(len(chunk_batch))


def _batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows.iterator(chunk_size=BATCH):
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _unwrapped(bodies: dict[Any, Any]) -> Iterator[tuple[Any, bytes]]:
    keys = StorageKey.objects.in_bulk(list(bodies))
    for pk, body in bodies.items():
        if pk in keys:
            yield pk, storage.decrypt(bytes(keys[pk].key), bytes(body))
