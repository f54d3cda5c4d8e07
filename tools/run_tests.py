"""Run every test, or the parts named: scripts, sqlite, postgres, journeys. Ends with one clear line.

`ONLY="tests/alerts tests/web"` runs those alone. Red for a reason outside the code (no browser, no PostgreSQL) is one
sentence that names the cure.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from machine import PYTHON, ROOT, browser, node_parts, postgres
from machine.words import CannotGoOn, choose, stop

PYTEST = [str(PYTHON), "-m", "pytest", "--durations=10"]
# What asks no database: the house's conventions, the tools, the formats, what is compared with the proxy or with a
# release, words and addresses. The demonstration is on SQLite whatever is asked.
WITHOUT_IT = (
    *("house", "tools", "sealing", "demo", "territory/test_resolving.py"),
    *(f"command/test_{name}.py" for name in ("around", "language", "listening", "progress", "proxy", "verify_site")),
)
ALL_RUN = {"NO_SKIPS": "1"}  # a test that cannot run here is red, and says what it lacks
CLOSING = re.compile(r"^=+ .*(passed|failed|error|no tests).* =+$|^. (tests|pass|fail) \d+$")


@dataclass
class Outcome:
    """How one part went: its closing line, whether it is green, its seconds."""

    part: str
    line: str
    green: bool
    seconds: float


def follow(command: list[str], env: dict[str, str]) -> tuple[int, str]:
    """Run a command, passing its output on as it comes; return its code and closing lines joined."""
    closing: list[str] = []
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        sys.stdout.write(line)
        sys.stdout.flush()
        if CLOSING.match(line.strip()):
            closing.append(line.strip(" =\nℹ#"))
    return process.wait(), " · ".join(closing)


def chosen() -> list[str]:
    """Return the tests to run: all, or the files and folders of ONLY."""
    return os.environ.get("ONLY", "tests").split()


def workers() -> str:
    """Return how many test processes to run: the cores and one, for each waits now and then; at most four."""
    return os.environ.get("WORKERS", str(min(4, (os.cpu_count() or 1) + 1)))


def scripts() -> tuple[int, str]:
    """Test the browser modules under Node."""
    if not any((ROOT / "tests" / "js").rglob("*.test.mjs")):
        return 1, "tests/js holds no *.test.mjs"
    command = [
        str(node_parts.home() / "bin" / "node"),
        "--test",
        "--test-reporter=spec",
        "tests/js/**/*.test.mjs",
    ]
    return follow(command, node_parts.environment())


def sqlite() -> tuple[int, str]:
    """Test everything but what drives a browser on SQLite."""
    command = [*PYTEST, *chosen(), "-m", "not journey", "-n", workers(), "--dist=loadgroup"]
    return follow(command, ALL_RUN | {"DATABASE_URL": ""})


def on_postgres() -> tuple[int, str]:
    """Test again, on a PostgreSQL of the run's own, all that may ask it anything (see WITHOUT_IT)."""
    command = [*PYTEST, *chosen(), "-m", "not journey", *(f"--ignore=tests/{name}" for name in WITHOUT_IT)]
    with postgres.running() as server:
        return follow([*command, "-n", workers(), "--dist=loadgroup"], ALL_RUN | {"DATABASE_URL": server.url})


def journeys() -> tuple[int, str]:
    """Walk the journeys in Chromium against real server processes."""
    browser.get()
    command = [*PYTEST, *chosen(), "-m", "journey", "-n", workers(), "--dist=loadfile"]
    return follow(command, ALL_RUN | {"DATABASE_URL": ""})


PARTS: dict[str, Callable[[], tuple[int, str]]] = {
    "scripts": scripts,
    "journeys": journeys,
    "postgres": on_postgres,
    "sqlite": sqlite,
}


@contextmanager
def titled(part: str) -> Iterator[None]:
    """Print a heading, so that a reader of the log finds the part."""
    print(f"\n──── {part} " + "─" * (60 - len(part)), flush=True)
    yield


def run(part: str) -> Outcome:
    """Run one part."""
    started = time.monotonic()
    with titled(part):
        code, line = PARTS[part]()
    return Outcome(part, line, code == 0, time.monotonic() - started)


def report(outcomes: list[Outcome]) -> int:
    """Print what each part came to, then the one line; return the exit code."""
    print()
    for outcome in outcomes:
        mark = "✓" if outcome.green else "✗"
        print(f"{mark} {outcome.part:<9} {outcome.seconds:5.0f} s  {outcome.line}")
    total = sum(outcome.seconds for outcome in outcomes)
    took = f"{total // 60:.0f} min {total % 60:.0f} s"
    red = ", ".join(outcome.part for outcome in outcomes if not outcome.green)
    if red:
        print(choose(f"ROJO: falló {red} ({took}).", f"RED: {red} failed ({took})."))
        return 1
    print(choose(f"VERDE: pasó todo ({took}).", f"GREEN: all passed ({took})."))
    return 0


def main(parts: list[str]) -> int:
    """Run the named parts, or all."""
    unknown = set(parts) - PARTS.keys()
    if unknown:
        print(f"unknown part: {', '.join(sorted(unknown))}; parts: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    try:
        return report([run(part) for part in parts or PARTS])
    except CannotGoOn as problem:
        stop(problem)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
