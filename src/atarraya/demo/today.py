"""How the invented network stands today: one alert in every state, work that waits, and sealed threads at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from atarraya.alerts.models import Alert
from atarraya.alerts.services import seconds, tapping
from atarraya.alerts.shapes import Share
from atarraya.demo import acting, sending, stories
from atarraya.demo.history import History
from atarraya.demo.keyring import Spot
from atarraya.demo.people import VERIFIERS, WOMEN
from atarraya.demo.sending import Told
from atarraya.network.services import points

# Kinds of the accounts at the desk, newest first.
THREADS = ["THREAT", "THREAT", "HARASS_SURV", "EXTORTION", "STIGMATISATION", "THREAT", "RECRUITMENT",
           "ARMED_PRESENCE", "CONFINEMENT", "THREAT", "CRIMINALISATION", "DIGITAL_ATTACK", "THREAT",
           "REPRISAL_REPORT"]  # fmt: skip


class Today:
    """Plans the last days by hand, so that every state can be seen."""

    def __init__(self, history: History) -> None:
        self.history, self.cast, self.timeline = history, history.cast, history.timeline

    def plan(self) -> None:
        """Put the steps of the last days on the timeline."""
        self._plan_states()
        self._plan_points()
        self._plan_waiting()
        self._plan_threads()
        self._plan_discreet()

    def _published(self, kind: str, municipality: str, days: float, *acts: str, urgency: str = "NOW") -> None:
        """Publish `days` ago, and do `acts` three hours apart."""

        def begin() -> None:
            alert = self.history.publish(kind, municipality, urgency)
            if alert is not None:
                for place, act in enumerate(acts, start=1):
                    self._later(alert.pk, act, days, place)

        self.timeline.before_now(begin, days=days)

    def _later(self, alert_id: UUID, act: str, days: float, place: int) -> None:
        self.timeline.before_now(lambda: self.history.do(alert_id, act), days=days, hours=-3 * place)

    def _plan_states(self) -> None:
        self._published("THREAT", "27099", 1.2)
        self._published("HARASS_SURV", "27001", 2.1, "take_up")
        self._published("THREAT", "27425", 2.6, "take_up", "confirm")
        self._published("STIGMATISATION", "05873", 2.4, "take_up", "inconclusive")
        self._published("THREAT", "27615", 1.9, "take_up", "discard")
        self._published("EXTORTION", "27361", 2.2, "withdraw")
        self._published("DIGITAL_ATTACK", "27001", 2.8, "confirm", "close", urgency="DAYS")
        self._published("KILLING", "27250", 6.0, "confirm", urgency="KNOW")
        self._published("RECRUITMENT", "27025", 4.0, "confirm", "make_public", urgency="DAYS")
        self._corrected()
        self._merged()

    def _corrected(self) -> None:
        def correct(alert_id: UUID) -> None:
            alert = Alert.objects.get(pk=alert_id)
            writer, approvers = self.history.pair(alert.municipality)
            said = acting.alert_text("EXTORTION", alert.municipality, "DAYS", summary="El cobro es sólo a las tiendas.")
            acting.together(self.cast, "correct", writer, approvers, alert.pk, **said)

        def begin() -> None:
            alert = self.history.publish("EXTORTION", "27099", "NOW")
            if alert is not None:
                self.timeline.before_now(lambda: correct(alert.pk), hours=20)

        self.timeline.before_now(begin, days=2)

    def _merged(self) -> None:
        def merge(first: UUID, second: UUID) -> None:
            alert = Alert.objects.get(pk=second)
            writer, approvers = self.history.pair(alert.municipality)
            acting.together(self.cast, "merge", writer, approvers, second, into=str(first))

        def begin() -> None:
            first = self.history.publish("THREAT", "27450", "DAYS")
            second = self.history.publish("THREAT", "27450", "DAYS")
            if first is not None and second is not None:
                self.timeline.before_now(lambda: merge(first.pk, second.pk), hours=30)

        self.timeline.before_now(begin, days=2.5)

    def _plan_points(self) -> None:
        here, school, bends, loma = (self.cast.spots_in("27099")[place] for place in range(4))
        self.timeline.before_now(lambda: self._seen_by_two(here, bends), hours=26)
        self.timeline.before_now(lambda: self.history.warn("MOVEMENT_BAN", school, "NOW", tells=True), hours=9)
        self.timeline.before_now(lambda: self.history.warn("ARMED_PRESENCE", loma, "DAYS", delay=True), hours=2)
        self.timeline.before_now(self._doubted, hours=20)
        mouth = self.cast.spots_in("27615")[0]
        # The fourth in a day waits for a member.
        for hours, kind in ((14, "ARMED_PRESENCE"), (11, "MOVEMENT_BAN"), (8, "COMBAT"), (5, "ARMED_PRESENCE")):
            self.timeline.before_now(partial(self.history.warn, kind, mouth, "NOW"), hours=hours)
        self.timeline.before_now(
            lambda: self.history.warn("CONFINEMENT", self.cast.spots_in("27025")[0], "NOW", tells=True), days=3.5
        )
        self.timeline.before_now(
            lambda: self.history.warn("MINES_UXO", self.cast.spots_in("27745")[0], "KNOW", tells=True), days=12
        )

    def _seen_by_two(self, first: Spot, other: Spot) -> None:
        share = Share(kind="ARMED_PRESENCE", zone=str(first.point.zone_id), when="DAWN", seen="SAW")
        sending.send(self.cast, first, share=share, urgency="NOW")
        alert = Alert.objects.filter(point=first.point).latest("published_at")
        access = points.authenticate(other.device)
        self.timeline.before_now(
            lambda: seconds.add_second(access=access, alert_id=alert.pk, seen="SAW", knew=False), hours=24
        )
        third = points.authenticate(self.cast.spots_in("27099")[3].device)
        self.timeline.before_now(lambda: tapping.still(access=third, alert_id=alert.pk), hours=6)

    def _doubted(self) -> None:
        alert = self.history.warn("ARMED_PRESENCE", self.cast.spots_in("27425")[0], "NOW")
        if alert is None:
            return
        writer, _approvers = self.history.pair("27425")

        def doubt() -> None:
            acting.propose(self.cast, "discard", writer, alert.pk, answer="NOT_KNOWN")

        self.timeline.before_now(doubt, hours=4)

    def _plan_waiting(self) -> None:
        def waits(kind: str, municipality: str, urgency: str, agreed: int) -> None:
            writer, approvers = self.history.pair(municipality, kind)
            summary = stories.SUMMARIES.get(kind, [""])[0]
            said = acting.alert_text(kind, municipality, urgency, summary=summary)
            acting.together(self.cast, "publish", writer, approvers[:agreed], **said)

        self.timeline.before_now(lambda: waits("THREAT", "27099", "NOW", 0), hours=7)
        self.timeline.before_now(lambda: waits("REPRISAL_REPORT", "27001", "DAYS", 0), hours=18)
        self.timeline.before_now(lambda: waits("ATTEMPT", "27205", "NOW", 1), hours=12)

    def _plan_threads(self) -> None:
        for place, kind in enumerate(THREADS):
            days = 0.2 + place * 1.6
            self.timeline.before_now(partial(self._thread, kind, place, days), days=days)

    def _thread(self, kind: str, place: int, days: float) -> None:
        spot = self.cast.spots[(place * 5) % len(self.cast.spots)]
        urgency = ["NOW", "DAYS", "KNOW", None][place % 4]
        account = self.history.account(kind, spot, urgency)
        told = sending.send(
            self.cast, spot, circle=VERIFIERS, account=account, urgency=urgency, photo=place == 1,
            keep_words=place in {1, 3}, age="H6" if place % 3 else "D1",
        )  # fmt: skip
        if told.words:
            self.cast.receipts.append(told.words)
        if place > 0:
            self._work_on(told, place, days)

    def _work_on(self, told: Told, place: int, days: float) -> None:
        reader = self.history.pair(told.municipality)[0]
        steps: list[dict[str, object]] = [{"act": "assign", "to": reader.member.alias}]
        if place > 1:
            steps.append({"act": "grade", "source": "BCD"[place % 3], "info": "234"[place % 3]})
        if place > 2:
            steps.append({"act": "text", "text": stories.NOTES[place % len(stories.NOTES)]})
        for order, act in enumerate(steps, start=1):
            moment = {"days": days, "hours": -2.0 * order}
            self.timeline.before_now(partial(sending.note, self.cast, reader, told, act), **moment)
        if place > 3 or told.words:
            phrase = ["ASKING", "SHARED", "WITH_YOU", "NOT_SHARED"][place % 4]
            self.timeline.before_now(
                lambda: sending.answer(self.cast, reader, told, "answered", phrase), days=days, hours=-4.5
            )
        if place > 8:
            done = {"act": "state", "state": "DONE"}
            self.timeline.before_now(lambda: sending.note(self.cast, reader, told, done), days=days - 1)

    def _plan_discreet(self) -> None:
        for place, said in enumerate(stories.DISCREET):
            self.timeline.before_now(partial(self._discreet, place, said), days=2.0 + 3.5 * place)

    def _discreet(self, place: int, said: Mapping[str, object]) -> None:
        spot = self.cast.spots[3 + 4 * place]
        account = {**said, "municipality": spot.point.municipality, "text": "", "attachments": [], "discreet": True}
        told = sending.send(self.cast, spot, circle=WOMEN, account=account, share=Share(kind="CHECKIN"))
        companion = self.history.person("Heliconia" if place != 1 else "Orquídea")
        if place:
            days = 2.0 + 3.5 * place
            take = {"act": "assign", "to": companion.member.alias}
            self.timeline.before_now(lambda: sending.note(self.cast, companion, told, take), days=days, hours=-3)
            self.timeline.before_now(
                lambda: sending.answer(self.cast, companion, told, "answered", "WITH_YOU"), days=days, hours=-4
            )
