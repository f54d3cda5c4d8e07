"""`python -m bench`: measure everything, or the sections named, and write a table with its JSON."""

from __future__ import annotations

import argparse
import signal
import sys
from importlib import import_module
from pathlib import Path

from bench import ROOT, table
from bench.figures import Row, absent
from bench.run import Bench, begun

SECTIONS = (
    "accept",
    "crowds",
    "board",
    "memory",
    "wire",
    "desk",
    "feeds",
    "drill",
    "polling",
    "live",
    "notices",
    "sms",
    "sealedsms",
)


def measure(bench: Bench, name: str) -> list[Row]:
    """Run one section; one that cannot be measured here says so in the table and leaves the others alone."""
    bench.say(f"── {name}")
    section = import_module(f"bench.{name}")
    try:
        rows: list[Row] = section.run(bench)
        return rows
    except Exception as problem:
        bench.say(f"{name}: {type(problem).__name__}: {problem}")
        return [absent(section.SECTION, "the rest of this section", f"{type(problem).__name__}: {problem}"[:200])]


def main() -> int:
    """Return 0 whatever the figures say: nothing here passes or fails."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a look in minutes: short rounds, small tables")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="measure this section (may be repeated)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each measurement, at least 3 (5)")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench", help="where to write (var/bench)")
    asked = parser.parse_args()
    if asked.rounds < 3:
        parser.error("a median needs three rounds")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))  # what was started is stopped
    before = table.load()
    with begun(rounds=asked.rounds, quick=asked.quick) as bench:
        rows: list[Row] = []
        for name in asked.only or SECTIONS:
            rows += measure(bench, name)
            about = {"rounds": asked.rounds, "quick": asked.quick, "load_before": before, "load_after": table.load()}
            run = table.body(rows, about)
            table.keep(run, asked.out)  # after each section, so that a run that is stopped leaves what it has
    print(table.markdown(run))
    print(f"→ {asked.out / 'bench.json'}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
