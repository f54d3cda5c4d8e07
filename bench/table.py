"""Prints rows as a table of Markdown and keeps them as JSON."""

from __future__ import annotations

import json
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Row


def machine() -> str:
    """Return processor count, memory and system in one line."""
    import os

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def commit() -> str:
    """Return the commit measured, marked when the tree differs from it."""
    done = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def markdown(rows: list[Row], load: str) -> str:
    """Return the whole table with its date, machine and commit."""
    lines = [
        f"Measured {datetime.now(UTC):%Y-%m-%d} at `{commit()}` on {machine()}; load before: {load}.",
        "Median of the rounds; smallest and largest beside it. Ratios are taken round by round.",
    ]
    section = ""
    for row in rows:
        if row.section != section:
            section = row.section
            lines += ["", f"## {section}", "", "| what | median | min – max | unit | note |", "|---|---|---|---|---|"]
        low, high = min(row.rounds), max(row.rounds)
        lines.append(f"| {row.name} | {row.median:.3g} | {low:.3g} – {high:.3g} | {row.unit} | {row.note} |")
    return "\n".join(lines) + "\n"


def keep(rows: list[Row], folder: Path, load: str) -> None:
    """Write `bench.json` and `bench.md` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    body = {
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "commit": commit(),
        "machine": machine(),
        "load": load,
        "rows": [row.as_json() for row in rows],
    }
    (folder / "bench.json").write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n")
    (folder / "bench.md").write_text(markdown(rows, load))
