"""Reporting points: their links, short codes and phones. Secrets are told once and kept as hashes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from atarraya.kernel import clock
from atarraya.kernel.prepared import Prepared
from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Collective, Inbox, Member, Point, PointDevice
from atarraya.network.refusals import Incomplete, LinkRefused, PointPaused, WrongState
from atarraya.network.rules import OVERLAP_DAYS
from atarraya.network.services import secrets
from atarraya.territory.models import Zone
from atarraya.trail.services import record

PausedHook = Callable[[Point], None]
_when_paused: list[PausedHook] = []
_when_changed: list[PausedHook] = []


@dataclass(frozen=True)
class PointAccess:
    """What a link or a phone opens.

    `previous_link`: it came through the link before the present one: it may deliver sealed reports, and
    neither reads the board nor publishes. `device` is None when the link itself was shown.
    """

    point: Point
    previous_link: bool
    device: PointDevice | None


@dataclass(frozen=True)
class NewPoint:
    """A point and the two secrets that are never told again."""

    point: Point
    link_token: str
    short_code: str


def when_paused(hook: PausedHook) -> None:
    """Call `hook(point)` inside the transaction that pauses a point (its warnings become doubtful)."""
    _when_paused.append(hook)


def when_link_changed(hook: PausedHook) -> None:
    """Call `hook(point)` inside the transaction that gives a point another link (its phones read no board now)."""
    _when_changed.append(hook)


def authenticate(token: str) -> PointAccess:
    """Return what `token` (of a link or of a phone) opens, with one query.

    Raises LinkRefused (401) for what opens nothing, PointPaused (403) for a paused point.
    """
    access = _by_device(token) if token.startswith(secrets.DEVICE_MARK) else _by_link(token)
    if access is None or access.point.state == Point.State.REVOKED:
        raise LinkRefused()
    if access.device is None and secrets.is_of_demo(token) and not queries.the_network().demo:
        raise LinkRefused()  # even when the rows of a demonstration were copied here (R26)
    if access.previous_link and not _in_overlap(access.point):
        raise LinkRefused()
    if access.point.state == Point.State.PAUSED:
        raise PointPaused()
    return access


# The point alone: what a request needs of its collective and inbox is their ids.
_DEVICE = Prepared(lambda digest: PointDevice.objects.filter(token_hash=digest).select_related("point"))


def _by_device(token: str) -> PointAccess | None:
    device = _DEVICE.first(secrets.hashed(token))
    return PointAccess(device.point, device.previous_link, device) if device else None


# What `authenticate` lets a phone do without reserve: its present link, of a point that works, and its inbox.
_OPENED = (
    'SELECT p."id" FROM "network_pointdevice" d JOIN "network_point" p ON p."id" = d."point_id"'
    ' WHERE d."token_hash" = %s AND NOT d."previous_link" AND p."state" = %s AND p."inbox_id" = %s'
)


def opened_by_phone(token: str, inbox: UUID) -> tuple[str, list[object]] | None:
    """Return a SELECT with its values for a statement on PostgreSQL: the point that a phone's token opens now.

    It finds nothing where `authenticate` would raise, and nothing for another inbox or the link before the present
    one. None for what is no phone's token, and where a statement cannot ask and write at once.
    """
    if not token.startswith(secrets.DEVICE_MARK) or connection.vendor != "postgresql":
        return None
    return _OPENED, [secrets.hashed(token), Point.State.ACTIVE.value, inbox]


def _by_link(token: str) -> PointAccess | None:
    digest = secrets.hashed(secrets.as_written(token.partition(".")[0]))
    point = (
        Point.objects.filter(Q(link_hash=digest) | Q(previous_hash=digest))
        .select_related("collective", "inbox")
        .first()
    )
    return PointAccess(point, bytes(point.link_hash) != digest, None) if point else None


def _in_overlap(point: Point) -> bool:
    return point.previous_until is not None and point.previous_until >= clock.today()


def redeem(token: str) -> str:
    """Open a link on a phone and return the phone's own token. Raises as `authenticate` does."""
    access = authenticate(token)
    return _new_device(access.point, access.previous_link)


def redeem_code(short_code: str) -> str:
    """Open a point by the short code of its card and return the phone's own token."""
    code = secrets.as_written(short_code)
    point = Point.objects.filter(code_hash=secrets.peppered(code)).first()
    if point is None or point.state == Point.State.REVOKED:
        raise LinkRefused()
    if point.state == Point.State.PAUSED:
        raise PointPaused()
    return _new_device(point, previous_link=False)


