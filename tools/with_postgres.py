"""Run a command beside a PostgreSQL of its own: `with_postgres.py [--durable] COMMAND…` gets DATABASE_URL.

The server lives on a Unix socket in a throw-away folder (as another account when root asks)
and ends with the command.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from machine import postgres
from machine.words import CannotGoOn, stop


def main(words: list[str]) -> int:
    """Return the command's exit code."""
    durable = words[:1] == ["--durable"]
    command = words[1:] if durable else words
    if not command:
        print((__doc__ or "").splitlines()[0], file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    try:
        with postgres.running(durable=durable) as server:
            env = {**os.environ, "DATABASE_URL": server.url}
            return subprocess.run(command, env=env, check=False).returncode
    except CannotGoOn as problem:
        stop(problem)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
