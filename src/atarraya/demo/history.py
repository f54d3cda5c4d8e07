"""Ninety days of the invented network: what was warned, told, checked and settled, and how it stands today.

Threats are over half of the alerts; confinement and armed presence come next. The same days every time (one seed),
counted back from the hour of building.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from atarraya.alerts import rules
from atarraya.alerts.models import Alert
from atarraya.alerts.services import tapping
from atarraya.alerts.shapes import Share
from atarraya.demo import acting, sending, stories
from atarraya.demo.keyring import Cast, Person, Spot
from atarraya.demo.people import VERIFIERS
from atarraya.demo.timeline import Timeline
from atarraya.kernel import clock
from atarraya.network.services import points

SEED = 20261123
# (kind, how many) warned by points themselves, at once.
WARNED = [("CONFINEMENT", 17), ("ARMED_PRESENCE", 12), ("MOVEMENT_BAN", 2), ("COMBAT", 2), ("ARMED_STRIKE", 2),
          ("MINES_UXO", 1)]  # fmt: skip
# (kind, how many) written by one member and agreed to by another.
PUBLISHED = [("THREAT", 27), ("HARASS_SURV", 9), ("EXTORTION", 7), ("STIGMATISATION", 5), ("CRIMINALISATION", 3),
             ("DIGITAL_ATTACK", 2), ("REPRISAL_REPORT", 2), ("PAMPHLET_GENERAL", 1), ("MASS_DISPL", 1)]  # fmt: skip
FIRST_DAY, LAST_DAY = 89.0, 3.0
# What became of alerts of the past, by weight.
FATES = {"lapse": 6, "lapse_close": 24, "confirm": 6, "confirm_lapse_close": 16, "confirm_close": 18, "take_up": 8,
         "inconclusive": 6, "discard": 5, "withdraw": 3, "false_alarm": 2, "public": 6}  # fmt: skip


class History:
    """Plans the ninety days on a timeline; each step goes through the services when its hour comes."""

    def __init__(self, cast: Cast, timeline: Timeline) -> None:
        self.cast, self.timeline = cast, timeline
        self.chance = random.Random(SEED)  # nosec B311 # a story, not a secret

    def plan(self) -> None:
        """Put every past step on the timeline."""
        for kind, count in WARNED:
            for _ in range(count):
                self._plan_one(kind, self._warn)
        for kind, count in PUBLISHED:
            for _ in range(count):
                self._plan_one(kind, self._publish)
        self._plan_check_ins()

    def person(self, alias: str) -> Person:
        """Return a member of the cast."""
        return self.cast.people[alias]

    def pair(self, municipality: str, kind: str = "THREAT") -> tuple[Person, list[Person]]:
        """Return a writer who serves the municipality, and as many approvers as the kind asks for."""
        writers = [self.person(alias) for alias in ("Garza", "Nutria", "Manglar", "Ceiba")]
        serving = [one for one in writers if one.member.serves(municipality)]
        needed = 2 if rules.policy_of(kind) is rules.Policy.TWO else 1
        approvers = [self.person("Chonta"), self.person("Guadua")]
        self.chance.shuffle(approvers)
        return self.chance.choice(serving), approvers[:needed]

    def _plan_one(self, kind: str, act: Callable[[str, Spot, str, str], None]) -> None:
        when = self.timeline.end - timedelta(days=self.chance.uniform(LAST_DAY, FIRST_DAY))
        spot, fate = self._spot(), self._fate()
        urgency = self.chance.choices(rules.URGENCIES, (5, 3, 2))[0]
        self.timeline.at(_hour(when), lambda: act(kind, spot, urgency, fate))

    def _spot(self) -> Spot:
        # Some rivers have worse months than others.
        weights = [
            4 if spot.point.municipality in {"27099", "27425", "27615", "27025"} else 2 for spot in self.cast.spots
        ]
        return self.chance.choices(self.cast.spots, weights)[0]

    def _fate(self) -> str:
        return self.chance.choices(list(FATES), list(FATES.values()))[0]

    def _warn(self, kind: str, spot: Spot, urgency: str, fate: str) -> None:
        alert = self.warn(kind, spot, urgency)
        if alert is not None:
            self._settle(alert, fate)
            if self.chance.random() < 0.4:
                self._tap(alert, spot)

    def warn(
        self, kind: str, spot: Spot, urgency: str, *, tells: bool = False, delay: bool = False, when: str | None = None
    ) -> Alert | None:
        """Let a point warn at once, with or without an account for the verifiers; return the alert it became."""
        before = set(Alert.objects.filter(point=spot.point).values_list("pk", flat=True))
        zone = str(spot.point.zone_id) if spot.point.zone_id else None
        seen = self.chance.choice(rules.SEEN)
        share = Share(kind=kind, zone=zone, when=when or self.chance.choice(rules.WHEN_PARTS), seen=seen, delay=delay)  # type: ignore[arg-type]
        account = self.account(kind, spot, urgency, wish=True) if tells else None
        sending.send(
            self.cast, spot, circle=VERIFIERS if tells else sending.NOBODY, account=account, share=share,
            urgency=urgency, age=self.chance.choice(["H1", "H1", "H6"]),
        )  # fmt: skip
        return Alert.objects.filter(point=spot.point).exclude(pk__in=before).first()

    def account(self, kind: str, spot: Spot, urgency: str | None, *, wish: bool = False) -> dict[str, object]:
        """Return what an account says, in words of the invented network."""
        zone = spot.point.zone
        text = self.chance.choice(stories.ACCOUNTS.get(kind, stories.ACCOUNTS["THREAT"]))
        return {
            "kind": kind,
            "municipality": spot.point.municipality,
            "zone": str(zone.pk) if zone else None,
            "urgency": urgency,
            "when": {"day": clock.today().isoformat(), "part": self.chance.choice(rules.WHEN_PARTS)},
            "who": self.chance.choice(["COMMUNITY", "COMMUNITY", "FAMILY"]),
            "bands": self.chance.choice(["6-20", "21-100", "100+"]),
            "seen": self.chance.choice(rules.SEEN),
            "text": text.replace("{zone}", zone.name if zone else "el río"),
            "contact": {"way": self.chance.choice(["CALL", "MESSAGE", "VISIT"]),
                        "number": f"300 000 00{self.chance.randrange(10, 99)}", "hour": "en la tarde",
                        "partner": False},
            "consents": ["NET_SUMMARY"],
            "attachments": [],
            "needs": None,
            "wish": "share" if wish else None,
            "discreet": False,
        }  # fmt: skip

    def _publish(self, kind: str, spot: Spot, urgency: str, fate: str) -> None:
        municipality = spot.point.municipality
        act = "publish_confirmed" if fate == "confirm_close" and self.chance.random() < 0.5 else "publish"
        alert = self.publish(kind, municipality, urgency, act=act)
        if alert is not None:
            self._settle(alert, fate)

    def publish(self, kind: str, municipality: str, urgency: str, *, act: str = "publish") -> Alert | None:
        """Publish with two people; return the alert."""
        writer, approvers = self.pair(municipality, kind)
        summary = self.chance.choice(stories.SUMMARIES.get(kind, [""]))
        said = acting.alert_text(kind, municipality, urgency, summary=summary, seen=self.chance.choice(rules.SEEN))
        return acting.together(self.cast, act, writer, approvers, **said)

    def _settle(self, alert: Alert, fate: str) -> None:
        steps = {
            "take_up": ["take_up"],
            "confirm": ["take_up", "confirm"],
            "confirm_lapse_close": ["take_up", "confirm"],
            "public": ["take_up", "confirm", "make_public"],
            "confirm_close": ["confirm", "close"],
            "inconclusive": ["take_up", "inconclusive"],
            "discard": ["take_up", "discard"],
            "withdraw": ["withdraw"],
            "false_alarm": ["false_alarm"],
        }.get(fate, [])
        if fate.endswith("lapse_close") and alert.expires_at is not None:
            lapsed = alert.expires_at + timedelta(days=self.chance.uniform(0.5, 5))
            self.timeline.at(_hour(lapsed), lambda: self.do(alert.pk, "close"))
        moment = clock.now()
        for act in steps:
            moment += timedelta(hours=self.chance.uniform(4, 40))
            self.timeline.at(_hour(moment), partial(self.do, alert.pk, act))

    def do(self, alert_id: UUID, act: str) -> None:
        """Do one act on an alert with as many people as it takes; what already happened is left as it is."""
        alert = Alert.objects.get(pk=alert_id)
        rule = rules.ACTS[act]
        if alert.state not in rule.start or alert.state == rule.end or (alert.held and act != "release"):
            return
        writer, approvers = self.pair(alert.municipality, alert.kind)
        if rule.people == 1:
            acting.alone(writer, alert_id, act)
            return
        said: dict[str, object] = {}
        if act == "close":
            said = {
                "outcome": self.chance.choice(["PASSED", "ACCOMPANIED", "REFERRED", "WAIT_AND_SEE"]),
                "answer": "DONE",
            }
        elif act == "discard":
            said = {"answer": "NOT_KNOWN"}
        elif act == "make_public":
            said = {"consents": ["PUBLIC_SUMMARY"]}
        needed = rules.approvers_needed(rule, alert.kind)
        acting.together(self.cast, act, writer, approvers[:needed], alert_id, **said)

    def _tap(self, alert: Alert, spot: Spot) -> None:
        others = [one for one in self.cast.spots_in(alert.municipality) if one is not spot] or [spot]
        other, later = self.chance.choice(others), clock.now() + timedelta(hours=self.chance.uniform(12, 40))
        tap = self.chance.choice([tapping.still, tapping.still, tapping.passed])

        def say() -> None:
            # A settled alert takes no taps; the page would not offer one.
            if Alert.objects.filter(pk=alert.pk, open=True, held=False, shows_from__lte=clock.now()).exists():
                tap(access=points.authenticate(other.device), alert_id=alert.pk)

        self.timeline.at(_hour(later), say)

    def _plan_check_ins(self) -> None:
        for spot in self.cast.spots:
            for day in range(11):
                if self.chance.random() < 0.45:
                    hours = self.chance.uniform(0, 12)
                    self.timeline.before_now(partial(self.check_in, spot), days=day, hours=hours)

    def check_in(self, spot: Spot) -> None:
        """Say *nothing new* from a point."""
        sending.send(self.cast, spot, share=Share(kind="CHECKIN"))


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
