"""Acts of one person: every act from every state by every role; nothing here calms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from atarraya.alerts import rules
from atarraya.alerts.acts_refused import NoSuchAlert, OnceEach, WrongOrder, WrongRole
from atarraya.alerts.models import Alert, AlertVersion, Event, Second
from atarraya.alerts.services import changing, counting
from atarraya.alerts.services.acts import act
from atarraya.alerts.services.events import turn
from atarraya.kernel import clock
from atarraya.network.models import Member
from atarraya.network.rules import ROLES
from atarraya.trail.models import Line
from support.people import about, alert_in, warn, write
from support.river import BOJAYA, MEDIO, NOON, Cast

ONE = [rule for rule in rules.ACTS.values() if rule.people == 1]
PARAMS: dict[str, dict[str, Any]] = {
    "raise_urgency": {"urgency": "NOW"},
    "next_news": {"until": NOON + timedelta(hours=5)},
}
# What must be so of the alert besides its state.
READY: dict[str, dict[str, Any]] = {
    "raise_urgency": {"urgency": "KNOW"},
    "release": {"held": True},
    "stands": {"doubt": True},
    "hide_summary": {"summary": "Hay hombres armados."},
}


def ready(cast: Cast, rule: rules.Act, state: str) -> Alert:
    fields = dict(READY.get(rule.name, {}))
    if rule.name == "hide_zone":
        fields["zone"] = cast.zone(name=f"{rule.name}{state}")
    return alert_in(cast, state, **fields)


def test_no_act_of_one_person_calms() -> None:
    assert not any(rule.calms or rule.approvers for rule in ONE)


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("rule", ONE, ids=lambda rule: rule.name)
def test_every_act_from_every_state(cast: Cast, rule: rules.Act, state: str) -> None:
    alert, by = ready(cast, rule, state), cast.member()
    versions, events = alert.version, Event.objects.count()
    if state not in rule.start:
        with pytest.raises(WrongOrder):
            act(alert.pk, rule.name, by=by, **PARAMS.get(rule.name, {}))
        assert Event.objects.count() == events
        return
    done = act(alert.pk, rule.name, by=by, **PARAMS.get(rule.name, {}))
    renews = rule.name == "renew" and state == "EXPIRED"
    expected = "UNCONF" if renews or rule.name == "unmerge" else rule.end or state
    assert (done.state, done.version) == (expected, versions + 1)
    assert AlertVersion.objects.get(alert=alert, number=done.version).act == rule.name
    assert Event.objects.count() == events + 1
    assert counting.differences() == {}
    line = Line.objects.order_by("-number")[0]
    assert (line.verb, line.actor, line.subject) == (f"alert.{rule.name}", str(by.pk), str(alert.pk))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("rule", ONE, ids=lambda rule: rule.name)
def test_every_act_by_every_role(cast: Cast, rule: rules.Act, role: str) -> None:
    alert, by = ready(cast, rule, sorted(rule.start)[0]), cast.member(role)
    if role in rule.roles:
        act(alert.pk, rule.name, by=by, **PARAMS.get(rule.name, {}))
    else:
        with pytest.raises(WrongRole):
            act(alert.pk, rule.name, by=by, **PARAMS.get(rule.name, {}))


@pytest.mark.parametrize("rule", ONE, ids=lambda rule: rule.name)
def test_foreign_and_frozen_members_are_refused(cast: Cast, rule: rules.Act) -> None:
    alert = ready(cast, rule, sorted(rule.start)[0])
    with pytest.raises(NoSuchAlert):
        act(alert.pk, rule.name, by=cast.member(municipalities=(MEDIO,)), **PARAMS.get(rule.name, {}))
    frozen = cast.member()
    Member.objects.filter(pk=frozen.pk).update(state="FROZEN")
    with pytest.raises(WrongRole):  # the instance in hand still says ACTIVE
        act(alert.pk, rule.name, by=frozen, **PARAMS.get(rule.name, {}))


@pytest.mark.parametrize("name", [rule.name for rule in rules.ACTS.values() if rule.people > 1] + ["nothing"])
def test_no_other_act_can_be_done_alone(cast: Cast, name: str) -> None:
    alert = warn(cast)
    with pytest.raises(WrongOrder):
        act(alert.pk, name, by=cast.member("VERIFIER", "APPROVER"))


@pytest.mark.parametrize("name", ["release", "stands", "hide_summary", "hide_zone", "raise_urgency"])
def test_what_is_not_so_cannot_be_undone(cast: Cast, name: str) -> None:
    """Release what is not held, hide what is not there, raise what is highest: refused."""
    alert = warn(cast)
    with pytest.raises(WrongOrder):
        act(alert.pk, name, by=cast.member(), **PARAMS.get(name, {}))


def test_a_released_warning_is_seen_counted_and_told(cast: Cast) -> None:
    point = cast.point()
    held = [warn(cast, point) for _ in range(4)][-1]
    assert held.seq == 0
    done = act(held.pk, "release", by=cast.member())
    assert done.seq == Event.objects.count() == 4 and counting.differences() == {}


def test_renewing_counts_once_each_and_starts_the_clock_anew(cast: Cast) -> None:
    alert, by = warn(cast), cast.member()
    with clock.freeze(NOON + timedelta(hours=30)):
        done = act(alert.pk, "renew", by=by)
        assert done.expires_at == clock.this_hour() + timedelta(hours=48)
        with pytest.raises(OnceEach):
            act(alert.pk, "renew", by=by)
        act(alert.pk, "renew", by=cast.member())


def test_what_lapsed_by_the_clock_is_one_voice_when_renewed(cast: Cast) -> None:
    alert = alert_in(cast, "CONF")
    with clock.freeze(NOON + timedelta(hours=60)):  # the job has not run
        assert act(alert.pk, "renew", by=cast.member()).state == "UNCONF"


def test_news_is_promised_in_the_future_and_within_a_week(cast: Cast) -> None:
    alert, by = warn(cast), cast.member("RESPONDER")
    for until in (NOON, NOON - timedelta(hours=1), NOON + timedelta(days=8)):
        with pytest.raises(WrongOrder):
            act(alert.pk, "next_news", by=by, until=until)


def test_doubt_stays_while_a_calming_act_waits(cast: Cast) -> None:
    alert, by = warn(cast), cast.member("VERIFIER")
    write(cast, about("withdraw", alert), by)
    with pytest.raises(WrongOrder):
        act(alert.pk, "stands", by=cast.member())


def test_parting_what_was_joined_brings_the_warning_back(cast: Cast) -> None:
    target = warn(cast, share={"seen": "SAW"})
    alert = alert_in(cast, "MERGED", merged_into=target)
    Second.objects.create(alert=target, collective=alert.collective)
    with turn():
        changing.change(changing.lock(target.pk), "second", seconders=1)
    done = act(alert.pk, "unmerge", by=cast.member())
    target.refresh_from_db()
    assert (done.state, done.open, done.merged_into, target.seconders) == ("UNCONF", True, None, 0)
    assert done.expires_at is not None and done.municipality == BOJAYA
