"""The board: what a reader sees now, grouped by municipality, and the same as a small JSON body.

`board_for(point, since)` is the body of `GET /api/point/board.json`:

    {"v": 1,
     "seq": 812,                    give it back as ?since= to hear only what changed
     "hour": "2026-11-23T14",       the server's hour, in the network's time zone, as every hour below
     "full": true,                  false: only what changed; put it over the copy by "i", drop those of "gone"
     "places": [{"c": "27099", "n": "Bojayá",
                 "s": "ALERTS|SPOKE|UNKNOWN|FEW",   (rules of R16, R17; words in labels.PLACES)
                 "k": [3, 4],       points that spoke in the last 7 days, and points; absent when it may not be told
                 "more": 5}],       alerts beyond the first 20, if any (counted to 500)
     "alerts": [{"i": id, "m": municipality, "k": kind, "u": urgency, "s": state, "a": advice, "v": version,
                 "t": hour it was,
       and only when they say something:
                 "z": zone's name, "p": part of the day as said (else that of "t"), "x": hour it lapses,
                 "d": 1 in doubt, "c": 1 corrected, "f": hour until which it stands first (corrected or ended),
                 "b": 1 the team published it, "n": points that say so (2 or more; R18),
                 "g": points that say it goes on, "y": points that say it passed, "w": summary, "o": outcome,
                 "l": hour of the last news when the next is overdue, "h": hour of the next news,
                 "e": 1 ended (it leaves the copy at "f"),
                 "r": radio reading (at most 25 words), "q": text to share}],
     "gone": [ids]}                 no longer on the board

Order: "f" first, then urgency (NOW, DAYS, KNOW), then the newest. A reader of a copy takes an alert whose "x" has
passed as EXPIRED.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language

from atarraya.alerts import phrases, rules
from atarraya.alerts.lines import Line
from atarraya.alerts.models import Sequence
from atarraya.alerts.queries.kept import Kept
from atarraya.alerts.queries.reading import Scope, lines, scope_of_point, shown, within
from atarraya.alerts.queries.speaking import NOBODY, Heard, heard
from atarraya.kernel import clock
from atarraya.network import queries as network
from atarraya.network.models import Point
from atarraya.territory import queries as territory

# A reader further behind than this is given the whole board.
FAR_BEHIND = 500
# Beyond the lines shown, no more than this are counted: a count of everything would grow with everything.
MOST_COUNTED = 500


@dataclass(frozen=True)
class Place:
    """A municipality's head and its lines, corrections first, then urgency, then the newest."""

    code: str
    name: str
    state: str
    heard: Heard
    lines: list[Line]
    more: int


@dataclass(frozen=True)
class Board:
    """What a reader sees at `now`. `seq` is the newest event among what it shows, never of what is hidden."""

    now: datetime
    places: list[Place]
    seq: int

    @property
    def lines(self) -> list[Line]:
        """Return every line, in board order across municipalities."""
        return sorted((line for place in self.places for line in place.lines), key=lambda line: line.order)


def board(scope: Scope, now: datetime | None = None) -> Board:
    """Read the board of `scope`. A few queries a municipality, each by index: flat in the number of alerts."""
    now = now or clock.now()
    names, spoken = territory.names(scope.municipalities), heard(scope.municipalities)
    first: dict[str, list[Line]] = {}
    for line in lines(shown(scope, now).filter(top_until__gt=now), names, now):
        first.setdefault(line.municipality, []).append(line)
    places = [
        _place(scope, code, names, spoken.get(code, NOBODY), first.get(code, []), now) for code in scope.municipalities
    ]
    return Board(now, places, max((line.seq for place in places for line in place.lines), default=0))


def _place(scope: Scope, code: str, names: dict[str, str], said: Heard, first: list[Line], now: datetime) -> Place:
    here = Scope((code,), scope.near & {code})
    standing = shown(here, now).filter(open=True).order_by("rank", "-at", "id")
    found = lines(standing[: rules.LINES_SHOWN + 1], names, now)
    more = 0
    if len(found) > rules.LINES_SHOWN:
        more = standing.order_by()[: rules.LINES_SHOWN + MOST_COUNTED].count() - rules.LINES_SHOWN
    known = {line.id for line in first}
    every = first + [line for line in found[: rules.LINES_SHOWN] if line.id not in known]
    state = place_state(any(line.open for line in every), said, near=code in scope.near)
    return Place(code, names.get(code, code), state, said, sorted(every, key=lambda line: line.order), more)


