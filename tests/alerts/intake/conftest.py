"""Every test starts with limits and kept lists forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from atarraya.alerts.queries.recipients import forget_lists
from atarraya.alerts.views.api import links, receipts, reports
from atarraya.network.queries import forget_network


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    forget_lists()
    forget_network()
    for limit in (links.OPENINGS, links.WRONG_CODES, receipts.ASKED, receipts.ERASED, reports.ENTRIES, reports.SLICES):
        limit.clear()
    yield
    forget_network()
