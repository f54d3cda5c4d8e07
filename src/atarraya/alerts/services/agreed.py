"""What enough people have agreed to is done here. Callers have checked persons, text, guards and order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from atarraya.alerts import rules
from atarraya.alerts.acts_refused import BadText, WrongOrder
from atarraya.alerts.models import Alert, Proposal, Second
from atarraya.alerts.queries.zones import may_show, shown_zones
from atarraya.alerts.services import changing
from atarraya.alerts.services.acts import restarted
from atarraya.alerts.texts import ActText, AlertText, Text
from atarraya.kernel import clock
from atarraya.network.models import Collective
from atarraya.network.queries import municipalities, the_network
from atarraya.territory import queries as territory

Values = dict[str, Any]
# The first hour of each part of the day.
_HOURS = {part: 6 * position for position, part in enumerate(rules.WHEN_PARTS)}
# What happened longer ago than this is history, not a warning.
_OLDEST = timedelta(days=30)


def carry_out(rule: rules.Act, agreed: Text, alert: Alert | None, proposal: Proposal) -> Alert:
    """Do the act and return the alert. Raises BadText or WrongOrder for what cannot be done."""
    if isinstance(agreed, AlertText):
        return _publish(rule, agreed) if alert is None else _correct(agreed, alert)
    assert alert is not None
    if any(not getattr(agreed, name) for name in rule.needs):
        raise BadText()
    values = _VALUES.get(rule.name, _nothing)(agreed, alert)
    if rule.end in rules.SETTLED:
        assert rule.end is not None
        return changing.settle(alert, rule.name, rule.end, **values)
    if rule.end is not None:
        values["state"] = rule.end
    # What two people say now stands, unless another calming act still waits.
    values["doubt"] = _other_calming(alert, proposal)
    return changing.change(alert, rule.name, **values, news_at=clock.this_hour())


def zone_may_show(agreed: Text) -> bool:
    """Return whether the text names no zone, or one that may be named without anybody's override."""
    if not isinstance(agreed, AlertText) or agreed.zone is None:
        return True
    zone = territory.zone(UUID(agreed.zone), agreed.municipality)
    return zone is not None and may_show(zone)


def names_too_fine(agreed: Text, municipality: str) -> list[str]:
    """Return the names of zones that the text's summary may not say: for the public none may be said at all."""
    zones = territory.zones([municipality])
    public = agreed.act == "make_public" or (isinstance(agreed, AlertText) and agreed.public)
    shown = set() if public else shown_zones([zone.pk for zone in zones])
    return [zone.name for zone in zones if zone.pk not in shown]


def _publish(rule: rules.Act, agreed: AlertText) -> Alert:
    if agreed.public and rule.end != "CONF":
        raise BadText()
    values, hour = _said(agreed), clock.this_hour()
    news = rules.NEWS_HOURS[agreed.urgency]
    alert = Alert(
        state=rule.end or "UNCONF",
        shows_from=hour,
        published_at=hour,
        news_at=hour,
        next_news_at=hour + timedelta(hours=news) if news else None,
        issuer="MEMBER",
        collective=_collective(agreed),
        **values,
    )
    if alert.expires_at is not None and alert.expires_at <= clock.now():
        raise BadText(code="too_old")
    if agreed.public:
        for name, value in _published(alert, agreed.summary).items():
            setattr(alert, name, value)
    return changing.begin(alert, rule.name)


def _correct(agreed: AlertText, alert: Alert) -> Alert:
    values = _said(agreed)
    if agreed.municipality != alert.municipality:
        raise BadText()
    kept = alert.expires_at if agreed.kind == alert.kind and agreed.day is None else values["expires_at"]
    at = alert.at if agreed.day is None else values["at"]
    public: Values = {"public_at": None, "public_day": None, "public_summary": ""}
    if agreed.public and alert.state == "CONF":
        public = _published(alert, agreed.summary, at)
    values |= {"at": at, "expires_at": kept, "summary_hidden": False, "zone_hidden": False, **public}
    return changing.change(
        alert,
        "correct",
        **values,
        corrected=True,
        top_until=clock.this_hour() + timedelta(hours=rules.TOP_HOURS),
        news_at=clock.this_hour(),
    )