def place_state(alerts: bool, said: Heard, *, near: bool) -> str:
    """Return how a municipality stands: ALERTS, SPOKE, UNKNOWN or FEW (R16, R17). Never *safe*.

    Who may not see what only neighbours see is never told that no danger is warned of.
    """
    if alerts:
        return "ALERTS"
    if not said.told:
        return "FEW"
    return "SPOKE" if near and said.said else "UNKNOWN"


def board_for(point: Point, since: int | None = None) -> dict[str, Any]:
    """Return the JSON body of a point's board (see the module); with `since`, only what changed after it."""
    return _body(scope_of_point(point), since)


_kept: Kept[bytes] = Kept(256)


def board_bytes(point: Point, since: int | None = None, places: tuple[str, ...] = ()) -> tuple[bytes, str]:
    """Return `board_for` as UTF-8 JSON, and its ETag. Kept until an alert or the hour changes: one query.

    `places` are the municipalities that a phone follows, in its order; nothing of it is stored. Empty: the point's own.
    """
    scope = scope_of_point(point)
    if places:
        known = network.municipalities()
        scope = Scope(tuple(code for code in dict.fromkeys(places) if code in known), scope.near)
    key = (network.the_network().id, last_event(), clock.this_hour(), scope, since, get_language())
    body = _kept.get(key, lambda: _encoded(_body(scope, since)))
    return body, f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'


def last_event() -> int:
    """Return the number of the last event: what any page made of alerts depends on, besides the hour."""
    return Sequence.objects.filter(name="alerts").values_list("value", flat=True).first() or 0


def _encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _body(scope: Scope, since: int | None) -> dict[str, Any]:
    now = clock.now()
    whole = board(scope, now)
    gone, last = ([], 0) if since is None else _gone(scope, since, now)
    full = since is None or since > max(last_event(), 0) or last_event() - since > FAR_BEHIND
    changed = [line for line in whole.lines if full or since is None or line.seq > since or line.seq == 0]
    return {
        "v": 1,
        "seq": max(whole.seq, last, 0 if full or since is None else since),
        "hour": _hour(now),
        "full": full,
        "places": [_head(place) for place in whole.places],
        "alerts": [_item(line, now) for line in changed],
        "gone": [] if full else gone,
    }


def _gone(scope: Scope, since: int, now: datetime) -> tuple[list[str], int]:
    """Return what left the board after `since`, and the newest event among it."""
    ended = within(scope).filter(seq__gt=since, open=False)
    ended = ended.exclude(top_until__gt=now)
    last = ended.aggregate(last=Max("seq"))["last"] or 0
    return [str(found) for found in ended.order_by("seq").values_list("id", flat=True)[:FAR_BEHIND]], last


def _head(place: Place) -> dict[str, Any]:
    head: dict[str, Any] = {"c": place.code, "n": place.name, "s": place.state}
    if place.heard.told:
        head["k"] = [place.heard.said, place.heard.points]
    if place.more:
        head["more"] = place.more
    return head


def _item(line: Line, now: datetime) -> dict[str, Any]:
    item: dict[str, Any] = {
        "i": str(line.id),
        "m": line.municipality,
        "k": line.kind,
        "u": line.urgency,
        "s": line.state,
        "a": line.advice,
        "v": line.version,
        "t": _hour(line.at),
    }
    optional = {
        "z": line.zone,
        "p": line.part,
        "x": _hour(line.expires_at) if line.open and line.expires_at else "",
        "d": int(line.open and line.doubt),
        "c": int(line.corrected),
        "f": _hour(line.top_until) if line.top_until else "",
        "b": int(line.issuer != "POINT"),
        "n": line.points if line.points > 1 else 0,
        "g": line.still,
        "y": line.passed,
        "w": line.summary,
        "o": line.outcome,
        "e": int(not line.open),
        **_news(line, now),
        "r": phrases.radio(line),
        "q": phrases.share(line),
    }
    return item | {name: value for name, value in optional.items() if value}


def _news(line: Line, now: datetime) -> dict[str, str]:
    if not line.open or line.next_news_at is None:
        return {}
    return {"l": _hour(line.news_at)} if line.overdue(now) else {"h": _hour(line.next_news_at)}


def _hour(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H")
