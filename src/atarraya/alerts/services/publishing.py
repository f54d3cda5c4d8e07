"""Warning at once: one point, codes only, about its own municipality (R14, R15).

Nothing a person wrote can pass here: kind, zone, urgency and part of the day are codes of `rules`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from atarraya.alerts import rules
from atarraya.alerts.acts_refused import NotForBoard
from atarraya.alerts.models import Alert
from atarraya.alerts.queries import spending
from atarraya.alerts.queries.zones import may_show
from atarraya.alerts.services import changing
from atarraya.alerts.services.events import turn
from atarraya.alerts.shapes import Share
from atarraya.kernel import clock
from atarraya.network.models import Point
from atarraya.network.queries import the_network
from atarraya.network.services.points import PointAccess
from atarraya.territory import queries as territory
from atarraya.territory.models import Zone
from atarraya.trail.services import record


def publish_at_once(
    *,
    access: PointAccess,
    share: Share,
    municipality: str | None,
    urgency: str | None,
    age: str,
    hold: bool = False,
) -> Alert:
    """Publish a point's codes, or hold them for a member: its fourth warning in a day, or asked so (`held`).

    Raises NotForBoard when they may not go to the board: the caller keeps the report for the team.
    Joins the caller's transaction.
    """
    point = access.point
    check_for_board(access, share, municipality, urgency, age)
    if hold and spending.newcomers_in_a_day(point) >= rules.NEWCOMERS_A_DAY:
        raise NotForBoard(code="newcomers")
    assert municipality is not None and urgency is not None
    with turn():
        alert = changing.begin(_alert(point, share, municipality, urgency, age, hold))
        record("alert.at_once", subject=alert.pk)
    return alert


def check_for_board(access: PointAccess, share: Share, municipality: str | None, urgency: str | None, age: str) -> None:
    """Raise NotForBoard unless these codes may be published at once by this point."""
    policy = rules.policy_of(share.kind, the_network().policy)
    reasons = {
        "kind": policy is not rules.Policy.AT_ONCE,
        "place": municipality is None or municipality != access.point.municipality,
        "urgency": urgency not in rules.URGENCIES,
        "too_old": age not in rules.AGES or rules.too_old_for_board(share.kind, age),
        "old_link": access.previous_link or access.point.state != Point.State.ACTIVE,
    }
    for code, stands in reasons.items():
        if stands:
            raise NotForBoard(code=code)


def board_time(age: str) -> datetime:
    """Return the hour a report was about: server time minus its age band, cut to the hour (R7)."""
    hours = rules.AGES[age]
    if hours is None:
        raise NotForBoard(code="too_old")
    return (clock.now() - timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)


def _alert(point: Point, share: Share, municipality: str, urgency: str, age: str, hold: bool) -> Alert:
    at, hour = board_time(age), clock.this_hour()
    limit, news = rules.expiry(share.kind), rules.NEWS_HOURS[urgency]
    # The hour may have begun long before now; one more hour keeps the promised six.
    shows = hour + timedelta(hours=rules.DELAY_HOURS + 1) if share.delay else at
    held = hold or spending.warnings_in_a_day(point) >= rules.WARNINGS_A_DAY
    return Alert(
        kind=share.kind,
        municipality=municipality,
        zone=_zone(share.zone, municipality),
        urgency=urgency,
        state="UNCONF",
        seen=share.seen,
        when_part=share.when or "",
        advice=rules.advice(share.kind),
        reach="NEAR",
        at=at,
        shows_from=shows,
        announce_at=shows if share.delay and not held else None,
        expires_at=at + limit if limit else None,
        next_news_at=hour + timedelta(hours=news) if news else None,
        news_at=hour,
        published_at=hour,
        point=point,
        collective_id=point.collective_id,
        issuer="POINT",
        held=held,
        newcomer=hold,
    )


def _zone(zone_id: str | None, municipality: str) -> Zone | None:
    """Return the zone if it may be shown at once; a finer place than allowed is left out, never guessed."""
    if zone_id is None:
        return None
    zone = territory.zone(UUID(zone_id), municipality)
    return zone if zone is not None and may_show(zone) else None
