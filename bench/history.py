"""Fills an installation with a long invented history: alerts with their versions, events and counters, by bulk.

    python -m bench.history COUNT       # with the environment of the installation; brings it to COUNT alerts

Every row begins as a model of the application (its defaults, its conversions), so that a column added later is filled
too; only what differs from row to row is written over. Whatever carries words says that it is bench data.

The spread: fifteen municipalities, the first with a fifth of everything; threats over half, then confinement and armed
presence; ten years, more of it lately; two in a hundred still open; two in five of what was confirmed made public.
Two alerts of each municipality stand first on its board, however many there are. The same seed gives the same spread.
"""

from __future__ import annotations

import json
import random
import sys
import time
import uuid
from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import django

django.setup()

from django.db import connection, models, transaction  # noqa: E402

from atarraya.alerts import rules  # noqa: E402
from atarraya.alerts.models import Alert, AlertVersion, Counter, Event, Sequence, Spoken  # noqa: E402
from atarraya.alerts.services import changing, counting  # noqa: E402
from atarraya.demo.places import NEIGHBOURS  # noqa: E402
from atarraya.kernel import clock  # noqa: E402
from atarraya.network.models import Collective, Inbox, Network, Point  # noqa: E402
from atarraya.network.services import founding, points  # noqa: E402
from atarraya.territory.models import Zone  # noqa: E402
from atarraya.territory.services.zones import define_zone  # noqa: E402

WORDS = "DATO DE PRUEBA DE CARGA. Hombres armados en el río; la comunidad se reunió y pide que la acompañen hoy."
YEARS = 10
OPEN_SHARE = 0.02
FIRST_EACH = 2
PUBLIC_AFTER = 96
BATCH = 5000
KINDS = {"THREAT": 52, "CONFINEMENT": 12, "ARMED_PRESENCE": 12, "MOVEMENT_BAN": 6, "HARASS_SURV": 5, "COMBAT": 4,
         "MASS_DISPL": 3, "EXTORTION": 2, "MINES_UXO": 2, "KILLING": 1, "RECRUITMENT": 1}  # fmt: skip
OPEN = {"UNCONF": 35, "INPROC": 15, "CONF": 30, "INCONC": 5, "EXPIRED": 15}
ENDED = {"CLOSED": 70, "DISC": 15, "WITHDRAWN": 5, "MERGED": 10}
URGENCIES = {"NOW": 30, "DAYS": 40, "KNOW": 30}


