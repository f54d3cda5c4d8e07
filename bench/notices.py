"""From a warning that is published to the last of 12,000 phones handed to a carrier that ends on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import PATHS, ROOT
from bench.figures import Row, Timing
from bench.run import POSTGRES, SQLITE, Bench
from support.living import Home

SECTION = "Notices: from published to handed over"
PHONES, POINTS = 12_000, 200
WITHIN = 300.0  # seconds to wait for the last of a round
CASES = ((SQLITE, 1), (POSTGRES, 1), (POSTGRES, 2))


def run(bench: Bench) -> list[Row]:
    """Measure SQLite with one worker, PostgreSQL with one and with two."""
    rows: list[Row] = []
    for database, workers in CASES:
        bench.say(f"notices: {database}, {workers} worker{'s' * (workers > 1)}")
        home, heard = bench.home(database), bench.work / f"heard-{database}-{workers}"
        phones = PHONES // 10 if bench.quick else PHONES
        with _publisher(home, phones) as publisher, _workers(home, heard, workers):
            timings = [_round(publisher, heard, phones) for _ in range(bench.rounds + 1)][1:]  # the first warms up
        rows += _rows(f"{database}, {workers} worker{'s' * (workers > 1)}", phones, timings)
    return rows


def _rows(name: str, phones: int, timings: list[Timing]) -> list[Row]:
    note = f"{phones:,} phones of {POINTS} points; every look at the outbox included"
    return [
        Row(SECTION, f"{name}: p50", "ms", [timing.p50 for timing in timings], note),
        Row(SECTION, f"{name}: p99", "ms", [timing.p99 for timing in timings]),
        Row(SECTION, f"{name}: the last one", "ms", [1000 * timing.wall for timing in timings]),
        Row(SECTION, f"{name}: handed over twice", "", [float(timing.failed) for timing in timings], bar="0"),
    ]


def _round(publisher: subprocess.Popen[str], heard: Path, phones: int) -> Timing:
    """Publish once and return how long each phone's message took."""
    before = len(_lines(heard))
    assert publisher.stdin is not None and publisher.stdout is not None
    publisher.stdin.write("\n")
    publisher.stdin.flush()
    began = json.loads(publisher.stdout.readline())["began"]
    deadline = time.monotonic() + WITHIN
    while len(new := _lines(heard)[before:]) < phones:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(new)} of {phones} after {WITHIN:.0f} s")
        time.sleep(0.2)
    time.sleep(1.0)  # what would come twice comes now
    new = _lines(heard)[before:]
    first: dict[str, float] = {}
    for line in new:
        receiver, _alert, _version, at = line.split()
        first.setdefault(receiver, float(at))
    seconds = [at - began for at in first.values()]
    return Timing(seconds, max(seconds), failed=len(new) - len(first))


def _lines(path: Path) -> list[str]:
    text = path.read_text() if path.exists() else ""
    return text[: text.rfind("\n") + 1].splitlines()


@contextmanager
def _publisher(home: Home, phones: int) -> Iterator[subprocess.Popen[str]]:
    with _program(home, "bench.subscribed", str(phones), str(POINTS)) as process:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("bench.subscribed did not begin")
        yield process


@contextmanager
def _workers(home: Home, heard: Path, count: int) -> Iterator[None]:
    with _program(home, "support.loopback", str(heard)):
        if count == 1:
            yield
        else:
            with _workers(home, heard, count - 1):
                yield


@contextmanager
def _program(home: Home, *words: str) -> Iterator[subprocess.Popen[str]]:
    env = home.environment | {"PYTHONPATH": ":".join(PATHS)}
    process = subprocess.Popen(
        [sys.executable, "-m", *words], env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)
