"""Who may hear now: the board's own rules of reading, asked for many readers of one alert at little cost."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from atarraya.alerts.models import Alert
from atarraya.alerts.queries import reading
from atarraya.alerts.queries.reading import Scope
from atarraya.network.models import Member, Point
from atarraya.notices.models import Receiver, Subscription

COLUMNS = (
    "id", "carrier", "address", "quiet_from", "quiet_to", "now_passes", "alone_until",
    "member_id", "device__point_id", "device__previous_link", "confirm_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver as it is when something is about to be sent to it: whose it is, where, and when it is quiet."""

    id: UUID
    carrier: str
    address: dict[str, Any]
    quiet_from: int | None
    quiet_to: int | None
    now_passes: bool
    alone_until: date | None
    member_id: UUID | None
    point_id: UUID | None
    previous_link: bool | None
    confirm_by: date | None = None


def targets(receivers: QuerySet[Receiver]) -> dict[UUID, Target]:
    """Return receivers by id. One query."""
    return {row[0]: Target(*row) for row in receivers.values_list(*COLUMNS)}


def fitting(alert: Alert) -> QuerySet[Subscription]:
    """Return the subscriptions that an alert fits as it stands, whoever may read it."""
    return Subscription.objects.filter(
        paused=False,
        municipality__in=["", alert.municipality],
        kind__in=["", alert.kind],
        least__gte=alert.rank,
    )


def fits(want: Subscription, alert: Alert) -> bool:
    """Return whether `fitting` would hold a subscription, without asking the database."""
    place, kind = want.municipality in {"", alert.municipality}, want.kind in {"", alert.kind}
    return not want.paused and place and kind and want.least >= alert.rank


class Readers:
    """The members and points behind some targets, and what each may read."""

    def __init__(self, found: Iterable[Target], today: date) -> None:
        found = list(found)
        self.today = today
        members = {target.member_id for target in found if target.member_id}
        points = {target.point_id for target in found if target.point_id}
        self._members = Member.objects.in_bulk(members)
        self._points = Point.objects.in_bulk(points)
        self._read: dict[tuple[UUID, UUID, bool], bool] = {}
        self._scopes: dict[UUID, Scope] = {}

    def listens(self, target: Target) -> bool:
        """Return whether anything may go to this receiver now, whatever it is about."""
        if target.confirm_by is not None:  # nobody has shown that it is theirs
            return False
        if target.member_id is not None:
            return self._members[target.member_id].may_work
        if target.point_id is None or target.previous_link or target.alone_until is None:
            return False
        return self._points[target.point_id].state == Point.State.ACTIVE and target.alone_until >= self.today

    def reaches(self, target: Target, alert: Alert, wanted: Collection[str]) -> bool:
        """Return whether a board of one of the municipalities `wanted` ("": all they read) shows them this alert.

        Whether anybody may see it yet is `reading.is_shown`, and the caller's question.
        """
        return any(self._reached(target, alert, everything=not code) for code in wanted)

    def _reached(self, target: Target, alert: Alert, *, everything: bool) -> bool:
        owner = target.member_id or target.point_id
        assert owner is not None
        key = (owner, alert.pk, everything)
        if key not in self._read:
            scope = self._scope(owner) if everything else self._scope_of_place(owner, alert.municipality)
            self._read[key] = reading.reaches(scope, alert)
        return self._read[key]

    def _scope(self, owner: UUID) -> Scope:
        if owner not in self._scopes:
            member = self._members.get(owner)
            scope = reading.scope_of_member(member) if member else reading.scope_of_point(self._points[owner])
            self._scopes[owner] = scope
        return self._scopes[owner]

    def _scope_of_place(self, owner: UUID, code: str) -> Scope:
        member = self._members.get(owner)
        return reading.scope_of_place(member, code) if member else Scope((code,), self._scope(owner).near)
