"""Saying what one wants to hear of, by which way and when not. Nothing is chosen for anybody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from atarraya.alerts import rules as alert_rules
from atarraya.alerts.refusals import OnlyPresentLink
from atarraya.kernel import clock
from atarraya.kernel.errors import NotFound
from atarraya.kernel.transactions import write
from atarraya.network import policy
from atarraya.network import queries as network
from atarraya.network.models import Member, PointDevice
from atarraya.network.services.points import PointAccess
from atarraya.notices import carriers, rules
from atarraya.notices.carriers import Carrier
from atarraya.notices.models import Receiver, Subscription
from atarraya.notices.refusals import HearsNothing, NoPhone, NoSuchWay, NotAlone, NothingChosen, TooManyWanted
from atarraya.notices.services import confirming


@dataclass(frozen=True)
class Want:
    """A municipality ("": all one reads), a kind ("": all), and the least urgent that is told (NOW, DAYS, KNOW)."""

    municipality: str
    kind: str
    urgency: str


@dataclass(frozen=True)
class Quiet:
    """Hours of silence in the network's zone, from `start` to before `end`; whether *now* passes them."""

    start: int | None = None
    end: int | None = None
    now_passes: bool = False


def subscribe(
    member: Member, way: str, address: Mapping[str, Any], wants: Iterable[Want], quiet: Quiet | None = None
) -> Receiver:
    """Add what a member wants to hear of at an address; what they wanted there before stays.

    `quiet` None leaves the quiet hours as they are. Raises NothingChosen, NoSuchWay, BadAddress or TooManyWanted.
    """
    policy.working(member)
    carrier = _carrier(way, for_members=True)
    chosen = _chosen(wants)
    with write():
        policy.working(Member.objects.select_for_update().get(pk=member.pk))  # they may have been stopped meanwhile
        known = Receiver.objects.filter(member=member)
        receiver = known.filter(carrier=way).first() if carrier.one_each else None
        stays = receiver is not None and not any(address.values()) and carrier.works(receiver.address)
        kept = receiver.address if receiver and stays else carrier.checked(address)
        receiver = receiver or known.filter(carrier=way, mark=_mark(kept)).first()
        if receiver is None:
            if known.count() >= rules.MOST_RECEIVERS:
                raise TooManyWanted()
            receiver = Receiver(member=member, carrier=way)
            if carrier.confirms:
                confirming.begin(receiver, member)
        receiver.mark = _mark(kept)
        _write(receiver, kept, quiet)
        _want(receiver, chosen)
        if receiver.wants.count() > rules.MOST_WANTS:
            raise TooManyWanted()
    return receiver


def set_quiet(receiver: Receiver, quiet: Quiet) -> None:
    """Change the quiet hours of a receiver. Raises NotFound for one that is there no more."""
    with write():
        there = Receiver.objects.select_for_update().filter(pk=receiver.pk).first()
        if there is None:
            raise NotFound()
        _write(there, there.address, quiet)


def subscribe_phone(
    access: PointAccess, way: str, address: Mapping[str, Any], wants: Iterable[Want], quiet: Quiet, *, alone: bool
) -> Receiver:
    """Write what a point's phone is to hear of, in place of what it heard before, for 90 days.

    Raises NotAlone unless somebody answered that the phone is only theirs, NoPhone for a link without a phone,
    OnlyPresentLink for a phone of an earlier link, and as `subscribe`.
    """
    if access.previous_link:
        raise OnlyPresentLink()
    if access.device is None:
        raise NoPhone()
    if not alone:
        raise NotAlone()
    carrier = _carrier(way, for_members=False)
    kept, chosen = carrier.checked(address), _chosen(wants)
    until = clock.today() + timedelta(days=rules.ALONE_DAYS)
    with write():
        _still_there(access.device)
        receiver = Receiver.objects.filter(device=access.device, carrier=way).first()
        receiver = receiver or Receiver(device=access.device, carrier=way)
        receiver.mark = _mark(kept)
        _write(receiver, kept, quiet, until)
        receiver.wants.all().delete()
        _want(receiver, chosen)
    return receiver


def move_phone(access: PointAccess, way: str, address: Mapping[str, Any]) -> Receiver:
    """Send what a phone hears to its browser's new address. The answer that it is one person's holds no longer by it.

    Raises HearsNothing when no answer holds, and as `subscribe_phone` for the phone and the address.
    """
    if access.previous_link:
        raise OnlyPresentLink()
    if access.device is None:
        raise NoPhone()
    kept = _carrier(way, for_members=False).checked(address)
    with write():
        _still_there(access.device)
        holds = Receiver.objects.filter(device=access.device, carrier=way, alone_until__gte=clock.today())
        receiver = holds.select_for_update().first()
        if receiver is None:
            raise HearsNothing()
        receiver.mark = _mark(kept)
        _write(receiver, kept, None)
    return receiver


def _still_there(device: PointDevice) -> None:
    """Refuse a phone that was forgotten, or whose link was changed, since it asked; keep it as it is until the end."""
    now = PointDevice.objects.select_for_update().filter(pk=device.pk).first()
    if now is None:
        raise NoPhone()
    if now.previous_link:
        raise OnlyPresentLink()


def _carrier(way: str, *, for_members: bool) -> Carrier:
    carrier = carriers.named(way)
    if (
        carrier is None
        or not carriers.can_send(carrier)
        or not (carrier.for_members if for_members else carrier.for_phones)
    ):
        raise NoSuchWay()
    return carrier


def _chosen(wants: Iterable[Want]) -> dict[tuple[str, str], int]:
    """Return (municipality, kind) → the least urgent rank. Raises for what this network does not have."""
    chosen: dict[tuple[str, str], int] = {}
    known = {"", *network.municipalities()}
    for want in wants:
        if want.municipality not in known or want.kind not in {"", *alert_rules.KINDS}:
            raise NothingChosen()
        if want.urgency not in alert_rules.RANK:
            raise NothingChosen()
        key = (want.municipality, want.kind)
        chosen[key] = max(alert_rules.RANK[want.urgency], chosen.get(key, 0))
    if not chosen:
        raise NothingChosen()
    if len(chosen) > rules.MOST_WANTS:
        raise TooManyWanted()
    return chosen


def _mark(address: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps(dict(address), sort_keys=True).encode()).digest()


def _write(
    receiver: Receiver, address: Mapping[str, Any], quiet: Quiet | None, alone_until: date | None = None
) -> None:
    receiver.address = dict(address)
    receiver.alone_until = alone_until or receiver.alone_until
    if quiet is not None:
        hours = {quiet.start, quiet.end}
        if hours != {None} and not all(hour is not None and 0 <= hour <= 23 for hour in hours):
            raise NothingChosen()
        receiver.quiet_from, receiver.quiet_to, receiver.now_passes = quiet.start, quiet.end, quiet.now_passes
    receiver.save()


def _want(receiver: Receiver, chosen: Mapping[tuple[str, str], int]) -> None:
    for (municipality, kind), least in chosen.items():
        Subscription.objects.update_or_create(
            receiver=receiver, municipality=municipality, kind=kind, defaults={"least": least, "paused": False}
        )
