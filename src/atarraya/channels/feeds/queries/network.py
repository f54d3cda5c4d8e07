"""The network's own feed: what it confirmed, for those who hold a token. Never unconfirmed, a day late, codes only.

What says more waits a day. What takes back (withdrawn, not so, not known) and the hour at which a warning lapses are
told at once, of what was told already: nobody is safer for having an old warning longer. No summary of the network
goes out, for it may name a zone; no zone, no hour, no point.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Q
from django.utils import timezone

from atarraya.alerts import rules as alert_rules
from atarraya.alerts.models import Event
from atarraya.alerts.queries.reading import Scope, shown
from atarraya.channels.feeds import rules
from atarraya.channels.feeds.queries.items import Item, Listing, items, moment, tellings
from atarraya.channels.feeds.telling import Message, Said, Telling, Told, Version, spared
from atarraya.network import queries as network

_GONE = frozenset({"DISC", "WITHDRAWN", "INCONC"})
_AFTER = frozenset({"CLOSED", "EXPIRED"})


def listing(now: datetime, page: int, size: int, known: Sequence[Item] | None = None) -> Listing:
    """Return a page (the first is 1) of what the network confirmed and stands, or ended in the last month.

    `known` is what `everything` returned, for whoever keeps it.
    """
    found = list((everything(now) if known is None else known)[(page - 1) * size :])
    return Listing(found[:size], len(found) > size)


def message(identifier: str, now: datetime, known: Sequence[Item] | None = None) -> Item | None:
    """Return the entry whose standing message has this name."""
    entries = everything(now) if known is None else known
    return next((item for item in entries if item.telling.message.identifier == identifier), None)


def everything(now: datetime) -> list[Item]:
    """Return every entry, in the feed's order. As many rows as stand on boards, whatever the history holds."""
    whole = Scope(tuple(network.municipalities()), frozenset())  # what reaches only neighbours is not for outside
    late = Q(open=True) | Q(seq__gt=_month_ago(now))
    alerts = shown(whole, now).filter(late, state__in=sorted(_GONE | _AFTER | {"CONF"})).values_list("id", flat=True)
    told = tellings(alerts, _Teller(), now).values()
    return sorted(items([_renamed(each) for each in told if _worth(each)]), key=lambda item: item.order)


def _month_ago(now: datetime) -> int:
    cut = now - timedelta(days=rules.TOLD_DAYS) - rules.NETWORK_LATE
    return Event.objects.filter(at__lt=cut).order_by("-seq").values_list("seq", flat=True).first() or 0


def _worth(told: Telling) -> bool:
    """Tell whether anybody was ever told more than that it is gone."""
    return bool(told.references) or told.said.state != rules.GONE


def _renamed(told: Telling) -> Telling:
    """Return it under other names than the public feed gives the same versions: they are other messages."""
    references = tuple(_own(message) for message in told.references)
    return Telling(_name(told.entry), _own(told.message), references, told.said)


def _own(message: Message) -> Message:
    return Message(_name(message.identifier), message.sent, message.expires)


def _name(key: str) -> str:
    return str(uuid5(UUID(key[:36]), "network")) + key[36:]


class _Teller:
    """Reads the versions of one alert after another, in order: what came after *confirmed* is told, nothing before."""

    def __init__(self) -> None:
        self.alert: UUID | None = None
        self.confirmed: Said | None = None

    def __call__(self, alert: UUID, version: Version) -> Told | None:
        """Return how a version is told."""
        if alert != self.alert:
            self.alert, self.confirmed = alert, None
        codes, state = version.codes, version.codes["state"]
        if codes.get("held") or codes["reach"] != "NETWORK":
            return None
        if state in _GONE and self.confirmed is not None:
            gone = spared(self.confirmed)
            return Told(version.at, None, lambda now: gone)
        if state == rules.STANDS or (state in _AFTER and self.confirmed is not None):
            self.confirmed = _said(codes)
            lapses = moment(codes["expires_at"]) if state == rules.STANDS else None
            return Told(version.at + rules.NETWORK_LATE, lapses, lambda now: _at(codes, lapses, now))
        self.confirmed = None
        return None


def _at(codes: Any, lapses: datetime | None, now: datetime) -> Said:
    lapsed = lapses is not None and lapses <= now
    return _said({**codes, "state": "EXPIRED"} if lapsed else codes)


def _said(codes: Any) -> Said:
    at, state = moment(codes["at"]), codes["state"]
    assert at is not None
    return Said(
        kind=codes["kind"],
        municipality=codes["municipality"],
        day=timezone.localtime(at).date(),
        state=state,
        doubt=bool(codes["doubt"]) and state not in alert_rules.SETTLED,
        corrected=bool(codes["corrected"]),
        urgency=codes["urgency"],
        summary="",
        advice=codes["advice"] if state == rules.STANDS else "",
        outcome=codes["outcome"] if state == "CLOSED" else "",
    )
