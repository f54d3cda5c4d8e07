"""Steps that are done once: each leaves a stamp of what it was made from, so that a second run costs nothing."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from machine import SETUP
from machine.words import choose

LOG = SETUP / "log.txt"
HEARTBEAT = 20.0  # seconds between signs of life during a long step


def digest(parts: Iterable[Path | str]) -> str:
    """Return one SHA-256 over texts and files (a missing file counts as empty)."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part.read_bytes() if part.is_file() else b""
        total.update(hashlib.sha256(data).digest())
    return total.hexdigest()


def is_done(name: str, made_from: str, outputs: Iterable[Path] = ()) -> bool:
    """Tell whether step `name` was finished from exactly this input and what it made is still there."""
    stamp = SETUP / f"{name}.stamp"
    return stamp.is_file() and stamp.read_text() == made_from and all(path.exists() for path in outputs)


def once(name: str, made_from: str, outputs: Iterable[Path], work: Callable[[], None]) -> bool:
    """Do `work` unless its stamp matches; stamp it afterwards. Returns whether anything was done."""
    outputs = list(outputs)
    if is_done(name, made_from, outputs):
        return False
    stamp = SETUP / f"{name}.stamp"
    stamp.unlink(missing_ok=True)
    work()
    SETUP.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_from)
    return True


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one set-up work at a time in this checkout."""
    SETUP.mkdir(parents=True, exist_ok=True)
    with open(SETUP / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    log: Path = LOG,
) -> bool:
    """Run a command with its output in the log, a sign of life every 20 s; on failure print its last lines."""
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with open(log, "ab") as output:
        output.write(f"\n$ {' '.join(map(str, command))}\n".encode())
        output.flush()
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        while True:
            try:
                code = process.wait(timeout=HEARTBEAT)
                break
            except subprocess.TimeoutExpired:
                seconds = int(time.monotonic() - started)
                print(
                    "  … " + choose(f"{seconds} s, sigue trabajando", f"{seconds} s, still working"),
                    flush=True,
                )
    if code != 0:
        _print_tail(log)
    return code == 0


def _print_tail(log: Path, lines: int = 8) -> None:
    with open(log, encoding="utf-8", errors="replace") as text:
        for line in deque(text, maxlen=lines):
            print("    " + line.rstrip(), flush=True)
