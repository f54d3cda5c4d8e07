"""Prints rows as a table of Markdown and keeps them as JSON. `python -m bench.table JSON` prints the table again."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import ROOT
from bench.figures import Row

HEAD = "| what | median | smallest – largest | unit | aim | note |\n|---|---:|---:|---|---|---|"


def machine() -> str:
    """Return processor, memory and system in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release().partition('-')[0]} {platform.machine()}"
    return f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, {system}, Python {platform.python_version()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "?"
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "?")


def commit() -> str:
    """Return the commit measured, marked when the tree differs from it."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def load() -> list[float]:
    """Return the machine's load averages of one, five and fifteen minutes."""
    return [round(value, 2) for value in os.getloadavg()]


def body(rows: list[Row], about: dict[str, Any]) -> dict[str, Any]:
    """Return the whole run as JSON-ready values. `about` says how it was run."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "commit": commit(),
        "machine": machine(),
        **about,
        "rows": [row.as_json() for row in rows],
    }


def markdown(run: dict[str, Any]) -> str:
    """Return a run as Markdown: when and where, then a table for each section."""
    lines = [
        f"Measured {str(run['at'])[:10]} at commit `{run['commit']}` on {run['machine']}.",
        f"Load averages before: {_loads(run['load_before'])}; after: {_loads(run['load_after'])}. "
        f"Rounds: {run['rounds']}{', quick' if run['quick'] else ''}.",
    ]
    section = ""
    for row in map(Row.from_json, run["rows"]):
        if row.section != section:
            section = row.section
            lines += ["", f"### {section}", "", HEAD]
        lines.append(_line(row))
    return "\n".join(lines) + "\n"


def _loads(values: list[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _line(row: Row) -> str:
    if not row.rounds:
        return f"| {row.name} | – | – | | {row.bar} | {row.note} |"
    low, high = _figure(min(row.rounds)), _figure(max(row.rounds))
    spread = low if low == high else f"{low} – {high}"
    return f"| {row.name} | **{_figure(row.median)}** | {spread} | {row.unit} | {row.bar} | {row.note} |"


def _figure(value: float | None) -> str:
    """Return a figure in three digits, thousands apart; whole numbers as they are."""
    if value is None:
        return "–"
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".") if abs(value) >= 0.001 else f"{value:.1g}"


def keep(run: dict[str, Any], folder: Path) -> None:
    """Write `bench.json` and `bench.md` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.json").write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n")
    (folder / "bench.md").write_text(markdown(run))


if __name__ == "__main__":
    print(markdown(json.loads(Path(sys.argv[1]).read_text())), end="")