class Columns:
    """Turns one model's objects into rows as its table takes them."""

    def __init__(self, model: type[models.Model]) -> None:
        self.table = model._meta.db_table
        self.fields: list[Any] = list(model._meta.concrete_fields)
        self._place = {str(each.attname): number for number, each in enumerate(self.fields)}

    def row(self, made: models.Model) -> list[Any]:
        """Return an object's row."""
        return [each.get_db_prep_save(getattr(made, each.attname), connection) for each in self.fields]

    def places(self, *names: str) -> list[int]:
        """Return where columns stand in a row, by attribute."""
        return [self._place[name] for name in names]

    def write(self, rows: Iterable[list[Any]]) -> None:
        """Write rows in bulk, inside the caller's transaction."""
        names = ", ".join(f'"{each.column}"' for each in self.fields)
        raw: Any = connection.connection
        if connection.vendor == "sqlite":
            marks = ", ".join("?" * len(self.fields))
            raw.executemany(f"INSERT INTO {self.table} ({names}) VALUES ({marks})", rows)
            return
        with raw.cursor() as cursor, cursor.copy(f"COPY {self.table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


@cache
def as_time(value: datetime | None) -> Any:
    """Return a moment as the database takes it. Hours repeat often, so each is converted once."""
    return Alert._meta.get_field("at").get_db_prep_save(value, connection) if value else None


@cache
def as_day(value: date) -> Any:
    """Return a day as the database takes it."""
    return Alert._meta.get_field("public_day").get_db_prep_save(value, connection)


def as_codes(value: dict[str, Any]) -> Any:
    """Return a version's codes as the database takes them."""
    return AlertVersion._meta.get_field("codes").get_db_prep_save(value, connection)


def as_id(value: uuid.UUID) -> Any:
    """Return an id as the database takes it."""
    return value.hex if connection.vendor == "sqlite" else value


@dataclass
class Places:
    """Where alerts fall: municipalities with weights, their zones, and a collective of each."""

    codes: list[str]
    weights: list[float]
    # Ids as the database takes them.
    zones: dict[str, list[Any]]
    collectives: dict[str, Any]


ALERT = ("id", "municipality", "zone_id", "collective_id", "at", "shows_from", "published_at", "news_at",
         "expires_at", "next_news_at", "public_at", "public_day", "seq")  # fmt: skip
VERSION = ("id", "alert_id", "number", "act", "at", "codes")
EVENT = ("seq", "alert_id", "municipality", "act", "at")
Rows = tuple[list[list[Any]], list[list[Any]], list[list[Any]]]


@dataclass
class History:
    """Writes alerts from the oldest to the newest, numbering their events as it goes."""

    places: Places
    chance: random.Random
    seq: int
    now: datetime
    tally: Tally[counting.Key] = field(default_factory=Tally)
    tables: tuple[Columns, Columns, Columns] = field(
        default_factory=lambda: (Columns(Alert), Columns(AlertVersion), Columns(Event))
    )

    def write(self, count: int) -> None:
        """Write `count` more alerts and what belongs to them."""
        # A power puts more of it lately, as a network that grows has it.
        hours = sorted((int(YEARS * 8766 * self.chance.random() ** 1.5) + 1 for _ in range(count)), reverse=True)
        still_open = count - round(count * OPEN_SHARE)
        each = zip(self.tables, (ALERT, VERSION, EVENT), strict=True)
        self.where = [columns.places(*names) for columns, names in each]
        for start in range(0, count, BATCH):
            rows: Rows = ([], [], [])
            for pattern, code, number in self._drawn(start, min(BATCH, count - start), still_open):
                self._add(pattern, code, hours[number], rows)
            with transaction.atomic():
                for columns, made in zip(self.tables, rows, strict=True):
                    columns.write(made)
        self._count()

    def _drawn(self, start: int, size: int, still_open: int) -> Iterator[tuple[Prototype, str, int]]:
        def draw(weights: dict[str, int]) -> list[str]:
            return self.chance.choices(list(weights), list(weights.values()), k=size)

        lots = zip(draw(KINDS), draw(OPEN), draw(ENDED), draw(URGENCIES), strict=True)
        codes = self.chance.choices(self.places.codes, self.places.weights, k=size)
        for number, (kind, standing, ended, urgency) in enumerate(lots, start):
            state = standing if number >= still_open else ended
            by_point, public = self.chance.random() < 0.6, self.chance.random() < 0.4
            yield prototype(kind, state, urgency, by_point, public), codes[number - start], number

    def _add(self, pattern: Prototype, code: str, hours: int, rows: Rows) -> None:
        if pattern.open:
            hours = hours % 700 + 1
        at, number = self.now - timedelta(hours=hours), as_id(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        when, said = as_time(at), self._said(pattern, at, hours)
        for step, act in enumerate(pattern.acts, 1):
            self.seq += 1
            fresh = as_id(uuid.UUID(int=self.chance.getrandbits(128), version=4))
            codes = pattern.codes if step < len(pattern.acts) else said
            rows[1].append(_over(pattern.version, self.where[1], (fresh, number, step, act, when, codes)))
            rows[2].append(_over(pattern.event, self.where[2], (self.seq, number, code, act, when)))
        differs = (number, code, *self._differs(pattern, code, at, hours), self.seq)
        rows[0].append(_over(pattern.row, self.where[0], differs))
        self._tell(counting.Key(code, pattern.state, month(at), pattern.kind))

    def _said(self, pattern: Prototype, at: datetime, hours: int) -> Any:
        """Return the codes of a last version: those of a public alert say from when the public may read it."""
        if not (pattern.public and hours > PUBLIC_AFTER):
            return pattern.codes
        public = at + timedelta(hours=PUBLIC_AFTER)
        return as_codes({**pattern.said, "public_at": public.isoformat(), "public_day": at.date().isoformat()})

    def _differs(self, pattern: Prototype, code: str, at: datetime, hours: int) -> tuple[Any, ...]:
        """Return the values of ALERT from zone_id to public_day."""
        when = as_time(at)
        zones = self.places.zones[code]
        public = at + timedelta(hours=PUBLIC_AFTER) if pattern.public and hours > PUBLIC_AFTER else None
        return (
            self.chance.choice(zones) if self.chance.random() < 0.3 else None,
            self.places.collectives[code] if pattern.by_point else None,
            when,
            when,
            when,
            as_time(at + timedelta(hours=min(hours, 20))),
            as_time(self.now + timedelta(hours=1 + hours % 300)) if pattern.lapses else None,
            as_time(at + timedelta(hours=72)) if pattern.open else None,
            as_time(public),
            as_day(at.date()) if public else None,
        )

    def _tell(self, key: counting.Key) -> None:
        self.tally[key] += 1
        self.tally[key._replace(month="", kind="")] += 1

    def _count(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for key, count in self.tally.items():
                cursor.execute(counting._ADD.format("(%s, %s, %s, %s, %s)"), [*key, count])
        Sequence.objects.update_or_create(name="alerts", defaults={"value": self.seq})
        self.tally.clear()


def _over(pattern: list[Any], where: list[int], values: tuple[Any, ...]) -> list[Any]:
    row = list(pattern)
    for place, value in zip(where, values, strict=True):
        row[place] = value
    return row


@dataclass(frozen=True)
class Prototype:
    """Rows of one kind of alert, to be copied and written over."""

    kind: str
    state: str
    open: bool
    lapses: bool
    public: bool
    by_point: bool
    acts: tuple[str, ...]
    # What its versions say, and the same as the database takes it.
    said: dict[str, Any]
    codes: Any
    row: list[Any]
    version: list[Any]
    event: list[Any]


@cache
def prototype(kind: str, state: str, urgency: str, by_point: bool, public: bool) -> Prototype:
    """Make an alert as the application would, once for each combination, with its version and event."""
    now, is_open = clock.this_hour(), state in rules.LIVE
    alert = Alert(
        kind=kind,
        municipality="00000",
        urgency=urgency,
        rank=rules.RANK[urgency],
        state=state,
        version=1 if is_open else 2,
        seen="SAW" if by_point else "TOLD",
        summary="" if by_point else WORDS,
        advice=rules.advice(kind),
        reach="NEAR" if by_point and state == "UNCONF" else "NETWORK",
        outcome="PASSED" if state == "CLOSED" else "",
        answer="" if is_open else "DONE",
        open=is_open,
        issuer="POINT" if by_point else "MEMBER",
        public_summary="" if by_point else WORDS,
        at=now, shows_from=now, news_at=now, published_at=now,
    )  # fmt: skip
    codes = {name: changing._plain(getattr(alert, name)) for name in changing.REMEMBERED}
    version = AlertVersion(alert=alert, number=1, act="publish", codes=codes, at=now)
    event = Event(seq=1, alert=alert, municipality="00000", act="publish", at=now)
    return Prototype(
        kind=kind,
        state=state,
        open=is_open,
        lapses=state in rules.EXPIRES and rules.expiry(kind) is not None,
        public=public and state in {"CONF", "CLOSED"},
        by_point=by_point,
        acts=("publish",) if is_open else ("publish", state.lower()),
        said=codes,
        codes=as_codes(codes),
        row=Columns(Alert).row(alert),
        version=Columns(AlertVersion).row(version),
        event=Columns(Event).row(event),
    )


@cache
def month(at: datetime) -> str:
    """Return the month an alert of `at` counts in, as the application says it."""
    known = counting.key_of(Alert(municipality="", state="", kind="", at=at, seq=1))
    assert known is not None
    return known.month


def places() -> Places:
    """Return the fifteen municipalities; make them, their zones and four points in each, at the first call."""
    if Network.objects.get().municipalities != list(NEIGHBOURS):
        _settle()
    codes = list(NEIGHBOURS)
    zones: dict[str, list[Any]] = {code: [] for code in codes}
    for zone in Zone.objects.filter(municipality__in=codes):
        zones[zone.municipality_id].append(as_id(zone.pk))
    found = Collective.objects.filter(municipality__in=codes)
    collectives = {each.municipality: as_id(each.pk) for each in found}
    return Places(codes, [1 / (number + 2.5) for number in range(len(codes))], zones, collectives)


def _settle() -> None:
    Network.objects.update(municipalities=list(NEIGHBOURS), neighbours=NEIGHBOURS)
    from atarraya.network.queries import forget_network

    forget_network()
    inbox = Inbox.objects.get()
    for code in NEIGHBOURS:
        for number in range(3):
            define_zone(code, f"Zona de prueba {number + 1}", 4)
        for number in range(4):
            name = f"Consejo de prueba {number + 1} de {code}"
            collective = founding.add_collective(name, code, kind="COMMUNITY_COUNCIL", by=None)
            points.create_point(collective, inbox, code, by=None)
    today = clock.today()
    Spoken.objects.bulk_create(
        Spoken(point=point, municipality=point.municipality, day=today - timedelta(days=days))
        for point in Point.objects.all()
        for days in range(40)
        if (point.pk.int + days) % 3
    )


def _stand_first() -> None:
    """Let two open alerts of each municipality stand first, as corrected ones do."""
    until = clock.this_hour() + timedelta(hours=48)
    Alert.objects.exclude(top_until=None).update(top_until=None, corrected=False)
    for code in NEIGHBOURS:
        chosen = Alert.objects.filter(municipality=code, open=True).order_by("-at").values_list("pk", flat=True)
        Alert.objects.filter(pk__in=list(chosen[:FIRST_EACH])).update(top_until=until, corrected=True)


def _pragma(words: str) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {words}")


def main(count: int) -> dict[str, Any]:
    """Bring the installation to `count` alerts and return what it holds."""
    began = time.monotonic()
    # Nothing is measured yet, and the file is checkpointed before anything is.
    _pragma("synchronous=OFF")
    _pragma("cache_size=-600000")
    known = places()
    have = Alert.objects.count()
    last = Sequence.objects.filter(name="alerts").values_list("value", flat=True).first() or 0
    History(known, random.Random(have + 1), last, clock.this_hour()).write(count - have)
    _stand_first()
    if connection.vendor == "sqlite":
        _pragma("optimize")  # what the worker does every day
        _pragma("wal_checkpoint(TRUNCATE)")
    else:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # what its own daemon does
    return {
        "alerts": Alert.objects.count(),
        "open": Alert.objects.filter(open=True).count(),
        "versions": AlertVersion.objects.count(),
        "events": Event.objects.count(),
        "counters": Counter.objects.count(),
        "seconds": time.monotonic() - began,
    }


def _lines() -> Iterator[str]:
    yield json.dumps(main(int(sys.argv[1])))


if __name__ == "__main__":
    print(*_lines())