def _new_device(point: Point, previous_link: bool) -> str:
    token = secrets.new_device_token()
    with write():
        PointDevice.objects.create(
            point=point, token_hash=secrets.hashed(token), previous_link=previous_link, day=clock.today()
        )
    return token


def phones(point: Point) -> int:
    """Return on how many phones the present link was opened."""
    return point.devices.filter(previous_link=False).count()


def create_point(
    collective: Collective,
    inbox: Inbox,
    municipality: str,
    label: str = "",
    *,
    by: Member | None,
    zone: Zone | None = None,
) -> NewPoint:
    """Make a point for a collective and return its secrets, told this once. A steward's act."""
    policy.steward(by)
    if municipality not in queries.municipalities():
        raise Incomplete(code="municipality")
    if zone is not None and zone.municipality_id != municipality:
        raise Incomplete(code="zone")
    queries.current_list(inbox)  # a point needs somebody who reads it
    token, code = secrets.new_link_token(demo=queries.the_network().demo), secrets.new_short_code()
    with write():
        point = Point.objects.create(
            collective=collective,
            inbox=inbox,
            municipality=municipality,
            zone=zone,
            label=label,
            link_hash=secrets.hashed(token),
            code_hash=secrets.peppered(code),
            follows=[municipality, *queries.neighbours(municipality)],
            created=clock.today(),
        )
        record("point.create", actor=_actor(by), subject=point.pk)
    return NewPoint(point, token, code)


def change_link(point: Point, *, by: Member | None = None, from_point: bool = False) -> NewPoint:
    """Give the point a new link and short code. A steward's act, or the collective's own from its page.

    For 45 days the link before, and phones that opened it, still deliver sealed reports and nothing else.
    """
    if not from_point:
        policy.steward(by)
    token, code = secrets.new_link_token(demo=queries.the_network().demo), secrets.new_short_code()
    with write():
        point = Point.objects.select_for_update().get(pk=point.pk)
        if point.state == Point.State.REVOKED:
            raise WrongState()
        # Only one earlier link lives on: phones of the one before that are forgotten.
        point.devices.filter(previous_link=True).delete()
        point.devices.update(previous_link=True)
        point.previous_hash = point.link_hash
        point.previous_until = clock.today() + timedelta(days=OVERLAP_DAYS)
        point.link_hash, point.code_hash = secrets.hashed(token), secrets.peppered(code)
        point.save()
        for hook in _when_changed:
            hook(point)
        record("point.change_link", actor=point.pk if from_point else _actor(by), subject=point.pk)
    return NewPoint(point, token, code)


def pause(point: Point, *, by: Member | None) -> Point:
    """Stop a point at once. One steward does it alone; its warnings become doubtful (R13)."""
    policy.steward(by)
    with write():
        point = _to_state(point, Point.State.PAUSED, among={Point.State.ACTIVE})
        for hook in _when_paused:
            hook(point)
        record("point.pause", actor=_actor(by), subject=point.pk)
    return point


def resume(point: Point, *, by: Member | None) -> Point:
    """Let a paused point speak again."""
    policy.steward(by)
    with write():
        point = _to_state(point, Point.State.ACTIVE, among={Point.State.PAUSED})
        record("point.resume", actor=_actor(by), subject=point.pk)
    return point


def revoke(point: Point, *, by: Member | None) -> Point:
    """End a point for good: its links, code and phones open nothing from now on."""
    policy.steward(by)
    with write():
        point = _to_state(point, Point.State.REVOKED, among={Point.State.ACTIVE, Point.State.PAUSED})
        point.devices.all().delete()
        point.previous_hash, point.previous_until, point.code_hash = None, None, None
        point.save()
        for hook in _when_paused:
            hook(point)
        record("point.revoke", actor=_actor(by), subject=point.pk)
    return point


def _to_state(point: Point, state: str, *, among: set[Point.State]) -> Point:
    point = Point.objects.select_for_update().get(pk=point.pk)
    if point.state not in among:
        raise WrongState()
    point.state = state
    point.save(update_fields=["state"])
    return point


def _actor(by: Member | None) -> object:
    return by.pk if by is not None else "operator"
