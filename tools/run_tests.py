"""Run every test, or the parts named: scripts, sqlite, postgres, journeys. Ends with one clear line.

Parts run side by side: each waits now and then for a browser, a process or a clock, and another uses the cores
meanwhile. How far each is shows as it goes; all that it said is printed at its end, and stays in var/tests/<part>.log.

`ONLY="tests/alerts tests/web"` runs those alone. Red for a reason outside the code (no browser, no PostgreSQL) is one
sentence that names the cure.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Lock

from machine import PYTHON, ROOT, browser, node_parts, postgres
from machine.words import CannotGoOn, choose

PYTEST = [str(PYTHON), "-m", "pytest", "--durations=10"]
# What asks no database: the house's conventions, the tools, the formats, what is compared with the proxy or with a
# release, words and addresses; and the workbench, which knows no server, but for what it opens of a real one. The
# demonstration is on SQLite whatever is asked.
WITHOUT_IT = (
    *(f"workbench/{path.name}" for path in (ROOT / "tests/workbench").glob("test_*.py") if "_a_site" not in path.name),
    *(
        "house",
        "tools",
        "sealing",
        "demo",
        "territory/test_resolving.py",
        "web/test_storage.py",
        "web/test_small_scripts.py",
    ),
    *(
        f"command/test_{name}.py"
        for name in ("around", "language", "listening", "progress", "proxy", "reveal", "verify_site")
    ),
)
ALL_RUN = {"NO_SKIPS": "1"}  # a test that cannot run here is red, and says what it lacks
CLOSING = re.compile(r"^=+ .*(passed|failed|error|no tests).* =+$|^. (tests|pass|fail) \d+$")
PROGRESS = re.compile(r"^[.FEsxX]+ +\[ *\d+%\]$")
LOGS = ROOT / "var" / "tests"
JOURNEYS = ROOT / "tests" / "journeys"
NO_JOURNEY = ("-m", "not journey", f"--ignore={JOURNEYS}")
AT_ONCE = 3  # parts side by side
printing = Lock()


@dataclass
class Outcome:
    """How one part went: its closing line, whether it is green, its seconds."""

    part: str
    line: str
    green: bool
    seconds: float


@dataclass(frozen=True)
class Course:
    """The running of one part: its name, and whether others run beside it."""

    part: str
    beside: bool

    def follow(self, command: list[str], env: dict[str, str]) -> tuple[int, str]:
        """Run a command into this part's log, showing how it goes; return its code and closing lines joined."""
        closing: list[str] = []
        LOGS.mkdir(parents=True, exist_ok=True)
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        with open(LOGS / f"{self.part}.log", "w", encoding="utf-8") as log:
            for line in process.stdout:
                log.write(line)
                log.flush()
                self.show(line)
                if CLOSING.match(line.strip()):
                    closing.append(line.strip(" =\nℹ#"))
        return process.wait(), " · ".join(closing)

    def show(self, line: str) -> None:
        """Pass a line on; of parts that run side by side, those alone that tell how far each is."""
        if not self.beside:
            print(line, end="", flush=True)
        elif PROGRESS.match(line.strip()):
            with printing:
                print(f"{self.part:<9} {line}", end="", flush=True)

    def workers(self) -> str:
        """Return how many test processes to run: a part alone wants one more than the cores, for each waits."""
        cores = os.cpu_count() or 1
        return os.environ.get("WORKERS", str(min(4, max(2, cores) if self.beside else cores + 1)))


def chosen(otherwise: Sequence[str] = ("tests",)) -> list[str]:
    """Return the tests to run: the files and folders of ONLY, or all."""
    return os.environ.get("ONLY", "").split() or [*otherwise]


def with_journeys() -> list[str]:
    """Return where journeys are: in their folder, and in files elsewhere that say so. No other need be read."""
    others = (path for path in (ROOT / "tests").rglob("test_*.py") if path.parent.name != JOURNEYS.name)
    return [str(JOURNEYS), *(str(path) for path in others if "mark.journey" in path.read_text(encoding="utf-8"))]


def scripts(course: Course) -> tuple[int, str]:
    """Test the browser modules under Node."""
    if not any((ROOT / "tests" / "js").rglob("*.test.mjs")):
        return 1, "tests/js holds no *.test.mjs"
    command = [
        str(node_parts.home() / "bin" / "node"),
        "--test",
        "--test-reporter=spec",
        "tests/js/**/*.test.mjs",
    ]
    return course.follow(command, node_parts.environment())


def sqlite(course: Course) -> tuple[int, str]:
    """Test everything but what drives a browser on SQLite."""
    command = [*PYTEST, *chosen(), *NO_JOURNEY, "-n", course.workers(), "--dist=loadgroup"]
    return course.follow(command, ALL_RUN | {"DATABASE_URL": ""})


def on_postgres(course: Course) -> tuple[int, str]:
    """Test again, on a PostgreSQL of the run's own, all that may ask it anything (see WITHOUT_IT)."""
    command = [*PYTEST, *chosen(), *NO_JOURNEY, *(f"--ignore=tests/{name}" for name in WITHOUT_IT)]
    with postgres.running() as server:
        url = {"DATABASE_URL": server.url}
        return course.follow([*command, "-n", course.workers(), "--dist=loadgroup"], ALL_RUN | url)


def journeys(course: Course) -> tuple[int, str]:
    """Walk the journeys in Chromium against real server processes."""
    browser.get()
    command = [*PYTEST, *chosen(with_journeys()), "-m", "journey", "-n", course.workers(), "--dist=loadfile"]
    # Pictures are for whoever runs the journeys to look at them, not for a run of everything.
    pictures = {"SCREENS": os.environ.get("SCREENS", "0")} if course.beside else {}
    return course.follow(command, ALL_RUN | {"DATABASE_URL": ""} | pictures)


PARTS: dict[str, Callable[[Course], tuple[int, str]]] = {
    "scripts": scripts,
    "journeys": journeys,
    "postgres": on_postgres,
    "sqlite": sqlite,
}


def run(part: str, *, beside: bool) -> Outcome:
    """Run one part. What it said is printed as it comes, or, with others beside it, when it is over."""
    started = time.monotonic()
    title = f"\n──── {part} " + "─" * (60 - len(part))
    log = LOGS / f"{part}.log"
    log.unlink(missing_ok=True)  # a part that cannot begin shall not show what an earlier run said
    if not beside:
        print(title, flush=True)
    try:
        code, line = PARTS[part](Course(part, beside))
    except CannotGoOn as problem:
        code, line = 1, str(problem)
    except Exception as fault:
        traceback.print_exc()
        code, line = 1, repr(fault)
    if beside:
        with printing:
            print(title, log.read_text(encoding="utf-8") if log.exists() else line, sep="\n", flush=True)
    return Outcome(part, line, code == 0, time.monotonic() - started)


def run_all(parts: Sequence[str]) -> list[Outcome]:
    """Run parts side by side, and return how each went in the order given."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(partial(run, beside=len(parts) > 1), parts))


def report(outcomes: list[Outcome], total: float) -> int:
    """Print what each part came to, then the one line; return the exit code."""
    print()
    for outcome in outcomes:
        mark = "✓" if outcome.green else "✗"
        print(f"{mark} {outcome.part:<9} {outcome.seconds:5.0f} s  {outcome.line}")
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
    # Hundreds of processes begin in these tests: none shall compile anew what another compiled.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.monotonic()
    try:
        outcomes = run_all(parts or list(PARTS))
        return report(outcomes, time.monotonic() - started)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
