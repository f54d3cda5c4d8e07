"""Forgetting tokens of the network's own feed that lapsed long ago: which organisation had one is nobody's any more."""

from __future__ import annotations

from datetime import timedelta

from atarraya.channels.feeds import rules
from atarraya.channels.feeds.models import FeedToken
from atarraya.kernel import clock
from atarraya.kernel.transactions import write


def run() -> int:
    """Destroy tokens that lapsed `LAPSED_DAYS` ago; return how many. Until then a steward sees that they lapsed."""
    with write():
        return FeedToken.objects.filter(last_day__lt=clock.today() - timedelta(days=rules.LAPSED_DAYS)).delete()[0]
