"""`atarraya worker`: do the jobs when they are due, one process at a time, and tell what waits, until told to stop."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import close_old_connections, connection

from atarraya.command import delivering, jobs, ways_out
from atarraya.command.words import _
from atarraya.terminal.codes import DONE, REFUSED

EVERY = 20.0  # seconds between looks at what is due
AGAIN = 600.0  # seconds before a job that failed is tried again
LOCK = "worker.lock"
ADVISORY = 7126042  # PostgreSQL's lock of the worker, one number beside the trail's


def run(args: argparse.Namespace) -> int:
    """Work until SIGTERM, SIGINT or the end of the process that started this one. `--once` does what is due."""
    ways_out.check()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if args.once:
        failed = look(args.folder, stop, {})
        delivering.once(stop)
        return REFUSED if failed else DONE
    waits, deliverers = dict[str, float](), delivering.Deliverers()
    deliverers.start()
    try:
        while not stop.is_set():
            look(args.folder, stop, waits)
            if not _rest(stop):
                break
    finally:
        deliverers.stop()
    return DONE


def _rest(stop: threading.Event) -> bool:
    """Wait for the next look; return False when told to stop, or when the server that started this one is gone."""
    parent = int(os.environ.get("ATARRAYA_PARENT", 0))
    until = time.monotonic() + EVERY
    while time.monotonic() < until:
        if stop.wait(1.0) or (parent and os.getppid() != parent):
            return False
    return True


def look(home: Path, stop: threading.Event, waits: dict[str, float]) -> bool:
    """Do what is due, unless another worker is at it; return whether something failed.

    `waits` holds, by job, the moment (monotonic seconds) before which a job that failed is left alone.
    """
    failed = False
    close_old_connections()
    try:
        with _alone(home) as alone:
            if alone:
                failed = _do_due(home, stop, waits)
    except Exception as problem:  # the database may be away for a while
        _tell(_("The worker could not look (%s); it will look again."), type(problem).__name__)
        failed = True
    return failed


def _do_due(home: Path, stop: threading.Event, waits: dict[str, float]) -> bool:
    memory, failed = jobs.Memory(home), False
    memory.beat()
    for job in jobs.JOBS:
        if stop.is_set() or not memory.due(job) or time.monotonic() < waits.get(job.name, 0.0):
            continue
        try:
            job.act(home)
        except Exception as problem:  # one job's failure must not keep the others from their hour
            # Only the kind: a message could hold a value of a row.
            _tell(_("The job %s failed and will be tried again."), f"{job.name} ({type(problem).__name__})")
            failed = True
            waits[job.name] = time.monotonic() + AGAIN
        else:
            memory.note(job)
    return failed


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[bool]:
    """Yield whether this is the only worker of the network, also among machines that share a database."""
    handle = os.open(home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        with _alone_in_database() as alone:
            yield alone
    finally:
        os.close(handle)


@contextlib.contextmanager
def _alone_in_database() -> Iterator[bool]:
    if connection.vendor != "postgresql":
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY])
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY])


def _tell(sentence: str, what: str) -> None:
    print(sentence % what, file=sys.stderr, flush=True)
