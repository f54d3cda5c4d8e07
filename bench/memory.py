"""What the whole service keeps in memory at a million alerts: idle, under load, and inside a limit of 192 MB."""

from __future__ import annotations

import http.client
import os
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from bench import reports
from bench.board import SIZES, board_path, fill, reads
from bench.figures import Row, Timing, absent
from bench.load import request
from bench.run import LIFTED, SQLITE, Bench, send
from support.living import Home, Live

SECTION = "Memory"
LIMIT = 192 * 2**20  # bytes for all processes of the service together
SIGN_INS = 10
MB = 2**20
FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
CGROUP = Path("/sys/fs/cgroup")


def run(bench: Bench) -> list[Row]:
    """Measure the service as `serve` starts it, web and worker, first free, then inside the limit."""
    home = bench.kept_home(f"history {SQLITE}", SQLITE)
    size = 5_000 if bench.quick else SIZES[-1]
    fill(home, size)
    rows = _free(bench, home, size)
    with limited(LIMIT) as group:
        if group is None:
            return [*rows, absent(SECTION, "inside 192 MB", "no group of processes may be limited here without root")]
        return rows + _inside(bench, home, group, size)


def _free(bench: Bench, home: Home, size: int) -> list[Row]:
    idle, peak, after = [], [], []
    for number in range(bench.rounds):
        bench.say(f"memory: {size:,} alerts, round {number + 1} of {bench.rounds}")
        with home.live("serve", "--plain-http", **LIFTED) as live:
            send(bench, live.port, list(reads(home, live).values()) * 4)
            time.sleep(2)
            idle.append(held(live) / MB)
            with watched(live) as most:
                _load(bench, home, live)
            peak.append(most[0] / MB)
            after.append(held(live) / MB)
    told = "proportional share of web and worker together"
    return [
        Row(SECTION, f"{size:,} alerts: idle after 20 pages", "MB", idle, told),
        Row(SECTION, f"{size:,} alerts: most under load", "MB", peak, f"reports, boards, {SIGN_INS} sign-ins at once"),
        Row(SECTION, f"{size:,} alerts: after the load", "MB", after),
    ]


def _inside(bench: Bench, home: Home, group: Group, size: int) -> list[Row]:
    accepted, waits, signed, most = [], [], [], []
    for number in range(bench.rounds):
        bench.say(f"memory: inside {LIMIT // MB} MB, round {number + 1} of {bench.rounds}")
        with group.holding(), _served(home) as live:
            group.leave()
            timing, done = _load(bench, home, live)
            accepted.append(timing.rate)
            waits.append(timing.p99)
            signed.append(float(done))
            most.append(group.most() / MB)
    name = f"inside {LIMIT // MB} MB, {size:,} alerts"
    return [
        Row(SECTION, f"{name}: processes killed for memory", "", [float(group.killed())], bar="0"),
        Row(SECTION, f"{name}: most held, with what the disk keeps", "MB", most, "of the limit's own counter"),
        Row(SECTION, f"{name}: reports accepted, 16 clients", "/s", accepted),
        Row(SECTION, f"{name}: p99 of those", "ms", waits),
        Row(SECTION, f"{name}: signed in, of {SIGN_INS} at once", "", signed, bar=str(SIGN_INS)),
    ]


@contextmanager
def _served(home: Home) -> Iterator[Live]:
    with home.live("serve", "--plain-http", **LIFTED) as live:
        yield live


def _load(bench: Bench, home: Home, live: Live) -> tuple[Timing, int]:
    """Let reports arrive, boards be read and ten people sign in; return how reports went and who got in."""
    token = live.secrets["points"]["leader"]["device"]
    stock = reports.Stock(reports.Sender.of(live))
    made = stock.json(int(1000 * bench.seconds))
    board = [request("GET", board_path(live), Authorization=f"Point {token}", Accept_Encoding="br")]
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(send, bench, live.port, board, clients=16, again=True)
        signing = [pool.submit(sign_in, live, person) for person in people(live)]
        timing = send(bench, live.port, made, clients=16)
        reading.result()
        return timing, sum(one.result() for one in signing)


