"""A program that publishes warnings one after another, ends some of them, and says each as soon as it is committed.

`python -m support.publisher POINTS EVERY`: on the installation of the environment, over so many points, with a pause
in seconds; prints `new ALERT` or `end ALERT`, a line each. It begins by preparing what it needs and printing `ready`.
"""

from __future__ import annotations

import os
import sys
import time
from itertools import count


def main() -> None:
    """Publish until killed, or until every point has said all it may in a day."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atarraya.settings.production")
    django.setup()
    from atarraya.alerts.models import Alert
    from atarraya.alerts.services.publishing import publish_at_once
    from atarraya.alerts.shapes import Share
    from atarraya.network.models import Point
    from atarraya.network.services.points import PointAccess
    from support.hearing import ended

    points = list(Point.objects.filter(label__startswith="p").order_by("label")[: int(sys.argv[1])])
    print("ready", flush=True)
    for number in count():
        point = points[number % len(points)]
        alert = publish_at_once(
            access=PointAccess(point, False, None),
            share=Share(kind="ARMED_PRESENCE"),
            municipality=point.municipality,
            urgency="NOW",
            age="H1",
        )
        if alert.held:
            return
        print("new", alert.pk, flush=True)
        time.sleep(float(sys.argv[2]))
        if number % 3 == 0 and Alert.objects.filter(pk=alert.pk, open=True).exists():
            ended(alert, "withdraw", "WITHDRAWN")
            print("end", alert.pk, flush=True)


if __name__ == "__main__":
    main()
