"""Starts this project's Python processes as `subprocess` would, but by forking one that has loaded the libraries.

    done = starting.run([PYTHON, "-m", "atarraya.command", "doctor"], env=environ)     # as subprocess.run, captured
    process = starting.start([PYTHON, "-c", code], env=environ, log=file, session=True)  # as subprocess.Popen

Loading Django, cryptography and the others takes most of the half second in which such a process begins, and the tests
begin thousands. The process forked from has none of the project's own code, no settings, no thread and no file of
theirs: what runs in the child is what the command would run, with its own environment, working folder, module path
and standard streams, and its end is the interpreter's own. A command that asks for another interpreter, or an
environment that changes how Python itself begins, is started in the ordinary way.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from support.house import ROOT

# What an interpreter reads when it begins, and cannot read again in a child. Each is left alone if it is as here.
AT_BIRTH = ("LD_LIBRARY_PATH", "LD_PRELOAD", "MALLOC_ARENA_MAX")
LANGUAGE = ("LANG", "LC_ALL", "LC_CTYPE")
HEEDED = {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
OPTIONS = ("-m", "-c")


@dataclass
class Started:
    """A process that was forked for us: what `subprocess.Popen` has, for what tests ask of it."""

    args: list[str]
    pid: int
    ended: int  # reads the exit status once it has ended
    returncode: int | None = None
    stdin: None = None
    stdout: None = None
    stderr: None = None
    lock: Any = field(default_factory=threading.Lock)

    def poll(self) -> int | None:
        """Return its exit code, or None while it runs."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; raise subprocess.TimeoutExpired after so many seconds."""
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return code

    def _look(self, timeout: float | None) -> int | None:
        until = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            left = None if until is None else max(0.0, until - time.monotonic())
            waiting = select.poll()
            with self.lock:
                if self.returncode is not None:
                    break
                waiting.register(self.ended, select.POLLIN)
                if waiting.poll(None if left is None else min(left, 0.2) * 1000 if left else 0):
                    said = os.read(self.ended, 4)
                    os.close(self.ended)
                    # Nothing said: the process that forked it has ended, and with it everything it had forked.
                    self.returncode = int.from_bytes(said, "little", signed=True) if said else -signal.SIGKILL
            if left == 0:
                break
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it outright."""
        self.send_signal(signal.SIGKILL)


Process = Started | subprocess.Popen[Any]
File = int | IO[Any] | socket.socket | None


class Forker:
    """The process that is forked from, and the socket on which it is asked."""

    def __init__(self) -> None:
        self.ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.lock = threading.Lock()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", str(Path(__file__).with_name("forker.py")), str(theirs.fileno())],
                env={name: value for name, value in os.environ.items() if not _of_python(name)},
                cwd="/",
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def start(self, order: dict[str, Any], files: list[int]) -> tuple[int, int]:
        """Fork; return the child's pid and the file that will tell its exit status."""
        with self.lock, tempfile.TemporaryFile() as told:
            told.write(json.dumps(order).encode())
            told.flush()
            reads, writes = os.pipe()
            try:
                socket.send_fds(self.ours, [b"start"], [told.fileno(), writes, *files])
            finally:
                os.close(writes)
            return int(self.ours.recv(32)), reads

    def end(self) -> None:
        """End it."""
        self.ours.close()
        self.process.wait()


_forker: dict[int, Forker] = {}
_making = threading.Lock()
forking = True


def _own() -> Forker:
    """Return this process's forker, begun when first asked for."""
    with _making:
        if os.getpid() not in _forker:
            _forker.clear()
            made = _forker[os.getpid()] = Forker()
            atexit.register(made.end)
        return _forker[os.getpid()]


def _of_python(name: str) -> bool:
    return name.startswith("PYTHON") or name in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}


@contextmanager
def ordinary() -> Iterator[None]:
    """Start processes in the ordinary way, for tests that look at their command lines or environments."""
    global forking
    forking = False
    try:
        yield
    finally:
        forking = True


def may_fork(command: list[str], env: dict[str, str]) -> bool:
    """Tell whether a child of a running interpreter would be as one that begins so."""
    if not forking:
        return False
    ours = len(command) > 2 and os.path.abspath(command[0]) in {sys.executable, str(ROOT / ".venv" / "bin" / "python")}
    if not ours or (command[1] not in OPTIONS and not command[1].endswith(".py")):
        return False
    strange = {name for name in env if name.startswith("PYTHON")} - HEEDED
    alike = all(env.get(name) == os.environ.get(name) for name in AT_BIRTH)
    return not strange and alike and all(_is_utf8(env.get(name, "")) for name in LANGUAGE)


def _is_utf8(locale: str) -> bool:
    return locale in {"", "C", "POSIX"} or locale.lower().endswith((".utf-8", ".utf8"))


def start(
    command: list[str],
    *,
    env: dict[str, str],
    cwd: Path | str | None = None,
    stdin: File = subprocess.DEVNULL,
    stdout: File = None,
    stderr: File = None,
    session: bool = False,
) -> Process:
    """Start a process; its streams go to files, to nowhere (subprocess.DEVNULL), or, None, where this one's go."""
    if not may_fork(command, env) or subprocess.PIPE in (stdin, stdout, stderr):
        streams: dict[str, Any] = {"stdin": stdin, "stdout": stdout, "stderr": stderr}
        return subprocess.Popen(command, env=env, cwd=cwd, start_new_session=session, **streams)
    with open(os.devnull, "r+b", buffering=0) as nowhere:
        given = (stdin, stdout, stderr)
        files = [_number(file, number, nowhere.fileno()) for number, file in enumerate(given)]
        order = {"args": command[1:], "env": env, "cwd": str(cwd or os.getcwd()), "session": session}
        pid, ended = _own().start(order, files)
    return Started(command, pid, ended)


def _number(file: File, standard: int, nowhere: int) -> int:
    if file is None:
        return standard
    if isinstance(file, int):
        return nowhere if file == subprocess.DEVNULL else file
    return file.fileno()


def run(
    command: list[str],
    *,
    env: dict[str, str],
    cwd: Path | str | None = None,
    timeout: float | None = None,
    session: bool = False,
    said: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with `said` as its input; return its exit code and what it said."""
    with tempfile.TemporaryFile() as heard, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        heard.write(said.encode())
        heard.seek(0)
        process = start(
            command,
            env=env,
            cwd=cwd,
            stdin=heard if said else subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            session=session,
        )
        try:
            code = process.wait(timeout)
        except BaseException:
            process.kill()
            raise
        told = []
        for file in (out, err):
            file.seek(0)
            told.append(file.read().decode(errors="replace").replace("\r\n", "\n"))
    return subprocess.CompletedProcess(command, code, *told)
