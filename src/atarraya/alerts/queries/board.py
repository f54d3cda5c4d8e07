"""The board: what a reader sees now, grouped by municipality, and the same as a small JSON body.

`board_for(point, since)` is the body of `GET /api/point/board.json`:

    {"v": 1,
     "seq": 812,                    give it back as ?since= to hear only what changed
     "hour": "2026-11-23T14",       the server's hour, in the network's time zone, as every hour below
     "full": true,                  false: only what changed; put it over the copy by "i", drop those of "gone"
     "places": [{"c": "27099", "n": "Bojayá",
                 "s": "ALERTS|SPOKE|UNKNOWN|FEW",   (rules of R16, R17; words in labels.PLACES)
                 "k": [3, 4],       points that spoke in the last 7 days, and points; absent when it may not be told
                 "more": 5}],       alerts that stand and are not in the body, if any (counted to 500)
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

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from atarraya.alerts import phrases, rules
from atarraya.alerts.lines import Line
from atarraya.alerts.models import Alert
from atarraya.alerts.queries.places import Place, last_event, places
from atarraya.alerts.queries.reading import Scope, scope_of_point, within
from atarraya.kernel import clock
from atarraya.kernel.kept import Kept
from atarraya.network import queries as network
from atarraya.network.models import Point

__all__ = ["Board", "Item", "Place", "board", "board_bytes", "board_for"]

# A reader further behind than this is given the whole board.
FAR_BEHIND = 500
Item = dict[str, Any]


@dataclass(frozen=True)
class Board:
    """What a reader sees at `now`. `seq` is the newest event among what it shows, never of what is hidden."""

    now: datetime
    places: list[Place]

    @property
    def seq(self) -> int:
        """Return the newest event among what is shown."""
        return max((line.seq for place in self.places for line in place.lines), default=0)

    @property
    def lines(self) -> list[Line]:
        """Return every line, in board order across municipalities."""
        return sorted((line for place in self.places for line in place.lines), key=lambda line: line.order)


def board(scope: Scope, now: datetime | None = None) -> Board:
    """Return the board of `scope` as it stands this hour. One query while nothing changed (see `queries.places`).

    `now` is the moment it is said to be of: the present, which is all that it can be made for.
    """
    return Board(now or clock.now(), places(scope))


def board_for(point: Point, since: int | None = None) -> dict[str, Any]:
    """Return the JSON body of a point's board (see the module); with `since`, only what changed after it."""
    scope = scope_of_point(point)
    return _body(scope, since, board(scope))


_bodies: Kept[tuple[bytes, str]] = Kept(256)
_items: Kept[list[tuple[Line, Item]]] = Kept(512)


def board_bytes(point: Point, since: int | None = None, follows: tuple[str, ...] = ()) -> tuple[bytes, str]:
    """Return `board_for` as UTF-8 JSON, and its ETag. Kept while nothing changed there: one query.

    `follows` are the municipalities that a phone follows, in its order; nothing of it is stored. Empty: the point's
    own.
    """
    scope = scope_of_point(point)
    if follows:
        known = network.municipalities()
        scope = Scope(tuple(code for code in dict.fromkeys(follows) if code in known), scope.near)
    whole = board(scope)
    key = (tuple(place.mark for place in whole.places), scope, since, get_language())
    return _bodies.get(key, lambda: _encoded(_body(scope, since, whole)))


def _encoded(body: dict[str, Any]) -> tuple[bytes, str]:
    """Return a body as UTF-8 JSON, and its ETag."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return text, f'W/"{hashlib.sha256(text).hexdigest()[:20]}"'


def _body(scope: Scope, since: int | None, whole: Board) -> dict[str, Any]:
    last = last_event() if since is not None else 0
    full = since is None or since > last or last - since > FAR_BEHIND
    if full or since is None:
        # Nothing that is left out here was sent: the reader's copy becomes exactly this.
        gone: list[str] = []
        told, seq = [_fewer(place, len(whole.places)) for place in whole.places], whole.seq
    else:
        gone, left = _gone(scope, since, whole.now)
        told, seq = [_changed(place, since) for place in whole.places], max(whole.seq, left, since)
    items = sorted((pair for pairs in told for pair in pairs), key=lambda pair: pair[0].order)
    left_out = {place.code: _left_out(place, pairs, full) for place, pairs in zip(whole.places, told, strict=True)}
    return {
        "v": 1,
        "seq": seq,
        "hour": _hour(whole.now),
        "full": full,
        "places": [_head(place, left_out[place.code]) for place in whole.places],
        "alerts": [item for _, item in items],
        "gone": gone,
    }


def _changed(place: Place, since: int) -> list[tuple[Line, Item]]:
    # An alert whose hour has come and that the clock's job has not announced yet has no number.
    return [pair for pair in _told(place) if pair[0].seq > since or pair[0].seq == 0]


def _fewer(place: Place, municipalities: int) -> list[tuple[Line, Item]]:
    """Return a municipality's share of a whole board: what changed lately first, never crowding out what stands."""
    share = max(rules.FEWEST_LINES, rules.LINES_IN_BODY // max(1, municipalities))
    told = _told(place)
    changed, standing = [pair for pair in told if pair[0].first], [pair for pair in told if not pair[0].first]
    return changed[:share] + standing[: max(share - len(changed), share // 2 + 1)]


def _left_out(place: Place, told: list[tuple[Line, Item]], full: bool) -> int:
    if not full:
        return place.more
    return place.more + sum(line.open for line in place.lines) - sum(line.open for line, _ in told)


def _told(place: Place) -> list[tuple[Line, Item]]:
    """Return a municipality's lines with what a body says of each, made once in each language."""
    now = clock.now()
    return _items.get((place.mark, get_language()), lambda: [(line, _item(line, now)) for line in place.lines])


def _gone(scope: Scope, since: int, now: datetime) -> tuple[list[str], int]:
    """Return what left the board after `since`, and the newest event among it."""
    ended = within(scope).filter(seq__gt=since, open=False)
    ended = ended.exclude(top_until__gt=now)
    left = dict(ended.order_by("seq").values_list("seq", "id")[:FAR_BEHIND])
    left |= dict(_narrowed(scope).filter(seq__gt=since).values_list("seq", "id")[:FAR_BEHIND])
    return [str(left[seq]) for seq in sorted(left)], max(left, default=0)


def _narrowed(scope: Scope) -> QuerySet[Alert]:
    """Return what the whole network saw and only neighbours see since a correction: it leaves the others' copies."""
    far = [code for code in scope.municipalities if code not in scope.near]
    return Alert.objects.filter(municipality__in=far, reach="NEAR", versions__codes__reach="NETWORK").distinct()


def _head(place: Place, more: int) -> dict[str, Any]:
    head: dict[str, Any] = {"c": place.code, "n": place.name, "s": place.state}
    if place.heard.told:
        head["k"] = [place.heard.said, place.heard.points]
    if more:
        head["more"] = more
    return head


def _item(line: Line, now: datetime) -> Item:
    item: Item = {
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
