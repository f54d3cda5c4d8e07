"""The rules of notices as data: which act is told to whom, how long things wait, when it is quiet. No Django.

Every row of TELLS is tested, and every act that changes an alert has its row.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum


class Tells(StrEnum):
    """Who is told of an act on an alert."""

    ALL = "ALL"  # everybody whose subscription it fits, and whoever was told of it before
    NEW = "NEW"  # everybody whose subscription it fits and who was not told of it before: it reaches further now
    TOLD = "TOLD"  # only whoever was told of it before: a correction, a calming act, an end
    BACK = "BACK"  # as ALL if it had expired and stands again, else nobody
    NOBODY = "NOBODY"


TELLS: dict[str, Tells] = {
    # A warning comes, or comes back.
    "publish": Tells.ALL,
    "publish_confirmed": Tells.ALL,
    "announce": Tells.ALL,
    "release": Tells.ALL,
    "unmerge": Tells.ALL,
    # It says more, or something else.
    "confirm": Tells.ALL,
    "correct": Tells.ALL,
    "raise_urgency": Tells.ALL,
    "carry_further": Tells.NEW,
    # It says less, or ends: who was warned hears it.
    "doubt": Tells.TOLD,
    "stands": Tells.TOLD,
    "inconclusive": Tells.TOLD,
    "lower_urgency": Tells.TOLD,
    "discard": Tells.TOLD,
    "false_alarm": Tells.TOLD,
    "withdraw": Tells.TOLD,
    "merge": Tells.TOLD,
    "close": Tells.TOLD,
    "expire": Tells.TOLD,
    # Somebody says that it goes on: news only when it had expired.
    "renew": Tells.BACK,
    "still": Tells.BACK,
    "take_up": Tells.BACK,
    # Read on the board by whoever looks. A notice of what was hidden would send people to look for it.
    "shorten": Tells.NOBODY,
    "passed": Tells.NOBODY,
    "second": Tells.NOBODY,
    "next_news": Tells.NOBODY,
    "make_public": Tells.NOBODY,
    "hide_summary": Tells.NOBODY,
    "hide_zone": Tells.NOBODY,
}


# What corrects or ends what was told before, or takes back that it ended. Whoever was told the earlier version hears it
# though they left; what only says more (confirmed, more urgent, told again after it had lapsed) reaches them no more.
CORRECTS = frozenset({act for act, row in TELLS.items() if row is Tells.TOLD} | {"correct", "unmerge"})


def corrects(act: str) -> bool:
    """Return whether `act` is owed to whoever was told of the alert before; one without a row is."""
    return act in CORRECTS or act not in TELLS


def tells(act: str) -> Tells:
    """Return who is told of `act`; of an act without a row, whoever was told of the alert before."""
    return TELLS.get(act, Tells.TOLD)


# An answer to *this phone is only mine* holds so long; then it is asked again and nothing goes out meanwhile.
ALONE_DAYS = 90
# An address whose number nobody typed is forgotten after so many days; so often may something else be typed.
CONFIRM_DAYS, MOST_GUESSES = 7, 5
# Delivery rows live so long after their alert ended.
KEEP_DAYS = 14

# Receivers that one transaction writes rows for, and deliveries that one worker holds at once.
CHUNK, BATCH = 2000, 500
# How long a worker may hold deliveries without saying that it lives; it says so every third of that.
LEASE = timedelta(seconds=120)
MOST_TRIES = 12
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=2)
# Nothing waits longer than a night of quiet: a later hour was written under a clock that was wrong.
FARTHEST = timedelta(hours=26)
# What a way out handed on is asked about again after so long, unless it says what became of it before.
HANDED = timedelta(hours=24)
# Different subscriptions of one receiver, and receivers of one person or phone: more is a mistake or a flood.
MOST_WANTS, MOST_RECEIVERS = 60, 12


def wait(tries: int, chance: float) -> timedelta:
    """Return how long to wait after `tries` failures: doubling, cut at two hours, spread by `chance` (0 to 1)."""
    doubled = FIRST_WAIT * (1 << min(max(tries, 1) - 1, 16))
    return min(doubled, LONGEST_WAIT) * (0.5 + chance)


def after_quiet(number: int, spread: int) -> timedelta:
    """Return how long after its quiet hours a receiver with this random number is told, within `spread` seconds.

    Not all at the stroke of the hour; and for one receiver always alike, so that a night's notices stay one message.
    """
    return timedelta(seconds=10 * (number % (spread // 10 + 1)))


def quiet_until(now: datetime, start: int | None, end: int | None) -> datetime | None:
    """Return when the quiet hours that hold at `now` (aware, in the network's zone) end, or None if none hold.

    From `start` to before `end`, whole hours; across midnight when `end` is not later. Equal hours: never quiet.
    """
    if start is None or end is None or start == end:
        return None
    hour = now.hour
    inside = start <= hour < end if start < end else hour >= start or hour < end
    if not inside:
        return None
    day = now.date() if hour < end else now.date() + timedelta(days=1)
    return datetime.combine(day, time(end), tzinfo=now.tzinfo)
