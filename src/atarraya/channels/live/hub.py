"""Who listens now, and what each has not been sent yet. Lives in one event loop, and knows no HTTP."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from atarraya.channels.live.queries import AT_ONCE, Change
from atarraya.channels.live.tokens import Listener

EVERYWHERE = ""  # something changed, and too much to say where


class Stream:
    """One open stream. What waits is a municipality once, however often it changed: a slow line holds little."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.waiting: dict[str, int] = {}
        self.wake = asyncio.Event()
        self.ended = False

    def tell(self, changes: Iterable[Change]) -> None:
        """Note what this listener may hear of."""
        for change in changes:
            if change.heard_by(self.listener.serves):
                self.note(change.municipality, change.seq)

    def note(self, municipality: str, seq: int) -> None:
        """Note one line."""
        self.waiting[municipality] = seq
        self.wake.set()

    def take(self) -> list[tuple[int, str]]:
        """Return what waits as (number, municipality), in order, and forget it."""
        told = sorted((seq, municipality) for municipality, seq in self.waiting.items())
        self.waiting.clear()
        self.wake.clear()
        return told

    def end(self) -> None:
        """Have the stream closed."""
        self.ended = True
        self.wake.set()


class Hub:
    """All open streams: at most `most`, and at most `most_each` of one member."""

    def __init__(self, most: int, most_each: int) -> None:
        self.most, self.most_each = most, most_each
        self.streams: set[Stream] = set()
        self._each: Counter[UUID] = Counter()

    def open(self, listener: Listener) -> Stream | None:
        """Open a stream; None when there is no room."""
        if len(self.streams) >= self.most or self._each[listener.member] >= self.most_each:
            return None
        stream = Stream(listener)
        self.streams.add(stream)
        self._each[listener.member] += 1
        return stream

    def close(self, stream: Stream) -> None:
        """Forget a stream."""
        if stream in self.streams:
            self.streams.discard(stream)
            self._each[stream.listener.member] -= 1
            if not self._each[stream.listener.member]:
                del self._each[stream.listener.member]

    def tell(self, changes: list[Change]) -> None:
        """Tell everybody what they may hear of."""
        if len(changes) > AT_ONCE:
            for stream in self.streams:
                stream.note(EVERYWHERE, changes[-1].seq)
            return
        for stream in self.streams:
            stream.tell(changes)

    def listeners(self) -> set[Listener]:
        """Return who listens, each session once."""
        return {stream.listener for stream in self.streams}

    def keep_only(self, asked: set[Listener], allowed: set[Listener]) -> None:
        """End the streams of those who were asked about and may not listen any more."""
        over = asked - allowed
        for stream in list(self.streams):
            if stream.listener in over:
                stream.end()
