"""The process that `support.starting` forks from: it has loaded the libraries, and nothing of the project.

Run as a program with the number of a socket. Each message brings files: the order, as JSON; where to tell the exit
status; and the child's three standard streams. The answer is the child's pid.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import runpy
import select
import signal
import socket
import sys
import tempfile
import warnings
from types import SimpleNamespace
from typing import Any

OURS = ("atarraya", "support", "machine")
STANDARD_PATH = list(sys.path)  # nobody's own: this process began with -P and no PYTHONPATH
ENCODING = sys.stdout.encoding


def libraries() -> list[str]:
    """Return what a process of the project loads that is not the project's, in order; a child finds out."""
    reads, writes = os.pipe()
    if child := os.fork():
        os.close(writes)
        with open(reads, encoding="utf-8") as told:
            names: list[str] = json.load(told)
        os.waitpid(child, 0)
        return names
    before = set(sys.modules)
    with tempfile.TemporaryDirectory() as scratch, open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        os.environ |= {"ATARRAYA_DATA": scratch, "DJANGO_SETTINGS_MODULE": "atarraya.settings.production"}
        names = []
        with contextlib.suppress(Exception):
            import django

            django.setup()
            importlib.import_module("atarraya.command.serving")
            importlib.import_module("atarraya.wsgi")
            importlib.import_module("atarraya.urls")
            names = [name for name in sys.modules if name not in before and name.partition(".")[0] not in OURS]
        with open(writes, "w", encoding="utf-8") as told:
            json.dump(names, told)
    os._exit(0)


def load(names: list[str]) -> None:
    """Load what can be loaded without settings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    gc.collect()
    gc.freeze()


def answer(line: socket.socket) -> dict[str, Any] | None:
    """Fork for whoever asks, until nobody can any more; in a child, return its order."""
    waking, woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda *_said: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process at once: the tests' own decides
    tells: dict[int, int] = {}
    while True:
        ready, _w, _x = select.select([line.fileno(), waking], [], [])
        if waking in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(waking, 4096)
        bury(tells)
        if line.fileno() not in ready:
            continue
        said, files, _flags, _from = socket.recv_fds(line, 16, 5)
        if not said:
            for child in tells:
                os.kill(child, signal.SIGKILL)
            return None
        order, tell, *streams = files
        child = os.fork()
        if child == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            line.close()
            return born(order, streams)
        tells[child] = tell
        for file in (order, *streams):
            os.close(file)
        line.send(str(child).encode())


def bury(tells: dict[int, int]) -> None:
    """Tell of each child that has ended."""
    while tells:
        child, status = os.waitpid(-1, os.WNOHANG)
        if child == 0:
            return
        tell = tells.pop(child)
        with contextlib.suppress(OSError):
            os.write(tell, os.waitstatus_to_exitcode(status).to_bytes(4, "little", signed=True))
        os.close(tell)


def born(order: int, streams: list[int]) -> dict[str, Any]:
    """Make of this child what was asked: streams, environment, folder, path, session."""
    with open(order, "rb", closefd=False) as file:
        file.seek(0)
        asked: dict[str, Any] = json.load(file)
    for number, stream in enumerate([os.dup(stream) for stream in streams]):
        os.dup2(stream, number)
    os.closerange(3, 1024)
    if asked["session"]:
        os.setsid()
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    if os.environ.get("LC_ALL", os.environ.get("LC_CTYPE", os.environ.get("LANG", "C"))) == "C":
        os.environ["LC_CTYPE"] = "C.UTF-8"  # as an interpreter does when it begins without a language
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = _text(number, "w" if number else "r")
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    return asked


def _text(number: int, mode: str) -> Any:
    raw = io.FileIO(number, mode, closefd=False)
    whole = io.BufferedReader(raw) if mode == "r" else io.BufferedWriter(raw)
    return io.TextIOWrapper(
        whole,
        encoding=ENCODING,
        errors="backslashreplace" if number == 2 else "strict",
        line_buffering=number == 2 or os.isatty(number),
        write_through=number == 2 or bool(os.environ.get("PYTHONUNBUFFERED")),
    )


def carry_out(asked: dict[str, Any]) -> None:
    """Do what the interpreter would have done with these arguments."""
    kind, *rest = asked["args"]
    paths = [place for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]
    first = {"-c": "", "-m": os.getcwd()}.get(kind, os.path.dirname(os.path.abspath(kind)))
    sys.path[:] = [first, *paths, *(place for place in STANDARD_PATH if place not in paths)]
    sys.path_importer_cache.clear()
    importlib.invalidate_caches()
    if kind == "-m":
        sys.argv = list(rest)
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif kind == "-c":
        sys.argv = ["-c", *rest[1:]]
        main = SimpleNamespace(__name__="__main__")
        exec(compile(rest[0], "<string>", "exec"), main.__dict__)
    else:
        sys.argv = [kind, *rest]
        runpy.run_path(kind, run_name="__main__")


def main() -> None:
    """Load, answer, and in a child carry out. A child ends as any interpreter does: its database is closed, too."""
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "src"))
    load(libraries())
    with socket.socket(fileno=int(sys.argv[1])) as line:
        asked = answer(line)
    if asked is not None:
        carry_out(asked)


if __name__ == "__main__":
    main()
