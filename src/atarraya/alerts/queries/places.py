"""One municipality as a board shows it, kept in each process until something there changes.

Boards of many readers are made of the same few municipalities, so what is kept is the municipality and not the
board: an alert makes one of them anew, for everybody. Nobody has to be told: the events say what changed.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db.models import Max

from atarraya.alerts import rules
from atarraya.alerts.lines import Line
from atarraya.alerts.models import Event, Sequence
from atarraya.alerts.queries.reading import Scope, lines, shown
from atarraya.alerts.queries.speaking import Heard, heard
from atarraya.kernel import clock
from atarraya.kernel.kept import Kept
from atarraya.network import queries as network
from atarraya.territory import queries as territory

# Beyond the lines shown, no more than this are counted: a count of everything would grow with everything.
MOST_COUNTED = 500


@dataclass(frozen=True)
class Place:
    """A municipality's head and its lines: corrections and ends first, then urgency, then the newest.

    `more` alerts stand beyond those shown. `mark` says what it was made of: the same mark is the same content.
    """

    code: str
    name: str
    state: str
    heard: Heard
    lines: list[Line]
    more: int
    mark: Hashable


class Changes:
    """Knows, in one query while nothing happens, at which event each municipality last changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._network: UUID | None = None
        self._known = self._start = self._turn = 0
        self._at: dict[str, int] = {}

    def marks(self, codes: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Return code → a mark that changes with every event there."""
        last, here = last_event(), network.the_network().id
        with self._lock:
            if here != self._network or last < self._known:
                # Another network, or an older database was put back: nothing known holds.
                self._network, self._known, self._start, self._at = here, last, last, {}
                self._turn += 1
            elif last > self._known:
                since = Event.objects.filter(seq__gt=self._known, seq__lte=last)
                self._at |= dict(since.values_list("municipality").annotate(Max("seq")))
                self._known = last
            return {code: (self._turn, self._at.get(code, self._start)) for code in codes}


_changes = Changes()
_kept: Kept[Place] = Kept(512)


def places(scope: Scope) -> list[Place]:
    """Return the scope's municipalities as they stand this hour, in its order. One query if nothing changed."""
    marks, hour, here = _changes.marks(scope.municipalities), clock.this_hour(), network.the_network().id
    asked = [(here, code, code in scope.near, marks[code], hour) for code in scope.municipalities]
    return [_kept.get(mark, partial(_place, mark[1], mark[2], mark)) for mark in asked]


def forget_places() -> None:
    """Make every municipality anew at the next question (for tests that write rows without events)."""
    _kept.clear()


def last_event() -> int:
    """Return the number of the last event: what any page made of alerts depends on, besides the hour."""
    return Sequence.objects.filter(name="alerts").values_list("value", flat=True).first() or 0


def place_state(alerts: bool, said: Heard, *, near: bool) -> str:
    """Return how a municipality stands: ALERTS, SPOKE, UNKNOWN or FEW (R16, R17). Never *safe*.

    Who may not see what only neighbours see is never told that no danger is warned of.
    """
    if alerts:
        return "ALERTS"
    if not said.told:
        return "FEW"
    return "SPOKE" if near and said.said else "UNKNOWN"


def _place(code: str, near: bool, mark: Hashable) -> Place:
    """Read one municipality: a few queries, each by index, flat in the number of alerts."""
    now, scope = clock.now(), Scope((code,), frozenset({code} if near else ()))
    names, said = territory.names([code]), heard([code])[code]
    seen = shown(scope, now)
    changed = seen.filter(top_until__gt=now).order_by("-top_until", "-at", "id")[: rules.LINES_SHOWN]
    every = {line.id: line for line in lines(changed, names, now)}
    standing = seen.filter(open=True)
    found = lines(standing.order_by("rank", "-at", "id")[: rules.LINES_SHOWN + 1], names, now)
    more = 0
    if len(found) > rules.LINES_SHOWN:
        more = standing.order_by()[: rules.LINES_SHOWN + MOST_COUNTED].count() - rules.LINES_SHOWN
    every |= {line.id: line for line in found[: rules.LINES_SHOWN]}
    state = place_state(any(line.open for line in every.values()), said, near=near)
    return Place(code, names[code], state, said, sorted(every.values(), key=lambda line: line.order), more, mark)
