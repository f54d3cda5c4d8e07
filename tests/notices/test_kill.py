"""Real processes killed at random instants: whoever was to hear of what was announced hears of it, on both databases.

Two workers at once, and somebody who publishes meanwhile. KILLS says how many instants (15 unless told).
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from support import starting
from support.server import ROOT, Site, site

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("KILLS", "15"))
POINTS, PHONES = 12, 40

PREPARE = f"""
import os
from atarraya.network.models import Collective, Inbox, Point, PointDevice
from atarraya.kernel import clock
from atarraya.notices import carriers
from support.hearing import hears
from support.loopback import Loopback
carriers.register(Loopback())
for n in range({POINTS}):
    collective = Collective.objects.create(name=f"Consejo {{n}}", municipality="27099")
    Point.objects.create(collective=collective, inbox=Inbox.objects.get(), municipality="27099", label=f"p{{n:02}}",
        link_hash=os.urandom(32), created=clock.today())
points = list(Point.objects.filter(label__startswith="p"))
for n in range({PHONES}):
    print(hears(points[n % len(points)], f"phone {{n}}").pk)
"""
LEFT = """
from atarraya.notices.models import Delivery, Outbox
print(Outbox.objects.count(), Delivery.objects.filter(state="W").count(), Delivery.objects.filter(state="G").count())
"""
STANDING = """
from atarraya.alerts.models import Alert
print(*Alert.objects.filter(open=True, held=False, point__label__startswith="p").values_list("pk", flat=True))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site")) as made:
        yield made


class Program:
    """A process of the installation in a group of its own, killed with everything it started."""

    def __init__(self, place: Site, *words: str, out: Path) -> None:
        self.place, self.words, self.out = place, words, out
        self.process: starting.Process | None = None

    def start(self) -> None:
        env = self.place.environ | {"LEASE": "1.5"}
        with open(self.out, "ab") as out, open(self.out.with_suffix(".err"), "ab") as err:
            command = [sys.executable, "-m", *self.words]
            self.process = starting.start(command, env=env, cwd=ROOT / "tests", stdout=out, stderr=err, session=True)

    def kill(self) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(30)


def lines(path: Path) -> list[list[str]]:
    """Return the whole lines of a file as words: the last may have been cut by a kill."""
    text = path.read_text() if path.exists() else ""
    return [line.split() for line in text[: text.rfind("\n") + 1].splitlines()]


def told(path: Path) -> dict[tuple[str, str], set[int]]:
    """Return (receiver, alert) → the versions that were handed over."""
    found: dict[tuple[str, str], set[int]] = {}
    for receiver, alert, version, _ in lines(path):
        found.setdefault((receiver, alert), set()).add(int(version))
    return found


def kill_at_random(programs: list[Program]) -> int:
    """Kill and start again one of the programs, many times; return how often it was alive."""
    chance, alive = random.Random(), 0
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.3, 2.5))
        victim = chance.choice(programs)
        assert victim.process is not None
        alive += victim.process.poll() is None
        victim.kill()
        victim.start()
    return alive


def wait_until_nothing_waits(place: Site, workers: list[Program]) -> None:
    deadline = time.monotonic() + 120
    while (left := place.run(LEFT).split()) != ["0", "0", "0"]:
        assert time.monotonic() < deadline, (left, [worker.out.with_suffix(".err").read_text() for worker in workers])
        time.sleep(1)


def test_nobody_who_was_to_hear_is_left_out(place: Site, tmp_path: Path) -> None:
    receivers = set(place.run(PREPARE).split())
    assert len(receivers) == PHONES
    said, heard = tmp_path / "said", tmp_path / "heard"
    workers = [Program(place, "support.loopback", str(heard), out=tmp_path / f"worker{n}") for n in range(2)]
    publisher = Program(place, "support.publisher", str(POINTS), "0.05", out=said)
    for program in (*workers, publisher):
        program.start()
    try:
        assert kill_at_random([*workers, publisher]) > KILLS / 2
        publisher.kill()
        wait_until_nothing_waits(place, workers)
    finally:
        for worker in workers:
            worker.stop()
    announced = {words[1] for words in lines(said) if words[0] == "new"}
    over = {words[1] for words in lines(said) if words[0] == "end"}
    standing, versions = set(place.run(STANDING).split()), told(heard)
    assert len(announced) > POINTS and over and not over & standing
    # What stands was told to everybody; of what was ended, whoever heard the warning heard the end.
    assert {(receiver, alert) for alert in standing for receiver in receivers} - versions.keys() == set()
    assert {pair for pair, told_of in versions.items() if pair[1] not in standing and max(told_of) == 1} == set()
