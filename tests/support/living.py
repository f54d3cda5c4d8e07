"""Real server processes on throw-away installations: started, stopped, killed, started again on the same data.

    home = Home.found(tmp)              # slow once: a whole network (see support.founded)
    with home.copy(tmp).live() as live: # quick: a folder or a database copied
        requests.get(live.url + "/health"); live.kill(); live.start()

On PostgreSQL (DATABASE_URL set) each home is a database of its own on that server.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit, urlunsplit

from support import starting
from support.house import ROOT
from support.server import free_port

COMMAND = [str(ROOT / ".venv" / "bin" / "python"), "-m", "atarraya.command"]
PATHS = os.pathsep.join(str(ROOT / name) for name in ("src", "tests", "tools"))
READY_WITHIN = 60  # seconds: two cores may be busy with other tests


def server_url() -> str:
    """Return the DATABASE_URL of this run, empty on SQLite."""
    return os.environ.get("DATABASE_URL", "")


def _on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(server_url(), autocommit=True) as connection:
        connection.execute(statement.encode())


def _named(database: str) -> str:
    parts = urlsplit(server_url())
    return urlunsplit(parts._replace(path=f"/{database}"))


@dataclass
class Home:
    """One installation: its folder, its database, and what everybody in it knows."""

    folder: Path
    database: str = ""
    secrets: dict[str, Any] = field(default_factory=dict)
    linked: bool = False  # its copies have the same files of pages, not others like them: for tests that write none

    @classmethod
    def empty(cls, where: Path) -> Home:
        """Return a place for an installation, with an empty database of its own."""
        name = f"home_{secrets.token_hex(6)}"
        if server_url():
            _on_server(f"CREATE DATABASE {name}")
        return cls(where / name, name if server_url() else "")

    @classmethod
    def found(cls, where: Path) -> Home:
        """Found the cast's network. A few seconds; do it once and `copy()`."""
        home = cls.empty(where)
        home.run([COMMAND[0], "-m", "support.founded", str(home.folder)])
        home.secrets = json.loads(home.folder.with_suffix(".json").read_text())
        return home

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables under which a process works on this installation and no other."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ATARRAYA_", "DJANGO_"))}
        own = {"ATARRAYA_DATA": str(self.folder), "PYTHONPATH": PATHS, "ATARRAYA_LANG": "es"}
        return inherited | own | {"DATABASE_URL": _named(self.database) if self.database else ""}

    def copy(self, where: Path) -> Home:
        """Return another installation that begins as this one. No process may be using this one."""
        other = Home(where / f"home_{secrets.token_hex(6)}", secrets=self.secrets, linked=self.linked)
        pages = str(self.folder / "static")

        def place(path: str, target: str) -> None:
            if self.linked and path.startswith(pages):
                os.link(path, target)
            else:
                shutil.copy2(path, target)

        shutil.copytree(self.folder, other.folder, copy_function=place)
        if self.database:
            other.database = other.folder.name
            _on_server(f"CREATE DATABASE {other.database} TEMPLATE {self.database}")
        return other

    def run(self, command: list[str], *, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a command on this installation; on failure the exception carries what it said."""
        done = starting.run(command, env=self.environment | env, cwd=ROOT)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(command[-3:])} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def atarraya(self, *words: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """Run the command line on this installation."""
        return self.run([*COMMAND, *words], check=check, **env)

    @contextmanager
    def live(self, *words: str, **env: str) -> Iterator[Live]:
        """Serve this installation during the block."""
        server = Live(self, list(words) or ["serve", "--plain-http"], env)
        try:
            server.start()
            yield server
        finally:
            server.stop()

    def remove(self) -> None:
        """Delete folder and database."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.with_suffix(".json").unlink(missing_ok=True)
        if self.database:
            _on_server(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")


@dataclass
class Live:
    """A server process on an installation. Its port stays the same from start to start."""

    home: Home
    words: list[str]
    env: dict[str, str]
    port: int = field(default_factory=free_port)
    process: starting.Process | None = None

    @property
    def url(self) -> str:
        """Return the server's address: loopback, so that browsers take it for a secure origin."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def secrets(self) -> dict[str, Any]:
        """Return what everybody in the network knows."""
        return self.home.secrets

    @property
    def log(self) -> Path:
        """Return the file of everything the process printed."""
        return self.home.folder.with_suffix(".log")

    def point_url(self, name: str, base: str = "") -> str:
        """Return the whole link of a point's card: `leader`, `second`, `third`, `neighbour`, `far`."""
        return (base or self.url) + str(self.secrets["points"][name]["path"])

    def start(self) -> None:
        """Start and wait until it answers. Raises RuntimeError with its last words when it does not."""
        command = [*COMMAND, "--data", str(self.home.folder), *self.words, "--port", str(self.port)]
        with open(self.log, "ab") as log:
            env = self.home.environment | self.env
            self.process = starting.start(command, env=env, cwd=ROOT, stdout=log, stderr=log, session=True)
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.answers():
                return
            time.sleep(0.05)
        self.kill()
        raise RuntimeError("the server did not start:\n" + self.log.read_text(errors="replace")[-3000:])

    def answers(self) -> bool:
        """Tell whether the server answers right now."""
        try:
            with urllib.request.urlopen(self.url + "/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except HTTPError as refusal:
            return refusal.code < 500
        except (URLError, OSError):
            return False

    def stop(self) -> None:
        """Ask it to end and wait, as a person or the machine does."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        self._end_group()

    def kill(self) -> None:
        """kill -9, children too: nothing is finished, nothing is said."""
        if self.process is not None:
            self._end_group()
            self.process.wait(30)

    def _end_group(self) -> None:
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