def people(live: Live) -> list[dict[str, str]]:
    """Return ten people to sign in; who is left over comes a second time."""
    known = [dict(person) for person in live.secrets["people"].values()]
    return (known * SIGN_INS)[:SIGN_INS]


def sign_in(live: Live, person: dict[str, str]) -> bool:
    """Sign somebody in as a browser does; tell whether the password was taken. No answer is a no."""
    try:
        return _signed_in(live, person)
    except (OSError, http.client.HTTPException):
        return False


def _signed_in(live: Live, person: dict[str, str]) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", live.port, timeout=60)
    line.request("GET", "/entrar/", headers={"Accept": "text/html"})
    page = line.getresponse()
    found = FIELD.search(page.read().decode())
    cookies = "; ".join(value.split(";")[0] for name, value in page.getheaders() if name.lower() == "set-cookie")
    fields = {"login": person["login"], "password": person["password"]}
    fields["csrfmiddlewaretoken"] = found[1] if found else ""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html", "Cookie": cookies}
    headers |= {"Origin": live.url, "Referer": f"{live.url}/entrar/"}
    line.request("POST", "/entrar/", urlencode(fields), headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status == 302


def held(live: Live, command: str = "") -> int:
    """Return the bytes that all processes of a service hold, what they share counted once (Linux's PSS).

    With `command`, only of those whose command line has this word.
    """
    total = 0
    for pid in processes(live):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        if command and command.encode() not in words:
            continue
        total += sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def processes(live: Live) -> list[int]:
    """Return the process that `serve` is and all that it began, and they in turn."""
    assert live.process is not None
    children: dict[int, list[int]] = {}
    for place in Path("/proc").iterdir():
        try:
            if place.name.isdigit():
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(place.name))
        except OSError:
            continue
    found, ahead = [], [live.process.pid]
    while ahead:
        found.append(one := ahead.pop())
        ahead += children.get(one, [])
    return found


@contextmanager
def watched(live: Live) -> Iterator[list[int]]:
    """Look ten times a second during the block; the list's one number is the most that was held."""
    most, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(0.1):
            most[0] = max(most[0], held(live))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


class Group:
    """A control group of processes with a limit of memory, of either version of Linux's interface."""

    def __init__(self, place: Path, limit: int) -> None:
        self.place, self.unified = place, (place / "cgroup.controllers").exists()
        (place / ("memory.max" if self.unified else "memory.limit_in_bytes")).write_text(str(limit))
        self._home = place.parent

    def _enter(self, place: Path) -> None:
        (place / "cgroup.procs").write_text(str(os.getpid()))

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Be inside from here on: what is started now is born inside. `leave` goes out and leaves it there."""
        counter = self.place / ("memory.peak" if self.unified else "memory.max_usage_in_bytes")
        if not self.unified:
            counter.write_text("0")
        self._enter(self.place)
        try:
            yield
        finally:
            self.leave()

    def leave(self) -> None:
        """Go out again, so that only the service is limited."""
        self._enter(self._home)

    def most(self) -> int:
        """Return the most bytes the group held."""
        return int((self.place / ("memory.peak" if self.unified else "memory.max_usage_in_bytes")).read_text())

    def killed(self) -> int:
        """Return how many processes the system ended for want of memory."""
        lines = (self.place / ("memory.events" if self.unified else "memory.oom_control")).read_text().splitlines()
        return next((int(line.split()[1]) for line in lines if line.split()[0] == "oom_kill"), 0)


@contextmanager
def limited(limit: int) -> Iterator[Group | None]:
    """Make a limited group for the block; None where this account may not."""
    above = CGROUP if (CGROUP / "cgroup.controllers").exists() else CGROUP / "memory"
    place = above / f"atarraya-bench-{os.getpid()}"
    try:
        place.mkdir()
        group = Group(place, limit)
    except OSError:
        place.rmdir() if place.exists() else None
        yield None
        return
    try:
        yield group
    finally:
        for _ in range(50):  # its processes need a moment to be gone
            try:
                place.rmdir()
                break
            except OSError:
                time.sleep(0.1)
