"""What a point has spent of its day (R15): warnings of its own, and codes from numbers that nobody knows yet."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet

from atarraya.alerts import rules
from atarraya.alerts.models import Alert
from atarraya.kernel import clock
from atarraya.network.models import Point

# The longest that codes may have waited on a phone: what arrived today is at most so much older.
_LONGEST_WAIT = timedelta(hours=max(hours for hours in rules.AGES.values() if hours))


def warnings_in_a_day(point: Point) -> int:
    """Return how many warnings of `point` arrived in the last 24 hours, held ones too.

    What was settled has forgotten its point (R24) and counts for its collective there: settling the false warnings of a
    stolen link does not give it three more. What came in a code from a number not yet known spends nothing of it: with
    stolen words anybody could else use up what a known number needs.
    """
    return _in_a_day(point, newcomer=False)


def newcomers_in_a_day(point: Point) -> int:
    """Return how many codes from numbers not yet known waited for a member in the last 24 hours."""
    return _in_a_day(point, newcomer=True)


def _in_a_day(point: Point, *, newcomer: bool) -> int:
    since = clock.this_hour() - timedelta(hours=24)
    rows: QuerySet[Alert] = Alert.objects.filter(published_at__gte=since, newcomer=newcomer)
    settled = rows.filter(
        municipality=point.municipality,
        at__gte=since - _LONGEST_WAIT,
        collective=point.collective_id,
        issuer="POINT",
        point=None,
    )
    return rows.filter(point=point).count() + settled.count()
