"""Runs code in an installation again and again: a process that has loaded it forks for each, so each begins alike.

    ready = Ready(environ)
    code, out, err = ready.run("print(1)")   # what `python -c` in that environment would give, without loading Django

Run as a program it is that process: it reads [code, words] as JSON lines and answers [exit code, out, err].
"""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
import threading
import traceback
from typing import Any

from support import starting
from support.house import ROOT


class Ready:
    """A process that has loaded the installation of an environment. It ends with whoever started it."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.environ, self.lock = environ, threading.Lock()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            program = [sys.executable, "-m", "support.ready"]
            self.process = starting.start(program, env=environ, cwd=ROOT / "tests", stdin=theirs, stdout=theirs)
            self.line = ours.makefile("rw", encoding="utf-8")

    def run(self, code: str, *words: str) -> tuple[int, str, str] | None:
        """Run Python with these words as arguments; None when it is busy with another thread's, or has ended."""
        if not self.lock.acquire(blocking=False):
            return None
        try:
            self.line.write(json.dumps([code, words]) + "\n")
            self.line.flush()
            answer = json.loads(self.line.readline())
            return int(answer[0]), str(answer[1]), str(answer[2])
        finally:
            self.lock.release()

    def end(self) -> None:
        """End the process."""
        self.line.close()
        self.process.wait(30)


def _forked(code: str, words: list[str]) -> tuple[int, str, str]:
    """Run the code in a child of this process; return its exit code and what it printed."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            os._exit(_executed(code, words))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        for file in (out, err):
            file.seek(0)
        return status, out.read().decode(), err.read().decode()


def _executed(code: str, words: list[str]) -> int:
    """Run the code as `python -c` would; return its exit code."""
    sys.argv = ["-c", *words]
    known: dict[str, Any] = {"__name__": "__main__"}
    try:
        exec(compile(code, "<string>", "exec"), known)
        return 0
    except SystemExit as asked:
        return asked.code if isinstance(asked.code, int) else int(asked.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def main() -> None:
    """Load Django once, then answer until nobody asks any more."""
    import django

    django.setup()
    for line in sys.stdin:
        code, words = json.loads(line)
        print(json.dumps(_forked(code, words)), flush=True)


if __name__ == "__main__":
    main()
