"""Forgetting: who heard of what two weeks after it ended, phones that were not asked again, receivers of nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, Max, OuterRef, Q

from atarraya.alerts import rules as alert_rules
from atarraya.alerts.models import Alert
from atarraya.alerts.services.erasing import forget_journal
from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.notices import rules
from atarraya.notices.models import Delivery, Receiver, Subscription
from atarraya.notices.services import ending


@dataclass(frozen=True)
class Forgot:
    """How many deliveries and receivers were destroyed."""

    deliveries: int
    receivers: int


def run() -> Forgot:
    """Destroy what has reached its last day. May run any number of times."""
    forgot = Forgot(_deliveries(), _receivers())
    forget_journal()
    return forgot


def _deliveries() -> int:
    # An alert that expired has ended too, though two people may still close it: then its clock begins anew.
    ended = Q(state__in=alert_rules.SETTLED | {"EXPIRED"})
    last_said = Alert.objects.filter(ended, pk__in=Delivery.objects.values("alert")).annotate(end=Max("versions__at"))
    over = list(last_said.filter(end__lt=clock.now() - timedelta(days=rules.KEEP_DAYS)).values_list("pk", flat=True))
    gone = 0
    for alert in over:
        with write():
            gone += Delivery.objects.filter(alert=alert).delete()[0]
    return gone


def _receivers() -> int:
    lapsed = Q(alone_until__lt=clock.today()) | Q(device__previous_link=True) | Q(confirm_by__lt=clock.today())
    wanted, told = (model.objects.filter(receiver=OuterRef("pk")) for model in (Subscription, Delivery))
    with write():
        return ending.destroy(Receiver.objects.filter(lapsed | ~(Exists(wanted) | Exists(told))))
