"""Run a script with the Node that set-up brought: `node.py FILE ARGUMENTS…`."""

from __future__ import annotations

import os
import subprocess
import sys

from machine import ROOT, node_parts
from machine.words import CannotGoOn, stop


def main(words: list[str]) -> int:
    """Return the script's exit code."""
    try:
        command = [str(node_parts.home() / "bin" / "node"), *words]
        return subprocess.run(command, cwd=ROOT, env={**os.environ, **node_parts.environment()}, check=False).returncode
    except CannotGoOn as problem:
        stop(problem)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
