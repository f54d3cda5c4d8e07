"""What every section is given: rounds, progress, installations on both databases, and the programs that load them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from bench import ENVIRON, ROOT, load
from bench.figures import Timing
from support.living import Home

SQLITE, POSTGRES = "SQLite", "PostgreSQL"
# One point sends all the reports of a round, far beyond an assembly: the flood's limit is lifted and nothing else.
LIFTED = {"ATARRAYA_POINT_ENTRIES_AN_HOUR": "1000000000"}


@dataclass
class Bench:
    """One run: how much of everything, and where."""

    rounds: int
    quick: bool
    work: Path
    stack: ExitStack
    began: float = field(default_factory=time.monotonic)
    _founded: dict[str, Home] = field(default_factory=dict)
    _kept: dict[str, Home] = field(default_factory=dict)
    _postgres: bool = False

    @property
    def seconds(self) -> float:
        """How long one loaded measurement lasts."""
        return 0.5 if self.quick else 4.0

    def say(self, words: str) -> None:
        """Print one line of progress."""
        print(f"[{time.monotonic() - self.began:6.0f} s] {words}", file=sys.stderr, flush=True)

    def kept_home(self, name: str, database: str) -> Home:
        """Return one installation for all sections that ask for it by this name: a long history is filled once."""
        if name not in self._kept:
            self._kept[name] = self.home(database)
        return self._kept[name]

    def home(self, database: str) -> Home:
        """Return an installation of its own: the cast's network, founded once for each database and copied."""
        if database == POSTGRES:
            self._start_postgres()
        if database not in self._founded:
            self.say(f"founding a network on {database}")
            with on(database):
                self._founded[database] = Home.found(self.work)
            self.stack.callback(self._founded[database].remove)
        with on(database):
            home = self._founded[database].copy(self.work)
        self.stack.callback(home.remove)
        return home

    def _start_postgres(self) -> None:
        if self._postgres:
            return
        self._postgres = True
        if not os.environ.get("DATABASE_URL"):
            from machine import postgres

            self.say("starting PostgreSQL with durable commits")
            os.environ["DATABASE_URL"] = self.stack.enter_context(postgres.running(durable=True)).url


@contextmanager
def on(database: str) -> Iterator[None]:
    """Let `Home` see the run's PostgreSQL only when one is asked for."""
    url = os.environ.pop("DATABASE_URL", "")
    if database == POSTGRES:
        os.environ["DATABASE_URL"] = url
    try:
        yield
    finally:
        if url:
            os.environ["DATABASE_URL"] = url


@contextmanager
def begun(*, rounds: int, quick: bool) -> Iterator[Bench]:
    """Make the run's working folder on the disk that holds temporary files, and clear all of it away at the end."""
    work = Path(tempfile.mkdtemp(prefix="atarraya-bench-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, work, ignore_errors=True)
        yield Bench(rounds, quick, work, stack)


def where(home: Home) -> str:
    """Return the address of an installation's database: a file, or postgresql:// as libpq reads it."""
    if not home.database:
        return str(home.folder / "atarraya.sqlite3")
    parts = urlsplit(os.environ["DATABASE_URL"])
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    host = unquote(query.get("host", parts.hostname or ""))
    port = f"&port={parts.port}" if parts.port else ""
    return f"postgresql://{unquote(parts.username or '')}@/{home.database}?host={quote(host, safe='')}{port}"


def _program(name: str, *words: object) -> Timing:
    command = [sys.executable, "-m", f"bench.{name}", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRON, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"bench.{name} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    told = json.loads(done.stdout)
    return Timing(told["seconds"], told["wall"], told["failed"], told.get("received", {}), told.get("statuses", {}))


def send(
    bench: Bench,
    port: int,
    requests: list[bytes],
    *,
    clients: int = 1,
    seconds: float | None = None,
    again: bool = False,
    together: bool = False,
    every: float = 0,
    etags: bool = False,
) -> Timing:
    """Send prepared requests from a process of its own and return what happened."""
    path = bench.work / f"requests-{uuid.uuid4().hex}"
    load.pack(requests, path)
    words = ["--clients", clients, "--seconds", seconds or bench.seconds]
    words += ["--again"] * again + ["--together"] * together + ["--etags"] * etags + ["--every", every]
    try:
        return _program("load", port, path, *words)
    finally:
        path.unlink()


def raw(bench: Bench, home: Home, entry: str, *, threads: int) -> Timing:
    """Commit the rows of the kept report `entry` over and over, without the application."""
    return _program("raw", where(home), entry, "--threads", threads, "--seconds", bench.seconds)
