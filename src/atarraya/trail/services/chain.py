"""Writing and checking the hash chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator

from django.db import models

from atarraya.kernel import clock
from atarraya.kernel.errors import DomainError
from atarraya.kernel.transactions import write
from atarraya.trail.models import Checkpoint, Line

START = b"\0" * 32


class ChainBroken(DomainError):
    """A line does not follow from the one before it: somebody altered the record."""

    status = 500
    code = "trail_broken"


def record(verb: str, *, actor: object = "", subject: object = "", about_report: bool = False) -> Line:
    """Append one line inside the caller's transaction. `about_report` cuts its time to the day.

    Acts about a report before publication must pass neither actor nor subject.
    """
    if about_report and (actor or subject):
        raise ValueError("a line about a report names nobody and nothing")
    with write():
        before = _last_locked()
        number, digest = before
        at = clock.today().isoformat() if about_report else clock.now().strftime("%Y-%m-%dT%H")
        line = Line(number=number + 1, verb=verb, actor=str(actor), subject=str(subject), at=at)
        line.digest = link(digest, line)
        line.save(force_insert=True)
    return line


def link(previous: bytes, line: Line) -> bytes:
    """Return SHA-256 over the previous digest (32 bytes) and the line's canonical JSON."""
    fields = {"number": line.number, "verb": line.verb, "actor": line.actor, "subject": line.subject, "at": line.at}
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(previous + text.encode()).digest()


def head() -> tuple[int, bytes]:
    """Return the number and digest of the last line (0 and zeros when there is none)."""
    last = Line.objects.order_by("-number").first()
    if last:
        return last.number, bytes(last.digest)
    return _checkpoint()


def _last_locked() -> tuple[int, bytes]:
    query: models.QuerySet[Line] = Line.objects.order_by("-number")
    # SQLite has one writer already. On PostgreSQL two writers could read the same last line; an advisory lock
    # held to the end of the transaction makes the second wait.
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7126041)")
    last = query.first()
    return (last.number, bytes(last.digest)) if last else _checkpoint()


def _checkpoint() -> tuple[int, bytes]:
    point = Checkpoint.objects.order_by("-number").first()
    return (point.number, bytes(point.digest)) if point else (0, START)


def check_chain(progress: Callable[[int], None] | None = None) -> int:
    """Walk the whole chain and return how many lines hold; raise ChainBroken at the first that does not."""
    number, digest = _checkpoint()
    count = 0
    for line in _lines_after(number):
        number += 1
        if line.number != number or bytes(line.digest) != link(digest, line):
            raise ChainBroken()
        digest = bytes(line.digest)
        count += 1
        if progress and count % 1000 == 0:
            progress(count)
    return count


def _lines_after(number: int) -> Iterator[Line]:
    return Line.objects.filter(number__gt=number).order_by("number").iterator(chunk_size=2000)
