"""Acts that one person may do at once: they warn, or spare somebody (R13). Never lower a warning here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from atarraya.alerts import policy, rules
from atarraya.alerts.acts_refused import OnceEach, WrongOrder
from atarraya.alerts.fitting import fits
from atarraya.alerts.models import Alert, AlertVersion, Proposal, Second, Tap
from atarraya.alerts.services import changing
from atarraya.alerts.services.events import turn
from atarraya.kernel import clock
from atarraya.network.models import Member, Point
from atarraya.trail.services import record

Params = dict[str, Any]
Values = dict[str, Any]
# The farthest news a member may promise: later than this, a promise would only keep *no news since* from being said.
FARTHEST = timedelta(days=7)


def act(alert_id: UUID, name: str, *, by: Member, **params: Any) -> Alert:
    """Do a one-person act of `rules.ACTS` and return the alert as it stands.

    `raise_urgency` needs `urgency`; `next_news` needs `until` (aware) and may name the responsible `role`.
    Raises WrongRole, NoSuchAlert, WrongOrder or OnceEach; then nothing changed.
    """
    rule = policy.rule_of(name, people=1)
    if rule.needs - params.keys():
        raise WrongOrder()
    with turn():
        by = policy.fresh(by)
        alert = changing.lock(alert_id)
        policy.may_begin(by, rule, alert.municipality)
        policy.follows(rule, alert)
        if not fits(name, alert):
            raise WrongOrder()
        values = _ACTS[name](alert, by, params)
        if rule.end is not None:
            values["state"] = rule.end
        changing.change(alert, name, **values)
        record(f"alert.{name}", actor=by.pk, subject=alert.pk)
    return alert


def _take_up(alert: Alert, by: Member, params: Params) -> Values:
    return {**restarted(alert), **_news(alert)}


def _renew(alert: Alert, by: Member, params: Params) -> Values:
    _once(alert, "STILL", member=by)
    return {**_news(alert), **renewed(alert)}


def _carry_further(alert: Alert, by: Member, params: Params) -> Values:
    return {"reach": "NETWORK"}


def _release(alert: Alert, by: Member, params: Params) -> Values:
    later = alert.shows_from > clock.now()
    return {"held": False, "announce_at": alert.shows_from if later else None, **_news(alert)}


def _stands(alert: Alert, by: Member, params: Params) -> Values:
    if calming_waits(alert):
        raise WrongOrder()
    return {"doubt": False}


def _raise_urgency(alert: Alert, by: Member, params: Params) -> Values:
    urgency = params["urgency"]
    if rules.RANK.get(urgency, 9) >= alert.rank:
        raise WrongOrder()
    return {"urgency": urgency, **_news(alert)}


def _hide_summary(alert: Alert, by: Member, params: Params) -> Values:
    return {"summary_hidden": True}


def _hide_zone(alert: Alert, by: Member, params: Params) -> Values:
    return {"zone_hidden": True}


def _next_news(alert: Alert, by: Member, params: Params) -> Values:
    until: datetime = params["until"]
    now = clock.now()
    role = params.get("role", alert.responsible_role)
    if not now < until <= now + FARTHEST or role not in rules.RESPONSIBLE:
        raise WrongOrder()
    return {
        "news_at": clock.this_hour(),
        "next_news_at": until.replace(minute=0, second=0, microsecond=0),
        "responsible_role": role,
    }


def _unmerge(alert: Alert, by: Member, params: Params) -> Values:
    target, before = alert.merged_into, _before_the_end(alert)
    if target is not None:
        unmerge_second(alert, changing.lock(target.pk))
    return {
        "state": before if before in rules.LIVE else "UNCONF",
        "open": True,
        "merged_into": None,
        "top_until": None,
        **restarted(alert),
        **_news(alert),
    }


_ACTS: dict[str, Callable[[Alert, Member, Params], Values]] = {
    "take_up": _take_up,
    "renew": _renew,
    "carry_further": _carry_further,
    "release": _release,
    "stands": _stands,
    "raise_urgency": _raise_urgency,
    "hide_summary": _hide_summary,
    "hide_zone": _hide_zone,
    "next_news": _next_news,
    "unmerge": _unmerge,
}


def renewed(alert: Alert) -> Values:
    """Return what a renewal writes: the clock starts anew, and what had lapsed is what one voice says."""
    limit = rules.expiry(alert.kind)
    ends = clock.this_hour() + limit if limit else None
    if ends is not None and alert.expires_at is not None:
        ends = max(ends, alert.expires_at)
    return {"expires_at": ends, **({"state": rules.RENEWED_STATE} if lapsed(alert) else {})}


def restarted(alert: Alert) -> Values:
    """Return a new hour of expiry for an alert whose clock stopped or ran out; nothing for one whose clock runs."""
    if alert.expires_at is not None and alert.expires_at > clock.now():
        return {}
    limit = rules.expiry(alert.kind)
    return {"expires_at": clock.this_hour() + limit if limit else None}


def lapsed(alert: Alert) -> bool:
    """Return whether the alert expired, though the clock's job may not have run yet."""
    if alert.state == "EXPIRED":
        return True
    return alert.state in rules.EXPIRES and alert.expires_at is not None and alert.expires_at <= clock.now()


def calming_waits(alert: Alert) -> bool:
    """Return whether some calming act waits for its second person."""
    calming = [rule.name for rule in rules.ACTS.values() if rule.calms]
    return alert.proposals.filter(act__in=calming, state=Proposal.State.WAITING).exists()


def in_doubt(alert: Alert) -> bool:
    """Return whether the alert must stand in doubt: somebody asked to calm it, or its point was stopped (R13)."""
    stopped = alert.point is not None and alert.point.state != Point.State.ACTIVE
    return stopped or calming_waits(alert)


def _once(alert: Alert, what: str, *, member: Member) -> None:
    _, new = Tap.objects.get_or_create(alert=alert, what=what, member=member)
    if not new:
        raise OnceEach()


def _news(alert: Alert) -> Values:
    hours, hour = rules.NEWS_HOURS[alert.urgency], clock.this_hour()
    return {"news_at": hour, "next_news_at": hour + timedelta(hours=hours) if hours else None}


def _before_the_end(alert: Alert) -> str:
    versions = AlertVersion.objects.filter(alert=alert, number__lt=alert.version).order_by("-number")
    states = (str(codes["state"]) for codes in versions.values_list("codes", flat=True)[:20])
    return next((state for state in states if state not in rules.SETTLED), "UNCONF")


def unmerge_second(alert: Alert, target: Alert) -> None:
    """Take back the second collective that a merge had added to `target` (locked), if no other merge brought it."""
    others = Alert.objects.filter(merged_into=target, collective=alert.collective_id).exclude(pk=alert.pk)
    if alert.collective_id is None or others.exists():
        return
    removed, _ = Second.objects.filter(alert=target, collective=alert.collective_id).delete()
    if removed:
        changing.change(target, "second", seconders=max(0, target.seconders - 1))
