"""What a feed has said of one alert, and when: told again from its versions, which are never changed.

Nothing is stored for it. A message is named by the version that first said it (a random number), so a name never
moves; all its times are days.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from atarraya.channels.feeds import rules

LAPSED = ".l"


@dataclass(frozen=True)
class Said:
    """What one reader reads of an alert: codes, a day, and for the public the summary two people approved."""

    kind: str
    municipality: str
    day: date
    state: str
    doubt: bool
    corrected: bool
    urgency: str
    summary: str
    advice: str
    outcome: str


@dataclass(frozen=True)
class Version:
    """A version of an alert as it is kept: its number, its hour and everything shared that it said."""

    id: UUID
    at: datetime
    codes: Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """That a version is told from `opens` on, and what it says at a moment (it may lapse by itself at `lapses`)."""

    opens: datetime
    lapses: datetime | None
    says: Callable[[datetime], Said]


@dataclass(frozen=True)
class Step:
    """From `day` on, `said` is what a reader read."""

    key: str
    day: date
    said: Said


@dataclass(frozen=True)
class Message:
    """One CAP message: its identifier, the day it is sent and the day on which it ceases to hold."""

    identifier: str
    sent: date
    expires: date


@dataclass(frozen=True)
class Telling:
    """The message that stands, those before it that it replaces, and the key of the first, which names the entry."""

    entry: str
    message: Message
    references: tuple[Message, ...]
    said: Said

    @property
    def type(self) -> str:
        """Return CAP's msgType."""
        if not self.references:
            return "Alert"
        return "Cancel" if self.said.state == rules.GONE else "Update"


@dataclass
class _Run:
    """Versions one after the other that say the same."""

    first: Version
    told: Told | None
    content: Said | None
    last: Told | None


def steps(versions: Sequence[Version], tells: Callable[[Version], Told | None], now: datetime) -> list[Step]:
    """Return everything that was told until `now`, the oldest first. `versions` are in order.

    What was replaced before anybody could read it was never told; of what is no longer for this reader, nothing is.
    """
    found: list[Step] = []
    runs = _runs(versions, tells)
    if not runs or runs[-1].told is None:
        return found
    for position, run in enumerate(runs):
        until = runs[position + 1].first.at if position + 1 < len(runs) else now
        if run.told is None or run.last is None or run.told.opens > min(until, now):
            continue
        _add(found, str(run.first.id), run.told.opens, run.told.says(run.told.opens))
        if run.last.lapses is not None and run.last.lapses <= until:
            _add(found, f"{run.first.id}{LAPSED}", run.last.lapses, run.last.says(until))
    return found


def _runs(versions: Sequence[Version], tells: Callable[[Version], Told | None]) -> list[_Run]:
    runs: list[_Run] = []
    for version in versions:
        told = tells(version)
        content = told.says(version.at) if told else None
        if runs and runs[-1].content == content:
            runs[-1].last = told
        else:
            runs.append(_Run(version, told, content, told))
    return runs


def _add(found: list[Step], key: str, at: datetime, said: Said) -> None:
    if said.state == rules.GONE and found:  # what is taken back is what was told, not what was about to be
        said = spared(found[-1].said)
    if not found or found[-1].said != said:
        day = timezone.localtime(at).date()
        found.append(Step(key, max(day, found[-1].day) if found else day, said))


def telling(told: Sequence[Step], today: date) -> Telling:
    """Return what stands today after these steps (at least one)."""
    messages = [_message(step, _until(told, position, today)) for position, step in enumerate(told)]
    message, earlier = messages[-1], messages[:-1]
    again = message.sent - told[-1].day
    if again:  # it is said again: what it replaces is itself, one turn ago
        earlier = [*earlier, _message(told[-1], message.sent - timedelta(days=1))]
    relevant = [each for each in earlier if each.expires >= message.sent]
    return Telling(told[0].key, message, tuple(relevant or earlier[-1:]), told[-1].said)


def _until(told: Sequence[Step], position: int, today: date) -> date:
    return told[position + 1].day if position + 1 < len(told) else today


def _message(step: Step, until: date) -> Message:
    """Return the last message of a step that stood until a day: what stands is said anew when it would expire."""
    days = rules.holds_days(step.said.kind, step.said.state)
    turns = max(0, (until - step.day).days) // days if step.said.state == rules.STANDS else 0
    sent = step.day + timedelta(days=turns * days)
    return Message(step.key + (f".{turns}" if turns else ""), sent, sent + timedelta(days=days))


def spared(said: Said) -> Said:
    """Return what is said of an alert that no longer holds: that it was there, and nothing of what it said."""
    return replace(said, state=rules.GONE, doubt=False, summary="", advice="", outcome="")
