"""One batch of push messages, each service in a lane of its own: what one holds up, the others do not wait for.

A lane is a thread with one connection. The whole batch takes bounded time, whatever a service does: what is not begun
by then waits without counting as a try, and a service that held it up is left alone (see `circuits`).
"""

from __future__ import annotations

import http.client
import queue
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from atarraya.channels.push.circuits import Circuits
from atarraya.channels.push.places import Place
from atarraya.channels.push.service import Service
from atarraya.notices.carriers import Again, GivenUp, Item, Later, Outcome, Said

# Seconds that a batch may take, and that a service may take of it which kept others waiting before.
WITHIN, SUSPECT_WITHIN = 20.0, 4.0
# Seconds that a message which is on its way by then may still take.
GRACE = 5.0
# A service that takes longer than this for a message, one with another, and does not finish, is slow.
SLOW = 1.0
# Services that are spoken to at once.
LANES = 8
# Seconds after which whoever listens is told that this lives, when nothing else is to be said.
BEAT = 1.0

Send = Callable[[Service, Item, Place], Outcome]


@dataclass
class Lane:
    """What waits for one service. After `ends` (monotonic seconds) it begins no more."""

    origin: str
    ends: float
    patience: float
    waiting: deque[tuple[Item, Place]] = field(default_factory=deque)
    flying: Item | None = None
    service: Service | None = None
    begun: float = 0.0
    done: int = 0
    silent: bool = False


class Batch:
    """A batch on its way. `send` says what became of one message; OSError and HTTPException mean a silent service."""

    def __init__(self, circuits: Circuits, send: Send) -> None:
        self.circuits, self.send = circuits, send
        self.lanes: dict[str, Lane] = {}
        self.tls = ssl.create_default_context()
        self.said: queue.SimpleQueue[Said | Lane] = queue.SimpleQueue()
        self.lock = threading.Lock()
        self.over = False
        self.born = time.monotonic()

    def add(self, item: Item, place: Place) -> Said | None:
        """Take a message in; or say at once what becomes of it, when its service is left alone."""
        left = self.circuits.left(place.origin)
        if left:
            return Said(item, _put_off(left, silent=self.circuits.is_silent(place.origin)))
        if place.origin not in self.lanes:
            patience = SUSPECT_WITHIN if self.circuits.is_suspect(place.origin) else WITHIN
            self.lanes[place.origin] = Lane(place.origin, self.born + patience, patience)
        self.lanes[place.origin].waiting.append((item, place))
        return None

    def run(self) -> Iterator[Said | None]:
        """Send all in time; None says that this lives."""
        turns = deque(self.lanes.values())
        open_lanes = set(self.lanes)
        for _ in range(min(LANES, len(turns))):
            threading.Thread(target=self._work, args=(turns,), name="push", daemon=True).start()
        try:
            while open_lanes:
                until = max(self.lanes[origin].ends for origin in open_lanes) + GRACE - time.monotonic()
                if until <= 0:
                    break
                try:
                    heard = self.said.get(timeout=min(until, BEAT))
                except queue.Empty:
                    yield None
                    continue
                if isinstance(heard, Lane):
                    open_lanes.discard(heard.origin)
                    yield from self._rest(heard)
                else:
                    yield heard
        finally:
            self._stop()
        yield from self._unfinished(open_lanes)

    def _work(self, turns: deque[Lane]) -> None:
        while True:
            try:
                lane = turns.popleft()
            except IndexError:
                return
            self._drive(lane)
            self.said.put(lane)

    def _drive(self, lane: Lane) -> None:
        lane.begun = time.monotonic()
        service = Service(self.tls, lane.patience)
        while self._next(lane, service):
            item, place = lane.waiting[0]
            try:
                outcome = self.send(service, item, place)
            except (OSError, http.client.HTTPException):
                lane.silent, outcome = True, Again("UNREACHABLE")
            except Exception:  # what one browser gave cannot be sent to: nobody else waits for it
                outcome = GivenUp("REFUSED")
            with self.lock:
                if self.over:
                    break
                lane.waiting.popleft()
                lane.flying, lane.done = None, lane.done + 1
                self.said.put(Said(item, outcome))
            if lane.silent:
                break
        service.close()

    def _next(self, lane: Lane, service: Service) -> bool:
        with self.lock:
            if self.over or not lane.waiting or time.monotonic() >= lane.ends:
                return False
            lane.flying, lane.service = lane.waiting[0][0], service
            return True

    def _rest(self, lane: Lane) -> Iterator[Said]:
        """Say what becomes of a lane's messages that were not begun, and what is thought of its service now."""
        left = 0.0
        if lane.silent or self._was_slow(lane):
            left = self.circuits.shut(lane.origin, silent=lane.silent)
        elif lane.done:
            self.circuits.well(lane.origin)
        for item, _place in lane.waiting:
            yield Said(item, _put_off(left, silent=lane.silent))

    def _was_slow(self, lane: Lane) -> bool:
        return bool(lane.waiting and lane.begun) and (time.monotonic() - lane.begun) / max(lane.done, 1) > SLOW

    def _stop(self) -> None:
        with self.lock:
            self.over = True
        for lane in self.lanes.values():
            if lane.service is not None:
                lane.service.cut()

    def _unfinished(self, origins: set[str]) -> Iterator[Said]:
        """What stands in a lane at the end: one message may be on its way, and counts as a try."""
        while not self.said.empty():
            heard = self.said.get()
            if isinstance(heard, Said):
                yield heard
        for lane in (self.lanes[origin] for origin in sorted(origins)):
            if lane.flying is not None:
                lane.silent = True
                yield Said(lane.waiting.popleft()[0], Again("UNREACHABLE"))
            yield from self._rest(lane)


def _put_off(left: float, *, silent: bool) -> Outcome:
    return Again("UNREACHABLE", left) if silent else Later(left)
