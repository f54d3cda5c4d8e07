"""Long random lives of alerts: whatever people do in whatever order, what must always hold holds after every step."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta
from typing import Any

import pytest

from atarraya.alerts import rules
from atarraya.alerts.fitting import offered
from atarraya.alerts.models import Alert, AlertVersion, Event, Proposal, Sequence
from atarraya.alerts.queries.board import board_for
from atarraya.alerts.services import counting, proposals
from atarraya.alerts.services.acts import act
from atarraya.alerts.services.expiring import run
from atarraya.alerts.services.seconds import add_second
from atarraya.alerts.services.tapping import passed, still
from atarraya.kernel import clock
from atarraya.kernel.errors import DomainError
from atarraya.network.models import Point
from support.people import about, agree, warn, whole, write
from support.river import BOJAYA, NOON, Cast

# What an act that is not in `rules.ACTS` may leave: taps, doubt, the clock.
LEAVES = {
    "still": lambda before: {before, "UNCONF"} if before == "EXPIRED" or before in rules.EXPIRES else {before},
    "passed": lambda before: {before},
    "second": lambda before: {before},
    "doubt": lambda before: {before},
    "stands": lambda before: {before},
    "announce": lambda before: {before},
    "expire": lambda before: {"EXPIRED"},
}


class Life:
    """A few people, points and alerts, and a die."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.die = cast, random.Random(seed)
        self.people = [
            cast.member("VERIFIER"),
            cast.member("APPROVER"),
            cast.member("APPROVER"),
            cast.member("RESPONDER"),
        ]
        self.points = [cast.point() for _ in range(3)]
        self.wrote: list[Any] = []

    def step(self) -> None:
        move = self.die.choice([self.warn, self.one, self.one, self.propose, self.propose, self.agree, self.agree,
                                self.agree, self.drop, self.tap, self.tap, self.second, run])  # fmt: skip
        move()

    def alert(self) -> Alert:
        return self.die.choice(list(Alert.objects.order_by("published_at", "id")))

    def person(self) -> Any:
        return self.die.choice(self.people)

    def warn(self) -> None:
        kind = self.die.choice([kind for kind, policy in rules.POLICY.items() if policy is rules.Policy.AT_ONCE])
        share = {"delay": self.die.random() < 0.3, "seen": self.die.choice(rules.SEEN)}
        warn(self.cast, self.die.choice(self.points), kind, urgency=self.die.choice(rules.URGENCIES), share=share)

    def one(self) -> None:
        alert = self.alert()
        name = self.offered(alert, people=1)
        params = {"urgency": self.die.choice(rules.URGENCIES), "until": clock.now() + timedelta(hours=9)}
        act(alert.pk, name, by=self.person(), **params)

    def propose(self) -> None:
        alert = self.alert()
        rule = rules.ACTS[self.offered(alert, people=2)]
        if self.die.random() < 0.2:
            rule = rules.ACTS["publish_confirmed"]
            text = whole(rule.name, kind=self.die.choice(("COMBAT", "KILLING")), consents=["NET_SUMMARY"])
        else:
            text = about(rule.name, alert, **({"into": str(self.alert().pk)} if rule.name == "merge" else {}))
            if rule.name == "correct":
                text = whole("correct", alert=str(alert.pk), version=alert.version, urgency="DAYS")
        self.wrote.append(write(self.cast, text, self.person(), municipality=BOJAYA))

    def offered(self, alert: Alert, people: int) -> str:
        """Return an act that means something now; now and then any act at all."""
        every = [name for name, rule in rules.ACTS.items() if rule.people == people]
        roles = frozenset({"VERIFIER", "APPROVER"})
        fit = [name for name in offered(alert, roles, calming_waits=False) if name in every]
        return self.die.choice(fit if fit and self.die.random() < 0.8 else every)

    def waiting(self) -> Any:
        known = set(Proposal.objects.filter(state="WAITING").values_list("pk", flat=True))
        found = [wrote for wrote in self.wrote if wrote.proposal.pk in known]
        return self.die.choice(found or self.wrote or [None])

    def agree(self) -> None:
        if wrote := self.waiting():
            agree(wrote, self.person())

    def drop(self) -> None:
        if wrote := self.waiting():
            self.die.choice([proposals.refuse, proposals.withdraw])(wrote.proposal.pk, by=self.person())

    def tap(self) -> None:
        self.die.choice([still, passed])(
            access=self.cast.access(self.die.choice(self.points)), alert_id=self.alert().pk
        )

    def second(self) -> None:
        access = self.cast.access(self.die.choice(self.points))
        add_second(access=access, alert_id=self.alert().pk, seen="SAW")


@pytest.mark.parametrize("seed", range(3))
def test_what_must_always_hold_holds_after_every_step(cast: Cast, seed: int) -> None:
    life, done = Life(cast, seed), 0
    life.warn()
    for number in range(50):
        with clock.freeze(NOON + timedelta(hours=number * 3)):
            try:
                life.step()
                done += 1
            except DomainError:
                pass
            always()
            if number % 10 == 0:
                nothing_held_shows(life.points[0])
    assert done > 20 and Alert.objects.count() > 1
    for alert in Alert.objects.all():
        every_change_was_allowed(alert)


def always() -> None:
    assert counting.differences() == {}
    last = Sequence.objects.get().value
    assert set(Event.objects.values_list("seq", flat=True)) == set(range(1, last + 1))
    for alert in Alert.objects.all():
        assert alert.open == (alert.state in rules.LIVE)
        assert AlertVersion.objects.filter(alert=alert).count() == alert.version
        if alert.state in rules.SETTLED | {"EXPIRED"}:
            assert alert.point is None and alert.expires_at is None
            assert not alert.taps.exclude(point=None).exists()
        if alert.held or alert.announce_at is not None:
            assert alert.seq == 0
        waits = alert.proposals.filter(state=Proposal.State.WAITING, act__in=_calming()).exists()
        assert alert.doubt == (waits and alert.open)


def nothing_held_shows(reader: Point) -> None:
    shown = {item["i"] for item in board_for(reader)["alerts"]}
    assert shown.isdisjoint(str(pk) for pk in Alert.objects.filter(held=True).values_list("pk", flat=True))


def _calming() -> list[str]:
    return [rule.name for rule in rules.ACTS.values() if rule.calms]


def every_change_was_allowed(alert: Alert) -> None:
    versions = list(alert.versions.order_by("number"))
    assert [version.number for version in versions] == list(range(1, alert.version + 1))
    for before, after in itertools.pairwise(versions):
        was, became = before.codes["state"], after.codes["state"]
        rule = rules.ACTS.get(after.act)
        if after.act in LEAVES:
            assert became in LEAVES[after.act](was), (was, after.act, became)
            continue
        assert rule is not None and was in rule.start, (was, after.act)
        if rule.end is not None:
            assert became == rule.end
        elif after.act == "unmerge":
            assert became in rules.LIVE
        else:
            assert became == was or (after.act == "renew" and became == "UNCONF")
