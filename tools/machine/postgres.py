"""A PostgreSQL of the run's own: the system's programs, else those of the pgserver wheel, else Debian's unpacked."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from machine import SETUP, TOOLS, debian, site_packages
from machine.words import CannotGoOn, say

ANSWER = SETUP / "postgresql"
NEEDED = ("initdb", "postgres", "pg_ctl")
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Programs:
    """The folder of PostgreSQL's programs and the libraries they need beside the system's."""

    folder: Path
    libraries: str = ""

    def environment(self) -> dict[str, str]:
        """Return the variables that let the programs start."""
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        return env | ({"LD_LIBRARY_PATH": self.libraries} if self.libraries else {})

    def work(self) -> bool:
        """Tell whether all of them are there and start."""
        for name in NEEDED:
            try:
                run = subprocess.run(
                    [self.folder / name, "--version"],
                    capture_output=True,
                    env=self.environment(),
                    check=False,
                )
            except OSError:
                return False
            if run.returncode != 0:
                return False
        return True


def get() -> Programs:
    """Find or fetch PostgreSQL's programs. Raises CannotGoOn naming the cure."""
    if ANSWER.is_file():
        folder, _, libraries = ANSWER.read_text().strip().partition("\n")
        programs = Programs(Path(folder), libraries)
        if all((programs.folder / name).exists() for name in NEEDED):
            return programs
    for programs in _candidates():
        if programs.work():
            SETUP.mkdir(parents=True, exist_ok=True)
            ANSWER.write_text(f"{programs.folder}\n{programs.libraries}\n")
            return programs
    raise CannotGoOn(
        "No hay PostgreSQL para las pruebas ni cómo traerlo: revise la conexión, instale el paquete postgresql, o dé su carpeta en POSTGRES_BIN.",
        "There is no PostgreSQL for the tests nor a way to fetch it: check the connection, install the package postgresql, or give its folder in POSTGRES_BIN.",
    )


def _candidates() -> Iterator[Programs]:
    named = os.environ.get("POSTGRES_BIN")
    if named:
        yield Programs(Path(named))
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    yield from (
        Programs(folder) for folder in sorted(installed, key=lambda path: _number(path.parent.name), reverse=True)
    )
    on_path = shutil.which("initdb")
    if on_path:
        yield Programs(Path(on_path).resolve().parent)
    yield Programs((site_packages() or Path()) / "pgserver" / "pginstall" / "bin")
    if debian.available():
        say("Traigo PostgreSQL para las pruebas (sin root)", "Fetching PostgreSQL for the tests (no root)")
        debian.update()
        root = TOOLS / "postgresql"
        shutil.rmtree(root, ignore_errors=True)
        debian.unpack_with_missing_parts(["postgresql"], root)
        folders = sorted((root / "usr" / "lib" / "postgresql").glob("*/bin"))
        yield from (Programs(folder, debian.library_path(root)) for folder in folders)


def _number(name: str) -> int:
    return int(name) if name.isdigit() else 0


@dataclass
class Server:
    """A running server on a Unix socket inside its own throw-away folder."""

    programs: Programs
    home: Path
    account: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the DATABASE_URL of its empty database."""
        return f"postgresql://atarraya@/postgres?host={quote(str(self.home), safe='/')}"

    def start(self, options: Mapping[str, str]) -> None:
        """Make the cluster and wait until it answers. Raises CannotGoOn when it does not."""
        data = self.home / "data"
        made = self._run(
            "initdb",
            "-D",
            str(data),
            "-U",
            "atarraya",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        if made.returncode != 0:
            raise self._refusal(made.stderr.decode(errors="replace"))
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.home),
            "max_connections": "100",
            **options,
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with open(self.home / "log.txt", "wb") as log:
            self.process = subprocess.Popen(
                [self.programs.folder / "postgres", "-D", str(data), *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.programs.environment(),
                cwd=self.home,
                preexec_fn=_die_with_parent,
                start_new_session=True,  # Ctrl-C reaches the tests first, and the server only by stop()
                **self.account,
            )
        self._wait(data)

    def _run(self, program: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        command = [str(self.programs.folder / program), *words]
        return subprocess.run(
            command,
            env=self.programs.environment(),
            cwd=self.home,
            check=False,
            capture_output=True,
            **self.account,
        )

    def _wait(self, data: Path) -> None:
        deadline = time.monotonic() + 60
        assert self.process is not None
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if "ready" in (data / "postmaster.pid").read_text():
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise self._refusal((self.home / "log.txt").read_text(errors="replace"))

    def _refusal(self, why: str) -> CannotGoOn:
        last = (why.strip().splitlines() or ["?"])[-1]
        return CannotGoOn(
            f"PostgreSQL no arrancó ({last}): instale el paquete postgresql o dé otra carpeta en POSTGRES_BIN.",
            f"PostgreSQL did not start ({last}): install the package postgresql or give another folder in POSTGRES_BIN.",
        )

    def stop(self) -> None:
        """Stop at once, leaving nothing behind."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # fast shutdown: sessions are ended, not awaited
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(timeout=20)
        shutil.rmtree(self.home, ignore_errors=True)


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """Start a server for the block. `durable` keeps every commit on the disk, for measurements."""
    home = Path(tempfile.mkdtemp(prefix="atarraya-pg-"))
    account = _account()
    programs = get()
    if account:
        os.chown(home, account["user"], account["group"])
        programs = _readable_by(programs, home, account)
    server = Server(programs, home, account)
    try:
        server.start({} if durable else FAST)
        yield server
    finally:
        server.stop()


def _account() -> dict[str, Any]:
    """PostgreSQL refuses root: pick another account there. An ordinary person stays who they are."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return {"user": 65534, "group": 65534, "extra_groups": []}


def _readable_by(programs: Programs, home: Path, account: dict[str, Any]) -> Programs:
    """Copy the programs when that account cannot reach them (a checkout under a closed home folder)."""
    try:
        subprocess.run(
            [programs.folder / "postgres", "--version"],
            check=True,
            capture_output=True,
            cwd="/",
            env=programs.environment(),
            **account,
        )
        return programs
    except (OSError, subprocess.CalledProcessError):
        pass
    base, depth = programs.folder, 1
    while not (base.parent / "share").exists() and depth < 5:
        base, depth = base.parent, depth + 1
    top = base.parent
    copy = home / "programs"
    shutil.copytree(top, copy, symlinks=True)
    beside = top.parent.parent / "pgserver.libs"  # the wheel keeps its libraries beside the package
    if beside.is_dir():
        shutil.copytree(beside, home.parent / home.name / "pgserver.libs")
    libraries = ":".join(filter(None, [str(home / "pgserver.libs"), programs.libraries.replace(str(top), str(copy))]))
    return Programs(copy / programs.folder.relative_to(top), libraries)


def _die_with_parent() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
