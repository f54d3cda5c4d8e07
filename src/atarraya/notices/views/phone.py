"""A point's phone and its notices: what it hears, the answer that it is one person's, and ending it."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from atarraya.alerts.openapi import Operation
from atarraya.alerts.refusals import OnlyPresentLink
from atarraya.alerts.services.limits import Limit
from atarraya.alerts.shapes import Done, Urgency
from atarraya.alerts.views.api.door import Answer, Call
from atarraya.kernel import clock
from atarraya.network.models import PointDevice
from atarraya.notices import shapes
from atarraya.notices.queries import own
from atarraya.notices.refusals import NoPhone
from atarraya.notices.services import ending
from atarraya.notices.services.subscribing import Quiet, Want, move_phone, subscribe_phone
from atarraya.notices.services.wording import sentence
from atarraya.web import furniture

CHANGES = Limit(30, 3600)
_LEAST: tuple[Urgency, ...] = ("NOW", "DAYS", "KNOW")  # by the board's rank


def show(call: Call) -> Answer:
    """Say what this phone hears, and whether to ask."""
    return Answer(_shown(_device(call)))


def ask(call: Call) -> Answer:
    """Keep the answer, and what to hear of, in place of what was kept before."""
    device, body = _device(call), call.body
    CHANGES.take(device.pk)
    wants = [Want(want.municipality or "", want.kind or "", want.urgency) for want in body.wants]
    quiet = Quiet(int(body.quiet.start), int(body.quiet.end), body.quiet.now_passes) if body.quiet else Quiet()
    subscribe_phone(call.access, body.way, body.address, wants, quiet, alone=body.alone)
    return Answer(_shown(device))


def move(call: Call) -> Answer:
    """Keep the address that the browser has now in place of the one before; nothing else changes."""
    device, body = _device(call), call.body
    CHANGES.take(device.pk)
    move_phone(call.access, body.way, body.address)
    return Answer(Done(done=True))


def end(call: Call) -> Answer:
    """Forget all of it, the answer too."""
    ending.of_phone(_device(call))
    return Answer(Done(done=True))


def _device(call: Call) -> PointDevice:
    if call.access.previous_link:
        raise OnlyPresentLink()
    device: PointDevice | None = call.access.device
    if device is None:
        raise NoPhone()
    return device


def _shown(device: PointDevice) -> shapes.Notices:
    receiver = own.of_phone(device)
    hour, says = _hour(clock.this_hour()), shapes.Words(furniture.current().page_name, sentence())
    ways = [shapes.WayOut(one.name, str(one.label), one.public()) for one in own.ways_for_phones()]
    if receiver is None or receiver.alone_until is None:
        return shapes.Notices(ask=True, hour=hour, says=says, until=None, last=None, ways=ways, wants=[], quiet=None)
    quiet = None
    if receiver.quiet_from is not None and receiver.quiet_to is not None:
        quiet = shapes.QuietHours(f"{receiver.quiet_from:02}", f"{receiver.quiet_to:02}", receiver.now_passes)
    return shapes.Notices(
        ask=False,
        hour=hour,
        says=says,
        until=receiver.alone_until.isoformat(),
        last=_hour(receiver.last) if receiver.last else None,
        ways=ways,
        wants=[shapes.Wanted(_LEAST[least], place or None, kind or None) for place, kind, least in own.wants(receiver)],
        quiet=quiet,
    )


def _hour(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H")


ADDRESS = "/api/point/notices"
OPERATIONS = (
    Operation(
        "GET",
        ADDRESS,
        "notices",
        "notices.phone",
        "What this phone hears of, and whether to ask *is this phone only yours?*",
        show,
        {200: shapes.Notices},
        refuses=(409,),
    ),
    Operation(
        "POST",
        ADDRESS,
        "askForNotices",
        "notices.phone",
        "This phone is only its holder's: hear of this, for 90 days",
        ask,
        {200: shapes.Notices},
        takes=shapes.AskForNotices,
        refuses=(409, 422, 429),
    ),
    Operation(
        "PUT",
        ADDRESS,
        "moveNotices",
        "notices.phone",
        "The browser changed its address by itself: what holds goes there, until the same day",
        move,
        {200: Done},
        takes=shapes.MoveNotices,
        refuses=(409, 422, 429),
    ),
    Operation(
        "DELETE",
        ADDRESS,
        "endNotices",
        "notices.phone",
        "Hear nothing more on this phone",
        end,
        {200: Done},
        refuses=(409,),
    ),
)
