"""The server's transport keys: a new one each week, each destroyed 45 days after it was made (R9)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.sealing import transport
from atarraya.sealing.models import TransportKey
from atarraya.sealing.refusals import NotForThisKey

TURN = timedelta(days=7)
KEPT = timedelta(days=45)


def current() -> TransportKey:
    """Return the key that phones seal to now, made if there is none of this week. May write."""
    newest = TransportKey.objects.order_by("-number").first()
    if newest is not None and clock.today() < newest.day + TURN:
        return newest
    return rotate()


def rotate() -> TransportKey:
    """Destroy the keys whose days are over, and make this week's if it is due. Run daily by the worker."""
    today = clock.today()
    with write():
        TransportKey.objects.filter(expires__lte=today).delete()
        newest = TransportKey.objects.order_by("-number").first()
        if newest is not None and today < newest.day + TURN:
            return newest
        public, secret = transport.new_key()
        number = newest.number + 1 if newest else 1
        return TransportKey.objects.create(number=number, public=public, secret=secret, day=today, expires=today + KEPT)


def open(blob: bytes) -> tuple[dict[str, Any], bytes]:
    """Return (routing header, envelope) of an outbox file, trying the newest keys first.

    Raise NotAnEnvelope if it is no such file, NotForThisKey if its key is not, or no longer, kept here.
    """
    for key in TransportKey.objects.filter(expires__gt=clock.today()).order_by("-number"):
        try:
            return transport.open_transport(blob, bytes(key.secret))
        except NotForThisKey:
            continue
    raise NotForThisKey()
