"""A real server process on a folder of its own, with SQLite or PostgreSQL, as `atarraya serve` runs it.

with site(tmp_path) as place, place.serving() as server:
    server.post("/api/point/reports", body, token=place.token("leader"))
"""

from __future__ import annotations

import atexit
import http.client
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from support import starting
from support.ready import Ready

ROOT = Path(__file__).resolve().parents[2]
SERVE = (
    "import sys; from pathlib import Path; import django; django.setup();"
    "from atarraya.command.serving import Place, serve;"
    "serve(Place('127.0.0.1', int(sys.argv[1]), int(sys.argv[2]), False), Path(sys.argv[3]))"
)


@dataclass
class Answered:
    """A status, headers in lower case, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Site:
    """An installation in `folder`; `facts` is what support.site printed."""

    folder: Path
    url: str | None
    facts: dict[str, Any] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)
    ready: Ready | None = None

    @property
    def environ(self) -> dict[str, str]:
        """The environment of its processes: nothing of the tests' own."""
        env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}",
            "DJANGO_SETTINGS_MODULE": "atarraya.settings.production",
            "ATARRAYA_DATA": str(self.folder),
            "ATARRAYA_PLAIN_HTTP": "1",
            "ATARRAYA_POINT_ENTRIES_AN_HOUR": "1000000",
        }
        return env | ({"DATABASE_URL": self.url} if self.url else {}) | self.more

    def token(self, point: str = "leader") -> str:
        """The device token of a point's phone."""
        return str(self.facts["points"][point]["device"])

    def run(self, code: str, *words: str) -> str:
        """Run Python in the installation (Django ready), in a process of its own, and return what it printed."""
        if self.ready is None or self.ready.environ != self.environ:
            self.rest()
            self.ready = Ready(self.environ)
        done = self.ready.run(code, *words)
        if done is None:  # another thread is asking
            program = [sys.executable, "-c", "import django; django.setup()\n" + code, *words]
            begun = starting.run(program, env=self.environ)
            done = begun.returncode, begun.stdout, begun.stderr
        assert done[0] == 0, done[2]
        return done[1]

    def rest(self) -> None:
        """End the process that `run` keeps ready, if it was asked for one."""
        if self.ready is not None:
            self.ready.end()
        self.ready = None

    @contextmanager
    def serving(self, *, threads: int = 8) -> Iterator[Server]:
        """Serve until the block ends."""
        server = Server(self, threads)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@dataclass
class Server:
    """One server process group, its port, and the file its log goes to."""

    site: Site
    threads: int = 8
    port: int = 0
    process: starting.Process | None = None

    @property
    def log(self) -> Path:
        return self.site.folder / "server.log"

    def start(self) -> None:
        """Start and wait until it answers."""
        self.port = self.port or free_port()
        with open(self.log, "ab") as log:
            self.process = starting.start(
                [sys.executable, "-c", SERVE, str(self.port), str(self.threads), str(self.site.folder)],
                env=self.site.environ,
                stdout=log,
                stderr=log,
                session=True,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            with suppress(OSError, http.client.HTTPException):
                if self.get("/health", timeout=2).status == 200:
                    return
            time.sleep(0.05)
        raise AssertionError("the server never answered: " + self.log.read_text()[-2000:])

    def kill(self) -> None:
        """End every process of the server at once, as a power cut would end the machine's."""
        assert self.process is not None
        os.killpg(self.process.pid, 9)
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end, then end it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def connection(self, timeout: float = 30) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = 30,
    ) -> Answered:
        """Send one request on a connection of its own."""
        with closing(self.connection(timeout)) as connection:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Answered(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def get(self, path: str, *, token: str = "", timeout: float = 30, **headers: str) -> Answered:
        return self.ask("GET", path, None, bearing(token) | headers, timeout)

    def post(self, path: str, body: Any, *, token: str = "", timeout: float = 30) -> Answered:
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("POST", path, data, bearing(token) | {"Content-Type": kind}, timeout)


def bearing(token: str) -> dict[str, str]:
    """Return the header that shows a token."""
    return {"Authorization": f"Point {token}"} if token else {}


def free_port() -> int:
    """Return a port of loopback that is free, below those that a system gives to outgoing connections."""
    while True:
        port = 18000 + secrets.randbelow(14000)
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def site(folder: Path, **more: str) -> Iterator[Site]:
    """Make an installation with the whole cast, on a new database of the run's PostgreSQL if it has one."""
    with empty_tables(folder, cast=True) as place:
        place.more = more
        yield place


@contextmanager
def empty_tables(folder: Path, *, cast: bool = False) -> Iterator[Site]:
    """Make an installation with every table and nothing in them, or (`cast`) the whole cast. A copy: made once."""
    model = _model(cast)
    shutil.copytree(model.folder, folder, dirs_exist_ok=True)
    with new_database(like=model.url) as url:
        place = Site(folder, url, facts=json.loads(json.dumps(model.facts)))
        try:
            yield place
        finally:
            place.rest()


@cache
def _model(cast: bool) -> Site:
    """Make what this process's installations are copies of. It stays until the process ends."""
    kept = tempfile.TemporaryDirectory(prefix="site-")
    atexit.register(kept.cleanup)
    database = new_database()
    place = Site(Path(kept.name), database.__enter__())
    atexit.register(database.__exit__, None, None, None)
    words = [] if cast else ["tables"]
    env = place.environ | {name: os.environ[name] for name in ("TESTS_RSA_KEYS",) if name in os.environ}
    done = starting.run([sys.executable, "-m", "support.site", *words], env=env, cwd=ROOT / "tests")
    assert done.returncode == 0, done.stderr
    place.facts = json.loads(done.stdout)
    return place


@contextmanager
def new_database(like: str | None = None) -> Iterator[str | None]:
    """Make a database beside the run's own, empty or a copy, and drop it after; None when the run is on SQLite."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        yield None
        return
    import psycopg

    parts = urlsplit(url)
    name = f"site_{secrets.token_hex(6)}"
    template = f" TEMPLATE {urlsplit(like).path.lstrip('/')}" if like else ""
    with psycopg.connect(libpq(url), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{template}")
    try:
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(libpq(url), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def libpq(url: str) -> str:
    """Return a DATABASE_URL as PostgreSQL's own library reads it."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    host = unquote(query.get("host", parts.hostname or ""))
    user = unquote(parts.username or "")
    return f"postgresql://{user}@/{parts.path.lstrip('/')}?host={quote(host, safe='')}" + (
        f"&port={parts.port}" if parts.port else ""
    )
