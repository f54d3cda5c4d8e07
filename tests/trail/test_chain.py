"""The hash chain of the trail."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from atarraya.kernel import clock
from atarraya.trail.models import Line
from atarraya.trail.services import ChainBroken, check_chain, head, record

pytestmark = pytest.mark.django_db


def test_lines_follow_each_other() -> None:
    first, second = record("point.create", actor="a", subject="b"), record("point.pause", actor="a", subject="b")
    assert (first.number, second.number) == (1, 2)
    assert check_chain() == 2
    assert head() == (2, bytes(second.digest))


@pytest.mark.parametrize("field", ["verb", "actor", "subject", "at"])
def test_an_altered_line_is_found(field: str) -> None:
    for _ in range(3):
        record("member.invite", actor="a")
    Line.objects.filter(number=2).update(**{field: "x"})
    with pytest.raises(ChainBroken):
        check_chain()


def test_a_removed_line_is_found() -> None:
    for _ in range(3):
        record("member.invite", actor="a")
    Line.objects.filter(number=2).delete()
    with pytest.raises(ChainBroken):
        check_chain()


def test_a_line_about_a_report_has_the_day_and_nobody() -> None:
    with clock.freeze(datetime(2026, 11, 23, 14, 10, tzinfo=UTC)):
        assert record("report.received", about_report=True).at == "2026-11-23"
        assert record("point.create", actor="a").at == "2026-11-23T14"
    with pytest.raises(ValueError, match="names nobody"):
        record("report.received", actor="a", about_report=True)
