"""`python -m bench.subscribed PHONES POINTS`: on the installation of the environment, phones that want to hear.

Rows as `notices.services.subscribing` writes them, many at a time; each point has as many phones. Then publishes one
warning for each line of standard input, each through another point, and prints when it began and when it was committed.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from datetime import timedelta

MUNICIPALITY = "27099"


def fill(phones: int, points: int) -> None:
    """Make points, phones, receivers and subscriptions."""
    from atarraya.kernel import clock
    from atarraya.network.models import Collective, Inbox, Point, PointDevice
    from atarraya.notices.models import Receiver, Subscription

    inbox, today = Inbox.objects.first(), clock.today()
    names = [Collective(name=f"Consejo {number}", municipality=MUNICIPALITY) for number in range(points)]
    Collective.objects.bulk_create(names)
    spots = [
        Point(
            collective=name, inbox=inbox, municipality=MUNICIPALITY, label="b", link_hash=os.urandom(32), created=today
        )
        for name in names
    ]
    Point.objects.bulk_create(spots)
    devices = [
        PointDevice(point=spots[number % points], token_hash=os.urandom(32), day=today) for number in range(phones)
    ]
    PointDevice.objects.bulk_create(devices, batch_size=1000)
    receivers = [_receiver(Receiver, device, number) for number, device in enumerate(devices)]
    for one in receivers:
        one.alone_until = today + timedelta(days=90)
    Receiver.objects.bulk_create(receivers, batch_size=1000)
    Subscription.objects.bulk_create([Subscription(receiver=one, least=2) for one in receivers], batch_size=1000)


def _receiver(model, device, number):  # type: ignore[no-untyped-def]
    address = {"to": str(number)}
    mark = hashlib.sha256(json.dumps(address).encode()).digest()
    return model(device=device, carrier="loopback", address=address, mark=mark)


def publish() -> None:
    """Publish one warning a line."""
    from atarraya.alerts.services.publishing import publish_at_once
    from atarraya.alerts.shapes import Share
    from atarraya.network.models import Point
    from atarraya.network.services.points import PointAccess

    points = iter(Point.objects.filter(label="b").order_by("pk"))
    for _line in sys.stdin:
        access, share = PointAccess(next(points), False, None), Share(kind="ARMED_PRESENCE")
        began = time.time()
        publish_at_once(access=access, share=share, municipality=MUNICIPALITY, urgency="NOW", age="H1")
        print(json.dumps({"began": began, "committed": time.time()}), flush=True)


def main() -> None:
    """Fill, say so, and publish on demand."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atarraya.settings.production")
    django.setup()
    fill(int(sys.argv[1]), int(sys.argv[2]))
    print("ready", flush=True)
    publish()


if __name__ == "__main__":
    main()
