"""The fast gate, `make check`: runs every check, shows what each red one said, ends with one line."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from machine import ROOT, VENV, node_parts
from machine.words import choose

TOOLS_PATH = os.pathsep.join((str(ROOT / "src"), str(ROOT / "tools")))


@dataclass(frozen=True)
class Gate:
    """One check: its name, its command, and variables of its own."""

    name: str
    command: list[str]
    env: dict[str, str]


def _tool(name: str) -> str:
    return str(VENV / "bin" / name)


def gates(folder: Path) -> list[Gate]:
    """Return all checks, the longest first. `folder` is a place they may fill."""
    data = {"ATARRAYA_DATA": str(folder / "data"), "ATARRAYA_HOSTS": "example.org", "DATABASE_URL": ""}
    production = data | {"DJANGO_SETTINGS_MODULE": "atarraya.settings.production"}
    python = _tool("python")
    found = [
        Gate("types", [_tool("mypy")], {}),
        Gate("types of the tools", [_tool("mypy"), *_tool_files(), "tools/machine"], {"MYPYPATH": TOOLS_PATH}),
        Gate("house", [_tool("pytest"), "tests/house", "-m", "not slow"], {"DATABASE_URL": ""}),
        Gate("style", [_tool("ruff"), "check", "."], {}),
        Gate("format", [_tool("ruff"), "format", "--check", "."], {}),
        Gate("layers", [_tool("lint-imports")], {}),
        Gate("security", [_tool("bandit"), "-q", "-r", "src", "-c", "pyproject.toml"], {}),
        Gate("deployment", [python, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"], production),
    ]
    if (ROOT / "tsconfig.json").exists():
        compiler = str(ROOT / "node_modules" / "typescript" / "bin" / "tsc")
        node = str(node_parts.home() / "bin" / "node")
        found.append(Gate("types of scripts", [node, compiler, "--project", "tsconfig.json"], {}))
    return found


def _tool_files() -> list[str]:
    return [str(path.relative_to(ROOT)) for path in sorted((ROOT / "tools").glob("*.py"))]


def ask(gate: Gate) -> tuple[Gate, int, str, float]:
    """Run one check and return its exit code, output and seconds."""
    started = time.monotonic()
    done = subprocess.run(
        gate.command,
        cwd=ROOT,
        env={**os.environ, **gate.env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return gate, done.returncode, done.stdout, time.monotonic() - started


def main() -> int:
    """Run the checks two at a time and return 1 if any is red."""
    red: list[str] = []
    with tempfile.TemporaryDirectory(prefix="atarraya-check-") as folder, ThreadPoolExecutor(2) as pool:
        for gate, code, output, seconds in pool.map(ask, gates(Path(folder))):
            print(f"{'✗' if code else '✓'} {gate.name} ({seconds:.1f} s)", flush=True)
            if code:
                red.append(gate.name)
                print(output.rstrip(), flush=True)
    if red:
        names = ", ".join(red)
        print(choose(f"ROJO: {names}.", f"RED: {names}."))
        return 1
    print(choose("VERDE: la casa está en orden.", "GREEN: the house is in order."))
    return 0


if __name__ == "__main__":
    sys.exit(main())
