"""What points tap under an alert of their own municipality: *sigue igual* renews it, *ya pasó* is only a note (R16)."""

from __future__ import annotations

from uuid import UUID

from atarraya.alerts.acts_refused import NoSuchAlert, OnceEach, WrongOrder
from atarraya.alerts.models import Alert, Tap
from atarraya.alerts.refusals import OnlyPresentLink
from atarraya.alerts.services import changing
from atarraya.alerts.services.acts import renewed
from atarraya.alerts.services.events import turn
from atarraya.kernel import clock
from atarraya.network.services.points import PointAccess


def still(*, access: PointAccess, alert_id: UUID) -> Alert:
    """Renew an alert as a point, once: its clock starts anew; what had lapsed is again what a point says."""
    with turn():
        alert = tappable(access, alert_id)
        _once(alert, "STILL", access)
        return changing.change(alert, "still", still=alert.still + 1, news_at=clock.this_hour(), **renewed(alert))


def passed(*, access: PointAccess, alert_id: UUID) -> Alert:
    """Note as a point, once, that it passed. Changes no state, reach or expiry: calming takes two members."""
    with turn():
        alert = tappable(access, alert_id)
        _once(alert, "PASSED", access)
        return changing.change(alert, "passed", passed=alert.passed + 1)


def tappable(access: PointAccess, alert_id: UUID) -> Alert:
    """Return the alert, locked, if this point may say something of it: shown, and of its own municipality.

    Raises OnlyPresentLink, NoSuchAlert, or WrongOrder for one that is settled.
    """
    if access.previous_link:
        raise OnlyPresentLink()
    alert = changing.lock(alert_id)
    unseen = alert.held or alert.shows_from > clock.now()
    if unseen or alert.municipality != access.point.municipality:
        raise NoSuchAlert()
    if not alert.open:
        raise WrongOrder()
    return alert


def _once(alert: Alert, what: str, access: PointAccess) -> None:
    point = access.point
    said = Tap.objects.filter(alert=alert, what=what)
    # A tap whose point was forgotten (R24) still speaks for its collective.
    before = said.filter(point=point) | said.filter(point=None, collective=point.collective_id)
    if before.exists():
        raise OnceEach()
    Tap.objects.create(alert=alert, what=what, point=point, collective_id=point.collective_id)
