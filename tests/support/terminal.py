"""A person at a terminal: starts a program, waits for what it asks, and types."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path

WITHIN = 60  # seconds; a busy machine may take long


class Terminal:
    """A program on a terminal of its own. `said` is all it has shown."""

    def __init__(self, command: list[str], env: dict[str, str], cwd: Path | None = None) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 110, 0, 0))
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=env,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self.said = ""
        self.at = 0

    def wait_for(self, text: str) -> str:
        """Wait until `text` shows after what was last waited for; return what came up to it."""
        deadline = time.monotonic() + WITHIN
        while text not in self.said[self.at :]:
            if not self._read() or time.monotonic() > deadline:
                raise AssertionError(f"{text!r} never showed:\n{self.said[self.at :]}")
        end = self.said.index(text, self.at) + len(text)
        seen, self.at = self.said[self.at : end], end
        return seen

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self.master, text.encode() + b"\n")

    def answer(self, prompt: str, text: str) -> None:
        """Wait for a prompt and type a line."""
        self.wait_for(prompt)
        self.type(text)

    def _read(self) -> bool:
        ready, _w, _x = select.select([self.master], [], [], 1)
        if not ready:
            return self.process.poll() is None
        try:
            piece = os.read(self.master, 65536)
        except OSError:
            return False
        self.said += piece.decode("utf-8", "replace")
        return bool(piece)

    def end(self) -> int:
        """Read to its end and return the exit code."""
        deadline = time.monotonic() + WITHIN
        while self._read() and time.monotonic() < deadline:
            continue
        code = self.process.wait(WITHIN)
        os.close(self.master)
        return code

    def kill(self) -> None:
        """kill -9."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(WITHIN)
        os.close(self.master)

    @property
    def plain(self) -> str:
        """All it has shown, without the escapes it used itself."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.said).replace("\r\n", "\n")