def _said(agreed: AlertText) -> Values:
    if agreed.municipality not in municipalities():
        raise BadText()
    at, limit = _time(agreed.day, agreed.when), rules.expiry(agreed.kind)
    zone = territory.zone(UUID(agreed.zone), agreed.municipality) if agreed.zone else None
    if agreed.zone and zone is None:
        raise BadText()
    return {
        "kind": agreed.kind,
        "municipality": agreed.municipality,
        "zone": zone,
        "urgency": agreed.urgency,
        "seen": agreed.seen,
        "when_part": agreed.when,
        "summary": agreed.summary,
        "advice": agreed.advice,
        "reach": agreed.reach,
        "at": at,
        "expires_at": at + limit if limit else None,
    }


def _time(day: str | None, part: str) -> datetime:
    """Return the hour it was: of the part of that day as said, never in the future nor over a month ago."""
    now = clock.this_hour()
    if day is None:
        return now
    try:
        said = date.fromisoformat(day)
    except ValueError as fault:
        raise BadText() from fault
    hour = _HOURS[part] if part else 12
    at = timezone.make_aware(datetime.combine(said, time(hour)))
    if said > clock.today() or now - at > _OLDEST:
        raise BadText(code="too_old")
    return min(at, now)


def _collective(agreed: AlertText) -> Collective | None:
    if agreed.collective is None:
        return None
    found = Collective.objects.filter(pk=UUID(agreed.collective)).first()
    if found is None:
        raise BadText()
    return found


def public_from(alert: Alert) -> datetime:
    """Return from when the public may read of it: 72 hours (or the network's delay) after it was shown, next day."""
    delay = timedelta(hours=the_network().public_delay_hours)
    after = timezone.localtime(max(alert.shows_from, alert.published_at) + delay).date() + timedelta(days=1)
    return max(timezone.make_aware(datetime.combine(after, time())), clock.this_hour())


def _nothing(agreed: ActText, alert: Alert) -> Values:
    return {}


def _confirm(agreed: ActText, alert: Alert) -> Values:
    return restarted(alert)


def _make_public(agreed: ActText, alert: Alert) -> Values:
    return _published(alert, agreed.summary)


def _published(alert: Alert, summary: str, at: datetime | None = None) -> Values:
    return {
        "public_at": alert.public_at or public_from(alert),
        "public_day": timezone.localtime(at or alert.at).date(),
        "public_summary": summary,
    }


def _answered(agreed: ActText, alert: Alert) -> Values:
    return {"answer": agreed.answer or "", "outcome": agreed.outcome or ""}


def _false_alarm(agreed: ActText, alert: Alert) -> Values:
    return {"answer": agreed.answer or "", "outcome": "NOT_SO"}


def _shorten(agreed: ActText, alert: Alert) -> Values:
    try:
        until = timezone.make_aware(datetime.fromisoformat(f"{agreed.until}:00"))
    except ValueError as fault:
        raise BadText() from fault
    if until <= clock.now() or (alert.expires_at is not None and until >= alert.expires_at):
        raise BadText()
    return {"expires_at": until}


def _lower_urgency(agreed: ActText, alert: Alert) -> Values:
    assert agreed.urgency is not None
    if rules.RANK[agreed.urgency] <= alert.rank:
        raise WrongOrder()
    return {"urgency": agreed.urgency}


def _merge(agreed: ActText, alert: Alert) -> Values:
    target = changing.lock(UUID(agreed.into or ""))
    if target.pk == alert.pk or not target.open or target.held or target.municipality != alert.municipality:
        raise WrongOrder()
    both = {alert.issuer, target.issuer} == {"POINT"} and {alert.seen, target.seen} == {"SAW"}
    if both and alert.collective_id and alert.collective_id != target.collective_id:
        _, new = Second.objects.get_or_create(alert=target, collective_id=alert.collective_id)
        if new:
            changing.change(target, "second", seconders=target.seconders + 1)
    return {"merged_into": target}


_VALUES: dict[str, Callable[[ActText, Alert], Values]] = {
    "confirm": _confirm,
    "make_public": _make_public,
    "inconclusive": _confirm,
    "discard": _answered,
    "false_alarm": _false_alarm,
    "withdraw": _answered,
    "close": _answered,
    "shorten": _shorten,
    "lower_urgency": _lower_urgency,
    "merge": _merge,
}


def _other_calming(alert: Alert, proposal: Proposal) -> bool:
    calming = [rule.name for rule in rules.ACTS.values() if rule.calms]
    waiting = alert.proposals.filter(act__in=calming, state=Proposal.State.WAITING)
    return waiting.exclude(pk=proposal.pk).exists()
